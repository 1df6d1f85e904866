package reach

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// May tells whether a request on one resource that is known, with its own
// policy and the RCPs over it, may be allowed, and what has to be met for it; no
// conditions where nothing has. Of the resource's tags all are known.
func (w *Walker) May(r authz.Request, resource *authz.ResourcePolicy, rcps [][]authz.Named) (may bool, conditions []string) {
	a := *w.Asked
	a.Context = r.Context
	a.Absent = func(key string) bool {
		return ofResource(key) || w.Absent != nil && w.Absent(key)
	}
	original := w.Policies
	original.Resource, original.RCPs = resource, rcps
	both := [2]authz.Policies{}
	for s := range both {
		if w.ofResource {
			both[s] = a.narrow(original, side(s))
			continue
		}
		own := a.narrow(authz.Policies{Resource: resource, RCPs: rcps}, side(s))
		both[s] = w.readings[s].policies
		both[s].Resource, both[s].RCPs = own.Resource, own.RCPs
	}
	switch {
	case !authz.Decide(r, both[could]).Allowed:
		return false, nil
	case authz.Decide(r, both[sure]).Allowed:
		return true, nil
	}
	return true, a.conditionsOf(r, original, both[sure], both[could])
}

// ofResource tells of the keys that a resource has and not the principal.
func ofResource(key string) bool {
	key = strings.ToLower(key)
	return strings.HasPrefix(key, "aws:resource") || strings.HasPrefix(key, "iam:resourcetag/")
}

// speaksOfResources tells whether a condition, or a variable, of any policy is
// on such a key.
func speaksOfResources(p authz.Policies) bool {
	found := false
	everyDocument(p, func(_ int, doc *policy.Document) {
		text := strings.ToLower(doc.Text)
		found = found || text == "" || strings.Contains(text, "aws:resource") || strings.Contains(text, "iam:resourcetag/")
	})
	return found
}

// everyDocument goes through all documents that can be read, with a number for
// the layer or level that each is of.
func everyDocument(p authz.Policies, use func(layer int, doc *policy.Document)) {
	lists := slices.Concat([][]authz.Named{p.Identity, p.Session}, p.SCPs, p.RCPs)
	if p.Boundary != nil {
		lists = append(lists, []authz.Named{*p.Boundary})
	}
	if p.Resource != nil {
		lists = append(lists, []authz.Named{p.Resource.Named})
	}
	for layer, list := range lists {
		for i := range list {
			if list[i].Document != nil {
				use(layer, list[i].Document)
			}
		}
	}
}
