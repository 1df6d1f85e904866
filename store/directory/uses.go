package directory

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// Use is how an entity uses a managed policy.
type Use string

// The two uses: attached to the entity, or its permissions boundary.
const (
	Attachment Use = "attached"
	Boundary   Use = "boundary"
)

// PolicyUse is one use of a managed policy. Exactly one of User, Group and
// Role is set.
type PolicyUse struct {
	How   Use
	User  *User
	Group *Group
	Role  *Role
}

// PolicyUses walks the entities of an account that use a managed policy, in
// the order of how, kind and id.
func (r *Reader) PolicyUses(account arn.AccountID, ref PolicyRef, yield func(PolicyUse) bool) {
	r.keys(uses(account, ref), "", func(rest string, _ []byte) bool {
		how, entity, _ := strings.Cut(rest, "/")
		k, id, _ := strings.Cut(entity, "/")
		use, ok := PolicyUse{How: Use(how)}, false
		switch kind(k) {
		case userKind:
			use.User, ok = r.UserByID(account, id)
		case groupKind:
			use.Group, ok = r.GroupByID(account, id)
		case roleKind:
			use.Role, ok = r.RoleByID(account, id)
		}
		return ok && yield(use)
	})
}

// CountUses answers how many entities of an account use a managed policy in
// the way given.
func (r *Reader) CountUses(account arn.AccountID, ref PolicyRef, how Use) int {
	return r.count(uses(account, ref) + string(how) + "/")
}

// PolicyCounts answers, for every managed policy that is used in an account,
// AWS's own included, how often it is used in the way given.
func (r *Reader) PolicyCounts(account arn.AccountID, how Use) map[PolicyRef]int {
	counts := make(map[PolicyRef]int)
	r.keys(in(account, "policy-use/"), "", func(rest string, _ []byte) bool {
		folded, entity, _ := strings.Cut(rest, "/")
		if use, _, _ := strings.Cut(entity, "/"); Use(use) == how {
			counts[PolicyRef(strings.ReplaceAll(folded, "\x00", "/"))]++
		}
		return true
	})
	return counts
}
