package symbolic

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/policy"
)

// requestsEach is how many requests are asked about two policies.
const requestsEach = 40

// TestWhatPassesGrantsNothingNew draws two policies and requests: where no
// statement is found, no request may be allowed by the one and not by the other;
// where a witness is given, the evaluator must say that it is one.
func TestWhatPassesGrantsNothingNew(t *testing.T) {
	for _, kind := range []Kind{Identity, Resource} {
		rapid.Check(t, func(t *rapid.T) {
			trust := kind == Resource && rapid.Bool().Draw(t, "trust")
			old := drawStatements(t, kind, trust)
			existing := documentOf(t, rapid.SampledFrom([]string{version2012, version2012, ""}).Draw(t, "version"), old...)
			updated := documentOf(t, version2012, drawRelated(t, old, kind, trust)...)
			found := NewAccess(updated, existing, kind)
			c := newComparison(kind, updated, existing)
			for _, f := range found {
				if f.Witness != nil && !isNew(c, f, updated, existing) {
					t.Fatalf("a witness that is none: %+v\n%s\n%s", *f.Witness, existing.Text, updated.Text)
				}
			}
			if len(found) > 0 {
				return
			}
			for range requestsEach {
				w := drawWitness(t, kind)
				if c.allowed(w, updated) && !c.allowed(w, existing) {
					t.Fatalf("passed, but new: %+v\nbefore %s\nnow    %s", *w, existing.Text, updated.Text)
				}
			}
		})
	}
}

// isNew asks the evaluator about a finding's witness, as anybody of its name.
func isNew(c *comparison, f Finding, updated, existing *policy.Document) bool {
	for _, bounded := range []bool{false, true} {
		w := &witness{somebody{Principal: f.Witness.Principal, canonical: f.Witness.CanonicalUser, bounded: bounded}, *f.Witness}
		if c.allowed(w, updated) && !c.allowed(w, existing) {
			return true
		}
	}
	return false
}

// TestAPolicyGrantsNothingThatItDoesNot holds the same of one policy with
// itself, in any order and with statements taken away.
func TestAPolicyGrantsNothingThatItDoesNot(t *testing.T) {
	for _, kind := range []Kind{Identity, Resource} {
		rapid.Check(t, func(t *rapid.T) {
			statements := drawStatements(t, kind, false)
			existing := documentOf(t, version2012, statements...)
			updated := documentOf(t, version2012, rapid.Permutation(statements).Draw(t, "order")...)
			if found := NewAccess(updated, existing, kind); len(found) > 0 {
				t.Fatalf("%+v in\n%s\n%s", found, existing.Text, updated.Text)
			}
		})
	}
}

// TestWhatIsNotGrantedIsDenied draws a policy and accesses: where nothing is
// found, no request for them may be allowed.
func TestWhatIsNotGrantedIsDenied(t *testing.T) {
	for _, kind := range []Kind{Identity, Resource} {
		rapid.Check(t, func(t *rapid.T) {
			doc := documentOf(t, version2012, drawStatements(t, kind, false)...)
			access := Access{
				Actions:   rapid.SliceOfN(rapid.SampledFrom(drawnActions[1:6]), 0, 2).Draw(t, "actions"),
				Resources: rapid.SliceOfN(rapid.SampledFrom(drawnResources[1:4]), 0, 2).Draw(t, "resources"),
			}
			found := Granted(doc, kind, access)
			c := newComparison(kind, doc)
			if len(found) > 0 {
				return
			}
			for range requestsEach {
				w := drawWitness(t, kind)
				if access.covers(w) && c.allowed(w, doc) {
					t.Fatalf("passed, but granted: %+v\n%+v\n%s", *w, access, doc.Text)
				}
			}
		})
	}
}

// covers tells whether a request is for the access.
func (a Access) covers(w *witness) bool {
	b := &budget{workInAll}
	reader := reader{names: &names{}}
	in := func(list []string, text string, read func(string) pattern) bool {
		return len(list) == 0 || slices.ContainsFunc(list, func(s string) bool { return read(s).match(b, text, side) })
	}
	return in(a.Actions, lower(w.request.Action), action) && in(a.Resources, w.request.Resource, reader.resource)
}
