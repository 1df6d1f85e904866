package explain

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/policy"
)

func read(t *testing.T, text string) *policy.Document {
	t.Helper()
	doc, err := policy.Parse(text)
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return doc
}

// An edit changes what it says and leaves every other byte as the author wrote
// it; what comes out is a policy again.
func TestEditsLeaveTheRestOfTheTextAlone(t *testing.T) {
	const one = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole"}}`
	const spread = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "Service": [
          "ec2.amazonaws.com",
          "ecs.amazonaws.com"
        ]
      },
      "Action": [
        "sts:AssumeRole",
        "sts:TagSession"
      ]
    },
    {
      "Sid": "Second",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "sts:*",
      "Condition": {
        "Bool": {
          "aws:SecureTransport": "false"
        }
      }
    }
  ]
}`
	action := func(doc *policy.Document, i int) policy.Set { return doc.Statements[i].Actions }
	last := func(s policy.Set) policy.Span { return s.Values[len(s.Values)-1].Span }
	for _, c := range []struct {
		rule, text string
		edit       func(*policy.Document) splice
		gone, came string // the piece of the text that changes, before and after
	}{
		{"a single value becomes a list", one,
			func(d *policy.Document) splice { return addValue(d.Text, last(action(d, 0)), "sts:TagSession") },
			`"sts:AssumeRole"`, `["sts:AssumeRole", "sts:TagSession"]`},
		{"a list on lines of its own goes on below", spread,
			func(d *policy.Document) splice { return addValue(d.Text, last(action(d, 0)), "sts:SetSourceIdentity") },
			"\"sts:TagSession\"\n", "\"sts:TagSession\",\n        \"sts:SetSourceIdentity\"\n"},
		{"a value with quotes in it", one,
			func(d *policy.Document) splice { return addValue(d.Text, last(action(d, 0)), `a"b\c<&>`) },
			`"sts:AssumeRole"`, `["sts:AssumeRole", "a\"b\\c<&>"]`},
		{"a value in another's place", one,
			func(d *policy.Document) splice { return setValue(last(action(d, 0)), "sts:*") },
			`"sts:AssumeRole"`, `"sts:*"`},
		{"the last of a list goes, with the comma before it", spread,
			func(d *policy.Document) splice { return must(removeValue(d.Text, action(d, 0).Values[1].Span)) },
			",\n        \"sts:TagSession\"", ""},
		{"the first of a list goes, with the comma behind it", spread,
			func(d *policy.Document) splice { return must(removeValue(d.Text, action(d, 0).Values[0].Span)) },
			"\"sts:AssumeRole\",\n        ", ""},
		{"a principal of the same kind", one,
			func(d *policy.Document) splice {
				return must(addPrincipal(d.Text, d.Statements[0].Principals, policy.AWS, "222222222222"))
			},
			`"111111111111"`, `["111111111111", "222222222222"]`},
		{"a principal of another kind", one,
			func(d *policy.Document) splice {
				return must(addPrincipal(d.Text, d.Statements[0].Principals, policy.Service, "ec2.amazonaws.com"))
			},
			`"111111111111"`, `"111111111111", "Service": "ec2.amazonaws.com"`},
		{"a principal of another kind behind a list", spread,
			func(d *policy.Document) splice {
				return must(addPrincipal(d.Text, d.Statements[0].Principals, policy.AWS, "111111111111"))
			},
			"\"ecs.amazonaws.com\"\n        ]", "\"ecs.amazonaws.com\"\n        ], \"AWS\": \"111111111111\""},
		{"a statement beside a bare one", one,
			func(d *policy.Document) splice {
				return addStatement(d, "{\n  \"Effect\": \"Deny\",\n  \"Principal\": \"*\",\n  \"Action\": \"sts:*\"\n}")
			},
			`{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole"}`,
			`[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole"}, {"Effect": "Deny", "Principal": "*", "Action": "sts:*"}]`},
		{"a statement behind others, at their margin", spread,
			func(d *policy.Document) splice {
				return addStatement(d, "{\n  \"Effect\": \"Allow\",\n  \"Principal\": \"*\",\n  \"Action\": \"sts:*\"\n}")
			},
			"      }\n    }\n  ]", "      }\n    },\n    {\n      \"Effect\": \"Allow\",\n      \"Principal\": \"*\",\n      \"Action\": \"sts:*\"\n    }\n  ]"},
		{"a statement goes", spread,
			func(d *policy.Document) splice { return must(removeStatement(d, 0)) },
			spread[strings.Index(spread, "{\n      \"Effect\""):strings.Index(spread, "{\n      \"Sid\"")], ""},
		{"a condition beside one of the same operator", spread,
			func(d *policy.Document) splice { return addCondition(d, 1, "Bool", "aws:ViaAWSService", "false") },
			`"aws:SecureTransport"`, `"aws:ViaAWSService": "false", "aws:SecureTransport"`},
		{"a condition of another operator", spread,
			func(d *policy.Document) splice {
				return addCondition(d, 1, "ArnNotEquals", "aws:PrincipalArn", "arn:x")
			},
			`"Bool"`, `"ArnNotEquals": {"aws:PrincipalArn": "arn:x"}, "Bool"`},
		{"a first condition", one,
			func(d *policy.Document) splice {
				return addCondition(d, 0, "ArnNotEquals", "aws:PrincipalArn", "arn:x")
			},
			`"sts:AssumeRole"`, `"sts:AssumeRole", "Condition": {"ArnNotEquals": {"aws:PrincipalArn": "arn:x"}}`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			doc := read(t, c.text)
			got := c.edit(doc).apply(doc.Text)
			if want := strings.Replace(c.text, c.gone, c.came, 1); got != want {
				t.Errorf("%s\nwant\n%s", got, want)
			}
			read(t, got)
		})
	}
}

// must is an edit that there has to be.
func must(s splice, ok bool) splice {
	if !ok {
		panic("there is no such edit")
	}
	return s
}

// What would leave no policy, or would not mean what it says, is no edit.
func TestSomeEditsThereAreNot(t *testing.T) {
	doc := read(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}`)
	negated := read(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":"111111111111"},"Action":["sts:AssumeRole"]}]}`)
	for rule, found := range map[string]bool{
		"the only value of an element is taken out":  second(removeValue(doc.Text, doc.Statements[0].Actions.Values[0].Span)),
		"the only value of a list is taken out":      second(removeValue(negated.Text, negated.Statements[0].Actions.Values[0].Span)),
		"the only statement is taken out":            second(removeStatement(doc, 0)),
		"somebody is let in where everybody is":      second(addPrincipal(doc.Text, doc.Statements[0].Principals, policy.AWS, "111111111111")),
		"NotPrincipal names one more":                second(addPrincipal(negated.Text, negated.Statements[0].Principals, policy.AWS, "222222222222")),
		"a principal where there is no such element": second(addPrincipal(doc.Text, policy.PrincipalSet{}, policy.AWS, "222222222222")),
		"a principal where the element names nobody": second(addPrincipal(doc.Text, policy.PrincipalSet{Present: true}, policy.AWS, "222222222222")),
	} {
		if found {
			t.Error(rule)
		}
	}
}

func second(_ splice, ok bool) bool { return ok }

// A diff shows what changes with two lines around it; one line is laid out
// first.
func TestADiffShowsWhatChanges(t *testing.T) {
	for _, c := range []struct{ rule, was, is, want string }{
		{"in a text on lines", "a\nb\nc\nd\ne\nf", "a\nb\nc\nX\ne\nf", " b\n c\n-d\n+X\n e\n f\n"},
		{"at its beginning", "a\nb\nc\nd", "X\nb\nc\nd", "-a\n+X\n b\n c\n"},
		{"at its end", "a\nb\nc\nd", "a\nb\nc\nX", " b\n c\n-d\n+X\n"},
		{"lines that come", "a\nb", "a\nX\nY\nb", " a\n+X\n+Y\n b\n"},
		{"lines that go", "a\nX\nY\nb", "a\nb", " a\n-X\n-Y\n b\n"},
		{"in a text on one line", `{"a":["x"]}`, `{"a":["x","y"]}`, " {\n   \"a\": [\n-    \"x\"\n+    \"x\",\n+    \"y\"\n   ]\n }\n"},
		{"a new text", "", "{\n}", "+{\n+}\n"},
		{"lines that are the same on both sides of the change", "a\na\na", "a\na", " a\n a\n-a\n"},
	} {
		if got := diff(c.was, c.is); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.rule, got, c.want)
		}
	}
	if got := oneLine("{\n \"a\": [ 1 ]\n}"); got != `{"a":[1]}` {
		t.Error(got)
	}
	if got := oneLine("{"); got != "{" {
		t.Error(got)
	}
}

// Every home that can be changed has the aws CLI's line that does it, with the
// document in quotes that a shell takes as they are.
func TestEachHomeHasItsCommand(t *testing.T) {
	const document = "{\n  \"a\": \"it's\"\n}"
	const quoted = `'{"a":"it'\''s"}'`
	for _, c := range []struct {
		home          Home
		name, command string
	}{
		{Home{Kind: RoleTrust, Owner: "R"}, "trust policy of role R", "aws iam update-assume-role-policy --role-name R --policy-document " + quoted},
		{Home{Kind: RoleInline, Owner: "R", Policy: "P"}, "inline policy P of role R", "aws iam put-role-policy --role-name R --policy-name P --policy-document " + quoted},
		{Home{Kind: UserInline, Owner: "U", Policy: "P"}, "inline policy P of user U", "aws iam put-user-policy --user-name U --policy-name P --policy-document " + quoted},
		{Home{Kind: GroupInline, Owner: "G", Policy: "P"}, "inline policy P of group G", "aws iam put-group-policy --group-name G --policy-name P --policy-document " + quoted},
		{Home{Kind: CustomerManaged, ARN: "arn:p"}, "managed policy arn:p", "aws iam create-policy-version --policy-arn arn:p --set-as-default --policy-document " + quoted},
		{Home{Kind: OrganizationPolicy, Policy: "p-1"}, "organization policy p-1", "aws organizations update-policy --policy-id p-1 --content " + quoted},
		{Home{Kind: BucketPolicy, Owner: "b"}, "policy of bucket b", "aws s3api put-bucket-policy --bucket b --policy " + quoted},
		{Home{Kind: AWSManaged, ARN: "arn:aws"}, "managed policy arn:aws", ""},
		{Home{Kind: SessionPolicy}, "session policy", ""},
		{Home{}, "", ""},
	} {
		if got := c.home.String(); got != c.name {
			t.Errorf("%q, want %q", got, c.name)
		}
		if got := c.home.command(document); got != c.command {
			t.Errorf("%s, want %s", got, c.command)
		}
		if unchangeable := c.home.Kind == AWSManaged || c.home.Kind == SessionPolicy; c.home.changeable() == unchangeable {
			t.Errorf("%s: changeable is %v", c.name, c.home.changeable())
		}
	}
}

// A document of one line is laid out before it is compared, whatever white
// space is around it: the aws CLI stores the line end of a file too.
func TestADocumentOfOneLineIsComparedLaidOut(t *testing.T) {
	got := diff("{\"a\":1,\"b\":2}\n", "{\"a\":1,\"b\":[2,3]}\n")
	if want := " {\n   \"a\": 1,\n-  \"b\": 2\n+  \"b\": [\n+    2,\n+    3\n+  ]\n }\n"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
