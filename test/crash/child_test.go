package crash

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/rolecall-iam/rolecall/store"
	"github.com/rolecall-iam/rolecall/store/bolt"
)

const (
	childDir = "ROLECALL_CRASH_TEST_DIR" // in the child's environment

	opening = "opening" // the child's first line, before it opens the store

	writers = 16
	ring    = 32  // how many of a writer's records are kept
	keep    = 300 // revisions, so that kills meet compactions too
)

// TestMain is the child's entry too.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		fmt.Fprintln(os.Stderr, "child:", child(dir))
		os.Exit(1)
	}
	if dir := os.Getenv(trailDir); dir != "" {
		fmt.Fprintln(os.Stderr, "child:", serveChild(dir))
		os.Exit(1)
	}
	if dir := os.Getenv(iamDir); dir != "" {
		fmt.Fprintln(os.Stderr, "child:", changeChild(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// ack is one line of the pipe: this writer's transaction is acknowledged.
type ack struct {
	Writer, N int
	Revision  int64
}

// child writes until it is killed.
func child(dir string) error {
	pipe := os.NewFile(3, "acknowledgements")
	if _, err := fmt.Fprintln(pipe, opening); err != nil {
		return err
	}
	s, err := bolt.Open(bolt.Options{Dir: dir, KeepRevisions: keep})
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	errs := make(chan error, writers)
	for w := range writers {
		wg.Go(func() { errs <- writeOn(s, w, pipe) })
	}
	return <-errs
}

// writeOn goes on where the writer's last life ended.
func writeOn(s *bolt.Store, w int, pipe *os.File) error {
	v, err := s.Read(context.Background())
	if err != nil {
		return err
	}
	head, _, err := v.Get(headKey(w))
	n := 0
	if err == nil && len(head.Value) > 0 {
		_, err = fmt.Sscan(string(head.Value), &n)
	}
	v.Close()
	if err != nil {
		return err
	}
	for at := head.ModRevision; ; {
		n++
		r, err := s.Txn(context.Background(), transaction(w, n, at))
		if err != nil || !r.Succeeded {
			return fmt.Errorf("writer %d, transaction %d: %+v, %w", w, n, r, err)
		}
		at = r.Revision
		line, err := json.Marshal(ack{w, n, r.Revision})
		if err != nil {
			return err
		}
		if _, err := pipe.Write(append(line, '\n')); err != nil { // at once or not at all
			return err
		}
	}
}

// transaction is a writer's nth: a head, two keys far apart from each other, a
// record with some weight, and the deletion of what stands across the ring.
func transaction(w, n int, at int64) store.Txn {
	value := fmt.Append(nil, n)
	return store.Txn{
		Compares: []store.Compare{store.Unchanged{Key: headKey(w), ModRevision: at}},
		Ops: []store.Op{
			store.Put{Key: headKey(w), Value: value},
			store.Put{Key: fmt.Sprintf("a/%d", w), Value: value},
			store.Put{Key: fmt.Sprintf("z/%d", w), Value: value},
			store.Put{Key: recordKey(w, n), Value: record(w, n)},
			store.Delete{Key: recordKey(w, n+ring/2)},
		},
	}
}

func headKey(w int) string      { return fmt.Sprintf("head/%d", w) }
func recordKey(w, n int) string { return fmt.Sprintf("record/%d/%d", w, n%ring) }

// record is 100 to 3,000 bytes, so that pages split and join.
func record(w, n int) []byte {
	size := 100 + (n*n*31+w*97)%2900
	return fmt.Appendf(nil, "%0*d", size, n)
}
