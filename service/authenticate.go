package service

import (
	"errors"
	"io"
	"net/http"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/authn/sigv4"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/wire"
)

const (
	// maxBody bounds the body of a request that carries a known access key.
	// The largest that AWS takes is a SAML metadata document of 10 million
	// characters, percent-encoded.
	maxBody = 32 << 20
	// maxStrangerBody bounds it for everyone else. The largest is a SAML
	// assertion of 100,000 characters, percent-encoded.
	maxStrangerBody = 512 << 10
	// maxLarge is how many bodies larger than a stranger's are in memory at once.
	maxLarge = 8
)

// claim is what a request says of its sender, with the secret that must have
// signed it. Nothing in it is proven yet.
type claim struct {
	sigv4.Authorization
	secret  string
	caller  *Caller
	refusal *sigv4.Error // why it cannot be true
}

// claim reads the signature and looks its access key up.
func (x *exchange) claim(view *directory.View) (*claim, error) {
	auth, err := sigv4.Parse(x.r)
	c := &claim{Authorization: auth}
	if err != nil {
		if !errors.As(err, &c.refusal) {
			return nil, err
		}
		return c, nil
	}
	if auth.Token != "" {
		err = x.temporary(view, c)
	} else {
		err = x.longTerm(view, c)
	}
	if errors.As(err, &c.refusal) {
		return c, view.Err()
	}
	return c, errors.Join(view.Err(), err)
}

// longTerm finds the owner and the secret of a long-term access key.
func (x *exchange) longTerm(view *directory.View, c *claim) error {
	key, ok := view.AccessKey(c.AccessKeyID)
	if !ok || !key.Active {
		return sigv4.NewError(sigv4.UnknownKey)
	}
	secret, err := x.door.Keys.OpenSecret(key.ID, key.Sealed)
	if err != nil {
		return err
	}
	c.secret = secret
	c.caller, ok = owner(view, key.Account, key.Owner, arn.PartitionOf(c.Region))
	if !ok {
		return sigv4.NewError(sigv4.UnknownKey)
	}
	c.caller.AccessKeyID = key.ID
	return nil
}

// temporary opens a session token and finds who it is a session of, as they
// are now. A role or user that is gone takes its sessions along.
func (x *exchange) temporary(view *directory.View, c *claim) error {
	s, err := x.door.Keys.OpenSession(c.Token, c.AccessKeyID, x.now)
	switch {
	case errors.Is(err, session.ErrExpired):
		return sigv4.NewError(sigv4.TokenExpired)
	case err != nil:
		return sigv4.NewError(sigv4.UnknownKey)
	}
	caller, ok := sessionCaller(view, s, arn.PartitionOf(c.Region))
	if !ok || view.Revoked(s.AccessKeyID, principalID(s), caller.UserID, s.IssuedAt) {
		return sigv4.NewError(sigv4.UnknownKey)
	}
	caller.AccessKeyID, caller.Session = s.AccessKeyID, s
	c.secret, c.caller = s.SecretAccessKey, caller
	return nil
}

func sessionCaller(view *directory.View, s *session.Session, partition string) (*Caller, bool) {
	switch s.Kind {
	case session.AssumedRole:
		role, ok := view.RoleByID(s.Account, s.PrincipalID)
		if !ok {
			return nil, false
		}
		return &Caller{
			Role:   role,
			UserID: role.ID + ":" + s.SessionName,
			Principal: authz.RoleSession{
				Role: entityARN(role.ARN(partition)), RoleID: role.ID, Name: s.SessionName, Provider: s.Provider,
			},
		}, true
	case session.UserSession, session.RootSession, session.AssumedRoot:
		return owner(view, s.Account, principalID(s), partition)
	case session.FederatedUser:
		return federatedUser(view, s, partition)
	}
	return nil, false
}

// federatedUser is a caller with credentials of GetFederationToken. The user
// who asked for them stands behind it, with policies and tags.
func federatedUser(view *directory.View, s *session.Session, partition string) (*Caller, bool) {
	c, ok := owner(view, s.Account, principalID(s), partition)
	if !ok {
		return nil, false
	}
	c.UserID = s.Account.String() + ":" + s.SessionName
	c.Principal = authz.FederatedUser{Name: s.SessionName, Parent: c.Principal}
	return c, true
}

// principalID is the unique id of the role or user that a session is of, or the
// account's digits where it is the root user's.
func principalID(s *session.Session) string {
	if s.PrincipalID == "" {
		return s.Account.String()
	}
	return s.PrincipalID
}

// owner is the user with an id, or the root user of an account where the id
// is the account's own.
func owner(view *directory.View, account arn.AccountID, id, partition string) (*Caller, bool) {
	if id == account.String() {
		_, ok := view.Account(account)
		return &Caller{UserID: id, Principal: authz.Root{Account: account, Partition: partition}}, ok
	}
	user, ok := view.UserByID(account, id)
	if !ok {
		return nil, false
	}
	return &Caller{
		User:      user,
		UserID:    user.ID,
		Principal: authz.User{ARN: entityARN(user.ARN(partition)), ID: user.ID},
	}, true
}

// body reads the request's body, at most as much as such a sender may send. No
// view is open meanwhile: clients may be slow, and a store that grows waits for
// open views.
func (x *exchange) body() ([]byte, error) {
	limit := int64(maxStrangerBody)
	if x.r.ContentLength < 0 || x.r.ContentLength > limit {
		known, err := x.known()
		if err != nil {
			return nil, err
		}
		if known {
			limit = maxBody
			if err := x.takeTurn(); err != nil {
				return nil, err
			}
		}
	}
	if x.r.ContentLength > limit {
		return nil, tooLarge()
	}
	body, err := readAll(x.r.Body, x.r.ContentLength, limit)
	switch {
	case err != nil:
		return nil, &wire.Error{Code: "IncompleteBody", Status: http.StatusBadRequest, Message: "The request body could not be read."}
	case int64(len(body)) > limit:
		return nil, tooLarge()
	}
	return body, nil
}

// takeTurn waits until few enough others have large bodies in memory. The turn
// ends with the exchange.
func (x *exchange) takeTurn() error {
	select {
	case x.door.large <- struct{}{}:
		x.large = true
		return nil
	case <-x.r.Context().Done():
		return &wire.Error{Code: "Throttling", Status: http.StatusBadRequest, Message: "Rate exceeded"}
	}
}

// known tells whether the request carries an access key that may sign. That it
// did sign is yet to be shown.
func (x *exchange) known() (bool, error) {
	view, err := x.view()
	if err != nil {
		return false, err
	}
	defer view.Close()
	c, err := x.claim(view)
	return err == nil && c.refusal == nil, err
}

func tooLarge() error {
	return &wire.Error{Code: "RequestEntityTooLarge", Status: http.StatusRequestEntityTooLarge, Message: "The request body is too large."}
}

// readAll reads a body of the length announced, or of an unknown one (-1), up
// to one byte over the limit.
func readAll(r io.Reader, length, limit int64) ([]byte, error) {
	if length > 0 && length <= 1<<16 {
		body := make([]byte, length)
		_, err := io.ReadFull(r, body)
		return body, err
	}
	return io.ReadAll(io.LimitReader(r, limit+1))
}

// authenticate proves the claim, in the words of the service that is called.
// The few operations that need no signature are called by nobody, whoever
// signed them.
func (x *exchange) authenticate(view *directory.View, c *claim, body []byte) (*Call, error) {
	if x.target.Operation.Unsigned {
		return x.newCall(view, &Caller{Principal: authz.Anonymous{}, UserID: "anonymous"}, unsignedRegion(x.r.Host)), nil
	}
	x.who, x.region = suspect(c), c.Region
	if c.refusal == nil {
		err := x.door.verifier.Verify(&c.Authorization, c.secret, body, x.now)
		if err != nil && !errors.As(err, &c.refusal) {
			return nil, err
		}
	}
	if c.refusal == nil && !signsFor(c, x.target) {
		c.refusal = sigv4.WrongService(x.target.Service.SigningName)
	}
	if c.refusal != nil {
		return nil, x.refuse(c.refusal)
	}
	x.who, x.carried = identity(view, c.caller), passedOn(c.caller, x.target.Operation)
	if err := x.restricted(c.caller); err != nil {
		return nil, err
	}
	op := callOf{x.target.Operation.Service.SigningName, x.target.Operation.Name}
	x.door.used.note(c.caller, op, x.now, c.Region, c.Service)
	return x.newCall(view, c.caller, c.Region), nil
}
