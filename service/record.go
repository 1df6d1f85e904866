package service

import (
	"net"
	"strings"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
	"github.com/rolecall-iam/rolecall/wire"
)

// record hands the call to the trail, now that its answer is known. A request
// that belongs to no account, because its key is unknown or it means no
// operation, is in nobody's trail, as at AWS.
func (x *exchange) record(out any, err error) {
	if x.recipient.IsZero() {
		x.recipient = x.who.Account
	}
	if x.door.Trail == nil || x.recorded || x.recipient.IsZero() || x.target.Operation == nil {
		return
	}
	x.recorded = true
	e := trail.Event{
		Time:      x.door.Now(),
		Operation: x.target.Operation,
		Recipient: x.recipient,
		Identity:  x.who,
		Region:    x.region,
		SourceIP:  x.r.RemoteAddr,
		UserAgent: x.r.UserAgent(),
		Host:      x.r.Host,
		RequestID: x.id,
		TLS:       x.r.TLS,
		Input:     x.in,
		Carried:   x.carried,
		Output:    out,
		Decided:   x.decided,
	}
	if host, _, err := net.SplitHostPort(x.r.RemoteAddr); err == nil {
		e.SourceIP = host
	}
	if err != nil {
		refusal := wire.AsError(x.target.Operation, err)
		e.Output, e.ErrorCode, e.ErrorMessage = nil, refusal.Code, refusal.Message
	}
	x.door.Trail.Record(&e)
}

// Also records a call that this one stands for beside its own, in the trail of
// another account: what a service does there for somebody.
func (c *Call) Also(e trail.Event) {
	if c.door.Trail == nil {
		return
	}
	e.Time, e.Region, e.RequestID = c.door.Now(), c.Region, newRequestID(c.Rand)
	e.SourceIP, e.UserAgent, e.Host, e.TLS = c.http.RemoteAddr, c.http.UserAgent(), c.http.Host, c.http.TLS
	if host, _, err := net.SplitHostPort(c.http.RemoteAddr); err == nil {
		e.SourceIP = host
	}
	c.door.Trail.Record(&e)
}

// suspect is whoever claims to be a caller and has not proven it: the account
// that the key belongs to, and the key.
func suspect(c *claim) trail.Identity {
	if c.caller == nil {
		return trail.Identity{}
	}
	return trail.Identity{Type: "Unknown", Account: c.caller.Account(), AccessKeyID: c.caller.AccessKeyID}
}

// identity is a caller as the trail shows it.
func identity(view *directory.View, c *Caller) trail.Identity {
	id := trail.Identity{PrincipalID: c.UserID, ARN: c.ARN(), Account: c.Account(), AccessKeyID: c.AccessKeyID}
	switch p := c.Principal.(type) {
	case authz.Root:
		id.Type = "Root"
		if account, ok := view.Account(p.Account); ok {
			id.UserName = account.Alias
		}
	case authz.User:
		id.Type, id.UserName = "IAMUser", c.User.Name
	case authz.RoleSession:
		id.Type = "AssumedRole"
	case authz.FederatedUser:
		id.Type = "FederatedUser"
	default:
		id.Type = "Unknown"
	}
	if c.Session != nil {
		id.Session = sessionContext(c.Session, c.Principal)
	}
	return id
}

func sessionContext(s *session.Session, p authz.Principal) *trail.Session {
	told := &trail.Session{Created: s.IssuedAt, MFA: !s.MFATime.IsZero(), SourceIdentity: s.SourceIdentity}
	told.AssumedRoot = s.Kind == session.AssumedRoot
	switch p := p.(type) {
	case authz.RoleSession:
		told.Issuer = trail.Issuer{Type: "Role", ID: p.RoleID, ARN: p.Role.String(), Name: p.Role.ResourceName(), Account: p.AccountID()}
	case authz.FederatedUser:
		told.Issuer = parentOf(p)
	}
	if !strings.Contains(s.Provider, ":saml-provider/") {
		told.Provider = s.Provider // only web identity providers are named
	}
	return told
}

// parentOf is who asked for a federated user's session.
func parentOf(f authz.FederatedUser) trail.Issuer {
	issuer := trail.Issuer{Type: "Root", ID: f.AccountID().String(), ARN: f.Parent.CallerARN(), Account: f.AccountID()}
	if user, ok := f.Parent.(authz.User); ok {
		issuer.Type, issuer.ID, issuer.Name = "IAMUser", user.ID, user.ARN.ResourceName()
	}
	return issuer
}

// passedOn is what the caller's session passes on to the session that it asks
// for: its transitive tags.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
func passedOn(c *Caller, op *api.Operation) *trail.Carried {
	if c.Session == nil || op != sts.AssumeRole.Operation {
		return nil
	}
	var carried trail.Carried
	for _, t := range c.Session.Tags {
		if t.Transitive {
			carried.IncomingTags = append(carried.IncomingTags, trail.Tag{Key: t.Key, Value: t.Value})
		}
	}
	return &carried
}
