package explain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

// A call that needs several permissions is not mended by one of them: what is
// offered makes all of them allowed, in one edit where one policy lacks them all.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
func TestAFixMakesTheWholeCallAllowed(t *testing.T) {
	const (
		tag, source = "sts:TagSession", "sts:SetSourceIdentity"
		may         = `"Effect":"Allow","Action":"sts:*","Resource":"*"`
		theirs      = "arn:aws:iam::" + other + ":role/x"
	)
	lets := func(who, actions string) string {
		return statement(`"Effect":"Allow","Principal":{"AWS":"` + who + `"},"Action":` + actions)
	}
	for _, c := range []struct {
		rule     string
		resource string
		identity string
		trust    string
		also     []string
		fix      string
		contains string // of the first edit's document
	}{
		{"with session tags, a statement that names both", target, may, lets(other, `"sts:AssumeRole"`), []string{tag},
			"let " + annARN + " in with a statement", `"Action": ["sts:AssumeRole", "sts:TagSession"]`},
		{"with a source identity too, one that names all three", target, may, lets(other, `"sts:AssumeRole"`), []string{tag, source},
			"let " + annARN + " in with a statement", `"Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]`},
		{"a statement that names both is given the caller alone", target, may, lets(other, `["sts:AssumeRole","sts:TagSession"]`), []string{tag},
			"let " + annARN + " in", `"Action": ["sts:AssumeRole", "sts:TagSession"]`},
		{"a statement of neither is given both", target, may, lets(account, `"sts:GetCallerIdentity"`), []string{tag},
			"add sts:AssumeRole and sts:TagSession to Action", `["sts:GetCallerIdentity", "sts:AssumeRole", "sts:TagSession"]`},
		{"the caller's own policy lacks both", theirs, `"Effect":"Allow","Action":"s3:*","Resource":"*"`, lets(account, `["sts:AssumeRole","sts:TagSession"]`), []string{tag},
			"allow sts:AssumeRole and sts:TagSession on " + theirs + " with an inline policy", `"Action": ["sts:AssumeRole", "sts:TagSession"]`},
		{"the caller's own policy lacks the one, the role's the other", theirs, `"Effect":"Allow","Action":"sts:TagSession","Resource":"` + theirs + `"`, lets(account, `"sts:AssumeRole"`), []string{tag},
			"add sts:AssumeRole to Action, and add sts:TagSession to Action", `["sts:TagSession", "sts:AssumeRole"]`},
		{"what allows the one already is not given it again", theirs, `"Effect":"Allow","Action":["sts:TagSession"],"Resource":"*"`, lets(account, `["sts:AssumeRole","sts:TagSession"]`), []string{tag},
			"allow sts:AssumeRole on " + theirs + " with an inline policy", `"Action": "sts:AssumeRole"`},
		{"without any, the action alone", target, may, lets(other, `"sts:AssumeRole"`), nil,
			"let " + annARN + " in", `"Action": "sts:AssumeRole"`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			ask := func() explain.Question {
				q := scene{caller: annARN, action: "sts:AssumeRole", resource: c.resource, identity: []string{statement(c.identity)}, trust: c.trust,
					keys: map[string]string{"aws:RequestTag/team": "red", "sts:SourceIdentity": "ann"}}.question(t)
				q.Also = c.also
				return at(q)
			}
			x := explain.Explain(ask(), true)
			if x.Allowed || x.Action != "sts:AssumeRole" {
				t.Fatalf("%v %s", x.Allowed, x.Action)
			}
			i := slices.IndexFunc(x.Fixes, func(f explain.Fix) bool { return strings.HasPrefix(f.Title, c.fix) })
			if i < 0 {
				t.Fatalf("%q, want %q", titles(x.Fixes), c.fix)
			}
			if got := compact(x.Fixes[i].Edits[0].Document); !strings.Contains(got, strings.ReplaceAll(c.contains, " ", "")) {
				t.Errorf("%s, want %s", got, c.contains)
			}
			for _, f := range x.Fixes {
				for _, action := range append([]string{"sts:AssumeRole"}, c.also...) {
					q := ask()
					q.Request.Action = action
					if d := decideWith(t, q, f); !d.Allowed {
						t.Errorf("after %q %s: %+v", f.Title, action, d)
					}
				}
			}
		})
	}
}

// What is passed asks for a permission of its own: a tag, or a source identity,
// that the role asks for is no fix where that permission is not there.
func TestWhatIsPassedAsksForItsPermission(t *testing.T) {
	for _, c := range []struct{ key, needs, fix string }{
		{"aws:RequestTag/team", "sts:TagSession", "pass the session tag team=red"},
		{"sts:SourceIdentity", "sts:SetSourceIdentity", "pass the source identity red"},
		{"sts:ExternalId", "", "pass the external id red"},
	} {
		s := scene{caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(`"Effect":"Allow","Action":"sts:*","Resource":"*"`)},
			trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"` + c.key + `":"red"}}`)}
		want := c.fix
		if c.needs != "" {
			want += ", and add " + c.needs + " to Action"
		}
		f := explain.Explain(at(s.question(t)), true).Fixes[0]
		if f.Title != want || !strings.HasPrefix(f.Edits[0].Command, "aws sts assume-role --role-arn "+target) {
			t.Errorf("%s: %q by %s, want %q", c.key, f.Title, f.Edits[0].Command, want)
		}
	}
}

// The call of a permission that comes second is the one that needs both: its line
// is that call's, and a denial of the first is looked at as well.
func TestTheSecondPermissionIsOfTheSameCall(t *testing.T) {
	s := scene{caller: annARN, action: "sts:TagSession", resource: target, identity: []string{statement(`"Effect":"Allow","Action":"sts:*","Resource":"*"`)},
		keys:  map[string]string{"aws:RequestTag/team": "blue"},
		trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{"aws:RequestTag/team":"red"}}`)}
	for also, want := range map[string]string{
		"sts:AssumeRole":         `aws sts assume-role --role-arn ` + target + ` --role-session-name 'session' --tags '[{"Key":"team","Value":"red"}]'`,
		"":                       `aws sts assume-role --role-arn ` + target + ` --role-session-name 'session' --tags '[{"Key":"team","Value":"red"}]'`,
		"sts:AssumeRoleWithSAML": "",
	} {
		q := s.question(t)
		if also != "" {
			q.Also = []string{also}
		}
		got := ""
		for _, f := range explain.Explain(q, true).Fixes {
			if f.Edits[0].Target == "request" {
				got = f.Edits[0].Command
			}
		}
		if got != want {
			t.Errorf("beside %q: %q, want %q", also, got, want)
		}
	}
	q := s.question(t)
	q.Also = []string{"sts:AssumeRole"}
	explain.Explain(q, true)
	if q.Request.Action != "sts:TagSession" || !slices.Equal(q.Also, []string{"sts:AssumeRole"}) || authz.Decide(q.Request, q.Policies).Allowed {
		t.Errorf("the question was changed: %s %q", q.Request.Action, q.Also)
	}
}
