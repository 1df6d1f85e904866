package service_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	iamservice "github.com/rolecall-iam/rolecall/service/iam"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html ("once every four
// hours"), https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html for the refusals.
func TestACredentialReportIsGoodForFourHours(t *testing.T) {
	h := open(t)
	generate := func() string { return h.call(admin, "iam", "GenerateCredentialReport").value("State") }
	report := func() string {
		text, err := base64.StdEncoding.DecodeString(h.call(admin, "iam", "GetCredentialReport").value("Content"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if s := generate(); s != "STARTED" {
		t.Errorf("first: %s", s)
	}
	h.user("ann", "")
	h.pass(4 * time.Hour)
	if s := generate(); s != "COMPLETE" || strings.Contains(report(), "ann") {
		t.Errorf("within four hours: %s\n%s", s, report())
	}
	h.pass(time.Second)
	check(t, h.send(admin, form("iam", "GetCredentialReport")), refusal{410, "ReportExpired", ""})
	if s := generate(); s != "STARTED" || !strings.Contains(report(), "ann") {
		t.Errorf("later: %s\n%s", s, report())
	}
	if s := generate(); s != "COMPLETE" {
		t.Errorf("and then: %s", s)
	}
}

// While one call makes the report, others are told so; a report that nobody
// finished is begun again.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html (ReportInProgress, 404)
func TestACredentialReportThatIsBeingMade(t *testing.T) {
	h, dir, keys := openParts(t)
	h.serve(service.NewDoor(h.parts(dir, keys, iamservice.New(keys).Operations()...)))
	id, err := arn.ParseAccountID(account)
	if err != nil {
		t.Fatal(err)
	}
	err = dir.Update(context.Background(), func(tx *directory.Tx) error {
		tx.PutCredentialReport(id, &directory.CredentialReport{Started: start})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if a := h.call(admin, "iam", "GenerateCredentialReport"); a.value("State") != "INPROGRESS" {
		t.Error(a.body)
	}
	check(t, h.send(admin, form("iam", "GetCredentialReport")), refusal{404, "ReportInProgress", ""})
	h.pass(time.Minute + time.Second)
	check(t, h.send(admin, form("iam", "GetCredentialReport")), refusal{410, "ReportNotPresent", ""})
	if a := h.call(admin, "iam", "GenerateCredentialReport"); a.value("State") != "STARTED" {
		t.Error(a.body)
	}
	h.call(admin, "iam", "GetCredentialReport")
}

// A report that is longer than one transaction takes is whole all the same.
func TestACredentialReportOfManyUsers(t *testing.T) {
	h, dir, keys := openParts(t)
	h.serve(service.NewDoor(h.parts(dir, keys, iamservice.New(keys).Operations()...)))
	id, err := arn.ParseAccountID(account)
	if err != nil {
		t.Fatal(err)
	}
	const users, batch = 8010, 30
	for first := 0; first < users; first += batch {
		err := dir.Update(context.Background(), func(tx *directory.Tx) error {
			for i := first; i < first+batch; i++ {
				tx.CreateUser(&directory.User{Entity: directory.Entity{
					ID: fmt.Sprintf("AIDA%017d", i), Account: id, Name: fmt.Sprintf("user-%s-%05d", strings.Repeat("x", 40), i), Path: "/",
				}})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		h.call(admin, "iam", "GenerateCredentialReport")
		text, err := base64.StdEncoding.DecodeString(h.call(admin, "iam", "GetCredentialReport").value("Content"))
		if err != nil || strings.Count(string(text), "\n") != users+3 {
			t.Errorf("%d lines of %d bytes, %v", strings.Count(string(text), "\n"), len(text), err)
		}
		h.pass(5 * time.Hour)
	}
}

// Reports are in memory whole, so there is an end to what they tell of. The
// words are our own.
func TestReportsOfTooManyAreRefused(t *testing.T) {
	h, dir := openIAM(t)
	id := mustParse(t, account)
	const users, members = 50_000, 20_001 // beside admin
	err := dir.Load(context.Background(), func(tx *directory.Tx) error {
		group := &directory.Group{Entity: directory.Entity{ID: "AGPA00000000000000001", Account: id, Name: "all", Path: "/"}}
		tx.CreateGroup(group)
		for i := range users {
			u := &directory.User{Entity: directory.Entity{ID: fmt.Sprintf("AIDA%017d", i), Account: id, Name: fmt.Sprintf("user-%d", i), Path: "/"}}
			if i < members {
				u.Groups = []string{group.ID}
			}
			tx.CreateUser(u)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	check(t, h.send(admin, form("iam", "GenerateCredentialReport")), refusal{409, "LimitExceeded", "A credential report tells of at most 50000 users."})
	report := form("iam", "GenerateServiceLastAccessedDetails", "Arn", "arn:aws:iam::"+account+":group/all")
	check(t, h.send(admin, report), refusal{400, "InvalidInput", "More than 20000 users and roles have these permissions."})
	h.call(admin, "iam", "DeleteUser", "UserName", "user-49999")
	h.call(admin, "iam", "RemoveUserFromGroup", "UserName", "user-0", "GroupName", "all")
	h.call(admin, "iam", "GenerateCredentialReport")
	check(t, h.send(admin, report), refusal{})
}
