package service_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A session token with any bit flipped, of its text or of what the text stands
// for, cut off anywhere, or put together from two, opens nothing, whatever kind
// of session it is of and whether the good one was used before or not. Nothing of
// it is the server's failure.
func TestNoTokenButTheWholeOneOpens(t *testing.T) {
	h := open(t)
	role := h.role("Deploy", trust(account, "sts:AssumeRole", "sts:TagSession"), everything)
	for rule, s := range map[string]key{
		"a role's":           h.assume(admin, role, "Tags.member.1.Key", "team", "Tags.member.1.Value", "blue"),
		"a user's":           h.call(admin, "sts", "GetSessionToken").session(),
		"the root user's":    h.call(root, "sts", "GetSessionToken").session(),
		"a federated user's": h.call(admin, "sts", "GetFederationToken", "Name", "bob", "Policy", everything).session(),
	} {
		t.Run(rule, func(t *testing.T) {
			check(t, h.send(s, whoAmI), refusal{})
			raw, err := base64.StdEncoding.DecodeString(s.token)
			if err != nil {
				t.Fatal(err)
			}
			refused := func(what string, token string) {
				t.Helper()
				if a := h.send(key{s.id, s.secret, token}, whoAmI); a.refusal() != invalidToken {
					t.Errorf("%s: %d %s", what, a.status, a)
				}
			}
			for bit := range 8 * len(raw) {
				flipped := append([]byte(nil), raw...)
				flipped[bit/8] ^= 1 << (bit % 8)
				refused("bit flipped", base64.StdEncoding.EncodeToString(flipped))
			}
			for n := 1; n < len(raw); n += 7 {
				refused("cut off", base64.StdEncoding.EncodeToString(raw[:n]))
				refused("its beginning cut off", base64.StdEncoding.EncodeToString(raw[n:]))
			}
			refused("without padding or with more", s.token+"=")
			refused("in the letters of URLs", strings.NewReplacer("+", "-", "/", "_").Replace(s.token)+"-")
			refused("twice", s.token+s.token)
			check(t, h.send(s, whoAmI), refusal{})
		})
	}
}

// Two sessions' tokens, keys and secrets in every combination: only what was
// given out together opens. Once a session is over, its credentials are expired
// and no more, however often they are tried.
func TestCredentialsBelongTogether(t *testing.T) {
	h := open(t)
	role := h.role("Deploy", trust(account, "sts:AssumeRole"), everything)
	all := []key{h.assume(admin, role), h.assume(admin, role, "DurationSeconds", "900"), h.call(admin, "sts", "GetSessionToken").session(), admin}
	for i, id := range all {
		for j, secret := range all {
			for k, token := range all {
				mixed := key{id.id, secret.secret, token.token}
				a := h.send(mixed, whoAmI)
				switch {
				case i == j && j == k:
					check(t, a, refusal{})
				case i == k:
					if a.status != http.StatusForbidden || a.code != "SignatureDoesNotMatch" {
						t.Errorf("key %d, secret %d, token %d: %s", i, j, k, a)
					}
				case a.refusal() != invalidToken:
					t.Errorf("key %d, secret %d, token %d: %s", i, j, k, a)
				}
			}
		}
	}
	h.pass(15 * time.Minute)
	for range 3 {
		check(t, h.send(all[1], whoAmI), expiredToken)
		check(t, h.send(key{all[0].id, all[1].secret, all[1].token}, whoAmI), invalidToken)
		check(t, h.send(all[0], whoAmI), refusal{})
	}
}
