package dpop_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/rolecall-iam/rolecall/authn/dpop"
)

const address = "http://127.0.0.1:4680/v1/token"

func now() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func jwk(key *ecdsa.PrivateKey) map[string]any {
	return map[string]any{
		"kty": "EC", "crv": "P-256",
		"x": encode(key.X.FillBytes(make([]byte, 32))), "y": encode(key.Y.FillBytes(make([]byte, 32))),
	}
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// parts are what a proof is made of; what a case changes.
type parts struct{ header, claims map[string]any }

func whole(key *ecdsa.PrivateKey) parts {
	return parts{
		map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk(key)},
		map[string]any{"htm": "POST", "htu": address, "iat": now().Unix(), "jti": "7b0c8c3e-6f5a-4b40-9d4f-0e6b5ad0c7b1"},
	}
}

func sign(t testing.TB, key *ecdsa.PrivateKey, header, claims []byte) string {
	t.Helper()
	text := encode(header) + "." + encode(claims)
	sum := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + encode(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

func (p parts) proof(t testing.TB, key *ecdsa.PrivateKey) string {
	t.Helper()
	header, _ := json.Marshal(p.header)
	claims, _ := json.Marshal(p.claims)
	return sign(t, key, header, claims)
}

// thumbprint is what another implementation of RFC 7638 computes.
func thumbprint(t *testing.T, key *ecdsa.PrivateKey) string {
	t.Helper()
	sum, err := (&jose.JSONWebKey{Key: &key.PublicKey}).Thumbprint(crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return encode(sum)
}

func TestAProofShowsItsKey(t *testing.T) {
	key := newKey(t)
	got, err := dpop.Verify(whole(key).proof(t, key), "POST", []string{address}, now())
	if err != nil || got.ID != "7b0c8c3e-6f5a-4b40-9d4f-0e6b5ad0c7b1" || got.Thumbprint != thumbprint(t, key) {
		t.Errorf("%+v %v", got, err)
	}
}

// go-jose signs proofs as the RFC has them.
func TestAProofOfAnotherImplementation(t *testing.T) {
	key := newKey(t)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt"))
	if err != nil {
		t.Fatal(err)
	}
	claims, _ := json.Marshal(whole(key).claims)
	signed, err := signer.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := signed.CompactSerialize()
	if got, err := dpop.Verify(text, "POST", []string{address}, now()); err != nil || got.Thumbprint != thumbprint(t, key) {
		t.Errorf("%+v %v", got, err)
	}
}

// Source: https://www.rfc-editor.org/rfc/rfc9449#section-4.3
func TestProofsThatAreRefused(t *testing.T) {
	key := newKey(t)
	for rule, c := range map[string]struct {
		change func(p parts)
		want   error
	}{
		"another type":                      {func(p parts) { p.header["typ"] = "JWT" }, dpop.ErrMalformed},
		"no type":                           {func(p parts) { delete(p.header, "typ") }, dpop.ErrMalformed},
		"not signed at all":                 {func(p parts) { p.header["alg"] = "none" }, dpop.ErrMalformed},
		"signed by a shared secret":         {func(p parts) { p.header["alg"] = "HS256" }, dpop.ErrMalformed},
		"no key":                            {func(p parts) { delete(p.header, "jwk") }, dpop.ErrMalformed},
		"a private key":                     {func(p parts) { p.header["jwk"].(map[string]any)["d"] = "AQ" }, dpop.ErrMalformed},
		"another curve":                     {func(p parts) { p.header["jwk"].(map[string]any)["crv"] = "P-384" }, dpop.ErrMalformed},
		"a key of another kind":             {func(p parts) { p.header["jwk"].(map[string]any)["kty"] = "oct" }, dpop.ErrMalformed},
		"a point that is not on the curve":  {func(p parts) { p.header["jwk"].(map[string]any)["x"] = encode(make([]byte, 32)) }, dpop.ErrMalformed},
		"a number that is too long":         {func(p parts) { p.header["jwk"].(map[string]any)["x"] = encode(make([]byte, 33)) }, dpop.ErrMalformed},
		"an empty number":                   {func(p parts) { p.header["jwk"].(map[string]any)["y"] = "" }, dpop.ErrMalformed},
		"something critical":                {func(p parts) { p.header["crit"] = "b64" }, dpop.ErrMalformed},
		"another key than that which signs": {func(p parts) { p.header["jwk"] = jwk(newKey(t)) }, dpop.ErrSignature},
		"no id":                             {func(p parts) { delete(p.claims, "jti") }, dpop.ErrMalformed},
		"an id that is too long":            {func(p parts) { p.claims["jti"] = strings.Repeat("j", 257) }, dpop.ErrMalformed},
		"no time":                           {func(p parts) { delete(p.claims, "iat") }, dpop.ErrMalformed},
		"a time that is no number":          {func(p parts) { p.claims["iat"] = "soon" }, dpop.ErrMalformed},
		"a list":                            {func(p parts) { p.claims["aud"] = []string{"a"} }, dpop.ErrMalformed},
		"of too long ago":                   {func(p parts) { p.claims["iat"] = now().Add(-dpop.Window - time.Second).Unix() }, dpop.ErrTime},
		"of the future":                     {func(p parts) { p.claims["iat"] = now().Add(dpop.Window + time.Second).Unix() }, dpop.ErrTime},
		"a time beyond all times":           {func(p parts) { p.claims["iat"] = 1e300 }, dpop.ErrTime},
		"another method":                    {func(p parts) { p.claims["htm"] = "GET" }, dpop.ErrRequest},
		"another host":                      {func(p parts) { p.claims["htu"] = "http://127.0.0.2:4680/v1/token" }, dpop.ErrRequest},
		"another port":                      {func(p parts) { p.claims["htu"] = "http://127.0.0.1/v1/token" }, dpop.ErrRequest},
		"another path":                      {func(p parts) { p.claims["htu"] = "http://127.0.0.1:4680/token" }, dpop.ErrRequest},
		"another scheme":                    {func(p parts) { p.claims["htu"] = "https://127.0.0.1:4680/v1/token" }, dpop.ErrRequest},
		"an address with a user":            {func(p parts) { p.claims["htu"] = "http://a@127.0.0.1:4680/v1/token" }, dpop.ErrRequest},
		"no address":                        {func(p parts) { delete(p.claims, "htu") }, dpop.ErrRequest},
		"an address that is none":           {func(p parts) { p.claims["htu"] = "http://%zz" }, dpop.ErrRequest},
	} {
		p := whole(key)
		c.change(p)
		if _, err := dpop.Verify(p.proof(t, key), "POST", []string{address}, now()); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, not %v", rule, err, c.want)
		}
	}
}

func TestProofsThatAreTaken(t *testing.T) {
	key := newKey(t)
	for rule, change := range map[string]func(p parts){
		"a clock that is behind":            func(p parts) { p.claims["iat"] = now().Add(-dpop.Window).Unix() },
		"a clock that is ahead":             func(p parts) { p.claims["iat"] = now().Add(dpop.Window).Unix() },
		"a time with parts of a second":     func(p parts) { p.claims["iat"] = float64(now().Unix()) + 0.5 },
		"a query in the address":            func(p parts) { p.claims["htu"] = address + "?a=b" },
		"a host in capitals":                func(p parts) { p.claims["htu"] = strings.Replace(address, "http", "HTTP", 1) },
		"claims of others":                  func(p parts) { p.claims["nonce"] = "n"; p.claims["ath"] = "a" },
		"a key with a name and an own use":  func(p parts) { k := p.header["jwk"].(map[string]any); k["kid"] = "1"; k["use"] = "sig" },
		"an id as long as it may be at all": func(p parts) { p.claims["jti"] = strings.Repeat("j", 256) },
	} {
		p := whole(key)
		change(p)
		if _, err := dpop.Verify(p.proof(t, key), "POST", []string{"https://iam.example.com/v1/token", address}, now()); err != nil {
			t.Errorf("%s: %v", rule, err)
		}
	}
	p := whole(key)
	p.claims["htu"] = "https://iam.example.com:443/v1/token"
	if _, err := dpop.Verify(p.proof(t, key), "POST", []string{"https://iam.example.com/v1/token"}, now()); err != nil {
		t.Errorf("the port that the scheme has anyhow: %v", err)
	}
}

// AWS's SDK for Go writes the numbers of a key without the zeros in front. One
// key in 128 has some; its thumbprint is the same with and without.
//
// Source: aws-sdk-go-v2, credentials/logincreds (big.Int.Bytes)
func TestNumbersMayComeWithoutTheirZeros(t *testing.T) {
	key := newKey(t)
	for key.X.BitLen() > 248 {
		key = newKey(t)
	}
	p := whole(key)
	p.header["jwk"].(map[string]any)["x"] = encode(key.X.Bytes())
	got, err := dpop.Verify(p.proof(t, key), "POST", []string{address}, now())
	if err != nil || got.Thumbprint != thumbprint(t, key) {
		t.Errorf("%+v %v", got, err)
	}
}

func TestTextsThatAreNoProofs(t *testing.T) {
	key := newKey(t)
	p := whole(key)
	good := p.proof(t, key)
	header, _ := json.Marshal(p.header)
	claims, _ := json.Marshal(p.claims)
	split := strings.Split(good, ".")
	zero := encode(make([]byte, 64))
	high := encode(append(new(big.Int).Sub(elliptic.P256().Params().N, big.NewInt(0)).FillBytes(make([]byte, 32)), make([]byte, 32)...))
	for rule, text := range map[string]string{
		"nothing":                     "",
		"two parts":                   split[0] + "." + split[1],
		"four parts":                  good + ".",
		"another alphabet":            strings.NewReplacer("-", "+", "_", "/").Replace(good) + "=",
		"too long":                    good + strings.Repeat("A", 5000),
		"a NUL":                       "\x00." + split[1] + "." + split[2],
		"no signature":                split[0] + "." + split[1] + ".",
		"a signature of zeros":        split[0] + "." + split[1] + "." + zero,
		"a signature beyond bounds":   split[0] + "." + split[1] + "." + high,
		"a signature that is short":   split[0] + "." + split[1] + "." + encode(make([]byte, 63)),
		"two headers in one":          sign(t, key, append(header, header...), claims),
		"claims twice":                sign(t, key, header, []byte(strings.Replace(string(claims), `"htm"`, `"htm":"POST","HTM"`, 1))),
		"a name twice":                sign(t, key, header, []byte(strings.Replace(string(claims), `"htm"`, `"htm":"GET","htm"`, 1))),
		"a list in place of claims":   sign(t, key, header, []byte("[]")),
		"null in place of claims":     sign(t, key, header, []byte("null")),
		"nested deep":                 sign(t, key, header, []byte(strings.Repeat(`{"a":`, 500)+"1"+strings.Repeat("}", 500))),
		"claims that end too early":   sign(t, key, header, claims[:len(claims)-1]),
		"a header of invalid letters": sign(t, key, []byte("{\"typ\":\"\xff\"}"), claims),
	} {
		if got, err := dpop.Verify(text, "POST", []string{address}, now()); err == nil {
			t.Errorf("%s: %+v", rule, got)
		}
	}
}

func FuzzVerify(f *testing.F) {
	key := newKey(f)
	p := whole(key)
	f.Add(p.proof(f, key))
	other := parts{maps.Clone(p.header), maps.Clone(p.claims)}
	other.claims["htm"] = "GET"
	f.Add(other.proof(f, key))
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, proof string) {
		got, err := dpop.Verify(proof, "POST", []string{address}, now())
		if (err == nil) != (got.Thumbprint != "") {
			t.Errorf("%+v %v", got, err)
		}
	})
}
