package bearer_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/rolecall-iam/rolecall/authn/bearer"
)

func TestTokensAre256BitsAndTheirHashesTellNothing(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		token, err := bearer.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		hash := bearer.Hash(token)
		if len(token) != 43 || len(hash) != 64 || seen[token] || strings.Contains(hash, token) {
			t.Fatalf("%s %s", token, hash)
		}
		seen[token] = true
	}
}

func TestWithoutRandomnessThereIsNoToken(t *testing.T) {
	broken := iotest.ErrReader(errors.New("no randomness"))
	if token, err := bearer.New(broken); err == nil {
		t.Errorf("a token %q", token)
	}
	if code, err := bearer.NewUserCode(broken); err == nil {
		t.Errorf("a code %q", code)
	}
}

func TestAFormIsOfOneCookie(t *testing.T) {
	form := bearer.FormToken("a")
	for _, test := range []struct {
		form, token string
		want        bool
	}{
		{form, "a", true},
		{form, "b", false},
		{"", "a", false},
		{"a", "a", false},
		{bearer.FormToken(""), "", false},
	} {
		if bearer.IsFormToken(test.form, test.token) != test.want {
			t.Errorf("%q of %q is not %v", test.form, test.token, test.want)
		}
	}
}

// Source: https://www.rfc-editor.org/rfc/rfc8628#section-6.1
func TestUserCodesAreEasyToType(t *testing.T) {
	for range 200 {
		code, err := bearer.NewUserCode(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if len(code) != 9 || code[4] != '-' || strings.Trim(code, "BCDFGHJKLMNPQRSTVWXZ-") != "" {
			t.Fatalf("%q", code)
		}
		for _, typed := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), " " + strings.ReplaceAll(code, "-", " - ") + " "} {
			if got, ok := bearer.ParseUserCode(typed); !ok || got != code {
				t.Errorf("%q is read as %q", typed, got)
			}
		}
	}
}

// Bytes that would make some letters likelier are passed over.
func TestUserCodesAreEven(t *testing.T) {
	code, err := bearer.NewUserCode(bytes.NewReader([]byte{255, 240, 0, 239, 20, 1, 250, 2, 3, 4, 5}))
	if err != nil || code != "BZBC-DFGH" {
		t.Errorf("%q %v", code, err)
	}
}

func TestWhatIsNoUserCode(t *testing.T) {
	for _, typed := range []string{"", "-", "BCDF-GHJ", "BCDF-GHJKL", "ACDF-GHJK", "BCDF-GHJ1", "BCDF_GHJK", "\x00BCDFGHJK", "BCDF-GHJ\xff", "ßßßßßßßß", strings.Repeat(" ", 100), strings.Repeat("B", 1<<20)} {
		if code, ok := bearer.ParseUserCode(typed); ok {
			t.Errorf("%.20q is read as %q", typed, code)
		}
	}
}

// Source: https://www.rfc-editor.org/rfc/rfc7636#appendix-B
func TestTheVerifierOfTheStandardsExample(t *testing.T) {
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	if !bearer.IsChallenge(challenge) || !bearer.Verifies(verifier, challenge) {
		t.Error("it is refused")
	}
	for _, other := range []string{"", verifier[:42], verifier + "a", strings.Repeat("a", 129), challenge} {
		if bearer.Verifies(other, challenge) {
			t.Errorf("%q is taken", other)
		}
	}
	for _, other := range []string{"", verifier[:42], challenge + "A", challenge[:42] + "=", challenge[:42] + "N", strings.Repeat("!", 43), challenge[:42] + "\n"} {
		if bearer.IsChallenge(other) {
			t.Errorf("%q is taken for a challenge", other)
		}
	}
}

func FuzzParseUserCode(f *testing.F) {
	for _, seed := range []string{"BCDF-GHJK", "bcdf ghjk", "", "BCDF-GHJKL", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := bearer.ParseUserCode(typed)
		if !ok {
			return
		}
		if again, ok := bearer.ParseUserCode(code); !ok || again != code || len(code) != 9 {
			t.Errorf("%q is read as %q, which is read as %q", typed, code, again)
		}
	})
}

// A cookie's forms can be made again from the cookie, on any node, and the
// cookie cannot be had from a form.
func TestAFormsTokenFollowsFromTheCookies(t *testing.T) {
	token, err := bearer.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := bearer.FormToken(token)
	if form != bearer.FormToken(token) || form == token || form == bearer.Hash(token) {
		t.Errorf("%q of %q", form, token)
	}
}
