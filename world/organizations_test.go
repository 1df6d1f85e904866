package world

import (
	"maps"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
)

// The organization of the tests: the root r-root with the unit production, in
// that the unit shop, in that account two; one is right under the root, and nine
// manages it.
const (
	org        = "arn:aws:organizations::999999999999:"
	production = "ou-root-production"
	shop       = "ou-root-shopshopsh"
	listOfSCPs = `{"Policies":[{"Id":"p-FullAWSAccess","Arn":"arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess","Name":"FullAWSAccess","Type":"SERVICE_CONTROL_POLICY","AwsManaged":true},` + summaryOfDeletes + `]}`

	summaryOfDeletes = `{"Id":"p-deletes123","Arn":"` + org + `policy/o-example123/service_control_policy/p-deletes123","Name":"no-deletes","Type":"SERVICE_CONTROL_POLICY","AwsManaged":false}`
)

// outputFiles are the outputs of aws organizations as people lay them down, and
// two accounts.
func outputFiles() texts {
	const all = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	const target = `{"TargetId":"ID","Arn":"` + org + `x/o-example123/ID","Name":"n","Type":"TYPE"}`
	to := func(pairs ...string) string {
		var list []string
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, strings.NewReplacer("ID", pairs[i], "TYPE", pairs[i+1]).Replace(target))
		}
		return `{"Targets":[` + strings.Join(list, ",") + `]}`
	}
	return texts{
		"org/organization.json": `{"Organization":{"Id":"o-example123","Arn":"` + org + `organization/o-example123","FeatureSet":"ALL","MasterAccountId":"999999999999"}}`,
		"org/roots.json":        `{"Roots":[{"Id":"r-root","Arn":"` + org + `root/o-example123/r-root","Name":"Root","PolicyTypes":[{"Type":"SERVICE_CONTROL_POLICY","Status":"ENABLED"}]}]}`,
		"org/accounts.json": `{"Accounts":[{"Id":"111111111111","Arn":"` + org + `account/o-example123/111111111111","Name":"one","Status":"ACTIVE"},
 {"Id":"222222222222","Arn":"` + org + `account/o-example123/222222222222"},{"Id":"999999999999","Arn":"` + org + `account/o-example123/999999999999"}]}`,
		"org/units-of-r-root.json":             `{"OrganizationalUnits":[{"Id":"` + production + `","Arn":"` + org + `ou/o-example123/` + production + `","Name":"production"}]}`,
		"org/units-of-" + production + ".json": `{"OrganizationalUnits":[{"Id":"` + shop + `","Arn":"` + org + `ou/o-example123/` + shop + `","Name":"shop"}]}`,
		"org/parents-of-111111111111.json":     `{"Parents":[{"Id":"r-root","Type":"ROOT"}]}`,
		"org/222222222222.json":                `{"Parents":[{"Id":"` + shop + `","Type":"ORGANIZATIONAL_UNIT"}]}`,
		"org/scps.json":                        listOfSCPs,
		"org/scp.json":                         `{"Policy":{"PolicySummary":` + summaryOfDeletes + `,"Content":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"s3:Delete*\",\"Resource\":\"*\"}]}"}}`,
		"org/p-deletes123.targets.json":        to(production, "ORGANIZATIONAL_UNIT"),
		"org/targets-p-FullAWSAccess.json":     to("r-root", "ROOT", production, "ORGANIZATIONAL_UNIT", shop, "ORGANIZATIONAL_UNIT", "111111111111", "ACCOUNT", "222222222222", "ACCOUNT", "999999999999", "ACCOUNT"),
		"f/111111111111/roles/r/trust.json":    trust,
		"f/111111111111/roles/r/all.json":      all,
		"f/222222222222/roles/r/trust.json":    trust,
		"f/222222222222/roles/r/all.json":      all,
		"f/999999999999/roles/r/trust.json":    trust,
		"f/999999999999/roles/r/all.json":      all,
	}
}

// outputQuestions are who asks for what in the organization, and what it comes to.
var outputQuestions = map[string]string{
	"111111111111 s3:DeleteObject": "allowed", "222222222222 s3:DeleteObject": "denied", "222222222222 s3:GetObject": "allowed",
	"999999999999 s3:DeleteObject": "allowed",
}

func answered(t *testing.T, a *Asked, question string) string {
	t.Helper()
	account, action, _ := strings.Cut(question, " ")
	return outcome(t, a, "arn:aws:iam::"+account+":role/r", action, "arn:aws:s3:::b/k")
}

// The outputs are put together, each told by its shape and by the id in its name.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
func TestOutputsOfOrganizationsArePutTogether(t *testing.T) {
	a := open(t, outputFiles(), Options{})
	for question, want := range outputQuestions {
		if got := answered(t, a, question); got != want {
			t.Errorf("%s: %s, want %s", question, got, want)
		}
	}
	elsewhere := make(texts)
	for name, text := range outputFiles() { // the folder's name tells nothing
		elsewhere[strings.Replace(name, "org/", "org/111111111111/r-root/", 1)] = text
	}
	if got := answered(t, open(t, elsewhere, Options{}), "111111111111 s3:DeleteObject"); got != "allowed" {
		t.Error(got)
	}
	x, err := a.Why(t.Context(), rolecall.Ask{Principal: "arn:aws:iam::222222222222:role/r", Action: "s3:DeleteObject", Resource: "arn:aws:s3:::b/k", Fixes: true})
	if err != nil || !strings.Contains(x[0].Verdict, "no-deletes") || len(x[0].Fixes) == 0 || !strings.Contains(x[0].Fixes[0].Edits[0].Command, "--policy-id p-deletes123") ||
		x[0].Fixes[0].Edits[0].Source != "org/scp.json" {
		t.Errorf("%v %+v", err, x)
	}
}

// An output that is left out changes no answer: it stays, or is unknown, and the
// command that is missing is named.
func TestAnOutputThatIsLeftOutMakesAnswersUnknownOnly(t *testing.T) {
	missing := map[string]string{
		"org/accounts.json": "", "org/organization.json": "", "org/roots.json": "list-roots", "org/units-of-r-root.json": "list-parents --child-id " + production,
		"org/units-of-" + production + ".json": "list-parents --child-id " + shop, "org/parents-of-111111111111.json": "list-parents --child-id 111111111111",
		"org/222222222222.json": "list-parents --child-id 222222222222", "org/scps.json": "list-policies --filter SERVICE_CONTROL_POLICY",
		"org/scp.json": "describe-policy --policy-id p-deletes123", "org/p-deletes123.targets.json": "list-targets-for-policy --policy-id p-deletes123",
		"org/targets-p-FullAWSAccess.json": "list-targets-for-policy --policy-id p-FullAWSAccess",
	}
	all := outputFiles()
	for left, command := range missing {
		files := maps.Clone(all)
		delete(files, left)
		a := open(t, files, Options{})
		named := command == ""
		for question, want := range outputQuestions {
			got := answered(t, a, question)
			if named = named || strings.Contains(got, "aws organizations "+command); got != want && !strings.Contains(got, "aws organizations ") {
				t.Errorf("without %s, %s: %s, want %s", left, question, got, want)
			}
		}
		if !named {
			t.Errorf("without %s nobody is told of aws organizations %s", left, command)
		}
	}
	for _, gone := range []string{"org/accounts.json", "org/parents-of-111111111111.json", "org/p-deletes123.targets.json", "org/targets-p-FullAWSAccess.json"} {
		delete(all, gone)
	}
	if got := answered(t, open(t, all, Options{}), "111111111111 s3:GetObject"); !strings.Contains(got, "whether account 111111111111 is in the organization") {
		t.Error(got)
	}
}

// Where a newer aws CLI prints paths, and where a policy's targets are asked from
// the other side, fewer outputs are needed.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html (Paths)
func TestPathsAndPoliciesOfTargetsTellTheTree(t *testing.T) {
	files := outputFiles()
	for name := range files {
		if strings.HasPrefix(name, "org/") && name != "org/scp.json" && name != "org/roots.json" {
			delete(files, name)
		}
	}
	account := func(id, path string) string {
		return `{"Id":"` + id + `","Arn":"` + org + `account/o-example123/` + id + `","Paths":["o-example123/r-root/` + path + id + `/"]}`
	}
	unit := func(id, path string) string {
		return `{"Id":"` + id + `","Arn":"` + org + `ou/o-example123/` + id + `","Name":"` + id + `","Path":"o-example123/r-root/` + path + id + `/"}`
	}
	files["org/accounts.json"] = `{"Accounts":[` + account("111111111111", "") + "," + account("222222222222", production+"/"+shop+"/") + "," + account("999999999999", "") + `]}`
	files["org/units.json"] = `{"OrganizationalUnits":[` + unit(production, "") + "," + unit(shop, production+"/") + `]}`
	const full = `{"Id":"p-FullAWSAccess","Name":"FullAWSAccess","Type":"SERVICE_CONTROL_POLICY","AwsManaged":true,"Arn":"arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"}`
	for _, id := range []string{"r-root", shop, "111111111111", "222222222222"} {
		files["org/policies-of-"+id+".json"] = `{"Policies":[` + full + `]}`
	}
	files["org/policies-of-"+production+".json"] = `{"Policies":[` + full + "," + summaryOfDeletes + `]}`
	a := open(t, files, Options{})
	for question, want := range outputQuestions {
		if got := answered(t, a, question); got != want {
			t.Errorf("%s: %s, want %s", question, got, want)
		}
	}
	delete(files, "org/policies-of-"+shop+".json")
	if got := answered(t, open(t, files, Options{}), "222222222222 s3:GetObject"); !strings.Contains(got, "list-policies") {
		t.Error(got)
	}
}

// A plan that changes a policy comes in the place of what the outputs say of it;
// outputs may lie in the folder of an organization, too.
func TestAPlanComesOverOutputs(t *testing.T) {
	files := make(texts)
	for name, text := range outputFiles() {
		files[strings.Replace(name, "org/", "f/organization/", 1)] = text
	}
	if got := answered(t, open(t, files, Options{}), "222222222222 s3:DeleteObject"); got != "denied" {
		t.Fatal(got)
	}
	files["plan.json"] = planOf("", "aws_organizations_policy.d", `{"id":"p-deletes123","name":"no-deletes","type":"SERVICE_CONTROL_POLICY","content":`+
		quoted(strings.Replace(allowAll, "Allow", "Deny", 1))+`}`, `{}`)
	if got := answered(t, open(t, files, Options{}), "222222222222 s3:GetObject"); got != "denied" {
		t.Error(got)
	}
	files["plan.json"] = strings.ReplaceAll(files["plan.json"], "Deny", "Allow")
	if got := answered(t, open(t, files, Options{}), "222222222222 s3:DeleteObject"); got != "allowed" {
		t.Error(got)
	}
}

// What is no whole answer, or contradicts another, is refused with its place.
func TestOutputsThatCannotBePutTogether(t *testing.T) {
	for _, c := range []struct {
		rule, name, text, want string
	}{
		{"the targets of nobody knows which policy", "org/targets.json", `{"Targets":[]}`, "org/targets.json: what aws organizations list-targets-for-policy prints does not tell what it was asked about: put that id into the file's name, as in targets-p-examplepolicyid.json"},
		{"the parents of nobody", "org/parents.json", `{"Parents":[]}`, "as in parents-of-111111111111.json"},
		{"units without their parent", "org/units.json", `{"OrganizationalUnits":[{"Id":"ou-root-aaaaaaaa"}]}`, "as in units-of-r-examplerootid.json"},
		{"one page", "org/more.json", `{"Accounts":[],"NextToken":"x"}`, "org/more.json: this is one page of several"},
		{"another organization", "org/other.json", `{"Organization":{"Id":"o-other12345"}}`, "one organization is asked about at a time"},
		{"two parents", "org/parents-of-111111111111-too.json", `{"Parents":[{"Id":"` + shop + `","Type":"ORGANIZATIONAL_UNIT"}]}`, "111111111111 is in "},
		{"an organization file as well", "org/all.yaml", "management: \"999999999999\"\nroot: {}", "there is another organization"},
		{"a policy that is none", "org/p2.json", `{"Policy":{"PolicySummary":` + summaryOfDeletes + `,"Content":"{"}}`, "the policy cannot be read"},
		{"another service's", "org/bucket.json", `{"Policy":"{}"}`, "none of the outputs"},
		{"a policy without a type", "org/typeless.json", `{"Policies":[{"Arn":"` + org + `policy/o-example123/x/p-aaaaaaaa"}]}`, "no Id or no Type"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			files := outputFiles()
			delete(files, "org/scp.json")
			files[c.name] = c.text
			if _, err := Read(files.files(), Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}
