package bolt

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"unsafe"

	"github.com/rolecall-iam/rolecall/store"
)

// headerSize is the length of what stands before the value in a record:
// CreateRevision and ModRevision, and a CRC-32C over key, both, and value.
const headerSize = 8 + 8 + 4

// The kinds of a history record, its first byte; the key follows.
const (
	kindPut    = 1
	kindDelete = 2
)

// historyKeySize is the length of a history key: revision and number.
const historyKeySize = 8 + 2

func appendRecord(b []byte, kv store.KV) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(kv.CreateRevision))
	b = binary.BigEndian.AppendUint64(b, uint64(kv.ModRevision))
	sum := checksum(kv.Key, b[len(b)-16:], kv.Value)
	b = binary.BigEndian.AppendUint32(b, sum)
	return append(b, kv.Value...)
}

// decodeRecord reads a record. The value is a part of b, not a copy.
func decodeRecord(key string, b []byte) (store.KV, error) {
	if len(b) < headerSize {
		return store.KV{}, damaged("a record of %d bytes", len(b))
	}
	value := b[headerSize:len(b):len(b)]
	if checksum(key, b[:16], value) != binary.BigEndian.Uint32(b[16:]) {
		return store.KV{}, damaged("a record with a wrong checksum")
	}
	return store.KV{
		Key:            key,
		Value:          value,
		CreateRevision: int64(binary.BigEndian.Uint64(b)),
		ModRevision:    int64(binary.BigEndian.Uint64(b[8:])),
	}, nil
}

func checksum(key string, revisions, value []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	sum := crc32.Update(0, table, bytesOf(key))
	sum = crc32.Update(sum, table, revisions)
	return crc32.Update(sum, table, value)
}

// appendPastKey writes the key under which the version that a revision replaced
// is kept. A NUL in the key is escaped and a NUL ends it, so that the versions
// of one key stand together, oldest first, and keys in their own order.
func appendPastKey(b []byte, key string, replaced int64) []byte {
	b = appendPastPrefix(b, key)
	return binary.BigEndian.AppendUint64(b, uint64(replaced))
}

func appendPastPrefix(b []byte, key string) []byte {
	for i := range len(key) {
		b = append(b, key[i])
		if key[i] == 0 {
			b = append(b, 0xff)
		}
	}
	return append(b, 0)
}

// decodePastKey takes a past key apart.
func decodePastKey(b []byte) (key string, replaced int64, err error) {
	if len(b) < 1+8 || b[len(b)-9] != 0 {
		return "", 0, damaged("a past version without its key")
	}
	escaped, tail := b[:len(b)-9], b[len(b)-8:]
	plain := make([]byte, 0, len(escaped))
	for i := 0; i < len(escaped); i++ {
		plain = append(plain, escaped[i])
		if escaped[i] == 0 {
			i++ // the escape
		}
	}
	return string(plain), int64(binary.BigEndian.Uint64(tail)), nil
}

func appendHistoryKey(b []byte, revision int64, number int) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(revision))
	return binary.BigEndian.AppendUint16(b, uint16(number))
}

// decodeHistory takes a history record apart.
func decodeHistory(k, v []byte) (revision int64, deleted bool, key string, err error) {
	if len(k) != historyKeySize || len(v) < 2 || (v[0] != kindPut && v[0] != kindDelete) {
		return 0, false, "", damaged("a history record that is neither put nor delete")
	}
	return int64(binary.BigEndian.Uint64(k)), v[0] == kindDelete, string(v[1:]), nil
}

// bytesOf is the bytes of a string without a copy, only ever read.
func bytesOf(s string) []byte {
	return unsafe.Slice(unsafe.StringData(s), len(s))
}

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", store.ErrDamaged, fmt.Sprintf(format, args...))
}
