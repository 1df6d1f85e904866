package compiled

import (
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
)

// read takes the question apart. It answers false where the principal, action
// or resource is not of AWS's form.
func (e *evaluation) read() bool {
	if e.caller.read(e.r.Principal); e.caller.kind == nobody {
		return false
	}
	colon, ok := checkAction(e.r.Action)
	if !ok {
		return false
	}
	e.action = readyAction(e.r.Action, e.r.Action[:colon], e.r.Action[colon+1:])
	e.target.text = e.r.Resource
	e.target.any = e.r.Resource == "*"
	return e.target.any || e.target.split()
}

// checkAction answers where the first colon of an action is, and whether the
// whole has two halves and no characters that no action has.
func checkAction(s string) (colon int, ok bool) {
	const forbidden uint64 = 1<<'*' | 1<<'?' | 1<<' ' | 1<<'\t' | 1<<'\r' | 1<<'\n' | 1<<','
	colon = -1
	for i := range len(s) {
		c := s[i]
		if c >= 'A' {
			continue
		}
		if c < 64 && forbidden>>c&1 == 1 {
			return 0, false
		}
		if c == ':' && colon < 0 {
			colon = i
		}
	}
	return colon, colon > 0 && colon < len(s)-1
}

// fixedRule answers the rule that decides without any policy, if one does.
func (e *evaluation) fixedRule() (rule authz.Rule, allowed bool) {
	// A service of three letters; letters that fold into s or k may be longer.
	if n := len(e.action.service); n < len("sts") || n > 3*len("sts") {
		return 0, false
	}
	switch {
	case strings.EqualFold(e.action.service, "sts"):
		return e.fixedForSTS()
	case strings.EqualFold(e.action.service, "iam") && e.changesAWS():
		return authz.OwnedByAWS, false
	case strings.EqualFold(e.action.service, "kms") && e.changesAlias():
		return authz.OwnedByAWS, false
	}
	return 0, false
}

// fixedForSTS: root users assume no roles, and whoever is of an account may
// ask who it is.
func (e *evaluation) fixedForSTS() (authz.Rule, bool) {
	switch {
	case e.caller.kind == root && e.asks("AssumeRole"):
		return authz.RootAssumesRole, false
	case e.caller.belongsToAccount() && e.asks("GetCallerIdentity"):
		return authz.NoPermissionNeeded, true
	case (e.caller.kind == root || e.caller.kind == user) && e.asks("GetSessionToken"):
		return authz.NoPermissionNeeded, true
	}
	return 0, false
}

func (e *evaluation) asks(operation string) bool {
	return strings.EqualFold(e.action.operation, operation)
}

// changesAWS tells whether an IAM action would change one of AWS's managed
// policies, or a role that a service of AWS keeps in an account.
func (e *evaluation) changesAWS() bool {
	t := &e.target
	if t.any || t.part(serviceOf) != "iam" {
		return false
	}
	resource := t.part(last)
	ofAWS := t.part(accountOf) == "aws" && strings.HasPrefix(resource, "policy/") || strings.HasPrefix(resource, "role/aws-reserved/")
	return ofAWS && !readsOnly(e.action.operation)
}

// changesAlias tells whether a KMS action would change an alias of AWS's.
func (e *evaluation) changesAlias() bool {
	t := &e.target
	return !t.any && t.part(serviceOf) == "kms" && strings.HasPrefix(t.part(last), "alias/aws/") &&
		(e.asks("CreateAlias") || e.asks("UpdateAlias") || e.asks("DeleteAlias"))
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
