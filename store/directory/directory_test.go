package directory_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/store"
	"github.com/rolecall-iam/rolecall/store/bolt"
	"github.com/rolecall-iam/rolecall/store/directory"
)

var account = must(arn.ParseAccountID("123456789012"))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func open(t *testing.T) *directory.Directory {
	t.Helper()
	s, err := bolt.Open(bolt.Options{Ephemeral: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return directory.New(s)
}

func entity(prefix arn.IDPrefix, name string) directory.Entity {
	return directory.Entity{ID: must(arn.NewID(prefix, account, rand.Reader)), Account: account, Name: name, Path: "/"}
}

func update(t *testing.T, d *directory.Directory, change func(tx *directory.Tx) error) {
	t.Helper()
	if err := d.Update(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}

// view calls look with a view and checks that the store did not fail.
func view(t *testing.T, d *directory.Directory, look func(v *directory.View)) {
	t.Helper()
	v, err := d.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	look(v)
	if err := v.Err(); err != nil {
		t.Fatal(err)
	}
}

func newUser(t *testing.T, d *directory.Directory, name string) *directory.User {
	u := &directory.User{Entity: entity(arn.UserPrefix, name)}
	update(t, d, func(tx *directory.Tx) error { tx.CreateUser(u); return nil })
	return u
}

func newGroup(t *testing.T, d *directory.Directory, name string) *directory.Group {
	g := &directory.Group{Entity: entity(arn.GroupPrefix, name)}
	update(t, d, func(tx *directory.Tx) error { tx.CreateGroup(g); return nil })
	return g
}

func newRole(t *testing.T, d *directory.Directory, name, trust string) *directory.Role {
	r := &directory.Role{Entity: entity(arn.RolePrefix, name), Trust: directory.NewPolicyText(trust)}
	update(t, d, func(tx *directory.Tx) error { tx.CreateRole(r); return nil })
	return r
}

var errTaken = errors.New("taken")

func TestOfManyWhoTakeANameAtOnceOneGetsIt(t *testing.T) {
	d := open(t)
	var won, lost int
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			name := []string{"Alice", "ALICE", "alice"}[i%3]
			u := &directory.User{Entity: entity(arn.UserPrefix, name)}
			err := d.Update(context.Background(), func(tx *directory.Tx) error {
				if _, ok := tx.User(account, name); ok {
					return errTaken
				}
				tx.CreateUser(u)
				return nil
			})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case errors.Is(err, errTaken):
				lost++
			}
		})
	}
	all.Wait()
	if won != 1 || lost != 15 {
		t.Errorf("%d took the name and %d were refused, want 1 and 15", won, lost)
	}
}

func TestARenamedUserIsFoundUnderItsNewNameOnly(t *testing.T) {
	d := open(t)
	before := newUser(t, d, "alice")
	after := before.Clone()
	after.Name, after.Path = "Alina", "/eng/"
	update(t, d, func(tx *directory.Tx) error { tx.PutUser(before, after); return nil })
	view(t, d, func(v *directory.View) {
		if _, ok := v.User(account, "alice"); ok {
			t.Error("the old name still finds the user")
		}
		u, ok := v.User(account, "alina")
		if !ok || u.ARN("aws-cn") != "arn:aws-cn:iam::123456789012:user/eng/Alina" {
			t.Errorf("the new name finds %+v, %v", u, ok)
		}
	})
}

func TestNobodyJoinsAGroupWhileItIsDeleted(t *testing.T) {
	d := open(t)
	user, group := newUser(t, d, "alice"), newGroup(t, d, "admins")
	first := true
	update(t, d, func(tx *directory.Tx) error {
		g, ok := tx.GroupByID(account, group.ID)
		if !ok {
			return nil
		}
		if first { // after this transaction has seen the group empty, somebody joins
			first = false
			joined := user.Clone()
			joined.Groups = []string{group.ID}
			update(t, d, func(tx *directory.Tx) error { tx.PutUser(user, joined); return nil })
		}
		empty := true
		tx.Members(g, func(*directory.User) bool { empty = false; return false })
		if empty {
			tx.DeleteGroup(g)
		}
		return nil
	})
	view(t, d, func(v *directory.View) {
		g, ok := v.Group(account, "admins")
		if !ok {
			t.Fatal("the group was deleted with a member in it")
		}
		v.Members(g, func(u *directory.User) bool {
			if u.ID != user.ID {
				t.Errorf("the member is %s", u.Name)
			}
			return true
		})
	})
}

func TestNobodyAttachesAPolicyWhileItIsDeleted(t *testing.T) {
	d := open(t)
	user := newUser(t, d, "alice")
	p := &directory.Policy{ID: must(arn.NewID(arn.ManagedPolicyPrefix, account, rand.Reader)), Account: account, Name: "p", Path: "/", Default: "v1"}
	update(t, d, func(tx *directory.Tx) error { tx.CreatePolicy(p, directory.NewPolicyText("{}")); return nil })
	runs := 0
	update(t, d, func(tx *directory.Tx) error {
		runs++
		stored, ok := tx.PolicyByID(account, p.ID)
		if !ok {
			return nil
		}
		if runs == 1 {
			attached := user.Clone()
			attached.Attached = []directory.PolicyRef{directory.PolicyRef(p.ID)}
			update(t, d, func(tx *directory.Tx) error { tx.PutUser(user, attached); return nil })
		}
		if tx.CountUses(account, directory.PolicyRef(p.ID), directory.Attachment) == 0 {
			tx.DeletePolicy(stored)
		}
		return nil
	})
	view(t, d, func(v *directory.View) {
		if _, ok := v.PolicyByID(account, p.ID); !ok {
			t.Error("the policy was deleted while it was attached")
		}
	})
}

func TestUsesOfAManagedPolicyAreCounted(t *testing.T) {
	d := open(t)
	ref := directory.PolicyRef("aws:/service-role/AWSLambdaRole")
	user := newUser(t, d, "alice")
	bound := user.Clone()
	bound.Boundary = ref
	update(t, d, func(tx *directory.Tx) error { tx.PutUser(user, bound); return nil })
	role := newRole(t, d, "lambda", "{}")
	attached := role.Clone()
	attached.Attached = []directory.PolicyRef{ref}
	update(t, d, func(tx *directory.Tx) error { tx.PutRole(role, attached); return nil })
	view(t, d, func(v *directory.View) {
		if n := v.PolicyCounts(account, directory.Attachment)[ref]; n != 1 {
			t.Errorf("attached %d times, want 1", n)
		}
		if n := v.CountUses(account, ref, directory.Boundary); n != 1 {
			t.Errorf("the boundary of %d, want 1", n)
		}
		v.PolicyUses(account, ref, func(use directory.PolicyUse) bool {
			if use.Role != nil && use.Role.Name != "lambda" || use.User != nil && use.How != directory.Boundary {
				t.Errorf("used by %+v", use)
			}
			return true
		})
	})
	update(t, d, func(tx *directory.Tx) error { tx.DeleteRole(attached); return nil })
	view(t, d, func(v *directory.View) {
		if n := v.CountUses(account, ref, directory.Attachment); n != 0 {
			t.Errorf("attached %d times after its role was deleted, want 0", n)
		}
	})
}

func TestUsersAreWalkedInTheOrderOfTheirNames(t *testing.T) {
	d := open(t)
	for _, name := range []string{"bob", "Zoe", "alice", "Carol"} {
		newUser(t, d, name)
	}
	names := func(after string) (names []string) {
		view(t, d, func(v *directory.View) {
			v.Users(account, after, func(u *directory.User) bool { names = append(names, u.Name); return true })
		})
		return names
	}
	if got := names(""); !slices.Equal(got, []string{"alice", "bob", "Carol", "Zoe"}) {
		t.Errorf("all: %q", got)
	}
	if got := names("Bob"); !slices.Equal(got, []string{"Carol", "Zoe"}) {
		t.Errorf("after Bob: %q", got)
	}
}

// Rule E6: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func TestATrustPolicyKeepsUniqueIDsAndShowsARNsWhileTheyLive(t *testing.T) {
	d := open(t)
	alice, admin := newUser(t, d, "alice"), newRole(t, d, "Admin", "{}")
	text := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",`+
		`"Principal":{"AWS":[%q,%q,%q,"111122223333"]}}]}`, alice.ID, admin.ID, admin.ID+":kevin@example.com")
	target := newRole(t, d, "target", text)
	shown := func() (text string) {
		view(t, d, func(v *directory.View) { text = v.ShownTrust(target, "aws") })
		return text
	}
	for _, want := range []string{
		`"arn:aws:iam::123456789012:user/alice"`, `"arn:aws:iam::123456789012:role/Admin"`,
		`"arn:aws:sts::123456789012:assumed-role/Admin/kevin@example.com"`, `"111122223333"`,
	} {
		if !strings.Contains(shown(), want) {
			t.Errorf("%s is not shown in %s", want, shown())
		}
	}
	update(t, d, func(tx *directory.Tx) error { tx.DeleteUser(alice); tx.DeleteRole(admin); return nil })
	newUser(t, d, "alice")
	newRole(t, d, "Admin", "{}")
	if got := shown(); got != text {
		t.Errorf("after their names were given to others, it shows %s, want the ids of %s", got, text)
	}
}

func TestPrincipalID(t *testing.T) {
	d := open(t)
	alice, admin := newUser(t, d, "alice"), newRole(t, d, "Admin", "{}")
	cases := []struct{ name, value, id string }{
		{"a user is kept by unique id", "arn:aws:iam::123456789012:user/alice", alice.ID},
		{"a role is kept by unique id", "arn:aws:iam::123456789012:role/Admin", admin.ID},
		{"a session is kept by its role's unique id", "arn:aws:sts::123456789012:assumed-role/Admin/x", admin.ID + ":x"},
		{"an account stays an account", "arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:root"},
		{"a unique id that lives stays", alice.ID, alice.ID},
		{"a user under another path does not exist", "arn:aws:iam::123456789012:user/eng/alice", ""},
		{"a name in other letters does not exist", "arn:aws:iam::123456789012:user/Alice", ""},
		{"a user of an account that is not here does not exist", "arn:aws:iam::111122223333:user/alice", ""},
		{"a unique id that nobody has does not exist", "AIDAIDOFNOBODYATALL77", ""},
		{"a group is no principal", "arn:aws:iam::123456789012:group/admins", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			view(t, d, func(v *directory.View) {
				id, ok := v.PrincipalID(policy.Principal{Type: policy.AWS, Text: policy.Text{Value: c.value}})
				if ok != (c.id != "") || ok && id != c.id {
					t.Errorf("got %q, %v", id, ok)
				}
			})
		})
	}
}

// brokenStore fails to read every document of a user.
type brokenStore struct{ store.Engine }

func (b brokenStore) Read(ctx context.Context) (store.Snapshot, error) {
	s, err := b.Engine.Read(ctx)
	return brokenSnapshot{s}, err
}

type brokenSnapshot struct{ store.Snapshot }

var errBroken = errors.New("broken")

func (b brokenSnapshot) Get(key string) (store.KV, bool, error) {
	if strings.Contains(key, "/user/") {
		return store.KV{}, false, errBroken
	}
	return b.Snapshot.Get(key)
}

func TestAStoreThatFailsIsNotOneThatHoldsNothing(t *testing.T) {
	s := must(bolt.Open(bolt.Options{Ephemeral: true}))
	defer s.Close()
	u := newUser(t, directory.New(s), "alice")
	d := directory.New(brokenStore{s})
	v := must(d.View(t.Context()))
	defer v.Close()
	if _, ok := v.User(account, "alice"); ok || !errors.Is(v.Err(), errBroken) {
		t.Errorf("found %v, error %v", ok, v.Err())
	}
	err := d.Update(t.Context(), func(tx *directory.Tx) error {
		if _, ok := tx.User(account, "alice"); !ok {
			tx.CreateUser(u)
		}
		return nil
	})
	if !errors.Is(err, errBroken) {
		t.Errorf("a transaction that could not read committed: %v", err)
	}
}

// closingStore counts the snapshots that are open.
type closingStore struct {
	store.Engine
	open *int
}

func (c closingStore) Read(ctx context.Context) (store.Snapshot, error) {
	s, err := c.Engine.Read(ctx)
	*c.open++
	return closingSnapshot{s, c.open}, err
}

func (c closingStore) Txn(ctx context.Context, t store.Txn) (store.Result, error) {
	if *c.open > 0 {
		return store.Result{}, errors.New("a snapshot is open, and the store may have to wait for it")
	}
	return c.Engine.Txn(ctx, t)
}

type closingSnapshot struct {
	store.Snapshot
	open *int
}

func (c closingSnapshot) Close() {
	*c.open--
	c.Snapshot.Close()
}

func TestAnUpdateFromAViewWaitsForNoViewAndShowsItsWrite(t *testing.T) {
	s := must(bolt.Open(bolt.Options{Ephemeral: true}))
	defer s.Close()
	d := directory.New(closingStore{s, new(int)})
	v := must(d.View(t.Context()))
	defer v.Close()
	before := v.Revision()
	u := &directory.User{Entity: entity(arn.UserPrefix, "alice")}
	if err := d.UpdateFrom(t.Context(), v, func(tx *directory.Tx) error { tx.CreateUser(u); return nil }); err != nil {
		t.Fatal(err)
	}
	if _, ok := v.User(account, "alice"); !ok || v.Revision() <= before {
		t.Errorf("at revision %d, begun at %d, the view finds the user: %v", v.Revision(), before, ok)
	}
}

// lossyStore has lost the documents of groups.
type lossyStore struct{ store.Engine }

func (l lossyStore) Read(ctx context.Context) (store.Snapshot, error) {
	s, err := l.Engine.Read(ctx)
	return lossySnapshot{s}, err
}

type lossySnapshot struct{ store.Snapshot }

func (l lossySnapshot) Get(key string) (store.KV, bool, error) {
	if strings.Contains(key, "/group/") {
		return store.KV{}, false, nil
	}
	return l.Snapshot.Get(key)
}

func TestADocumentThatIsReferredToAndGoneIsDamage(t *testing.T) {
	s := must(bolt.Open(bolt.Options{Ephemeral: true}))
	defer s.Close()
	whole := directory.New(s)
	user, group := newUser(t, whole, "alice"), newGroup(t, whole, "denied")
	joined := user.Clone()
	joined.Groups = []string{group.ID}
	update(t, whole, func(tx *directory.Tx) error { tx.PutUser(user, joined); return nil })
	for name, look := range map[string]func(v *directory.View){
		"by the name": func(v *directory.View) { v.Group(account, "denied") },
		"by a member": func(v *directory.View) { v.GroupsOf(joined, func(*directory.Group) bool { return true }) },
		"in a list":   func(v *directory.View) { v.Groups(account, "", func(*directory.Group) bool { return true }) },
	} {
		v := must(directory.New(lossyStore{s}).View(t.Context()))
		if look(v); !errors.Is(v.Err(), store.ErrDamaged) {
			t.Errorf("looked up %s: %v", name, v.Err())
		}
		v.Close()
	}
}

func BenchmarkRole(b *testing.B) {
	s := must(bolt.Open(bolt.Options{Ephemeral: true}))
	defer s.Close()
	d := directory.New(s)
	r := &directory.Role{Entity: entity(arn.RolePrefix, "target"), Trust: directory.NewPolicyText("{}")}
	if err := d.Update(b.Context(), func(tx *directory.Tx) error { tx.CreateRole(r); return nil }); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		v := must(d.View(b.Context()))
		if _, ok := v.Role(account, "target"); !ok {
			b.Fatal("not found")
		}
		v.Close()
	}
}
