package crash

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"

	"github.com/rolecall-iam/rolecall/store"
	"github.com/rolecall-iam/rolecall/store/bolt"
)

var (
	kills = flag.Int("kills", 20, "how often the writing process is killed")
	seed  = flag.Uint64("seed", 1, "of the numbers of acknowledgements after which it is")
)

func TestNoAcknowledgedWriteIsLostAndNoneIsHalfThere(t *testing.T) {
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(*seed, 0))
	var last [writers]ack // acknowledged, in all lives
	total := 0
	for kill := range *kills {
		after := random.IntN(600)
		if kill%5 == 4 {
			after = 0 // while it is opening the store
		}
		total += run(t, dir, after, &last)
		check(t, dir, &last)
		if t.Failed() {
			t.Fatalf("after kill %d, at %d acknowledgements (-seed %d)", kill+1, after, *seed)
		}
	}
	t.Logf("%d kills, %d acknowledged transactions", *kills, total)
}

// run lives one life of the child: it is killed after so many acknowledgements.
// Those that it sent before it died count as well.
func run(t *testing.T, dir string, after int, last *[writers]ack) (acked int) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	cmd.Stderr = os.Stderr
	cmd.ExtraFiles = []*os.File{w}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }()
	defer func() { _ = cmd.Process.Kill() }() // again, when the test fails
	w.Close()

	lines := bufio.NewReader(r)
	if line, err := lines.ReadString('\n'); err != nil || line != opening+"\n" {
		t.Fatalf("the child began with %q, %v", line, err)
	}
	for ; ; acked++ {
		if acked == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 && acked >= after {
			return acked
		}
		var a ack
		if err == nil {
			err = json.Unmarshal(line, &a)
		}
		if err != nil {
			t.Fatalf("after %d acknowledgements, killed after %d: %q, %v", acked, after, line, err)
		}
		if a.N != last[a.Writer].N+1 {
			// One more than was acknowledged may have been written in an
			// earlier life; check has seen it and counted it.
			t.Fatalf("writer %d acknowledged %d after %d", a.Writer, a.N, last[a.Writer].N)
		}
		last[a.Writer] = a
	}
}

// check opens the store and compares. What was written but not acknowledged is
// taken into last: the next life goes on from there.
func check(t *testing.T, dir string, last *[writers]ack) {
	t.Helper()
	s, err := bolt.Open(bolt.Options{Dir: dir, KeepRevisions: keep})
	if err != nil {
		t.Fatalf("open after the kill: %v", err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	v, err := s.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for w := range writers {
		n, revision := checkWriter(t, v, w)
		if n < last[w].N || revision < last[w].Revision {
			t.Errorf("writer %d: transaction %d of revision %d was acknowledged and is lost; %d of revision %d is there",
				w, last[w].N, last[w].Revision, n, revision)
		}
		if n > last[w].N+1 {
			t.Errorf("writer %d: transaction %d is there, and only %d was acknowledged", w, n, last[w].N)
		}
		last[w] = ack{w, n, revision}
	}
	checkHistory(t, s)
}

// checkWriter returns a writer's newest transaction and sees that it, and every
// one before it that left a trace, is there whole.
func checkWriter(t *testing.T, v store.Snapshot, w int) (n int, revision int64) {
	t.Helper()
	get := func(key string) store.KV {
		kv, _, err := v.Get(key)
		if err != nil {
			t.Fatalf("Get(%s): %v", key, err)
		}
		return kv
	}
	head := get(headKey(w))
	if len(head.Value) > 0 {
		if _, err := fmt.Sscan(string(head.Value), &n); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{fmt.Sprintf("a/%d", w), fmt.Sprintf("z/%d", w)} {
		if kv := get(key); string(kv.Value) != string(head.Value) || kv.ModRevision != head.ModRevision {
			t.Errorf("writer %d is at %s of revision %d, but %s is at %s of %d",
				w, head.Value, head.ModRevision, key, kv.Value, kv.ModRevision)
		}
	}
	for i := max(n-ring/2+1, 1); i <= n; i++ {
		if kv := get(recordKey(w, i)); string(kv.Value) != string(record(w, i)) {
			t.Errorf("writer %d: record %d is missing or another", w, i)
		}
	}
	for i := n + 1; i <= n+ring/2; i++ {
		if kv := get(recordKey(w, i)); kv.ModRevision != 0 {
			t.Errorf("writer %d at %d: what stood at %d was deleted and is there", w, n, i)
		}
	}
	return n, head.ModRevision
}

// checkHistory reads every revision that is kept: each is one whole transaction
// and follows its writer's last.
func checkHistory(t *testing.T, s *bolt.Store) {
	t.Helper()
	from := max(s.Revision()-keep+1, 2)
	if s.Revision() < from {
		return
	}
	var at [writers]int
	next := from
	for c, err := range s.Watch(t.Context(), "", from) {
		if err != nil {
			t.Fatalf("history: %v", err)
		}
		if c.Revision != next {
			t.Fatalf("revision %d follows %d", c.Revision, next-1)
		}
		checkChange(t, c, &at)
		if next++; next > s.Revision() {
			break
		}
	}
}

func checkChange(t *testing.T, c store.Change, at *[writers]int) {
	t.Helper()
	var w, n int
	_, err := fmt.Sscanf(c.Events[0].KV.Key+" "+string(c.Events[0].KV.Value), "head/%d %d", &w, &n)
	if err != nil || w < 0 || w >= writers {
		t.Fatalf("revision %d begins with %+v", c.Revision, c.Events[0])
	}
	if at[w] != 0 && n != at[w]+1 {
		t.Errorf("revision %d: writer %d goes from %d to %d", c.Revision, w, at[w], n)
	}
	at[w] = n
	ops := transaction(w, n, 0).Ops
	for i, e := range c.Events {
		switch op := ops[min(i, len(ops)-1)].(type) {
		case store.Put:
			if e.Deleted || e.KV.Key != op.Key || string(e.KV.Value) != string(op.Value) {
				t.Errorf("revision %d, event %d: %s is not what was written", c.Revision, i, e.KV.Key)
			}
		case store.Delete:
			if !e.Deleted || e.KV.Key != op.Key {
				t.Errorf("revision %d, event %d: %s, want the deletion of %s", c.Revision, i, e.KV.Key, op.Key)
			}
		}
	}
	whole := len(ops)
	if n <= ring/2 {
		whole-- // there was nothing to delete yet
	}
	if len(c.Events) != whole {
		t.Errorf("revision %d has %d of %d events", c.Revision, len(c.Events), whole)
	}
}
