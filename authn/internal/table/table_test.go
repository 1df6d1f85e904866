package table_test

import (
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/authn/internal/table"
)

func TestPutIsFoundUntilReplaced(t *testing.T) {
	tab := table.New[int](64)
	if _, ok := tab.Get("a"); ok {
		t.Error("found in an empty table")
	}
	tab.Put("a", 1)
	tab.Put("a", 2)
	if v, ok := tab.Get("a"); !ok || *v != 2 {
		t.Errorf("got %v, %v", v, ok)
	}
}

func TestTableIsBounded(t *testing.T) {
	for capacity, most := range map[int]int{0: 4, 1: 4, 4: 4, 5: 8, 64: 64, 100: 128} {
		tab := table.New[int](capacity)
		for i := range 1000 {
			tab.Put(fmt.Sprint(i), i)
		}
		found := 0
		for i := range 1000 {
			if v, ok := tab.Get(fmt.Sprint(i)); ok {
				if *v != i {
					t.Errorf("%d under %d", *v, i)
				}
				found++
			}
		}
		if found == 0 || found > most {
			t.Errorf("capacity %d holds %d, want at most %d", capacity, found, most)
		}
	}
}

// An entry that is asked for between any two others outlives them all.
func TestEntryInUseStays(t *testing.T) {
	tab := table.New[int](4) // one bucket
	tab.Put("daily", 1)
	for i := range 100 {
		if _, ok := tab.Get("daily"); !ok {
			t.Fatalf("gone after %d others", i)
		}
		tab.Put(fmt.Sprint(i), i)
	}
}

func TestTableServesManyAtOnce(t *testing.T) {
	tab := table.New[string](16)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 2000 {
				key := fmt.Sprint(i % 40)
				if v, ok := tab.Get(key); ok && *v != key {
					t.Errorf("%s under %s", *v, key)
				}
				tab.Put(key, key)
			}
		})
	}
	wg.Wait()
}

// What Get answers was put under that key, and never an older value than the
// last one: a table may forget, but it does not lie.
func TestTableForgetsButDoesNotLie(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tab, last := table.New[int](rapid.IntRange(0, 20).Draw(r, "capacity")), map[string]int{}
		for i := range rapid.IntRange(1, 200).Draw(r, "steps") {
			key := rapid.StringMatching(`[a-h]`).Draw(r, "key")
			if rapid.Bool().Draw(r, "put") {
				tab.Put(key, i)
				last[key] = i
				if v, ok := tab.Get(key); !ok || *v != i {
					r.Fatalf("%s was just put and is not there", key)
				}
			} else if v, ok := tab.Get(key); ok && *v != last[key] {
				r.Fatalf("%s: %d, want %d", key, *v, last[key])
			}
		}
	})
}
