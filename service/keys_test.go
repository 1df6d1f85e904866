package service_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The keyring opens with the master key that it was wrapped with and no other.
func TestAnotherMasterKeyOpensNothing(t *testing.T) {
	h, dir, _ := openParts(t)
	ctx, other := context.Background(), make([]byte, 32)
	other[0] = 1
	if _, err := service.OpenKeys(ctx, dir, other, h.time, rand.Reader); err == nil || !strings.Contains(err.Error(), "is not the one that this data was sealed with") {
		t.Errorf("another master key: %v", err)
	}
	if _, err := service.OpenKeys(ctx, dir, other[:16], h.time, rand.Reader); err == nil {
		t.Error("a short master key opens it")
	}
	if _, err := service.OpenKeys(ctx, dir, make([]byte, 32), h.time, rand.Reader); err != nil {
		t.Error(err)
	}
}

// Of many who rotate at once one stages a key; the others are told that one is
// staged. No change of the keyring is lost.
func TestOfManyWhoRotateAtOnceOneDoes(t *testing.T) {
	h, _, keys := openParts(t)
	const many = 8
	for round := range 3 {
		var done, staged int
		var mu sync.Mutex
		var all sync.WaitGroup
		for range many {
			all.Go(func() {
				_, _, err := keys.Rotate(context.Background())
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					done++
				case errors.Is(err, session.ErrStaged):
					staged++
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if done != 1 || staged != many-1 {
			t.Errorf("round %d: %d rotated, %d were told of it", round, done, staged)
		}
		h.pass(2 * time.Minute)
	}
}

// A keyring that another node rotated is known after the next start, and what
// was sealed before still opens.
func TestARotatedKeyringOpensWhatWasSealedBefore(t *testing.T) {
	h, dir, keys := openParts(t)
	ctx := context.Background()
	sealed, err := keys.SealSecret(admin.id, admin.secret)
	if err != nil {
		t.Fatal(err)
	}
	id, active, err := keys.Rotate(ctx)
	if err != nil || len(id) != 8 {
		t.Fatal(id, err)
	}
	h.pass(active.Sub(h.time()))
	again, err := service.OpenKeys(ctx, dir, make([]byte, 32), h.time, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	after, err := again.SealSecret(admin.id, admin.secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range [][]byte{sealed, after} {
		for _, k := range []*service.Keys{keys, again} {
			if secret, err := k.OpenSecret(admin.id, s); err != nil || secret != admin.secret {
				t.Errorf("%q, %v", secret, err)
			}
			if _, err := k.OpenSecret(root.id, s); !errors.Is(err, session.ErrSecret) {
				t.Errorf("another key's secret opens: %v", err)
			}
		}
	}
}

// A store in which the keyring was damaged is not one without a keyring.
func TestADamagedKeyringIsNotReplaced(t *testing.T) {
	h, dir, _ := openParts(t)
	ctx := context.Background()
	if err := dir.Update(ctx, func(tx *directory.Tx) error { tx.PutKeyring([]byte("damaged")); return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := service.OpenKeys(ctx, dir, make([]byte, 32), h.time, rand.Reader); err == nil {
		t.Error("it was opened")
	}
}

// When a key was last used is known at once, and still after a restart.
// Sessions' keys are not long-term keys: their use is not noted.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html
func TestWhenAKeyWasLastUsed(t *testing.T) {
	dir := t.TempDir() + "/data"
	h := openWith(t, rolecall.Config{Dir: dir})
	ann := h.user("ann", "")
	lastUsed := func() answer { return h.call(admin, "iam", "GetAccessKeyLastUsed", "AccessKeyId", ann.id) }
	if a := lastUsed(); a.value("ServiceName") != "N/A" || a.value("Region") != "N/A" || a.value("LastUsedDate") != "" {
		t.Errorf("never used: %s", a.body)
	}
	h.pass(time.Hour)
	h.send(ann, form("iam", "ListUsers")) // refused, and used all the same
	for _, when := range []string{"at once", "after a restart"} {
		if a := lastUsed(); a.value("ServiceName") != "iam" || a.value("Region") != region || a.value("LastUsedDate") != "2026-03-01T13:00:00Z" {
			t.Errorf("%s: %s", when, a.body)
		}
		h.reopen(dir)
	}
	h.pass(time.Hour)
	if a := h.send(key{ann.id, admin.secret, ""}, whoAmI); a.code != "SignatureDoesNotMatch" {
		t.Errorf("%d %s", a.status, a)
	}
	if a := lastUsed(); a.value("LastUsedDate") != "2026-03-01T13:00:00Z" {
		t.Errorf("a wrong signature was noted: %s", a.body)
	}
}

// Uses of more keys than one transaction takes are all written down, and the
// use of a key that is gone is forgotten.
func TestUsesOfManyKeysAreWrittenDown(t *testing.T) {
	h, dir, keys := openParts(t)
	d := service.NewDoor(h.parts(dir, keys))
	h.web = httptest.NewServer(d)
	id, err := arn.ParseAccountID(account)
	if err != nil {
		t.Fatal(err)
	}
	var all []key
	for range 120 {
		all = append(all, key{id: "AKIA" + rand.Text()[:16], secret: rand.Text()})
	}
	change := func(change func(*directory.Tx, key) error) {
		for _, k := range all {
			if err := dir.Update(context.Background(), func(tx *directory.Tx) error { return change(tx, k) }); err != nil {
				t.Fatal(err)
			}
		}
	}
	change(func(tx *directory.Tx, k key) error {
		sealed, err := keys.SealSecret(k.id, k.secret)
		tx.PutAccessKey(&directory.AccessKey{ID: k.id, Account: id, Owner: account, Sealed: sealed, Active: true})
		return err
	})
	for _, k := range all {
		h.send(k, whoAmI)
	}
	used, gone := all, all[7]
	all = all[7:8]
	change(func(tx *directory.Tx, k key) error { tx.DeleteAccessKey(k.id); return nil })
	h.web.Close()
	for range 2 {
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	view, err := dir.View(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	if _, ok := view.LastUsed(gone.id); ok {
		t.Error("the use of a key that is gone is remembered")
	}
	for _, k := range used {
		if use, ok := view.LastUsed(k.id); k != gone && (!ok || !use.Time.Equal(start) || use.Service != "sts") {
			t.Errorf("%s: %v", k.id, use)
		}
	}
	if use, ok := view.LastUsed(admin.id); ok {
		t.Errorf("admin's key was not used: %v", use)
	}
}

// Many callers at once, while sealing keys change and keys come and go: each
// is answered as if it were alone.
func TestManyCallersAtOnce(t *testing.T) {
	h := open(t)
	role := h.role("Deploy", trust(account, "sts:AssumeRole"), "")
	var all sync.WaitGroup
	for n := range 8 {
		name := "user" + string(rune('a'+n))
		k := h.user(name, allow("sts:AssumeRole"))
		all.Go(func() {
			for range 10 {
				s := h.assume(k, role)
				if a := h.call(s, "sts", "GetCallerIdentity"); a.value("Arn") != "arn:aws:sts::"+account+":assumed-role/Deploy/night" {
					t.Errorf("%s: %s", name, a.body)
				}
				if a := h.call(k, "sts", "GetCallerIdentity"); a.value("Arn") != "arn:aws:iam::"+account+":user/"+name {
					t.Errorf("%s: %s", name, a.body)
				}
			}
			h.call(admin, "iam", "UpdateAccessKey", "UserName", name, "AccessKeyId", k.id, "Status", "Inactive")
			check(t, h.send(k, whoAmI), invalidToken)
		})
	}
	all.Go(func() {
		if _, err := h.server.RotateKeys(context.Background()); err != nil {
			t.Error(err)
		}
	})
	all.Wait()
}
