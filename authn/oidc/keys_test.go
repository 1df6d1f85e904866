package oidc_test

import (
	"bytes"
	"crypto/elliptic"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/rolecall-iam/rolecall/authn/oidc"
)

// member is a published key with one member set, or taken away by null.
func member(t *testing.T, k jose.JSONWebKey, name string, value any) string {
	t.Helper()
	text, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	members[name] = value
	if value == nil {
		delete(members, name)
	}
	if text, err = json.Marshal(members); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWhichKeysCount(t *testing.T) {
	good := web(rsaKey().Public(), "one")
	private, err := json.Marshal(jose.JSONWebKey{Key: rsaKey(), KeyID: "one"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rule, key string
		want      int
	}{
		{"an RSA key", member(t, good, "use", "sig"), 1},
		{"one that says no use", member(t, good, "use", nil), 1},
		{"one for encryption", member(t, good, "use", "enc"), 0},
		{"one for something else", member(t, good, "use", "SIG"), 0},
		{"one that verifies", member(t, good, "key_ops", []string{"sign", "verify"}), 1},
		{"one that only wraps", member(t, good, "key_ops", []string{"wrapKey"}), 0},
		{"one for RS256", member(t, good, "alg", "RS256"), 1},
		{"one for PS256", member(t, good, "alg", "PS256"), 1},
		{"one for another algorithm", member(t, good, "alg", "RSA-OAEP"), 0},
		{"one for shared secrets", member(t, good, "alg", "HS256"), 0},
		{"one for another curve", member(t, web(p256().Public(), "one"), "alg", "ES384"), 0},
		{"one without a name", member(t, good, "kid", nil), 1},
		{"one whose name is a number", member(t, good, "kid", 7), 0},
		{"one of 1,024 bits", member(t, web(mustRSA(1024).Public(), "one"), "use", "sig"), 0},
		{"one of 2,047 bits", weak(2047), 0},
		{"one of 4,096 bits", weak(4096), 1},
		{"one of 4,104 bits", weak(4104), 0},
		{"one with the exponent 1", member(t, good, "e", "AQ"), 0},
		{"one with an even exponent", member(t, good, "e", "BA"), 0},
		{"one with the exponent 3", member(t, good, "e", "Aw"), 1},
		{"one without a modulus", member(t, good, "n", nil), 0},
		{"one whose modulus is no base64", member(t, good, "n", "?"), 0},
		{"a private key", string(private), 0},
		{"a shared secret", `{"kty":"oct","k":"AAAA","kid":"one"}`, 0},
		{"an Ed25519 key", `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"one"}`, 0},
		{"a point that is not on the curve", member(t, web(p256().Public(), "one"), "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), 0},
		{"a curve that nobody knows", member(t, web(p256().Public(), "one"), "crv", "P-257"), 0},
		{"secp256k1", member(t, web(p256().Public(), "one"), "crv", "secp256k1"), 0},
		{"no key at all", `{}`, 0},
		{"a text", `"key"`, 0},
		{"null", `null`, 0},
		{"a key with a member twice", `{"kty":"RSA",` + member(t, good, "use", "sig")[1:], -1},
	} {
		t.Run(c.rule, func(t *testing.T) {
			set, err := oidc.ParseKeys([]byte(`{"keys":[` + c.key + `]}`))
			if c.want < 0 {
				if err == nil {
					t.Error("it is read")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if set.Len() != c.want {
				t.Errorf("%d keys, want %d", set.Len(), c.want)
			}
		})
	}
}

// weak is an RSA key of so many bits that nobody has the other half of.
func weak(bits int) string {
	modulus := bytes.Repeat([]byte{0xff}, (bits+7)/8)
	if bits%8 > 0 {
		modulus[0] >>= 8 - bits%8
	}
	return `{"kty":"RSA","kid":"one","e":"AQAB","n":"` + encode(string(modulus)) + `"}`
}

func TestWhatIsNoSetOfKeys(t *testing.T) {
	for _, text := range []string{
		"", "null", "[]", "{}", `{"keys":null}`, `{"keys":{}}`, `{"keys":"x"}`, `{"Keys":[]}`, `{"keys":[],"keys":[]}`, `{"keys":[]`, `{"keys":[]}{}`,
		"<html></html>", "\xff", `{"keys":[` + strings.Repeat("[", 20_000), strings.Repeat("[", 100_000),
	} {
		if _, err := oidc.ParseKeys([]byte(text)); err == nil {
			t.Errorf("%.40q is read", text)
		}
	}
	if set, err := oidc.ParseKeys([]byte(`{"keys":[],"more":1}`)); err != nil || set.Len() != 0 {
		t.Error(set, err)
	}
}

// An issuer has at most 100 keys of a type.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html#manage-oidc-provider-prerequisites
func TestHowManyKeysAnIssuerHas(t *testing.T) {
	text := func(rsa, ec int) []byte {
		var keys []string
		for i := range rsa {
			keys = append(keys, member(t, web(rsaKey().Public(), fmt.Sprint("r", i)), "use", "sig"))
		}
		for i := range ec {
			keys = append(keys, member(t, web(p256().Public(), fmt.Sprint("e", i)), "use", "sig"))
		}
		return []byte(`{"keys":[` + strings.Join(keys, ",") + `]}`)
	}
	if set, err := oidc.ParseKeys(text(100, 100)); err != nil || set.Len() != 200 {
		t.Error(err)
	}
	if _, err := oidc.ParseKeys(text(101, 0)); err == nil {
		t.Error("101 RSA keys are read")
	}
	if _, err := oidc.ParseKeys(text(0, 101)); err == nil {
		t.Error("101 EC keys are read")
	}
}

// A key for one algorithm does not serve another of its family, and a curve
// serves one algorithm.
func TestAKeyServesItsAlgorithms(t *testing.T) {
	set, err := oidc.ParseKeys([]byte(`{"keys":[` + member(t, web(rsaKey().Public(), "one"), "alg", "RS384") + `,` +
		member(t, web(mustEC(elliptic.P384()).Public(), "two"), "use", "sig") + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	for algorithm, want := range map[jose.SignatureAlgorithm]oidc.Reason{jose.RS384: 0, jose.RS256: oidc.UnknownKey, jose.PS256: oidc.UnknownKey} {
		if _, err := verify(sign(t, algorithm, rsaKey(), "one", sound().json(t), nil), set, rules); reason(t, err) != want {
			t.Errorf("%s: %v", algorithm, err)
		}
	}
	if _, err := verify(sign(t, jose.ES256, p256(), "two", sound().json(t), nil), set, rules); reason(t, err) != oidc.UnknownKey {
		t.Error(err)
	}
}
