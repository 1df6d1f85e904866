package sso_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

// token signs the person in, and answers the portal's own bearer token.
func token(h *ssotest.House) string {
	h.T.Helper()
	b := h.Browser()
	p := b.Open("/_/portal/signin")
	p = b.Post("/_/portal/signin", p.With("username", ssotest.UserName, "password", ssotest.Password))
	for _, c := range p.Cookies {
		if c.Name == "rolecall_portal" && c.Value != "" {
			return c.Value
		}
	}
	h.T.Fatalf("signed in without a token: %d", p.Status)
	return ""
}

const credentials = "/federation/credentials?account_id=" + ssotest.Account + "&role_name="

// Source: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
func TestCredentialsAreOfThePermissionSetsRole(t *testing.T) {
	h := ssotest.Open(t, "us-west-2")
	h.Update(func(tx *directory.Tx) {
		before, _ := tx.Person(ssotest.Store, ssotest.Person)
		p := before.Clone()
		p.UserType = "blue"
		tx.PutPerson(before, p)
	})
	a := h.Get(credentials+ssotest.Set, token(h))
	got, _ := a.Body["roleCredentials"].(map[string]any)
	if a.Status != http.StatusOK || got == nil {
		t.Fatalf("%d %v", a.Status, a.Body)
	}
	if want := float64(h.Now.Add(2 * time.Hour).UnixMilli()); got["expiration"] != want {
		t.Errorf("expires %v, want %v", got["expiration"], want)
	}
	who := h.CallerIdentity(got)
	if want := "<Arn>arn:aws:sts::" + ssotest.Account + ":assumed-role/" + ssotest.Role + "/" + ssotest.UserName + "</Arn>"; !strings.Contains(who, want) {
		t.Errorf("%s", who)
	}
}

// Source: https://github.com/aws/aws-cli/issues/7340, https://github.com/aws/aws-sam-cli/issues/2129
func TestRefusalsAreInAWSsWords(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	good := token(h)
	for name, test := range map[string]struct {
		path, token string
		status      int
		code, text  string
	}{
		"a token that is none":       {"/assignment/accounts", "x", 401, "UnauthorizedException", "Session token not found or invalid"},
		"a long one":                 {"/assignment/accounts", strings.Repeat("x", 9000), 401, "UnauthorizedException", "Session token not found or invalid"},
		"a role that is not there":   {credentials + "Nobody", good, 403, "ForbiddenException", "No access"},
		"a role in another case":     {credentials + strings.ToLower(ssotest.Set), good, 403, "ForbiddenException", "No access"},
		"an account that is none":    {"/federation/credentials?account_id=1&role_name=Reader", good, 403, "ForbiddenException", "No access"},
		"an account of others":       {"/assignment/roles?account_id=999999999999", good, 403, "ForbiddenException", "No access"},
		"a page token of one's own":  {"/assignment/accounts?next_token=abc", good, 400, "InvalidRequestException", "Invalid next token"},
		"a page of nothing":          {"/assignment/accounts?max_result=0", good, 400, "", ""},
		"a page of letters":          {"/assignment/accounts?max_result=x", good, 400, "", ""},
		"credentials without a role": {"/federation/credentials?account_id=" + ssotest.Account, good, 400, "", ""},
	} {
		a := h.Get(test.path, test.token)
		if a.Status != test.status || test.code != "" && (a.Code != test.code || a.Text("message")+a.Text("Message") != test.text) {
			t.Errorf("%s: %d %s %v", name, a.Status, a.Code, a.Body)
		}
	}
}

// What is assigned no more gives no credentials from that moment on.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/howtoremoveaccess.html
func TestWhatIsTakenAwayIsGoneAtOnce(t *testing.T) {
	for name, take := range map[string]func(tx *directory.Tx){
		"the assignment": func(tx *directory.Tx) { tx.DeleteAssignment(ssotest.Instance(), ssotest.Assignment()) },
		"the role": func(tx *directory.Tx) {
			role, _ := tx.Role(ssotest.AccountID(), ssotest.Role)
			tx.DeleteRole(role)
		},
	} {
		h := ssotest.Open(t, "us-east-1")
		in := token(h)
		h.Update(take)
		if a := h.Get(credentials+ssotest.Set, in); a.Code != "ForbiddenException" {
			t.Errorf("%s: %d %v", name, a.Status, a.Body)
		}
	}
	for name, take := range map[string]func(tx *directory.Tx){
		"the person": func(tx *directory.Tx) {
			p, _ := tx.Person(ssotest.Store, ssotest.Person)
			tx.DeletePerson(p)
		},
		"the right to sign in": func(tx *directory.Tx) {
			before, _ := tx.Person(ssotest.Store, ssotest.Person)
			p := before.Clone()
			p.Disabled = true
			tx.PutPerson(before, p)
		},
	} {
		h := ssotest.Open(t, "us-east-1")
		in := token(h)
		h.Update(take)
		if a := h.Get(credentials+ssotest.Set, in); a.Code != "UnauthorizedException" {
			t.Errorf("%s: %d %v", name, a.Status, a.Body)
		}
	}
}

func TestAGroupsAssignmentIsItsMembers(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	in := token(h)
	group := ssotest.Assignment()
	group.Type, group.Principal = directory.PrincipalGroup, "1234567890-00000000-0000-4000-8000-000000000009"
	h.Update(func(tx *directory.Tx) {
		tx.DeleteAssignment(ssotest.Instance(), ssotest.Assignment())
		tx.PutAssignment(ssotest.Instance(), group)
		tx.PutPersonGroup(nil, &directory.PersonGroup{ID: group.Principal, Store: ssotest.Store, DisplayName: "readers"})
	})
	if a := h.Get(credentials+ssotest.Set, in); a.Code != "ForbiddenException" {
		t.Errorf("who is not in the group: %d %v", a.Status, a.Body)
	}
	h.Update(func(tx *directory.Tx) {
		tx.PutMembership(&directory.Membership{ID: "1234567890-00000000-0000-4000-8000-000000000010", Store: ssotest.Store, Group: group.Principal, Person: ssotest.Person})
	})
	if a := h.Get(credentials+ssotest.Set, in); a.Status != http.StatusOK {
		t.Errorf("who is in it: %d %v", a.Status, a.Body)
	}
}

func TestListsGoOverPages(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	in := token(h)
	h.Update(func(tx *directory.Tx) {
		for _, name := range []string{"Admin", "Billing"} {
			tx.PutPermissionSet(&directory.PermissionSet{ID: "ps-" + name, Instance: ssotest.Instance(), Name: name, SessionDuration: "PT1H"})
			a := ssotest.Assignment()
			a.PermissionSet = "ps-" + name
			tx.PutAssignment(ssotest.Instance(), a)
		}
	})
	var names []string
	next := ""
	for range 3 {
		a := h.Get("/assignment/roles?max_result=1&account_id="+ssotest.Account+next, in)
		list, _ := a.Body["roleList"].([]any)
		if len(list) != 1 {
			t.Fatalf("%v", a.Body)
		}
		role, _ := list[0].(map[string]any)
		name, _ := role["roleName"].(string)
		names = append(names, name)
		next = "&next_token=" + a.Text("nextToken")
	}
	if !slices.Equal(names, []string{"Admin", "Billing", "Reader"}) || next != "&next_token=" {
		t.Errorf("%v, then %q", names, next)
	}
	a := h.Get("/assignment/accounts", in)
	list, _ := a.Body["accountList"].([]any)
	one, _ := list[0].(map[string]any)
	if len(list) != 1 || one["accountId"] != ssotest.Account || one["accountName"] != "Workloads" || one["emailAddress"] != "workloads@example.com" {
		t.Errorf("%v", a.Body)
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Logout.html
func TestLogoutEndsTheSession(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	in := token(h)
	if a := h.Logout(in); a.Status != http.StatusOK {
		t.Fatalf("%d %v", a.Status, a.Body)
	}
	if a := h.Get("/assignment/accounts", in); a.Code != "UnauthorizedException" {
		t.Errorf("after it: %d %v", a.Status, a.Body)
	}
	if a := h.Logout(in); a.Code != "UnauthorizedException" {
		t.Errorf("again: %d %v", a.Status, a.Body)
	}
}

func TestASessionLastsEightHours(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	in := token(h)
	h.Now = h.Now.Add(8*time.Hour - time.Second)
	if a := h.Get("/assignment/accounts", in); a.Status != http.StatusOK {
		t.Errorf("until then: %v", a.Body)
	}
	h.Now = h.Now.Add(time.Second)
	if a := h.Get("/assignment/accounts", in); a.Code != "UnauthorizedException" {
		t.Errorf("then: %d", a.Status)
	}
}
