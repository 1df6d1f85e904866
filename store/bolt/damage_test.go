package bolt

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/rolecall-iam/rolecall/store"
)

// sound is the bytes of a data file with current keys, past versions, history.
func sound(t testing.TB) []byte {
	t.Helper()
	dir := t.TempDir()
	s := mustOpen(t, Options{Dir: dir})
	fill(t, s, 300)
	for range 5 {
		fill(t, s, 20)
	}
	if _, err := s.Txn(t.Context(), store.Txn{Ops: []store.Op{store.Delete{Key: key(9)}}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// exercise opens a file and does everything with it. It returns the errors; a
// panic ends the test.
func exercise(t testing.TB, content []byte) (errs []error) {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, fileName), content, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(Options{Dir: dir})
	if err != nil {
		return []error{err}
	}
	s.db.NoSync = true // the disk has no part in this
	note := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	for _, read := range []func() (store.Snapshot, error){
		func() (store.Snapshot, error) { return s.Read(t.Context()) },
		func() (store.Snapshot, error) { return s.ReadAt(t.Context(), 4) },
	} {
		v, err := read()
		if note(err); err != nil {
			continue
		}
		for kv, err := range v.List("", "", 10_000) {
			note(err)
			if err == nil && string(kv.Value) != string(document()) {
				t.Errorf("%q has a wrong value of %d bytes", kv.Key, len(kv.Value))
			}
		}
		for i := range 20 {
			_, _, err := v.Get(key(i * 10))
			note(err)
		}
		v.Close()
	}
	note(watchSome(t, s))
	for i := range 3 {
		_, err = s.Txn(t.Context(), store.Txn{Ops: []store.Op{
			store.Put{Key: key(i * 100), Value: document()}, store.Delete{Key: key(i*100 + 1)}}})
		note(err)
	}
	note(s.Compact(t.Context(), s.Revision()))
	note(s.Close())
	return errs
}

// watchSome follows the past to its end.
func watchSome(t testing.TB, s *Store) error {
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	enough := errors.New("enough")
	for c, err := range s.Watch(ctx, "", 2) {
		if errors.Is(err, enough) {
			return nil
		}
		if err != nil {
			return err
		}
		if c.Revision >= s.Revision() {
			cancel(enough)
		}
	}
	return nil
}

func TestASoundFileHasNoErrors(t *testing.T) {
	if errs := exercise(t, sound(t)); len(errs) > 0 {
		t.Errorf("errors: %v", errs)
	}
}

func TestATruncatedFileIsRefused(t *testing.T) {
	content := sound(t)
	s := header{}
	if h, _, valid := readHeader(sliceReader(content), 0); valid {
		s = h
	}
	if h, _, valid := readHeader(sliceReader(content), 4096); valid && h.txid > s.txid {
		s = h
	}
	used := int(s.pages) * int(s.pageSize)
	if used == 0 || used > len(content) {
		t.Fatalf("%d of %d bytes are in use", used, len(content))
	}
	for n := 1; n < used; n += 1 + n/3 {
		errs := exercise(t, content[:n])
		if len(errs) != 1 {
			t.Fatalf("%d of %d bytes: %v; want it not to open", n, used, errs)
		}
		if !errors.Is(errs[0], store.ErrDamaged) && !errors.Is(errs[0], ErrForeign) {
			t.Errorf("%d of %d bytes: %v", n, used, errs[0])
		}
	}
	if errs := exercise(t, content[:used]); len(errs) > 0 {
		t.Errorf("all %d bytes in use: %v", used, errs)
	}
}

type sliceReader []byte

func (r sliceReader) ReadAt(b []byte, at int64) (int, error) {
	if at+int64(len(b)) > int64(len(r)) {
		return 0, errors.New("short")
	}
	return copy(b, r[at:]), nil
}

// Damage of every page, of random bits and of random stretches: what is read is
// right or an error, and nothing panics.
func TestDamageIsAnErrorAndNeverAPanic(t *testing.T) {
	content := sound(t)
	random := rand.New(rand.NewPCG(1, 2))
	const page = 4096
	damage := map[string]func(b []byte, i int){
		"a page of zeros":  func(b []byte, i int) { clear(b[i*page%len(b):][:page]) },
		"a page of 0xff":   func(b []byte, i int) { scribble(b[i*page%len(b):][:page], func() byte { return 0xff }) },
		"a page of noise":  func(b []byte, i int) { scribble(b[i*page%len(b):][:page], randomByte(random)) },
		"noise in a page":  func(b []byte, i int) { scribble(b[i*page%len(b)+16:][:200], randomByte(random)) },
		"a page elsewhere": func(b []byte, i int) { copy(b[i*page%len(b):][:page], b[(i*7+3)*page%len(b):][:page]) },
		"flipped bits": func(b []byte, _ int) {
			for range 50 {
				b[random.IntN(len(b))] ^= 1 << random.IntN(8)
			}
		},
	}
	const each = 15
	found := 0
	for name, do := range damage {
		for i := range each {
			b := append([]byte(nil), content...)
			do(b, i)
			errs := exercise(t, b)
			found += min(len(errs), 1)
			for _, err := range errs {
				if !errors.Is(err, store.ErrDamaged) && !errors.Is(err, ErrForeign) &&
					!errors.Is(err, store.ErrReadOnly) && !errors.Is(err, ErrFormat) {
					t.Errorf("%s, %d: %v", name, i, err)
				}
			}
		}
	}
	t.Logf("%d of %d damages were met", found, each*len(damage))
	if found < 20 {
		t.Errorf("only %d damages were found out", found)
	}
}

func scribble(b []byte, next func() byte) {
	for i := range b {
		b[i] = next()
	}
}

func randomByte(r *rand.Rand) func() byte { return func() byte { return byte(r.Uint32()) } }

// A header page that was being written when the machine stopped is passed over:
// the other one is the last commit that was acknowledged.
func TestOneDamagedHeadIsSurvived(t *testing.T) {
	content := sound(t)
	for i := range 2 {
		t.Run(fmt.Sprint("page ", i), func(t *testing.T) {
			b := append([]byte(nil), content...)
			clear(b[i*4096:][:4096])
			if errs := exercise(t, b); len(errs) > 0 {
				t.Errorf("errors: %v", errs)
			}
		})
	}
	b := append([]byte(nil), content...)
	b[60], b[4096+60] = ^b[60], ^b[4096+60]
	errs := exercise(t, b)
	if len(errs) != 1 || !errors.Is(errs[0], store.ErrDamaged) {
		t.Errorf("both damaged: %v, want ErrDamaged", errs)
	}
}

func FuzzOpenDamaged(f *testing.F) {
	f.Add(uint32(0), []byte{0})
	f.Add(uint32(16+40), []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Add(uint32(2*4096), []byte("junk"))
	f.Add(uint32(5*4096+8), []byte{0xff, 0xff, 0xff, 0xff})
	content := sound(f)
	f.Fuzz(func(t *testing.T, at uint32, junk []byte) {
		b := append([]byte(nil), content...)
		copy(b[int(at)%len(b):], junk)
		exercise(t, b)
	})
}
