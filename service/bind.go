package service

import (
	"context"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Need is one thing that the caller of an operation must be allowed. Most
// operations have one; AssumeRole with tags has two.
type Need struct {
	Action   string // such as "sts:TagSession"; "" for the operation's own
	Resource string // an ARN; "" where the action has no resource types
	Shown    string // how a denial names the resource, such as "role Deploy"; "" as Resource
	Unnamed  bool   // a denial names no resource
	Told     string // the action that a denial names; "" for the one denied

	// Owner is the account of the resource; the zero value is the caller's.
	Owner arn.AccountID

	// Trust is the role whose trust policy decides beside the caller's
	// policies. MustTrust tells that without a trust policy nobody may: a role
	// that does not exist is refused as one that trusts nobody.
	Trust     *directory.Role
	MustTrust bool

	// Grant is what the resource itself grants, as a resource policy does: it
	// may allow by itself, and a denial wins over it.
	Grant *policy.Document

	ResourceTags []directory.Tag     // aws:ResourceTag/…
	RequestTags  []directory.Tag     // aws:RequestTag/… and aws:TagKeys
	TagKeys      []string            // aws:TagKeys of an operation that takes only keys
	Keys         map[string]string   // further condition keys with one value
	MultiKeys    map[string][]string // and with several
}

// Operation is an operation of a model with what it demands and what it does.
// Bind makes it.
type Operation struct {
	Model *api.Operation
	open  bool // refused to nobody who signs
	new   func() any
	check func(*Call, any) error
	prove func(*Call, any) (*Caller, error)
	needs func(*Call, any) []Need
	act   func(context.Context, any) (any, error)
}

// Bind ties an operation of the model to what its caller must be allowed and
// to its handler.
//
// needs reads through the call's view and says all that must be allowed. A
// needs that names nothing allows nobody.
func Bind[I, O any](op api.Op[I, O], needs func(*Call, *I) []Need, act func(context.Context, *I) (*O, error)) Operation {
	bound := BindOpen(op, act)
	bound.open = false
	bound.needs = func(c *Call, in any) []Need { return needs(c, in.(*I)) }
	return bound
}

// BindOpen is Bind for the few operations that AWS refuses to nobody who signs
// with credentials that hold, such as sts:GetCallerIdentity.
func BindOpen[I, O any](op api.Op[I, O], act func(context.Context, *I) (*O, error)) Operation {
	return Operation{
		Model: op.Operation,
		open:  true,
		new:   func() any { return new(I) },
		act: func(ctx context.Context, in any) (any, error) {
			out, err := act(ctx, in.(*I))
			if err != nil {
				return nil, err
			}
			return out, nil
		},
	}
}

// Check adds a check of the input that comes before the decision: what AWS
// refuses as malformed whoever asks, beyond what the model's constraints say.
func Check[I any](o Operation, check func(*Call, *I) error) Operation {
	o.check = func(c *Call, in any) error { return check(c, in.(*I)) }
	return o
}

// Proven ties an operation that needs no signature to the proof that its input
// carries instead, such as a SAML response. prove comes after the check and
// answers the caller, with its Federation; the decision is then about it.
func Proven[I any](o Operation, prove func(*Call, *I) (*Caller, error)) Operation {
	o.prove = func(c *Call, in any) (*Caller, error) { return prove(c, in.(*I)) }
	return o
}

// Always is the needs of an operation without resource types: its action, on
// everything.
func Always[I any](*Call, *I) []Need { return []Need{{}} }
