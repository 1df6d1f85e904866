package directory

import "github.com/rolecall-iam/rolecall/arn"

// User finds a user by name, without regard to case.
func (r *Reader) User(account arn.AccountID, name string) (*User, bool) {
	return byName[User](r, userKind, account, name)
}

// UserByID finds a user by unique id.
func (r *Reader) UserByID(account arn.AccountID, id string) (*User, bool) {
	return document[User](r, userKind.key(account, id))
}

// Users walks the users of an account in the order of their names, after the
// name given.
func (r *Reader) Users(account arn.AccountID, after string, yield func(*User) bool) {
	walk(r, userKind, account, after, yield)
}

// Group finds a group by name, without regard to case.
func (r *Reader) Group(account arn.AccountID, name string) (*Group, bool) {
	return byName[Group](r, groupKind, account, name)
}

// GroupByID finds a group by unique id.
func (r *Reader) GroupByID(account arn.AccountID, id string) (*Group, bool) {
	return document[Group](r, groupKind.key(account, id))
}

// GroupsOf walks the groups that a user is in, in the order of joining.
func (r *Reader) GroupsOf(u *User, yield func(*Group) bool) {
	for _, id := range u.Groups {
		g, ok := referred[Group](r, groupKind.key(u.Account, id))
		if !ok || !yield(g) {
			return
		}
	}
}

// Groups walks the groups of an account in the order of their names, after
// the name given.
func (r *Reader) Groups(account arn.AccountID, after string, yield func(*Group) bool) {
	walk(r, groupKind, account, after, yield)
}

// Members walks the users of a group in the order of their ids.
func (r *Reader) Members(g *Group, yield func(*User) bool) {
	r.keys(members(g.Account, g.ID), "", func(id string, _ []byte) bool {
		u, ok := referred[User](r, userKind.key(g.Account, id))
		return ok && yield(u)
	})
}

// Role finds a role by name, without regard to case.
func (r *Reader) Role(account arn.AccountID, name string) (*Role, bool) {
	return byName[Role](r, roleKind, account, name)
}

// RoleByID finds a role by unique id.
func (r *Reader) RoleByID(account arn.AccountID, id string) (*Role, bool) {
	return document[Role](r, roleKind.key(account, id))
}

// Roles walks the roles of an account in the order of their names, after the
// name given.
func (r *Reader) Roles(account arn.AccountID, after string, yield func(*Role) bool) {
	walk(r, roleKind, account, after, yield)
}

// Policy finds a customer managed policy by name, without regard to case.
func (r *Reader) Policy(account arn.AccountID, name string) (*Policy, bool) {
	return byName[Policy](r, policyKind, account, name)
}

// PolicyByID finds a customer managed policy by unique id.
func (r *Reader) PolicyByID(account arn.AccountID, id string) (*Policy, bool) {
	return document[Policy](r, policyKind.key(account, id))
}

// Policies walks the customer managed policies of an account in the order of
// their names, after the name given.
func (r *Reader) Policies(account arn.AccountID, after string, yield func(*Policy) bool) {
	walk(r, policyKind, account, after, yield)
}

// PolicyText reads the text of one version of a customer managed policy.
func (r *Reader) PolicyText(p *Policy, version string) (PolicyText, bool) {
	t, ok := referred[PolicyText](r, versionKey(p.Account, p.ID, version))
	if !ok {
		return PolicyText{}, false
	}
	return *t, true
}

// Count answers how many users, groups, roles and customer managed policies
// an account has.
func (r *Reader) Count(account arn.AccountID) (users, groups, roles, policies int) {
	return r.Total(account, CountedUsers), r.Total(account, CountedGroups),
		r.Total(account, CountedRoles) + r.Total(account, CountedLinkedRoles), r.Total(account, CountedPolicies)
}

func byName[T any](r *Reader, k kind, account arn.AccountID, name string) (*T, bool) {
	id, ok := r.text(k.nameKey(account, name))
	if !ok {
		return nil, false
	}
	return referred[T](r, k.key(account, id))
}

func walk[T any](r *Reader, k kind, account arn.AccountID, after string, yield func(*T) bool) {
	if after != "" {
		after = foldName(after)
	}
	r.keys(k.names(account), after, func(_ string, id []byte) bool {
		v, ok := referred[T](r, k.key(account, string(id)))
		return ok && yield(v)
	})
}
