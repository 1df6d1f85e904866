package directory

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// The keys of the store. Everything of an account lies under its own prefix;
// names are folded, as IAM's are unique without regard to case.

const (
	accountPrefix  = "account/"
	accessPrefix   = "access-key/"
	lastUsedPrefix = "last-used/"
	aliasPrefix    = "alias/"
	keyringKey     = "keyring"
)

// kind is a kind of entity that is found by id and by name.
type kind string

const (
	userKind   kind = "user"
	groupKind  kind = "group"
	roleKind   kind = "role"
	policyKind kind = "policy"
)

func in(account arn.AccountID, rest string) string { return "in/" + account.String() + "/" + rest }

func (k kind) key(account arn.AccountID, id string) string {
	return in(account, string(k)+"/"+id)
}

func (k kind) names(account arn.AccountID) string { return in(account, string(k)+"-name/") }

func (k kind) nameKey(account arn.AccountID, name string) string {
	return k.names(account) + foldName(name)
}

func versionKey(account arn.AccountID, policyID, version string) string {
	return in(account, "policy-text/"+policyID+"/"+version)
}

// members lists the ids of a group's users.
func members(account arn.AccountID, group string) string {
	return in(account, "member/"+group+"/")
}

// uses lists what a managed policy is attached to, or bounds: how, kind of
// entity, id.
func uses(account arn.AccountID, ref PolicyRef) string {
	return in(account, "policy-use/"+strings.ReplaceAll(string(ref), "/", "\x00")+"/")
}

func useKey(account arn.AccountID, ref PolicyRef, how Use, k kind, id string) string {
	return uses(account, ref) + string(how) + "/" + string(k) + "/" + id
}

// accountOf reads the account out of a unique id that was made here: it carries
// it. Reader.AccountOf knows those that moved in, too.
func accountOf(id string) (arn.AccountID, bool) {
	if len(id) < 20 {
		return arn.AccountID{}, false
	}
	return arn.KeyAccount(id[:20])
}

func foldName(name string) string { return strings.ToLower(name) }
