package world

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
)

// setPlan is a plan with the permission set Admin, its policies and its
// assignment to two accounts.
func setPlan() string {
	refer := `"permission_set_arn":{"references":["aws_ssoadmin_permission_set.admin.arn","aws_ssoadmin_permission_set.admin"]}`
	config := []string{`{"address":"aws_ssoadmin_permission_set.admin","expressions":{"name":{"constant_value":"Admin"}}}`}
	for _, address := range []string{
		"aws_ssoadmin_permission_set_inline_policy.a", "aws_ssoadmin_managed_policy_attachment.a", "aws_ssoadmin_customer_managed_policy_attachment.a",
		"aws_ssoadmin_permissions_boundary_attachment.a", "aws_ssoadmin_account_assignment.a",
	} {
		config = append(config, `{"address":"`+address+`","expressions":{`+refer+`}}`)
	}
	plan := planOf(strings.Join(config, ","),
		"aws_ssoadmin_permission_set.admin", `{"name":"Admin","instance_arn":"arn:aws:sso:::instance/ssoins-1234567890abcdef"}`, `{"arn":true}`,
		"aws_ssoadmin_permission_set_inline_policy.a", `{"inline_policy":`+quoted(allowing("sts:*"))+`}`, `{"permission_set_arn":true}`,
		"aws_ssoadmin_managed_policy_attachment.a", `{"managed_policy_arn":"arn:aws:iam::aws:policy/AmazonS3FullAccess"}`, `{"permission_set_arn":true}`,
		"aws_ssoadmin_customer_managed_policy_attachment.a", `{"customer_managed_policy_reference":[{"name":"own","path":"/"}]}`, `{"permission_set_arn":true}`,
		"aws_ssoadmin_permissions_boundary_attachment.a", `{"permissions_boundary":[{"customer_managed_policy_reference":[],"managed_policy_arn":"arn:aws:iam::aws:policy/PowerUserAccess"}]}`, `{"permission_set_arn":true}`,
		"aws_ssoadmin_account_assignment.a[0]", `{"target_id":"111111111111","target_type":"AWS_ACCOUNT","principal_type":"GROUP"}`, `{"permission_set_arn":true}`,
		"aws_ssoadmin_account_assignment.a[1]", `{"target_id":"222222222222","target_type":"AWS_ACCOUNT","principal_type":"USER"}`, `{"permission_set_arn":true}`,
	)
	return strings.Replace(plan, `"configuration":{`, `"configuration":{"provider_config":{"aws":{"expressions":{"region":{"constant_value":"eu-central-1"}}}},`, 1)
}

const (
	ssoPath   = "role/aws-reserved/sso.amazonaws.com/eu-central-1/"
	adminSet  = one + ssoPath + "AWSReservedSSO_Admin"
	adminSet2 = "arn:aws:iam::222222222222:" + ssoPath + "AWSReservedSSO_Admin"
)

// trustingLike lets in whoever's ARN is like a pattern.
func trustingLike(pattern string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:PrincipalArn":"` + pattern + `"}}}]}`
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
// (the role's path and name, and the patterns that AWS recommends for trust
// policies), and .../permissionsetsconcept.html.
func TestAPermissionSetIsARoleInItsAccounts(t *testing.T) {
	files := texts{
		"plan.json":                                setPlan(),
		"f/111111111111/policies/own.json":         allowing("sqs:*"),
		"f/222222222222/policies/own.json":         allowing("sqs:*"),
		"f/111111111111/roles/like/trust.json":     trustingLike(adminSet + "_*"),
		"f/111111111111/roles/noregion/trust.json": trustingLike(one + "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_*"),
		"f/111111111111/roles/exact/trust.json":    trusting(adminSet2 + "_0123456789abcdef"),
		"f/333333333333/roles/root/trust.json":     trusting(one + "root"),
	}
	a := open(t, files, Options{})
	holds(t, a, []asking{
		{"a pattern for its letters", adminSet, "sts:AssumeRole", one + "role/like", "allowed"},
		{"a pattern without the region", adminSet, "sts:AssumeRole", one + "role/noregion", "denied"},
		{"its name alone is enough", one + "role/AWSReservedSSO_Admin", "sts:AssumeRole", one + "role/like", "allowed"},
		{"a session of it", "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Admin/ann", "sts:AssumeRole", one + "role/like", "allowed"},
		{"the set of another account", adminSet2, "sts:AssumeRole", one + "role/like", "denied"},
		{"a role of another account that trusts the first", adminSet, "sts:AssumeRole", "arn:aws:iam::333333333333:role/root", "allowed"},
		{"letters that a policy names are AWS's to choose", adminSet2, "sts:AssumeRole", one + "role/exact",
			"AWS chooses the last letters of the name of " + adminSet2 + ", and f/111111111111/roles/exact/trust.json names such a role"},
		{"which matters to nothing else", adminSet2, "s3:GetObject", "arn:aws:s3:::b/k", "allowed"},
		{"a managed policy", adminSet, "s3:GetObject", "arn:aws:s3:::b/k", "allowed"},
		{"the account's own policy", adminSet, "sqs:SendMessage", "*", "allowed"},
		{"what it has not", adminSet, "ec2:RunInstances", "*", "denied"},
		{"it is assumed through AWS's provider alone", adminSet2, "sts:AssumeRole", adminSet, "denied"},
	})
	can, err := a.WhoCan(t.Context(), rolecall.Ask{Action: "sts:AssumeRole", Resource: one + "role/like"})
	if err != nil || !slices.Equal(can, []string{adminSet}) {
		t.Errorf("who can: %v %v", can, err)
	}
	notes := said(t, files, Options{})
	if !strings.Contains(notes, "plan.json: aws_ssoadmin_permission_set.admin: AWS chooses the last letters of its role's name in account 111111111111; ask for it as "+adminSet) {
		t.Error(notes)
	}
}

func TestAPermissionSetsBoundary(t *testing.T) {
	plan := strings.ReplaceAll(setPlan(), "policy/PowerUserAccess", "policy/AmazonS3ReadOnlyAccess")
	a := open(t, texts{"plan.json": plan, "f/111111111111/policies/own.json": allowing("sqs:*")}, Options{})
	holds(t, a, []asking{
		{"the boundary allows it", adminSet, "s3:GetObject", "arn:aws:s3:::b/k", "allowed"},
		{"and not that", adminSet, "s3:PutObject", "arn:aws:s3:::b/k", "denied"},
	})
}

func TestAPermissionSetChangesTheRoleThatThereIs(t *testing.T) {
	role := "AWSReservedSSO_Admin_00112233445566ff"
	export := strings.ReplaceAll(accountOf, `"RoleName":"ci"`, `"RoleName":"`+role+`"`)
	export = strings.ReplaceAll(export, `"Path":"/","RoleName":"`+role, `"Path":"/aws-reserved/sso.amazonaws.com/eu-central-1/","RoleName":"`+role)
	export = strings.ReplaceAll(export, "111111111111:role/ci", "111111111111:"+ssoPath+role)
	files := texts{"a.json": export, "plan.json": setPlan(), "f/111111111111/policies/own.json": allowing("sqs:*")}
	a := open(t, files, Options{})
	for _, name := range []string{adminSet, one + ssoPath + role} {
		holds(t, a, []asking{
			{"what the plan gives", name, "s3:GetObject", "arn:aws:s3:::b/k", "allowed"},
			{"the account's own policy of the plan", name, "sqs:SendMessage", "*", "allowed"},
			{"its trust policy is as it was", one + "user/ann", "sts:AssumeRole", name, "allowed"},
		})
	}
	if notes := said(t, files, Options{}); !strings.Contains(notes, "this replaces what a.json: RoleDetailList[1] says of the role "+role+": its policies") {
		t.Error(notes)
	}
}

func TestPermissionSetsOfTemplates(t *testing.T) {
	template := `
Resources:
  Set:
    Type: AWS::SSO::PermissionSet
    Properties:
      Name: Dev
      InstanceArn: arn:aws:sso:::instance/ssoins-1234567890abcdef
      InlinePolicy: ` + allowing("sts:*") + `
      ManagedPolicies: [arn:aws:iam::aws:policy/AmazonS3FullAccess]
      CustomerManagedPolicyReferences: [{Name: own}]
      PermissionsBoundary: {ManagedPolicyArn: arn:aws:iam::aws:policy/PowerUserAccess}
  One:
    Type: AWS::SSO::Assignment
    Properties: {PermissionSetArn: !GetAtt Set.PermissionSetArn, TargetId: "111111111111", TargetType: AWS_ACCOUNT, PrincipalType: GROUP, PrincipalId: x}
`
	a := open(t, texts{"t.yaml": template, "f/111111111111/policies/own.json": allowing("sqs:*"),
		"f/111111111111/roles/r/trust.json": trustingLike(one + "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Dev_*")}, Options{})
	dev := one + "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Dev"
	holds(t, a, []asking{
		{"in us-east-1 its path has no region", dev, "sts:AssumeRole", one + "role/r", "allowed"},
		{"a policy of AWS's", dev, "s3:GetObject", "arn:aws:s3:::b/k", "allowed"},
		{"one of the account's", dev, "sqs:SendMessage", "*", "allowed"},
		{"what the boundary does not allow", dev, "iam:CreateUser", "*", "denied"},
	})
}

func TestPermissionSetsThatAreNotWhole(t *testing.T) {
	set := []string{"aws_ssoadmin_permission_set.s", `{"name":"S","arn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1"}`, `{}`}
	assigned := []string{"aws_ssoadmin_account_assignment.a", `{"target_id":"111111111111","permission_set_arn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1"}`, `{}`}
	role := one + "role/AWSReservedSSO_S"
	for _, c := range []struct {
		rule string
		more []string
		asks []asking
		note string
	}{
		{"a policy that is not known", []string{"aws_ssoadmin_permission_set_inline_policy.p", `{"permission_set_arn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1"}`, `{"inline_policy":true}`},
			[]asking{{"", role, "s3:GetObject", "arn:aws:s3:::b/k", "aws_ssoadmin_permission_set_inline_policy.p.inline_policy is known after apply"}}, "ask for it as"},
		{"whose a policy is, is not known", []string{"aws_ssoadmin_permission_set_inline_policy.p", `{"inline_policy":` + quoted(allowAll) + `}`, `{"permission_set_arn":true}`},
			[]asking{{"", role, "s3:GetObject", "arn:aws:s3:::b/k", "permission_set_arn is known after apply"}}, ""},
		{"a set of another plan", []string{"aws_ssoadmin_managed_policy_attachment.p", `{"permission_set_arn":"arn:aws:sso:::permissionSet/ssoins-1/ps-2","managed_policy_arn":"x"}`, `{}`},
			[]asking{{"", role, "s3:GetObject", "arn:aws:s3:::b/k", "denied"}}, "the permission set is in none of the files: what it gets here is left out"},
		{"a set of no account", []string{"aws_ssoadmin_permission_set.t", `{"name":"T"}`, `{"arn":true}`}, nil, "the permission set T is assigned to no account here"},
	} {
		files := texts{"p.json": planOf("", slices.Concat(set, assigned, c.more)...)}
		a := open(t, files, Options{})
		for i := range c.asks {
			c.asks[i].rule = c.rule
		}
		holds(t, a, c.asks)
		if notes := said(t, files, Options{}); !strings.Contains(notes, c.note) {
			t.Errorf("%s: %s", c.rule, notes)
		}
	}
	twice := planOf("", slices.Concat(set, []string{"aws_ssoadmin_permission_set.t", `{"name":"S"}`, `{}`})...)
	if got := refusal(t, texts{"p.json": twice}, Options{}); !strings.Contains(got, "aws_ssoadmin_permission_set.t: the permission set S is in p.json: aws_ssoadmin_permission_set.s as well") {
		t.Error(got)
	}
}
