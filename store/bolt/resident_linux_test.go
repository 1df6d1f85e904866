package bolt

import "testing"

// What readers all over a large file have mapped is given back, and can be read
// again.
func TestPagesOfTheFileAreGivenBack(t *testing.T) {
	s := mustOpen(t, Options{Dir: t.TempDir()})
	defer s.Close()
	s.mapped = 1 << 50 // nothing is given back in passing
	fill(t, s, 30_000)
	readAll := func() (bytes int) {
		v, err := s.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		for kv, err := range v.List("key/", "", 0) {
			if err != nil {
				t.Fatal(err)
			}
			bytes += len(kv.Value)
		}
		return bytes
	}
	read := readAll()
	before := residentFiles()
	s.trim(before)
	if after := residentFiles(); after < before/2 {
		t.Errorf("%d bytes of %d were left of as many as may be", after, before)
	}
	for range parts {
		s.trim(0)
	}
	if after := residentFiles(); before-after < int64(read)/2 {
		t.Errorf("%d bytes were mapped and %d are after they were given back", before, after)
	}
	if again := readAll(); again != read {
		t.Errorf("%d bytes were read, then %d", read, again)
	}
	s.writing.Lock()
	s.trim(0) // does not wait
	s.writing.Unlock()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s.trim(0) // has nothing to give
}

// Reads are counted whoever makes them: many of one snapshot, a few of many.
func TestReadsAreCounted(t *testing.T) {
	s := mustOpen(t, Options{Ephemeral: true})
	defer s.Close()
	read := func(n int) {
		v, err := s.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		for range n {
			if _, _, err := v.Get("key"); err != nil {
				t.Fatal(err)
			}
		}
	}
	read(2*lookEvery + 3)
	for range 10 {
		read(5)
	}
	if got := s.reads.Load(); got != 53 {
		t.Errorf("%d reads are left over", got)
	}
}
