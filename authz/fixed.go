package authz

import "strings"

// read takes the question apart. It answers false where the principal, action
// or resource is not of AWS's form.
func (e *evaluation) read() bool {
	e.open = e.r.Context.HasOpen()
	if !e.readPrincipal() {
		return false
	}
	var ok bool
	e.service, e.operation, ok = strings.Cut(e.r.Action, ":")
	if !ok || e.service == "" || e.operation == "" || strings.ContainsAny(e.r.Action, "*? \t\r\n,") {
		return false
	}
	if e.anyResource = e.r.Resource == "*"; e.anyResource {
		return true
	}
	parts, n := splitARN(e.r.Resource)
	e.target = parts
	return n == len(parts) && parts[0] == "arn" && parts[1] != "" && parts[2] != "" && parts[5] != ""
}

// readPrincipal answers false for a principal that should have an account and
// has none, and for what is no value of this package's types.
func (e *evaluation) readPrincipal() bool {
	switch e.r.Principal.(type) {
	case Anonymous, ServicePrincipal, FederatedIdentity:
		return true
	case Root, User, RoleSession, FederatedUser:
		e.account = e.r.Principal.AccountID()
		return !e.account.IsZero()
	}
	return false
}

// fixedRule answers the rule that decides without any policy, if one does.
func (e *evaluation) fixedRule() (rule Rule, allowed bool) {
	switch {
	case e.is("sts", "AssumeRole") && isRoot(e.r.Principal):
		return RootAssumesRole, false
	case e.ownedByAWS():
		return OwnedByAWS, false
	case e.needsNoPermission():
		return NoPermissionNeeded, true
	}
	return 0, false
}

// needsNoPermission tells whether the action is one that authenticates its
// caller and nothing else, which policies do not control.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
// and https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func (e *evaluation) needsNoPermission() bool {
	switch e.r.Principal.(type) {
	case Root, User:
		return e.is("sts", "GetCallerIdentity") || e.is("sts", "GetSessionToken")
	case RoleSession, FederatedUser:
		return e.is("sts", "GetCallerIdentity")
	}
	return false
}

// ownedByAWS tells whether the action would change what belongs to AWS: its
// managed policies, the roles that its services keep in an account, the
// aliases of its keys.
func (e *evaluation) ownedByAWS() bool {
	resource := e.target[5]
	switch e.target[2] {
	case "iam":
		awsPolicy := e.target[4] == "aws" && strings.HasPrefix(resource, "policy/")
		return (awsPolicy || strings.HasPrefix(resource, "role/aws-reserved/")) &&
			strings.EqualFold(e.service, "iam") && !readsOnly(e.operation)
	case "kms":
		return strings.HasPrefix(resource, "alias/aws/") &&
			(e.is("kms", "CreateAlias") || e.is("kms", "UpdateAlias") || e.is("kms", "DeleteAlias"))
	}
	return false
}

// readsOnly tells whether an IAM operation changes nothing. PassRole counts
// among them: it changes no role.
func readsOnly(operation string) bool {
	for _, verb := range [...]string{"Get", "List", "Generate", "Simulate", "PassRole"} {
		if _, ok := cutPrefixFold(operation, verb); ok {
			return true
		}
	}
	return false
}

func (e *evaluation) is(service, operation string) bool {
	return strings.EqualFold(e.service, service) && strings.EqualFold(e.operation, operation)
}

func isRoot(p Principal) bool {
	_, ok := p.(Root)
	return ok
}
