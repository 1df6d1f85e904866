package engines

import (
	"fmt"
	"strings"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
)

// newCedar is cedar-go, by n policies.
func newCedar(n int) (engine, error) {
	var text strings.Builder
	for i := range n {
		effect, of := "permit", i
		if i == n-1 {
			effect, of = "forbid", n/2
		}
		fmt.Fprintf(&text, cedarPolicy, effect, bucket(of))
	}
	policies, err := cedar.NewPolicySetFromBytes("bench.cedar", []byte(text.String()))
	if err != nil {
		return engine{}, err
	}
	return engine{"cedar-go", func(q question) (func() verdict, error) {
		request, entities, err := cedarRequest(q)
		return func() verdict {
			decision, diagnostic := cedar.Authorize(policies, entities, request)
			switch {
			case decision == cedar.Allow:
				return allowed
			case len(diagnostic.Reasons) > 0:
				return explicitDeny
			}
			return implicitDeny
		}, err
	}}, nil
}

const cedarPolicy = `
%s (principal, action in [Action::"GetObject", Action::"PutObject", Action::"List*"], resource)
when {
	resource.bucket == "%s" && (!(resource has owner) || resource.owner == principal.username) &&
	(context.userAgent like "aws-cli/*" || context.userAgent like "Boto3/*") &&
	principal.arn like "arn:aws:iam::*:user/*" &&
	(context.sourceIp.isInRange(ip("10.0.0.0/8")) || context.sourceIp.isInRange(ip("192.0.2.0/24"))) &&
	context.secureTransport
};`

func cedarRequest(q question) (cedar.Request, types.EntityMap, error) {
	ip, err := types.ParseIPAddr(q.ip)
	if err != nil {
		return cedar.Request{}, nil, err
	}
	principal := cedar.NewEntityUID("User", "alice")
	action := cedar.NewEntityUID("Action", types.String(q.action))
	list := cedar.NewEntityUID("Action", "List*")
	resource := cedar.NewEntityUID("Object", types.String(q.resource()))
	parents := cedar.NewEntityUIDSet()
	if strings.HasPrefix(q.action, "List") {
		parents = cedar.NewEntityUIDSet(list)
	}
	of := cedar.RecordMap{"bucket": types.String(q.bucket)}
	if q.owner != "" {
		of["owner"] = types.String(q.owner)
	}
	entities := types.EntityMap{
		principal: {UID: principal, Attributes: cedar.NewRecord(cedar.RecordMap{
			"username": types.String("alice"), "arn": types.String(q.principal()),
		})},
		list:     {UID: list},
		action:   {UID: action, Parents: parents},
		resource: {UID: resource, Attributes: cedar.NewRecord(of)},
	}
	return cedar.Request{Principal: principal, Action: action, Resource: resource, Context: cedar.NewRecord(cedar.RecordMap{
		"userAgent": types.String(q.agent), "sourceIp": ip, "secureTransport": types.Boolean(q.secure),
	})}, entities, nil
}
