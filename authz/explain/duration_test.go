package explain_test

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// A session that is to last too long is refused where the policies allow it,
// in AWS's words; a chained one is not helped by the role's own limit.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func TestASessionThatIsToLastTooLongIsRefused(t *testing.T) {
	allowed := scene{caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
		trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"`)}
	for _, c := range []struct {
		rule    string
		lasting explain.Lasting
		message string
		fixes   []string
	}{
		{"beyond the role's", explain.Lasting{Asked: 7200, Limit: 3600, Role: "target-role"}, "MaxSessionDuration",
			[]string{"--duration-seconds 3600", "aws iam update-role --role-name target-role --max-session-duration 7200"}},
		{"beyond what any role may have", explain.Lasting{Asked: 50000, Limit: 3600, Role: "target-role"}, "MaxSessionDuration", []string{"--duration-seconds 3600"}},
		{"beyond the hour of a chain", explain.Lasting{Asked: 7200, Limit: 3600, Role: "target-role", Chained: true}, "role chaining", []string{"--duration-seconds 3600"}},
		{"of a permission set", explain.Lasting{Asked: 7200, Limit: 3600, Role: "target-role", MadeOfSet: true}, "MaxSessionDuration", []string{"--duration-seconds 3600"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			x := explain.Explain(allowed.question(t), true)
			x.TooLong(c.lasting)
			if x.Allowed || !strings.Contains(x.Message, c.message) || len(x.Mistakes) != 1 || x.Mistakes[0].Name != "duration" || len(x.Fixes) != len(c.fixes) {
				t.Fatalf("%+v", x)
			}
			for i, f := range x.Fixes {
				if !strings.HasSuffix(f.Edits[0].Command, c.fixes[i]) {
					t.Errorf("%s, want %s", f.Edits[0].Command, c.fixes[i])
				}
			}
		})
	}
	denied := allowed
	denied.trust = statement(`"Effect":"Allow","Principal":{"AWS":"` + other + `"},"Action":"sts:AssumeRole"`)
	x := explain.Explain(denied.question(t), true)
	verdict := x.Verdict
	if x.TooLong(explain.Lasting{Asked: 7200, Limit: 3600}); x.Verdict != verdict {
		t.Errorf("what the policies deny they deny first: %s", x.Verdict)
	}
}
