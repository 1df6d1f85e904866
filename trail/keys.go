package trail

import (
	"encoding/binary"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// maxValue is the longest value that LookupEvents can ask for.
const maxValue = 2000

// attributes give the byte that tells the index keys of one lookup attribute.
var attributes = map[string]byte{
	"EventId": 1, "EventName": 2, "ReadOnly": 3, "Username": 4,
	"ResourceType": 5, "ResourceName": 6, "EventSource": 7, "AccessKeyId": 8,
}

// position orders events by time, and those of one second as they came.
type position struct {
	second int64
	seq    uint64
}

const positionBytes = 16

func (p position) append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint64(dst, uint64(p.second)+1<<63) // before 1970 sorts first
	return binary.BigEndian.AppendUint64(dst, p.seq)
}

// positionAt reads the position that a key or token ends with.
func positionAt(b []byte) (position, bool) {
	if len(b) < positionBytes {
		return position{}, false
	}
	b = b[len(b)-positionBytes:]
	return position{int64(binary.BigEndian.Uint64(b) - 1<<63), binary.BigEndian.Uint64(b[8:])}, true
}

// eventPrefix begins the keys of an account's events in a segment.
func eventPrefix(segment uint32, account arn.AccountID) []byte {
	key := binary.BigEndian.AppendUint32(make([]byte, 0, 40), segment)
	return append(append(key, 'e'), account.String()...)
}

// indexPrefix begins the index keys of those events that have a value.
func indexPrefix(segment uint32, account arn.AccountID, attribute byte, value string) []byte {
	key := binary.BigEndian.AppendUint32(make([]byte, 0, 64+len(value)), segment)
	key = append(append(key, 'i'), account.String()...)
	key = binary.AppendUvarint(append(key, attribute), uint64(len(value)))
	return append(key, value...)
}

// segmentStart is below all keys of a segment and above those of the one
// before.
func segmentStart(segment uint32) []byte { return binary.BigEndian.AppendUint32(nil, segment) }

// segment is what is known of one part of the trail.
type segment struct {
	number      uint32
	first, last int64  // seconds of its oldest and its newest event
	seq         uint64 // of its newest event
	bytes       uint64 // written to it
}

func dayOf(second int64) int64 { return second / int64(24*time.Hour/time.Second) }

// noteKey is the key of the note on a segment. Segments are numbered from 1,
// so that notes are below them all.
func noteKey(number uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{0, 0, 0, 0, 's'}, number)
}

func (s *segment) note() []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(s.first))
	b = binary.BigEndian.AppendUint64(b, uint64(s.last))
	b = binary.BigEndian.AppendUint64(b, s.seq)
	return binary.BigEndian.AppendUint64(b, s.bytes)
}

// readNote reads what note wrote under a key.
func readNote(key, value []byte) (segment, bool) {
	if len(key) != 9 || len(value) != 32 {
		return segment{}, false
	}
	return segment{
		number: binary.BigEndian.Uint32(key[5:]),
		first:  int64(binary.BigEndian.Uint64(value)),
		last:   int64(binary.BigEndian.Uint64(value[8:])),
		seq:    binary.BigEndian.Uint64(value[16:]),
		bytes:  binary.BigEndian.Uint64(value[24:]),
	}, true
}
