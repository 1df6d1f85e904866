package directory

import (
	"maps"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// Activity is what a user or role last did: of each service, and of each
// operation of it.
type Activity struct {
	Services map[string]ServiceActivity `json:"services"` // by the service's prefix, such as iam
}

// ServiceActivity is when and where somebody last called a service.
type ServiceActivity struct {
	Last    Moment            `json:"last"`
	Actions map[string]Moment `json:"actions,omitempty"` // by the operation's name
}

// Moment is when and in which region something was done.
type Moment struct {
	Time   time.Time `json:"time"`
	Region string    `json:"region"`
}

// Last is the newest call of any service; false where there was none.
func (a *Activity) Last() (Moment, bool) {
	var last Moment
	for _, s := range a.Services {
		if s.Last.Time.After(last.Time) {
			last = s.Last
		}
	}
	return last, !last.Time.IsZero()
}

// Note adds a call, unless a later one of the same operation is known.
func (a *Activity) Note(service, action string, at Moment) {
	if a.Services == nil {
		a.Services = make(map[string]ServiceActivity)
	}
	s := a.Services[service]
	if !at.Time.Before(s.Last.Time) {
		s.Last = at
	}
	if s.Actions == nil {
		s.Actions = make(map[string]Moment)
	}
	if !at.Time.Before(s.Actions[action].Time) {
		s.Actions[action] = at
	}
	a.Services[service] = s
}

// Clone is a copy that may be changed and written back.
func (a *Activity) Clone() *Activity {
	c := &Activity{Services: maps.Clone(a.Services)}
	for name, s := range c.Services {
		s.Actions = maps.Clone(s.Actions)
		c.Services[name] = s
	}
	return c
}

func activities(account arn.AccountID) string { return in(account, "activity/") }

func activityKey(account arn.AccountID, id string) string { return activities(account) + id }

// Activity reads what the user or role with a unique id did, as far as it was
// written down.
func (r *Reader) Activity(account arn.AccountID, id string) (*Activity, bool) {
	return document[Activity](r, activityKey(account, id))
}

// Activities walks what the users and roles of an account did, as far as it was
// written down, in the order of their ids.
func (r *Reader) Activities(account arn.AccountID, yield func(*Activity) bool) {
	r.keys(activities(account), "", func(id string, _ []byte) bool {
		a, ok := referred[Activity](r, activityKey(account, id))
		return ok && yield(a)
	})
}

// PutActivity writes down what a user or role did.
func (tx *Tx) PutActivity(account arn.AccountID, id string, a *Activity) {
	tx.put(activityKey(account, id), a)
}
