package reference

import (
	"slices"
	"strings"
	"sync"
)

// Lookup answers what package policy/lint asks of the reference, in words
// alone. NewLookup makes it; any number of goroutines may use it.
type Lookup struct {
	formats func() map[string][]string // ARNs of resources by the service that they name
}

// NewLookup opens the reference; nothing is read before it is asked.
func NewLookup() *Lookup { return &Lookup{sync.OnceValue(formatsByService)} }

// Prefixes are the prefixes of all services.
func (*Lookup) Prefixes() []string { return ServicePrefixes() }

// Actions are the names of a service's actions, and whether there is such a
// service.
func (*Lookup) Actions(service string) (names []string, ok bool) {
	s, ok := Service(service)
	if !ok {
		return nil, false
	}
	for a := range s.Actions() {
		names = append(names, a.Name)
	}
	return names, true
}

// ActionTypes are the types of resource that an action is about; none for one
// that is about no resource.
func (*Lookup) ActionTypes(service, action string) []string {
	a, _ := Action(service, action)
	types := make([]string, len(a.Resources))
	for i, r := range a.Resources {
		types[i] = r.Type
	}
	return types
}

// ActionKeys are all condition keys that may come with an action: its own,
// those of a type of resource alone, and those that describe the resource.
func (*Lookup) ActionKeys(service, action string) []string {
	s, ok := Service(service)
	if !ok {
		return nil
	}
	a, _ := s.Action(action)
	keys := slices.Clone(a.Keys)
	for _, r := range a.Resources {
		keys = append(keys, r.Keys...)
		if t, ok := s.ResourceType(r.Type); ok {
			keys = append(keys, t.Keys...)
		}
	}
	return keys
}

// Key finds a condition key of a service: its name as AWS documents it, gaps
// included, its type, and whether a request may carry several values of it.
func (*Lookup) Key(service, key string) (name, kind string, multivalued, ok bool) {
	k, ok := ConditionKey(service, key)
	return k.Name, k.Type, k.Multivalued, ok
}

// UnderRCP tells whether resource control policies reach a service's resources.
func (*Lookup) UnderRCP(service string) bool {
	s, ok := Service(service)
	return ok && s.RCP
}

// Formats are the ARNs, with gaps such as ${Account}, of all resources whose
// ARN names a service.
func (l *Lookup) Formats(service string) []string { return l.formats()[service] }

func formatsByService() map[string][]string {
	formats := map[string][]string{}
	for _, prefix := range ServicePrefixes() {
		s, _ := Service(prefix)
		for r := range s.ResourceTypes() {
			parts := strings.SplitN(r.ARN, ":", 4)
			if len(parts) == 4 {
				service := strings.Clone(parts[2])
				formats[service] = append(formats[service], strings.Clone(r.ARN))
			}
		}
	}
	return formats
}
