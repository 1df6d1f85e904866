package compiled_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/compiled"
	"github.com/rolecall-iam/rolecall/policy"
)

func TestCacheCompilesATextOnce(t *testing.T) {
	c := compiled.NewCache(8)
	first := c.Compile(doc(t, allowAll))
	if first == nil || c.Compile(doc(t, allowAll)) != first {
		t.Error("another document of the same text is compiled again")
	}
	if c.Compile(doc(t, denyAll)) == first {
		t.Error("a document of another text is taken for it")
	}
	if c.Compile(doc(t, allowAll)) != first {
		t.Error("it is forgotten though there is room")
	}
}

func TestCacheDoesNotKeepWhatHasNoText(t *testing.T) {
	c := compiled.NewCache(8)
	if c.Compile(nil) != nil || compiled.Compile(nil) != nil {
		t.Error("no document is compiled")
	}
	allow, deny := *doc(t, allowAll), *doc(t, denyAll)
	allow.Text, deny.Text = "", ""
	p := c.Policies(authz.Policies{Identity: []authz.Named{{Document: &allow}}})
	q := c.Policies(authz.Policies{Identity: []authz.Named{{Document: &allow}, {Document: &deny}}})
	r := reads(alice)
	if !compiled.Decide(&r, p).Allowed || compiled.Decide(&r, q).Allowed {
		t.Error("documents without a text are taken for one another")
	}
	empty := authz.Policies{Resource: &authz.ResourcePolicy{Kind: authz.TrustPolicy, Named: authz.Named{Document: &policy.Document{}}}}
	if got := decided(t, reads(alice), empty); got != "denied for want of resource-based policy" {
		t.Errorf("a document without statements: %s", got)
	}
}

// TestCacheForgets: it does not grow, and what it forgot it compiles again.
func TestCacheForgets(t *testing.T) {
	c := compiled.NewCache(8)
	text := func(i int) string {
		return fmt.Sprintf(`{"Version":"2012-10-17","Id":"%d","Statement":{"Effect":"Allow","Action":"s3:Get%d*","Resource":"*"}}`, i, i)
	}
	first := make([]*compiled.Policy, 100)
	for i := range first {
		first[i] = c.Compile(doc(t, text(i)))
	}
	kept := 0
	for i := len(first) - 1; i >= 0; i-- {
		if c.Compile(doc(t, text(i))) == first[i] {
			kept++
		}
	}
	if kept == 0 || kept > 8 {
		t.Errorf("of a hundred, %d are kept in eight places", kept)
	}
	for i := range first {
		r := reads(alice)
		r.Action = fmt.Sprintf("s3:Get%dObject", i)
		if !compiled.Decide(&r, c.Policies(authz.Policies{Identity: named(t, text(i))})).Allowed {
			t.Errorf("what was forgotten does not decide as before: %d", i)
		}
	}
}

// TestCacheOfManyAtOnce is for the race detector, and holds that everyone gets
// the document that was asked for.
func TestCacheOfManyAtOnce(t *testing.T) {
	c := compiled.NewCache(4)
	var texts [16]*policy.Document
	for i := range texts {
		texts[i] = doc(t, fmt.Sprintf(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get%c","Resource":"*"}}`, 'A'+rune(i)))
	}
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(worker)))
			for range 300 {
				i := r.IntN(len(texts))
				p := c.Policies(authz.Policies{Identity: []authz.Named{{Document: texts[i]}}})
				q := reads(alice)
				q.Action = "s3:Get" + string('A'+rune(i))
				if !compiled.Decide(&q, p).Allowed {
					t.Errorf("another document was found for number %d", i)
					return
				}
			}
		})
	}
	all.Wait()
}

// TestManyDecideAtOnce: one Policies, one Request, any number of goroutines.
func TestManyDecideAtOnce(t *testing.T) {
	ready := compiled.NewPolicies(everyLayer(t))
	r := asks(build, "s3:GetObject", object)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 500 {
				if d := compiled.Decide(&r, ready); !d.Allowed {
					t.Errorf("%+v", d)
					return
				}
			}
		})
	}
	all.Wait()
}

// TestDecidingAllocatesNothing: each operator and each form of an element, as
// the generator makes them, but for the few that are left to the literal
// evaluator.
func TestDecidingAllocatesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	tried := 0
	for range 600 {
		p := drawPolicies(r)
		if mayBeLeftToTheLiteral(p) {
			continue
		}
		q, ready := drawRequest(r), compiled.NewPolicies(p)
		if _, malformed := authz.Decide(q, p).Reason.(authz.FixedRule); malformed {
			continue
		}
		if n := testing.AllocsPerRun(1, func() { compiled.Decide(&q, ready) }); n > 0 && !hasBadAddress(q) {
			t.Fatalf("%v allocations\n%s", n, describe(&q, p))
		}
		tried++
	}
	if tried < 60 {
		t.Errorf("only %d were tried", tried)
	}
}

// mayBeLeftToTheLiteral tells whether a policy may have one of the forms that
// Decide names.
func mayBeLeftToTheLiteral(p authz.Policies) bool {
	text := strings.ToLower(describe(&authz.Request{}, p))
	if strings.Count(text, "${") > 8 {
		return true
	}
	for _, operator := range []string{"ignorecase", "bool", "arnlike", "arnequals", "arnnot"} {
		if strings.Contains(text, "${") && strings.Contains(text, operator) {
			return true
		}
	}
	return false
}

// hasBadAddress tells whether a value is no address, or one with a zone: the
// error and the zone that the standard library makes of it are allocated.
func hasBadAddress(q authz.Request) bool {
	values, ok := q.Context.Get("aws:SourceIp")
	if !ok || len(values) == 0 {
		return false
	}
	address, err := netip.ParseAddr(values[0])
	return err != nil || address.Zone() != ""
}
