package directory

import (
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// Handshake is an invitation of an account into an organization, or a question
// to it on the way to all features.
type Handshake struct {
	ID           string        `json:"id"` // h-…
	Organization string        `json:"organization"`
	Management   arn.AccountID `json:"management"`
	Action       string        `json:"action"` // such as INVITE
	State        string        `json:"state"`
	Requested    time.Time     `json:"requested"`
	Expires      time.Time     `json:"expires"`
	Account      arn.AccountID `json:"account,omitzero"` // who is asked
	Email        string        `json:"email,omitempty"`  // where the account was named by its address
	Notes        string        `json:"notes,omitempty"`
	Tags         []Tag         `json:"tags,omitempty"` // for the account that joins
}

// AccountRequest is the making of an account in an organization.
type AccountRequest struct {
	ID           string        `json:"id"` // car-…
	Organization string        `json:"organization"`
	Name         string        `json:"name"`
	Account      arn.AccountID `json:"account,omitzero"`
	State        string        `json:"state"`
	Failure      string        `json:"failure,omitempty"`
	Requested    time.Time     `json:"requested"`
	Completed    time.Time     `json:"completed"`
}

const handshakePrefix = "handshake/"

// Handshake reads a handshake by its id.
func (r *Reader) Handshake(id string) (*Handshake, bool) {
	return document[Handshake](r, handshakePrefix+id)
}

// HandshakesOf walks the handshakes that an organization began, in the order
// of their ids, after the one given.
func (r *Reader) HandshakesOf(organization, after string, yield func(*Handshake) bool) {
	r.handshakes(inOrg(organization, "handshake/"), after, yield)
}

// HandshakesFor walks the handshakes that an account is asked to accept, in
// the order of their ids, after the one given.
func (r *Reader) HandshakesFor(account arn.AccountID, after string, yield func(*Handshake) bool) {
	r.handshakes(in(account, "handshake/"), after, yield)
}

func (r *Reader) handshakes(prefix, after string, yield func(*Handshake) bool) {
	r.keys(prefix, after, func(id string, _ []byte) bool {
		h, ok := referred[Handshake](r, handshakePrefix+id)
		return ok && yield(h)
	})
}

// AccountRequest reads the making of an account.
func (r *Reader) AccountRequest(organization, id string) (*AccountRequest, bool) {
	return document[AccountRequest](r, inOrg(organization, "account-request/"+id))
}

// AccountRequests walks the makings of accounts of an organization in the
// order of their ids, after the one given.
func (r *Reader) AccountRequests(organization, after string, yield func(*AccountRequest) bool) {
	r.keys(inOrg(organization, "account-request/"), after, func(id string, _ []byte) bool {
		a, ok := r.AccountRequest(organization, id)
		return ok && yield(a)
	})
}

// PutHandshake writes a handshake, made or changed.
func (tx *Tx) PutHandshake(h *Handshake) {
	tx.put(handshakePrefix+h.ID, h)
	tx.putText(inOrg(h.Organization, "handshake/"+h.ID), "")
	if !h.Account.IsZero() {
		tx.putText(in(h.Account, "handshake/"+h.ID), "")
	}
}

// PutAccountRequest writes the making of an account.
func (tx *Tx) PutAccountRequest(a *AccountRequest) {
	tx.put(inOrg(a.Organization, "account-request/"+a.ID), a)
}

const emailPrefix = "account-email/"

// EmailAccount answers the account that an address belongs to.
func (r *Reader) EmailAccount(email string) (arn.AccountID, bool) {
	digits, ok := r.text(emailPrefix + foldName(email))
	if !ok {
		return arn.AccountID{}, false
	}
	id, err := arn.ParseAccountID(digits)
	return id, err == nil
}

// PutEmail says that an address belongs to an account.
func (tx *Tx) PutEmail(email string, account arn.AccountID) {
	tx.putText(emailPrefix+foldName(email), account.String())
}
