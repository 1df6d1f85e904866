package oidc_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/rolecall-iam/rolecall/authn/oidc"
)

// The algorithms that AWS takes, and PS256.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
func TestEachAlgorithmVerifiesWithAKeyOfItsKind(t *testing.T) {
	keys := keySet(t, web(rsaKey().Public(), "rsa"), web(p256().Public(), "p256"), web(p384().Public(), "p384"), web(p521().Public(), "p521"))
	for _, c := range []struct {
		algorithm jose.SignatureAlgorithm
		private   any
		id        string
	}{
		{jose.RS256, rsaKey(), "rsa"}, {jose.RS384, rsaKey(), "rsa"}, {jose.RS512, rsaKey(), "rsa"}, {jose.PS256, rsaKey(), "rsa"},
		{jose.ES256, p256(), "p256"}, {jose.ES384, p384(), "p384"}, {jose.ES512, p521(), "p521"},
	} {
		t.Run(string(c.algorithm), func(t *testing.T) {
			text := sign(t, c.algorithm, c.private, c.id, sound().json(t), nil)
			who, err := verify(text, keys, rules)
			if err != nil {
				t.Fatal(err)
			}
			if who.Issuer != issuer || who.Subject != subject || who.Audience != audience {
				t.Errorf("%+v", who)
			}
			for i := range len(text) {
				if broken := flip(text, i); broken != text {
					if _, err := verify(broken, keys, rules); err == nil {
						t.Fatalf("with another character at %d it holds, too", i)
					}
				}
			}
		})
	}
}

// flip changes one character to another of the alphabet.
func flip(text string, i int) string {
	b := []byte(text)
	switch b[i] {
	case '.':
		b[i] = 'A'
	case 'A':
		b[i] = 'B'
	default:
		b[i] = 'A'
	}
	return string(b)
}

func TestAlgorithmsThatAreNotTaken(t *testing.T) {
	for _, algorithm := range []jose.SignatureAlgorithm{jose.PS384, jose.PS512} {
		text := sign(t, algorithm, rsaKey(), "one", sound().json(t), nil)
		if _, err := verify(text, usualKeys(t), rules); reason(t, err) != oidc.Algorithm {
			t.Errorf("%s: %v", algorithm, err)
		}
	}
	for _, algorithm := range []jose.SignatureAlgorithm{jose.HS256, jose.HS384, jose.HS512} {
		secrets := map[string][]byte{"the published document": published(t, web(rsaKey().Public(), "one")), "zeroes": make([]byte, 64)}
		for what, secret := range secrets {
			text := sign(t, algorithm, secret, "one", sound().json(t), nil)
			if _, err := verify(text, usualKeys(t), rules); reason(t, err) != oidc.Algorithm {
				t.Errorf("%s with %s: %v", algorithm, what, err)
			}
		}
	}
	for _, algorithm := range []string{"none", "None", "NONE", "nOnE", "", "rs256", "RS256 ", "EdDSA", "RSA-OAEP", "dir"} {
		text := encode(`{"alg":"`+algorithm+`","kid":"one"}`) + "." + encode(string(sound().json(t))) + "."
		if _, err := verify(text, usualKeys(t), rules); reason(t, err) != oidc.Algorithm {
			t.Errorf("%q: %v", algorithm, err)
		}
	}
}

// A token must be for one of the provider's client ids; where it names an
// authorized party, the party stands in for its audiences.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
func TestWhomATokenIsFor(t *testing.T) {
	two := oidc.Rules{Audiences: []string{"one", "two"}, Now: now}
	for _, c := range []struct {
		rule            string
		aud, azp        any
		rules           oidc.Rules
		party, intended string // none where it is refused
	}{
		{"a known audience", "one", nil, two, "one", "one"},
		{"another known one", "two", nil, two, "two", "two"},
		{"an unknown one", "three", nil, two, "", ""},
		{"one in other letters", "ONE", nil, two, "", ""},
		{"a part of one", "on", nil, two, "", ""},
		{"a list with a known one", []string{"three", "two"}, nil, two, "two", "two"},
		{"a list of one", []string{"one"}, nil, two, "one", "one"},
		{"a list of unknown ones", []string{"three", "four"}, nil, two, "", ""},
		{"a known party", "three", "one", two, "one", "three"},
		{"a known party and audience", []string{"three", "two"}, "one", two, "one", "two"},
		{"an unknown party with a known audience", "one", "three", two, "", ""},
		{"no client ids at all", "one", nil, oidc.Rules{Now: now}, "", ""},
		{"an issuer whose audiences are not known", "any", nil, oidc.Rules{AnyAudience: true, Now: now}, "any", "any"},
		{"its party", "any", "app", oidc.Rules{AnyAudience: true, Now: now}, "app", "any"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			who, err := verify(token(t, sound().with("aud", c.aud).with("azp", c.azp)), usualKeys(t), c.rules)
			if c.party == "" {
				if reason(t, err) != oidc.WrongAudience {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if who.Audience != c.party || who.Intended != c.intended {
				t.Errorf("for %s, meant for %s; want %s and %s", who.Audience, who.Intended, c.party, c.intended)
			}
		})
	}
}

func TestWhenATokenHolds(t *testing.T) {
	at := func(d time.Duration) int64 { return now.Add(d).Unix() }
	for _, c := range []struct {
		rule          string
		iat, nbf, exp any
		want          oidc.Reason
	}{
		{"now", at(0), at(0), at(time.Hour), 0},
		{"its last second", at(-time.Hour), nil, at(time.Second), 0},
		{"the second of its end", at(-time.Hour), nil, at(0), oidc.Expired},
		{"long after", at(-2 * time.Hour), nil, at(-time.Hour), oidc.Expired},
		{"an issuer whose clock is ahead", at(5 * time.Minute), at(5 * time.Minute), at(time.Hour), 0},
		{"one whose clock is too far ahead", at(5*time.Minute + time.Second), nil, at(time.Hour), oidc.NotYet},
		{"before it begins", at(0), at(5*time.Minute + time.Second), at(time.Hour), oidc.NotYet},
		{"five days old", at(-120 * time.Hour), nil, at(time.Hour), 0},
		{"older", at(-120*time.Hour - time.Second), nil, at(time.Hour), oidc.TooOld},
		{"no time of issue", nil, nil, at(time.Hour), oidc.MissingClaim},
		{"no end", at(0), nil, nil, oidc.MissingClaim},
		{"an end of null", at(0), nil, rawJSON("null"), oidc.Malformed},
		{"an end as text", at(0), nil, "1800000000", oidc.Malformed},
		{"an end with a fraction", at(0), nil, rawJSON("1800000000.5"), oidc.Malformed},
		{"an end with an exponent", at(0), nil, rawJSON("18e8"), oidc.Malformed},
		{"an end beyond all numbers", at(0), nil, rawJSON("99999999999999999999"), oidc.Malformed},
		{"an end beyond all calendars", at(0), nil, rawJSON("9223372036854775807"), oidc.Malformed},
		{"a start before all calendars", at(0), rawJSON("-1"), at(time.Hour), oidc.Malformed},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := verify(token(t, sound().with("iat", c.iat).with("nbf", c.nbf).with("exp", c.exp)), usualKeys(t), rules)
			if got := reason(t, err); got != c.want {
				t.Errorf("reason %d (%v), want %d", got, err, c.want)
			}
		})
	}
}

// rawJSON is a value as it stands.
type rawJSON string

func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }

// AWS's words tell both times.
//
// Source: https://github.com/aws/aws-sdk-java-v2/issues/5709
func TestARefusalTellsTheTimes(t *testing.T) {
	_, err := verify(token(t, sound().with("exp", now.Unix()-7)), usualKeys(t), rules)
	refused, ok := err.(*oidc.Error)
	if !ok || refused.Now != now.Unix() || refused.Limit != now.Unix()-7 {
		t.Errorf("%+v", err)
	}
}

// A refusal tells nothing of what the token says.
func TestARefusalKeepsTheTokenToItself(t *testing.T) {
	secret := "hunter2"
	for _, p := range []payload{
		sound().with("aud", secret), sound().with("iss", nil).with("sub", secret), sound().with("exp", secret),
		sound().with("https://aws.amazon.com/source_identity", []string{secret}), sound().with("exp", 1).with("sub", secret),
	} {
		if _, err := verify(token(t, p), usualKeys(t), rules); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%v", err)
		}
	}
}

func TestWhichKeyMustHaveSigned(t *testing.T) {
	other := mustRSA(2048)
	one, two := web(rsaKey().Public(), "one"), web(other.Public(), "two")
	ec := web(p256().Public(), "one")
	for _, c := range []struct {
		rule    string
		private any
		id      string
		keys    []jose.JSONWebKey
		want    oidc.Reason
	}{
		{"the key that it names", rsaKey(), "one", []jose.JSONWebKey{one, two}, 0},
		{"another key of the issuer's", rsaKey(), "two", []jose.JSONWebKey{one, two}, oidc.BadSignature},
		{"a key that the issuer does not have", other, "two", []jose.JSONWebKey{one}, oidc.UnknownKey},
		{"somebody else's by the issuer's name", other, "one", []jose.JSONWebKey{one}, oidc.BadSignature},
		{"a name in other letters", rsaKey(), "ONE", []jose.JSONWebKey{one}, oidc.UnknownKey},
		{"no name, and the issuer has one key", rsaKey(), "", []jose.JSONWebKey{one}, 0},
		{"no name, and the issuer has one of that kind", rsaKey(), "", []jose.JSONWebKey{one, ec}, 0},
		{"no name, and the issuer has two", rsaKey(), "", []jose.JSONWebKey{one, two}, oidc.UnknownKey},
		{"two keys by one name", rsaKey(), "one", []jose.JSONWebKey{web(other.Public(), "one"), one}, 0},
		{"two kinds of key by one name", rsaKey(), "one", []jose.JSONWebKey{ec, one}, 0},
		{"a key of another kind", rsaKey(), "one", []jose.JSONWebKey{ec}, oidc.UnknownKey},
		{"no keys", rsaKey(), "one", nil, oidc.UnknownKey},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := verify(sign(t, jose.RS256, c.private, c.id, sound().json(t), nil), keySet(t, c.keys...), rules)
			if got := reason(t, err); got != c.want {
				t.Errorf("reason %d (%v), want %d", got, err, c.want)
			}
		})
	}
}

// A few keys by one name are tried, not hundreds: each costs.
func TestFewKeysOfOneNameAreTried(t *testing.T) {
	var keys []jose.JSONWebKey
	for range 3 {
		keys = append(keys, web(mustEC(p256().Curve).Public(), "one"))
	}
	text := sign(t, jose.ES256, p256(), "one", sound().json(t), nil)
	mine := web(p256().Public(), "one")
	if _, err := verify(text, keySet(t, append(slices.Clone(keys[:2]), mine)...), rules); err != nil {
		t.Error(err)
	}
	if _, err := verify(text, keySet(t, append(keys, mine)...), rules); reason(t, err) != oidc.BadSignature {
		t.Error(err)
	}
}

func TestAnIdentityAnswersItsClaims(t *testing.T) {
	who, err := verify(token(t, sound().with("amr", []string{"authenticated", "accounts.google.com"}).
		with("repository_id", "74").with("organization", 12345678901234567).with("protected", true).
		with("groups", []any{"a", 7}).with("nested", map[string]any{"a": "b"}).with("x/y", "z").with("none", rawJSON("null")).with("lines", "a\nb")), usualKeys(t), rules)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(who.Methods, []string{"authenticated", "accounts.google.com"}) {
		t.Error(who.Methods)
	}
	want := map[string][]string{"repository_id": {"74"}, "organization": {"12345678901234567"}, "protected": {"true"}, "groups": {"a", "7"}, "nested/a": {"b"}, "x/y": {"z"}}
	got := who.Claims("repository_id", "organization", "protected", "groups", "nested", "none", "absent", "lines", "sub", "nested/a", "nested/b", "x/y", "absent/a", "lines/a")
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
