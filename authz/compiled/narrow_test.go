package compiled_test

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
)

// TestNarrowPolicies: a policy of many statements that each list resources is
// asked for the resource first. What it does not list by its beginning is found
// all the same: by "*", by the Not form, by a short ARN, by a variable.
func TestNarrowPolicies(t *testing.T) {
	const allowed, denied = "allowed by identity-based policy", "denied explicitly by identity-based policy"
	const missing = "denied for want of identity-based policy"
	others := func(effect string) string {
		var all []string
		for _, name := range []string{"a", "b", "c", "d"} {
			all = append(all, `{"Effect":"`+effect+`","Action":"s3:GetObject","Resource":["arn:aws:s3:::`+name+`","arn:aws:s3:::`+name+`/*"]}`)
		}
		return strings.Join(all, ",")
	}
	for _, c := range []struct{ name, effect, last, want string }{
		{"none lists it", "Allow", "", missing},
		{"one lists it", "Allow", `"Action":"*","Resource":"arn:aws:s3:::reports/*"`, allowed},
		{"one lists it with a wildcard early", "Allow", `"Action":"*","Resource":"arn:aws:s3:::r*"`, allowed},
		{"one lists it with a wildcard in a part before the last", "Allow", `"Action":"*","Resource":"arn:*:s3:::reports/*"`, allowed},
		{"one lists it with a variable at once", "Allow", `"Action":"*","Resource":"arn:aws:s3:::${aws:PrincipalTag/bucket}/*"`, allowed},
		{"one lists it by a short ARN", "Allow", `"Action":"*","Resource":"arn:aws:s3"`, allowed},
		{"one lists everything", "Allow", `"Action":"*","Resource":"*"`, allowed},
		{"one lists everything but another", "Allow", `"Action":"*","NotResource":"arn:aws:s3:::a"`, allowed},
		{"one lists everything but it", "Allow", `"Action":"*","NotResource":"arn:aws:s3:::reports/*"`, missing},
		{"one that denies lists what is no ARN, and nobody knows what that is", "Deny", `"Action":"*","Resource":"reports"`, denied},
		{"one that denies lists nothing, and nobody knows what that is", "Deny", `"Action":"*"`, denied},
		{"one that denies lists it", "Deny", `"Action":"*","Resource":"arn:aws:s3:::reports/*"`, denied},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := others(c.effect)
			if c.last != "" {
				text += `,{"Effect":"` + c.effect + `",` + c.last + `}`
			}
			p := authz.Policies{Identity: named(t, `{"Version":"2012-10-17","Statement":[`+text+`]}`)}
			if c.effect == "Deny" {
				p.Identity = append(p.Identity, named(t, allowAll)...)
			}
			r := reads(alice)
			r.Context.Set("aws:PrincipalTag/bucket", "reports")
			if got := decided(t, r, p); got != c.want {
				t.Errorf("%s on %s: %s, want %s", r.Action, r.Resource, got, c.want)
			}
			if r.Resource = "*"; c.want == allowed && !strings.Contains(c.last, `"Resource":"*"`) && !strings.Contains(c.last, "Not") {
				if got := decided(t, r, p); got != missing {
					t.Errorf("on *: %s, want %s", got, missing)
				}
			}
		})
	}
}
