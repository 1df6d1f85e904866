package authz

import "strings"

// AccessDeniedMessage is what AWS answers to a denied request: who may not do
// what, and of one type of policy that it does not allow or denies.
//
// A request without a resource is denied without naming one.
//
// Who is neither of the resource's account nor of its organization is not
// told why, and by S3 nothing at all.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func AccessDeniedMessage(r Request, d Decision) string {
	if rule, ok := d.Reason.(FixedRule); ok && rule.Rule == RootAssumesRole {
		return "Roles may not be assumed by root accounts."
	}
	if _, ok := r.Principal.(FederatedIdentity); ok {
		return "Not authorized to perform " + r.Action
	}
	service, operation, _ := strings.Cut(r.Action, ":")
	s3 := strings.EqualFold(service, "s3")
	if s3 && !mayBeTold(r) {
		return "Access Denied"
	}
	text := "User: " + callerName(r.Principal) + " is not authorized to perform: " + r.Action
	switch {
	case r.Resource == "", s3 && strings.EqualFold(operation, "ListAllMyBuckets"):
	case s3:
		text += ` on resource: "` + r.Resource + `"`
	default:
		text += " on resource: " + r.Resource
	}
	if why := because(r.Action, d.Reason); why != "" && mayBeTold(r) {
		text += " " + why
	}
	return text
}

// callerName is the caller's ARN, or what stands for it.
func callerName(p Principal) string {
	switch p := p.(type) {
	case Root, User, RoleSession, FederatedUser:
		return p.CallerARN()
	case ServicePrincipal:
		return p.Name
	}
	return "anonymous"
}

// mayBeTold tells whether the caller is of the resource's account or of its
// organization.
func mayBeTold(r Request) bool {
	caller := evaluation{r: &r}
	if !caller.readPrincipal() || caller.account.IsZero() {
		return false
	}
	account := caller.account
	if r.ResourceAccount.IsZero() || r.ResourceAccount == account {
		return true
	}
	ours, theirs := r.Context.find("aws:PrincipalOrgID"), r.Context.find("aws:ResourceOrgID")
	return ours != nil && theirs != nil && ours.one != "" && ours.one == theirs.one
}

// because is the end of the text; nothing where a fixed rule denies.
func because(action string, why Reason) string {
	switch why := why.(type) {
	case ExplicitDeny:
		return explicitly(why.Match)
	case ImplicitDeny:
		if why.Trust {
			return "" // AWS's own page has a text for it; what people see ends here (see Disputed)
		}
		return "because no " + why.Layer.String() + " allows the " + action + " action"
	case UnreadablePolicy:
		return "because the " + unreadable(why) + " cannot be read"
	case Granted, FixedRule:
	}
	return ""
}

// unreadable names a policy that has no document. AWS has no such denial; who
// meets it must know that an Allow more would not help.
func unreadable(why UnreadablePolicy) string {
	if why.Trust {
		return "role trust policy"
	}
	name := why.Policy.ARN
	if name == "" {
		name = why.Policy.Name
	}
	return strings.TrimSpace(why.Layer.String() + " " + name)
}

// explicitly names the type of the policy that denies, and its ARN where it is
// one that has one.
func explicitly(m Match) string {
	name := "a " + m.Layer.String()
	switch {
	case m.Trust:
		name = "the role trust policy"
	case m.Layer == IdentityLayer:
		name = "an " + m.Layer.String()
	}
	text := "with an explicit deny in " + name
	if m.Policy.ARN != "" {
		text += ": " + m.Policy.ARN
	}
	return text
}
