package directory_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/store/directory"
)

const life = 36 * time.Hour

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func revoke(t *testing.T, d *directory.Directory, more directory.Revocations, now time.Time) {
	t.Helper()
	update(t, d, func(tx *directory.Tx) error { return tx.Revoke(more, now, life) })
}

func cut(id string, at time.Time) directory.Revocations {
	return directory.Revocations{Before: map[string]time.Time{id: at}}
}

func TestWhatARevocationEnds(t *testing.T) {
	d := open(t)
	view(t, d, func(v *directory.View) {
		if v.Revoked("ASIA1", "AROA1", "AROA1:night", noon) {
			t.Error("revoked before anything was")
		}
	})
	revoke(t, d, cut("AROA1", noon), noon)
	revoke(t, d, cut("AROA2:night", noon), noon)
	revoke(t, d, directory.Revocations{Keys: map[string]time.Time{"ASIA3": noon.Add(life)}}, noon)
	revoke(t, d, directory.Revocations{All: noon.Add(-time.Hour)}, noon)
	revoke(t, d, cut("AROA1", noon.Add(-time.Minute)), noon)
	for _, c := range []struct {
		rule                     string
		key, principal, identity string
		made                     time.Time
		want                     bool
	}{
		{"a principal's, before the cut-off", "ASIA1", "AROA1", "AROA1:night", noon.Add(-time.Second), true},
		{"at the cut-off, which an earlier one does not set back", "ASIA1", "AROA1", "AROA1:night", noon, false},
		{"one session's of a role", "ASIA1", "AROA2", "AROA2:night", noon.Add(-time.Second), true},
		{"another's of that role", "ASIA1", "AROA2", "AROA2:day", noon.Add(-time.Second), false},
		{"a key's, whenever it was made", "ASIA3", "AROA2", "AROA2:day", noon.Add(time.Hour), true},
		{"anybody's, before the cut-off of all", "ASIA4", "AIDA4", "AIDA4", noon.Add(-time.Hour - time.Second), true},
		{"anybody's, at that", "ASIA4", "AIDA4", "AIDA4", noon.Add(-time.Hour), false},
	} {
		view(t, d, func(v *directory.View) {
			if got := v.Revoked(c.key, c.principal, c.identity, c.made); got != c.want {
				t.Errorf("%s: %v", c.rule, got)
			}
		})
	}
}

// What no session that lives can be touched by is dropped with the next
// revocation, so that the document stays small.
func TestMootRevocationsAreForgotten(t *testing.T) {
	d := open(t)
	revoke(t, d, cut("AROA1", noon), noon)
	revoke(t, d, directory.Revocations{Keys: map[string]time.Time{"ASIA1": noon.Add(life)}, All: noon}, noon)
	for _, c := range []struct {
		passed time.Duration
		want   bool
	}{{life - time.Second, true}, {life, false}} {
		now := noon.Add(c.passed)
		revoke(t, d, cut("AROA2", now), now)
		view(t, d, func(v *directory.View) {
			for _, id := range []string{"AROA1", "AROA9"} {
				if got := v.Revoked("ASIA9", id, id, noon.Add(-time.Hour)); got != c.want {
					t.Errorf("%s after %s: %v", id, c.passed, got)
				}
			}
			if got := v.Revoked("ASIA1", "AROA9", "AROA9", now); got != c.want {
				t.Errorf("the key after %s: %v", c.passed, got)
			}
		})
	}
}

func TestRevocationsAreBounded(t *testing.T) {
	d := open(t)
	many := directory.Revocations{Keys: map[string]time.Time{}}
	for i := range 10_000 {
		many.Keys["ASIA"+strconv.Itoa(i)] = noon.Add(life)
	}
	revoke(t, d, many, noon)
	err := d.Update(t.Context(), func(tx *directory.Tx) error { return tx.Revoke(cut("AROA1", noon), noon, life) })
	if err == nil {
		t.Error("one more was taken")
	}
	revoke(t, d, directory.Revocations{All: noon}, noon)
	view(t, d, func(v *directory.View) {
		if !v.Revoked("ASIA9999", "", "", noon) || !v.Revoked("ASIA", "AROA1", "", noon.Add(-time.Second)) {
			t.Error("what was revoked is good")
		}
	})
}
