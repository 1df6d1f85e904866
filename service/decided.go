package service

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/authz"
)

// decidedForm is the first byte of what decided writes.
const decidedForm = 1

// Flags of what was decided.
const (
	decidedAllowed = 1 << iota
	decidedTrust   // a role's trust policy had a say
	decidedGrant   // so had what the resource grants
	decidedSession // so had session policies
	decidedRoot    // they are of a root task
	decidedTags    // sts:TagSession was needed too
	decidedSource  // and so was sts:SetSourceIdentity
)

// The kinds of principal, as they are written.
const (
	writtenAnonymous byte = iota
	writtenRoot
	writtenUser
	writtenRole
	writtenFederatedUser
	writtenService
	writtenIdentity
)

// decided is what one need of a call was decided on, so that it can be asked
// again by the call's request id: no policies, which are read anew, and none of
// the condition keys that the event tells of.
type decided struct {
	flags    byte
	at       time.Time
	region   string
	request  authz.Request // with the keys that the event does not tell of
	reason   string        // of a denial, to be compared
	policy   string        // session policies
	policies []string
}

// decidedRoom is room for what most calls were decided on.
const decidedRoom = 384

// keep remembers what a need was decided on, of all that a call has. The last
// that is kept is the one that is asked for later.
func (c *Call) keep(r *authz.Request, n *Need, all []Need, allowed bool, reason string) {
	if c.door.Trail == nil {
		return
	}
	d := decided{at: c.Now, region: c.Region, request: *r, reason: reason}
	d.set(decidedAllowed, allowed)
	d.set(decidedTrust, n.MustTrust)
	d.set(decidedGrant, n.Grant != nil)
	for i := range all {
		d.set(decidedTags, all[i].Action == tagSession)
		d.set(decidedSource, all[i].Action == setSourceIdentity)
	}
	if s := c.Caller.Session; s != nil && (s.Policy != "" || len(s.PolicyARNs) > 0) {
		d.set(decidedSession, true)
		d.set(decidedRoot, s.Kind == session.AssumedRoot)
		d.policy, d.policies = s.Policy, s.PolicyARNs
	}
	c.decided = d.append(make([]byte, 0, decidedRoom))
}

func (d *decided) set(flag byte, on bool) {
	if on {
		d.flags |= flag
	}
}

func (d *decided) has(flag byte) bool { return d.flags&flag != 0 }

// append writes it: a form, flags, numbers and texts with their lengths.
func (d *decided) append(to []byte) []byte {
	to = binary.AppendVarint(append(to, decidedForm, d.flags), d.at.Unix())
	to = appendPrincipal(to, d.request.Principal)
	for _, s := range [...]string{d.region, d.request.Action, d.request.Resource, d.request.ResourceAccount.String(), d.reason} {
		to = appendLong(to, s)
	}
	if d.has(decidedSession) {
		to = appendLongs(appendLong(to, d.policy), d.policies)
	}
	for i := range d.request.Context.Len() {
		switch name, one, many, multi := d.request.Context.At(i); {
		case toldByEvent(name):
		case multi:
			to = appendLongs(append(appendLong(to, name), 1), many)
		default:
			to = appendLong(append(appendLong(to, name), 0), one)
		}
	}
	return to
}

func appendLong(to []byte, s string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(s))), s...)
}

func appendLongs(to []byte, list []string) []byte {
	to = binary.AppendUvarint(to, uint64(len(list)))
	for _, s := range list {
		to = appendLong(to, s)
	}
	return to
}

func appendPrincipal(to []byte, p authz.Principal) []byte {
	switch p := p.(type) {
	case authz.Root:
		return appendLong(appendLong(append(to, writtenRoot), p.Account.String()), p.Partition)
	case authz.User:
		return appendLong(appendLong(append(to, writtenUser), p.ARN.String()), p.ID)
	case authz.RoleSession:
		to = appendLong(appendLong(append(to, writtenRole), p.Role.String()), p.RoleID)
		return appendLong(appendLong(to, p.Name), p.Provider)
	case authz.FederatedUser:
		return appendPrincipal(appendLong(append(to, writtenFederatedUser), p.Name), p.Parent)
	case authz.ServicePrincipal:
		return appendLong(append(to, writtenService), p.Name)
	case authz.FederatedIdentity:
		return appendLong(append(to, writtenIdentity), p.Provider)
	}
	return append(to, writtenAnonymous)
}

// toldByEvent tells of the keys that are made anew of the event and of the
// principal.
func toldByEvent(key string) bool {
	switch key {
	case "aws:CurrentTime", "aws:EpochTime", "aws:SecureTransport", "aws:UserAgent", "aws:RequestedRegion", "aws:ViaAWSService", "aws:SourceIp",
		"aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType", "aws:userid", "aws:username", "aws:PrincipalIsAWSService",
		"aws:ResourceAccount":
		return true
	}
	return false
}

var errDecided = errors.New("what the call was decided on cannot be read")

// readDecided reads what append wrote. The keys that the event tells of are not
// among those of its request.
func readDecided(text string) (*decided, error) {
	if len(text) < 2 || text[0] != decidedForm {
		return nil, errDecided
	}
	in := decidedReader{rest: text[2:]}
	d := &decided{flags: text[1], at: time.Unix(in.number(), 0)}
	d.request.Principal = in.principal(true)
	d.region, d.request.Action, d.request.Resource = in.text(), in.text(), in.text()
	if owner := in.text(); owner != "" {
		d.request.ResourceAccount = in.account(owner)
	}
	d.reason = in.text()
	if d.has(decidedSession) {
		d.policy, d.policies = in.text(), in.texts()
	}
	for in.rest != "" && !in.bad {
		name := in.text()
		if in.byte() == 1 {
			d.request.Context.SetMany(name, in.texts()...)
		} else {
			d.request.Context.Set(name, in.text())
		}
	}
	if in.bad {
		return nil, errDecided
	}
	return d, nil
}

// decidedReader reads numbers and texts, and remembers whether it could.
type decidedReader struct {
	rest string
	bad  bool
}

func (r *decidedReader) fail() { r.bad, r.rest = true, "" }

func (r *decidedReader) byte() byte {
	if r.rest == "" {
		r.fail()
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *decidedReader) number() int64 {
	head := r.rest[:min(len(r.rest), binary.MaxVarintLen64)]
	v, n := binary.Varint([]byte(head))
	if n <= 0 {
		r.fail()
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *decidedReader) length() int {
	head := r.rest[:min(len(r.rest), binary.MaxVarintLen64)]
	v, n := binary.Uvarint([]byte(head))
	if n <= 0 || v > uint64(len(r.rest)-n) {
		r.fail()
		return 0
	}
	r.rest = r.rest[n:]
	return int(v)
}

func (r *decidedReader) text() string {
	n := r.length()
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

func (r *decidedReader) texts() []string {
	n := r.length() // each of them has a byte at least
	list := make([]string, 0, n)
	for range n {
		list = append(list, r.text())
	}
	return list
}

func (r *decidedReader) account(digits string) arn.AccountID {
	id, err := arn.ParseAccountID(digits)
	if err != nil {
		r.fail()
	}
	return id
}

func (r *decidedReader) arn() arn.ARN {
	a, err := arn.Parse(r.text())
	if err != nil {
		r.fail()
	}
	return a
}

// principal reads one; who stands behind a federated user has nobody behind.
func (r *decidedReader) principal(first bool) authz.Principal {
	switch r.byte() {
	case writtenRoot:
		return authz.Root{Account: r.account(r.text()), Partition: r.text()}
	case writtenUser:
		return authz.User{ARN: r.arn(), ID: r.text()}
	case writtenRole:
		return authz.RoleSession{Role: r.arn(), RoleID: r.text(), Name: r.text(), Provider: r.text()}
	case writtenFederatedUser:
		if !first {
			r.fail()
			return authz.Anonymous{}
		}
		return authz.FederatedUser{Name: r.text(), Parent: r.principal(false)}
	case writtenService:
		return authz.ServicePrincipal{Name: r.text()}
	case writtenIdentity:
		return authz.FederatedIdentity{Provider: r.text()}
	}
	return authz.Anonymous{}
}
