package service

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
)

// WhyRequest explains a call by the request id of its answer: what was asked
// then, with the condition keys of then, decided by the policies of now. Where
// that comes to something else, or to the same for another reason, it says so.
// An *AskError tells that there is no such call, or that its caller is gone.
func (d *Door) WhyRequest(ctx context.Context, id string, fixes bool) (explain.Explanation, error) {
	if d.Trail == nil {
		return explain.Explanation{}, askError("there is no trail here, and so no calls to be asked about")
	}
	told, ok, err := d.Trail.ByRequest(ctx, id)
	if err != nil {
		return explain.Explanation{}, err
	}
	if !ok {
		return explain.Explanation{}, askError("no call with the request id %s is in the trail, which keeps ninety days", id)
	}
	earlier := &explain.Earlier{RequestID: id, Time: told.Time, Operation: operationOf(&told)}
	if told.ErrorCode != "" {
		earlier.Message = told.ErrorCode + ": " + told.ErrorMessage
	}
	if told.Decided == "" {
		return undecided(&told, earlier), nil
	}
	was, err := readDecided(told.Decided)
	if err != nil {
		return explain.Explanation{}, fmt.Errorf("request %s: %w", id, err)
	}
	view, err := d.Directory.View(ctx)
	if err != nil {
		return explain.Explanation{}, err
	}
	defer view.Close()
	q, err := d.asked(view, was, &told)
	if err != nil {
		return explain.Explanation{}, err
	}
	x := explain.Explain(q, fixes)
	now := authz.Decide(q.Request, q.Policies)
	if silent, ok := now.Reason.(authz.ImplicitDeny); ok && silent.Layer == authz.ResourceLayer && q.Policies.Resource != nil && q.Policies.Resource.Document == noStatements {
		tellNoRole(&x, view, &q)
	}
	earlier.Allowed = was.has(decidedAllowed)
	earlier.Changed = changed(was, now)
	x.Earlier = earlier
	if earlier.Allowed && told.ErrorCode != "" {
		x.Mistakes = append(x.Mistakes, explain.ReadRefusal(earlier.Message)...)
	}
	return x, view.Err()
}

func operationOf(told *trail.Told) string {
	service, _, _ := strings.Cut(told.Source, ".")
	return service + ":" + told.Name
}

// undecided explains a call on which no policy had a say.
func undecided(told *trail.Told, earlier *explain.Earlier) explain.Explanation {
	x := explain.Explanation{Action: earlier.Operation, Resource: "*", Earlier: earlier, Layers: []explain.Layer{}}
	if told.ErrorCode == "" {
		x.Allowed, earlier.Allowed = true, true
		x.Verdict = "The call was done: it needs no permission."
		return x
	}
	x.Verdict = "The call was refused before any policy was asked: " + earlier.Message
	x.Mistakes = explain.ReadRefusal(earlier.Message)
	return x
}

// changed compares how a call was decided with how it is decided now.
func changed(was *decided, now authz.Decision) string {
	switch allowed := was.has(decidedAllowed); {
	case allowed && !now.Allowed:
		return "It was allowed then and is denied now: a policy, or who or what it is about, has changed since."
	case !allowed && now.Allowed:
		return "It was denied then and is allowed now: a policy, or who or what it is about, has changed since."
	case !allowed && reasonOf(now) != was.reason:
		return "It was denied then too, for another reason: a policy, or who or what it is about, has changed since."
	}
	return ""
}

// reasonOf is what a denial is due to, to be compared.
func reasonOf(d authz.Decision) string {
	switch why := d.Reason.(type) {
	case authz.ExplicitDeny:
		return fmt.Sprintf("deny %d %s %d", why.Layer, why.Policy.Name, why.Index)
	case authz.ImplicitDeny:
		return fmt.Sprintf("silent %d %d", why.Layer, why.Level)
	case authz.UnreadablePolicy:
		return fmt.Sprintf("unreadable %d %s", why.Layer, why.Policy.Name)
	case authz.FixedRule:
		return fmt.Sprintf("rule %d", why.Rule)
	}
	return ""
}

// asked is a question as a call asked it, with the policies of now.
func (d *Door) asked(view *directory.View, was *decided, told *trail.Told) (explain.Question, error) {
	caller, err := callerAgain(view, was)
	if err != nil {
		return explain.Question{}, err
	}
	c := &Call{
		Now: was.at, Rand: d.Rand, Region: was.region, Partition: arn.PartitionOf(was.region),
		Account: caller.Account(), Caller: caller, View: view, door: d,
	}
	var keys authz.Context
	keys.AddCaller(authz.Caller{Principal: was.request.Principal}, was.at)
	ip, _ := netip.ParseAddr(told.SourceIP) // the zero address where there is none
	keys.AddCall(authz.Call{Time: was.at, SecureTransport: told.TLS, SourceIP: ip, UserAgent: told.UserAgent, Region: was.region})
	keys.AddResource(was.request.ResourceAccount, nil)
	for i := range was.request.Context.Len() {
		if name, one, many, multi := was.request.Context.At(i); multi {
			keys.SetMany(name, many...)
		} else {
			keys.Set(name, one)
		}
	}
	r := was.request
	r.Context = keys
	need := Need{Action: r.Action, Resource: r.Resource, Owner: r.ResourceAccount, MustTrust: was.has(decidedTrust)}
	if a, err := arn.Parse(r.Resource); err == nil && need.MustTrust {
		if role, ok := view.Role(need.Owner, a.ResourceName()); ok && role.ARN(c.Partition) == r.Resource {
			need.Trust = role
		}
	}
	from, to := c.placeOf(caller.Account()), c.placeOf(r.ResourceAccount)
	if was.has(decidedGrant) && to.org != nil {
		need.Grant = to.org.Policy.Content.Document()
	}
	q := c.gathered(r, need, from, to)
	q.Also = was.also(operationOf(told))
	return q, nil
}

// also are the actions that a call of STS needed beside the one that was decided
// last.
func (d *decided) also(operation string) (actions []string) {
	add := func(action string, needed bool) {
		if needed && !strings.EqualFold(action, d.request.Action) {
			actions = append(actions, action)
		}
	}
	further := d.has(decidedTags) || d.has(decidedSource)
	add(operation, further)
	add(tagSession, d.has(decidedTags))
	add(setSourceIdentity, d.has(decidedSource))
	return actions
}

// callerAgain is who made a call, as they are now.
func callerAgain(view *directory.View, was *decided) (*Caller, error) {
	c := &Caller{Principal: was.request.Principal}
	person := was.request.Principal
	if f, ok := person.(authz.FederatedUser); ok {
		person = f.Parent
		c.UserID = f.AccountID().String() + ":" + f.Name
	}
	switch p := person.(type) {
	case authz.User:
		user, ok := view.UserByID(p.AccountID(), p.ID)
		if !ok {
			return nil, askError("the user %s, who made the call, was deleted since: nobody's policies could be told of", p.ARN)
		}
		c.User = user
		if c.UserID == "" {
			c.UserID = user.ID
		}
	case authz.RoleSession:
		role, ok := view.RoleByID(p.AccountID(), p.RoleID)
		if !ok {
			return nil, askError("the role %s, whose session made the call, was deleted since: nobody's policies could be told of", p.Role)
		}
		c.Role, c.UserID = role, role.ID+":"+p.Name
	}
	if was.has(decidedSession) {
		c.Session = &session.Session{Account: c.Account(), Policy: was.policy, PolicyARNs: was.policies}
		if was.has(decidedRoot) {
			c.Session.Kind = session.AssumedRoot
		}
	}
	return c, nil
}
