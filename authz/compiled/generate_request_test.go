package compiled_test

import (
	"math/rand/v2"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
)

// drawRequest makes up a request. What the generator makes is meant to decide,
// not to make sense: everything comes from a small vocabulary, so that
// statements and requests meet, and is then put off by a letter, a wildcard, a
// variable or the case of a letter, so that they nearly meet. All elements and
// their Not forms, all operators with all prefixes and suffixes, all kinds of
// principals and all layers occur, also where AWS would refuse to store them:
// what is refused today may have been stored before.
func drawRequest(r *rand.Rand) authz.Request {
	q := authz.Request{
		Principal:       oneOf(r, principals),
		Action:          oneOf(r, actions),
		Resource:        oneOf(r, resources),
		ResourceAccount: oneOf(r, []arn.AccountID{{}, {}, accountID(accounts[0]), accountID(accounts[0]), accountID(accounts[0]), accountID(accounts[1])}),
		Context:         context(r),
	}
	if !oneIn(r, 4) {
		q.Principal = oneOf(r, principals[:ofAccounts])
	}
	if oneIn(r, 5) {
		q.Action = near(r, q.Action)
	}
	if oneIn(r, 2) {
		q.CanonicalUser = oneOf(r, canonicalTexts)
	}
	switch r.IntN(20) {
	case 0, 1:
		q.Resource = "*"
	case 2, 3, 4:
		q.Resource = near(r, q.Resource)
	case 5:
		q.Resource = wild(r, q.Resource)
	case 6:
		q.Resource += string([]byte{'/', 0xc3, 0xff, 'a'})
	}
	return q
}

// context gives about two keys in three a value.
func context(r *rand.Rand) authz.Context {
	var c authz.Context
	for _, k := range keys {
		switch {
		case oneIn(r, 3):
		case k.multi != oneIn(r, 40):
			values := make([]string, r.IntN(4))
			for i := range values {
				values[i] = near(r, oneOf(r, k.values))
			}
			c.SetMany(k.name, values...)
		default:
			c.Set(k.name, near(r, oneOf(r, k.values)))
		}
	}
	return c
}
