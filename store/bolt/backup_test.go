package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"github.com/rolecall-iam/rolecall/store"
)

func backupOf(t *testing.T, s *Store) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Backup(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// contents is everything that a store tells.
func contents(t *testing.T, s *Store, from int64) string {
	t.Helper()
	out := fmt.Sprintln(s.ID(), s.Revision())
	for r := from; r <= s.Revision(); r++ {
		v, err := s.ReadAt(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		for kv, err := range v.List("", "", 0) {
			out += fmt.Sprintln(r, kv.Key, len(kv.Value), kv.CreateRevision, kv.ModRevision, err)
		}
		v.Close()
	}
	for c, err := range s.Watch(t.Context(), "", from) {
		out += fmt.Sprintln(c.Revision, len(c.Events), err)
		if c.Revision >= s.Revision() {
			break
		}
	}
	return out
}

// withPast makes a store with versions, deletions and a compaction.
func withPast(t *testing.T, o Options) (s *Store, from int64) {
	t.Helper()
	s = mustOpen(t, o)
	fill(t, s, 250)
	for range 4 {
		fill(t, s, 50)
	}
	if _, err := s.Txn(t.Context(), store.Txn{Ops: []store.Op{store.Delete{Key: key(3)}}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Compact(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	return s, 4
}

func TestARestoredStoreIsTheOneThatWasBackedUp(t *testing.T) {
	for name, o := range map[string]Options{"on disk": {Dir: t.TempDir()}, "ephemeral": {Ephemeral: true}} {
		t.Run(name, func(t *testing.T) {
			s, from := withPast(t, o)
			defer s.Close()
			want := contents(t, s, from)
			backup := backupOf(t, s)
			fill(t, s, 10) // goes on

			dir := filepath.Join(t.TempDir(), "new")
			if err := Restore(bytes.NewReader(backup), dir); err != nil {
				t.Fatal(err)
			}
			entries, err := os.ReadDir(dir)
			if err != nil || len(entries) != 1 {
				t.Errorf("in the directory: %v, %v; want the data file only", entries, err)
			}
			r := mustOpen(t, Options{Dir: dir})
			defer r.Close()
			if got := contents(t, r, from); got != want {
				t.Errorf("restored:\n%s\nbacked up:\n%s", got, want)
			}
			if _, err := r.ReadAt(t.Context(), from-1); !errors.Is(err, store.ErrCompacted) {
				t.Errorf("below the compacted revision: %v", err)
			}
			info, err := os.Stat(filepath.Join(dir, fileName))
			if err != nil || info.Mode() != 0o600 {
				t.Errorf("mode %v, %v", info.Mode(), err)
			}
		})
	}
}

func TestRestoreNeverTouchesAStore(t *testing.T) {
	s, from := withPast(t, Options{Dir: t.TempDir()})
	defer s.Close()
	dir := t.TempDir()
	other := mustOpen(t, Options{Dir: dir})
	backup := backupOf(t, s)
	for _, state := range []string{"open", "closed"} {
		err := Restore(bytes.NewReader(backup), dir)
		if !errors.Is(err, ErrExists) {
			t.Fatalf("%s: %v, want ErrExists", state, err)
		}
		sentence(t, err, "data directory "+dir+" already holds a store")
		other.Close()
	}
	other = mustOpen(t, Options{Dir: dir})
	defer other.Close()
	if other.ID() == s.ID() || other.Revision() >= from {
		t.Error("the store was replaced")
	}
}

func TestWhatIsNoSoundBackupIsNotRestored(t *testing.T) {
	s, _ := withPast(t, Options{Ephemeral: true})
	defer s.Close()
	whole := backupOf(t, s)
	flipped, zeroed := bytes.Clone(whole), bytes.Clone(whole)
	for at := 2 * 4096; at < len(whole); at += 4096 { // free pages have old values too
		if i := bytes.Index(whole[at:at+4096], document()[:100]); i >= 0 {
			flipped[at+i+50] ^= 1
			clear(zeroed[at:][:4096])
		}
	}
	for _, c := range []struct {
		name   string
		backup []byte
		want   error
		says   string
	}{
		{"nothing", nil, store.ErrDamaged, "the copy is empty"},
		{"text", bytes.Repeat([]byte("text\n"), 5000), ErrForeign, "the backup is not a rolecall store"},
		{"half of it", whole[:len(whole)/2], store.ErrDamaged, "truncated"},
		{"all but the last page", whole[:len(whole)-4096], store.ErrDamaged, "truncated"},
		{"flipped bits in values", flipped, store.ErrDamaged, "wrong checksum"},
		{"pages of zeros", zeroed, store.ErrDamaged, "the backup cannot be restored"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			err := Restore(bytes.NewReader(c.backup), dir)
			if !errors.Is(err, c.want) {
				t.Fatalf("error is %v, want %v", err, c.want)
			}
			sentence(t, err, c.says)
			if entries, _ := os.ReadDir(dir); len(entries) > 0 {
				t.Errorf("left behind: %v", entries)
			}
			mustOpen(t, Options{Dir: dir}).Close()
		})
	}
}

func TestRestorePassesOnWhatItCannotReadOrWrite(t *testing.T) {
	broken := errors.New("the connection broke")
	dir := t.TempDir()
	err := Restore(iotest.ErrReader(broken), dir)
	if !errors.Is(err, broken) {
		t.Errorf("reader: %v", err)
	}
	sentence(t, err, dir)
	err = Restore(bytes.NewReader(nil), filepath.Join(dir, "none", "data"))
	sentence(t, err, "its parent directory is missing")
	s := mustOpen(t, Options{Ephemeral: true})
	defer s.Close()
	if err := s.Backup(failingWriter{broken}); err == nil {
		t.Error("a failing writer is no error")
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }
