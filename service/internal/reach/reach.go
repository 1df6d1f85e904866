package reach

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/compiled"
	"github.com/rolecall-iam/rolecall/policy"
)

// Asked is whose reach is asked for.
type Asked struct {
	Principal authz.Principal
	Account   arn.AccountID // of resources whose ARN names none
	Partition string
	// Context are the keys that are known beforehand; Absent tells of those that
	// are known not to be there. All others come with a request.
	Context authz.Context
	Absent  func(key string) bool
	// Holes tells, by its Sid, of a statement that stands for what is not known
	// yet, what that is; it may be nil.
	Holes func(sid string) string
	// Policies are all that have a say; its RCPs are those over the principal's
	// own account, for the actions that Controlled tells of.
	Policies   authz.Policies
	Controlled func(action string) bool

	// Only what these let through is looked at; empty ones let all through.
	Service  string // a prefix
	Action   string // a pattern, such as s3:Get*
	Resource string // one, or a pattern for those
}

// Service is what is allowed of one service.
type Service struct {
	Prefix string  `json:"service"`
	Name   string  `json:"name"`
	Grants []Grant `json:"grants"`
}

// Grant are actions that are allowed alike.
type Grant struct {
	Actions []string `json:"actions"` // by their names, such as GetObject
	// Patterns are the same in short: patterns of which every action that takes
	// such a resource is among Actions.
	Patterns []string `json:"patterns"`
	Resource string   `json:"resource"` // a pattern
	// Except are patterns of resources that are denied.
	Except []string `json:"except,omitempty"`
	// Conditions have all to be met; none where nothing has.
	Conditions []string `json:"conditions,omitempty"`
}

// reading is one way to read the policies, ready to decide.
type reading struct {
	policies          authz.Policies // without RCPs' exception
	ready, controlled *compiled.Policies
}

// Walker decides for one Asked.
type Walker struct {
	*Asked
	readings   [2]reading
	statements []statement
	ofResource bool // the principal's policies speak of keys that a resource has
}

// Services tells what is allowed, service by service.
func (w *Walker) Services() []Service {
	a := w.Asked
	var out []Service
	for _, prefix := range reference.ServicePrefixes() {
		if !a.asks(prefix) || !w.speaksOf(prefix) {
			continue
		}
		entry, ok := reference.Service(prefix)
		if !ok {
			continue
		}
		if grants := w.grants(entry); len(grants) > 0 {
			out = append(out, Service{prefix, entry.Name, grants})
		}
	}
	return out
}

// New reads the policies.
func New(a *Asked) *Walker {
	w := &Walker{Asked: a}
	for s := range w.readings {
		r := &w.readings[s]
		r.policies = a.narrow(a.Policies, side(s))
		r.controlled = compiled.NewPolicies(r.policies)
		without := r.policies
		without.RCPs = nil
		r.ready = compiled.NewPolicies(without)
	}
	w.statements = statementsOf(nil, w.readings[could].policies, policy.Allow)
	w.statements = statementsOf(w.statements, w.readings[sure].policies, policy.Deny)
	w.ofResource = speaksOfResources(a.Policies)
	return w
}

// asks tells whether a service is among those that are asked for.
func (a *Asked) asks(prefix string) bool {
	if a.Service != "" && !strings.EqualFold(a.Service, prefix) {
		return false
	}
	vendor, _, _ := strings.Cut(a.Action, ":")
	return a.Action == "" || matches(vendor, prefix)
}

// decide decides by one reading.
func (w *Walker) decide(s side, action, resource string) compiled.Decision {
	r := w.request(action, resource)
	ready := w.readings[s].ready
	if w.Controlled != nil && w.Controlled(action) {
		ready = w.readings[s].controlled
	}
	return compiled.Decide(&r, ready)
}

func (w *Walker) request(action, resource string) authz.Request {
	return authz.Request{
		Principal: w.Principal, Action: action, Resource: instance(resource), ResourceAccount: w.Account, Context: w.Context,
	}
}

// grants decides every action of a service.
func (w *Walker) grants(entry *reference.ServiceEntry) []Grant {
	spoken := w.of(entry.Prefix)
	sets := map[string]*Grant{}
	var order []*Grant
	known := map[string][]row{}
	for action := range entry.Actions() {
		name := entry.Prefix + ":" + action.Name
		if w.Action != "" && !matches(w.Action, name) {
			continue
		}
		for _, row := range w.rows(known, spoken, entry, action, name) {
			g := sets[row.key()]
			if g == nil {
				g = &Grant{Resource: shown(row.resource), Except: row.except, Conditions: row.conditions}
				sets[row.key()] = g
				order = append(order, g)
			}
			g.Actions = append(g.Actions, action.Name)
		}
	}
	grants := make([]Grant, 0, len(order))
	for _, g := range w.merged(entry, order) {
		g.Patterns = w.patterns(entry, *g)
		grants = append(grants, *g)
	}
	slices.SortStableFunc(grants, func(a, b Grant) int {
		return cmp.Or(cmp.Compare(len(a.Conditions), len(b.Conditions)), cmp.Compare(a.Resource, b.Resource))
	})
	return grants
}

// merged puts grants together that differ only in exceptions which the actions of
// the other cannot be asked for on.
func (w *Walker) merged(entry *reference.ServiceEntry, all []*Grant) []*Grant {
	var out []*Grant
	for _, g := range all {
		i := slices.IndexFunc(out, func(o *Grant) bool {
			return o.Resource == g.Resource && slices.Equal(o.Conditions, g.Conditions) &&
				w.unmoved(entry, o.Actions, o.Except, g.Except) && w.unmoved(entry, g.Actions, g.Except, o.Except)
		})
		if i < 0 {
			out = append(out, g)
			continue
		}
		o := out[i]
		o.Actions = append(o.Actions, g.Actions...)
		slices.Sort(o.Actions)
		for _, x := range g.Except {
			if !slices.Contains(o.Except, x) {
				o.Except = append(o.Except, x)
			}
		}
	}
	return out
}

// unmoved tells whether further exceptions mean nothing for actions.
func (w *Walker) unmoved(entry *reference.ServiceEntry, actions, except, more []string) bool {
	for _, x := range more {
		if slices.Contains(except, x) {
			continue
		}
		for _, name := range actions {
			if action, ok := entry.Action(name); ok && takes(entry, action, x, w.Partition) {
				return false
			}
		}
	}
	return true
}

// patterns are the actions of a grant in short: the service's all, those that
// begin with one word, and the others by name. A pattern counts only actions
// that can be asked for on such a resource.
func (w *Walker) patterns(entry *reference.ServiceEntry, g Grant) []string {
	has := make(map[string]bool, len(g.Actions))
	for _, name := range g.Actions {
		has[name] = true
	}
	whole, words, all := 0, map[string]int{}, 0
	for action := range entry.Actions() {
		if !takes(entry, action, g.Resource, w.Partition) {
			continue
		}
		all++
		if has[action.Name] {
			whole++
		} else {
			words[firstWord(action.Name)] = -1
		}
	}
	if whole == all && (whole > 1 || g.Resource == "*") {
		return []string{entry.Prefix + ":*"}
	}
	for _, name := range g.Actions {
		if words[firstWord(name)] >= 0 {
			words[firstWord(name)]++
		}
	}
	var out []string
	for _, name := range g.Actions {
		short := entry.Prefix + ":" + name
		if word := firstWord(name); words[word] > 1 {
			short = entry.Prefix + ":" + word + "*"
		}
		if !slices.Contains(out, short) {
			out = append(out, short)
		}
	}
	return out
}

// firstWord is an action's verb, such as Get.
func firstWord(name string) string {
	for i := 1; i < len(name); i++ {
		if 'A' <= name[i] && name[i] <= 'Z' {
			return name[:i]
		}
	}
	return name
}

// takes tells whether an action can be asked for on a resource.
func takes(entry *reference.ServiceEntry, action reference.ActionEntry, resource, partition string) bool {
	if len(action.Resources) == 0 || resource == "*" {
		return resource == "*"
	}
	for _, kind := range action.Resources {
		if e, ok := entry.ResourceType(kind.Type); ok && fits(resource, form(e.ARN, partition)) {
			return true
		}
	}
	return false
}
