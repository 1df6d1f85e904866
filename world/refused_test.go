package world

import (
	"strings"
	"testing"
)

// refusal is what reading some files comes to: a sentence that names the place.
func refusal(t *testing.T, files texts, o Options) string {
	t.Helper()
	w, err := Read(files.files(), o)
	if err == nil {
		a, opened := w.Open(t.Context())
		if err = opened; err == nil {
			_ = a.Close()
			return ""
		}
	}
	return err.Error()
}

func TestWhatIsWrongIsSaidWithItsPlace(t *testing.T) {
	ci := exported("111111111111", "ci", trusting(one+"root"))
	for _, c := range []struct {
		rule  string
		files texts
		says  string
	}{
		{"an export that is cut off", texts{"a.json": ci[:len(ci)-40]}, "a.json:1: RoleDetailList[0]: the file ends in the middle of the JSON"},
		{"a plan that is cut off", texts{"a.json": "{\n\"planned_values\": {\"root_module\":"}, "a.json:2: the file ends in the middle of the JSON"},
		{"an export twice", texts{"a.json": ci, "b.json": ci}, "b.json: RoleDetailList[0]: the role ci of account 111111111111 is in a.json: RoleDetailList[0] as well"},
		{"a role in an export and in a folder", texts{"a.json": ci, "f/111111111111/roles/CI/trust.json": trusting(one + "root")},
			"f/111111111111/roles/CI: the role CI of account 111111111111 is in a.json: RoleDetailList[0] as well"},
		{"a role twice in a template", texts{"t.yaml": "Resources:\n  A: {Type: AWS::IAM::User, Properties: {UserName: ann}}\n  B: {Type: AWS::IAM::User, Properties: {UserName: Ann}}\n"},
			"t.yaml:3: Resources.B: the user Ann of account 123456789012 is in t.yaml:2: Resources.A as well"},
		{"a policy in two plans", texts{
			"1.json": planOf("", "aws_iam_policy.a", `{"name":"p","policy":`+quoted(allowAll)+`}`, `{}`),
			"2.json": planOf("", "aws_iam_policy.b", `{"name":"p","policy":`+quoted(allowAll)+`}`, `{}`),
		}, "2.json: aws_iam_policy.b: the policy p of account 123456789012 is in 1.json: aws_iam_policy.a as well"},
		{"a role in two plans", texts{
			"1.json": planOf("", "aws_iam_role.a", `{"name":"r","assume_role_policy":`+quoted(trusting(one+"root"))+`}`, `{}`),
			"2.json": planOf("", "aws_iam_role.b", `{"name":"r","assume_role_policy":`+quoted(trusting(one+"root"))+`}`, `{}`),
		}, "2.json: aws_iam_role.b: the role r of account 123456789012 is in 1.json: aws_iam_role.a as well"},
		{"an inline policy twice, of a role that an export has", texts{"a.json": ci,
			"1.json": planOf("", "aws_iam_role_policy.a", `{"role":"ci","name":"x","policy":`+quoted(allowAll)+`}`, `{}`),
			"2.json": planOf("", "aws_iam_role_policy.b", `{"role":"ci","name":"x","policy":`+quoted(allowAll)+`}`, `{}`),
		}, "2.json: aws_iam_role_policy.b: the role ci has another inline policy x, in 1.json: aws_iam_role_policy.a"},
		{"a bucket's policy twice", texts{"f/buckets/b.json": strings.Replace(allowAll, `"Action"`, `"Principal":"*","Action"`, 1), "g/buckets/b.json": allowAll},
			"g/buckets/b.json: the policy of arn:aws:s3:::b is in f/buckets/b.json as well"},
		{"a role without a trust policy", texts{"f/roles/r/a.json": allowAll}, "f/roles/r: the role has no trust.json"},
		{"a policy that is none", texts{"f/roles/r/trust.json": "{\n \"Version\": \"2012-10-17\",\n \"Statement\": 3\n}"}, "f/roles/r/trust.json:3: the policy cannot be read"},
		{"a policy that is none, in a template", texts{"t.yaml": "Resources:\n  A:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Statement: 3\n"},
			"t.yaml:5: Resources.A.Properties.PolicyDocument: the policy cannot be read"},
		{"a policy that is none, in a plan", texts{"p.json": planOf("", "aws_iam_policy.a", `{"name":"p","policy":"{"}`, `{}`)}, "p.json: aws_iam_policy.a.policy: the policy cannot be read"},
		{"a policy alone", texts{"a.json": allowAll}, "a.json: this is a policy, and nothing tells whose"},
		{"an event among the files", texts{"a.json": `{"Records": []}`}, "give it with --event"},
		{"nothing of an organization", texts{"a.json": `{"Roots": []}`}, "a.json: nothing tells which account manages the organization"},
		{"a state as Terraform keeps it", texts{"a.json": `{"version": 4, "serial": 1}`}, "give what terraform show -json prints"},
		{"a saved plan", texts{"a.out": "PK\x03\x04xx"}, "this is a saved plan"},
		{"UTF-16", texts{"a.json": "\xff\xfe{\x00"}, "the file is UTF-16"},
		{"no text", texts{"a.json": "{\x00}"}, "there is a NUL byte"},
		{"nothing", texts{"a.json": " \n"}, "a.json: the file is empty"},
		{"only a comment", texts{"a.yaml": "# nothing\n"}, "a.yaml: there is nothing in the file"},
		{"a list", texts{"a.json": "[]"}, "a.json: this is a list, not an object"},
		{"who knows what", texts{"a.json": `{"hello": 1}`}, "a.json: this is nothing that rolecall knows"},
		{"JSON of two values", texts{"a.json": `{"Resources": {}} {}`}, "a.json:1: something follows the end of the JSON"},
		{"a member twice", texts{"a.json": "{\"Resources\": {},\n\"Resources\": {}}"}, `a.json:2: the member "Resources" stands there twice`},
		{"a name twice in YAML", texts{"a.yaml": "Resources: {}\nResources: {}\n"}, "a.yaml:2: Resources stands there twice"},
		{"YAML that is none", texts{"a.yaml": "Resources:\n  - a\n b: c\n"}, "a.yaml:"},
		{"two documents", texts{"a.yaml": "a: b\n---\nc: d\n"}, "more than one document"},
		{"an alias in itself", texts{"a.yaml": "Resources: &a\n  x: *a\n"}, "a.yaml:"},
		{"nested 10,000 deep in JSON", texts{"a.json": `{"Resources":` + strings.Repeat("[", 10_000)}, "a.json:1: "},
		{"nested 10,000 deep in YAML", texts{"a.yaml": "Resources: " + strings.Repeat("[", 10_000)}, "a.yaml:1: this is nested more than 200 deep"},
		{"a template without resources", texts{"a.yaml": "Transform: x\n"}, "a.yaml: the template has no Resources"},
		{"a resource without a type", texts{"a.yaml": "Resources:\n  A: {}\n"}, "a.yaml:2: Resources.A: the resource has no Type"},
		{"a session that is too long", texts{"f/roles/r/trust.json": trusting(one + "root"), "f/roles/r/settings.yaml": "maxSessionDuration: 5"}, "f/roles/r: 5 is no MaxSessionDuration"},
		{"settings that are none", texts{"f/users/u/settings.yaml": "attach: []"}, `f/users/u/settings.yaml:1: "attach" is none of attached, boundary, groups, id, tags, maxSessionDuration`},
		{"a name that IAM has not", texts{"f/users/a b/settings.yaml": "tags: {}"}, `"a b" is no name for a user`},
		{"a role that is a file", texts{"f/roles/r.json": allowAll}, "a role is a folder: roles/NAME/r.json"},
		{"a queue without a region", texts{"f/queues/q.json": allowAll}, "a policy here is queues/REGION/NAME.json"},
		{"policies of an organization without one", texts{"f/organization/scps/a.json": allowAll}, "no organization/organization.yaml"},
	} {
		if got := refusal(t, c.files, Options{}); !strings.Contains(got, c.says) {
			t.Errorf("%s: %s\nwant %s", c.rule, got, c.says)
		}
	}
}

func TestAnOrganizationThatContradictsItself(t *testing.T) {
	for _, c := range []struct{ rule, text, says string }{
		{"an account twice", `root: {accounts: ["222222222222", "222222222222"]}`, "account 222222222222 is in the organization twice"},
		{"a unit twice", `root: {units: [{name: a}, {name: a}]}`, "there is another unit a here"},
		{"a unit without a name", `root: {units: [{accounts: []}]}`, "the unit has no name"},
		{"an account's digits as a number that lost its zero", `root: {accounts: [22222222222]}`, "write it in quotes"},
		{"a policy that is nowhere", `root: {scps: [gone]}`, "there is no policy gone"},
		{"a member that nobody knows", `root: {policies: []}`, `"policies" is none of`},
		{"no root", `scps: {}`, "root is not there"},
		{"units without an end", `root: {units: [{name: a, units: [{name: b, units: [{name: c, units: [{name: d, units: [{name: e, units: [{name: f, units: [{name: g}]}]}]}]}]}]}]}`, "nested more than five deep"},
	} {
		if got := refusal(t, texts{"o.yaml": "management: \"999999999999\"\n" + c.text + "\n"}, Options{}); !strings.Contains(got, c.says) {
			t.Errorf("%s: %s\nwant %s", c.rule, got, c.says)
		}
	}
	both := texts{"o.yaml": "management: \"999999999999\"\nroot: {}\n", "p.yaml": "management: \"999999999999\"\nroot: {}\n"}
	if got := refusal(t, both, Options{}); !strings.Contains(got, "there is another organization in o.yaml:1") {
		t.Errorf("two organizations: %s", got)
	}
}

func TestCommentsAreTakenOutAndNothingElse(t *testing.T) {
	for _, c := range []struct {
		text, want       string
		comments, commas int
	}{
		{`{"a": "// no /* comment */"}`, `{"a": "// no /* comment */"}`, 0, 0},
		{"{// c\n\"a\": 1 /* d\n e */,\n}", "{    \n\"a\": 1     \n      \n}", 2, 1},
		{`[1, 2, ]`, `[1, 2  ]`, 0, 1},
		{`{"a\"//": 1,} // end`, `{"a\"//": 1 }       `, 1, 1},
		{`{"a": 1, /* c */ }`, `{"a": 1          }`, 1, 1},
		{`/* never closed`, `               `, 1, 0},
		{`"open \`, `"open \`, 0, 0},
	} {
		r := relax([]byte(c.text))
		if string(r.text) != c.want || len(r.comments) != c.comments || len(r.commas) != c.commas {
			t.Errorf("%q: %q %v %v", c.text, r.text, r.comments, r.commas)
		}
	}
}

// Every text is read or refused, and what is read can be asked.
func FuzzRead(f *testing.F) {
	f.Add(exported("111111111111", "ci", trusting(one+"root")))
	f.Add("Resources:\n  A:\n    Type: AWS::IAM::Role\n    Properties: {AssumeRolePolicyDocument: !Sub '${A}'}\n")
	f.Add(roles([]string{"- {Effect: Allow, Action: !If [Self, a, b], Resource: !Join ['', [!Ref R0]]}"}))
	f.Add(planOf(`{"address":"aws_iam_role.r","expressions":{"name":{"references":["module.a.b","var.x"]}}}`, "aws_iam_role.r", `{"name":"r"}`, `{"assume_role_policy":true}`))
	f.Add("management: \"999999999999\"\nroot: {units: [{name: a, accounts: ['111111111111']}]}\n")
	f.Add(`{"planned_values":{"root_module":{"resources":[{"address":"aws_s3_bucket_policy.b","mode":"managed","type":"aws_s3_bucket_policy","values":{"bucket":"b","policy":{}}}]}}}`)
	f.Fuzz(func(t *testing.T, body string) {
		w, err := Read([]File{{Name: "file", Text: []byte(body)}}, Options{})
		if err != nil {
			return
		}
		for _, a := range w.accounts {
			if _, err := a.files(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A folder's files are read or refused, whatever their names.
func FuzzFolder(f *testing.F) {
	f.Add("111111111111/roles/r/trust.json", trusting(one+"root"))
	f.Add("users/u/settings.yaml", "groups: [a]\nboundary: b\ntags: {c: d}")
	f.Add("organization/organization.yaml", "management: \"999999999999\"\nroot: {}")
	f.Add("buckets/b.json", `{"Policy": "{}"}`)
	for name, text := range outputFiles() {
		f.Add(name, text)
	}
	f.Add("../x/..", "")
	f.Fuzz(func(t *testing.T, name, body string) {
		_, _ = Read([]File{{Name: "folder/" + name, Text: []byte(body), Folder: "folder"}}, Options{})
	})
}

// What has no comments and no comma too many stays what it is, and lines stay
// where they are.
func FuzzRelax(f *testing.F) {
	f.Add("{// c\n\"a\": 1, }")
	f.Add(`"\`)
	f.Fuzz(func(t *testing.T, body string) {
		r := relax([]byte(body))
		if len(r.text) != len(body) || strings.Count(string(r.text), "\n") != strings.Count(body, "\n") {
			t.Fatalf("%q became %q", body, r.text)
		}
		if len(r.comments)+len(r.commas) == 0 && string(r.text) != body {
			t.Fatalf("%q became %q without a word", body, r.text)
		}
	})
}

// An event is a question or refused.
func FuzzReadEvent(f *testing.F) {
	f.Add(event("AssumedRole", `"arn":"arn:aws:sts::1:assumed-role/a/b"`, "s3.amazonaws.com", "GetObject", `{"bucketName":"b","key":"k"}`))
	f.Add(`{"Events":[{"CloudTrailEvent":"{}"}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		ask, err := ReadEvent(File{Name: "event", Text: []byte(body)}, "")
		if err == nil && (ask.Action == "" || ask.Resource == "") {
			t.Fatalf("%q: %+v", body, ask)
		}
	})
}
