package organizations

import (
	"context"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/service/internal/paging"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) handshakeOperations() []service.Operation {
	return []service.Operation{
		bind(organizations.InviteAccountToOrganization, managers, func(c scope, in *organizations.InviteAccountToOrganizationInput) service.Need {
			n := service.Need{RequestTags: requestTags(in.Tags)}
			if c.org != nil && in.Target != nil && kindOf(in.Target.Id) == "ACCOUNT" {
				n.Resource = c.name("account", "/"+in.Target.Id)
			}
			return n
		}, s.InviteAccountToOrganization),
		bind(organizations.DescribeHandshake, anyone, func(c scope, in *organizations.DescribeHandshakeInput) service.Need {
			return c.onHandshake(in.HandshakeId)
		}, s.DescribeHandshake),
		bind(organizations.AcceptHandshake, anyone, func(c scope, in *organizations.AcceptHandshakeInput) service.Need {
			return c.onHandshake(in.HandshakeId)
		}, s.AcceptHandshake),
		bind(organizations.DeclineHandshake, anyone, func(c scope, in *organizations.DeclineHandshakeInput) service.Need {
			return c.onHandshake(in.HandshakeId)
		}, s.DeclineHandshake),
		bind(organizations.CancelHandshake, managers, func(c scope, in *organizations.CancelHandshakeInput) service.Need {
			return c.onHandshake(in.HandshakeId)
		}, s.CancelHandshake),
		bind(organizations.ListHandshakesForAccount, anyone, everything, s.ListHandshakesForAccount),
		bind(organizations.ListHandshakesForOrganization, readers, everything, s.ListHandshakesForOrganization),
	}
}

// The states of a handshake.
const (
	open     = "OPEN"
	accepted = "ACCEPTED"
	declined = "DECLINED"
	canceled = "CANCELED"
	expired  = "EXPIRED"
)

// How long a handshake may be answered.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Handshake.html (15 days)
const (
	inviteLife   = 15 * 24 * time.Hour
	featuresLife = 90 * 24 * time.Hour
)

func handshakeARN(partition string, h *directory.Handshake) string {
	kind := "invite"
	if h.Action != "INVITE" {
		kind = strings.ToLower(h.Action)
	}
	return "arn:" + partition + ":organizations::" + h.Management.String() + ":handshake/" + h.Organization + "/" + kind + "/" + h.ID
}

func stateOf(h *directory.Handshake, now time.Time) string {
	if h.State == open && !now.Before(h.Expires) {
		return expired
	}
	return h.State
}

func shownHandshake(partition string, r *directory.Reader, h *directory.Handshake) *organizations.Handshake {
	organization := organizations.HandshakeResource{Type: "ORGANIZATION", Value: &h.Organization, Resources: []organizations.HandshakeResource{
		{Type: "MASTER_EMAIL", Value: new(emailOf(r, h.Management))},
		{Type: "MASTER_NAME", Value: new(nameOf(r, h.Management))},
		{Type: "ORGANIZATION_FEATURE_SET", Value: new(allFeatures)},
	}}
	if o, ok := r.Organization(h.Organization); ok {
		organization.Resources[2].Value = &o.Features
	}
	shown := &organizations.Handshake{
		Id: &h.ID, Arn: new(handshakeARN(partition, h)), Action: h.Action, State: h.State,
		RequestedTimestamp: h.Requested, ExpirationTimestamp: h.Expires,
		Parties:   []organizations.HandshakeParty{{Id: strings.TrimPrefix(h.Organization, "o-"), Type: "ORGANIZATION"}},
		Resources: []organizations.HandshakeResource{organization},
	}
	party := organizations.HandshakeParty{Id: h.Account.String(), Type: "ACCOUNT"}
	if h.Email != "" {
		party = organizations.HandshakeParty{Id: h.Email, Type: "EMAIL"}
	}
	if party.Id != "" {
		shown.Parties = append(shown.Parties, party)
		shown.Resources = append(shown.Resources, organizations.HandshakeResource{Type: party.Type, Value: &party.Id})
	}
	if h.Notes != "" {
		shown.Resources = append(shown.Resources, organizations.HandshakeResource{Type: "NOTES", Value: &h.Notes})
	}
	return shown
}

func (s scope) shownHandshake(r *directory.Reader, h *directory.Handshake) *organizations.Handshake {
	shown := shownHandshake(s.Partition, r, h)
	shown.State = stateOf(h, s.Now)
	return shown
}

// InviteAccountToOrganization asks an account that lives here to join.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteAccountToOrganization.html
func (s *Service) InviteAccountToOrganization(ctx context.Context, c scope, in *organizations.InviteAccountToOrganizationInput) (*organizations.InviteAccountToOrganizationOutput, error) {
	tags, err := mergeTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	id, err := newID(c.Rand, "h-", handshakeLetters)
	if err != nil {
		return nil, err
	}
	out := &organizations.InviteAccountToOrganizationOutput{}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		account, email, err := invited(&tx.Reader, in.Target)
		if err != nil {
			return err
		}
		if _, ok := tx.Member(account); ok {
			return because("HandshakeConstraintViolationException", "ALREADY_IN_AN_ORGANIZATION", "The specified account is already a member of an organization.")
		}
		if pending(&tx.Reader, c, account) {
			return refuse("DuplicateHandshakeException", "A handshake with the same action and target already exists.")
		}
		h := &directory.Handshake{
			ID: id, Organization: c.org.ID, Management: c.org.Management, Action: "INVITE", State: open,
			Requested: second(c.Now), Expires: second(c.Now).Add(inviteLife), Account: account, Email: email, Tags: tags,
		}
		if in.Notes != nil {
			h.Notes = *in.Notes
		}
		tx.PutHandshake(h)
		out.Handshake = c.shownHandshake(&tx.Reader, h)
		return nil
	})
}

// invited finds the account that an invitation means.
func invited(r *directory.Reader, target *organizations.HandshakeParty) (account arn.AccountID, email string, err error) {
	unknown := invalid("TARGET_NOT_SUPPORTED", "You can't perform the specified operation on that target entity: no such account lives here.")
	if target == nil {
		return account, "", unknown
	}
	switch target.Type {
	case "ACCOUNT":
		if account, err = arn.ParseAccountID(target.Id); err != nil {
			return account, "", unknown
		}
	case "EMAIL":
		var ok bool
		if account, ok = r.EmailAccount(target.Id); !ok {
			return account, "", unknown
		}
		email = target.Id
	default:
		return account, "", invalid("INVALID_PARTY_TYPE_TARGET", "You specified the wrong type of entity (account, organization, or email) as a party.")
	}
	if _, ok := r.Account(account); !ok {
		return account, "", unknown
	}
	return account, email, nil
}

// pending tells whether the account has an invitation of this organization's
// that it may still answer.
func pending(r *directory.Reader, c scope, account arn.AccountID) bool {
	found := false
	r.HandshakesFor(account, "", func(h *directory.Handshake) bool {
		found = h.Organization == c.org.ID && stateOf(h, c.Now) == open
		return !found
	})
	return found
}

// party finds a handshake that the caller's account takes part in.
func party(r *directory.Reader, c scope, id string) (*directory.Handshake, error) {
	h, ok := r.Handshake(id)
	if !ok || h.Account != c.Account && h.Management != c.Account {
		return nil, noHandshake()
	}
	return h, nil
}

// DescribeHandshake tells a handshake to those who take part in it.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeHandshake.html
func (s *Service) DescribeHandshake(_ context.Context, c scope, in *organizations.DescribeHandshakeInput) (*organizations.DescribeHandshakeOutput, error) {
	h, err := party(&c.View.Reader, c, in.HandshakeId)
	if err != nil {
		return nil, err
	}
	return &organizations.DescribeHandshakeOutput{Handshake: c.shownHandshake(&c.View.Reader, h)}, nil
}

// answer ends an open handshake. By the management account or by the one that
// is asked, as asked says.
func answer(ctx context.Context, c scope, id, state string, asked bool, then func(*directory.Tx, *directory.Handshake) error) (*organizations.Handshake, error) {
	var shown *organizations.Handshake
	err := c.Update(ctx, func(tx *directory.Tx) error {
		before, err := party(&tx.Reader, c, id)
		if err != nil {
			return err
		}
		switch {
		case asked != (before.Account == c.Account):
			return noHandshake()
		case before.State == state:
			return refuse("HandshakeAlreadyInStateException", "The specified handshake is already in the requested state.")
		case stateOf(before, c.Now) != open:
			return refuse("InvalidHandshakeTransitionException", "You can't perform the operation on the handshake in its current state.")
		}
		h := *before
		h.State = state
		if then != nil {
			if err := then(tx, &h); err != nil {
				return err
			}
		}
		tx.PutHandshake(&h)
		shown = c.shownHandshake(&tx.Reader, &h)
		return nil
	})
	return shown, err
}

// AcceptHandshake takes the caller's account into the organization that
// invited it.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_AcceptHandshake.html
func (s *Service) AcceptHandshake(ctx context.Context, c scope, in *organizations.AcceptHandshakeInput) (*organizations.AcceptHandshakeOutput, error) {
	out := &organizations.AcceptHandshakeOutput{}
	var err error
	out.Handshake, err = answer(ctx, c, in.HandshakeId, accepted, true, func(tx *directory.Tx, h *directory.Handshake) error {
		if _, ok := tx.Member(c.Account); ok {
			return because("HandshakeConstraintViolationException", "ALREADY_IN_AN_ORGANIZATION", "Your account is already a member of an organization.")
		}
		o, ok := tx.Organization(h.Organization)
		if !ok {
			return noHandshake()
		}
		tx.PutMember(nil, &directory.Member{
			Node:    directory.Node{ID: c.Account.String(), Attached: inherited(o), Tags: h.Tags},
			Account: c.Account, Organization: o.ID, Parent: o.Root.ID, Joined: second(c.Now), Method: "INVITED",
		})
		return putLinkedRole(tx, c.Rand, c.Account, second(c.Now))
	})
	return out, err
}

// DeclineHandshake says no.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeclineHandshake.html
func (s *Service) DeclineHandshake(ctx context.Context, c scope, in *organizations.DeclineHandshakeInput) (*organizations.DeclineHandshakeOutput, error) {
	h, err := answer(ctx, c, in.HandshakeId, declined, true, nil)
	return &organizations.DeclineHandshakeOutput{Handshake: h}, err
}

// CancelHandshake takes an invitation back.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CancelHandshake.html
func (s *Service) CancelHandshake(ctx context.Context, c scope, in *organizations.CancelHandshakeInput) (*organizations.CancelHandshakeOutput, error) {
	h, err := answer(ctx, c, in.HandshakeId, canceled, false, nil)
	return &organizations.CancelHandshakeOutput{Handshake: h}, err
}

// ListHandshakesForAccount tells what the caller's account is asked.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListHandshakesForAccount.html
func (s *Service) ListHandshakesForAccount(_ context.Context, c scope, in *organizations.ListHandshakesForAccountInput) (*organizations.ListHandshakesForAccountOutput, error) {
	p, err := newPage[organizations.Handshake](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	c.View.HandshakesFor(c.Account, p.After, c.onto(p, in.Filter))
	return &organizations.ListHandshakesForAccountOutput{Handshakes: p.Items, NextToken: p.NextToken()}, nil
}

// ListHandshakesForOrganization tells what the organization began.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListHandshakesForOrganization.html
func (s *Service) ListHandshakesForOrganization(_ context.Context, c scope, in *organizations.ListHandshakesForOrganizationInput) (*organizations.ListHandshakesForOrganizationOutput, error) {
	p, err := newPage[organizations.Handshake](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	c.View.HandshakesOf(c.org.ID, p.After, c.onto(p, in.Filter))
	return &organizations.ListHandshakesForOrganizationOutput{Handshakes: p.Items, NextToken: p.NextToken()}, nil
}

// onto puts the handshakes that a filter lets through onto a page. None has a
// parent here.
func (s scope) onto(p *paging.Page[organizations.Handshake], f *organizations.HandshakeFilter) func(*directory.Handshake) bool {
	return func(h *directory.Handshake) bool {
		if f != nil && (f.ActionType != "" && f.ActionType != h.Action || f.ParentHandshakeId != nil) {
			return true
		}
		return p.Add(h.ID, *s.shownHandshake(&s.View.Reader, h))
	}
}
