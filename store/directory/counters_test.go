package directory_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/directory"
)

var errNoRoom = errors.New("no room")

// makeUser makes a user where there is room for one more.
func makeUser(d *directory.Directory, name string, quota int) error {
	u := &directory.User{Entity: entity(arn.UserPrefix, name)}
	return d.Update(context.Background(), func(tx *directory.Tx) error {
		if !tx.Room(account, directory.CountedUsers, u.ID, quota) {
			return errNoRoom
		}
		tx.CreateUser(u)
		return nil
	})
}

func total(t *testing.T, d *directory.Directory, k directory.Countable) (n int) {
	t.Helper()
	view(t, d, func(v *directory.View) { n = v.Total(account, k) })
	return n
}

// Simultaneous creates do not pass a quota, and all that it allows are made.
func TestAQuotaHoldsForWhoeverComesAtOnce(t *testing.T) {
	for _, quota := range []int{0, 1, 7, 100, 500} {
		t.Run(strconv.Itoa(quota), func(t *testing.T) {
			d := open(t)
			var group sync.WaitGroup
			var made atomic.Int32
			const writers = 16
			for w := range writers {
				group.Go(func() {
					for i := range quota/writers + 10 {
						switch err := makeUser(d, fmt.Sprintf("u-%d-%d", w, i), quota); {
						case err == nil:
							made.Add(1)
						case !errors.Is(err, errNoRoom):
							t.Error(err)
						}
					}
				})
			}
			group.Wait()
			if int(made.Load()) != quota || total(t, d, directory.CountedUsers) != quota {
				t.Errorf("%d were made, %d counted", made.Load(), total(t, d, directory.CountedUsers))
			}
		})
	}
}

// Whatever is made, deleted and set in whatever order: there is room exactly
// while there are fewer than the quota, or while a quota that was lowered has
// room again.
func TestThereIsRoomExactlyBelowTheQuota(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := open(t)
		quota := rapid.IntRange(0, 400).Draw(r, "quota")
		var users []*directory.User
		for step := range rapid.IntRange(1, 12).Draw(r, "steps") {
			switch rapid.SampledFrom([]string{"make", "make", "make many", "delete", "set"}).Draw(r, "what") {
			case "make", "make many":
				for i := range rapid.SampledFrom([]int{1, 90}).Draw(r, "how many") {
					u := &directory.User{Entity: entity(arn.UserPrefix, fmt.Sprintf("u-%d-%d", step, i))}
					err := d.Update(t.Context(), func(tx *directory.Tx) error {
						if !tx.Room(account, directory.CountedUsers, u.ID, quota) {
							return errNoRoom
						}
						tx.CreateUser(u)
						return nil
					})
					if (err == nil) != (len(users) < quota) {
						r.Fatalf("%d of %d: %v", len(users), quota, err)
					}
					if err == nil {
						users = append(users, u)
					}
				}
			case "delete":
				for range min(len(users), rapid.SampledFrom([]int{1, 100}).Draw(r, "how many")) {
					last := users[len(users)-1]
					users = users[:len(users)-1]
					update(t, d, func(tx *directory.Tx) error { tx.DeleteUser(last); return nil })
				}
			case "set":
				quota = rapid.IntRange(0, 400).Draw(r, "quota")
				update(t, d, func(tx *directory.Tx) error {
					tx.PutQuotas(account, directory.Quotas{"UsersPerAccount": quota})
					return nil
				})
			}
			if n := total(t, d, directory.CountedUsers); n != len(users) {
				r.Fatalf("%d are counted, %d are there", n, len(users))
			}
		}
	})
}

// userIn is a new user that is counted in a shard.
func userIn(shard int) *directory.User {
	for {
		u := &directory.User{Entity: entity(arn.UserPrefix, "")}
		if directory.CountedUsers.Shard(u.ID) == shard {
			u.Name = u.ID
			return u
		}
	}
}

// fill asks for room in one shard after the other until there is none, and
// answers how many were made.
func fill(t *testing.T, d *directory.Directory, quota int) (made int) {
	t.Helper()
	for refused := 0; refused < 3; {
		u := userIn(95 - made%96)
		err := d.Update(t.Context(), func(tx *directory.Tx) error {
			if !tx.Room(account, directory.CountedUsers, u.ID, quota) {
				return errNoRoom
			}
			tx.CreateUser(u)
			return nil
		})
		switch {
		case err == nil:
			made++
		case errors.Is(err, errNoRoom):
			refused++
		default:
			t.Fatal(err)
		}
	}
	return made
}

// What was made without asking for room counts as well, even where all of it is
// in one shard.
func TestWhatIsMadeWithoutAskingCounts(t *testing.T) {
	d := open(t)
	const direct, quota = 100, 192 // two a shard
	for range direct {
		u := userIn(0)
		update(t, d, func(tx *directory.Tx) error { tx.CreateUser(u); return nil })
	}
	if made := fill(t, d, quota); made != quota-direct {
		t.Errorf("%d were made beside %d, of %d", made, direct, quota)
	}
}

// A quota that another version of the program has holds from the first on.
func TestAnotherQuotaHoldsAtOnce(t *testing.T) {
	d := open(t)
	for range 30 {
		u := userIn(0)
		err := d.Update(t.Context(), func(tx *directory.Tx) error {
			if !tx.Room(account, directory.CountedUsers, u.ID, 960) {
				return errNoRoom
			}
			tx.CreateUser(u)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if made := fill(t, d, 40); made != 10 {
		t.Errorf("%d were made beside 30, of 40", made)
	}
	if made := fill(t, d, 100); made != 60 {
		t.Errorf("%d were made beside 40, of 100", made)
	}
}

// Roles that are linked to a service count against no quota.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func TestLinkedRolesAreCountedApart(t *testing.T) {
	d := open(t)
	linked := entity(arn.RolePrefix, "AWSServiceRoleForECS")
	linked.Path = "/aws-service-role/ecs.amazonaws.com/"
	role := &directory.Role{Entity: linked}
	update(t, d, func(tx *directory.Tx) error { tx.CreateRole(role); return nil })
	update(t, d, func(tx *directory.Tx) error {
		if !tx.Room(account, directory.CountedRoles, "x", 1) {
			t.Error("it counts")
		}
		return nil
	})
	view(t, d, func(v *directory.View) {
		if _, _, roles, _ := v.Count(account); roles != 1 {
			t.Errorf("there are %d", roles)
		}
	})
	update(t, d, func(tx *directory.Tx) error { tx.DeleteRole(role); return nil })
	if n := total(t, d, directory.CountedLinkedRoles); n != 0 {
		t.Errorf("%d are left", n)
	}
}

// An account from before counts were kept is counted once.
func TestAnAccountIsCountedOnce(t *testing.T) {
	d := open(t)
	update(t, d, func(tx *directory.Tx) error {
		tx.PutAccount(&directory.Account{ID: account})
		return nil
	})
	for i := range 150 {
		role := &directory.Role{Entity: entity(arn.RolePrefix, fmt.Sprintf("r%d", i))}
		update(t, d, func(tx *directory.Tx) error { tx.CreateRole(role); return nil })
	}
	for range 2 { // once as it is, once as if it were old
		if err := d.Recount(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := total(t, d, directory.CountedRoles); n != 150 {
			t.Errorf("there are %d roles", n)
		}
		update(t, d, func(tx *directory.Tx) error { tx.Uncount(account, directory.CountedRoles); return nil })
	}
}
