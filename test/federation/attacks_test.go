package federation

import (
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/test/samltest"
)

// The codes that attacks are refused with.
const (
	invalid = "InvalidIdentityToken"
	expired = "ExpiredTokenException"
	denied  = "AccessDenied"
	failed  = "IDPRejectedClaim"
	badARN  = "ValidationError"
)

// attack is a response that must be refused, with a code.
type attack struct {
	rule     string
	document string // XML, or
	encoded  string // what stands for it, as SAMLAssertion carries it
	code     string

	role, provider string // Federal and Corp where empty
}

// kit is what attackers have: a response of the provider's for somebody with
// little rights, keys of their own, and much ingenuity.
type kit struct {
	*house
	t      *testing.T
	mine   *samltest.Provider // of the attacker, with the entity ID of the victim
	signed string             // a response whose assertion is signed
	whole  string             // a response that is signed as a whole
	evil   samltest.Response  // what the attacker wants to be believed
}

func newKit(t *testing.T) *kit {
	h := open(t)
	k := &kit{house: h, t: t, mine: samltest.New(t, entity)}
	document := h.usual().XML()
	k.signed = h.idp.Sign(t, document, "_assertion", samltest.InAssertion)
	k.whole = h.idp.Sign(t, document, "_response", samltest.InResponse)
	k.evil = h.usual().Set(samltest.AWS+"RoleSessionName", "mallory")
	k.evil.AssertionID = "_evil"
	return k
}

// cut is the first element of that name with all in it, and what is left
// without it.
func cut(document, name string) (element, rest string) {
	from := strings.Index(document, "<"+name)
	end := strings.LastIndex(document, "</"+name+">") + len("</"+name+">")
	return document[from:end], document[:from] + document[end:]
}

// At every run at least 120 attacks are made with new keys. None is accepted,
// each is refused in AWS's words, and quickly.
func TestNoAttackWithSAMLIsAccepted(t *testing.T) {
	k := newKit(t)
	for _, good := range []string{k.signed, k.whole} {
		if a := k.redeem(federal, corp, samltest.Encode(good)); a.status != 200 || a.name != "ann" {
			t.Fatalf("what attackers start from is refused: %+v", a)
		}
	}
	var attacks []attack
	for _, some := range [][]attack{k.wrappings(), k.classics(), k.signatures(), k.algorithms(), k.references(), k.documents(), k.encodings(), k.contents(), k.times(), k.claims(), k.encryptions()} {
		attacks = append(attacks, some...)
	}
	seen := map[string]bool{}
	for _, a := range attacks {
		if seen[a.rule] {
			t.Errorf("%s: there are two of that name", a.rule)
		}
		seen[a.rule] = true
		t.Run(a.rule, func(t *testing.T) { k.withstands(t, a) })
	}
	if n := k.server.SAMLPanics(); n != 0 {
		t.Errorf("%d panics", n)
	}
	t.Logf("%d attacks", len(attacks))
	if len(attacks) < 120 {
		t.Errorf("there are %d attacks, want 120", len(attacks))
	}
}

func (k *kit) withstands(t *testing.T, a attack) {
	t.Helper()
	if a.encoded == "" {
		a.encoded = samltest.Encode(a.document)
	}
	if a.role == "" {
		a.role = federal
	}
	if a.provider == "" {
		a.provider = corp
	}
	switch got := k.redeem(a.role, a.provider, a.encoded); {
	case got.status == 200:
		t.Errorf("accepted, as %s", got.name)
	case got.status >= 500 || got.code != a.code:
		t.Errorf("%d %s: %s, want %s", got.status, got.code, got.message, a.code)
	case got.took > 5*time.Second:
		t.Errorf("took %v", got.took)
	}
}
