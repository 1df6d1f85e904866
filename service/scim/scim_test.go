package scim_test

import (
	"encoding/base64"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Source: https://www.rfc-editor.org/rfc/rfc6750#section-3, and
// https://docs.aws.amazon.com/singlesignon/latest/userguide/provision-automatically.html for a token's life
func TestOnlyATokenThatHoldsLetsIn(t *testing.T) {
	h := open(t)
	raw, err := base64.RawURLEncoding.DecodeString(h.token)
	if err != nil || len(raw) != 40 {
		t.Fatal(len(raw), err)
	}
	raw[39] ^= 1
	forged := base64.RawURLEncoding.EncodeToString(raw)
	unknown := base64.RawURLEncoding.EncodeToString(make([]byte, 40))
	for name, token := range map[string]string{"no": "", "a forged": forged, "an unknown": unknown, "a short": h.token[:20], "a malformed": "?" + h.token[1:], "a long": h.token + "AA"} {
		a := h.send(token, "GET", "Users", "")
		h.refused(a, 401, "")
		if !strings.HasPrefix(a.Header().Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%s token: %v", name, a.Header())
		}
		h.refused(h.send(token, "GET", "Nothing", ""), 401, "")
	}
	h.later.Add(int64(365*24*time.Hour - time.Second))
	h.do(200, "GET", "Users", nil)
	h.later.Add(int64(time.Second))
	h.refused(h.send(h.token, "GET", "Users", ""), 401, "")
}

func TestATokenIsListedWithoutItsSecretAndRevoked(t *testing.T) {
	h := open(t)
	second, err := h.server.CreateSCIMToken(t.Context(), storeID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.server.CreateSCIMToken(t.Context(), storeID); err == nil || !strings.Contains(err.Error(), "has 2 tokens already") {
		t.Errorf("a third token: %v", err)
	}
	if _, err := h.server.CreateSCIMToken(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "several identity stores") {
		t.Errorf("a token for any store: %v", err)
	}
	if _, err := h.server.CreateSCIMToken(t.Context(), "d-0000000000"); err == nil {
		t.Error("a token for no store")
	}
	all, err := h.server.SCIMTokens(t.Context(), "")
	if err != nil || len(all) != 2 || all[0].Token != "" || all[0].Expires.Sub(all[0].Created) != 365*24*time.Hour {
		t.Errorf("%v %v", all, err)
	}
	if _, err := h.server.RevokeSCIMToken(t.Context(), second.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.server.RevokeSCIMToken(t.Context(), second.ID); err == nil {
		t.Error("revoked twice")
	}
	h.refused(h.send(second.Token, "GET", "Users", ""), 401, "")
	h.do(200, "GET", "Users", nil)
}

func TestATokenSeesItsOwnStoreAlone(t *testing.T) {
	h := open(t)
	id := h.user("lee")
	other, err := h.server.CreateSCIMToken(t.Context(), otherID)
	if err != nil {
		t.Fatal(err)
	}
	h.refused(h.send(other.Token, "GET", "Users/"+id, ""), 404, "")
	h.refused(h.send(other.Token, "DELETE", "Users/"+id, ""), 404, "")
	h.token = other.Token
	h.user("lee")
	if a := h.do(200, "GET", "Users", nil); a.at("totalResults") != 1.0 {
		t.Error(a.Body)
	}
}

func TestBadRequestsAreRefusedAsSCIMRefuses(t *testing.T) {
	h := open(t)
	h.refused(h.send(h.token, "POST", "Users", strings.Repeat(" ", 1<<20+1)), 413, "")
	h.refused(h.send(h.token, "POST", "Users", `{"schemas":`), 400, "invalidSyntax")
	h.refused(h.send(h.token, "POST", "Users", strings.Repeat("[", 100_000)), 400, "invalidSyntax")
	h.refused(h.send(h.token, "POST", "Users", `{"schemas":["`+userURN+`"],"userName":"a`+"\xff"+`b","displayName":"x","name":{"givenName":"x","familyName":"y"}}`), 400, "invalidValue")
	h.refused(h.send(h.token, "GET", "Me", ""), 404, "")
	h.refused(h.send(h.token, "POST", "Bulk", "{}"), 404, "")
	h.refused(h.send(h.token, "GET", "", ""), 404, "")
	r := httptest.NewRequest("POST", "http://127.0.0.1:4680/_/scim/v2/Users", strings.NewReader("a=b"))
	r.Header.Set("Authorization", "Bearer "+h.token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.server.ServeHTTP(w, r)
	if w.Code != 415 {
		t.Errorf("a form: %d %s", w.Code, w.Body)
	}
}

// Source: https://www.rfc-editor.org/rfc/rfc7644#section-4
func TestTheServerTellsWhatItCan(t *testing.T) {
	h := open(t)
	a := h.do(200, "GET", "ServiceProviderConfig", nil)
	if a.at("patch", "supported") != true || a.at("bulk", "supported") != false || a.at("authenticationSchemes", 0, "type") != "oauthbearertoken" {
		t.Error(a.Body)
	}
	if a := h.do(200, "GET", "Schemas", nil); a.at("totalResults") != 3.0 {
		t.Error(a.Body)
	}
	if a := h.do(200, "GET", "Schemas/"+userURN, nil); a.id() != userURN || a.count("attributes") == 0 {
		t.Error(a.Body)
	}
	if a := h.do(200, "GET", "ResourceTypes", nil); a.at("Resources", 0, "endpoint") != "/Users" {
		t.Error(a.Body)
	}
	h.do(200, "GET", "ResourceTypes/Group", nil)
	h.refused(h.send(h.token, "GET", "Schemas/none", ""), 404, "")
	h.refused(h.send(h.token, "GET", "ResourceTypes/none", ""), 404, "")
}
