package compiled_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/compiled"
	"github.com/rolecall-iam/rolecall/policy"
)

// worlds is how many generated policies each property is held against.
const worlds = 400

// eachWorld makes requests and policies.
func eachWorld(seed uint64, try func(r *rand.Rand, q authz.Request, p authz.Policies)) {
	r := rand.New(rand.NewPCG(*generatedFrom, seed))
	for range worlds {
		p := drawPolicies(r)
		for range 5 {
			try(r, drawRequest(r), p)
		}
	}
}

// allowed decides by documents that may have been changed by hand.
func allowed(q authz.Request, p authz.Policies) bool {
	return compiled.Decide(&q, compiled.NewPolicies(p)).Allowed
}

// rewritten is the policies with every document changed; the originals stay
// as they are.
func rewritten(p authz.Policies, change func([]policy.Statement) []policy.Statement) authz.Policies {
	one := func(n authz.Named) authz.Named {
		if n.Document != nil {
			d := *n.Document
			d.Statements = change(slices.Clone(d.Statements))
			n.Document = &d
		}
		return n
	}
	list := func(from []authz.Named) []authz.Named {
		var to []authz.Named
		for _, n := range from {
			to = append(to, one(n))
		}
		return to
	}
	single := func(n *authz.Named) *authz.Named {
		if n == nil {
			return nil
		}
		changed := one(*n)
		return &changed
	}
	q := p
	q.Identity, q.Session = list(p.Identity), list(p.Session)
	q.Boundary, q.Endpoint = single(p.Boundary), single(p.Endpoint)
	q.SCPs, q.RCPs = nil, nil
	for _, level := range p.SCPs {
		q.SCPs = append(q.SCPs, list(level))
	}
	for _, level := range p.RCPs {
		q.RCPs = append(q.RCPs, list(level))
	}
	if p.Resource != nil {
		q.Resource = &authz.ResourcePolicy{Kind: p.Resource.Kind, Named: one(p.Resource.Named)}
	}
	return q
}

func TestOrderOfStatementsAndPoliciesDecidesNothing(t *testing.T) {
	eachWorld(1, func(r *rand.Rand, q authz.Request, p authz.Policies) {
		shuffled := rewritten(p, func(s []policy.Statement) []policy.Statement {
			r.Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
			return s
		})
		for _, list := range append(append([][]authz.Named{shuffled.Identity, shuffled.Session}, shuffled.SCPs...), shuffled.RCPs...) {
			r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		}
		if before, after := allowed(q, p), allowed(q, shuffled); before != after {
			t.Fatalf("allowed before %v, in another order %v\n%s", before, after, describe(&q, p))
		}
	})
}

func TestOrderOfMembersDecidesNothing(t *testing.T) {
	turn := func(set policy.Set) policy.Set {
		set.Values = slices.Clone(set.Values)
		slices.Reverse(set.Values)
		return set
	}
	eachWorld(2, func(_ *rand.Rand, q authz.Request, p authz.Policies) {
		turned := rewritten(p, func(s []policy.Statement) []policy.Statement {
			for i := range s {
				s[i].Actions, s[i].Resources = turn(s[i].Actions), turn(s[i].Resources)
				s[i].Conditions, s[i].Principals.Values = slices.Clone(s[i].Conditions), slices.Clone(s[i].Principals.Values)
				slices.Reverse(s[i].Conditions)
				slices.Reverse(s[i].Principals.Values)
				for n := range s[i].Conditions {
					s[i].Conditions[n].Values = turn(policy.Set{Values: s[i].Conditions[n].Values}).Values
				}
			}
			return s
		})
		if before, after := allowed(q, p), allowed(q, turned); before != after {
			t.Fatalf("allowed before %v, in another order %v\n%s", before, after, describe(&q, p))
		}
	})
}

func TestAnotherDenyNeverAllows(t *testing.T) {
	eachWorld(3, func(r *rand.Rand, q authz.Request, p authz.Policies) {
		if allowed(q, p) {
			return
		}
		added := doc(t, `{"Version":"2012-10-17","Statement":`+statement(r, "Deny", attached)+`}`).Statements[0]
		more := rewritten(p, func(s []policy.Statement) []policy.Statement { return append(s, added) })
		if allowed(q, more) {
			t.Fatalf("a Deny more allows\n%s", describe(&q, p))
		}
	})
}

func TestAnAllowLessNeverAllows(t *testing.T) {
	eachWorld(4, func(r *rand.Rand, q authz.Request, p authz.Policies) {
		if allowed(q, p) {
			return
		}
		fewer := rewritten(p, func(s []policy.Statement) []policy.Statement {
			return slices.DeleteFunc(s, func(s policy.Statement) bool { return s.Effect == policy.Allow && oneIn(r, 2) })
		})
		if allowed(q, fewer) {
			t.Fatalf("an Allow less allows\n%s", describe(&q, p))
		}
	})
}

func TestTakingADocumentAwayNeverAllows(t *testing.T) {
	eachWorld(5, func(r *rand.Rand, q authz.Request, p authz.Policies) {
		if allowed(q, p) || len(p.Identity) == 0 {
			return
		}
		p.Identity = slices.Clone(p.Identity)
		p.Identity[r.IntN(len(p.Identity))].Document = nil
		if allowed(q, p) {
			t.Fatalf("an unreadable document allows\n%s", describe(&q, p))
		}
	})
}

// TestUnknownOperatorsNeverAllow: whatever is beside them.
func TestUnknownOperatorsNeverAllow(t *testing.T) {
	eachWorld(6, func(r *rand.Rand, q authz.Request, p authz.Policies) {
		if allowed(q, p) {
			return
		}
		name := oneOf(r, []string{"StringRhymes", "NumericAbout", "string", "Arn", "BoolLike", "IPRange", "Nulls", "StringEqualsIfExist", ""})
		text := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"` + name + `":{"` + oneOf(r, keys).name + `":"red"}}}}`
		p.Identity = append(slices.Clone(p.Identity), authz.Named{Document: doc(t, text)})
		if allowed(q, p) {
			t.Fatalf("%s allows", text)
		}
	})
}

// TestTheSameTwice: nothing is remembered from one decision to the next.
func TestTheSameTwice(t *testing.T) {
	r := rand.New(rand.NewPCG(*generatedFrom, 7))
	for range worlds {
		p := drawPolicies(r)
		ready := compiled.NewPolicies(p)
		var requests []authz.Request
		var first []compiled.Decision
		for range 5 {
			q := drawRequest(r)
			requests, first = append(requests, q), append(first, compiled.Decide(&q, ready))
		}
		for i := len(requests) - 1; i >= 0; i-- {
			if d := compiled.Decide(&requests[i], ready); d != first[i] {
				t.Fatalf("first %+v, then %+v\n%s", first[i], d, describe(&requests[i], p))
			}
		}
	}
}

// TestTheGeneratorReachesEverything: what is never generated is never
// compared.
func TestTheGeneratorReachesEverything(t *testing.T) {
	seen := map[string]int{}
	r := rand.New(rand.NewPCG(1, 8))
	for range 6 * worlds {
		p := drawPolicies(r)
		ready := compiled.NewPolicies(p)
		for range 10 {
			q := drawRequest(r)
			d := compiled.Decide(&q, ready)
			seen[why(d)]++
			if d.Match.Unevaluable {
				seen["unevaluable"]++
			}
			if d.Match.Trust {
				seen["trust"]++
			}
		}
		for _, n := range p.Identity {
			if n.Document == nil {
				continue
			}
			for _, s := range n.Document.Statements {
				for _, c := range s.Conditions {
					seen[c.Operator.Value]++
				}
			}
		}
	}
	for _, layer := range []string{
		"resource control policy", "service control policy", "VPC endpoint policy", "resource-based policy", "identity-based policy", "permissions boundary", "session policy",
	} {
		for _, how := range []string{"denied explicitly by ", "denied for want of ", "denied by unreadable "} {
			if seen[how+layer] == 0 {
				t.Errorf("nothing is %s%s", how, layer)
			}
		}
	}
	for _, rule := range []string{"allowed by rule no permission needed", "allowed by rule root user", "denied by rule root assumes role", "denied by rule owned by AWS", "denied by rule malformed", "unevaluable", "trust"} {
		if seen[rule] == 0 {
			t.Errorf("nothing is %s", rule)
		}
	}
	for _, layer := range []string{"resource-based policy", "identity-based policy"} {
		if seen["allowed by "+layer] < worlds/10 {
			t.Errorf("only %d are allowed by %s", seen["allowed by "+layer], layer)
		}
	}
	for _, name := range operators {
		for _, spelled := range []string{name, name + "IfExists", "ForAllValues:" + name, "ForAnyValue:" + name} {
			if seen[spelled] == 0 {
				t.Errorf("nothing has the operator %s", spelled)
			}
		}
	}
}
