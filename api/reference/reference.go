package reference

import (
	"iter"
	"slices"
	"strings"
)

// ServicePrefixes answers the prefix of every service that has actions, such
// as "iam", in alphabetical order. The caller owns the slice.
func ServicePrefixes() []string {
	services := shelf().services
	prefixes := make([]string, len(services))
	for i, s := range services {
		prefixes[i] = s.prefix
	}
	return prefixes
}

// Known tells whether a service has this prefix. It costs no decompression.
func Known(prefix string) bool {
	_, ok := shelf().find(prefix)
	return ok
}

// Service answers everything that the reference says of a service. It is
// false for a prefix that AWS does not have.
func Service(prefix string) (*ServiceEntry, bool) {
	return shelf().service(prefix)
}

// Action finds an action by its service's prefix and its name: "iam" and
// "CreateRole".
func Action(service, name string) (ActionEntry, bool) {
	s, ok := Service(service)
	if !ok {
		return ActionEntry{}, false
	}
	return s.Action(name)
}

// ConditionKey finds a condition key, whole as it stands in a policy, among
// those of a service.
func ConditionKey(service, key string) (KeyEntry, bool) {
	s, ok := Service(service)
	if !ok {
		return KeyEntry{}, false
	}
	return s.ConditionKey(key)
}

// ServiceEntry is a service's part of the reference.
type ServiceEntry struct {
	Prefix string // such as s3
	Name   string // such as Amazon S3
	RCP    bool   // resource control policies reach its resources

	actions   table[ActionEntry]
	resources table[ResourceEntry]
	keys      table[KeyEntry]
	templates []template // of keys
}

// Action finds an action by its name without the prefix.
func (s *ServiceEntry) Action(name string) (ActionEntry, bool) { return s.actions.find(name) }

// Actions walks the service's actions in alphabetical order.
func (s *ServiceEntry) Actions() iter.Seq[ActionEntry] { return slices.Values(s.actions.rows) }

// ResourceType finds a type of resource by its name, as actions give it.
func (s *ServiceEntry) ResourceType(name string) (ResourceEntry, bool) { return s.resources.find(name) }

// ResourceTypes walks the service's types of resource in alphabetical order.
func (s *ServiceEntry) ResourceTypes() iter.Seq[ResourceEntry] {
	return slices.Values(s.resources.rows)
}

// ConditionKey finds a condition key. One that AWS documents with a gap in
// it, such as aws:ResourceTag/${TagKey}, is found under every name that fills
// the gap; its entry says how AWS documents it.
func (s *ServiceEntry) ConditionKey(key string) (KeyEntry, bool) {
	if k, ok := s.keys.find(key); ok {
		return k, true
	}
	lower, best, longest := strings.ToLower(key), -1, -1
	for _, t := range s.templates {
		if n := t.literal(); n > longest && t.matches(lower) {
			best, longest = t.row, n
		}
	}
	if best < 0 {
		return KeyEntry{}, false
	}
	return s.keys.rows[best], true
}

// ConditionKeys walks the service's condition keys in alphabetical order.
func (s *ServiceEntry) ConditionKeys() iter.Seq[KeyEntry] { return slices.Values(s.keys.rows) }

// AccessLevel is what an action does to what it reaches, as AWS classes it.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html
type AccessLevel string

// The five levels.
const (
	List                  AccessLevel = "List"
	Read                  AccessLevel = "Read"
	Write                 AccessLevel = "Write"
	Tagging               AccessLevel = "Tagging"
	PermissionsManagement AccessLevel = "Permissions management"
)

// ActionEntry is one action.
type ActionEntry struct {
	Name      string // without the prefix
	Level     AccessLevel
	Resources []ActionResource // none: the action is decided on "*"
	Keys      []string         // condition keys, whatever the resource
}

// ActionResource is a type of resource that an action takes.
type ActionResource struct {
	Type     string
	Required bool
	Keys     []string // condition keys with this type alone
}

// ResourceEntry is a type of resource.
type ResourceEntry struct {
	Type string
	ARN  string   // with gaps such as ${Account}
	Keys []string // condition keys that describe such a resource
}

// KeyEntry is a condition key.
type KeyEntry struct {
	Name        string // as AWS documents it, gaps included
	Type        string // String, ARN, Bool, Numeric, Date or IPAddress
	Multivalued bool   // a request may carry several values of it
}
