package explain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/policy"
)

// session is a question of a session that its session policy holds back.
func session(t *testing.T, who authz.Principal, text string) explain.Question {
	t.Helper()
	q := scene{caller: devRole + "@ann", action: "s3:GetObject", resource: object, identity: []string{statement(readOnly)}}.question(t)
	q.Request.Principal, q.Policies.SessionPresent = who, true
	if text != "" {
		q.Policies.Session = []authz.Named{{Name: "SessionPolicy", Document: parsed(t, text)}}
	}
	q.Homes = func(r explain.Ref) explain.Home {
		if r.Layer == authz.SessionLayer {
			return explain.Home{Kind: explain.SessionPolicy}
		}
		return explain.Home{Kind: explain.AWSManaged}
	}
	return q
}

// Who is held back by what was passed as the session began begins it again, with
// a policy that allows it or with none: by the line of how it began.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
func TestASessionIsBegunAgain(t *testing.T) {
	const (
		listing = `"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"`
		added   = `aws sts assume-role --role-arn ` + devRole + ` --role-session-name ann`
		dropped = "assume the role again without a session policy"
		again   = "assume the role again with a session policy that allows it: "
	)
	dev := principal(t, devRole+"@ann").(authz.RoleSession)
	by := func(provider string) authz.RoleSession {
		p := dev
		p.Provider = provider
		return p
	}
	bob := authz.FederatedUser{Name: "bob", Parent: principal(t, annARN)}
	for _, c := range []struct {
		rule    string
		who     authz.Principal
		session string
		fixes   []string
		begins  string // the first line
	}{
		{"a statement, an action more, or none", dev, statement(listing),
			[]string{again + "allow s3:GetObject on " + object + " with a statement", again + "add s3:GetObject to Action", dropped}, added + ` --policy '{"Version":`},
		{"a resource more", dev, statement(`"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::c/*"`),
			[]string{again + "add " + object + " to Resource", again + "allow s3:GetObject on " + object + " with a statement", dropped}, added + ` --policy '{"Version":`},
		{"a denial", dev, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}]}`,
			[]string{again + "take s3:GetObject out of statement 2", dropped, again + "remove statement 2"}, added + ` --policy '{"Version":`},
		{"a session by SAML", by("arn:aws:iam::" + account + ":saml-provider/Corp"), statement(listing), nil,
			`aws sts assume-role-with-saml --role-arn ` + devRole + ` --principal-arn arn:aws:iam::` + account + `:saml-provider/Corp --saml-assertion file://ASSERTION --policy '{`},
		{"a session by a token", by("arn:aws:iam::" + account + ":oidc-provider/idp.example.com"), statement(listing), nil,
			`aws sts assume-role-with-web-identity --role-arn ` + devRole + ` --role-session-name ann --web-identity-token file://TOKEN --policy '{`},
		{"a federated user", bob, statement(listing), nil, `aws sts get-federation-token --name bob --policy '{`},
		{"a federated user without any", bob, "", []string{"get a federation token again with a session policy that allows it: allow s3:GetObject on " + object}, `aws sts get-federation-token --name bob --policy '{`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			x := explain.Explain(session(t, c.who, c.session), true)
			if x.Allowed || len(x.Fixes) == 0 {
				t.Fatalf("%v %s", x.Allowed, x.Verdict)
			}
			if got := titles(x.Fixes); c.fixes != nil && !slices.Equal(got, c.fixes) {
				t.Errorf("%q, want %q", got, c.fixes)
			}
			if got := x.Fixes[0].Edits[0].Command; !strings.HasPrefix(got, c.begins) {
				t.Errorf("%s, want %s", got, c.begins)
			}
			for _, f := range x.Fixes {
				begun := session(t, c.who, f.Edits[0].Document)
				begun.Policies.SessionPresent = f.Edits[0].Document != ""
				if d := authz.Decide(begun.Request, begun.Policies); !d.Allowed {
					t.Errorf("%q: %+v", f.Title, d)
				}
				if words := shellWords(t, f.Edits[0].Command); f.Edits[0].Document != "" && words[len(words)-1] != compact(f.Edits[0].Document) {
					t.Errorf("%q does not pass %s", f.Edits[0].Command, f.Edits[0].Document)
				}
				if !strings.HasPrefix(f.Warnings[len(f.Warnings)-1], "pass again what else the session began with") && f.Title != dropped {
					t.Errorf("%q: %q", f.Title, f.Warnings)
				}
			}
		})
	}
}

// Managed policies that narrow a session are passed again beside one that allows,
// and so are its tags and its source identity.
func TestASessionIsBegunWithWhatItHad(t *testing.T) {
	const managed = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
	q := session(t, principal(t, devRole+"@ann"), "")
	q.Policies.Session = []authz.Named{{Name: "IAMReadOnlyAccess", ARN: managed, Document: parsed(t, statement(`"Effect":"Allow","Action":"iam:Get*","Resource":"*"`))}}
	q.Request.Context.Set("aws:PrincipalTag/team", "it's red")
	q.Request.Context.Set("aws:SourceIdentity", "ann")
	q.SessionTags = []string{"team"}
	x := explain.Explain(q, true)
	want := `aws sts assume-role --role-arn ` + devRole + ` --role-session-name ann --source-identity 'ann' --tags '[{"Key":"team","Value":"it'\''s red"}]' --policy-arns arn=` + managed + ` --policy '`
	if len(x.Fixes) != 2 || !strings.HasPrefix(x.Fixes[0].Edits[0].Command, want) || strings.Contains(x.Fixes[1].Edits[0].Command, "--policy") {
		t.Fatalf("%+v\nwant %s", x.Fixes, want)
	}
	q.Policies.Session[0].Document = parsed(t, statement(`"Effect":"Deny","Action":"s3:*","Resource":"*"`))
	if x := explain.Explain(q, true); len(x.Fixes) != 1 || x.Fixes[0].Title != "assume the role again without a session policy" || len(x.Fixes[0].Warnings) != 2 {
		t.Errorf("%q", titles(x.Fixes))
	}
}

// Of a session policy of which nothing is known a new one is told, and that it has
// to hold what the other did.
func TestASessionPolicyThatIsNotKnown(t *testing.T) {
	q := session(t, principal(t, devRole+"@ann"), "")
	q.Policies.Session = []authz.Named{{Name: "SessionPolicy", Document: &policy.Document{Version: policy.Version2012}}}
	x := explain.Explain(q, true)
	if len(x.Fixes) != 2 || !strings.HasPrefix(x.Fixes[0].Title, "assume the role again with a session policy that allows it: ") || !strings.Contains(strings.Join(x.Fixes[0].Warnings, "; "), "not known here") {
		t.Errorf("%+v", x.Fixes)
	}
}

// What nobody can begin again, and a policy that is too long to be passed, are no
// fixes.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (Policy: 2048 characters)
func TestASessionThatCannotBeBegunAgain(t *testing.T) {
	const listing = `"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"`
	for rule, who := range map[string]authz.Principal{
		"a role of IAM Identity Center": principal(t, regional),
		"a service's role":              principal(t, "arn:aws:iam::"+account+":role/aws-service-role/sso.amazonaws.com/AWSServiceRoleForSSO@s"),
		"a user":                        principal(t, annARN),
	} {
		if x := explain.Explain(session(t, who, statement(listing)), true); x.Allowed || len(x.Fixes) > 0 {
			t.Errorf("%s: %q", rule, titles(x.Fixes))
		}
	}
	long := statement(`"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::` + strings.Repeat("b", 2000) + `"`)
	x := explain.Explain(session(t, principal(t, devRole+"@ann"), long), true)
	if got := titles(x.Fixes); !slices.Equal(got, []string{"assume the role again without a session policy"}) {
		t.Errorf("%q", got)
	}
}
