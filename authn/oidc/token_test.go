package oidc_test

import (
	"crypto/ecdsa"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/rolecall-iam/rolecall/authn/oidc"
)

// compact is a token of parts, with a signature that is none.
func compact(head, body string) string {
	return encode(head) + "." + encode(body) + "." + encode("signature")
}

const plainHead = `{"alg":"RS256","kid":"one","typ":"JWT"}`

func TestWhatIsNoToken(t *testing.T) {
	good := token(t, sound())
	head, rest, _ := strings.Cut(good, ".")
	body, signature, _ := strings.Cut(rest, ".")
	claims := string(sound().json(t))
	deep := strings.Repeat(`[`, 5000) + strings.Repeat(`]`, 5000)
	for _, c := range []struct{ rule, text string }{
		{"nothing", ""},
		{"a word", "hunter2"},
		{"dots", ".."},
		{"two parts", head + "." + body},
		{"four parts", good + "." + signature},
		{"five parts, as encryption has", good + ".a.b"},
		{"JSON in place of the compact form", `{"protected":"` + head + `","payload":"` + body + `","signature":"` + signature + `"}`},
		{"a space in front", " " + good},
		{"a line break at the end", good + "\n"},
		{"a line break inside", head + "\n." + body + "." + signature},
		{"a return inside", head + "." + body[:9] + "\r" + body[9:] + "." + signature},
		{"padding", head + "." + body + "." + signature + "="},
		{"the other alphabet", head + "." + base64.RawStdEncoding.EncodeToString([]byte("???>>>")) + "." + signature},
		{"spare bits", head + "." + body + "." + encode("ab")[:2] + "B"},
		{"a NUL", head + "." + body + "\x00." + signature},
		{"bad UTF-8", "\xff" + good},
		{"more than 20,000 characters", head + "." + strings.Repeat("A", 20_000) + "." + signature},
		{"a header that is no JSON", compact(`{"alg"`, claims)},
		{"a header that is a list", compact(`["RS256"]`, claims)},
		{"a header that is null", compact(`null`, claims) + "x"},
		{"two headers", compact(plainHead+plainHead, claims)},
		{"an algorithm twice", compact(`{"alg":"none","alg":"RS256"}`, claims)},
		{"a key id twice", compact(`{"alg":"RS256","kid":"a","kid":"one"}`, claims)},
		{"a key id that is a number", compact(`{"alg":"RS256","kid":1}`, claims)},
		{"a critical header", compact(`{"alg":"RS256","crit":["exp"],"exp":1}`, claims)},
		{"an empty critical header", compact(`{"alg":"RS256","crit":[]}`, claims)},
		{"a critical header of null", compact(`{"alg":"RS256","crit":null}`, claims)},
		{"an unencoded payload", compact(`{"alg":"RS256","b64":false}`, claims)},
		{"a compressed payload", compact(`{"alg":"RS256","zip":"DEF"}`, claims)},
		{"an encrypted payload", compact(`{"alg":"RS256","enc":"A256GCM"}`, claims)},
		{"a token inside", compact(`{"alg":"RS256","cty":"JWT"}`, claims)},
		{"an access token", compact(`{"alg":"RS256","typ":"at+jwt"}`, claims)},
		{"a proof of possession", compact(`{"alg":"RS256","typ":"dpop+jwt"}`, claims)},
		{"a security event", compact(`{"alg":"RS256","typ":"secevent+jwt"}`, claims)},
		{"claims that are no JSON", compact(plainHead, `{"iss"`)},
		{"claims that are a list", compact(plainHead, `[]`)},
		{"claims that are a text", compact(plainHead, `"token"`)},
		{"no claims", compact(plainHead, ``)},
		{"claims twice", compact(plainHead, claims+claims)},
		{"a comment", compact(plainHead, "/**/"+claims)},
		{"a byte order mark", compact(plainHead, "\ufeff"+claims)},
		{"a subject twice", compact(plainHead, `{"sub":"a",`+claims[1:])},
		{"an issuer twice, once escaped", compact(plainHead, `{"\u0069ss":"a",`+claims[1:])},
		{"a member twice deep inside", compact(plainHead, `{"x":[{"a":1,"a":2}],`+claims[1:])},
		{"bad UTF-8 in a claim", compact(plainHead, "{\"x\":\"\xff\","+claims[1:])},
		{"half a surrogate", compact(plainHead, `{"x":"\ud800",`+claims[1:])},
		{"claims nested deep, unclosed", compact(plainHead, `{"x":`+deep[:7000]+","+claims[1:])},
		{"an issuer that is a list", compact(plainHead, string(sound().with("iss", []string{issuer}).json(t)))},
		{"a subject that is a number", compact(plainHead, string(sound().with("sub", 7).json(t)))},
		{"a subject with a line break", compact(plainHead, string(sound().with("sub", "a\nb").json(t)))},
		{"an audience with a NUL", compact(plainHead, string(sound().with("aud", "a\x00b").json(t)))},
		{"an audience that is an object", compact(plainHead, string(sound().with("aud", payload{"a": 1}).json(t)))},
		{"audiences that are numbers", compact(plainHead, string(sound().with("aud", []int{1}).json(t)))},
		{"a party that is a list", compact(plainHead, string(sound().with("azp", []string{"a"}).json(t)))},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if _, err := oidc.Parse(c.text); reason(t, err) != oidc.Malformed && reason(t, err) != oidc.Algorithm {
				t.Errorf("%v", err)
			}
		})
	}
}

// An ID token has five claims.
//
// Source: https://openid.net/specs/openid-connect-core-1_0.html#IDToken
func TestClaimsThatMustBeThere(t *testing.T) {
	for _, name := range []string{"iss", "sub", "aud", "exp", "iat"} {
		_, err := oidc.Parse(token(t, sound().with(name, nil)))
		refused, ok := err.(*oidc.Error)
		if !ok || refused.Reason != oidc.MissingClaim || refused.Claim != name {
			t.Errorf("without %s: %v", name, err)
		}
	}
	for name, empty := range map[string]any{"iss": "", "sub": "", "aud": []string{}, "exp": 0, "iat": 0} {
		if _, err := oidc.Parse(token(t, sound().with(name, empty))); reason(t, err) != oidc.MissingClaim {
			t.Errorf("with an empty %s: %v", name, err)
		}
	}
	if _, err := oidc.Parse(token(t, sound().with("aud", []string{"", "a"}))); reason(t, err) != oidc.MissingClaim {
		t.Error(err)
	}
	if _, err := oidc.Parse(token(t, sound().with("iss", "https://"+strings.Repeat("a", 248)))); reason(t, err) != oidc.BadClaim {
		t.Error(err)
	}
	if _, err := oidc.Parse(token(t, sound().with("iss", "https://"+strings.Repeat("a", 247)))); err != nil {
		t.Error(err)
	}
}

// Names of members are compared letter by letter, and the rest is nobody's
// business.
func TestOtherMembersDoNotMatter(t *testing.T) {
	p := sound().with("ISS", "https://evil.example.com").with("Sub", "root").with("AUD", "x").with("x5c", "y").with("", 7)
	head := map[string]any{"ALG": "none", "Kid": "two", "x": strings.Repeat("y", 100)}
	who, err := verify(sign(t, jose.RS256, rsaKey(), "one", p.json(t), head), usualKeys(t), rules)
	if err != nil || who.Issuer != issuer || who.Subject != subject {
		t.Errorf("%+v %v", who, err)
	}
}

// What a token says of its own key has no say.
func TestKeysThatATokenBringsAlong(t *testing.T) {
	mine := mustRSA(2048)
	for name, value := range map[string]any{
		"jku": "https://evil.example.com/keys", "x5u": "https://evil.example.com/cert",
		"jwk": jose.JSONWebKey{Key: mine.Public(), KeyID: "one"}, "x5t": "AAAA", "x5t#S256": "AAAA",
	} {
		if _, err := verify(sign(t, jose.RS256, mine, "one", sound().json(t), map[string]any{name: value}), usualKeys(t), rules); reason(t, err) != oidc.BadSignature {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := verify(sign(t, jose.RS256, rsaKey(), "one", sound().json(t), map[string]any{name: value}), usualKeys(t), rules); err != nil {
			t.Errorf("%s in a token of the issuer's: %v", name, err)
		}
	}
}

// One type is as good as none.
func TestTypesOfTokens(t *testing.T) {
	for _, kind := range []string{"JWT", "jwt", "Jwt", ""} {
		if _, err := verify(sign(t, jose.RS256, rsaKey(), "one", sound().json(t), map[string]any{"typ": kind}), usualKeys(t), rules); err != nil {
			t.Errorf("%q: %v", kind, err)
		}
	}
}

// An ECDSA signature of zeroes, or of the order itself, once held in Java.
func TestSignaturesOfNothing(t *testing.T) {
	keys := keySet(t, web(p256().Public(), "one"))
	signed := encode(`{"alg":"ES256","kid":"one"}`) + "." + encode(string(sound().json(t))) + "."
	order := p256().Params().N.Bytes()
	for rule, signature := range map[string][]byte{
		"none": nil, "zeroes": make([]byte, 64), "the order": append(order, order...), "half of one": make([]byte, 32), "too much": make([]byte, 65),
	} {
		if _, err := verify(signed+base64.RawURLEncoding.EncodeToString(signature), keys, rules); reason(t, err) != oidc.BadSignature && reason(t, err) != oidc.Malformed {
			t.Errorf("%s: %v", rule, err)
		}
	}
	der, err := ecdsa.SignASN1(zeroes{}, p256(), make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verify(signed+base64.RawURLEncoding.EncodeToString(der), keys, rules); reason(t, err) != oidc.BadSignature {
		t.Error(err)
	}
}

type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) { clear(p); return len(p), nil }
