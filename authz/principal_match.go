package authz

import (
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// grant is how closely a principal of a policy names the caller. What it is
// worth in a resource policy of the caller's own account:
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html#policy-eval-basics-single-account
type grant uint8

const (
	// byNobody does not name the caller.
	byNobody grant = iota
	// byAccount names the caller's account: the account's own policies must
	// allow as well.
	byAccount
	// byEntity names the role or user behind a session: no identity policy is
	// needed, but boundary and session policy limit.
	byEntity
	// bySelf names the caller as it is, or everyone: neither is needed nor
	// limits.
	bySelf
)

// principals tells whether a Principal or NotPrincipal element covers the
// caller, and how closely it names it.
func (e *evaluation) principals(set policy.PrincipalSet, effect policy.Effect) (truth, grant) {
	if !set.Present || len(set.Values) == 0 {
		return unknown, byNobody
	}
	if set.Negated {
		return e.notPrincipals(set, effect), byNobody
	}
	closest, listed := byNobody, no
	for i := range set.Values {
		g, known := e.names(set.Values[i])
		closest = max(closest, g)
		if !known {
			listed = unknown
		}
	}
	if closest > byNobody {
		listed = yes
	}
	return listed, closest
}

// notPrincipals tells whether a NotPrincipal element covers the caller. AWS
// knows it with Deny only, checks the account before the user or role, and
// denies whoever has a permissions boundary.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
func (e *evaluation) notPrincipals(set policy.PrincipalSet, effect policy.Effect) truth {
	if effect == policy.Allow {
		return unknown
	}
	if e.p.Boundary != nil {
		return yes
	}
	account, self := false, false
	for i := range set.Values {
		g, sure := e.names(set.Values[i])
		account = account || g == byAccount
		self = self || g > byAccount || !sure && e.sawOpen && e.r.Hopeful
	}
	switch e.r.Principal.(type) {
	case User, RoleSession, FederatedUser:
		return truthOf(!account || !self)
	case Root:
		return truthOf(!account)
	}
	return truthOf(!self)
}

// names tells how closely one principal of a policy names the caller, and
// false where it is of a kind that is not known here.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func (e *evaluation) names(p policy.Principal) (grant, bool) {
	switch p.Type {
	case policy.Everyone:
		return bySelf, true
	case policy.AWS:
		return e.namesAWS(p.Value)
	case policy.Service:
		caller, ok := e.r.Principal.(ServicePrincipal)
		return when(ok && caller.Name == p.Value, bySelf), true
	case policy.Federated:
		return e.namesProvider(p.Value), true
	case policy.CanonicalUser:
		return e.namesCanonical(p.Value)
	}
	return byNobody, false
}

// namesCanonical compares a canonical user ID, which is another name of an
// account.
//
// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html
func (e *evaluation) namesCanonical(id string) (grant, bool) {
	known := e.r.CanonicalUser != ""
	return when(known && e.belongsToAccount() && e.r.CanonicalUser == id, byAccount), known || !e.belongsToAccount()
}

// namesProvider compares an identity provider. A trust policy means the call
// that begins a session with it, another policy the sessions so begun.
func (e *evaluation) namesProvider(provider string) grant {
	switch caller := e.r.Principal.(type) {
	case FederatedIdentity:
		return when(caller.Provider == provider, bySelf)
	case RoleSession:
		return when(!e.trust && caller.Provider != "" && caller.Provider == provider, byEntity)
	}
	return byNobody
}

// namesAWS compares a principal under "AWS": everyone, an account by its
// digits, an ARN, or a unique identifier that a stored ARN was turned into.
// There are no wildcards.
func (e *evaluation) namesAWS(text string) (grant, bool) {
	switch {
	case text == "*":
		return bySelf, true
	case strings.HasPrefix(text, "arn:"):
		return e.namesARN(text), true
	case len(text) == 12 && text == e.account.String():
		return byAccount, true
	}
	return e.namesID(text)
}

// namesID compares a unique identifier; role:session is one session.
func (e *evaluation) namesID(id string) (grant, bool) {
	switch caller := e.r.Principal.(type) {
	case User:
		if caller.ID == "" {
			return e.openID(id, bySelf)
		}
		return when(caller.ID == id, bySelf), true
	case FederatedUser:
		parent, ok := caller.Parent.(User)
		return when(ok && parent.ID != "" && parent.ID == id, byEntity), true
	case RoleSession:
		rest, ok := strings.CutPrefix(id, caller.RoleID)
		switch {
		case caller.RoleID == "":
			return e.openID(id, byEntity)
		case !ok:
			return byNobody, true
		case rest == "":
			return byEntity, true
		}
		return when(rest[0] == ':' && rest[1:] == caller.Name, bySelf), true
	}
	return byNobody, true
}

// namesARN compares an ARN. Account and partition must be the caller's.
func (e *evaluation) namesARN(text string) grant {
	a, n := splitARN(text)
	if n < len(a) || e.account.IsZero() || a[4] != e.account.String() ||
		a[3] != "" || a[1] != partitionOf(e.r.Principal) {
		return byNobody
	}
	if a[2] == "iam" && a[5] == "root" {
		return byAccount
	}
	switch caller := e.r.Principal.(type) {
	case User:
		return when(a[2] == "iam" && a[5] == caller.ARN.Resource, bySelf)
	case FederatedUser:
		if name, ok := strings.CutPrefix(a[5], "federated-user/"); ok && a[2] == "sts" {
			return when(name == caller.Name, bySelf)
		}
		parent, ok := caller.Parent.(User)
		return when(ok && a[2] == "iam" && a[5] == parent.ARN.Resource, byEntity)
	case RoleSession:
		return namesSession(a, caller)
	}
	return byNobody
}

// namesSession compares the ARN of a role, path and all, or of an assumed role,
// which has none.
func namesSession(a arnParts, caller RoleSession) grant {
	if a[2] == "iam" {
		return when(a[5] == caller.Role.Resource, byEntity)
	}
	name, ok := strings.CutPrefix(a[5], "assumed-role/")
	if !ok || a[2] != "sts" {
		return byNobody
	}
	role, session, _ := strings.Cut(name, "/")
	return when(role == caller.Role.ResourceName() && session == caller.Name, bySelf)
}

// when is g where the condition holds, else byNobody.
func when(holds bool, g grant) grant {
	if holds {
		return g
	}
	return byNobody
}
