package load

import (
	"flag"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

var (
	accounts = flag.Int("accounts", 6, "how many accounts permission sets are assigned in")
	people   = flag.Int("people", 12, "how many users the directory has")

	assigning = flag.Int("connections", 16, "how many connections assign permission sets at once")
)

// center is a directory with people in groups, and permission sets over
// accounts; of 1,000 people and 300 accounts 200 groups and 100 sets.
type center struct {
	t               *testing.T
	address         string
	instance, store string
	accounts        []string
	groups, sets    []string
}

// Each permission set is assigned to a group in each account, one request each,
// by many clients at once. In the end each request has succeeded, nobody has
// more or less than was assigned, and whoever may use it gets credentials.
func TestCenterAssignsEverything(t *testing.T) {
	t.Cleanup(func(percent int) func() {
		return func() { debug.SetGCPercent(percent) }
	}(debug.SetGCPercent(400))) // as the command serve does
	s, err := rolecall.New(rolecall.Config{Dir: filepath.Join(t.TempDir(), "data"), Admin: adminKey()})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	t.Cleanup(func() {
		web.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	c := &center{t: t, address: web.Listener.Addr().String()}
	jane := c.furnish()

	n := len(c.sets) * len(c.accounts)
	ids := make([]string, n)
	began := time.Now()
	c.each(n, func(one *client, i int) {
		ids[i] = told[assignStatus](c, one, "sso", "CreateAccountAssignment", c.assignment(i)).Creation.RequestID
	})
	answeredAll := time.Since(began)
	c.settle()
	took := time.Since(began)
	t.Logf("%d assignments in %d accounts by %d connections: answered after %v, made after %v, %.0f a second",
		n, len(c.accounts), *assigning, answeredAll, took, float64(n)/took.Seconds())
	c.each(n, func(one *client, i int) {
		status := told[assignStatus](c, one, "sso", "DescribeAccountAssignmentCreationStatus",
			in{"InstanceArn": c.instance, "AccountAssignmentCreationRequestId": ids[i]}).Creation
		if status.Status != "SUCCEEDED" {
			t.Errorf("%s: %+v", ids[i], status)
		}
	})
	if t.Failed() {
		return
	}
	link, err := s.ResetPassword(t.Context(), rolecall.PasswordReset{UserName: ssotest.UserName})
	if err != nil {
		t.Fatal(err)
	}
	b := ssotest.At(t, s)
	b.SetPassword(link.URL)
	b.SignIn()
	c.uses(b.AccessToken(), jane)
}

// assignment is what the request of a number assigns: each set in each account
// once.
func (c *center) assignment(i int) in {
	account, set := i%len(c.accounts), (i/len(c.accounts)+i)%len(c.sets)
	return in{
		"InstanceArn": c.instance, "PermissionSetArn": c.sets[set], "TargetType": "AWS_ACCOUNT", "TargetId": c.accounts[account],
		"PrincipalType": "GROUP", "PrincipalId": c.groups[c.group(i)],
	}
}

// group is the number of the group that an assignment is for: each gets
// something in many accounts.
func (c *center) group(i int) int { return (i%len(c.accounts) + i/len(c.accounts)*7) % len(c.groups) }

// settle asks until no request is under way any more.
func (c *center) settle() {
	one := newClient(c.address)
	defer one.close()
	for under := 1; under > 0 && !c.t.Failed(); {
		under = len(told[struct{ AccountAssignmentsCreationStatus []struct{ RequestID string } }](c, one, "sso", "ListAccountAssignmentCreationStatus",
			in{"InstanceArn": c.instance, "Filter": in{"Status": "IN_PROGRESS"}, "MaxResults": 1}).AccountAssignmentsCreationStatus)
	}
}

type assignStatus struct {
	Creation struct{ RequestID, Status, FailureReason string } `json:"AccountAssignmentCreationStatus"`
}

// furnish makes the organization with its accounts, and the people; the first of
// them, UserName, is in every tenth group. It answers the numbers of these.
func (c *center) furnish() (hers []int) {
	c.t.Helper()
	one := newClient(c.address)
	defer one.close()
	told[struct{}](c, one, "organizations", "CreateOrganization", in{})
	here := told[struct {
		Instances []struct{ InstanceArn, IdentityStoreId string }
	}](c, one, "sso", "ListInstances", in{}).Instances[0]
	c.instance, c.store = here.InstanceArn, here.IdentityStoreId
	c.accounts, c.groups, c.sets = make([]string, *accounts), make([]string, max(*people/5, 1)), make([]string, max(*people/10, 3))
	users := make([]string, *people)
	c.each(len(c.accounts), func(one *client, i int) { c.accounts[i] = c.account(one, i) })
	c.each(len(c.groups), func(one *client, i int) {
		c.groups[i] = told[struct{ GroupId string }](c, one, "identitystore", "CreateGroup",
			in{"IdentityStoreId": c.store, "DisplayName": fmt.Sprint("group", i)}).GroupId
	})
	c.each(len(users), func(one *client, i int) {
		name := fmt.Sprint("user", i)
		if i == 0 {
			name = ssotest.UserName
		}
		users[i] = told[struct{ UserId string }](c, one, "identitystore", "CreateUser", in{
			"IdentityStoreId": c.store, "UserName": name, "DisplayName": name, "Name": in{"FamilyName": "f", "GivenName": "g"},
		}).UserId
	})
	join := func(one *client, user, group int) {
		told[struct{}](c, one, "identitystore", "CreateGroupMembership",
			in{"IdentityStoreId": c.store, "GroupId": c.groups[group], "MemberId": in{"UserId": users[user]}})
	}
	c.each(len(users)-1, func(one *client, i int) { join(one, i+1, i%len(c.groups)) })
	for g := 0; g < len(c.groups); g += 10 {
		join(one, 0, g)
		hers = append(hers, g)
	}
	c.each(len(c.sets), func(one *client, i int) {
		c.sets[i] = told[struct {
			PermissionSet struct{ PermissionSetArn string }
		}](c, one, "sso", "CreatePermissionSet",
			in{"InstanceArn": c.instance, "Name": fmt.Sprint("set", i)}).PermissionSet.PermissionSetArn
		told[struct{}](c, one, "sso", "AttachManagedPolicyToPermissionSet",
			in{"InstanceArn": c.instance, "PermissionSetArn": c.sets[i], "ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"})
	})
	return hers
}

func (c *center) account(one *client, i int) string {
	made := told[struct{ CreateAccountStatus struct{ ID string } }](c, one, "organizations", "CreateAccount",
		in{"AccountName": fmt.Sprint("account", i), "Email": fmt.Sprint(i, "@example.com")})
	return told[struct{ CreateAccountStatus struct{ AccountID string } }](c, one, "organizations", "DescribeCreateAccountStatus",
		in{"CreateAccountRequestId": made.CreateAccountStatus.ID}).CreateAccountStatus.AccountID
}

// uses looks at everything through the portal's API, as one who is in the groups
// of those numbers.
func (c *center) uses(token string, hers []int) {
	c.t.Helper()
	var want []string
	for i := range len(c.sets) * len(c.accounts) {
		if a := c.assignment(i); slices.Contains(hers, c.group(i)) {
			want = append(want, a["TargetId"].(string))
		}
	}
	slices.Sort(want)
	want = slices.Compact(want)
	one := newClient(c.address)
	defer one.close()
	var pages, roles, credentials []time.Duration
	for range 20 {
		var got []string
		for next := ""; ; {
			p, err := portal[struct {
				AccountList []struct{ AccountID string }
				NextToken   string
			}](one, "/assignment/accounts?max_result=100&next_token="+next, token)
			if err != nil {
				c.t.Fatal(err)
			}
			pages = append(pages, one.took)
			for _, a := range p.AccountList {
				got = append(got, a.AccountID)
			}
			if next = p.NextToken; next == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			c.t.Fatalf("ListAccounts tells %d, not the %d that were assigned", len(got), len(want))
		}
	}
	for _, account := range want {
		list, err := portal[struct{ RoleList []struct{ RoleName string } }](one, "/assignment/roles?account_id="+account, token)
		if err != nil || len(list.RoleList) == 0 {
			c.t.Fatalf("ListAccountRoles of %s: %+v, %v", account, list, err)
		}
		roles = append(roles, one.took)
		got, err := portal[struct{ RoleCredentials struct{ SessionToken string } }](one,
			"/federation/credentials?account_id="+account+"&role_name="+list.RoleList[0].RoleName, token)
		if err != nil || got.RoleCredentials.SessionToken == "" {
			c.t.Fatalf("GetRoleCredentials of %s: %v", account, err)
		}
		credentials = append(credentials, one.took)
	}
	for what, took := range map[string][]time.Duration{"ListAccounts, a page": pages, "ListAccountRoles": roles, "GetRoleCredentials": credentials} {
		slices.Sort(took)
		c.t.Logf("%s of one in %d groups and %d accounts: median %v, 99th of a hundred %v", what, len(hers), len(want), took[len(took)/2], took[len(took)*99/100])
	}
}

// each calls do with each number below n, some at once, each with a connection.
func (c *center) each(n int, do func(one *client, i int)) {
	c.t.Helper()
	var all sync.WaitGroup
	for worker := range *assigning {
		all.Go(func() {
			one := newClient(c.address)
			defer one.close()
			for i := worker; i < n && !c.t.Failed(); i += *assigning {
				do(one, i)
			}
		})
	}
	all.Wait()
}
