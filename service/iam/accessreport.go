package iam

import (
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/api/all"
	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// accessReport is a report of last access as it is stored: which services the
// subject's policies allow, and who of those that have the policies called
// which of them when.
type accessReport struct {
	Granularity string           `json:"granularity"`
	Entities    []reportEntity   `json:"entities"`
	Services    []serviceReport  `json:"services"`
	Calls       []reportedAccess `json:"calls"`
}

// reportEntity is a user or role that had the policies.
type reportEntity struct {
	Type string `json:"type"` // USER or ROLE
	ID   string `json:"id"`
	ARN  string `json:"arn"`
	Name string `json:"name"`
	Path string `json:"path"`
}

// serviceReport is a service that the policies allow, and those of its actions
// that are tracked and allowed.
type serviceReport struct {
	Namespace string   `json:"namespace"`
	Actions   []string `json:"actions,omitempty"`
}

// reportedAccess is the last time that an entity called a service, or, with an
// Action, one operation of it.
type reportedAccess struct {
	Service string           `json:"service"`
	Action  string           `json:"action,omitempty"`
	Entity  int              `json:"entity"`
	At      directory.Moment `json:"at"`
}

// mostReported is how many users and roles a report tells of: it is in memory
// whole.
const mostReported = 20_000

// The two granularities.
const (
	serviceLevel = "SERVICE_LEVEL"
	actionLevel  = "ACTION_LEVEL"
)

// newAccessReport gathers what is known of a subject now.
func newAccessReport(c *service.Call, s subject, granularity string) *accessReport {
	r := &accessReport{Granularity: granularity}
	granted := grantedBy(s.sources(c))
	tracked := trackedActions()
	for _, namespace := range reference.ServicePrefixes() {
		if !granted.service(namespace) {
			continue
		}
		report := serviceReport{Namespace: namespace}
		for _, name := range tracked[namespace] {
			if granularity == actionLevel && granted.action(namespace, name) {
				report.Actions = append(report.Actions, name)
			}
		}
		r.Services = append(r.Services, report)
	}
	s.eachHolder(c, func(e reportEntity) bool {
		r.addEntity(c, e)
		return len(r.Entities) <= mostReported
	})
	return r
}

func (r *accessReport) addEntity(c *service.Call, e reportEntity) {
	r.Entities = append(r.Entities, e)
	done := c.Activity(c.Account, e.ID)
	for _, s := range r.Services {
		did, ok := done.Services[s.Namespace]
		if !ok {
			continue
		}
		r.add(c, reportedAccess{Service: s.Namespace, At: did.Last})
		for _, action := range s.Actions {
			if at, ok := did.Actions[action]; ok {
				r.add(c, reportedAccess{Service: s.Namespace, Action: action, At: at})
			}
		}
	}
}

// add adds what the last of the entities did, within the tracking period.
func (r *accessReport) add(c *service.Call, a reportedAccess) {
	if c.Now.Sub(a.At.Time) <= trackingPeriod {
		a.Entity = len(r.Entities) - 1
		r.Calls = append(r.Calls, a)
	}
}

// newest is the newest of some calls, and how many entities made them.
type newest struct {
	reportedAccess
	entities int
}

// index finds the newest call of each service, and of each action of one, under
// the service and the action.
func (r *accessReport) index() map[[2]string]newest {
	found := make(map[[2]string]newest)
	for _, a := range r.Calls {
		key := [2]string{a.Service, a.Action}
		n := found[key]
		if a.At.Time.After(n.At.Time) {
			n.reportedAccess = a
		}
		n.entities++
		found[key] = n
	}
	return found
}

// eachHolder yields the users and roles that have the subject's policies, each
// once, until yield answers false.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
func (s subject) eachHolder(c *service.Call, yield func(reportEntity) bool) {
	seen, more := make(map[string]bool), true
	add := func(kind, arn string, e *directory.Entity) bool {
		if more && !seen[e.ID] {
			seen[e.ID] = true
			more = yield(reportEntity{kind, e.ID, arn, e.Name, e.Path})
		}
		return more
	}
	addUser := func(u *directory.User) bool { return add("USER", u.ARN(c.Partition), &u.Entity) }
	switch {
	case s.user != nil:
		addUser(s.user)
	case s.role != nil:
		add("ROLE", s.role.ARN(c.Partition), &s.role.Entity)
	case s.group != nil:
		c.View.Members(s.group, addUser)
	case s.policy != nil:
		c.View.PolicyUses(c.Account, s.policy.ref(), func(use directory.PolicyUse) bool {
			switch {
			case use.How != directory.Attachment:
			case use.User != nil:
				addUser(use.User)
			case use.Group != nil:
				c.View.Members(use.Group, addUser)
			case use.Role != nil:
				add("ROLE", use.Role.ARN(c.Partition), &use.Role.Entity)
			}
			return more
		})
	}
}

// trackedActions are the operations whose last use is known, by namespace and
// in alphabetical order: those of the services that are told apart here and
// that the reference has as actions.
func trackedActions() map[string][]string {
	tracked := make(map[string][]string)
	for _, s := range all.Services() {
		prefix := s.SigningName
		entry, ok := reference.Service(prefix)
		if !ok {
			continue
		}
		operations := make(map[string]bool)
		for _, op := range s.Operations() {
			operations[op.Name] = true
		}
		for a := range entry.Actions() {
			if operations[a.Name] {
				tracked[prefix] = append(tracked[prefix], a.Name)
			}
		}
	}
	return tracked
}

// serviceName is what AWS calls a service in reports: the reference's name
// without its abbreviation.
func serviceName(namespace string) string {
	entry, ok := reference.Service(namespace)
	if !ok {
		return namespace
	}
	name, _, _ := strings.Cut(entry.Name, " (")
	return name
}

// jobLife is how long a report is kept. AWS does not say how long its are.
const jobLife = 24 * time.Hour
