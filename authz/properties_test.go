package authz

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/policy"
)

// world is a request and the policies it is decided by, drawn from few names,
// so that statements often match.
type world struct {
	request  Request
	policies Policies
}

func drawWorld(t *rapid.T) world {
	principals := []Principal{alice, mallory, deployer, visitor, root, lambda, okta, Anonymous{}}
	r := Request{
		Principal: rapid.SampledFrom(principals).Draw(t, "principal"),
		Action:    rapid.SampledFrom([]string{"s3:GetObject", "s3:PutObject", "sts:AssumeRole", "iam:GetRole"}).Draw(t, "action"),
		Resource:  rapid.SampledFrom([]string{bucket, role, "*"}).Draw(t, "resource"),
		Context:   drawContext(t),
	}
	if rapid.Bool().Draw(t, "owned") {
		r.ResourceAccount = ours
	}
	return world{r, drawPolicies(t)}
}

func drawContext(t *rapid.T) Context {
	var c Context
	for _, name := range []string{"a", "b", "aws:TagKeys"} {
		values := rapid.SliceOfN(rapid.SampledFrom([]string{"", "1", "2", "x", "*"}), 0, 2).Draw(t, name)
		switch {
		case name == "aws:TagKeys":
			c.SetMany(name, values...)
		case len(values) > 0:
			c.Set(name, values[0])
		}
	}
	return c
}

func drawPolicies(t *rapid.T) Policies {
	p := Policies{
		Identity:       drawNamed(t, "identity", ""),
		Session:        drawNamed(t, "session", ""),
		SessionPresent: rapid.Bool().Draw(t, "session present"),
	}
	if rapid.Bool().Draw(t, "boundary present") {
		p.Boundary = &Named{Document: drawDocument(t, "boundary", "")}
	}
	if rapid.Bool().Draw(t, "resource present") {
		kind := rapid.SampledFrom([]ResourceKind{OrdinaryPolicy, TrustPolicy, KeyPolicy}).Draw(t, "kind")
		p.Resource = &ResourcePolicy{kind, Named{Document: drawDocument(t, "resource policy", "Principal")}}
	}
	if rapid.Bool().Draw(t, "organization") {
		p.SCPs = [][]Named{drawNamed(t, "scp", ""), drawNamed(t, "scp", "")}
		p.RCPs = [][]Named{drawNamed(t, "rcp", "Principal")}
	}
	return p
}

func drawNamed(t *rapid.T, label, principal string) []Named {
	list := make([]Named, rapid.IntRange(0, 3).Draw(t, label))
	for i := range list {
		list[i].Document = drawDocument(t, label, principal)
	}
	return list
}

func drawDocument(t *rapid.T, label, principal string) *policy.Document {
	statements := make([]string, rapid.IntRange(1, 3).Draw(t, label+" statements"))
	for i := range statements {
		effect := rapid.SampledFrom([]string{"Allow", "Allow", "Allow", "Deny"}).Draw(t, "effect")
		statements[i] = drawStatement(t, effect, principal)
	}
	version := rapid.SampledFrom([]string{`"Version":"2012-10-17",`, ``}).Draw(t, "version")
	return parsed(t, `{`+version+`"Statement":[`+strings.Join(statements, ",")+`]}`)
}

func drawStatement(t *rapid.T, effect, principal string) string {
	parts := []string{
		`"Effect":"` + effect + `"`,
		rapid.SampledFrom([]string{
			`"Action":"*"`, `"Action":"s3:*"`, `"NotAction":"iam:*"`, `"Action":["s3:GetObject","sts:*"]`, `"Action":"s*:*"`, `"NotAction":[]`,
		}).Draw(t, "actions"),
	}
	if resource := rapid.SampledFrom([]string{
		`"Resource":"*"`, `"Resource":"*"`, `"Resource":"arn:aws:s3:::reports/*"`, `"NotResource":"arn:aws:iam::*:role/${a}"`, ``,
	}).Draw(t, "resources"); resource != "" {
		parts = append(parts, resource)
	}
	if principal != "" {
		parts = append(parts, rapid.SampledFrom([]string{
			`"Principal":"*"`, `"Principal":{"AWS":"111111111111"}`, `"Principal":{"AWS":["` + deployer.CallerARN() + `","` + alice.ID + `"]}`,
			`"NotPrincipal":{"AWS":"111111111111"}`, `"Principal":{"Service":"lambda.amazonaws.com"}`,
		}).Draw(t, "who"))
	}
	if condition := drawCondition(t, operatorNames); condition != "" {
		parts = append(parts, `"Condition":{`+condition+`}`)
	}
	return `{` + strings.Join(parts, ",") + `}`
}

// operatorNames are the table's, in a fixed order.
var operatorNames = func() []string {
	var names []string
	for name := range operators {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}()

func drawCondition(t *rapid.T, names []string) string {
	if rapid.IntRange(0, 2).Draw(t, "conditions") > 0 {
		return ""
	}
	return fmt.Sprintf(`"%s%s%s":{"%s":["%s"]}`,
		rapid.SampledFrom([]string{"", "ForAllValues:", "ForAnyValue:"}).Draw(t, "set"),
		rapid.SampledFrom(names).Draw(t, "operator"),
		rapid.SampledFrom([]string{"", "IfExists"}).Draw(t, "suffix"),
		rapid.SampledFrom([]string{"a", "A", "b", "aws:TagKeys", "none"}).Draw(t, "key"),
		rapid.SampledFrom([]string{"", "1", "2", "x", "*", "${a}", "true", "arn:aws:s3:::*"}).Draw(t, "value"))
}

func parsed(t *rapid.T, text string) *policy.Document {
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatalf("the test's own policy is wrong: %v\n%s", err, text)
	}
	return d
}

// lists are all lists of policies of a world that may grow and shrink.
func (w *world) lists() []*[]Named {
	lists := []*[]Named{&w.policies.Identity, &w.policies.Session}
	for i := range w.policies.SCPs {
		lists = append(lists, &w.policies.SCPs[i])
	}
	for i := range w.policies.RCPs {
		lists = append(lists, &w.policies.RCPs[i])
	}
	return lists
}

// documents are all documents of a world, as places to put others.
func (w *world) documents() []**policy.Document {
	var all []**policy.Document
	for _, list := range w.lists() {
		for i := range *list {
			all = append(all, &(*list)[i].Document)
		}
	}
	if w.policies.Boundary != nil {
		all = append(all, &w.policies.Boundary.Document)
	}
	if w.policies.Resource != nil {
		all = append(all, &w.policies.Resource.Document)
	}
	return all
}

// rewrite puts other statements into one document, leaving the old one be.
func rewrite(place **policy.Document, change func([]policy.Statement) []policy.Statement) {
	d := **place
	d.Statements = change(slices.Clone(d.Statements))
	*place = &d
}

func TestOrderDecidesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		before := Decide(w.request, w.policies)
		for _, list := range w.lists() {
			*list = rapid.Permutation(*list).Draw(t, "policies")
		}
		for _, place := range w.documents() {
			rewrite(place, func(s []policy.Statement) []policy.Statement { return rapid.Permutation(s).Draw(t, "statements") })
		}
		after := Decide(w.request, w.policies)
		if why(before) != why(after) || len(before.Matched) != len(after.Matched) {
			t.Fatalf("in one order: %s, in another: %s", why(before), why(after))
		}
	})
}

func TestAddingADenyNeverAllows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		if Decide(w.request, w.policies).Allowed {
			return
		}
		principal := ""
		places := w.documents()
		if len(places) == 0 {
			return
		}
		place := rapid.SampledFrom(places).Draw(t, "place")
		if (*place).Statements[0].Principals.Present {
			principal = "Principal"
		}
		added := parsed(t, `{"Statement":`+drawStatement(t, "Deny", principal)+`}`).Statements[0]
		rewrite(place, func(s []policy.Statement) []policy.Statement { return append(s, added) })
		if d := Decide(w.request, w.policies); d.Allowed {
			t.Fatalf("a Deny more: %s", why(d))
		}
	})
}

func TestRemovingAnAllowNeverAllows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		before := Decide(w.request, w.policies)
		places := w.documents()
		if before.Allowed || len(places) == 0 {
			return
		}
		rewrite(rapid.SampledFrom(places).Draw(t, "place"), func(s []policy.Statement) []policy.Statement {
			i := rapid.IntRange(0, len(s)-1).Draw(t, "statement")
			if s[i].Effect == policy.Allow {
				return slices.Delete(s, i, i+1)
			}
			return s
		})
		if d := Decide(w.request, w.policies); d.Allowed {
			t.Fatalf("an Allow less: %s, before: %s", why(d), why(before))
		}
	})
}

func TestUnknownOperatorsNeverAllow(t *testing.T) {
	unknown := []string{"StringRhymes", "NumericAbout", "string", "Arn", "BoolLike", "IPRange", "Nulls"}
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		if Decide(w.request, w.policies).Allowed {
			return
		}
		condition := drawCondition(t, unknown)
		if condition == "" {
			return
		}
		statement := `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{` + condition + `}}`
		w.policies.Identity = append(w.policies.Identity, Named{Document: parsed(t, `{"Statement":`+statement+`}`)})
		if d := Decide(w.request, w.policies); d.Allowed {
			t.Fatalf("%s: %s", statement, why(d))
		}
	})
}

func TestTakingADocumentAwayNeverAllows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		places := w.documents()
		if len(places) == 0 || Decide(w.request, w.policies).Allowed {
			return
		}
		*rapid.SampledFrom(places).Draw(t, "place") = nil
		if d := Decide(w.request, w.policies); d.Allowed {
			t.Fatalf("an unreadable document: %s", why(d))
		}
	})
}

// TestGlobAgreesWithItsDefinition compares the matcher with the recursive
// definition of * and ?, on short texts.
func TestGlobAgreesWithItsDefinition(t *testing.T) {
	var defined func(p, s []rune) bool
	defined = func(p, s []rune) bool {
		switch {
		case len(p) == 0:
			return len(s) == 0
		case p[0] == '*':
			return defined(p[1:], s) || len(s) > 0 && defined(p, s[1:])
		}
		return len(s) > 0 && (p[0] == '?' || p[0] == s[0]) && defined(p[1:], s[1:])
	}
	text := func(letters string) *rapid.Generator[string] {
		return rapid.StringOfN(rapid.SampledFrom([]rune(letters)), 0, 8, -1)
	}
	rapid.Check(t, func(t *rapid.T) {
		p, s := text("ab日**?").Draw(t, "pattern"), text("ab日").Draw(t, "text")
		if got, want := (glob{text: p}).match(s), defined([]rune(p), []rune(s)); got != want {
			t.Fatalf("%q covers %q: %v, want %v", p, s, got, want)
		}
	})
}
