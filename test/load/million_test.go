package load

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

var (
	principals = flag.Int("principals", 4000, "how many users and roles the data directory has")
	callers    = flag.Int("callers", 1, "how many clients ask for roles at once")
	kept       = flag.String("kept", "", "the data directory, made where it is missing and kept; else a temporary one")
)

// measuring tells whether a run is long enough for its figures to mean
// something; only then are they held to their goals.
func measuring() bool { return *principals >= 1_000_000 }

func TestManyUsersAndRoles(t *testing.T) {
	dir := *kept
	if dir == "" {
		dir = filepath.Join(t.TempDir(), "data")
	}
	if _, err := os.Stat(dir); err != nil {
		begin := time.Now()
		populate(t, dir, *principals)
		t.Logf("%d users and roles made in %v", *principals, time.Since(begin))
	}
	if t.Failed() {
		return
	}
	begin := time.Now()
	c := startChild(t, dir)
	defer c.stop(t)
	one := newClient(c.address)
	defer one.close()
	if err := one.call("GetRole", nil, "RoleName", roleName(*principals/4)); err != nil {
		t.Fatal(err)
	}
	goal(t, "start to first answer", time.Since(begin), time.Second)
	memory(t, c, "after the first answer")

	getRoles(t, c)
	memory(t, c, "after GetRole")
	writes(t, one)
	whole(t, one)
	memory(t, c, "after all of both lists")
}

// goal says what something took, and holds it to the goal in a long run.
func goal(t *testing.T, what string, took, most time.Duration) {
	t.Helper()
	t.Logf("%s: %v (goal %v)", what, took, most)
	if measuring() && took > most {
		t.Errorf("%s took %v, more than %v", what, took, most)
	}
}

func memory(t *testing.T, c *child, when string) {
	t.Helper()
	all, own := c.resident()
	t.Logf("resident %s: %.0f MiB, %.0f of them its own (goal 200)", when, all, own)
	if measuring() && all > 200 {
		t.Errorf("%.0f MiB are resident %s", all, when)
	}
}

// getRoles asks for roles all over the directory, from one client or more, and
// beside it for next to nothing: on a machine that others use, that takes its
// time too.
func getRoles(t *testing.T, c *child) {
	t.Helper()
	calls := min(*principals, 100_000)
	bare := timed(t, c, calls/10, func(one *client, _ *rand.Rand) error { return one.alive() })
	took := timed(t, c, calls, func(one *client, random *rand.Rand) error {
		name := roleName(random.IntN(*principals / 2))
		var got struct {
			Name string `xml:"GetRoleResult>Role>RoleName"`
		}
		if err := one.call("GetRole", &got, "RoleName", name); err != nil || got.Name != name {
			return fmt.Errorf("GetRole of %s: %s, %w", name, got.Name, err)
		}
		return nil
	})
	if len(bare) == 0 || len(took) == 0 {
		return // said already
	}
	t.Logf("/_/livez: median %v, 99th of a hundred %v", bare[len(bare)/2], bare[len(bare)*99/100])
	t.Logf("GetRole: median %v, 99th of a hundred %v", took[len(took)/2], took[len(took)*99/100])
	goal(t, "GetRole, 99th of a hundred, beyond that of /_/livez", took[len(took)*99/100]-bare[len(bare)*99/100], time.Millisecond)
}

// timed calls from the clients and answers how long each call took, the
// shortest first.
func timed(t *testing.T, c *child, calls int, call func(*client, *rand.Rand) error) []time.Duration {
	t.Helper()
	times := make([][]time.Duration, *callers)
	var all sync.WaitGroup
	for i := range times {
		all.Go(func() {
			one := newClient(c.address)
			defer one.close()
			random := rand.New(rand.NewPCG(1, uint64(i)))
			for range calls / len(times) {
				if err := call(one, random); err != nil {
					t.Error(err)
					return
				}
				times[i] = append(times[i], one.took)
			}
		})
	}
	all.Wait()
	return slices.Sorted(slices.Values(slices.Concat(times...)))
}

// writes makes, changes and deletes a user and a role in the full directory.
func writes(t *testing.T, one *client) {
	t.Helper()
	for _, step := range [][]string{
		{"CreateRole", "RoleName", "new", "AssumeRolePolicyDocument", trust},
		{"AttachRolePolicy", "RoleName", "new", "PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess"},
		{"DetachRolePolicy", "RoleName", "new", "PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess"},
		{"DeleteRole", "RoleName", "new"},
		{"CreateUser", "UserName", "new"},
		{"DeleteUser", "UserName", "new"},
		{"GetAccountSummary"},
	} {
		if err := one.call(step[0], nil, step[1:]...); err != nil {
			t.Error(err)
		}
		t.Logf("%s: %v", step[0], one.took)
	}
}

// whole walks both lists: everything is there, once, in order, and a page takes
// as long at the end as at the start.
func whole(t *testing.T, one *client) {
	t.Helper()
	for _, list := range []struct {
		action string
		name   func(int) string
	}{{"ListUsers", userName}, {"ListRoles", roleName}} {
		var took []time.Duration
		names, err := one.names(func(d time.Duration) { took = append(took, d) }, list.action, "MaxItems", "100")
		if err != nil {
			t.Fatal(err)
		}
		names = slices.DeleteFunc(names, func(name string) bool { return name == "admin" })
		if len(names) != *principals/2 {
			t.Fatalf("%s has %d, not %d", list.action, len(names), *principals/2)
		}
		for n, name := range names {
			if name != list.name(n) {
				t.Fatalf("%s has %s where %s belongs", list.action, name, list.name(n))
			}
		}
		constant(t, list.action, took)
	}
}

// constant holds the time that pages take to being the same all over a list.
func constant(t *testing.T, action string, took []time.Duration) {
	t.Helper()
	tenth := max(len(took)/10, 1)
	median := func(from int) time.Duration {
		some := slices.Sorted(slices.Values(took[from : from+tenth]))
		return some[len(some)/2]
	}
	first, middle, last := median(0), median(len(took)/2-tenth/2), median(len(took)-tenth)
	t.Logf("%s, a page of a hundred, median of the first, middle and last tenth: %v, %v, %v", action, first, middle, last)
	if measuring() && max(middle, last) > 3*first {
		t.Errorf("%s takes longer the further it goes", action)
	}
}
