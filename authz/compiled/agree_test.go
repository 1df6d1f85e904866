package compiled_test

import (
	"flag"
	"math/rand/v2"
	"reflect"
	"runtime"
	"sync"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/compiled"
)

// The long campaign is this test with -requests 10000000.
var (
	requests      = flag.Int("requests", 20_000, "how many generated requests to compare the two evaluators on")
	generatedFrom = flag.Uint64("seed", 1, "where the generated requests begin")
)

// perPolicies is how many requests are decided by the same policies.
const perPolicies = 40

// TestAgreesWithLiteral holds the compiled evaluator against the literal one
// on generated requests.
func TestAgreesWithLiteral(t *testing.T) {
	workers := runtime.GOMAXPROCS(0)
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			r := rand.New(rand.NewPCG(*generatedFrom, uint64(worker)))
			for range *requests / workers / perPolicies {
				if !agree(t, r) {
					return
				}
			}
		})
	}
	all.Wait()
}

func agree(t *testing.T, r *rand.Rand) bool {
	literal := drawPolicies(r)
	ready := compiled.NewPolicies(literal)
	for range perPolicies {
		q := drawRequest(r)
		if !same(t, &q, literal, ready) {
			return false
		}
	}
	return true
}

// same decides twice and compares.
func same(t testing.TB, q *authz.Request, literal authz.Policies, ready *compiled.Policies) bool {
	want, got := authz.Decide(*q, literal), compiled.Decide(q, ready)
	ok := got.Allowed == want.Allowed && reflect.DeepEqual(got.Reason(), want.Reason) && hasFirst(want, got)
	if !ok {
		t.Errorf("%T asks %s on %s\n got %v %+v\nwant %v %+v\n%s", q.Principal, q.Action, q.Resource,
			got.Allowed, got, want.Allowed, want.Reason, describe(q, literal))
	}
	return ok
}

// hasFirst tells whether the statement that decided is the first of its layer.
func hasFirst(want authz.Decision, got compiled.Decision) bool {
	for _, m := range want.Matched {
		if got.Cause == compiled.Granted && m.Layer == got.Match.Layer {
			return m == got.Match
		}
	}
	return true
}

// describe prints what a decision was made of.
func describe(q *authz.Request, p authz.Policies) string {
	text := ""
	for name, values := range q.Context.All() {
		text += "  " + name + " = "
		for _, v := range values {
			text += "[" + v + "]"
		}
		text += "\n"
	}
	add := func(layer string, list ...authz.Named) {
		for _, n := range list {
			if n.Document != nil {
				text += layer + " " + n.Document.Text + "\n"
			}
		}
	}
	add("identity", p.Identity...)
	add("session", p.Session...)
	for _, one := range []*authz.Named{p.Boundary, p.Endpoint} {
		if one != nil {
			add("boundary or endpoint", *one)
		}
	}
	if p.Resource != nil {
		add("resource", p.Resource.Named)
	}
	for _, level := range append(p.SCPs, p.RCPs...) {
		add("organization", level...)
	}
	return text
}
