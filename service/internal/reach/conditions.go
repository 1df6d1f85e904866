package reach

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// conditions are what has to be met for something that could be allowed: of
// each layer that does not allow for sure the conditions of its statements that
// could allow, one of which is enough, and those under which a statement denies.
func (w *Walker) conditions(action, resource string) []string {
	r := w.request(action, resource)
	return w.conditionsOf(r, w.Policies, w.readings[sure].policies, w.readings[could].policies)
}

func (a *Asked) conditionsOf(r authz.Request, original, surely, perhaps authz.Policies) []string {
	allowing, denying := authz.Explain(r, perhaps, false), authz.Explain(r, surely, false)
	var out []string
	for i, l := range denying.Layers {
		names := namesOf(original, l)
		var ways []string
		certain := false
		for j := range l.Policies {
			doc := names(j)
			if doc == nil {
				continue
			}
			for k := range l.Policies[j].Statements {
				s, open := &doc.Statements[k], ""
				open = a.openOf(doc, s)
				switch {
				case s.Effect == policy.Deny && l.Policies[j].Statements[k].Matches == authz.Holds && open != "":
					out = add(out, notIf+open)
				case s.Effect == policy.Allow && allowing.Layers[i].Policies[j].Statements[k].Matches == authz.Holds && open != "":
					ways = add(ways, open)
				case s.Effect == policy.Allow && allowing.Layers[i].Policies[j].Statements[k].Matches == authz.Holds:
					certain = true
				}
			}
		}
		if !certain && len(ways) > 0 {
			out = add(out, "only if "+strings.Join(ways, ", or if "))
		}
	}
	return out
}

// notIf begins the conditions under which something is denied.
const notIf = "not if "

func add(to []string, s string) []string {
	if slices.Contains(to, s) {
		return to
	}
	return append(to, s)
}

// namesOf finds the documents of a layer as their authors wrote them.
func namesOf(p authz.Policies, l authz.LayerTrace) func(int) *policy.Document {
	var list []authz.Named
	switch l.Layer {
	case authz.IdentityLayer:
		list = p.Identity
	case authz.SessionLayer:
		list = p.Session
	case authz.BoundaryLayer:
		list = []authz.Named{*p.Boundary}
	case authz.ResourceLayer:
		list = []authz.Named{p.Resource.Named}
	case authz.ServiceControlLayer:
		list = p.SCPs[l.Level]
	case authz.ResourceControlLayer:
		list = p.RCPs[l.Level]
	}
	return func(i int) *policy.Document {
		if i >= len(list) {
			return nil
		}
		return list[i].Document
	}
}

// openOf words the conditions of a statement that come with a request.
func (a *Asked) openOf(doc *policy.Document, s *policy.Statement) string {
	var all []string
	if hole := a.hole(s); hole != "" {
		all = append(all, "this allows it: "+hole)
	}
	if a.mayBeNamed(s) {
		all = append(all, "its unique id, which is not known yet, is one that the policy names")
	}
	for i := range s.Conditions {
		c := &s.Conditions[i]
		if !a.isOpen(doc, c) {
			continue
		}
		var values []string
		for _, v := range c.Values {
			values = append(values, v.Value)
		}
		if len(values) > mostValues {
			values = append(values[:mostValues], "…")
		}
		all = append(all, c.Operator.Value+" "+c.Key.Value+" "+strings.Join(values, ", "))
	}
	return strings.Join(all, " and ")
}

// mostValues is how many values of a condition are named.
const mostValues = 3
