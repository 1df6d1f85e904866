package world

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// uniqueID is an id for something that the files give none.
func (a *account) uniqueID(prefix arn.IDPrefix, kind, name string) string {
	sum := sha256.Sum256([]byte(a.id.String() + "/" + kind + "/" + strings.ToLower(name)))
	return string(prefix) + base32.StdEncoding.EncodeToString(sum[:])[:17]
}

// identify gives an entity a unique id where no file tells it. Whatever compares
// that of a user or a role is then not known.
func (s *setup) identify(a *account, e *entity) {
	if e.id != "" {
		return
	}
	e.id = a.uniqueID(entityForms[e.kind].prefix, e.kind, e.name)
	if e.kind == "group" {
		return // no policy names it
	}
	s.madeUp[e.id] = true
	what := "the unique id (" + string(entityForms[e.kind].prefix) + "…) of the " + e.kind + " " + e.name +
		", which a policy compares, is not told: aws iam get-account-authorization-details tells it"
	if !e.newer {
		what += ", and so does id: in its settings.yaml"
	}
	s.idless[idlessKey(a.arn(e.kind, e.path, e.name))] = Unknown{e.at, what}
}

// idlessKey names a user or a role by its ARN, or by that of a session.
func idlessKey(name string) string {
	parsed, err := arn.Parse(name)
	if err != nil {
		return ""
	}
	kind, owner := parsed.ResourceType(), parsed.ResourceName()
	if parsed.Service == "sts" {
		kind = "role"
		_, rest, _ := strings.Cut(parsed.Resource, "/")
		owner, _, _ = strings.Cut(rest, "/")
	}
	return homeKey(parsed.Account, kind, strings.ToLower(owner))
}

// unknownID is what an answer about a user or a role waits for.
func (w *World) unknownID(name string) Unknown { return w.idless[idlessKey(name)] }
