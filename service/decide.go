package service

import (
	"net/http"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/compiled"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/wire"
)

// authorize decides all that an operation needs, in order, and answers the
// first refusal in AWS's words. A store that failed while the policies were
// read allows nothing.
func (c *Call) authorize(op Operation, in any) error {
	if op.open {
		return c.View.Err()
	}
	needs := op.needs(c, in)
	if len(needs) == 0 {
		return accessDenied(op.Model.Service, "Access Denied")
	}
	policies, keys := c.policies(), c.conditionKeys()
	from := c.placeOf(c.Caller.Account())
	if from.closed {
		return accountClosed(op.Model.Service)
	}
	policies.SCPs = c.levels(from, ServiceControlPolicy)
	addPrincipalPlace(&keys, from)
	var ready *compiled.Policies
	for i, need := range needs {
		own := keys
		if i < len(needs)-1 {
			own = keys.Clone()
		}
		request := c.request(op.Model, need, own)
		to := from
		if request.ResourceAccount != c.Caller.Account() {
			if to = c.placeOf(request.ResourceAccount); to.closed {
				return accountClosed(op.Model.Service)
			}
		}
		addResourcePlace(&request.Context, to)
		rcps := c.controls(to, request.Action)
		if i == 0 || len(rcps)+len(policies.RCPs) > 0 || !need.sameResourcePolicy(needs[i-1]) {
			policies.Resource, policies.RCPs = resourcePolicy(need), rcps
			ready = c.door.compiled.Policies(policies)
		}
		decision := compiled.Decide(&request, ready)
		if err := c.View.Err(); err != nil {
			return err
		}
		if !decision.Allowed {
			c.warnOf(decision)
			explained := compiled.Explain(&request, ready)
			c.keep(&request, &need, needs, false, reasonOf(explained))
			return c.refuse(op, need, request, explained)
		}
		if i == 0 {
			c.keep(&request, &need, needs, true, "")
		}
	}
	return nil
}

// warnOf tells the operator of a stored policy that cannot be read: its owner
// is denied until it is replaced.
func (c *Call) warnOf(d compiled.Decision) {
	if d.Cause == compiled.Unreadable {
		c.door.Log.Warn("a stored policy cannot be read", "kind", d.Match.Layer.String(), "name", d.Match.Policy.Name, "arn", d.Match.Policy.ARN)
	}
}

// denied words the refusal of a need.
func (n Need) denied(r authz.Request, d authz.Decision) string {
	switch {
	case n.Unnamed:
		r.Resource = ""
	case n.Shown != "":
		r.Resource = n.Shown
	}
	if n.Told != "" {
		r.Action = n.Told
	}
	return authz.AccessDeniedMessage(r, d)
}

// accessDenied is a refusal by the code and the status of the service's family.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html (AccessDenied of IAM and
// STS), https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; the JSON services answer
// AccessDeniedException, as botocore prints it of CloudTrail's LookupEvents.
func accessDenied(s *api.Service, message string) error {
	e := &wire.Error{Code: "AccessDenied", Status: http.StatusForbidden, Message: message}
	switch s.Protocol {
	case api.JSON10, api.JSON11:
		e.Code, e.Status = "AccessDeniedException", http.StatusBadRequest
	case api.RestJSON:
		e.Code = "AccessDeniedException"
	case api.Query, api.RestXML:
	}
	return e
}

// request is one need as a question. The condition keys are its own to add to.
func (c *Call) request(op *api.Operation, n Need, keys authz.Context) authz.Request {
	r := authz.Request{
		Principal:       c.Caller.Principal,
		Action:          n.Action,
		Resource:        n.Resource,
		ResourceAccount: n.Owner,
	}
	if r.Action == "" {
		r.Action = op.Service.SigningName + ":" + op.Name
	}
	if r.Resource == "" {
		r.Resource = "*"
	}
	if r.ResourceAccount.IsZero() {
		r.ResourceAccount = c.Account
	}
	r.Context = addNeed(keys, n, r.ResourceAccount)
	return r
}

func (n Need) sameResourcePolicy(other Need) bool {
	return n.Trust == other.Trust && n.MustTrust == other.MustTrust && n.Grant == other.Grant
}

// resourcePolicy is the policy of the resource that a need is decided by beside
// the caller's own. A role that does not exist trusts nobody.
func resourcePolicy(n Need) *authz.ResourcePolicy {
	if n.Grant != nil {
		return &authz.ResourcePolicy{Kind: authz.OrdinaryPolicy, Named: authz.Named{Document: n.Grant}}
	}
	if !n.MustTrust {
		return nil
	}
	trust := &authz.ResourcePolicy{Kind: authz.TrustPolicy}
	if n.Trust == nil {
		trust.Document = noStatements
		return trust
	}
	trust.Name, trust.Document = n.Trust.Name, n.Trust.Trust.Document()
	return trust
}

// noStatements is a policy that allows nothing and denies nothing.
var noStatements = &policy.Document{Version: policy.Version2012}

// addNeed adds the condition keys of one need to those of the call.
func addNeed(keys authz.Context, n Need, owner arn.AccountID) authz.Context {
	keys.AddResource(owner, authzTags(n.ResourceTags))
	switch {
	case n.RequestTags != nil:
		keys.AddRequestTags(authzTags(n.RequestTags))
	case n.TagKeys != nil:
		keys.SetMany("aws:TagKeys", n.TagKeys...)
	}
	for key, value := range n.Keys {
		keys.Set(key, value)
	}
	for key, values := range n.MultiKeys {
		keys.SetMany(key, values...)
	}
	return keys
}

func authzTags(tags []directory.Tag) []authz.Tag {
	out := make([]authz.Tag, len(tags))
	for i, t := range tags {
		out[i] = authz.Tag{Key: t.Key, Value: t.Value}
	}
	return out
}
