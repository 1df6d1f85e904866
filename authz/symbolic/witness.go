package symbolic

import (
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// witness is a request and who makes it.
type witness struct {
	somebody
	request authz.Request
}

// mostAsked bounds the people with whom a request is tried.
const mostAsked = 20

// prove makes a request of a box: something of each side. Sides that have to
// do with each other may make it another than was meant, so it is a witness only
// when the evaluator says so. An ARN is taken before "*" for the resource, and an
// action that a statement names is spelled as it is there.
func (c *comparison) prove(b *budget, from box, a *statement, proves func(*witness) bool) *authz.Request {
	action, o1 := solveText(b, from.actions, everyAction(), notInActions)
	resource, o2 := solveText(b, from.resources, everyResource()[:1], "")
	if o2 == none {
		resource, o2 = solveText(b, from.resources, everyResource(), "")
	}
	context, ok := c.context(b, from)
	if o1 != some || o2 != some || !ok {
		return nil
	}
	object := c.fill(&context, resource)
	asked := 0
	for _, who := range c.inBox(from) {
		w := &witness{who, who.asks(spelled(string(action), a.source), object)}
		w.request.Context = context
		if proves(w) {
			return &w.request
		}
		if asked++; asked == mostAsked {
			break
		}
	}
	return nil
}

// inBox are the people of a box.
func (c *comparison) inBox(from box) []somebody {
	if c.people == nil {
		return []somebody{{Principal: asker()}}
	}
	var list []somebody
	for i, in := range from.people {
		if in {
			list = append(list, c.people.list[i])
		}
	}
	return list
}

// spelled is an action as the statement spells it.
func spelled(action string, s *policy.Statement) string {
	for _, v := range s.Actions.Values {
		if strings.EqualFold(v.Value, action) {
			return v.Value
		}
	}
	return action
}

// context finds values for the keys, those of variables first.
func (c *comparison) context(b *budget, from box) (authz.Context, bool) {
	var context authz.Context
	var states []state
	for _, k := range from.keys {
		variable := false
		for _, v := range c.names.list {
			variable = variable || v.key == k.key
		}
		s, o := solveKey(b, k.key, k.tests, variable)
		if o != some {
			return context, false
		}
		if variable && s.shape == value {
			context.Set(k.key, c.plain(s.values[0]))
		}
		states = append(states, s)
	}
	for _, s := range states {
		var values []string
		for _, v := range s.values {
			values = append(values, c.fill(&context, v))
		}
		switch s.shape {
		case value:
			context.Set(s.name, values[0])
		case many:
			context.SetMany(s.name, values...)
		}
	}
	return context, true
}

// plain is a word whose variables are all called x.
func (c *comparison) plain(w word) string {
	var out strings.Builder
	for _, r := range w {
		if r >= firstVariable {
			r = 'x'
		}
		out.WriteRune(r)
	}
	return out.String()
}

// fill puts the values of variables into a word. A variable that has none yet
// is given one.
func (c *comparison) fill(context *authz.Context, w word) string {
	var out strings.Builder
	for _, r := range w {
		if r < firstVariable {
			out.WriteRune(r)
			continue
		}
		v := c.names.list[r-firstVariable]
		values, ok := context.Get(v.key)
		switch {
		case ok && len(values) == 1:
			out.WriteString(values[0])
		case v.hasDefault:
			out.WriteString(v.fallback)
		case !ok:
			context.Set(v.key, "x")
			out.WriteString("x")
		}
	}
	return out.String()
}

// allowed asks the evaluator whether a policy alone allows a request.
func (c *comparison) allowed(w *witness, doc *policy.Document) bool {
	if c.people == nil {
		return authz.Decide(w.request, authz.Policies{Identity: []authz.Named{{Document: doc}}}).Allowed
	}
	return authz.Decide(w.request, w.policies(c.kind, doc)).Allowed
}
