package world

import (
	"slices"
	"strings"
	"testing"
)

// The policies of a template come with what they are for and where they stand;
// of one with an unknown part it is told what that waits for.
func TestDocuments(t *testing.T) {
	const template = `
Resources:
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      RoleName: deploy
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {AWS: "123456789012"}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: read
          PolicyDocument:
            Statement: [{Effect: Allow, Action: s3:GetObject, Resource: "*"}]
        - PolicyName: unknown
          PolicyDocument:
            Statement: [{Effect: Allow, Action: s3:GetObject, Resource: !GetAtt Nothing.Known}]
  Open:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: reports
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::reports/*"}]
`
	w, err := Read([]File{{Name: "template.yaml", Text: []byte(template)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	documents, err := w.Documents()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range documents {
		got = append(got, d.Type+" "+d.Place.String())
		if (len(d.Open) > 0) != (d.Text == "") || d.Text != "" && !strings.Contains(d.Text, `"Effect"`) {
			t.Errorf("%s: %s %v", d.Place, d.Text, d.Open)
		}
	}
	want := "trust template.yaml:7: Resources.Deploy.Properties.AssumeRolePolicyDocument\n" +
		"identity template.yaml:11: Resources.Deploy.Properties.Policies[0]\n" +
		"identity template.yaml:14: Resources.Deploy.Properties.Policies[1]\n" +
		"bucket template.yaml:20: Resources.Open.Properties.PolicyDocument"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

// The statements that are known are looked at, and keep their number.
func TestDocumentsInPartUnknown(t *testing.T) {
	const template = `Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: p
      PolicyDocument:
        Statement:
          - {Effect: Allow, Action: s3:GetObject, Resource: !GetAtt Nothing.Known}
          - {Sid: Known, Effect: Deny, Action: s3:PutObject, Resource: "*"}
`
	all := documentsOf(t, File{Name: "t.yaml", Text: []byte(template)})
	is(t, listed(all), `
t.yaml:6: Resources.P.Properties.PolicyDocument | identity | arn:aws:iam::123456789012:policy/p | open: Nothing.Known is not known from the template
`)
	if len(all) != 1 || strings.Contains(all[0].Text, mark) || !strings.Contains(all[0].Text, `"Known"`) || !slices.Equal(all[0].Statements, []int{1}) {
		t.Errorf("%+v", all)
	}
}

// A policy that cannot be read keeps nothing else from being looked at, where
// that is asked for; its text is there as it is written.
func TestDocumentsThatCannotBeRead(t *testing.T) {
	files := texts{
		"f/111111111111/roles/r/trust.json": trusting(one + "root"), "f/111111111111/roles/r/own.json": "\n{\"Statement\": [,]}",
		"f/111111111111/policies/p.json": `{"Version": "2012-10-17"}`,
		"t.yaml":                         "Resources:\n  Q:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: {Statement: none}\n",
	}.files()
	if _, err := Read(files, Options{}); err == nil {
		t.Error("it could be asked by policies that cannot be read")
	}
	w, err := Read(files, Options{Wrong: true})
	if err != nil {
		t.Fatal(err)
	}
	all, err := w.Documents()
	if err != nil {
		t.Fatal(err)
	}
	is(t, listed(all), `
f/111111111111/policies/p.json:1 | identity | arn:aws:iam::111111111111:policy/p
f/111111111111/roles/r/own.json:2 | identity | inline policy own of arn:aws:iam::111111111111:role/r
f/111111111111/roles/r/trust.json:1 | trust | trust policy of arn:aws:iam::111111111111:role/r
t.yaml:5: Resources.Q.Properties.PolicyDocument | identity | arn:aws:iam::111111111111:policy/Q
`)
	if len(all) != 4 || all[0].Text != `{"Version": "2012-10-17"}` || all[1].Text != `{"Statement": [,]}` || !strings.Contains(all[3].Text, "none") {
		t.Errorf("%+v", all)
	}
}

// Policies of resources that no question is asked of are there as well, for who
// looks at them all.
func TestDocumentsOfOtherResources(t *testing.T) {
	files := texts{
		"plan.json": planOf("",
			"aws_ecr_repository_policy.images", `{"repository":"images","policy":`+quoted(trusting("*"))+`}`, `{"id":true}`,
			"aws_opensearch_domain_policy.search", `{"domain_name":"search","access_policies":"{}"}`, `{"id":true}`),
		"t.yaml": "Resources:\n  Files:\n    Type: AWS::EFS::FileSystem\n    Properties:\n      FileSystemPolicy: " + trusting("*") + "\n  Bus:\n    Type: AWS::Events::EventBus\n    Properties: {Name: b}\n",
	}.files()
	w, err := Read(files, Options{Wrong: true})
	if err != nil {
		t.Fatal(err)
	}
	all, err := w.Documents()
	if err != nil {
		t.Fatal(err)
	}
	is(t, listed(all), `
plan.json: aws_ecr_repository_policy.images | resource | policy of aws_ecr_repository_policy.images
plan.json: aws_opensearch_domain_policy.search | resource | policy of aws_opensearch_domain_policy.search
t.yaml:5: Resources.Files.Properties.FileSystemPolicy | resource | policy of Files
`)
	if _, err := Read(files, Options{}); err != nil {
		t.Errorf("what nothing is asked of keeps from asking: %v", err)
	}
}

// A permission set's policy is one, however many accounts it is assigned to; what
// AWS writes of its role is left out.
func TestDocumentsOfAPermissionSet(t *testing.T) {
	is(t, listed(documentsOf(t, File{Name: "plan.json", Text: []byte(setPlan())})), `
plan.json: aws_ssoadmin_permission_set_inline_policy.a | identity | inline policy of the permission set Admin
plan.json: aws_ssoadmin_customer_managed_policy_attachment.a.customer_managed_policy_reference | identity | a policy of arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Admin_0000000000000000 | open: the policy arn:aws:iam::111111111111:policy/own is in none of the files
plan.json: aws_ssoadmin_customer_managed_policy_attachment.a.customer_managed_policy_reference | identity | a policy of arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Admin_0000000000000000 | open: the policy arn:aws:iam::222222222222:policy/own is in none of the files
`)
}

// Of a folder every policy is there, the organization's too, whether or not
// something has it; of outputs of aws organizations those that are described.
func TestDocumentsOfFoldersAndOrganizations(t *testing.T) {
	is(t, listed(documentsOf(t, texts{
		"f/111111111111/roles/r/trust.json": "\n\n  " + trusting(one+"root"), "f/111111111111/roles/r/own.json": allowing("s3:*"),
		"f/111111111111/policies/p.json": allowing("sqs:*"), "f/111111111111/buckets/b.json": trusting(one + "root"),
		"f/111111111111/queues/eu-central-1/q.json": trusting(one + "root"),
		"f/organization/organization.yaml":          "management: '999999999999'\nroot:\n  accounts: ['111111111111']\n",
		"f/organization/scps/unused.json":           allowing("*"), "f/organization/rcps/unused.json": trusting("*"),
	}.files()...)), `
f/111111111111/buckets/b.json:1 | bucket | policy of arn:aws:s3:::b
f/111111111111/policies/p.json:1 | identity | arn:aws:iam::111111111111:policy/p
f/111111111111/queues/eu-central-1/q.json:1 | resource | policy of arn:aws:sqs:eu-central-1:111111111111:q
f/111111111111/roles/r/own.json:1 | identity | inline policy own of arn:aws:iam::111111111111:role/r
f/111111111111/roles/r/trust.json:3 | trust | trust policy of arn:aws:iam::111111111111:role/r
f/organization/rcps/unused.json:1 | rcp | resource control policy unused
f/organization/scps/unused.json:1 | scp | service control policy unused
`)
	outputs := outputFiles()
	for name := range outputs {
		if strings.HasPrefix(name, "f/") {
			delete(outputs, name)
		}
	}
	is(t, listed(documentsOf(t, outputs.files()...)), `
org/scp.json | scp | service control policy no-deletes
`)
	is(t, listed(documentsOf(t, File{Name: "p.json", Text: []byte(planOf("",
		"aws_organizations_policy.p", `{"name":"p","type":"SERVICE_CONTROL_POLICY","content":`+quoted(allowing("*"))+`}`, `{"id":true}`))})), `
p.json: aws_organizations_policy.p.content | scp | service control policy p
`)
}
