package load

import (
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
)

var (
	clients = flag.Int("clients", 60, "how many clients make, read and delete at once")
	rounds  = flag.Int("rounds", 2, "how often each of them does")
)

// perRole is how many clients tag one role: a role has at most fifty tags.
const perRole = 40

const books = "arn:aws:iam::" + account + ":policy/books"

// Each client makes a user of its own, and changes what others change at the
// same time: a group that all join, roles that many tag, a policy that all
// attach. In the end everything that was acknowledged is there, and nothing
// else.
func TestACrowdLosesNothing(t *testing.T) {
	s, err := rolecall.New(rolecall.Config{Dir: filepath.Join(t.TempDir(), "data"), Admin: adminKey()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	web := httptest.NewServer(s)
	defer web.Close()
	one := newClient(web.Listener.Addr().String())
	defer one.close()
	prepare(t, one)

	begin := time.Now()
	var all sync.WaitGroup
	for i := range *clients {
		all.Go(func() {
			c := newClient(web.Listener.Addr().String())
			defer c.close()
			for round := range *rounds {
				if err := live(c, i, round); err != nil {
					t.Errorf("client %d, round %d: %v", i, round, err)
					return
				}
			}
		})
	}
	all.Wait()
	took := time.Since(begin)
	t.Logf("%d clients, %d calls in %v: %.0f a second", *clients, *clients**rounds*callsOfLive, took,
		float64(*clients**rounds*callsOfLive)/took.Seconds())
	if !t.Failed() {
		settled(t, one)
	}
}

// prepare makes what all share.
func prepare(t *testing.T, one *client) {
	t.Helper()
	steps := [][]string{
		{"CreatePolicy", "PolicyName", "books", "PolicyDocument", may},
		{"CreateGroup", "GroupName", "all"},
	}
	for n := 0; n <= (*clients-1)/perRole; n++ {
		steps = append(steps, []string{"CreateRole", "RoleName", sharedRole(n * perRole), "AssumeRolePolicyDocument", trust})
	}
	for _, step := range steps {
		if err := one.call(step[0], nil, step[1:]...); err != nil {
			t.Fatal(err)
		}
	}
}

func sharedRole(client int) string { return fmt.Sprintf("shared-%03d", client/perRole) }
func ownName(client int) string    { return fmt.Sprintf("client-%04d", client) }

// callsOfLive is how many calls live makes, the pages of lists not counted.
const callsOfLive = 12

// live is one round of a client. What it has made it sees at once, and what it
// has deleted it sees no more. In the last round it leaves everything as it is.
func live(c *client, i, round int) error {
	name, number := ownName(i), strconv.Itoa(round)
	for _, step := range [][]string{
		{"CreateUser", "UserName", name},
		{"TagUser", "UserName", name, "Tags.member.1.Key", "round", "Tags.member.1.Value", number},
		{"AddUserToGroup", "UserName", name, "GroupName", "all"},
		{"AttachUserPolicy", "UserName", name, "PolicyArn", books},
		{"TagRole", "RoleName", sharedRole(i), "Tags.member.1.Key", name, "Tags.member.1.Value", number},
		{"PutUserPolicy", "UserName", name, "PolicyName", "books", "PolicyDocument", may},
	} {
		if err := c.call(step[0], nil, step[1:]...); err != nil {
			return err
		}
	}
	if err := sees(c, name, number); err != nil {
		return err
	}
	if round == *rounds-1 {
		return nil
	}
	for _, step := range [][]string{
		{"RemoveUserFromGroup", "UserName", name, "GroupName", "all"},
		{"DetachUserPolicy", "UserName", name, "PolicyArn", books},
		{"DeleteUserPolicy", "UserName", name, "PolicyName", "books"},
		{"DeleteUser", "UserName", name},
	} {
		if err := c.call(step[0], nil, step[1:]...); err != nil {
			return err
		}
	}
	var gone *refusal
	if err := c.call("GetUser", nil, "UserName", name); !errors.As(err, &gone) || gone.Code != "NoSuchEntity" {
		return fmt.Errorf("a user who was deleted is there: %w", err)
	}
	return nil
}

// sees tells whether a client sees what it wrote, by name and in a list that
// others change meanwhile.
func sees(c *client, name, number string) error {
	var user struct {
		Name string `xml:"GetUserResult>User>UserName"`
		Tag  string `xml:"GetUserResult>User>Tags>member>Value"`
	}
	if err := c.call("GetUser", &user, "UserName", name); err != nil || user.Name != name || user.Tag != number {
		return fmt.Errorf("GetUser shows %+v, %w", user, err)
	}
	users, err := c.names(func(time.Duration) {}, "ListUsers", "MaxItems", "50")
	if err != nil {
		return err
	}
	if !slices.IsSorted(users) || len(slices.Compact(slices.Clone(users))) != len(users) {
		return fmt.Errorf("a list is out of order, or has somebody twice: %v", users)
	}
	if !slices.Contains(users, name) {
		return fmt.Errorf("a list of %d lacks %s", len(users), name)
	}
	return nil
}

// settled looks at what is there when all have gone.
func settled(t *testing.T, one *client) {
	t.Helper()
	var want []string
	for i := range *clients {
		want = append(want, ownName(i))
	}
	for _, list := range [][]string{{"ListUsers"}, {"GetGroup", "GroupName", "all"}} {
		got, err := one.names(func(time.Duration) {}, list[0], append(list[1:], "MaxItems", "1000")...)
		if err != nil {
			t.Fatal(err)
		}
		got = slices.DeleteFunc(got, func(name string) bool { return name == "admin" })
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s has %d, not the %d that were made: %s", list[0], len(got), len(want), strings.Join(got, " "))
		}
	}
	var policy struct {
		Attached int `xml:"GetPolicyResult>Policy>AttachmentCount"`
	}
	if err := one.call("GetPolicy", &policy, "PolicyArn", books); err != nil || policy.Attached != *clients {
		t.Errorf("the policy is attached %d times, not %d; %v", policy.Attached, *clients, err)
	}
	for i := 0; i < *clients; i += perRole {
		var role struct {
			Tags []struct{ Key, Value string } `xml:"GetRoleResult>Role>Tags>member"`
		}
		if err := one.call("GetRole", &role, "RoleName", sharedRole(i)); err != nil {
			t.Fatal(err)
		}
		if tagging := min(perRole, *clients-i); len(role.Tags) != tagging {
			t.Errorf("%s has %d tags; %d clients tagged it", sharedRole(i), len(role.Tags), tagging)
		}
		for _, tag := range role.Tags {
			if tag.Value != strconv.Itoa(*rounds-1) {
				t.Errorf("%s was tagged for the last time with %s, and has %s", sharedRole(i), strconv.Itoa(*rounds-1), tag.Value)
			}
		}
	}
}
