package ssoadmin

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"syscall"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/bolt"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// What waits is made: 100 permission sets come to 300 accounts, each for one of
// 200 groups, 6,000 assignments at a time. One operation is one assignment.
func BenchmarkAssign(b *testing.B) {
	const accounts, sets, groups, waiting = 300, 100, 200, 6000
	var used, made int64
	for b.Loop() {
		used, made = 0, 0
		r := newEstate(b, accounts, sets, groups)
		for from := 0; from < accounts*sets; from += waiting {
			r.update(func(tx *directory.Tx) {
				for i := from; i < from+waiting; i++ {
					a := directory.Assignment{Account: r.accounts[i%accounts], PermissionSet: r.sets[(i/accounts+i)%sets], Type: directory.PrincipalGroup, Principal: r.groups[i%groups]}
					q := &directory.SSORequest{ID: fmt.Sprintf("%08d-0000-4000-8000-000000000000", i), Kind: directory.SSOAssign, Created: r.now, Status: inProgress}
					about(q, a)
					tx.PutWaiting(r.instance.ID, a, q.ID)
					tx.AddSSORequest(r.instance.ID, q)
				}
			})
			before := processorTime(b)
			if err := r.service.assignAll(b.Context()); err != nil {
				b.Fatal(err)
			}
			used += processorTime(b) - before
			r.allSucceeded()
			made += waiting
		}
	}
	b.ReportMetric(float64(used)/float64(made), "cpu-ns/assignment")
}

func processorTime(b *testing.B) int64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return used.Utime.Nano() + used.Stime.Nano()
}

// estate is an instance with accounts, permission sets and groups.
type estate struct {
	b            testing.TB
	service      *Service
	instance     *directory.Instance
	accounts     []arn.AccountID
	sets, groups []string
	now          time.Time
}

func newEstate(b testing.TB, accounts, sets, groups int) *estate {
	b.Helper()
	store, err := bolt.Open(bolt.Options{Dir: b.TempDir() + "/data", KeepRevisions: 10000})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := store.Close(); err != nil {
			b.Error(err)
		}
	})
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r := &estate{b: b, now: now, service: New(Config{Directory: directory.New(store), Rand: rand.Reader, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})}
	account := func(i int) arn.AccountID {
		a, err := arn.ParseAccountID(fmt.Sprintf("%012d", 100000000000+i))
		if err != nil {
			b.Fatal(err)
		}
		return a
	}
	r.instance = &directory.Instance{ID: "ssoins-1111111111111111", Account: account(0), Store: "d-1111111111", Region: "us-east-1", Status: active, Created: now}
	r.update(func(tx *directory.Tx) {
		putInstance(tx, r.instance, &directory.IdentityStore{ID: r.instance.Store, Account: r.instance.Account, Region: "us-east-1", Created: now})
		o := &directory.Organization{ID: "o-1111111111", Management: account(0), Created: now, Features: "ALL", Root: directory.Node{ID: "r-1111"}}
		tx.PutOrganization(nil, o)
		for i := range accounts + 1 {
			m := &directory.Member{Node: directory.Node{ID: account(i).String()}, Account: account(i), Organization: o.ID, Parent: o.Root.ID, Joined: now}
			tx.PutMember(nil, m)
			tx.PutAccount(&directory.Account{ID: account(i)})
			if i > 0 {
				r.accounts = append(r.accounts, account(i))
			}
		}
		for i := range sets {
			r.sets = append(r.sets, fmt.Sprintf("ps-%016d", i))
			tx.PutPermissionSet(&directory.PermissionSet{ID: r.sets[i], Instance: r.instance.ID, Name: fmt.Sprint("set", i), Version: 1, SessionDuration: "PT1H", Managed: []directory.PolicyRef{"aws:/ReadOnlyAccess"}})
		}
		for i := range groups {
			r.groups = append(r.groups, fmt.Sprintf("00000000-0000-4000-8000-%012d", i))
			tx.PutPersonGroup(nil, &directory.PersonGroup{ID: r.groups[i], Store: r.instance.Store, DisplayName: fmt.Sprint("group", i)})
		}
	})
	return r
}

func (r *estate) allSucceeded() {
	r.b.Helper()
	r.update(func(tx *directory.Tx) {
		tx.SSORequests(r.instance.ID, directory.SSOAssign, "", func(q *directory.SSORequest) bool {
			if q.Status != succeeded {
				r.b.Errorf("%+v", q)
			}
			return q.Status == succeeded
		})
	})
}

func (r *estate) update(change func(*directory.Tx)) {
	r.b.Helper()
	err := r.service.Directory.Update(context.Background(), func(tx *directory.Tx) error {
		change(tx)
		return nil
	})
	if err != nil {
		r.b.Fatal(err)
	}
}
