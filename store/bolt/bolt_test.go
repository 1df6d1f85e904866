package bolt

import (
	"testing"

	"github.com/rolecall-iam/rolecall/store"
	"github.com/rolecall-iam/rolecall/store/storetest"
)

func mustOpen(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(o)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return s
}

// reopened closes and opens a store, before the suite sees it.
func reopened(t *testing.T, o Options) store.Engine {
	t.Helper()
	if err := mustOpen(t, o).Close(); err != nil {
		t.Fatal(err)
	}
	return mustOpen(t, o)
}

func TestSuite(t *testing.T) {
	t.Run("on disk, reopened", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) store.Engine { return reopened(t, Options{Dir: t.TempDir()}) })
	})
	t.Run("in memory", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) store.Engine { return mustOpen(t, Options{Ephemeral: true}) })
	})
}

func TestDurable(t *testing.T) {
	dir := t.TempDir()
	storetest.RunDurable(t, func(t *testing.T) store.Engine { return mustOpen(t, Options{Dir: dir}) })
}
