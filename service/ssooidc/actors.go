package ssooidc

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// actors is the actor policy of an application as a role's trust policy is
// kept: with the unique ids of the principals that it names, and without the
// resource that its statements have. A statement for another resource is not
// there; a policy that cannot be read allows nobody.
func actors(r *directory.Reader, application, text string) directory.PolicyText {
	trust, ok := withoutResource(application, text)
	if !ok {
		return directory.NewPolicyText("")
	}
	doc, err := policy.Parse(trust)
	if err != nil {
		return directory.NewPolicyText("")
	}
	return directory.NewPolicyText(doc.ReplacePrincipals(func(p policy.Principal) (string, bool) {
		id, ok := r.PrincipalID(p)
		return id, ok && id != ""
	}))
}

// withoutResource takes the element Resource out of statements that are for the
// application. Of what is said by NotResource a denial alone is kept.
func withoutResource(application, text string) (string, bool) {
	var doc map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &doc) != nil {
		return "", false
	}
	var list []map[string]json.RawMessage
	if json.Unmarshal(doc["Statement"], &list) != nil {
		var one map[string]json.RawMessage
		if json.Unmarshal(doc["Statement"], &one) != nil {
			return "", false
		}
		list = []map[string]json.RawMessage{one}
	}
	kept := make([]map[string]json.RawMessage, 0, len(list))
	for _, st := range list {
		_, not := st["NotResource"]
		denies := string(st["Effect"]) != `"Allow"`
		if not && !denies || !not && !isFor(application, st["Resource"], denies) {
			continue
		}
		delete(st, "Resource")
		delete(st, "NotResource")
		kept = append(kept, st)
	}
	all, err := json.Marshal(kept)
	if err != nil {
		return "", false
	}
	doc["Statement"] = all
	whole, err := json.Marshal(doc)
	return string(whole), err == nil
}

// isFor tells whether a Resource element is of the application: none at all, "*"
// or its ARN; of a denial, any other pattern as well.
func isFor(application string, element json.RawMessage, denies bool) bool {
	if element == nil {
		return true
	}
	var several []string
	var one string
	if json.Unmarshal(element, &one) == nil {
		several = []string{one}
	} else if json.Unmarshal(element, &several) != nil {
		return denies
	}
	return slices.ContainsFunc(several, func(name string) bool {
		return name == "*" || name == application || denies && strings.ContainsAny(name, "*?$")
	})
}
