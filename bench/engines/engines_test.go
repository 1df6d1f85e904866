package engines

import (
	"fmt"
	"syscall"
	"testing"
)

// statements is how many each engine decides by.
const statements = 100

// engines answers all three.
func engines(t testing.TB, n int) []engine {
	t.Helper()
	var all []engine
	for _, make := range []func(int) (engine, error){newRolecall, newCedar, newOPA} {
		e, err := make(n)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func ask(t testing.TB, e engine, q question) func() verdict {
	t.Helper()
	decide, err := e.ask(q)
	if err != nil {
		t.Fatal(err)
	}
	if got := decide(); got != q.want {
		t.Errorf("%s of %s: %s, want %s", e.name, q.name, got, q.want)
	}
	return decide
}

// TestEnginesAgree: what is measured is the same work.
func TestEnginesAgree(t *testing.T) {
	for _, e := range engines(t, statements) {
		for _, q := range turned(statements) {
			ask(t, e, q)
		}
	}
}

// BenchmarkEngines measures a decision, the request being built.
func BenchmarkEngines(b *testing.B) {
	for _, e := range engines(b, statements) {
		for _, q := range measured(statements) {
			b.Run(fmt.Sprintf("%s/%s", e.name, q.name), func(b *testing.B) {
				decide := ask(b, e, q)
				b.ReportAllocs()
				before := processorTime(b)
				for b.Loop() {
					decide()
				}
				b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
			})
		}
	}
}

// processorTime is what this process has used of the processors, which others
// that want them too do not change.
func processorTime(b *testing.B) int64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return used.Utime.Nano() + used.Stime.Nano()
}
