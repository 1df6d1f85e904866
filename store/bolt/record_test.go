package bolt

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/store"
)

func TestPastKeysStandInTheOrderOfKeyThenRevision(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		key := rapid.StringOfN(rapid.SampledFrom([]rune{0, 1, 'a', 'ÿ'}), 1, 5, -1)
		revision := rapid.Int64Range(1, 1<<40)
		a, b := key.Draw(r, "a"), key.Draw(r, "b")
		at, bt := revision.Draw(r, "revision of a"), revision.Draw(r, "revision of b")
		x, y := appendPastKey(nil, a, at), appendPastKey(nil, b, bt)
		want := strings.Compare(a, b)
		if want == 0 {
			want = int(min(max(at-bt, -1), 1))
		}
		if got := bytes.Compare(x, y); got != want {
			r.Fatalf("%q at %d and %q at %d compare as %d, want %d", a, at, b, bt, got, want)
		}
		if k, rev, err := decodePastKey(x); k != a || rev != at || err != nil {
			r.Fatalf("%q at %d is decoded as %q at %d, %v", a, at, k, rev, err)
		}
	})
}

func TestARecordWithAnyByteChangedIsDamaged(t *testing.T) {
	kv := store.KV{Key: "role/AROA", Value: []byte(`{"Effect":"Deny"}`), CreateRevision: 7, ModRevision: 9}
	record := appendRecord(nil, kv)
	got, err := decodeRecord(kv.Key, record)
	if err != nil || got.CreateRevision != 7 || got.ModRevision != 9 || !bytes.Equal(got.Value, kv.Value) {
		t.Fatalf("decoded as %+v, %v", got, err)
	}
	for i := range record {
		changed := slices.Clone(record)
		changed[i] ^= 0x20
		if _, err := decodeRecord(kv.Key, changed); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("byte %d changed: %v, want ErrDamaged", i, err)
		}
	}
	if _, err := decodeRecord("role/AROB", record); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("under another key: %v, want ErrDamaged", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{}, []byte{})
	f.Add(appendPastKey(nil, "a\x00b", 5), appendRecord(nil, store.KV{Key: "a\x00b", Value: []byte("v")}))
	f.Add(appendHistoryKey(nil, 3, 1), []byte("\x01key"))
	f.Add(appendHistoryKey(nil, 3, 1), []byte("\x02"))
	f.Add([]byte("\x00\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00"), []byte("x"))
	f.Fuzz(func(t *testing.T, k, v []byte) {
		for _, bucket := range []string{bucketCurrent, bucketPast, bucketHistory} {
			if err := checkRecord(bucket, k, v); err != nil && !errors.Is(err, store.ErrDamaged) {
				t.Errorf("%s: %v", bucket, err)
			}
		}
		if key, revision, err := decodePastKey(k); err == nil && revision >= 0 {
			if again, _, err := decodePastKey(appendPastKey(nil, key, revision)); err != nil || again != key {
				t.Errorf("%q becomes %q, %v", key, again, err)
			}
		}
	})
}

func FuzzCheckHeader(f *testing.F) {
	content := sound(f)
	f.Add(content[:8192])
	f.Add(content[:100])
	f.Add(content[4096:])
	f.Fuzz(func(t *testing.T, b []byte) {
		for at := int64(0); at < int64(len(b)) && at <= largestPage; at = nextHeader(at) {
			if h, magic, valid := readHeader(bytes.NewReader(b), at); valid && (!magic || h.pageSize < 1024) {
				t.Errorf("a valid header without its marks: %+v", h)
			}
		}
	})
}
