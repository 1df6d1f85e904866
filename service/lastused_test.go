package service_test

import (
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
)

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html ("This data is only available
// for the last 400 days"); a session's calls are the role's, not the call that began it.
func TestWhenARoleWasLastUsed(t *testing.T) {
	dir := t.TempDir()
	h := openWith(t, rolecall.Config{Dir: dir})
	role := h.role("Night", trust(account, "sts:AssumeRole"), everything)
	night := h.assume(admin, role)
	shown := func() answer { return h.call(admin, "iam", "GetRole", "RoleName", "Night") }
	if a := shown(); !strings.Contains(a.body, "<RoleLastUsed") || a.value("LastUsedDate") != "" {
		t.Errorf("assumed, but not used: %s", a.body)
	}
	h.pass(time.Minute)
	h.call(night, "sts", "GetCallerIdentity")
	for _, when := range []string{"at once", "after a restart"} {
		if a := shown(); a.value("LastUsedDate") != "2026-03-01T12:01:00Z" || a.value("Region") != region {
			t.Errorf("%s: %s", when, a.body)
		}
		h.reopen(dir)
	}
	h.pass(time.Hour)
	h.call(h.assume(admin, role), "iam", "ListUsers")
	if a := shown(); a.value("LastUsedDate") != "2026-03-01T13:01:00Z" {
		t.Errorf("what is in memory goes before what is written: %s", a.body)
	}
	h.pass(400 * 24 * time.Hour)
	if a := shown(); a.value("LastUsedDate") != "2026-03-01T13:01:00Z" {
		t.Errorf("after 400 days: %s", a.body)
	}
	h.pass(time.Second)
	if a := shown(); a.value("LastUsedDate") != "" {
		t.Errorf("after more than 400 days: %s", a.body)
	}
}

// What is made again under an old name inherits nothing.
func TestARoleMadeAgainWasNotUsed(t *testing.T) {
	dir := t.TempDir()
	h := openWith(t, rolecall.Config{Dir: dir})
	for range 2 {
		night := h.assume(admin, h.role("Night", trust(account, "sts:AssumeRole"), ""))
		if a := h.call(admin, "iam", "GetRole", "RoleName", "Night"); a.value("LastUsedDate") != "" {
			t.Errorf("it was used: %s", a.body)
		}
		h.call(night, "sts", "GetCallerIdentity")
		h.reopen(dir)
		h.call(admin, "iam", "DeleteRole", "RoleName", "Night")
	}
}

// A report of last access is kept for a day, and reports that nobody fetches
// are forgotten.
func TestAReportOfLastAccessIsKeptForADay(t *testing.T) {
	h := open(t)
	generate := func() string {
		return h.call(admin, "iam", "GenerateServiceLastAccessedDetails", "Arn", "arn:aws:iam::"+account+":user/admin").value("JobId")
	}
	id := generate()
	h.pass(24 * time.Hour)
	h.call(admin, "iam", "GetServiceLastAccessedDetails", "JobId", id)
	h.pass(time.Second)
	gone := refusal{404, "NoSuchEntity", "The job with id " + id + " cannot be found."} // words of our own
	check(t, h.send(admin, form("iam", "GetServiceLastAccessedDetails", "JobId", id)), gone)
	for range 12 {
		generate()
	}
	check(t, h.send(admin, form("iam", "GetServiceLastAccessedDetails", "JobId", id)), gone)
}
