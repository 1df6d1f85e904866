package service

import (
	"encoding/json"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// MessageHeader is the header of a denial that carries what
// sts:DecodeAuthorizationMessage decodes. The services of AWS that give such a
// message, EC2 above all, put it in the text; those that are served here give
// none, and their texts are AWS's own.
const MessageHeader = "Rolecall-Authorization-Message"

// authMessage is what DecodeAuthorizationMessage tells of a denied request.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/sts_example_sts_DecodeAuthorizationMessage_section.html
// and decoded messages that people quote, such as vmware-archive/terraforming-aws#73.
type authMessage struct {
	Allowed      bool                   `json:"allowed"`
	ExplicitDeny bool                   `json:"explicitDeny"`
	Matched      items[statementTold]   `json:"matchedStatements"`
	Failures     items[struct{}]        `json:"failures"`
	Context      authMessageContextTold `json:"context"`
}

type items[T any] struct {
	Items []T `json:"items"`
}

type itemTold struct {
	Value string `json:"value"`
}

type statementTold struct {
	ID         string               `json:"statementId"`
	Effect     string               `json:"effect"`
	Principals items[itemTold]      `json:"principals"`
	Groups     items[struct{}]      `json:"principalGroups"`
	Actions    items[itemTold]      `json:"actions"`
	Resources  items[itemTold]      `json:"resources"`
	Conditions items[conditionTold] `json:"conditions"`
}

type conditionTold struct {
	Key    string          `json:"key"`
	Values items[itemTold] `json:"values"`
}

type authMessageContextTold struct {
	Principal  principalTold        `json:"principal"`
	Action     string               `json:"action"`
	Resource   string               `json:"resource"`
	Conditions items[conditionTold] `json:"conditions"`
}

type principalTold struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	ARN  string `json:"arn"`
}

// refuse is the refusal of a need, with a message for those who may know more.
func (c *Call) refuse(op Operation, n Need, r authz.Request, d authz.Decision) error {
	c.message = c.seal(r, d)
	return accessDenied(op.Model.Service, n.denied(r, d))
}

// seal seals what is known of a denied request for whoever of the caller's
// account may decode it. Nobody's request, and one too large to tell of, have no
// message.
func (c *Call) seal(r authz.Request, d authz.Decision) string {
	if c.Caller.Account().IsZero() {
		return ""
	}
	text, err := json.Marshal(c.tell(r, d))
	if err != nil {
		return ""
	}
	message, err := c.door.Keys.SealMessage(c.Caller.Account(), text, c.Rand, c.Now)
	if err != nil {
		return "" // the denial itself stands
	}
	return message
}

// tell is all that may be told of a denied request. What a resource's policy of
// another account says, and what its tags are, is that account's affair.
func (c *Call) tell(r authz.Request, d authz.Decision) authMessage {
	id, _, _ := strings.Cut(c.Caller.UserID, ":")
	told := authMessage{
		Matched:  items[statementTold]{[]statementTold{}},
		Failures: items[struct{}]{[]struct{}{}},
		Context: authMessageContextTold{
			Principal: principalTold{ID: c.Caller.UserID, ARN: c.Caller.ARN()},
			Action:    r.Action,
			Resource:  r.Resource,
		},
	}
	if user, ok := c.Caller.Principal.(authz.User); ok {
		told.Context.Principal.Name = user.ARN.ResourceName()
	}
	abroad := r.ResourceAccount != c.Caller.Account()
	for _, m := range d.Matched {
		theirs := m.Layer == authz.ResourceLayer || m.Layer == authz.ResourceControlLayer
		if !theirs || !abroad {
			told.Matched.Items = append(told.Matched.Items, tellStatement(m, id))
		}
	}
	if _, explicit := d.Reason.(authz.ExplicitDeny); explicit {
		told.ExplicitDeny = len(told.Matched.Items) > 0
	}
	told.Context.Conditions.Items = []conditionTold{}
	for key, values := range r.Context.All() {
		if !abroad || !strings.Contains(key, ":Resource") || key == "aws:ResourceAccount" {
			told.Context.Conditions.Items = append(told.Context.Conditions.Items, conditionTold{key, itemsOf(values)})
		}
	}
	return told
}

// tellStatement is one statement that denied. One of a policy that has no
// Principal element is told with the id of whom the policy belongs to.
func tellStatement(m authz.Match, id string) statementTold {
	s := m.Statement()
	told := statementTold{
		ID:         s.Sid,
		Effect:     "ALLOW",
		Principals: itemsOf([]string{id}),
		Groups:     items[struct{}]{[]struct{}{}},
		Actions:    textItems(s.Actions.Values),
		Resources:  textItems(s.Resources.Values),
		Conditions: items[conditionTold]{[]conditionTold{}},
	}
	if s.Effect == policy.Deny {
		told.Effect = "DENY"
	}
	if s.Principals.Present {
		told.Principals.Items = nil
		for _, p := range s.Principals.Values {
			told.Principals.Items = append(told.Principals.Items, itemTold{p.Value})
		}
	}
	for _, one := range s.Conditions {
		told.Conditions.Items = append(told.Conditions.Items, conditionTold{one.Key.Value, textItems(one.Values)})
	}
	return told
}

func itemsOf(values []string) items[itemTold] {
	list := items[itemTold]{make([]itemTold, len(values))}
	for i, v := range values {
		list.Items[i] = itemTold{v}
	}
	return list
}

func textItems(values []policy.Text) items[itemTold] {
	list := items[itemTold]{make([]itemTold, len(values))}
	for i, v := range values {
		list.Items[i] = itemTold{v.Value}
	}
	return list
}
