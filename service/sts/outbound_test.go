package sts_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/authn/oidc"
)

// get asks the server for what is not AWS's.
func (h *house) get(url string) (int, string) {
	h.t.Helper()
	r := httptest.NewRequest(http.MethodGet, url, nil)
	w := httptest.NewRecorder()
	h.server.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// issuer turns outbound federation on and answers the account's issuer.
func (h *house) issuer(k key) string {
	h.t.Helper()
	return h.call(k, "iam", "EnableOutboundWebIdentityFederation").value("IssuerIdentifier")
}

// issue calls GetWebIdentityToken.
func (h *house) issue(k key, pairs ...string) answer {
	h.t.Helper()
	all := []string{"Audience.member.1", "https://api.example.com", "SigningAlgorithm", "RS256"}
	return h.send(k, "sts", "GetWebIdentityToken", append(all, pairs...)...)
}

// payload is what a token says, whoever signed it.
func payload(t *testing.T, token string) map[string]any {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(raw, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// verify is what a service does that trusts the issuer: it knows its name, and
// asks for the rest.
func (h *house) verify(issuer, token string) (*oidc.Identity, error) {
	h.t.Helper()
	_, discovery := h.get(oidc.DiscoveryURL(issuer))
	address, err := oidc.ParseDiscovery([]byte(discovery), issuer)
	if err != nil {
		h.t.Fatalf("%v: %s", err, discovery)
	}
	_, text := h.get(address.String())
	keys, err := oidc.ParseKeys([]byte(text))
	if err != nil {
		h.t.Fatalf("%v: %s", err, text)
	}
	parsed, err := oidc.Parse(token)
	if err != nil {
		return nil, err
	}
	return parsed.Verify(keys, oidc.Rules{Audiences: []string{"https://api.example.com"}, Now: h.time()})
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html
func TestTokensForOthers(t *testing.T) {
	h := open(t)
	issuer := h.issuer(admin)
	if !strings.HasPrefix(issuer, "http://sts.example.com/_/issuer/") {
		t.Fatal(issuer)
	}
	h.call(admin, "iam", "TagUser", "UserName", "admin", "Tags.member.1.Key", "team", "Tags.member.1.Value", "data")
	role := h.roleWith("Data", trust(account), "Path", "/jobs/", "Tags.member.1.Key", "environment", "Tags.member.1.Value", "test")
	role = strings.Replace(role, "role/", "role/jobs/", 1)
	session := h.session(admin, role, tags("Environment", "production")...)
	for _, c := range []struct {
		rule  string
		key   key
		pairs []string
		want  map[string]any
		aws   map[string]any
	}{
		{"a user's", admin, nil, map[string]any{"sub": "arn:aws:iam::" + account + ":user/admin", "aud": "https://api.example.com", "exp": float64(start.Unix() + 300)},
			map[string]any{"principal_tags": map[string]any{"team": "data"}}},
		{"a role session's", session, []string{"DurationSeconds", "3600", "SigningAlgorithm", "ES384"},
			map[string]any{"sub": role, "aud": "https://api.example.com", "exp": float64(start.Unix() + 3600)},
			map[string]any{"principal_tags": map[string]any{"Environment": "production"}}},
		{"one with tags and two audiences", root, append(tags("job-id", "job-2024-001"), "Audience.member.2", "b", "DurationSeconds", "60"),
			map[string]any{"sub": "arn:aws:iam::" + account + ":root", "aud": []any{"https://api.example.com", "b"}, "exp": float64(start.Unix() + 60)},
			map[string]any{"request_tags": map[string]any{"job-id": "job-2024-001"}}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			a := h.issue(c.key, c.pairs...)
			check(t, a, refusal{})
			token := a.value("WebIdentityToken")
			who, err := h.verify(issuer, token)
			if err != nil {
				t.Fatal(err)
			}
			claims := payload(t, token)
			c.aws["aws_account"], c.aws["source_region"] = account, "us-east-1"
			c.want["iss"], c.want["iat"], c.want["jti"], c.want["https://sts.amazonaws.com/"] = issuer, float64(start.Unix()), claims["jti"], c.aws
			if !reflect.DeepEqual(claims, c.want) || who.Subject != c.want["sub"] || len(fmt.Sprint(claims["jti"])) != 36 {
				t.Errorf("\n got %v\nwant %v", claims, c.want)
			}
			if want := time.Unix(int64(c.want["exp"].(float64)), 0).UTC().Format(time.RFC3339); a.value("Expiration") != want {
				t.Errorf("%s, want %s", a.value("Expiration"), want)
			}
		})
	}
}

// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
func TestTokensForOthersHaveLimits(t *testing.T) {
	h := open(t)
	disabled := refusal{403, "OutboundWebIdentityFederationDisabledException", "The outbound web identity federation feature is not enabled for this account."}
	check(t, h.issue(admin), disabled)
	h.issuer(admin)
	var big []string
	for n := range 50 {
		big = append(big, strings.Repeat("k", 120)+decimal(n), strings.Repeat("v", 256))
	}
	session := h.session(admin, h.role("Short"), "DurationSeconds", "900")
	h.call(admin, "iam", "CreateUser", "UserName", "ann")
	ann := h.call(admin, "iam", "CreateAccessKey", "UserName", "ann").session()
	permit := func(statement string) {
		h.call(admin, "iam", "PutUserPolicy", "UserName", "ann", "PolicyName", "p", "PolicyDocument", `{"Version":"2012-10-17","Statement":`+statement+`}`)
	}
	denied := func(action string) refusal {
		return refusal{403, "AccessDenied", "User: arn:aws:iam::" + account + ":user/ann is not authorized to perform: sts:" + action +
			" on resource: * because no identity-based policy allows the sts:" + action + " action"}
	}
	violation := func(rest string) refusal {
		return refusal{400, "ValidationError", "1 validation error detected: Value " + rest}
	}
	for _, c := range []struct {
		rule   string
		before func()
		key    key
		pairs  []string
		want   refusal
	}{
		{"the shortest", nil, admin, []string{"DurationSeconds", "60"}, refusal{}},
		{"shorter", nil, admin, []string{"DurationSeconds", "59"}, violation("'59' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60")},
		{"the longest", nil, admin, []string{"DurationSeconds", "3600"}, refusal{}},
		{"longer", nil, admin, []string{"DurationSeconds", "3601"}, violation("'3601' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 3600")},
		{"as long as its session", nil, session, []string{"DurationSeconds", "900"}, refusal{}},
		{"longer than its session", nil, session, []string{"DurationSeconds", "901"}, refusal{403, "SessionDurationEscalationException", "The requested token duration would extend the session beyond its original expiration time."}},
		{"another algorithm", nil, admin, []string{"SigningAlgorithm", "HS256"}, violation("'HS256' at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [RS256, ES384]")},
		{"tags beyond measure", nil, admin, tags(big...), refusal{400, "JWTPayloadSizeExceededException", "The requested token payload size exceeds the maximum allowed size."}},
		{"a tag twice", nil, admin, tags("a", "1", "A", "2"), invalidTags("Duplicate tag keys found. Please note that Tag keys are case insensitive.")},
		{"a tag of AWS's", nil, admin, tags("aws:a", "1"), invalidTags("Tag keys starting with 'aws:' are reserved for internal use.")},
		{"a user who may not", nil, ann, nil, denied("GetWebIdentityToken")},
		{"one who may, for this audience", func() {
			permit(`{"Effect":"Allow","Action":"sts:GetWebIdentityToken","Resource":"*","Condition":{"ForAllValues:StringEquals":{"sts:IdentityTokenAudience":"https://api.example.com"},"NumericLessThanEquals":{"sts:DurationSeconds":"300"},"StringEquals":{"sts:SigningAlgorithm":"RS256"}}}`)
		}, ann, nil, refusal{}},
		{"for another audience", nil, ann, []string{"Audience.member.1", "evil"}, denied("GetWebIdentityToken")},
		{"for a further audience", nil, ann, []string{"Audience.member.2", "evil"}, denied("GetWebIdentityToken")},
		{"for longer", nil, ann, []string{"DurationSeconds", "301"}, denied("GetWebIdentityToken")},
		{"by another algorithm", nil, ann, []string{"SigningAlgorithm", "ES384"}, denied("GetWebIdentityToken")},
		{"with tags", nil, ann, tags("a", "1"), denied("TagGetWebIdentityToken")},
		{"with a tag that may be", func() {
			permit(`{"Effect":"Allow","Action":["sts:GetWebIdentityToken","sts:TagGetWebIdentityToken"],"Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}}`)
		}, ann, tags("a", "1"), refusal{}},
		{"nobody", nil, key{}, nil, refusal{403, "MissingAuthenticationToken", "Request is missing Authentication Token"}},
		{"after it was turned off", func() { h.call(admin, "iam", "DisableOutboundWebIdentityFederation") }, admin, nil, disabled},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if c.before != nil {
				c.before()
			}
			pairs := c.pairs
			check(t, h.issue(c.key, pairs...), c.want)
		})
	}
	check(t, h.send(admin, "sts", "GetDelegatedAccessToken", "TradeInToken", "hunter2"),
		refusal{400, "ExpiredTradeInTokenException", "The trade-in token provided in the request has expired or is not valid."})
}

// names are the ids of published keys.
func names(t *testing.T, keys string) []string {
	t.Helper()
	var set struct{ Keys []map[string]any }
	if err := json.Unmarshal([]byte(keys), &set); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, k := range set.Keys {
		if _, secret := k["d"]; secret || k["use"] != "sig" {
			t.Errorf("%v", k)
		}
		ids = append(ids, fmt.Sprint(k["kid"]))
	}
	return ids
}

// A key signs for 90 days; the next is published a day before it signs, and the
// former a day longer.
func TestKeysOfTokensForOthersRotate(t *testing.T) {
	h := open(t)
	issuer := h.issuer(admin)
	keysURL := issuer + "/.well-known/jwks.json"
	_, none := h.get(keysURL)
	if ids := names(t, none); len(ids) > 0 {
		t.Error(ids)
	}
	signedBy := func() string {
		t.Helper()
		token := h.issue(admin).value("WebIdentityToken")
		if _, err := h.verify(issuer, token); err != nil {
			t.Fatal(err)
		}
		raw, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0])
		if err != nil {
			t.Fatal(err)
		}
		var head map[string]string
		if err := json.Unmarshal(raw, &head); err != nil {
			t.Fatal(err)
		}
		return head["kid"]
	}
	publishes := func(want ...string) {
		t.Helper()
		_, text := h.get(keysURL)
		if ids := names(t, text); !slices.Equal(ids, want) {
			t.Errorf("%v, want %v", ids, want)
		}
	}
	const day = 24 * time.Hour
	first := signedBy()
	publishes(first)
	h.until(start.Add(90*day - time.Second))
	if signedBy() != first {
		t.Error("changed too soon")
	}
	h.until(start.Add(90 * day))
	if signedBy() != first {
		t.Error("not announced")
	}
	_, text := h.get(keysURL)
	ids := names(t, text)
	if len(ids) != 2 || ids[0] != first {
		t.Fatal(ids)
	}
	h.until(start.Add(91*day - time.Second))
	if signedBy() != first {
		t.Error("not announced for long enough")
	}
	h.until(start.Add(91 * day))
	if second := signedBy(); second != ids[1] {
		t.Error("not changed")
	}
	publishes(ids...)
	h.until(start.Add(92 * day))
	publishes(ids[1])
}

// Behind a proxy that speaks HTTPS the issuer is under the proxy's name.
func TestIssuersBehindAProxy(t *testing.T) {
	for url, want := range map[string]string{
		"https://iam.example.com": "https://iam.example.com/_/issuer/", "https://iam.example.com/": "https://iam.example.com/_/issuer/",
		"http://127.0.0.1:4680": "http://sts.example.com/_/issuer/",
	} {
		h := openWith(t, rolecall.Config{URL: url})
		issuer := h.issuer(admin)
		if !strings.HasPrefix(issuer, want) {
			t.Errorf("%s: %s", url, issuer)
		}
		if _, err := h.verify(issuer, h.issue(admin).value("WebIdentityToken")); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestWhatIssuersPublish(t *testing.T) {
	h := open(t)
	issuer := h.issuer(admin)
	theirs := h.issuer(guest)
	token := h.issue(admin).value("WebIdentityToken")
	h.issue(guest)
	if _, err := h.verify(theirs, token); err == nil {
		t.Error("another account's issuer vouches for it")
	}
	for path, want := range map[string]int{
		"/.well-known/openid-configuration": 200, "/.well-known/jwks.json": 200, "": 404, "/": 404, "/keys": 404, "/.well-known/": 404, "/../../livez": 404,
	} {
		if status, body := h.get(issuer + path); status != want || strings.Contains(body, `"d"`) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	for _, url := range []string{"http://sts.example.com/_/issuer/", "http://sts.example.com/_/issuer/00000000-0000-4000-8000-000000000000/.well-known/jwks.json", "http://sts.example.com/_/issuer/" + strings.Repeat("a", 10_000)} {
		if status, _ := h.get(url); status != 404 {
			t.Errorf("%.80s: %d", url, status)
		}
	}
	w := httptest.NewRecorder()
	h.server.ServeHTTP(w, httptest.NewRequest(http.MethodPost, issuer+"/.well-known/jwks.json", nil))
	if w.Code != 405 {
		t.Error(w.Code)
	}
	t.Run("tokens made before it was turned off stay good", func(t *testing.T) {
		h.call(admin, "iam", "DisableOutboundWebIdentityFederation")
		if _, err := h.verify(issuer, token); err != nil {
			t.Error(err)
		}
	})
}
