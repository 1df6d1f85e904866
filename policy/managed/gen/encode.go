package main

import (
	"encoding/binary"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// The sizes that blocks are filled to. A document larger than that has a
// block of its own.
const (
	newestBlock = 128 << 10
	olderBlock  = 512 << 10
)

// place is where a document stands: a stretch of a block.
type place struct{ block, offset, length int }

// blocks fills blocks with documents and remembers where each is.
type blocks struct {
	size   int // the size that blocks are filled to
	full   [][]byte
	places map[*managedVersion]place
}

// add puts a document into the last block, or into a new one if it is full.
func (b *blocks) add(v *managedVersion) {
	last := len(b.full) - 1
	if last < 0 || len(b.full[last])+len(v.text) > b.size {
		b.full = append(b.full, nil)
		last++
	}
	b.places[v] = place{last, len(b.full[last]), len(v.text)}
	b.full[last] = append(b.full[last], v.text...)
}

// fill lays the documents out: newest versions first, older ones after.
func fill(policies []managedPolicy) blocks {
	b := blocks{size: newestBlock, places: map[*managedVersion]place{}}
	for i := range policies {
		vs := policies[i].versions
		b.add(&vs[len(vs)-1])
	}
	b.size = olderBlock
	b.full = append(b.full, nil)
	for i := range policies {
		vs := policies[i].versions
		for j := range vs[:len(vs)-1] {
			b.add(&vs[j])
		}
	}
	return b
}

// encode writes the file that package managed embeds.
func encode(policies []managedPolicy) ([]byte, error) {
	b := fill(policies)
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression),
		zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithEncoderCRC(true))
	if err != nil {
		return nil, fmt.Errorf("prepare compression: %w", err)
	}
	out := []byte("RCMP\x01")
	out = number(out, len(b.full))
	var data []byte
	for _, text := range b.full {
		before := len(data)
		data = z.EncodeAll(text, data)
		out = number(out, len(data)-before)
		out = number(out, len(text))
	}
	out = number(out, len(policies))
	for i := range policies {
		out = index(out, &policies[i], b.places)
	}
	return append(out, data...), z.Close()
}

// index appends what the file's index says of a policy.
func index(out []byte, p *managedPolicy, places map[*managedVersion]place) []byte {
	for _, s := range []string{p.name, p.path, p.id} {
		out = append(number(out, len(s)), s...)
	}
	attachable := 0
	if p.attachable {
		attachable = 1
	}
	out = number(out, attachable)
	out = number(out, int(p.created))
	out = number(out, len(p.versions))
	for i := range p.versions {
		v := &p.versions[i]
		at := places[v]
		for _, n := range []int{v.number, int(v.created), at.block, at.offset, at.length} {
			out = number(out, n)
		}
	}
	return out
}

func number(out []byte, n int) []byte { return binary.AppendUvarint(out, uint64(n)) }
