package organizations_test

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/test/calltest"
)

// management is the account that manages, guest one that is invited.
const (
	management = "123456789012"
	guest      = "210987654321"
)

// house is a whole service in memory.
type house struct{ *calltest.House }

func open(t *testing.T) *house {
	t.Helper()
	return &house{calltest.Open(t, "us-east-1", "")}
}

type answer = calltest.Answer

// send calls Organizations.
func (h *house) send(keys calltest.Keys, operation string, in map[string]any) answer {
	h.T.Helper()
	return h.Call(keys, "organizations", "AWSOrganizationsV20161128."+operation, in)
}

// do is a call by the management account's admin that must be done.
func (h *house) do(operation string, in map[string]any) answer {
	h.T.Helper()
	return h.Organizations(h.Admin, operation, in)
}

// refused checks an error's code, its reason where one is given, and a part of
// its text.
func (h *house) refused(a answer, code, reason, text string) {
	h.T.Helper()
	if a.Code != code || a.Reason != reason || !strings.Contains(a.Message, text) {
		h.T.Errorf("%d %s %s %q, want %s %s %q", a.Status, a.Code, a.Reason, a.Message, code, reason, text)
	}
}
