package oidc

import "fmt"

// Reason is why a token is refused.
type Reason uint8

// The reasons. The zero Reason is none of them.
const (
	_             Reason = iota
	Malformed            // it is no ID token at all
	Algorithm            // it is signed by an algorithm that is not taken, or not at all
	MissingClaim         // a claim that every ID token has is not there
	BadClaim             // a claim is there and is not what it should be
	WrongAudience        // it was made for somebody else
	Expired              // its time is over
	TooOld               // it was issued too long ago, whatever it says of its end
	NotYet               // its time is yet to come
	UnknownKey           // the issuer has no such key
	BadSignature         // the issuer's key did not sign it
)

// Error is the refusal of a token. It holds nothing that the token says, apart
// from times.
type Error struct {
	Reason Reason
	Claim  string // that is missing or bad
	Now    int64  // of Expired, TooOld and NotYet: the time, in Unix seconds
	Limit  int64  // and the time that it was compared with
}

// Error tells the reason.
func (e *Error) Error() string {
	switch e.Reason {
	case MissingClaim, BadClaim:
		return fmt.Sprintf("%s: %s", words[e.Reason], e.Claim)
	case Expired, TooOld, NotYet:
		return fmt.Sprintf("%s: %d, now %d", words[e.Reason], e.Limit, e.Now)
	}
	return words[e.Reason]
}

var words = [...]string{
	Malformed:     "not an ID token",
	Algorithm:     "an algorithm that is not taken",
	MissingClaim:  "a claim is missing",
	BadClaim:      "a claim is not what it should be",
	WrongAudience: "not for this audience",
	Expired:       "expired",
	TooOld:        "issued too long ago",
	NotYet:        "not valid yet",
	UnknownKey:    "signed with an unknown key",
	BadSignature:  "the signature does not hold",
}

func refuse(r Reason) error { return &Error{Reason: r} }

func missing(claim string) error { return &Error{Reason: MissingClaim, Claim: claim} }

func bad(claim string) error { return &Error{Reason: BadClaim, Claim: claim} }
