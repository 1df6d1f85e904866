package service

import (
	"context"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/service/internal/reach"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// CanAsk asks what a principal may do. Its Action is a pattern, such as
// s3:Get*, or empty for all; its Resource may be one.
type CanAsk struct {
	Ask
	Service string `json:"service"` // of this service alone, such as s3
	Roles   bool   `json:"roles"`   // which roles it may assume as well
	Used    bool   `json:"used"`    // what it did as well
	// Holes tells, by its Sid, of a statement that stands for what its author does
	// not know yet, what that is; empty of all others. For those who read files.
	Holes func(sid string) string `json:"-"`
}

// Can is what a principal may do. docs/explain.md describes its JSON.
type Can struct {
	Principal string       `json:"principal"`
	Services  []CanService `json:"services"`
	Roles     []CanAssume  `json:"roles"`
	// Used are the actions that it asked for here, by service and name as events
	// have them.
	Used []Used `json:"used,omitempty"`
}

// CanService is what is allowed of one service.
type CanService = reach.Service

// CanAssume is a role that a principal may assume.
type CanAssume struct {
	Role       string   `json:"role"`
	Conditions []string `json:"conditions,omitempty"` // that have to be met
}

// Used is an operation that was called.
type Used struct {
	Service   string    `json:"service"`
	Operation string    `json:"operation"`
	Last      time.Time `json:"last,omitzero"`
}

// Can decides every action of AWS's services for one principal. An *AskError
// tells that the question cannot be asked.
func (d *Door) Can(ctx context.Context, ask CanAsk) (Can, error) {
	view, err := d.Directory.View(ctx)
	if err != nil {
		return Can{}, err
	}
	defer view.Close()
	c, err := d.asking(view, ask.Ask)
	if err != nil {
		return Can{}, err
	}
	if c.Caller.Account().IsZero() {
		return Can{}, askError("%s belongs to no account: only policies of resources speak for it; ask about one of them", ask.Principal)
	}
	asked, err := c.reach(ask)
	if err != nil {
		return Can{}, err
	}
	w := reach.New(asked)
	out := Can{Principal: ask.Principal, Services: w.Services(), Roles: []CanAssume{}}
	if out.Services == nil {
		out.Services = []CanService{}
	}
	if ask.Roles {
		out.Roles = append(out.Roles, c.assumable(w, asked.Context)...)
	}
	if ask.Used {
		out.Used = c.used()
	}
	return out, view.Err()
}

// reach gathers what decides about the caller whatever it asks for.
func (c *Call) reach(ask CanAsk) (*reach.Asked, error) {
	place := c.placeOf(c.Caller.Account())
	a := &reach.Asked{
		Principal: c.Caller.Principal, Account: c.Caller.Account(), Partition: c.Partition, Context: c.knownKeys(ask.Ask, place),
		Policies: c.policies(), Controlled: controlled, Service: ask.Service, Action: ask.Action, Resource: ask.Resource,
	}
	a.Policies.SCPs, a.Policies.RCPs = c.levels(place, ServiceControlPolicy), c.levels(place, ResourceControlPolicy)
	a.Absent, a.Holes = c.knownAbsent, ask.Holes
	if !ask.ResourceAccount.IsZero() {
		a.Account = ask.ResourceAccount
	}
	if ask.ResourcePolicy != "" {
		doc, err := policy.Parse(ask.ResourcePolicy)
		if err != nil {
			return nil, askError("the resource's policy: %v", err)
		}
		a.Policies.Resource = &authz.ResourcePolicy{Kind: authz.OrdinaryPolicy, Named: authz.Named{Name: ask.Resource, Document: doc}}
		if strings.Contains(ask.Resource, ":kms:") {
			a.Policies.Resource.Kind = authz.KeyPolicy
		}
	}
	return a, nil
}

// knownKeys are the condition keys that every request of the caller has, and
// those that the question gives. A role's session has a name of its own, which
// nobody knows beforehand.
func (c *Call) knownKeys(ask Ask, place place) authz.Context {
	var all, keys authz.Context
	all.AddCaller(authz.Caller{Principal: c.Caller.Principal, Tags: c.Caller.tags()}, c.Now)
	addPrincipalPlace(&all, place)
	session := strings.Contains(ask.Principal, ":assumed-role/")
	_, _, idUnknown := c.Caller.idUnknown()
	for i := range all.Len() {
		switch name, one, many, multi := all.At(i); {
		case name == "aws:userid" && (idUnknown || c.Caller.Role != nil && !session):
		case multi:
			keys.SetMany(name, many...)
		default:
			keys.Set(name, one)
		}
	}
	keys.Set("aws:SecureTransport", "true")
	keys.Set("aws:CurrentTime", c.Now.UTC().Format("2006-01-02T15:04:05Z"))
	for key, values := range ask.Context {
		if len(values) == 1 {
			keys.Set(key, values[0])
		} else {
			keys.SetMany(key, values...)
		}
	}
	return keys
}

// knownAbsent tells of the keys that no request of the caller has, if it is none
// of knownKeys. A session may have tags that its role does not have.
func (c *Call) knownAbsent(key string) bool {
	key = strings.ToLower(key)
	switch key {
	case "aws:username", "aws:principalorgid", "aws:principalorgpaths", "aws:principalservicename", "aws:principalservicenameslist":
		return true
	}
	return c.Caller.User != nil && (strings.HasPrefix(key, "aws:principaltag/") || key == "aws:federatedprovider")
}

// assumable are the roles, of all accounts that are here, that the caller may
// assume.
func (c *Call) assumable(w *reach.Walker, keys authz.Context) []CanAssume {
	var out []CanAssume
	_, _, idUnknown := c.Caller.idUnknown()
	try := func(role *directory.Role) bool {
		need := Need{
			Action: "sts:AssumeRole", Resource: role.ARN(c.Partition), Owner: role.Account, Trust: role, MustTrust: true,
			ResourceTags: role.Tags,
		}
		r := c.request(nil, need, keys.Clone())
		to := c.placeOf(role.Account)
		addResourcePlace(&r.Context, to)
		trust := resourcePolicy(need)
		if idUnknown && trust != nil {
			trust.Document = c.TrustShown(role) // by ARN, whose id is made up too
		}
		if may, conditions := w.May(r, trust, c.controls(to, need.Action)); may {
			out = append(out, CanAssume{need.Resource, conditions})
		}
		return true
	}
	c.View.Accounts(func(a *directory.Account) bool {
		c.View.Roles(a.ID, "", try)
		return true
	})
	return out
}

// used are the operations that the caller's user or role has called here.
//
// Source: attempts count, as in the reports of last access,
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
func (c *Call) used() []Used {
	who, ok := actorOf(c.Caller)
	if !ok {
		return nil
	}
	var all []Used
	for service, did := range c.Activity(who.account, who.id).Services {
		for operation, at := range did.Actions {
			all = append(all, Used{service, operation, at.Time})
		}
	}
	return all
}
