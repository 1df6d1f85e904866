package conformance_test

import (
	"slices"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/compiled"
)

// TestCompiledEngine holds every case against the compiled evaluator, whose
// explanation tells the statements. The statement that it names itself is one
// of those.
func TestCompiledEngine(t *testing.T) {
	cache := compiled.NewCache(1024)
	decide := func(r authz.Request, p authz.Policies) authz.Decision {
		policies := cache.Policies(p)
		answer := compiled.Decide(&r, policies)
		matched := compiled.Explain(&r, policies).Matched
		named := answer.Match
		same := func(m authz.Match) bool {
			return m.Layer == named.Layer && m.Policy == named.Policy && m.Index == named.Index
		}
		decided := answer.Cause == compiled.Granted || answer.Cause == compiled.Explicit
		if decided && named.Policy != nil && !slices.ContainsFunc(matched, same) {
			t.Errorf("%s on %s: statement %d of the %s is not among those that matched", r.Action, r.Resource, named.Index, named.Layer)
		}
		return authz.Decision{Allowed: answer.Allowed, Reason: answer.Reason(), Matched: matched}
	}
	for _, c := range suite(t) {
		if err := c.Run(decide); err != nil {
			t.Error(err)
		}
	}
}

// TestRepeatedDecisions: deciding changes neither request nor policies, so a
// second decision is the first.
func TestRepeatedDecisions(t *testing.T) {
	for _, c := range suite(t) {
		twice := func(r authz.Request, p authz.Policies) authz.Decision {
			authz.Decide(r, p)
			return authz.Decide(r, p)
		}
		if err := c.Run(twice); err != nil {
			t.Error(err)
		}
	}
}
