package trail

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/rolecall-iam/rolecall/api/iam"
)

func TestClosingWritesDownWhatWasHandedOver(t *testing.T) {
	o := Options{Dir: filepath.Join(t.TempDir(), "trail")}
	h := open(t, o)
	for range 3 {
		h.create("ann")
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	h.reopen(o)
	h.create("bob")
	h.want(Query{}, "bob", "ann", "ann", "ann")
}

func TestFilesAreTheirOwnersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "trail")
	h := open(t, Options{Dir: dir})
	h.create("ann")
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// openError is what Open says of a folder, in one sentence.
func openError(t *testing.T, dir string) string {
	t.Helper()
	opened, err := Open(Options{Dir: dir, Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if err == nil {
		return errors.Join(errors.New("opened"), opened.Close()).Error()
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("not one sentence: %v", err)
	}
	return err.Error()
}

func TestATrailInUseIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "trail")
	open(t, Options{Dir: dir})
	if got := openError(t, dir); !strings.Contains(got, "in use") && !strings.Contains(got, "lock held") {
		t.Error(got)
	}
}

func TestADamagedTrailIsRefused(t *testing.T) {
	damage := map[string]func(t *testing.T, dir string){
		"a file in its place": func(t *testing.T, dir string) {
			write(t, dir, "no folder")
		},
		"a manifest of noise": func(t *testing.T, dir string) {
			fill(t, dir)
			for _, name := range files(t, dir, "MANIFEST-*") {
				write(t, name, strings.Repeat("noise", 100))
			}
		},
		"notes of noise": func(t *testing.T, dir string) {
			e, err := openEngine(dir, ownFiles{vfs.Default}, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(e.db.Set(noteKey(1), []byte("noise"), e.sync), e.close()); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, harm := range damage {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "trail")
			harm(t, dir)
			if got := openError(t, dir); !strings.Contains(got, "the trail in "+dir) {
				t.Error(got)
			}
		})
	}
}

func TestATornEndOfTheLogLosesNothingElse(t *testing.T) {
	o := Options{Dir: filepath.Join(t.TempDir(), "trail")}
	h := open(t, o)
	h.create("ann")
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range files(t, o.Dir, "*.log") {
		f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.WriteString("half a rec")
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	h.reopen(o)
	h.want(Query{}, "ann")
}

func fill(t *testing.T, dir string) {
	h := open(t, Options{Dir: dir})
	h.create("ann")
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
}

func files(t *testing.T, dir, pattern string) []string {
	names, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	return names
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// full is a disk that is full once so many more writes were done.
func full() (vfs.FS, *atomic.Int64) {
	var left atomic.Int64
	left.Store(1 << 40)
	return errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind.ReadOrWrite() == errorfs.OpIsWrite && left.Add(-1) < 0 {
			return syscall.ENOSPC
		}
		return nil
	})), &left
}

func TestADiskMayBecomeFullAtAnyWrite(t *testing.T) {
	for writes := int64(0); writes < 400; writes += 13 {
		disk, left := full()
		h := open(t, Options{Dir: "trail", files: disk})
		left.Store(writes)
		for range 600 {
			h.create("bob")
		}
		if err := h.queue.drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := h.Close(); left.Load() < 0 && h.Lost() == 0 && err == nil {
			t.Errorf("nobody noticed that the disk was full after %d writes", writes)
		}
	}
}

func TestADiskThatIsFullAtTheStartIsRefused(t *testing.T) {
	for writes := int64(0); writes < 12; writes++ {
		disk, left := full()
		left.Store(writes)
		_, err := Open(Options{Dir: "trail", Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler), files: disk})
		if err == nil || !strings.Contains(err.Error(), "no space left on device") {
			t.Errorf("after %d writes: %v", writes, err)
		}
	}
}

func TestAFullDiskLosesEventsAndNothingElse(t *testing.T) {
	disk, left := full()
	h := open(t, Options{Dir: "trail", files: disk})
	h.create("ann")
	h.want(Query{}, "ann")
	left.Store(0)
	for range 3 * queueLimit {
		h.create("bob") // must neither block nor end the process
	}
	if err := h.queue.drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if lost := h.Lost(); lost < 2*queueLimit || lost > 3*queueLimit {
		t.Errorf("%d counted as lost", lost)
	}
	for _, want := range []string{"events are lost from the trail", "no space left on device", "events are missing from the trail"} {
		if !strings.Contains(h.log.String(), want) {
			t.Errorf("the log does not say %q: %s", want, h.log)
		}
	}
	if n := strings.Count(h.log.String(), "\n"); n > 10 {
		t.Errorf("%d lines of log", n)
	}
	if _, err := h.Lookup(t.Context(), Query{Account: account(t, "123456789012"), Limit: 1}); err == nil {
		t.Error("a trail that has given up is still read")
	}
}

func TestAnEventThatCannotBeToldIsLostAlone(t *testing.T) {
	h := open(t, Options{})
	h.create("ann")
	e := benchEvent(t)
	e.Time, e.Operation = h.clock.time(), iam.CreateUser.Operation // with the input of another
	e.Input = "no input at all"
	h.Record(e)
	h.create("bob")
	h.want(Query{}, "bob", "ann")
	if h.Lost() != 1 || strings.Contains(h.log.String(), "no input at all") {
		t.Errorf("lost %d: %s", h.Lost(), h.log)
	}
}

func TestAFullQueueMakesCallersWait(t *testing.T) {
	q, e := newQueue(2), benchEvent(t)
	q.put(e)
	q.put(e)
	third := make(chan bool, 1)
	go func() { third <- q.put(e) }()
	for waits := false; !waits; runtime.Gosched() {
		q.mu.Lock()
		waits = q.held > 0
		q.mu.Unlock()
	}
	select {
	case <-third:
		t.Fatal("handed over into a full queue")
	default:
	}
	if got := len(q.take(nil)); got != 2 {
		t.Errorf("%d taken", got)
	}
	if !<-third || len(q.take(nil)) != 1 {
		t.Error("the third is lost")
	}
	q.close()
	if q.put(e) || len(q.take(nil)) > 0 {
		t.Error("handed over into a closed queue")
	}
}

func TestDrainingEndsWithItsContext(t *testing.T) {
	q, e := newQueue(2), benchEvent(t)
	q.put(e)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := q.drain(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	q.wrote(1)
	if err := q.drain(t.Context()); err != nil {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	r := record{id: "id", name: "GetUser", source: "iam.amazonaws.com", user: "ann", resources: []Resource{{"AWS::IAM::User", "ann"}}, json: []byte("{}")}
	f.Add(r.encode(nil))
	f.Add([]byte{format})
	f.Add(bytes.Repeat([]byte{0xff}, 40))
	f.Fuzz(func(t *testing.T, b []byte) {
		found, err := decode(b)
		if err != nil {
			return
		}
		again := record{
			time: found.Time, id: found.ID, name: found.Name, source: found.Source, readOnly: found.ReadOnly,
			keyID: found.AccessKeyID, user: found.UserName, resources: found.Resources, json: []byte(found.JSON),
		}
		back, err := decode(again.encode(nil))
		if err != nil || back.JSON != found.JSON || len(back.Resources) != len(found.Resources) {
			t.Errorf("%v came back as %v, %v", found, back, err)
		}
	})
}
