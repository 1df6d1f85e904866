package organizations

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// scope is a call with the caller's place. org is nil for an account that is
// in no organization.
type scope struct {
	*service.Call
	org  *directory.Organization
	self *directory.Member
}

func scopeOf(c *service.Call) scope {
	s := scope{Call: c}
	if m, ok := c.View.Member(c.Account); ok {
		if o, ok := c.View.Organization(m.Organization); ok {
			s.org, s.self = o, m
		}
	}
	return s
}

// manages tells whether the caller is of the account that manages.
func (s scope) manages() bool { return s.org != nil && s.org.Management == s.Account }

// who may call an operation, beside what policies say.
type who uint8

const (
	anyone   who = iota // any account, also of no organization
	members             // any account of an organization
	managers            // the management account
	// delegates are the management account and members that the
	// organization's resource policy lets do it.
	delegates
	// readers are delegates, and members that are delegated administrators.
	//
	// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html ("can be
	// called only from the organization's management account or by a member account that is a delegated administrator")
	readers
)

// may tells whether the caller's account is one that may call.
func (s scope) may(w who) error {
	switch {
	case w == anyone:
		return nil
	case s.org == nil:
		return notInUse()
	case w == members, s.manages(), w == readers && len(s.self.Delegated) > 0, s.asks(w):
		return nil
	}
	return notYours()
}

// asks tells whether the organization's resource policy has a say in what the
// caller may do: the decision has then been made by it.
func (s scope) asks(w who) bool {
	return w >= delegates && s.org.Policy != nil && !s.manages() && (w != readers || len(s.self.Delegated) == 0)
}

// bind ties an operation to who may call it, what it demands and its handler.
func bind[I, O any](op api.Op[I, O], w who, need func(scope, *I) service.Need, act func(context.Context, scope, *I) (*O, error)) service.Operation {
	needs := func(c *service.Call, in *I) []service.Need {
		s := scopeOf(c)
		n := need(s, in)
		if s.org != nil && s.asks(w) {
			n.Owner, n.Grant = s.org.Management, s.org.Policy.Content.Document()
		}
		return []service.Need{n}
	}
	return service.Bind(op, needs, func(ctx context.Context, in *I) (*O, error) {
		s := scopeOf(service.CallOf(ctx))
		if err := s.may(w); err != nil {
			return nil, err
		}
		return act(ctx, s, in)
	})
}

// everything is the need of an operation without resource types.
func everything[I any](scope, *I) service.Need { return service.Need{} }

// name makes an ARN of something of the organization.
func (s scope) name(kind, rest string) string { return nameIn(s.Partition, s.org, kind, rest) }

func nameIn(partition string, o *directory.Organization, kind, rest string) string {
	return "arn:" + partition + ":organizations::" + o.Management.String() + ":" + kind + "/" + o.ID + rest
}

// on is the need of an operation on a root, a unit or an account, or on a
// policy; "*" stands for what is none of the organization's.
func (s scope) on(id string) service.Need {
	if s.org == nil {
		return service.Need{}
	}
	switch kindOf(id) {
	case "ROOT":
		return service.Need{Resource: s.name("root", "/"+id), ResourceTags: s.org.Root.Tags}
	case "ORGANIZATIONAL_UNIT":
		n := service.Need{Resource: s.name("ou", "/"+id)}
		if u, ok := s.View.Unit(s.org.ID, id); ok {
			n.ResourceTags = u.Tags
		}
		return n
	case "ACCOUNT":
		n := service.Need{Resource: s.name("account", "/"+id)}
		if m, ok := memberOf(&s.View.Reader, s.org, id); ok {
			n.ResourceTags = m.Tags
		}
		return n
	}
	return s.onPolicy(id)
}

// onPolicy is the need of an operation on a policy.
func (s scope) onPolicy(id string) service.Need {
	if s.org == nil {
		return service.Need{}
	}
	if s.org.Policy != nil && s.org.Policy.ID == id {
		return service.Need{Resource: s.name("resourcepolicy", "/"+id), ResourceTags: s.org.Policy.Tags}
	}
	p, ok := policyOf(&s.View.Reader, s.org, id)
	if !ok {
		p = &directory.OrgPolicy{ID: id, Type: service.ServiceControlPolicy}
	}
	ref := directory.OrgPolicyRef{Type: p.Type, ID: id}
	return withType(service.Need{Resource: service.OrgPolicyARN(s.Partition, s.org, ref), ResourceTags: p.Tags}, p.Type)
}

// withType adds organizations:PolicyType.
func withType(n service.Need, policyType string) service.Need {
	return withKey(n, "organizations:PolicyType", policyType)
}

// withService adds organizations:ServicePrincipal.
func withService(n service.Need, principal string) service.Need {
	return withKey(n, "organizations:ServicePrincipal", principal)
}

func withKey(n service.Need, key, value string) service.Need {
	if value != "" {
		n.Keys = map[string]string{key: value}
	}
	return n
}

// memberOf finds an account of the organization by its digits.
func memberOf(r *directory.Reader, o *directory.Organization, digits string) (*directory.Member, bool) {
	id, err := arn.ParseAccountID(digits)
	if err != nil {
		return nil, false
	}
	m, ok := r.Member(id)
	return m, ok && m.Organization == o.ID
}

// policyOf finds a policy of the organization, or one of AWS's.
func policyOf(r *directory.Reader, o *directory.Organization, id string) (*directory.OrgPolicy, bool) {
	if p, ok := awsPolicy(id); ok {
		return p, true
	}
	return r.OrgPolicy(o.ID, id)
}

// awsPolicy is one of AWS's own policies.
func awsPolicy(id string) (*directory.OrgPolicy, bool) {
	text, ok := service.FullAccessPolicy(id)
	if !ok {
		return nil, false
	}
	p := &directory.OrgPolicy{ID: id, Type: service.ServiceControlPolicy, Name: strings.TrimPrefix(id, "p-"),
		Description: "Allows access to every operation", Content: directory.NewPolicyText(text)}
	if strings.HasPrefix(p.Name, "RCP") {
		p.Type, p.Description = service.ResourceControlPolicy, "Allows access to every resource"
	}
	return p, true
}

// onHandshake is the need of an operation on a handshake.
func (s scope) onHandshake(id string) service.Need {
	h, ok := s.View.Handshake(id)
	if !ok {
		return service.Need{}
	}
	return service.Need{Resource: handshakeARN(s.Partition, h)}
}
