package sts_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/rolecall-iam/rolecall/test/oidctest"
)

// attack is a token that must not be taken, and the code that it is refused
// with.
type attack struct {
	rule, token string
	code        string
}

const (
	badToken = "InvalidIdentityToken"
	expired  = "ExpiredTokenException"
)

// attacker has a good issuer's public keys, tokens of it that are not for this
// role, and keys of its own.
type attacker struct {
	t     *testing.T
	idp   *oidctest.Issuer
	mine  *rsa.PrivateKey
	curve *ecdsa.PrivateKey
}

func newAttacker(t *testing.T, idp *oidctest.Issuer) *attacker {
	t.Helper()
	mine, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &attacker{t, idp, mine, curve}
}

// body is the payload of claims with the issuer's name.
func (a *attacker) body(c claims) []byte {
	a.t.Helper()
	all := sound().with("iss", a.idp.URL)
	for name, value := range c {
		all = all.with(name, value)
	}
	text, err := json.Marshal(all)
	if err != nil {
		a.t.Fatal(err)
	}
	return text
}

// sign makes a token by whatever means.
func (a *attacker) sign(algorithm jose.SignatureAlgorithm, key any, header map[string]any, c claims) string {
	a.t.Helper()
	text, err := oidctest.Sign(algorithm, key, header, a.body(c))
	if err != nil {
		a.t.Fatal(err)
	}
	return text
}

// raw puts a token together of bytes and a signature.
func raw(header, body string, signature []byte) string {
	e := base64.RawURLEncoding
	return e.EncodeToString([]byte(header)) + "." + e.EncodeToString([]byte(body)) + "." + e.EncodeToString(signature)
}

// sealed is raw with a signature of the issuer's own over it: a broken token of
// a good issuer.
func (a *attacker) sealed(header, body string) string {
	a.t.Helper()
	unsigned := strings.TrimSuffix(raw(header, body, nil), ".")
	h := crypto.SHA256.New()
	h.Write([]byte(unsigned))
	signature, err := rsa.SignPKCS1v15(rand.Reader, a.idp.RSA, crypto.SHA256, h.Sum(nil))
	if err != nil {
		a.t.Fatal(err)
	}
	return unsigned + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// unsigned have no signature, or one by a secret that everybody knows.
func (a *attacker) unsigned() []attack {
	body := string(a.body(nil))
	var list []attack
	for _, name := range []string{"none", "None", "NONE", "nOnE", "", "null", "RS256 ", "rs256", "HS256\\u0000"} {
		list = append(list, attack{"the algorithm " + name, raw(`{"alg":"`+name+`","kid":"rsa","typ":"JWT"}`, body, nil), badToken})
	}
	for _, header := range []string{`{}`, `{"kid":"rsa"}`, `{"alg":null}`, `{"alg":["none"]}`, `{"alg":0}`, `{"alg":"RS256"}`, `{"alg":"RS256","kid":"rsa"}`} {
		list = append(list, attack{"nothing behind " + header, raw(header, body, nil), badToken})
	}
	public, err := json.Marshal(jose.JSONWebKey{Key: a.idp.RSA.Public(), KeyID: "rsa"})
	if err != nil {
		a.t.Fatal(err)
	}
	secrets := map[string][]byte{
		"the published key": public, "its modulus": a.idp.RSA.N.Bytes(), "nothing": make([]byte, 64),
		"the issuer's name": []byte(strings.Repeat(a.idp.URL, 4)),
	}
	for what, secret := range secrets {
		for _, algorithm := range []jose.SignatureAlgorithm{jose.HS256, jose.HS384, jose.HS512} {
			list = append(list, attack{string(algorithm) + " by " + what, a.sign(algorithm, secret, map[string]any{"kid": "rsa"}, nil), badToken})
		}
	}
	return list
}

// foreign are signed, by somebody else.
func (a *attacker) foreign() []attack {
	mine := jose.JSONWebKey{Key: a.mine.Public(), KeyID: "rsa"}
	header := func(name string, value any) map[string]any { return map[string]any{"kid": "rsa", name: value} }
	list := []attack{
		{"somebody else's key by the issuer's name", a.sign(jose.RS256, a.mine, map[string]any{"kid": "rsa"}, nil), badToken},
		{"one by a name that nobody has", a.sign(jose.RS256, a.mine, map[string]any{"kid": "mine"}, nil), badToken},
		{"one without a name", a.sign(jose.RS256, a.mine, nil, nil), badToken},
		{"a curve's by the name of an RSA key", a.sign(jose.ES256, a.curve, map[string]any{"kid": "rsa"}, nil), badToken},
		{"somebody else's curve", a.sign(jose.ES256, a.curve, map[string]any{"kid": "ec"}, nil), badToken},
		{"the issuer's curve by the name of its RSA key", a.sign(jose.ES256, a.idp.EC, map[string]any{"kid": "rsa"}, nil), badToken},
		{"PS384", a.sign(jose.PS384, a.idp.RSA, map[string]any{"kid": "rsa"}, nil), badToken},
		{"PS512", a.sign(jose.PS512, a.idp.RSA, map[string]any{"kid": "rsa"}, nil), badToken},
		{"a key inside", a.sign(jose.RS256, a.mine, header("jwk", mine), nil), badToken},
		{"the address of keys", a.sign(jose.RS256, a.mine, header("jku", "https://evil.example.com/keys"), nil), badToken},
		{"the address of a certificate", a.sign(jose.RS256, a.mine, header("x5u", "https://evil.example.com/cert"), nil), badToken},
		{"a certificate", a.sign(jose.RS256, a.mine, header("x5c", []string{base64.StdEncoding.EncodeToString(a.idp.Authority.Raw)}), nil), badToken},
		{"the issuer's thumbprint", a.sign(jose.RS256, a.mine, header("x5t", a.idp.Thumbprint), nil), badToken},
	}
	for rule, id := range map[string]any{
		"a path": "../../../../dev/null", "SQL": "x' UNION SELECT 'key", "a command": "rsa; cat /etc/passwd", "an address": "https://evil.example.com/keys",
		"a NUL": "rsa\x00", "a thousand letters": strings.Repeat("k", 1000), "a line break": "rsa\r\nX: y", "a wildcard": "*", "an empty name": "", "another case": "RSA",
	} {
		list = append(list, attack{"a key id that is " + rule, a.sign(jose.RS256, a.mine, map[string]any{"kid": id}, nil), badToken})
	}
	return list
}

// misshapen are tokens that the issuer did sign, and that are not what they
// should be.
func (a *attacker) misshapen() []attack {
	body := string(a.body(nil))
	const head = `{"alg":"RS256","kid":"rsa","typ":"JWT"}`
	list := []attack{
		{"a critical header", a.sealed(`{"alg":"RS256","kid":"rsa","crit":["exp"],"exp":1}`, body), badToken},
		{"an empty critical header", a.sealed(`{"alg":"RS256","kid":"rsa","crit":[]}`, body), badToken},
		{"an unencoded payload", a.sealed(`{"alg":"RS256","kid":"rsa","b64":false,"crit":["b64"]}`, body), badToken},
		{"compression", a.sealed(`{"alg":"RS256","kid":"rsa","zip":"DEF"}`, body), badToken},
		{"a token inside", a.sealed(`{"alg":"RS256","kid":"rsa","cty":"JWT"}`, body), badToken},
		{"an access token", a.sealed(`{"alg":"RS256","kid":"rsa","typ":"at+jwt"}`, body), badToken},
		{"a logout token", a.sealed(`{"alg":"RS256","kid":"rsa","typ":"logout+jwt"}`, body), badToken},
		{"two algorithms", a.sealed(`{"alg":"none","alg":"RS256","kid":"rsa"}`, body), badToken},
		{"two key ids", a.sealed(`{"alg":"RS256","kid":"x","kid":"rsa"}`, body), badToken},
		{"two subjects", a.sealed(head, `{"sub":"repo:evil/evil:ref:refs/heads/main",`+body[1:]), badToken},
		{"two subjects, one escaped", a.sealed(head, `{"\u0073ub":"repo:evil/evil",`+body[1:]), badToken},
		{"two issuers", a.sealed(head, `{"iss":"https://evil.example.com",`+body[1:]), badToken},
		{"two audiences", a.sealed(head, `{"aud":"sts.amazonaws.com",`+body[1:]), badToken},
		{"two ends", a.sealed(head, `{"exp":9999999999,`+body[1:]), badToken},
		{"a member twice deep inside", a.sealed(head, `{"x":{"a":1,"a":2},`+body[1:]), badToken},
		{"claims behind claims", a.sealed(head, body+body), badToken},
		{"claims in a list", a.sealed(head, "["+body+"]"), badToken},
		{"bad UTF-8", a.sealed(head, "{\"x\":\"\xff\","+body[1:]), badToken},
		{"half a surrogate", a.sealed(head, `{"x":"\ud800",`+body[1:]), badToken},
		{"6,000 brackets that stay open", a.sealed(head, `{"x":`+strings.Repeat("[", 6000)), badToken},
		{"no JSON", a.sealed(head, "token"), badToken},
		{"nothing", a.sealed(head, ""), badToken},
		{"null", a.sealed(head, "null"), badToken},
	}
	good := a.sealed(head, body)
	parts := strings.Split(good, ".")
	for rule, text := range map[string]string{
		"two parts": parts[0] + "." + parts[1], "four parts": good + ".x", "five parts": good + ".x.y", "no parts": "....", "a space": " " + good, "a line break": good + "\n",
		"a line break inside": parts[0] + "\n." + parts[1] + "." + parts[2], "padding": good + "==", "half a signature": good[:len(good)-100], "a signature too long": good + "AAAA",
		"a signature of another token": parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"evil",`+body[1:])) + "." + parts[2],
		"JSON":                         `{"payload":"` + parts[1] + `","signatures":[{"protected":"` + parts[0] + `","signature":"` + parts[2] + `"}]}`,
		"a SAML response":              base64.StdEncoding.EncodeToString([]byte("<samlp:Response/>")), "a word": "hunter2",
		"a session token of AWS's": "FwoGZXIvYXdzE" + strings.Repeat("A", 300),
	} {
		list = append(list, attack{rule, text, badToken})
	}
	return list
}

// unfit are whole and genuine, and not for this server, this role or this hour.
func (a *attacker) unfit() []attack {
	at := func(d time.Duration) int64 { return start.Add(d).Unix() }
	cases := []struct {
		rule   string
		claims claims
		code   string
	}{
		{"for somebody else", claims{"aud": "https://vault.example.com"}, badToken},
		{"for several others", claims{"aud": []string{"a", "b"}}, badToken},
		{"for a part of the name", claims{"aud": "sts.amazonaws.co"}, badToken},
		{"for a longer name", claims{"aud": "sts.amazonaws.com.evil.example.com"}, badToken},
		{"for the name in capitals", claims{"aud": "STS.amazonaws.com"}, badToken},
		{"for the name and a space", claims{"aud": "sts.amazonaws.com "}, badToken},
		{"for nobody", claims{"aud": nil}, badToken},
		{"for an empty list", claims{"aud": []string{}}, badToken},
		{"for an object", claims{"aud": map[string]any{"sts.amazonaws.com": 1}}, badToken},
		{"by another party", claims{"azp": "evil"}, badToken},
		{"by several parties", claims{"azp": []string{"sts.amazonaws.com"}}, badToken},
		{"run out", claims{"exp": at(-time.Second)}, expired},
		{"run out this second", claims{"exp": at(0)}, expired},
		{"run out long ago", claims{"exp": 1}, expired},
		{"without an end", claims{"exp": nil}, badToken},
		{"with an end in text", claims{"exp": "9999999999"}, badToken},
		{"with an end in a list", claims{"exp": []int{9999999999}}, badToken},
		{"with a negative end", claims{"exp": -1}, badToken},
		{"with an end beyond numbers", claims{"exp": 1e300}, badToken},
		{"with a fraction", claims{"exp": 1.5}, badToken},
		{"not yet begun", claims{"nbf": at(time.Hour)}, badToken},
		{"issued in the future", claims{"iat": at(time.Hour)}, badToken},
		{"issued weeks ago", claims{"iat": at(-30 * 24 * time.Hour)}, expired},
		{"without a time of issue", claims{"iat": nil}, badToken},
		{"without a subject", claims{"sub": nil}, badToken},
		{"with an empty subject", claims{"sub": ""}, badToken},
		{"with a list of subjects", claims{"sub": []string{"repo:octo-org/octo-repo:ref:refs/heads/main"}}, badToken},
		{"with a subject of two lines", claims{"sub": "repo:octo-org/octo-repo\nref"}, badToken},
		{"by nobody", claims{"iss": nil}, badToken},
		{"by an issuer that is not known", claims{"iss": "https://evil.example.com"}, badToken},
		{"by an issuer of plain HTTP", claims{"iss": "http://token.actions.githubusercontent.com"}, badToken},
		{"by one with a slash", claims{"iss": a.idp.URL + "/"}, badToken},
		{"by one with a port", claims{"iss": a.idp.URL + ":443"}, badToken},
		{"by one in capitals", claims{"iss": strings.ToUpper(a.idp.URL)}, badToken},
		{"by one with a query", claims{"iss": a.idp.URL + "?x=https://evil.example.com"}, badToken},
		{"by one with a fragment", claims{"iss": a.idp.URL + "#@evil.example.com"}, badToken},
		{"by one with a name in it", claims{"iss": "https://token.actions.githubusercontent.com@evil.example.com"}, badToken},
		{"by one up a path", claims{"iss": a.idp.URL + "/../evil"}, badToken},
		{"by one on this machine", claims{"iss": "http://127.0.0.1:80"}, badToken},
		{"by a file", claims{"iss": "file:///etc/passwd"}, badToken},
		{"by Google, whom the role does not trust", claims{"iss": "https://accounts.google.com"}, badToken},
		{"by Cognito, whom the role does not trust", claims{"iss": "https://cognito-identity.amazonaws.com"}, badToken},
		{"by a name of 300 letters", claims{"iss": "https://" + strings.Repeat("a", 300)}, badToken},
		{"of another repository", claims{"sub": "repo:evil/evil:ref:refs/heads/main"}, "AccessDenied"},
		{"of a subject that begins alike", claims{"sub": "repo:octo-org/octo-repo:ref:refs/heads/main2"}, "AccessDenied"},
		{"of a subject with a wildcard", claims{"sub": "repo:octo-org/*"}, "AccessDenied"},
	}
	var list []attack
	for _, c := range cases {
		list = append(list, attack{c.rule, a.sign(jose.RS256, a.idp.RSA, map[string]any{"kid": "rsa", "typ": "JWT"}, c.claims), c.code})
	}
	return list
}
