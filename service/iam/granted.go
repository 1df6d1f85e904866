package iam

import (
	"strings"

	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/policy"
)

// granting is what policies allow of each service, as the reports of last
// access see it: identity-based policies alone, whatever resource or condition
// a statement has. A Deny takes away what it denies everywhere and always.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
// ("IAM policy types")
type granting struct{ allows, denies []actionRule }

// actionRule is the Action or NotAction element of a statement.
type actionRule struct {
	negated bool
	actions []string // in lower case
}

// add takes the statements of a document in. One that cannot be read denies
// everything, as in a decision.
func (g *granting) add(doc *policy.Document) {
	if doc == nil {
		g.denies = append(g.denies, actionRule{actions: []string{"*"}})
		return
	}
	for i := range doc.Statements {
		s := &doc.Statements[i]
		rule := actionRule{negated: s.Actions.Negated}
		for _, a := range s.Actions.Values {
			rule.actions = append(rule.actions, strings.ToLower(a.Value))
		}
		switch {
		case s.Effect == policy.Allow:
			g.allows = append(g.allows, rule)
		case always(s):
			g.denies = append(g.denies, rule)
		}
	}
}

// always tells whether a statement holds on every resource and on no
// condition.
func always(s *policy.Statement) bool {
	if len(s.Conditions) > 0 || s.Resources.Negated {
		return false
	}
	for _, r := range s.Resources.Values {
		if r.Value == "*" {
			return true
		}
	}
	return false
}

// service tells whether any action of a service is allowed.
func (g *granting) service(prefix string) bool {
	switch {
	case !reaches(g.allows, prefix), covers(g.denies, prefix):
		return false
	case covers(g.allows, prefix) && !reaches(g.denies, prefix):
		return true
	}
	entry, ok := reference.Service(prefix)
	if !ok {
		return false
	}
	for a := range entry.Actions() {
		if g.action(prefix, a.Name) {
			return true
		}
	}
	return false
}

// action tells whether one action is allowed.
func (g *granting) action(prefix, name string) bool {
	text := strings.ToLower(prefix + ":" + name)
	return anyMatch(g.allows, text) && !anyMatch(g.denies, text)
}

func anyMatch(rules []actionRule, action string) bool {
	for _, r := range rules {
		if r.matches(action) {
			return true
		}
	}
	return false
}

// reaches tells whether any of the rules may match an action of the service.
func reaches(rules []actionRule, prefix string) bool {
	for _, r := range rules {
		if r.negated && !r.has("*", prefix+":*") || !r.negated && r.names(prefix) {
			return true
		}
	}
	return false
}

// covers tells whether one of the rules matches every action of the service.
func covers(rules []actionRule, prefix string) bool {
	for _, r := range rules {
		if r.negated && !r.names(prefix) || !r.negated && r.has("*", prefix+":*") {
			return true
		}
	}
	return false
}

// names tells whether any action of the element is one of the service's.
func (r actionRule) names(prefix string) bool {
	for _, a := range r.actions {
		if a == "*" || strings.HasPrefix(a, prefix+":") {
			return true
		}
	}
	return false
}

func (r actionRule) has(texts ...string) bool {
	for _, a := range r.actions {
		for _, t := range texts {
			if a == t {
				return true
			}
		}
	}
	return false
}

func (r actionRule) matches(action string) bool {
	for _, a := range r.actions {
		if a == "*" || likeAction(a, action) {
			return !r.negated
		}
	}
	return r.negated
}

// likeAction compares with a pattern, in which the service is spelled out.
func likeAction(pattern, action string) bool {
	service, name, _ := strings.Cut(pattern, ":")
	of, called, _ := strings.Cut(action, ":")
	return service == of && like(name, called)
}

// like compares with a pattern of * and ?. A star that did not fit is tried one
// character on, so that no pattern takes longer than its length times the
// text's.
func like(pattern, text string) bool {
	p, t, star, from := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p, t = p+1, t+1
		case star >= 0:
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
