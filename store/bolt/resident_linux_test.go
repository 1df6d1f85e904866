package bolt

import "testing"

// What readers all over a large file have mapped is given back, and can be read
// again.
func TestPagesOfTheFileAreGivenBack(t *testing.T) {
	const keys = 60_000 // some 40 MB
	s := mustOpen(t, Options{Dir: t.TempDir()})
	defer s.Close()
	fill(t, s, keys)
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
	s.trim(before - 1)
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
