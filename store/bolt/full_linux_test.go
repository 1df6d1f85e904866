package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/rolecall-iam/rolecall/store"
)

// fillUp writes until a write is refused, and returns how many were accepted.
func fillUp(t *testing.T, s *Store, from int) (n int) {
	t.Helper()
	value := make([]byte, 32<<10)
	for n = from; n < from+2000; n++ {
		_, err := s.Txn(t.Context(), store.Txn{Ops: []store.Op{
			store.Put{Key: key(n), Value: value}, store.Put{Key: "newest", Value: []byte(key(n))}}})
		if errors.Is(err, store.ErrFull) {
			return n
		}
		if err != nil {
			t.Fatalf("write %d: %v, want ErrFull", n, err)
		}
	}
	t.Fatal("it never was full")
	return 0
}

// fullStory fills a directory up, checks that all is there that was accepted
// and nothing else, makes room, and goes on.
func fullStory(t *testing.T, dir string, makeRoom func()) {
	s := mustOpen(t, Options{Dir: dir})
	n := fillUp(t, s, 0)
	check := func(s *Store) {
		t.Helper()
		intact(t, s, n)
		v, err := s.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		if kv, _, err := v.Get("newest"); err != nil || string(kv.Value) != key(n-1) {
			t.Errorf("the newest is %s, %v; want %s", kv.Value, err, key(n-1))
		}
		if s.Revision() != int64(1+n) || v.Revision() != int64(1+n) {
			t.Errorf("revisions %d and %d, want %d", s.Revision(), v.Revision(), 1+n)
		}
	}
	check(s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, Options{Dir: dir}) // a full disk does not keep it from starting
	defer s.Close()
	check(s)
	if again := fillUp(t, s, n); again > n+64 {
		t.Errorf("%d more writes were accepted", again-n)
	} else {
		n = again
	}
	check(s)
	makeRoom()
	_, err := s.Txn(t.Context(), store.Txn{Ops: []store.Op{
		store.Put{Key: key(n)}, store.Put{Key: "newest", Value: []byte(key(n))}}})
	if err != nil {
		t.Fatalf("with room again: %v", err)
	}
	n++
	check(s)
}

func TestAFullDiskRefusesTheWriteAndKeepsTheRest(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("rolecall", dir, "tmpfs", 0, "size=3m"); err != nil {
		t.Skipf("NOT TESTED, a full file system: mounting a small one needs root: %v", err)
	}
	defer func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	}()
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	fullStory(t, dir, func() {
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
	})
}

// A limit on the size of files, which is the process's, in a process of its own.
func TestAFileSizeLimitRefusesTheWriteAndKeepsTheRest(t *testing.T) {
	const child = "STORE_TEST_FULL_DIR"
	if dir := os.Getenv(child); dir != "" {
		signal.Ignore(unix.SIGXFSZ)
		var limit unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
			t.Fatal(err)
		}
		most := limit.Max
		limit.Cur = growBy + 2<<20
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
			t.Fatal(err)
		}
		fullStory(t, dir, func() {
			if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: most, Max: most}); err != nil {
				t.Fatal(err)
			}
		})
		return
	}
	again(t, child)
}

// Address space may be limited, and then the store is mapped as it grows.
func TestALimitOnAddressSpaceIsNoHindrance(t *testing.T) {
	const child = "STORE_TEST_SPACE_DIR"
	if dir := os.Getenv(child); dir != "" {
		var pages uint64
		statm, err := os.ReadFile("/proc/self/statm")
		if err != nil {
			t.Skip(err)
		}
		if _, err := fmt.Sscan(string(statm), &pages); err != nil {
			t.Fatal(err)
		}
		const limit = 8 << 30
		if pages*uint64(os.Getpagesize()) > limit/2 {
			t.Skip("NOT TESTED: this test binary itself takes more address space than the limit")
		}
		if err := unix.Setrlimit(unix.RLIMIT_AS, &unix.Rlimit{Cur: limit, Max: limit}); err != nil {
			t.Fatal(err)
		}
		for _, o := range []Options{{Dir: dir}, {Ephemeral: true}} {
			s := mustOpen(t, o)
			s.db.NoSync = true // the disk has no part in this
			value := make([]byte, 1<<19)
			const n = mapLeast>>19 + 10
			for i := range n {
				if _, err := s.Txn(t.Context(), store.Txn{Ops: []store.Op{store.Put{Key: key(i), Value: value}}}); err != nil {
					t.Fatal(err)
				}
			}
			intact(t, s, n)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	again(t, child)
}

// again runs the test in a process of its own, with a directory.
func again(t *testing.T, child string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), child+"="+t.TempDir())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
	if bytes.Contains(out, []byte("--- SKIP")) {
		t.Skipf("%s", out)
	}
}

// A disk that refuses writes for another reason; the descriptor below bbolt is
// replaced by one that cannot write.
func TestAWriteErrorRefusesTheWriteAndKeepsTheRest(t *testing.T) {
	s := mustOpen(t, Options{Dir: t.TempDir()})
	defer s.Close()
	fill(t, s, 5)
	fd := int(s.os.Fd())
	good, err := unix.Dup(fd)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(good)
	readOnly, err := unix.Open(s.os.Name(), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(readOnly)

	if err := unix.Dup3(readOnly, fd, unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	_, err = s.Txn(t.Context(), store.Txn{Ops: []store.Op{store.Put{Key: key(5)}}})
	if !errors.Is(err, syscall.EBADF) {
		t.Errorf("error is %v, want the system's", err)
	}
	intact(t, s, 5)
	if err := unix.Dup3(good, fd, unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	if _, err = s.Txn(t.Context(), store.Txn{Ops: []store.Op{store.Put{Key: key(5)}}}); err != nil {
		t.Errorf("when the disk is well again: %v", err)
	}
	intact(t, s, 6)
}

// asNobody runs do with the rights of an ordinary user where the test has all.
func asNobody(t *testing.T, do func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		do()
		return
	}
	runtime.LockOSThread() // the identity for files is the thread's
	defer runtime.UnlockOSThread()
	if err := unix.Setfsuid(65534); err != nil {
		t.Skipf("NOT TESTED, an ordinary user: %v", err)
	}
	defer func() {
		if err := unix.Setfsuid(0); err != nil {
			t.Fatal(err)
		}
	}()
	do()
}

func TestADirectoryThatCannotBeWrittenIsNamed(t *testing.T) {
	locked := t.TempDir()
	if err := os.Chmod(locked, 0o555); err != nil {
		t.Fatal(err)
	}
	readOnly := t.TempDir()
	mustOpen(t, Options{Dir: readOnly}).Close()
	if err := os.Chmod(filepath.Join(readOnly, fileName), 0o400); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{
		"the directory is read-only":      locked,
		"it cannot be made in its parent": filepath.Join(locked, "data"),
		"the data file is read-only":      readOnly,
	} {
		t.Run(name, func(t *testing.T) {
			asNobody(t, func() {
				s, err := Open(Options{Dir: dir})
				if err == nil {
					s.Close()
					t.Fatal("it was opened")
				}
				if !errors.Is(err, os.ErrPermission) {
					t.Errorf("error is %v, want a permission", err)
				}
				sentence(t, err, "data directory "+dir+" cannot be written")
			})
		})
	}
	sentence(t, dirError("/data", &os.PathError{Op: "open", Path: "x", Err: syscall.EROFS}),
		"data directory /data cannot be written: read-only file system")
}
