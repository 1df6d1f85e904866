package trail

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/api/iam"
)

func TestWhatWasRecordedOutlivesTheProcess(t *testing.T) {
	o := Options{Dir: filepath.Join(t.TempDir(), "trail")}
	h := open(t, o)
	for range 3 {
		h.create("ann")
	}
	left := h.Trail // as if killed: it is neither closed nor heard of again
	t.Cleanup(func() { left.Close() })
	h.reopen(o)
	h.create("bob")
	h.want(Query{}, "bob", "ann", "ann", "ann")
}

func TestFilesAreTheirOwnersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "trail")
	h := open(t, Options{Dir: dir, journalBytes: 1})
	h.create("ann")
	h.create("bob")
	h.tidy()
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

func TestAFolderOfSomethingElseIsRefused(t *testing.T) {
	tests := map[string]func(dir string) error{
		"a file in its place": func(dir string) error { return os.WriteFile(dir, []byte("no folder"), 0o600) },
		"a file that no trail has": func(dir string) error {
			return errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, "MANIFEST"), nil, 0o600))
		},
	}
	for name, make := range tests {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "trail")
			if err := make(dir); err != nil {
				t.Fatal(err)
			}
			_, err := Open(Options{Dir: dir, Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
			if err == nil || !strings.Contains(err.Error(), "the trail in "+dir+" cannot be opened") || strings.Contains(err.Error(), "\n") {
				t.Error(err)
			}
		})
	}
}

func TestAWriteThatWasTornLosesNothingBeforeIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "trail")
	h := open(t, Options{Dir: dir})
	h.create("ann")
	whole := h.current.size
	h.create("bob")
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, h.current.name()))
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []int64{whole, whole + 1, whole + frameHead, whole + frameHead + 1, int64(len(text)) - 60} {
		for _, tail := range []string{"", "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", strings.Repeat("noise", 40)} {
			torn := filepath.Join(t.TempDir(), "trail")
			err := errors.Join(os.Mkdir(torn, 0o700), os.WriteFile(filepath.Join(torn, h.current.name()), []byte(string(text[:end])+tail), 0o600))
			if err != nil {
				t.Fatal(err)
			}
			after := open(t, Options{Dir: torn})
			after.want(Query{}, "ann")
			after.create("eve")
			after.want(Query{}, "eve", "ann")
			if err := after.Close(); err != nil {
				t.Fatal(err)
			}
			after.reopen(Options{Dir: torn})
			after.want(Query{}, "eve", "ann")
		}
	}
}

func TestAKillWhileSealingLosesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "trail")
	h := open(t, Options{Dir: dir, journalBytes: 1})
	for _, name := range []string{"ann", "bob", "eve"} {
		h.create(name)
	}
	journals := map[string][]byte{}
	names, err := filepath.Glob(filepath.Join(dir, "*.journal"))
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		journals[name] = text
	}
	h.tidy()
	if err := errors.Join(err, h.Close()); err != nil {
		t.Fatal(err)
	}
	sealed, err := filepath.Glob(filepath.Join(dir, "*.sealed"))
	if err != nil || len(sealed) != 2 {
		t.Fatal(sealed, err)
	}
	for name, text := range journals { // as before they were removed
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, halfSealed), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.reopen(Options{Dir: dir, journalBytes: 1})
	h.want(Query{}, "eve", "bob", "ann")
	h.want(Query{Attribute: "EventName", Value: "CreateUser"}, "eve", "bob", "ann")
	if names, _ := filepath.Glob(filepath.Join(dir, "*")); len(names) != 3 {
		t.Errorf("left over: %q", names)
	}
}

// fullDisk is memory in which no more is written while it is full.
type fullDisk struct {
	memory
	full atomic.Bool
}

type fullFile struct {
	file
	disk *fullDisk
}

func newFullDisk() *fullDisk { return &fullDisk{memory: memory{files: map[string]*memoryFile{}}} }

func (d *fullDisk) open(name string) (file, error) {
	if d.full.Load() {
		return nil, syscall.ENOSPC
	}
	f, err := d.memory.open(name)
	return fullFile{f, d}, err
}

func (f fullFile) WriteAt(b []byte, at int64) (int, error) {
	if !f.disk.full.Load() {
		return f.file.WriteAt(b, at)
	}
	n, _ := f.file.WriteAt(b[:len(b)/2], at)
	return n, syscall.ENOSPC
}

func TestAFullDiskLosesEventsUntilThereIsRoomAndNothingElse(t *testing.T) {
	disk := newFullDisk()
	h := open(t, Options{files: disk})
	h.create("ann")
	disk.full.Store(true)
	for range 5 {
		h.create("bob") // neither blocks nor ends the process
	}
	h.want(Query{}, "ann")
	disk.full.Store(false)
	h.create("eve")
	h.want(Query{}, "eve", "ann")
	if h.Lost() != 5 {
		t.Errorf("%d counted as lost", h.Lost())
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	for text, times := range map[string]int{
		"events are lost from the trail": 1, "no space left on device": 1, "written to the trail again": 1, "events are missing from the trail": 1,
	} {
		if got := strings.Count(h.log.String(), text); got != times {
			t.Errorf("the log says %q %d times: %s", text, got, h.log)
		}
	}
}

func TestADiskThatIsFullFromTheStart(t *testing.T) {
	disk := newFullDisk()
	disk.full.Store(true)
	h := open(t, Options{files: disk})
	h.create("ann")
	h.want(Query{})
	disk.full.Store(false)
	h.create("bob")
	h.want(Query{}, "bob")
	if h.Lost() != 1 {
		t.Errorf("%d counted as lost", h.Lost())
	}
}

func TestADayBeginsOnAFullDisk(t *testing.T) {
	disk := newFullDisk()
	h := open(t, Options{files: disk})
	h.create("ann")
	disk.full.Store(true)
	h.clock.pass(24 * time.Hour)
	h.create("bob")
	disk.full.Store(false)
	h.create("eve")
	h.want(Query{}, "eve", "ann")
	if len(h.all()) != 2 {
		t.Errorf("%d segments", len(h.all()))
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

func TestAClosedTrailTakesNothing(t *testing.T) {
	h := open(t, Options{})
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	h.create("ann")
	if h.Lost() != 1 {
		t.Errorf("%d counted as lost", h.Lost())
	}
	h.reopen(Options{})
}
