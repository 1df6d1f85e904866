package iam

import (
	"regexp"
	"testing"

	"github.com/rolecall-iam/rolecall/policy/managed"
)

// Of one service, Lex, the policy is not at hand.
func TestEveryServiceLinkedRoleHasAPolicyOfAWS(t *testing.T) {
	name, names := regexp.MustCompile(`^[\w+=,.@-]{1,64}$`), map[string]string{}
	for service, role := range linkedRoles {
		p, ok := managed.Lookup("arn:aws:iam::aws:policy" + linkedPath + role.policy)
		if (!ok || p.Attachable) && service != "lex.amazonaws.com" {
			t.Errorf("%s: AWS has no policy %s for services", service, role.policy)
		}
		full := linkedName(role, "")
		if !name.MatchString(full) {
			t.Errorf("%s: no role may be called %s", service, full)
		}
		if other := names[full]; other != "" {
			t.Errorf("%s and %s have the same role %s", service, other, full)
		}
		names[full] = service
	}
}
