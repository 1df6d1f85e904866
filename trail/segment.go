package trail

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// segment is one part of the trail: a journal that is written to, one that is
// full, or a sealed file.
type segment struct {
	number      uint32
	first, last int64 // seconds of its oldest and its newest event
	size        int64 // of a journal: where its last whole frame ends
	count       int   // of a journal: its events
	sealed      bool
}

// name is that of the segment's file. A sealed one tells in it what a journal
// must be read for.
func (s *segment) name() string {
	if s.sealed {
		return fmt.Sprintf("%08x.%d.%d.sealed", s.number, s.first, s.last)
	}
	return fmt.Sprintf("%08x.journal", s.number)
}

// parseName reads what name wrote.
func parseName(name string) (*segment, bool) {
	s := new(segment)
	if _, err := fmt.Sscanf(name, "%x.%d.%d.sealed", &s.number, &s.first, &s.last); err == nil {
		s.sealed = true
	} else if _, err := fmt.Sscanf(name, "%x.journal", &s.number); err != nil {
		return nil, false
	}
	return s, s.name() == name
}

func dayOf(second int64) int64 { return second / int64(24*time.Hour/time.Second) }

// frame is one record in a journal.
type frame struct {
	second int64
	seq    uint32 // how many were written before it
	text   string
}

// compare orders frames by time, and those of one second as they came.
func (f frame) compare(other frame) int {
	return cmp.Or(cmp.Compare(f.second, other.second), cmp.Compare(f.seq, other.seq))
}

// frames gives the frames in a journal's text until one is not whole, and
// answers where that is.
func frames(text string, give func(frame)) (end int) {
	for seq := uint32(0); len(text)-end > frameHead; seq++ {
		head := text[end : end+frameHead]
		length, sum := int(le32(head)), le32(head[4:])
		if length < 2 || length > len(text)-end-frameHead {
			return end
		}
		body := text[end+frameHead : end+frameHead+length]
		if checksum([]byte(body)) != sum {
			return end
		}
		second, ok := secondOf(body)
		if !ok {
			return end
		}
		give(frame{second, seq, body})
		end += frameHead + length
	}
	return end
}

func le32(s string) uint32 {
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// secondOf is a record's time, without the rest of it.
func secondOf(text string) (int64, bool) {
	r := reader{rest: text[1:]}
	r.number()
	second := r.signed()
	return second, !r.bad && text[0] == format
}

// readText reads a part of a file.
func readText(r io.ReaderAt, from, to int64) (string, error) {
	var b strings.Builder
	b.Grow(int(to - from))
	n, err := io.Copy(&b, io.NewSectionReader(r, from, to-from))
	if err == nil && n < to-from {
		err = io.ErrUnexpectedEOF
	}
	return b.String(), err
}

// sorted are the frames of a journal in the order of their time.
func sorted(text string) []frame {
	all := make([]frame, 0, len(text)/500)
	frames(text, func(f frame) { all = append(all, f) })
	if !slices.IsSortedFunc(all, frame.compare) {
		slices.SortFunc(all, frame.compare)
	}
	return all
}
