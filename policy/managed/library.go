package managed

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
)

//go:embed policies.bin
var file string

// library reads the embedded file at the first call. The file is part of the
// program and its digest is tested, so a damaged one is a broken build: it
// panics rather than answer with half of AWS's policies.
var library = sync.OnceValue(func() *shelf {
	s, err := open(file)
	if err != nil {
		panic("managed: the embedded policies are damaged: " + err.Error())
	}
	return s
})

// magic begins the file; its last byte is the version of the layout, which
// the comment of package gen describes.
const magic = "RCMP\x01"

// maxBlock bounds what a block may claim to hold, so that a damaged file
// cannot ask for the machine's memory.
const maxBlock = 1 << 20

// shelf is an opened file.
type shelf struct {
	policies []Policy
	byPath   map[string]int32
	blocks   []block

	mu     sync.Mutex
	next   int
	recent [4]opened
}

// block is a piece of the file that is compressed by itself.
type block struct {
	data string
	size int // once decompressed
}

// opened is a decompressed block that is kept for the next question.
type opened struct {
	block int
	text  string
}

// version is what the index tells of one version.
type version struct {
	created int64
	number  uint32
	text    place
}

// place is where a document stands: a stretch of a decompressed block.
type place struct{ block, offset, length uint32 }

// open reads the index of a file and none of its blocks.
func open(file string) (*shelf, error) {
	r := reader{rest: file}
	if r.take(len(magic)) != magic {
		return nil, fmt.Errorf("it does not begin with %q", magic)
	}
	s := &shelf{blocks: make([]block, r.count())}
	lengths := make([]int, len(s.blocks))
	for i := range s.blocks {
		lengths[i], s.blocks[i].size = r.count(), r.number()
	}
	s.policies = make([]Policy, r.count())
	s.byPath = make(map[string]int32, len(s.policies))
	for i := range s.policies {
		s.policies[i] = r.policy()
		s.byPath[s.policies[i].Path+s.policies[i].Name] = int32(i)
	}
	for i, n := range lengths {
		s.blocks[i].data = r.take(n)
	}
	if r.err == nil && r.rest != "" {
		r.err = fmt.Errorf("%d bytes follow the last block", len(r.rest))
	}
	if r.err != nil {
		return nil, r.err
	}
	return s, s.check()
}

// check makes sure that every document lies inside its block.
func (s *shelf) check() error {
	for _, p := range s.policies {
		if len(p.versions) == 0 {
			return fmt.Errorf("%s has no version", p.Name)
		}
		for _, v := range p.versions {
			at := v.text
			if uint64(at.block) >= uint64(len(s.blocks)) || uint64(at.offset)+uint64(at.length) > uint64(s.blocks[at.block].size) {
				return fmt.Errorf("version %d of %s lies outside the blocks", v.number, p.Name)
			}
		}
	}
	for i, b := range s.blocks {
		if b.size > maxBlock {
			return fmt.Errorf("block %d claims %d bytes", i, b.size)
		}
	}
	return nil
}

// document answers the text at a place.
func (s *shelf) document(at place) string {
	text := s.open(int(at.block))
	return strings.Clone(text[at.offset : at.offset+at.length])
}

// open answers the decompressed text of a block: one of the last few, or a
// fresh one that takes the place of the oldest of them.
func (s *shelf) open(i int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.recent {
		if o.text != "" && o.block == i {
			return o.text
		}
	}
	text, err := s.blocks[i].decompress()
	if err != nil {
		panic(fmt.Sprintf("managed: block %d of the embedded policies is damaged: %v", i, err))
	}
	s.recent[s.next] = opened{i, text}
	s.next = (s.next + 1) % len(s.recent)
	return text
}

func (b block) decompress() (string, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxBlock))
	if err != nil {
		return "", err
	}
	defer d.Close()
	text, err := d.DecodeAll([]byte(b.data), make([]byte, 0, b.size))
	if err != nil {
		return "", err
	}
	if len(text) != b.size {
		return "", fmt.Errorf("it holds %d bytes, not %d", len(text), b.size)
	}
	return string(text), nil
}

// reader takes the index apart from its front. After a failure it answers
// nothing but zeros and keeps the first error.
type reader struct {
	rest string
	err  error
}

// take answers the next n bytes.
func (r *reader) take(n int) string {
	if n > len(r.rest) {
		r.fail()
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

// number reads one unsigned number of up to 32 bits.
func (r *reader) number() int {
	head := r.rest[:min(len(r.rest), binary.MaxVarintLen32)]
	n, width := binary.Uvarint([]byte(head))
	if width <= 0 || n > 1<<32-1 {
		r.fail()
		return 0
	}
	r.rest = r.rest[width:]
	return int(n)
}

// count reads how many of something follow, each of which takes a byte at
// least.
func (r *reader) count() int {
	n := r.number()
	if n > len(r.rest) {
		r.fail()
		return 0
	}
	return n
}

func (r *reader) text() string { return r.take(r.number()) }

func (r *reader) policy() Policy {
	p := Policy{Name: r.text(), Path: r.text(), ID: r.text(), Attachable: r.number() == 1}
	p.Created = time.Unix(int64(r.number()), 0).UTC()
	p.versions = make([]version, r.count())
	for i := range p.versions {
		v := &p.versions[i]
		v.number = uint32(r.number())
		v.created = int64(r.number())
		v.text = place{uint32(r.number()), uint32(r.number()), uint32(r.number())}
		p.Updated = time.Unix(v.created, 0).UTC()
	}
	return p
}

func (r *reader) fail() {
	if r.err == nil {
		r.err = fmt.Errorf("the index ends or is garbled %d bytes before the end", len(r.rest))
	}
	r.rest = ""
}
