package directory

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy"
)

// PrincipalID answers the unique id under which a trust policy keeps a
// principal: AIDA… for a user, AROA… for a role, AROA…:session for a session
// of one. A principal that AWS keeps as it was written (an account, "*", a
// federated user) is its own answer. It answers false for a principal that does
// not exist: a user or role that is nowhere here, or not under that path.
//
// Accounts are not looked up: an account that does not live here may live
// elsewhere.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func (r *Reader) PrincipalID(p policy.Principal) (id string, ok bool) {
	if p.Type != policy.AWS || p.Value == "*" {
		return p.Value, true
	}
	if _, err := arn.ParseAccountID(p.Value); err == nil {
		return p.Value, true
	}
	if isID(p.Value) {
		_, alive := r.principalARN("aws", p.Value)
		return p.Value, alive
	}
	name, err := arn.Parse(p.Value)
	if err != nil || name.Region != "" {
		return "", false
	}
	account, err := arn.ParseAccountID(name.Account)
	if err != nil {
		return "", false
	}
	switch name.Service {
	case "iam":
		return r.entityID(account, name)
	case "sts":
		return r.sessionID(account, name)
	}
	return "", false
}

func (r *Reader) entityID(account arn.AccountID, name arn.ARN) (string, bool) {
	if name.Resource == "root" {
		return name.String(), true
	}
	switch name.ResourceType() {
	case "user":
		u, ok := r.User(account, name.ResourceName())
		return idAt(ok, name, func() *Entity { return &u.Entity })
	case "role":
		role, ok := r.Role(account, name.ResourceName())
		return idAt(ok, name, func() *Entity { return &role.Entity })
	}
	return "", false
}

// idAt is the entity's id where its path and name are those of the ARN.
func idAt(ok bool, name arn.ARN, entity func() *Entity) (string, bool) {
	if !ok {
		return "", false
	}
	e := entity()
	return e.ID, name.Resource == name.ResourceType()+e.Path+e.Name
}

func (r *Reader) sessionID(account arn.AccountID, name arn.ARN) (string, bool) {
	kind, rest, _ := strings.Cut(name.Resource, "/")
	if kind == "federated-user" {
		return name.String(), rest != ""
	}
	roleName, session, _ := strings.Cut(rest, "/")
	if kind != "assumed-role" || session == "" {
		return "", false
	}
	role, ok := r.Role(account, roleName)
	if !ok || role.Name != roleName {
		return "", false
	}
	return role.ID + ":" + session, true
}

// ShownTrust is the role's trust policy as AWS shows it: the ARNs of the users
// and roles that live, the bare unique ids of those that do not.
func (r *Reader) ShownTrust(role *Role, partition string) string {
	text := role.Trust.String()
	if !mayHaveID(text) {
		return text // as most are; a list of roles need not read them all
	}
	doc := role.Trust.Document()
	if doc == nil {
		return text
	}
	return doc.ReplacePrincipals(func(p policy.Principal) (string, bool) {
		if p.Type != policy.AWS || !isID(p.Value) {
			return "", false
		}
		return r.principalARN(partition, p.Value)
	})
}

// principalARN is the ARN of what a unique id names now, or false where
// nothing has it any more.
func (r *Reader) principalARN(partition, id string) (string, bool) {
	bare, session, isSession := strings.Cut(id, ":")
	account, ok := r.AccountOf(bare)
	if !ok {
		return "", false
	}
	if strings.HasPrefix(bare, string(arn.UserPrefix)) {
		u, ok := r.UserByID(account, bare)
		if !ok || isSession {
			return "", false
		}
		return u.ARN(partition), true
	}
	role, ok := r.RoleByID(account, bare)
	if !ok {
		return "", false
	}
	if isSession {
		return "arn:" + partition + ":sts::" + account.String() + ":assumed-role/" + role.Name + "/" + session, true
	}
	return role.ARN(partition), true
}

func isID(s string) bool {
	return strings.HasPrefix(s, string(arn.UserPrefix)) || strings.HasPrefix(s, string(arn.RolePrefix))
}

// mayHaveID tells whether a document may have a unique id in it, spelled out or
// in escapes.
func mayHaveID(text string) bool {
	return strings.Contains(text, string(arn.UserPrefix)) || strings.Contains(text, string(arn.RolePrefix)) || strings.Contains(text, `\u`)
}
