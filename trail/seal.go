package trail

import (
	"encoding/binary"
	"io"
	"slices"
	"sort"

	"github.com/klauspost/compress/zstd"
)

// A sealed file holds a journal's events in the order of their time, in
// blocks that are compressed, and behind them two tables and a foot:
//
//	blocks   one after another; in each, for every event: seq, length, record
//	spots    for each block: where it begins, its first event's number and second
//	index    for each event and value that it can be found by: the value's hash
//	         and the event's number, in their order
//	foot     how much there is of each
const (
	blockBytes = 64 << 10
	spotBytes  = 8 + 4 + 8
	indexBytes = 8
	footBytes  = 8 + 4 + 4 + 4 + 8
	sealMark   = "RCtrail2"
)

// valuesAnEvent is about how many values an event can be found by.
const valuesAnEvent = 13

// spot is where a block is.
type spot struct {
	offset int64
	event  uint32 // the number of its first event
	second int64  // of that event
}

// sealer writes one sealed file.
type sealer struct {
	file    file
	at      int64
	err     error
	encoder *zstd.Encoder

	raw, packed []byte
	places      []spot
	index       []uint64
	key         []byte
}

// seal writes the events of a journal into a file, sees them on the disk, and
// answers how long the file is.
func seal(text string, to file) (size int64, err error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return 0, err
	}
	s := &sealer{file: to, encoder: encoder}
	all := sorted(text)
	s.index = make([]uint64, 0, valuesAnEvent*len(all))
	for i, f := range all {
		r, err := decode(f.text)
		if err != nil {
			return 0, err
		}
		if len(s.raw) == 0 {
			s.places = append(s.places, spot{s.at, uint32(i), f.second})
		}
		s.raw = appendText(binary.AppendUvarint(s.raw, uint64(f.seq)), f.text)
		r.values(func(attribute byte, value string) {
			s.key = appendKey(s.key[:0], r.account, attribute, value)
			s.index = append(s.index, uint64(checksum(s.key))<<32|uint64(i))
		})
		s.key = appendKey(s.key[:0], "", requestID, r.requestID)
		s.index = append(s.index, uint64(checksum(s.key))<<32|uint64(i))
		if len(s.raw) >= blockBytes {
			s.block()
		}
	}
	s.block()
	s.tables(uint32(len(all)))
	return s.at, s.err
}

func (s *sealer) write(b []byte) {
	if s.err == nil {
		_, s.err = s.file.WriteAt(b, s.at)
		s.at += int64(len(b))
	}
}

func (s *sealer) block() {
	if len(s.raw) > 0 {
		s.packed = s.encoder.EncodeAll(s.raw, s.packed[:0])
		s.write(s.packed)
		s.raw = s.raw[:0]
	}
}

func (s *sealer) tables(events uint32) {
	s.index = slices.Compact(sortByHash(s.index))
	begin := s.at
	b := make([]byte, 0, len(s.places)*spotBytes+len(s.index)*indexBytes+footBytes)
	for _, p := range s.places {
		b = binary.LittleEndian.AppendUint64(b, uint64(p.offset))
		b = binary.LittleEndian.AppendUint32(b, p.event)
		b = binary.LittleEndian.AppendUint64(b, uint64(p.second))
	}
	for _, entry := range s.index {
		b = binary.LittleEndian.AppendUint64(b, entry)
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(begin))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(s.places)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(s.index)))
	b = binary.LittleEndian.AppendUint32(b, events)
	s.write(append(b, sealMark...))
	if s.err == nil {
		s.err = s.file.Sync()
	}
}

// sortByHash sorts an index, of which each hash's events are in order already.
func sortByHash(index []uint64) []uint64 {
	spare := make([]uint64, len(index))
	for shift := 32; shift < 64; shift += 8 {
		var at [256 + 1]int
		for _, entry := range index {
			at[entry>>shift&0xff+1]++
		}
		for i := range 256 {
			at[i+1] += at[i]
		}
		for _, entry := range index {
			digit := entry >> shift & 0xff
			spare[at[digit]] = entry
			at[digit]++
		}
		index, spare = spare, index
	}
	return index
}

// appendKey writes what an index entry's hash is made of.
func appendKey(dst []byte, account string, attribute byte, value string) []byte {
	return append(append(append(dst, account...), attribute), value...)
}

// sealed is a sealed file that is read.
type sealed struct {
	from   reading
	places []spot
	begin  int64 // of the tables
	index  int64 // of the index
	count  int   // entries in it
	events uint32

	block int // the one that is unpacked
	parts []frame
}

// openSealed reads what a sealed file's end tells.
func openSealed(from reading, size int64) (*sealed, error) {
	if size < footBytes {
		return nil, errDamaged
	}
	foot, err := readText(from, size-footBytes, size)
	if err != nil {
		return nil, err
	}
	places := int64(le32(foot[8:]))
	s := &sealed{from: from, begin: int64(le64(foot)), count: int(le32(foot[12:])), events: le32(foot[16:]), block: -1}
	s.index = s.begin + places*spotBytes
	if foot[20:] != sealMark || s.begin < 0 || s.begin > size || s.index+int64(s.count)*indexBytes+footBytes != size {
		return nil, errDamaged
	}
	table, err := readText(from, s.begin, s.index)
	if err != nil {
		return nil, err
	}
	for ; table != ""; table = table[spotBytes:] {
		s.places = append(s.places, spot{int64(le64(table)), le32(table[8:]), int64(le64(table[12:]))})
	}
	return s, nil
}

func le64(s string) uint64 { return uint64(le32(s)) | uint64(le32(s[4:]))<<32 }

// event answers the event of a number.
func (s *sealed) event(number uint32) (frame, error) {
	block := sort.Search(len(s.places), func(i int) bool { return s.places[i].event > number }) - 1
	if block < 0 {
		return frame{}, errDamaged
	}
	if err := s.unpack(block); err != nil {
		return frame{}, err
	}
	if i := int(number - s.places[block].event); i < len(s.parts) {
		return s.parts[i], nil
	}
	return frame{}, errDamaged
}

// unpack reads a block into parts.
func (s *sealed) unpack(block int) error {
	if block == s.block {
		return nil
	}
	end := s.begin
	if block+1 < len(s.places) {
		end = s.places[block+1].offset
	}
	if begin := s.places[block].offset; begin < 0 || begin > end || end > s.begin {
		return errDamaged
	}
	packed := make([]byte, end-s.places[block].offset)
	if _, err := s.from.ReadAt(packed, s.places[block].offset); err != nil && err != io.EOF {
		return err
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBlock))
	if err != nil {
		return err
	}
	defer decoder.Close()
	raw, err := decoder.DecodeAll(packed, nil)
	if err != nil {
		return errDamaged
	}
	return s.split(block, string(raw))
}

// maxBlock bounds what a block can unpack to: one event may be much larger than
// a block is meant to be.
const maxBlock = 16 << 20

func (s *sealed) split(block int, raw string) error {
	s.parts, s.block = s.parts[:0], block
	r := reader{rest: raw}
	for r.rest != "" {
		f := frame{seq: uint32(r.number())}
		f.text = r.text()
		ok := len(f.text) > 1
		if ok {
			f.second, ok = secondOf(f.text)
		}
		if r.bad || !ok {
			return errDamaged
		}
		s.parts = append(s.parts, f)
	}
	return nil
}

// entry reads the index at a place.
func (s *sealed) entry(i int) (uint64, error) {
	var b [indexBytes]byte
	if _, err := s.from.ReadAt(b[:], s.index+int64(i)*indexBytes); err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(b[:]), nil
}

// entries are the places in the index from which on, and up to which, a hash's
// events with numbers from low on, and below high, are.
func (s *sealed) entries(hash uint32, low, high uint32) (from, to int, err error) {
	find := func(key uint64) int {
		return sort.Search(s.count, func(i int) bool {
			entry, failed := s.entry(i)
			if failed != nil {
				err = failed
			}
			return entry >= key
		})
	}
	key := uint64(hash) << 32
	return find(key | uint64(low)), find(key | uint64(high)), err
}
