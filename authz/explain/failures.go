package explain

import (
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// failures are the elements of a statement that do not hold.
func (q *Question) failures(doc *policy.Document, t authz.StatementTrace) []Failure {
	s := &doc.Statements[t.Index]
	var out []Failure
	if t.Principal != authz.Holds {
		out = append(out, q.principalFailure(s, t.Principal))
	}
	if t.Action != authz.Holds {
		out = append(out, setFailure("Action", s, s.Actions, t.Action, q.Request.Action))
	}
	if t.Resource != authz.Holds && t.Resource != authz.Unasked {
		out = append(out, setFailure("Resource", s, s.Resources, t.Resource, q.Request.Resource))
	}
	for i, o := range t.Conditions {
		if o != authz.Holds {
			out = append(out, q.conditionFailure(doc, &s.Conditions[i], o))
		}
	}
	return out
}

func (q *Question) principalFailure(s *policy.Statement, o authz.Outcome) Failure {
	caller := callerName(q.Request)
	f := Failure{Element: "Principal", Line: s.Start.Line, Has: []string{caller}, Wants: []string{}, Unclear: o == authz.Open}
	for _, p := range s.Principals.Values {
		f.Wants = append(f.Wants, p.Value)
	}
	if len(s.Principals.Values) > 0 {
		f.Line = s.Principals.Values[0].Start.Line
	}
	switch {
	case !s.Principals.Present:
		f.Text = "has no Principal"
	case s.Principals.Negated:
		f.Text = "speaks of everybody but " + some(f.Wants)
	case o == authz.Open && q.Request.Context.HasOpen():
		f.Text = "speaks of " + some(f.Wants) + ", which may be the unique id of " + caller
	default:
		f.Text = "speaks of " + some(f.Wants) + ", not of " + caller
	}
	return f
}

func setFailure(element string, s *policy.Statement, set policy.Set, o authz.Outcome, has string) Failure {
	f := Failure{Element: element, Line: s.Start.Line, Has: []string{has}, Wants: []string{}, Unclear: o == authz.Open}
	for _, v := range set.Values {
		f.Wants = append(f.Wants, v.Value)
	}
	if len(set.Values) > 0 {
		f.Line = set.Values[0].Start.Line
	}
	switch {
	case !set.Present:
		f.Text = "has no " + element
	case set.Negated:
		f.Text = "leaves out " + some(f.Wants)
	default:
		f.Text = "speaks of " + some(f.Wants) + ", not of " + has
	}
	return f
}

func (q *Question) conditionFailure(doc *policy.Document, c *policy.Condition, o authz.Outcome) Failure {
	f := Failure{
		Element: "Condition", Line: c.Key.Start.Line, Operator: c.Operator.Value, Key: c.Key.Value,
		Wants: []string{}, Has: []string{}, Unclear: o == authz.Open,
	}
	for _, v := range c.Values {
		want := v.Value
		if filled, ok := q.Request.Expand(want); ok && doc.Version == policy.Version2012 {
			want = filled
		}
		f.Wants = append(f.Wants, want)
	}
	has, present := q.Request.Context.Get(c.Key.Value)
	f.Absent = !present
	f.Has = append(f.Has, has...)
	f.Text = "needs " + c.Key.Value + " " + operatorWords(c.Operator.Value) + " " + some(f.Wants) + filledBy(c, f.Wants)
	if baseOperator(c.Operator.Value) == "null" {
		f.Text = "needs " + c.Key.Value + " to be " + absence(f.Wants)
	}
	begins, ends, open := q.Request.Context.Open(c.Key.Value)
	switch {
	case open:
		f.Text += "; the request has " + begins + "…" + ends + ", of which the rest is not known"
	case f.Unclear && present:
		f.Text += "; that cannot be told of a key with several values"
	case !present:
		f.Text += "; the request has no " + c.Key.Value + behind(": ", q.untagged(c.Key.Value))
	case len(has) == 0 || len(has) == 1 && has[0] == "":
		f.Text += "; the request has it without a value"
	default:
		f.Text += "; the request has " + some(has)
	}
	if doc.Version == policy.Version2012 {
		f.Unfilled = q.unfilled(c)
	}
	for _, key := range f.Unfilled {
		f.Text += "; ${" + key + "} has no value" + behind(": ", q.untagged(key))
	}
	if len(literalStars(c)) > 0 {
		f.Text += "; * and ? are plain characters to " + c.Operator.Value
	}
	return f
}

// filledBy names the variable that a single value comes from.
func filledBy(c *policy.Condition, wants []string) string {
	if len(wants) != 1 || wants[0] == c.Values[0].Value || variable(c.Values[0].Value) == "" {
		return ""
	}
	return ", as " + variable(c.Values[0].Value) + " is"
}

// behind is a text with what comes before it; nothing where there is none.
func behind(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// absence is what Null asks of a key.
func absence(wants []string) string {
	if len(wants) == 1 && strings.EqualFold(wants[0], "true") {
		return "absent"
	}
	return "there"
}

// denies is a condition of a statement that denies, and what the request has of
// it.
func (q *Question) denies(doc *policy.Document, c *policy.Condition) string {
	f := q.conditionFailure(doc, c, authz.Holds)
	words := strings.Replace(operatorWords(f.Operator), "not to be", "is not", 1)
	text := f.Key + " " + strings.Replace(words, "to be", "is", 1) + " " + some(f.Wants) + filledBy(c, f.Wants)
	if baseOperator(f.Operator) == "null" {
		text = f.Key + " is " + absence(f.Wants)
	}
	_, has, _ := strings.Cut(f.Text, "; ")
	return text + ", and " + has
}

// operatorWords is an operator as people say it.
func operatorWords(operator string) string {
	words := operator
	prefix := ""
	for _, set := range []struct{ name, words string }{{"ForAllValues:", "in all its values "}, {"ForAnyValue:", "in one of its values "}} {
		if len(words) > len(set.name) && strings.EqualFold(words[:len(set.name)], set.name) {
			words, prefix = words[len(set.name):], set.words
		}
	}
	words = strings.TrimSuffix(words, "IfExists")
	switch strings.ToLower(words) {
	case "stringequals", "arnequals", "numericequals", "dateequals", "bool", "binaryequals", "stringequalsignorecase":
		return prefix + "to be"
	case "stringlike", "arnlike":
		return prefix + "to be like"
	case "stringnotequals", "arnnotequals", "numericnotequals", "datenotequals", "stringnotequalsignorecase":
		return prefix + "not to be"
	case "stringnotlike", "arnnotlike":
		return prefix + "not to be like"
	case "ipaddress":
		return prefix + "to be in"
	case "notipaddress":
		return prefix + "not to be in"
	case "numericlessthan", "datelessthan":
		return prefix + "to be less than"
	case "numericlessthanequals", "datelessthanequals":
		return prefix + "to be at most"
	case "numericgreaterthan", "dategreaterthan":
		return prefix + "to be more than"
	case "numericgreaterthanequals", "dategreaterthanequals":
		return prefix + "to be at least"
	}
	return words
}

// mostNamed is how many values a sentence names.
const mostNamed = 3

// some names values for a sentence.
func some(values []string) string {
	switch {
	case len(values) == 0:
		return "nothing"
	case len(values) > mostNamed:
		return strings.Join(values[:mostNamed], ", ") + " and others"
	}
	return strings.Join(values, ", ")
}
