package conformance

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// Simulation answers the parameters of the SimulateCustomPolicy call that asks
// what the case is about, and false where that call cannot: it knows identity
// policies and a boundary of a user, a policy of the resource but no role's, and
// documents that AWS would store.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
func (c Case) Simulation() (url.Values, bool) {
	d, ok := c.check.(decision)
	if !ok || !d.simulable() {
		return nil, false
	}
	form := url.Values{
		"Action": {"SimulateCustomPolicy"}, "Version": {"2010-05-08"},
		"ActionNames.member.1": {d.request.Action}, "ResourceArns.member.1": {d.request.Resource},
	}
	for i, p := range d.policies.Identity {
		form.Set(fmt.Sprintf("PolicyInputList.member.%d", i+1), p.Document.Text)
	}
	if d.policies.Boundary != nil {
		form.Set("PermissionsBoundaryPolicyInputList.member.1", d.policies.Boundary.Document.Text)
	}
	if r := d.policies.Resource; r != nil {
		form.Set("CallerArn", d.request.Principal.CallerARN())
		form.Set("ResourcePolicy", r.Document.Text)
		if owner := d.request.ResourceAccount; !owner.IsZero() {
			form.Set("ResourceOwner", "arn:aws:iam::"+owner.String()+":root")
		}
	}
	for i, entry := range d.entries {
		prefix := "ContextEntries.member." + strconv.Itoa(i+1) + "."
		form.Set(prefix+"ContextKeyName", entry.name)
		form.Set(prefix+"ContextKeyType", "string")
		if entry.multi {
			form.Set(prefix+"ContextKeyType", "stringList")
		}
		for n, value := range entry.values {
			form.Set(prefix+"ContextKeyValues.member."+strconv.Itoa(n+1), value)
		}
	}
	return form, true
}

// Simulated compares the EvalDecision of the answer with what the case says.
func (c Case) Simulated(verdict string) error {
	d, ok := c.check.(decision)
	if got := (outcome{verdict: verdict}); !ok || !got.is(outcome{verdict: d.want.verdict}) {
		return fmt.Errorf("%s:%d: %s: want %s, got %s", c.File, c.Line, c.Name, d.want.verdict, verdict)
	}
	return nil
}

// simulable tells whether the case is about a user's identity policies,
// boundary and resource policy alone.
func (d decision) simulable() bool {
	user, ok := d.request.Principal.(authz.User)
	p := d.policies
	switch {
	case !ok || d.gathered || d.want.layer == "rule" || len(p.Identity) == 0:
		return false
	case p.Resource == nil && !d.request.ResourceAccount.IsZero() && d.request.ResourceAccount != user.AccountID():
		return false
	case p.Resource != nil && !attachable(*p.Resource, user):
		return false
	case p.SessionPresent || p.SCPs != nil || p.RCPs != nil || p.Endpoint != nil:
		return false
	}
	for _, one := range p.Identity {
		if !storable(one) {
			return false
		}
	}
	for _, entry := range d.entries {
		if len(entry.values) == 0 {
			return false // the call has no empty sets
		}
	}
	return p.Boundary == nil || storable(*p.Boundary)
}

// attachable tells whether the call takes the policy with a resource: a bucket's,
// that does not speak of a user by an identifier that the endpoint has not heard
// of.
func attachable(r authz.ResourcePolicy, caller authz.User) bool {
	if r.Kind != authz.OrdinaryPolicy || r.Document == nil || caller.ID != "" && strings.Contains(r.Document.Text, caller.ID) {
		return false
	}
	_, err := policy.Validate(r.Document.Text, policy.Bucket, policy.Environment{})
	return err == nil
}

// storable tells whether AWS would take the document at all.
func storable(n authz.Named) bool {
	if n.Document == nil {
		return false
	}
	_, err := policy.Validate(n.Document.Text, policy.Inline, policy.Environment{})
	return err == nil
}
