package conformance_test

import (
	"errors"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/conformance"
)

// suite reads the cases that come with the package.
func suite(t *testing.T) []conformance.Case {
	t.Helper()
	cases, err := conformance.Read(conformance.Suite())
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// TestSuite holds every case against the engine that decides.
func TestSuite(t *testing.T) {
	cases := suite(t)
	for _, c := range cases {
		if err := c.Run(authz.Decide); err != nil {
			t.Error(err)
		}
	}
	if least := 600; len(cases) < least {
		t.Errorf("there are %d cases, fewer than %d", len(cases), least)
	}
}

// TestRulesOfTheSuite: a rule that is mistyped would count for itself.
func TestRulesOfTheSuite(t *testing.T) {
	known := regexp.MustCompile(`^([GEMCVA][0-9]+|keys|peer [0-9]+|(document )?question [0-9]+)$`)
	for _, c := range suite(t) {
		for _, rule := range c.Rules {
			if !known.MatchString(rule) {
				t.Errorf("%s:%d: there is no rule %q", c.File, c.Line, rule)
			}
		}
	}
}

// TestSuiteScoresWrongEngines: an engine that always gives one answer fails
// where the answer is another.
func TestSuiteScoresWrongEngines(t *testing.T) {
	engines := map[string]conformance.Decide{
		"allows everything": func(authz.Request, authz.Policies) authz.Decision {
			return authz.Decision{Allowed: true, Reason: authz.Granted{Layer: authz.IdentityLayer}}
		},
		"denies everything": func(authz.Request, authz.Policies) authz.Decision {
			return authz.Decision{Reason: authz.ImplicitDeny{Layer: authz.IdentityLayer}}
		},
		"forgets the boundary": func(r authz.Request, p authz.Policies) authz.Decision {
			p.Boundary = nil
			return authz.Decide(r, p)
		},
		"forgets session policies": func(r authz.Request, p authz.Policies) authz.Decision {
			p.Session, p.SessionPresent = nil, false
			return authz.Decide(r, p)
		},
		"forgets organizations": func(r authz.Request, p authz.Policies) authz.Decision {
			p.SCPs, p.RCPs = nil, nil
			return authz.Decide(r, p)
		},
		"forgets the endpoint": func(r authz.Request, p authz.Policies) authz.Decision {
			p.Endpoint = nil
			return authz.Decide(r, p)
		},
		"forgets the resource's account": func(r authz.Request, p authz.Policies) authz.Decision {
			r.ResourceAccount = r.Principal.AccountID()
			return authz.Decide(r, p)
		},
		"forgets the context": func(r authz.Request, p authz.Policies) authz.Decision {
			r.Context = authz.Context{}
			return authz.Decide(r, p)
		},
	}
	cases := suite(t)
	for name, engine := range engines {
		wrong := 0
		for _, c := range cases {
			if fails(c, engine) {
				wrong++
			}
		}
		if wrong < 5 {
			t.Errorf("an engine that %s fails in %d cases only", name, wrong)
		}
	}
}

// fails tells whether an engine fails a case; a panic is a failure.
func fails(c conformance.Case, engine conformance.Decide) (failed bool) {
	defer func() { failed = failed || recover() != nil }()
	return c.Run(engine) != nil
}

const head = "rule: V1\nsource: a page\ncaller: anonymous\naction: s3:GetObject\nresource: *\n"

// TestFormat reads small files and tells which cases they hold.
func TestFormat(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a case has the file's fields", head + "-- one\nexpect: implicitDeny", "one"},
		{"a comment and blank lines are nothing", "# words\n\n" + head + "\n-- one\n# more\nexpect: implicitDeny\n\n", "one"},
		{"a section's title goes before its cases", head + "== part\n-- one\nexpect: denied", "part: one"},
		{"a section's fields are not the next one's", head + "== a\nexpect: denied\n-- one\n== b\nexpect: implicitDeny\n-- two", "a: one, b: two"},
		{"== alone ends a section", head + "== a\nexpect: allowed\n==\n-- one\nexpect: denied", "one"},
		{"a row is a case", head + "| case | expect |\n| one | denied |\n| two | implicitDeny |", "one, two"},
		{"an empty cell leaves the default", head + "expect: denied\n| case | expect |\n| one | |", "one"},
		{"indented lines go on with a field", head + "-- one\nexpect:\n denied\n\tin resource", "one"},
		{"$names are replaced, through each other", head + "$a: $b\n$b: denied\n-- one\nexpect: $a in resource", "one"},
		{"a dollar without a name stays", head + "-- one\ncontext: a=${b}; c=$\nexpect: denied", "one"},
		{"none is no policy", head + "-- one\nidentity: none\nexpect: denied", "one"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cases, err := conformance.Read(fstest.MapFS{"group/a.txt": {Data: []byte(test.text)}})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, c := range cases {
				names = append(names, c.Name)
				if err := c.Run(authz.Decide); err != nil {
					t.Error(err)
				}
				if c.Group != "group" || c.File != "group/a.txt" || c.Line == 0 {
					t.Errorf("%s stands at %s %s:%d", c.Name, c.Group, c.File, c.Line)
				}
			}
			if got := strings.Join(names, ", "); got != test.want {
				t.Errorf("has %q, want %q", got, test.want)
			}
		})
	}
}

// TestRefusals: a mistake in a file is an error that tells the line.
func TestRefusals(t *testing.T) {
	const policy = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	for _, test := range []struct{ name, text, want string }{
		{"an unknown field", head + "-- one\nexpect: denied\nidentities: x", "there is no field identities here"},
		{"a field of documents in a decision", head + "-- one\nexpect: denied\nkind: trust", "there is no field kind here"},
		{"no rule", "source: x\n-- one\nexpect: denied", "a case has a name, a rule and a source"},
		{"no source", "rule: V1\n-- one\nexpect: denied", "a case has a name, a rule and a source"},
		{"no name", head + "| case | expect |\n| | denied |", "a case has a name, a rule and a source"},
		{"no expectation", head + "-- one", "is none of"},
		{"an expectation that is none", head + "-- one\nexpect: forbidden", "is none of"},
		{"a type of policy that is none", head + "-- one\nexpect: denied in heaven", "is none of"},
		{"words after the expectation", head + "-- one\nexpect: denied in trust perhaps", "one word too many"},
		{"by without a Sid", head + "-- one\nexpect: denied by", "one word too many"},
		{"the same name twice", head + "expect: denied\n-- one\n-- one", "line 7 has a case of the same name"},
		{"a field twice", head + "-- one\nexpect: denied\nexpect: allowed", "expect is said twice"},
		{"a line that is nothing", head + "words", "line 6: neither field, case, row nor comment"},
		{"an indented line after nothing", " x", "goes on with no field"},
		{"a table that begins with another column", head + "| expect |", "the first column of a table is case"},
		{"a row that is too long", head + "| case | expect |\n| one | denied | x |", "a row of 3 cells in a table of 2 columns"},
		{"a field between a section's end and a case", head + "==\nexpect: denied", "belongs to no case and no section"},
		{"a name that is not defined", head + "-- one\nexpect: $x", "nothing is called $x"},
		{"names that lead to each other", head + "$a: $b\n$b: $a\n-- one\nexpect: $a", "names that lead to each other"},
		{"a caller that is none", head + "-- one\nexpect: denied\ncaller: somebody", "is nobody"},
		{"a caller with an option that is none", head + "-- one\nexpect: denied\ncaller: service x id=1", "does not belong here"},
		{"a user that is no ARN", head + "-- one\nexpect: denied\ncaller: user alice", "caller:"},
		{"an account that is none", head + "-- one\nexpect: denied\naccount: 12", "account:"},
		{"no action", "rule: V1\nsource: x\ncaller: anonymous\nresource: *\n-- one\nexpect: denied", "an action and a resource"},
		{"a policy that is none", head + "-- one\nexpect: denied\nidentity: {}", "identity:"},
		{"a policy that does not end", head + "-- one\nexpect: denied\nidentity: {\"Version\":", "identity:"},
		{"a name without a policy", head + "-- one\nexpect: denied\nidentity: mine", "mine has no document behind it"},
		{"two names before a policy", head + "-- one\nexpect: denied\nidentity: mine yours " + policy, "mine has no document behind it"},
		{"two boundaries", head + "-- one\nexpect: denied\nboundary: " + policy + " " + policy, "one policy of this type"},
		{"a column without a name", head + "| case | |", "column 2 has no name of its own"},
		{"a column twice", head + "| case | expect | expect |", "column 3 has no name of its own"},
		{"no boundary where there is one", head + "-- one\nexpect: denied\nboundary: empty", "one policy of this type"},
		{"a field without a name", head + "-- one\nexpect: denied\n: x", "neither field, case, row nor comment"},
		{"two policies of one resource", head + "-- one\nexpect: denied\nresource-policy: " + policy + "\ntrust-policy: " + policy, "a resource has one policy"},
		{"levels of session policies", head + "-- one\nexpect: denied\nsession: " + policy + " > " + policy, "no levels here"},
		{"levels of identity policies", head + "-- one\nexpect: denied\nidentity: " + policy + " > " + policy, "no levels here"},
		{"a key without a value", head + "-- one\nexpect: denied\ncontext: k", "is no name=value"},
		{"a value whose quotes do not end", head + "-- one\nexpect: denied\ncontext: k=\"a", "context: k:"},
		{"credentials that are none", head + "-- one\nexpect: denied\ngather: borrowed", "are no credentials"},
		{"a document of no kind", "rule: E1\nsource: x\n-- one\ndocument: {}\nexpect: valid", "kind:"},
		{"a refusal without a message", "rule: E1\nsource: x\nkind: trust\n-- one\ndocument: {}\nexpect: Malformed", "a refusal has a message"},
		{"a message without a refusal", "rule: E1\nsource: x\nkind: trust\n-- one\ndocument: {}\nexpect: valid\nmessage: x", "a refusal has a message"},
		{"a document with an expectation of a decision", "rule: E1\nsource: x\nkind: trust\n-- one\ndocument: {}\nexpect: denied in trust", "valid, or AWS's code"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := conformance.Read(fstest.MapFS{"a.txt": {Data: []byte(test.text)}})
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "a.txt: line ") {
				t.Errorf("says %v, want a.txt, a line and %q", err, test.want)
			}
		})
	}
}

func TestNamesThatAllFilesShare(t *testing.T) {
	files := fstest.MapFS{
		"names.txt": {Data: []byte("$verdict: denied")},
		"a/a.txt":   {Data: []byte(head + "-- one\nexpect: $verdict")},
		"README.md": {Data: []byte("not a case")},
	}
	if cases, err := conformance.Read(files); err != nil || len(cases) != 1 {
		t.Errorf("%d cases, %v", len(cases), err)
	}
	files["names.txt"] = &fstest.MapFile{Data: []byte("$a: b\n-- one")}
	if _, err := conformance.Read(files); err == nil || !strings.Contains(err.Error(), "names.txt") {
		t.Errorf("cases among the names: %v", err)
	}
}

func TestFoldersThatCannotBeRead(t *testing.T) {
	if _, err := conformance.Read(unreadable{}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("says %v", err)
	}
}

// unreadable is a folder that nobody may read.
type unreadable struct{}

// Open refuses.
func (unreadable) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

// TestDisagreement: what an engine says wrong is told beside what AWS says.
func TestDisagreement(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"another verdict", head + "-- one\nexpect: allowed", "a.txt:6: one (V1): want allowed, got implicitDeny in resource"},
		{"another type of policy", head + "-- one\nexpect: implicitDeny in SCP", "want implicitDeny in SCP, got implicitDeny in resource"},
		{"another kind of denial", head + "-- one\nexpect: explicitDeny", "want explicitDeny, got implicitDeny in resource"},
		{"an allowance where any denial will do", head + "resource-policy: {\"Statement\":{\"Sid\":\"A\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}}\n-- one\nexpect: denied", "want denied, got allowed in resource by A"},
		{"another statement", head + "resource-policy: {\"Statement\":{\"Sid\":\"A\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}}\n-- one\nexpect: allowed by B", "want allowed by B, got allowed in resource by A"},
		{"another text", head + "-- one\nexpect: denied\nmessage: Go away", "want the text\nGo away\ngot\nAccess Denied"},
		{"a document that is refused", "rule: E1\nsource: x\nkind: managed\n-- one\ndocument: x\nexpect: valid", `want valid "", got MalformedPolicyDocument "Syntax errors in policy."`},
		{"a document that is taken", "rule: E1\nsource: x\nkind: inline\n-- one\ndocument: {\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}\nexpect: X\nmessage: y", `want X "y", got valid ""`},
	} {
		t.Run(test.name, func(t *testing.T) {
			cases, err := conformance.Read(fstest.MapFS{"a.txt": {Data: []byte(test.text)}})
			if err != nil {
				t.Fatal(err)
			}
			if err := cases[0].Run(authz.Decide); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("says %v, want %s", err, test.want)
			}
		})
	}
}

// FuzzRead: whatever a file holds, reading it neither panics nor hangs, and
// what was read can be run.
func FuzzRead(f *testing.F) {
	f.Add(head + "-- one\nexpect: denied")
	f.Add(head + "== a\n| case | $x | expect |\n| one | b | $x |")
	f.Add("rule: E1\nsource: x\nkind: trust\n-- one\ndocument: \"\\ufeff{}\"\nexpect: X\nmessage: y")
	f.Add(head + "-- one\nexpect: allowed\ncontext: a=b; c[]=d,\"e\"\nscp: {} > {}\ngather: mfa")
	f.Add("$a: $a$a\n" + head + "-- one\nexpect: $a")
	f.Fuzz(func(t *testing.T, text string) {
		cases, err := conformance.Read(fstest.MapFS{"a.txt": {Data: []byte(text)}})
		if err != nil {
			return
		}
		for _, c := range cases {
			_ = c.Run(authz.Decide)
		}
	})
}
