package bolt

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/rolecall-iam/rolecall/store"
)

// document is of the size of a role with its trust policy.
func document() []byte { return bytes.Repeat([]byte("0123456789"), 50) }

// fill writes n keys key/0000000 and so on.
func fill(tb testing.TB, s *Store, n int) {
	tb.Helper()
	value := document()
	for i := 0; i < n; {
		var wg sync.WaitGroup
		for ; i < n && i%20_000 != 19_999; i += 100 {
			ops := make([]store.Op, 0, 100)
			for j := i; j < min(i+100, n); j++ {
				ops = append(ops, store.Put{Key: key(j), Value: value})
			}
			wg.Go(func() {
				if _, err := s.Txn(tb.Context(), store.Txn{Ops: ops}); err != nil {
					tb.Error(err)
				}
			})
		}
		wg.Wait()
	}
}

func key(i int) string { return fmt.Sprintf("key/%07d", i) }

func benchStore(b *testing.B, keys int) *Store {
	b.Helper()
	s := mustOpen(b, Options{Dir: b.TempDir()})
	b.Cleanup(func() { s.Close() })
	fill(b, s, keys)
	b.ReportAllocs()
	b.ResetTimer()
	return s
}

func BenchmarkRead(b *testing.B) {
	s := benchStore(b, 1000)
	for b.Loop() {
		v, err := s.Read(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		v.Close()
	}
}

// BenchmarkReadNoneIdle is Read while a writer is busy.
func BenchmarkReadNoneIdle(b *testing.B) {
	s := benchStore(b, 1000)
	s.idle.drain()
	for b.Loop() {
		v, err := s.Read(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		v.Close()
	}
}

func BenchmarkGet(b *testing.B) {
	s := benchStore(b, 100_000)
	v, err := s.Read(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer v.Close()
	keys := make([]string, 1024)
	for i := range keys {
		keys[i] = key(i * 97)
	}
	for i := 0; b.Loop(); i++ {
		if _, ok, err := v.Get(keys[i%len(keys)]); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

func BenchmarkReadAtGet(b *testing.B) {
	s := benchStore(b, 100_000)
	for b.Loop() {
		v, err := s.ReadAt(b.Context(), 500)
		if err != nil {
			b.Fatal(err)
		}
		if _, ok, err := v.Get(key(7)); !ok || err != nil {
			b.Fatal(ok, err)
		}
		v.Close()
	}
}

func BenchmarkListOf100(b *testing.B) {
	s := benchStore(b, 100_000)
	v, err := s.Read(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer v.Close()
	for b.Loop() {
		n := 0
		for _, err := range v.List("key/", key(50_000), 100) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 100 {
			b.Fatal(n)
		}
	}
}

func BenchmarkTxn(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			s := benchStore(b, 10_000)
			commits := commitsOf(b, s)
			writeFrom(b, s, writers, b.N)
			b.ReportMetric(float64(b.N)/float64(commitsOf(b, s)-commits), "txns/commit")
		})
	}
}

// writeFrom writes n transactions from so many goroutines: a document and its
// index key, made anew, as creating a role does.
func writeFrom(tb testing.TB, s *Store, writers, n int) {
	value := document()
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := w; i < n; i += writers {
				r, err := s.Txn(tb.Context(), store.Txn{
					Compares: []store.Compare{store.Absent{Key: fmt.Sprintf("name/%d", i)}},
					Ops: []store.Op{
						store.Put{Key: fmt.Sprintf("id/%d", i), Value: value},
						store.Put{Key: fmt.Sprintf("name/%d", i), Value: []byte("id")},
					},
				})
				if err != nil || !r.Succeeded {
					tb.Error(r, err)
				}
			}
		})
	}
	wg.Wait()
}

// commitsOf counts the write transactions of bbolt, two fsyncs each.
func commitsOf(tb testing.TB, s *Store) int {
	n := 0
	if err := s.db.View(func(tx *bbolt.Tx) error { n = tx.ID(); return nil }); err != nil {
		tb.Fatal(err)
	}
	return n
}

func BenchmarkOpen(b *testing.B) {
	for _, keys := range []int{0, 100_000} {
		b.Run(fmt.Sprintf("keys=%d", keys), func(b *testing.B) {
			o := Options{Dir: b.TempDir()}
			s := mustOpen(b, o)
			fill(b, s, keys)
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				s := mustOpen(b, o)
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
