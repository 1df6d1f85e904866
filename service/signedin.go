package service

import (
	"time"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// SignedIn is a person who is signed in at the access portal.
type SignedIn struct {
	Token    *directory.SSOToken // nil where the session was asked for itself
	Session  *directory.SSOSession
	Person   *directory.Person
	Instance *directory.Instance
}

// SignedInBy finds who is signed in by a bearer token of one of the kinds
// given. It answers false for a token that is unknown, used or expired, for a
// session that has ended or began with another password, and for somebody who
// may not sign in any more.
func SignedInBy(r *directory.Reader, token string, now time.Time, kinds ...string) (SignedIn, bool) {
	t, ok := r.SSOToken(bearer.Hash(token))
	if !ok || t.Used || !now.Before(t.Expires) {
		return SignedIn{}, false
	}
	for _, kind := range kinds {
		if kind == t.Kind {
			in, ok := SignedInSession(r, t.Session, now)
			in.Token = t
			return in, ok
		}
	}
	return SignedIn{}, false
}

// SignedInSession finds who is signed in by a session's id.
func SignedInSession(r *directory.Reader, id string, now time.Time) (SignedIn, bool) {
	s, ok := r.SSOSession(id)
	if !ok || !now.Before(s.Expires) {
		return SignedIn{}, false
	}
	p, ok := r.Person(s.Store, s.Person)
	if !ok || p.Disabled || s.Shown != "" && s.Shown != p.PasswordMark() {
		return SignedIn{}, false
	}
	i, ok := InstanceOfStore(r, s.Store)
	return SignedIn{Session: s, Person: p, Instance: i}, ok
}

// InstanceOfStore finds the instance of IAM Identity Center whose people are
// those of an identity store.
func InstanceOfStore(r *directory.Reader, store string) (*directory.Instance, bool) {
	s, ok := r.IdentityStore(store)
	if !ok {
		return nil, false
	}
	i, ok := r.InstanceOf(s.Account)
	if !ok || i.Store != store {
		return nil, false
	}
	return i, true
}
