package oidc

import (
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	// skew is how far an issuer's clock may be ahead.
	skew = 5 * time.Minute
	// oldest is how long ago a token may have been issued, however late its
	// end. AWS refused one of 441,398 seconds with "Token too old", and does not
	// say what its bound is; five days are the largest round one below that.
	//
	// Source: https://github.com/mozilla-iam/mozilla-aws-cli/issues/146
	oldest = 5 * 24 * time.Hour
)

// Life is how long the id of a token must be remembered, so that none is used
// twice: as long as a token is taken, by whatever clock.
const Life = oldest + skew

// Rules are what a token must fulfil, beside being genuine.
type Rules struct {
	// Audiences are the client ids that the issuer's tokens may be for. A token
	// for none of them is refused, and without any all are.
	Audiences []string
	// AnyAudience takes tokens for whomever: those of the issuers that are built
	// in, whose audience the trust policy looks at.
	AnyAudience bool
	Now         time.Time
}

// Identity is who a genuine token speaks of.
type Identity struct {
	Issuer  string
	Subject string
	// Audience is whom the token was made for: its authorized party (azp) where
	// it names one, else that of its audiences which the rules know.
	Audience string
	// Intended is the audience (aud) that it names, whoever the authorized party
	// is.
	Intended string
	Methods  []string // how the subject was authenticated (amr); often none
	Session  Session
	claims   claims
}

// Claims answers the values of those of the issuer's own claims that are asked
// for, by name. What is not there, or is no text, number, truth value or list of
// such, is left out. A name with a slash is that of a claim, or else of a member
// of one: google/organization_number.
func (i *Identity) Claims(names ...string) map[string][]string {
	all, err := i.claims.rest()
	if err != nil {
		return nil
	}
	found := make(map[string][]string, len(names))
	for _, name := range names {
		claim, ok := all[name]
		if !ok {
			claim = memberOf(all, name)
		}
		if texts, ok := values(claim); ok {
			found[name] = texts
		}
	}
	return found
}

// memberOf is a member of a claim that is an object; nil where there is none.
func memberOf(all map[string]jsontext.Value, name string) jsontext.Value {
	outer, inner, ok := strings.Cut(name, "/")
	if !ok {
		return nil
	}
	var members map[string]jsontext.Value
	if json.Unmarshal(all[outer], &members) != nil {
		return nil
	}
	return members[inner]
}

// Check tells whether a token would do if it were genuine. Its error is always
// an *Error.
func (t *Token) Check(r Rules) error {
	if _, _, ok := t.claims.audience(r); !ok {
		return refuse(WrongAudience)
	}
	now := r.Now.Unix()
	at := func(reason Reason, limit seconds) error {
		return &Error{Reason: reason, Now: now, Limit: int64(limit)}
	}
	c := &t.claims
	early := seconds(r.Now.Add(skew).Unix())
	switch {
	case seconds(now) >= c.Expires:
		return at(Expired, c.Expires)
	case c.Issued > early:
		return at(NotYet, c.Issued)
	case c.Begins > early:
		return at(NotYet, c.Begins)
	case now-int64(c.Issued) > int64(oldest/time.Second):
		return at(TooOld, c.Issued)
	}
	return nil
}

// Verify makes a token an identity: where the issuer's keys signed it and it
// fulfils the rules. Its error is always an *Error.
func (t *Token) Verify(keys *KeySet, r Rules) (*Identity, error) {
	if err := t.Check(r); err != nil {
		return nil, err
	}
	candidates := keys.candidates(t.header.KeyID, t.header.Algorithm)
	if len(candidates) == 0 {
		return nil, refuse(UnknownKey)
	}
	if !slices.ContainsFunc(candidates, t.signedBy) {
		return nil, refuse(BadSignature)
	}
	session, err := t.claims.session()
	if err != nil {
		return nil, err
	}
	party, intended, _ := t.claims.audience(r)
	return &Identity{
		Issuer: t.claims.Issuer, Subject: t.claims.Subject,
		Audience: party, Intended: intended,
		Methods: t.claims.Methods, Session: session, claims: t.claims,
	}, nil
}

func (t *Token) signedBy(k key) bool {
	return verifies(k.public, t.header.Algorithm, t.signed, t.signature)
}

// audience is whom a token was made for, and whom it says in aud; false where
// the rules do not know them. An authorized party stands in for all audiences.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
// (aud is "azp when the azp field is set"; oaud is the audience)
func (c *claims) audience(r Rules) (party, intended string, ok bool) {
	intended, known := c.Audience[0], false
	for _, a := range c.Audience {
		if known = slices.Contains(r.Audiences, a); known {
			intended = a
			break
		}
	}
	if c.Party != "" {
		return c.Party, intended, r.AnyAudience || slices.Contains(r.Audiences, c.Party)
	}
	return intended, intended, r.AnyAudience || known
}
