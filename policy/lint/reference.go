package lint

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// Reference is what AWS publishes of its services: the service authorization
// reference. Names are found without regard to case.
type Reference interface {
	// Prefixes are the prefixes of all services, such as s3.
	Prefixes() []string

	// Actions are the names of a service's actions, and whether there is such
	// a service.
	Actions(service string) (names []string, ok bool)

	// ActionTypes are the types of resource that an action is about.
	ActionTypes(service, action string) []string

	// ActionKeys are all condition keys that may come with an action.
	ActionKeys(service, action string) []string

	// Key finds a condition key of a service: its name with gaps, and its
	// type: String, ARN, Bool, Numeric, Date or IPAddress.
	Key(service, key string) (name, kind string, multivalued, ok bool)

	// UnderRCP tells whether resource control policies reach a service.
	UnderRCP(service string) bool

	// Formats are the ARNs that resources of any service have whose ARN names
	// the given one, with gaps such as ${Account}.
	Formats(service string) []string
}

// service is one service of the reference.
type service struct {
	Reference
	prefix  string
	actions []action // by their names in small letters
}

// action is the name of an action, as AWS spells it and in small letters.
type action struct{ name, lower string }

// key is a condition key.
type key struct {
	name        string // as documented, gaps included
	kind        string
	multivalued bool
}

// service finds a service by its prefix, and is nil where there is none.
func (l *linter) service(prefix string) *service {
	prefix = strings.ToLower(prefix)
	if s, ok := l.services[prefix]; ok {
		return s
	}
	var s *service
	if names, ok := l.ref.Actions(prefix); ok {
		s = &service{Reference: l.ref, prefix: prefix}
		for _, name := range names {
			s.actions = append(s.actions, action{name, strings.ToLower(name)})
		}
		slices.SortFunc(s.actions, func(a, b action) int { return strings.Compare(a.lower, b.lower) })
	}
	l.services[prefix] = s
	return s
}

// key finds a condition key.
func (s *service) key(name string) (key, bool) {
	known, kind, multivalued, ok := s.Key(s.prefix, name)
	if head, _, tag := strings.Cut(name, "/"); tag && !ok {
		known, kind, multivalued, ok = s.Key(s.prefix, head+"/tag-key") // so some services write the gap
	}
	return key{known, kind, multivalued}, ok
}

// with tells whether an action may come with a condition key.
func (s *service) with(a action, key string) bool {
	return contains(s.ActionKeys(s.prefix, a.name), key)
}

// matching are the actions that a pattern means.
func (s *service) matching(pattern string) []action {
	pattern = strings.ToLower(pattern)
	if !strings.ContainsAny(pattern, "*?") {
		i, ok := slices.BinarySearchFunc(s.actions, pattern, func(a action, name string) int { return strings.Compare(a.lower, name) })
		if !ok {
			return nil
		}
		return s.actions[i : i+1]
	}
	if pattern == "*" {
		return s.actions
	}
	var found []action
	for _, a := range s.actions {
		if policy.Matches(pattern, a.lower) {
			found = append(found, a)
		}
	}
	return found
}
