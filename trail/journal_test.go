package trail

import (
	"bytes"
	"encoding/binary"
	"slices"
	"sync"
	"testing"
)

func TestCommitAnswersWhenItsFramesAreWritten(t *testing.T) {
	var mu sync.Mutex
	written := map[uint64]bool{}
	writes := 0
	g := newGroup(func(b *batch) {
		mu.Lock()
		defer mu.Unlock()
		writes++
		for text := range slices.Chunk(b.frames, 8) {
			written[binary.LittleEndian.Uint64(text)] = true
		}
	})
	var all sync.WaitGroup
	for w := range uint64(16) {
		all.Go(func() {
			for i := range uint64(200) {
				n := w<<32 | i
				if !g.commit(binary.LittleEndian.AppendUint64(nil, n), 1, int64(i)) {
					t.Error("refused")
				}
				mu.Lock()
				if !written[n] {
					t.Errorf("%x was acknowledged before it was written", n)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	g.close()
	if len(written) != 16*200 || writes > len(written) {
		t.Errorf("%d frames in %d writes", len(written), writes)
	}
	if g.commit(nil, 1, 0) {
		t.Error("a closed group has taken something")
	}
}

func TestThoseWhoComeDuringAWriteShareTheNext(t *testing.T) {
	begun, goOn := make(chan struct{}), make(chan struct{})
	var sizes []int
	g := newGroup(func(b *batch) {
		sizes = append(sizes, b.records)
		if len(sizes) == 1 {
			close(begun)
			<-goOn
		}
	})
	var all sync.WaitGroup
	all.Go(func() { g.commit([]byte("a"), 1, 7) })
	<-begun
	for range 5 {
		all.Go(func() { g.commit([]byte("b"), 1, 9) })
	}
	for there := 0; there < 5; { // all five have handed theirs over
		g.mu.Lock()
		there = g.next.records
		g.mu.Unlock()
	}
	close(goOn)
	all.Wait()
	if !slices.Equal(sizes, []int{1, 5}) {
		t.Errorf("written in %v", sizes)
	}
}

func FuzzFrames(f *testing.F) {
	p := new(page)
	newRecorder(bytes.NewReader(make([]byte, 1<<12))).write(p, benchEvent(f))
	f.Add(p.frames)
	f.Add(append(slices.Clone(p.frames), p.frames[:20]...))
	f.Add(bytes.Repeat([]byte{0xff}, 40))
	f.Fuzz(func(t *testing.T, b []byte) {
		end := frames(string(b), func(f frame) {
			if r, err := decode(f.text); err == nil && r.second != f.second {
				t.Errorf("%d and %d", r.second, f.second)
			}
		})
		if end > len(b) {
			t.Errorf("%d of %d", end, len(b))
		}
	})
}

func FuzzDecode(f *testing.F) {
	p := new(page)
	newRecorder(bytes.NewReader(make([]byte, 1<<12))).write(p, benchEvent(f))
	f.Add(string(p.frames[frameHead:]))
	f.Add(string([]byte{format}))
	f.Add("\x02" + string(bytes.Repeat([]byte{0xff}, 40)))
	f.Fuzz(func(t *testing.T, text string) {
		r, err := decode(text)
		if err != nil {
			return
		}
		again, err := decode(string(r.append(nil, []byte(r.input), []byte(r.output), []byte(r.decided))))
		if err != nil || again.found().JSON != r.found().JSON {
			t.Errorf("%+v came back as %+v, %v", r, again, err)
		}
	})
}

func FuzzSealed(f *testing.F) {
	p := new(page)
	newRecorder(bytes.NewReader(make([]byte, 1<<12))).write(p, benchEvent(f))
	whole := new(memoryFile)
	if _, err := seal(string(p.frames)+string(p.frames), whole); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.b)
	f.Add(whole.b[:len(whole.b)-footBytes])
	f.Add(append(bytes.Repeat([]byte{0xff}, 40), sealMark...))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := openSealed(&memoryFile{b: b}, int64(len(b)))
		if err != nil {
			return
		}
		for n := range min(s.events, 8) {
			if f, err := s.event(n); err == nil {
				_, _ = decode(f.text)
			}
		}
		_, _, _ = s.entries(7, 0, s.events)
	})
}
