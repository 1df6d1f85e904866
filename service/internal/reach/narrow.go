package reach

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// side is one of the two readings of policies.
type side uint8

// What is sure holds whatever the keys are that nobody knows; what could be
// holds for some values of them.
const (
	sure side = iota
	could
)

// narrow reads all policies in one way. Their statements stay at their places.
func (a *Asked) narrow(p authz.Policies, s side) authz.Policies {
	p.Identity, p.Session = a.narrowAll(p.Identity, s), a.narrowAll(p.Session, s)
	if p.Boundary != nil {
		p.Boundary = &a.narrowAll([]authz.Named{*p.Boundary}, s)[0]
	}
	if p.Resource != nil {
		resource := *p.Resource
		resource.Named = a.narrowAll([]authz.Named{resource.Named}, s)[0]
		p.Resource = &resource
	}
	p.SCPs, p.RCPs = a.narrowLevels(p.SCPs, s), a.narrowLevels(p.RCPs, s)
	return p
}

func (a *Asked) narrowLevels(levels [][]authz.Named, s side) [][]authz.Named {
	if levels == nil {
		return nil
	}
	out := make([][]authz.Named, len(levels))
	for i, level := range levels {
		out[i] = a.narrowAll(level, s)
	}
	return out
}

func (a *Asked) narrowAll(list []authz.Named, s side) []authz.Named {
	out := make([]authz.Named, len(list))
	for i, named := range list {
		out[i] = named
		if named.Document == nil {
			continue
		}
		doc := &policy.Document{Version: named.Document.Version, ID: named.Document.ID}
		for j := range named.Document.Statements {
			doc.Statements = append(doc.Statements, a.narrowStatement(named.Document, &named.Document.Statements[j], s))
		}
		out[i].Document = doc
	}
	return out
}

// never is an Action element that no request has.
var never = policy.Set{Present: true, Values: []policy.Text{{Value: "rolecall:never"}}}

// everybody is a Principal element that names whoever asks.
var everybody = policy.PrincipalSet{Present: true, Values: []policy.Principal{{Type: policy.Everyone, Text: policy.Text{Value: "*"}}}}

// mayBeNamed tells whether a statement names somebody by a unique id where the
// principal's is not known.
func (a *Asked) mayBeNamed(s *policy.Statement) bool {
	prefix := arn.RolePrefix
	switch p := a.Principal.(type) {
	case authz.User:
		if prefix = arn.UserPrefix; p.ID != "" {
			return false
		}
	case authz.RoleSession:
		if p.RoleID != "" {
			return false
		}
	default:
		return false
	}
	return slices.ContainsFunc(s.Principals.Values, func(p policy.Principal) bool {
		return p.Type == policy.AWS && strings.HasPrefix(p.Value, string(prefix))
	})
}

// narrowStatement takes the conditions away that nobody can tell, or the
// statement where that would give more than is asked for.
func (a *Asked) narrowStatement(doc *policy.Document, s *policy.Statement, reading side) policy.Statement {
	out := *s
	out.Conditions = nil
	open := a.hole(s) != ""
	for i := range s.Conditions {
		if a.isOpen(doc, &s.Conditions[i]) {
			open = true
		} else {
			out.Conditions = append(out.Conditions, s.Conditions[i])
		}
	}
	if a.mayBeNamed(s) {
		open, out.Principals = true, everybody
	}
	if open && (s.Effect == policy.Allow) == (reading == sure) {
		out.Actions = never
	}
	if doc.Version == policy.Version2012 {
		out.Resources.Values = make([]policy.Text, len(s.Resources.Values))
		for i, v := range s.Resources.Values {
			v.Value = a.fill(v.Value)
			out.Resources.Values[i] = v
		}
	}
	return out
}

// isOpen tells whether nobody knows beforehand if a condition is met: its key,
// or a variable in its values, is one that comes with the request.
func (a *Asked) isOpen(doc *policy.Document, c *policy.Condition) bool {
	if !a.known(c.Key.Value) {
		return true
	}
	for _, v := range c.Values {
		if doc.Version != policy.Version2012 {
			break
		}
		for rest := v.Value; ; {
			_, after, found := strings.Cut(rest, "${")
			name, behind, closed := strings.Cut(after, "}")
			if !found || !closed {
				break
			}
			name, _, _ = strings.Cut(name, ",")
			if len(name) > 1 && !a.known(strings.TrimSpace(name)) {
				return true
			}
			rest = behind
		}
	}
	return false
}

// known tells whether a key is one of which the principal alone tells that it
// is there, or that it is not.
func (a *Asked) known(key string) bool {
	if _, ok := a.Context.Get(key); ok {
		return true
	}
	return a.Absent != nil && a.Absent(key)
}

// What stands around a variable without a value, so that it is text.
const (
	opened = "\ue002"
	closed = "\ue003"
)

// fill puts the values of variables into a resource. One that has none stays,
// as text that only a wildcard covers.
func (a *Asked) fill(text string) string {
	r := authz.Request{Principal: a.Principal, Context: a.Context}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "${")
		name, rest, ends := strings.Cut(after, "}")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if !ends {
			b.WriteString("${" + after)
			return b.String()
		}
		value, ok := r.Expand("${" + name + "}")
		if ok && len(name) > 1 && !strings.ContainsAny(value, "*?") {
			b.WriteString(value)
		} else {
			b.WriteString(opened + strings.NewReplacer("*", "\ue004", "?", "\ue005").Replace(name) + closed)
		}
		text = rest
	}
}

// shown is a resource as its author wrote it, but for the variables that have a
// value.
func shown(resource string) string {
	return strings.NewReplacer(opened, "${", closed, "}", "\ue004", "*", "\ue005", "?").Replace(resource)
}

// hole is what a statement waits for.
func (a *Asked) hole(s *policy.Statement) string {
	if a.Holes == nil || s.Sid == "" {
		return ""
	}
	return a.Holes(s.Sid)
}
