package sso_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

// Credentials that were given out last as long as the permission set said,
// whatever becomes of what they came of: AWS has them denied by a policy, or
// removes the role. No new ones are given from that moment on.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Logout.html ("continue based on
// the duration configured in the permission set"),
// https://docs.aws.amazon.com/singlesignon/latest/userguide/authconcept-revoke-access.html
func TestRoleSessionsOutliveWhatTheyCameOf(t *testing.T) {
	for rule, c := range map[string]struct {
		take  func(h *ssotest.House, in string)
		lasts bool
	}{
		"the assignment is removed": {func(h *ssotest.House, _ string) {
			h.Update(func(tx *directory.Tx) { tx.DeleteAssignment(ssotest.Instance(), ssotest.Assignment()) })
		}, true},
		"the person signs out": {func(h *ssotest.House, in string) { h.Logout(in) }, true},
		"the person is disabled": {func(h *ssotest.House, _ string) {
			h.Update(func(tx *directory.Tx) {
				before, _ := tx.Person(ssotest.Store, ssotest.Person)
				p := before.Clone()
				p.Disabled = true
				tx.PutPerson(before, p)
			})
		}, true},
		"the person is deleted": {func(h *ssotest.House, _ string) {
			h.Update(func(tx *directory.Tx) {
				p, _ := tx.Person(ssotest.Store, ssotest.Person)
				tx.DeletePerson(p)
			})
		}, true},
		"the role goes with the last assignment": {func(h *ssotest.House, _ string) {
			h.Update(func(tx *directory.Tx) {
				role, _ := tx.Role(ssotest.AccountID(), ssotest.Role)
				tx.DeleteRole(role)
			})
		}, false},
		"sessions of the role are revoked": {func(h *ssotest.House, _ string) {
			h.Update(func(tx *directory.Tx) {
				role, _ := tx.Role(ssotest.AccountID(), ssotest.Role)
				h.Must(tx.Revoke(directory.Revocations{Before: map[string]time.Time{role.ID: h.Now.Add(time.Second)}}, h.Now, 12*time.Hour))
			})
		}, false},
	} {
		h := ssotest.Open(t, "us-east-1")
		in := token(h)
		got, _ := h.Get(credentials+ssotest.Set, in).Body["roleCredentials"].(map[string]any)
		c.take(h, in)
		if a := h.Get(credentials+ssotest.Set, in); a.Status == http.StatusOK && rule != "sessions of the role are revoked" {
			t.Errorf("%s: new credentials", rule)
		}
		lasts := func() bool { return strings.Contains(h.CallerIdentity(got), ":assumed-role/"+ssotest.Role+"/") }
		h.Now = h.Now.Add(2*time.Hour - time.Minute)
		if lasts() != c.lasts {
			t.Errorf("%s: nearly two hours later they work: %v", rule, lasts())
		}
		if h.Now = h.Now.Add(time.Minute); lasts() {
			t.Errorf("%s: they work after two hours", rule)
		}
	}
}
