package explain

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// Dependence is a condition key that the question does not tell, and a value of
// it with which the request is denied.
type Dependence struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// dependsOn are the untold keys on which it depends that a request is allowed: each
// was tried with values that the conditions on it speak of, and others.
func (q *Question) dependsOn(trace authz.Trace) (found []Dependence) {
	for _, l := range trace.Layers {
		for _, p := range l.Policies {
			for _, t := range p.Statements {
				conditions := p.Policy.Document.Statements[t.Index].Conditions
				for i := range t.Conditions {
					c := &conditions[i]
					known := slices.ContainsFunc(found, func(d Dependence) bool { return strings.EqualFold(d.Key, c.Key.Value) })
					if value, ok := q.deniedWith(c); !known && q.Untold(c.Key.Value) && ok {
						found = append(found, Dependence{c.Key.Value, value})
					}
				}
			}
		}
	}
	return found
}

// deniedWith is a value of a condition's key with which the request is denied.
func (q *Question) deniedWith(c *policy.Condition) (string, bool) {
	for _, value := range q.trials(c) {
		r := q.Request
		r.Context = r.Context.Clone()
		if lower := strings.ToLower(c.Operator.Value); strings.HasPrefix(lower, "forallvalues:") || strings.HasPrefix(lower, "foranyvalue:") {
			r.Context.SetMany(c.Key.Value, value)
		} else {
			r.Context.Set(c.Key.Value, value)
		}
		if !authz.Decide(r, q.Policies).Allowed {
			return value, true
		}
	}
	return "", false
}

// trials are values that a condition may tell apart.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func (q *Question) trials(c *policy.Condition) (values []string) {
	base := baseOperator(c.Operator.Value)
	for _, v := range c.Values {
		if value, ok := q.Request.Expand(v.Value); ok {
			values = append(values, strings.NewReplacer("*", "x", "?", "x").Replace(value))
		}
	}
	switch {
	case base == "bool":
		return []string{"false", "true"}
	case base == "ipaddress" || base == "notipaddress":
		return []string{addressIn(values), "192.0.2.1", "203.0.113.1"}
	case strings.HasPrefix(base, "numeric"):
		return append(values, "0", "999999999")
	case strings.HasPrefix(base, "date"):
		return []string{"2000-01-01T00:00:00Z", "2099-12-31T00:00:00Z"}
	case strings.HasPrefix(base, "arn"):
		return append(values, "arn:aws:iam::123456789012:role/another")
	case base == "null":
		return []string{"any"}
	}
	return append(values, "another")
}
