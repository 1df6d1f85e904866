package bolt

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/rolecall-iam/rolecall/store"
)

// sentence checks that an error is one line that names what it is about.
func sentence(t *testing.T, err error, about string) {
	t.Helper()
	if s := err.Error(); strings.Contains(s, "\n") || !strings.Contains(s, about) || len(s) > 300 {
		t.Errorf("not one sentence about %s: %q", about, s)
	}
}

func TestDirectoryAndFileAreTheOwnersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := mustOpen(t, Options{Dir: dir})
	defer s.Close()
	for path, want := range map[string]fs.FileMode{dir: 0o700 | fs.ModeDir, filepath.Join(dir, fileName): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
		}
	}
}

func TestAFileThatOthersMayReadIsClosedToThem(t *testing.T) {
	dir := t.TempDir()
	mustOpen(t, Options{Dir: dir}).Close()
	path := filepath.Join(dir, fileName)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	defer mustOpen(t, Options{Dir: dir}).Close()
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
}

func TestASecondOpenOfADirectoryIsRefused(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, Options{Dir: dir})
	_, err := Open(Options{Dir: dir})
	if !errors.Is(err, ErrInUse) {
		t.Fatalf("error is %v, want ErrInUse", err)
	}
	if want := "data directory " + dir + " is in use by another process"; err.Error() != want {
		t.Errorf("error is %q, want %q", err, want)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, Options{Dir: dir}).Close()
}

func TestAStoreKeepsItsID(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, Options{Dir: dir, Rand: strings.NewReader(strings.Repeat("r", 16))})
	if want := strings.Repeat("72", 16); s.ID() != want {
		t.Errorf("ID() = %q, want %q, from Options.Rand", s.ID(), want)
	}
	id := s.ID()
	s.Close()
	s = mustOpen(t, Options{Dir: dir})
	defer s.Close()
	if s.ID() != id {
		t.Errorf("ID() = %q after opening again, want %q", s.ID(), id)
	}
	other := mustOpen(t, Options{Ephemeral: true})
	defer other.Close()
	if other.ID() == id || len(other.ID()) != 32 {
		t.Errorf("another store's ID() = %q", other.ID())
	}
}

func TestANewStoreIsAtRevisionOneAsEtcdIs(t *testing.T) {
	s := mustOpen(t, Options{Ephemeral: true})
	defer s.Close()
	if s.Revision() != 1 {
		t.Errorf("Revision() = %d", s.Revision())
	}
}

func TestEphemeralLeavesNothingOnDisk(t *testing.T) {
	here := t.TempDir()
	t.Chdir(here)
	t.Setenv("TMPDIR", here)
	s := mustOpen(t, Options{Ephemeral: true})
	fill(t, s, 1000)
	entries, err := os.ReadDir(here)
	if err != nil || len(entries) > 0 {
		t.Errorf("while open: %v, %v", entries, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if entries, _ := os.ReadDir(here); len(entries) > 0 {
		t.Errorf("after Close: %v", entries)
	}
	if _, err := Open(Options{Ephemeral: true, Dir: here}); err == nil {
		t.Error("an ephemeral store took a data directory")
	}
}

func TestDirectoriesThatCannotBeOpened(t *testing.T) {
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, dir string) (open string)
		want    error
		says    string
	}{
		{"the parent is missing", func(t *testing.T, dir string) string {
			return filepath.Join(dir, "none", "data")
		}, fs.ErrNotExist, "its parent directory is missing"},
		{"it is a file", func(t *testing.T, dir string) string {
			write(t, filepath.Join(dir, "file"), "x")
			return filepath.Join(dir, "file")
		}, nil, "is not a directory"},
		{"no directory is named", func(*testing.T, string) string { return "" }, nil, "cannot be opened"},
		{"the data file is a directory", func(t *testing.T, dir string) string {
			if err := os.Mkdir(filepath.Join(dir, fileName), 0o700); err != nil {
				t.Fatal(err)
			}
			return dir
		}, nil, "is a directory"},
		{"the data file is text", func(t *testing.T, dir string) string {
			write(t, filepath.Join(dir, fileName), strings.Repeat("not a database\n", 10_000))
			return dir
		}, ErrForeign, "not a rolecall store"},
		{"the data file is one byte", func(t *testing.T, dir string) string {
			write(t, filepath.Join(dir, fileName), "\x00")
			return dir
		}, ErrForeign, "not a rolecall store"},
		{"another program's bbolt file", func(t *testing.T, dir string) string {
			makeBolt(t, dir, "members", "", "")
			return dir
		}, ErrForeign, "not a rolecall store"},
		{"a format to come", func(t *testing.T, dir string) string {
			makeBolt(t, dir, bucketAbout, keyFormat, "2")
			return dir
		}, ErrFormat, `it is "2", this rolecall reads "1"`},
		{"a store without its buckets", func(t *testing.T, dir string) string {
			makeBolt(t, dir, bucketAbout, keyFormat, format)
			return dir
		}, store.ErrDamaged, "the bucket current is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := c.prepare(t, t.TempDir())
			s, err := Open(Options{Dir: dir})
			if err == nil {
				s.Close()
				t.Fatal("it was opened")
			}
			sentence(t, err, dir)
			sentence(t, err, c.says)
			if c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("error is %v, want %v", err, c.want)
			}
		})
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// makeBolt makes a data file with one bucket and one key.
func makeBolt(t *testing.T, dir, bucket, key, value string) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(dir, fileName), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket([]byte(bucket))
		if err != nil || key == "" {
			return err
		}
		return b.Put([]byte(key), []byte(value))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// An interrupted first start leaves an empty file, or one of bbolt's without
// any bucket; both are new stores.
func TestAnInterruptedFirstStartIsBegunAgain(t *testing.T) {
	for name, prepare := range map[string]func(path string){
		"empty file": func(path string) { write(t, path, "") },
		"no buckets": func(path string) {
			db, err := bbolt.Open(path, 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			db.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			prepare(filepath.Join(dir, fileName))
			s := mustOpen(t, Options{Dir: dir})
			defer s.Close()
			if s.ID() == "" || s.Revision() != 1 {
				t.Errorf("id %q at revision %d", s.ID(), s.Revision())
			}
		})
	}
}
