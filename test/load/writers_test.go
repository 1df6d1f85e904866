package load

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/store"
	"github.com/rolecall-iam/rolecall/store/bolt"
)

var writeCalls = flag.Int("writes", 2000, "how many durable writes the writers make together")

// writers write at once; the store commits together what has gathered.
const writers = 64

// The disk, the store and the API beside each other: how often the disk syncs a
// page, how many transactions of the store 64 writers have on disk in that time,
// and how many calls of IAM that change something.
func TestWritersAtOnce(t *testing.T) {
	dir := t.TempDir()
	syncs := diskSyncs(t, dir, min(*writeCalls, 5000))
	t.Logf("the disk: %.0f syncs of a page a second", syncs)
	rate, commits := storeWrites(t, filepath.Join(dir, "store"))
	t.Logf("the store: %.0f transactions a second from %d writers, %.1f of them a commit of two syncs", rate, writers, commits)
	if *writeCalls >= 100_000 && rate < min(10_000, syncs/2) {
		t.Errorf("%.0f transactions a second are neither 10,000 nor what the disk allows", rate)
	}
	t.Logf("IAM: %.0f changes a second from %d clients, without the network", apiWrites(t, filepath.Join(dir, "api")), writers)
}

// diskSyncs is how often a second a page can be written and synced.
func diskSyncs(t *testing.T, dir string, times int) float64 {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "sync"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	begin := time.Now()
	for i := range times {
		if _, err := f.WriteAt(page, int64(i%256)*4096); err != nil {
			t.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	return float64(times) / time.Since(begin).Seconds()
}

// storeWrites makes documents with their names, as creating a role does, and
// answers how many a second and how many in a commit.
func storeWrites(t *testing.T, dir string) (rate, together float64) {
	t.Helper()
	s, err := bolt.Open(bolt.Options{Dir: dir, KeepRevisions: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	value := []byte(trust + may)
	before := s.Commits()
	begin := time.Now()
	each(writers, *writeCalls, func(n int) {
		r, err := s.Txn(t.Context(), store.Txn{
			Compares: []store.Compare{store.Absent{Key: fmt.Sprintf("name/%d", n)}},
			Ops: []store.Op{
				store.Put{Key: fmt.Sprintf("id/%d", n), Value: value},
				store.Put{Key: fmt.Sprintf("name/%d", n), Value: fmt.Append(nil, n)},
			},
		})
		if err != nil || !r.Succeeded {
			t.Errorf("write %d: %+v, %v", n, r, err)
		}
	})
	rate = float64(*writeCalls) / time.Since(begin).Seconds()
	together = float64(*writeCalls) / float64(s.Commits()-before)
	v, err := s.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for n := range *writeCalls {
		if _, ok, err := v.Get(fmt.Sprintf("id/%d", n)); err != nil || !ok {
			t.Fatalf("write %d is not there: %v", n, err)
		}
	}
	return rate, together
}

// each calls do with every number below n, from so many goroutines.
func each(goroutines, n int, do func(n int)) {
	var all sync.WaitGroup
	for g := range goroutines {
		all.Go(func() {
			for i := g; i < n; i += goroutines {
				do(i)
			}
		})
	}
	all.Wait()
}

// apiWrites tags users, one for each client, with requests that were signed
// before.
func apiWrites(t *testing.T, dir string) float64 {
	t.Helper()
	s, err := rolecall.New(rolecall.Config{Dir: dir, Admin: adminKey()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	c := newClient("127.0.0.1")
	send := func(body string) {
		r, err := c.request([]byte(body))
		if err != nil {
			t.Error(err)
			return
		}
		answered(t, s, r)
	}
	for i := range writers {
		send("Action=CreateUser&Version=2010-05-08&UserName=" + userName(i))
	}
	requests := make([]*http.Request, min(*writeCalls, 50_000))
	for i := range requests {
		body := fmt.Sprintf("Action=TagUser&Version=2010-05-08&UserName=%s&Tags.member.1.Key=n&Tags.member.1.Value=%d", userName(i%writers), i)
		if requests[i], err = c.request([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	begin := time.Now()
	each(writers, len(requests), func(n int) { answered(t, s, requests[n]) })
	return float64(len(requests)) / time.Since(begin).Seconds()
}

func answered(t *testing.T, s *rolecall.Server, r *http.Request) {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
