package xmldsig

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/beevik/etree"
	validator "github.com/mattermost/xml-roundtrip-validator"
	dsig "github.com/russellhaering/goxmldsig"
)

// goxmldsig's canonical form of the only element with an ID, out of its
// document, and whether goxmldsig and its reader take the document at all.
func oracleCanonical(document, prefixes string) (form []byte, ok bool) {
	if validator.Validate(strings.NewReader(document)) != nil {
		return nil, false
	}
	doc := etree.NewDocument()
	if doc.ReadFromString(document) != nil || doc.Root() == nil || misorders(doc.Root()) {
		return nil, false
	}
	target := doc.FindElement("//*[@ID]")
	if target == nil {
		return nil, false
	}
	form, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(prefixes).Canonicalize(inContext(target))
	return form, err == nil
}

// misorders tells whether goxmldsig would bring attributes into a wrong order:
// it forgets namespaces that it has written before when it compares those of
// attributes. xmlsec1 stands in for it there.
func misorders(e *etree.Element) bool {
	prefixes := map[string]bool{}
	for _, a := range e.Attr {
		if a.Space != "" && a.Space != "xmlns" {
			prefixes[a.Space] = true
		}
	}
	if len(prefixes) > 1 {
		return true
	}
	for _, c := range e.ChildElements() {
		if misorders(c) {
			return true
		}
	}
	return false
}

// inContext is a copy of an element with all namespaces around it declared on
// it, as goxmldsig wants it.
func inContext(e *etree.Element) *etree.Element {
	out := e.Copy()
	for p := e.Parent(); p != nil; p = p.Parent() {
		for _, a := range p.Attr {
			if (a.Space == "xmlns" || a.Space == "" && a.Key == "xmlns") && out.SelectAttr(a.FullKey()) == nil {
				out.CreateAttr(a.FullKey(), a.Value)
			}
		}
	}
	return out
}

// generated is a document with one element that has an ID, somewhere in it.
func generated(r *rand.Rand, mixed bool) string {
	g := &generator{r: r, target: r.IntN(4), mixed: mixed}
	g.element(0)
	return g.b.String()
}

type generator struct {
	r      *rand.Rand
	b      strings.Builder
	target int // the depth of the element with the ID
	done   bool
	mixed  bool // elements may have attributes with several prefixes
}

var texts = []string{"", " ", "text", "\n  ", "a &amp; b", "&lt;x&gt;", "&#13;&#xA;", "é", "&quot;'", "<![CDATA[<&>]]>", "<!-- c -->", "tab\there"}

func (g *generator) element(depth int) {
	prefixes := []string{"", "p:", "q:"}
	name := prefixes[g.r.IntN(3)] + string(rune('a'+g.r.IntN(3)))
	g.b.WriteString("<" + name)
	for i, p := range []string{"xmlns", "xmlns:p", "xmlns:q", "xmlns:unused"} {
		if depth == 0 && i > 0 || g.r.IntN(5) == 0 {
			fmt.Fprintf(&g.b, ` %s="urn:%d"`, p, g.r.IntN(3))
		}
	}
	if depth == g.target && !g.done {
		g.b.WriteString(` ID="it"`)
		g.done = true
	}
	for i, a := range []string{"b", "a", "q:z", "p:y", "xml:lang"} {
		if g.r.IntN(3) == 0 && (g.mixed || !strings.Contains(a, ":") || i-2 == depth%3) {
			fmt.Fprintf(&g.b, ` %s="v%d &amp; &quot;&#9;&#10;"`, a, i)
		}
	}
	g.b.WriteString(">")
	for range g.r.IntN(4) {
		g.b.WriteString(texts[g.r.IntN(len(texts))])
		if depth < 4 {
			g.element(depth + 1)
		}
	}
	g.b.WriteString(texts[g.r.IntN(len(texts))])
	g.b.WriteString("</" + name + ">")
}

// unnormalized is an attribute's value with white space in it that XML reads as
// spaces (XML 1.0, section 3.3.3) and Go's encoding/xml, and so goxmldsig, does
// not.
var unnormalized = regexp.MustCompile(`=\s*("[^"<]*[\t\n\r][^"<]*"|'[^'<]*[\t\n\r][^'<]*')`)

// compare holds this package's canonical form against goxmldsig's, where both
// take the document.
func compare(t *testing.T, document, prefixes string) (compared bool) {
	t.Helper()
	root, err := Parse(document)
	if err != nil || unnormalized.MatchString(document) {
		return false
	}
	want, ok := oracleCanonical(document, prefixes)
	if !ok {
		return false
	}
	var target *Element
	root.Walk(func(e *Element) bool {
		if _, ok := e.Attr("ID"); ok && target == nil {
			target = e
		}
		return true
	})
	if target == nil {
		return false
	}
	var list []string
	for _, p := range strings.Fields(prefixes) {
		list = append(list, strings.TrimPrefix(p, "#default"))
	}
	got := target.Canonical(list, nil)
	if !bytes.Equal(got, want) {
		t.Errorf("of %s with %q\n got %s\nwant %s", document, prefixes, got, want)
	}
	again, err := Parse(string(got))
	if err != nil {
		t.Errorf("the canonical form of %s cannot be read: %v", document, err)
	} else if twice := again.Canonical(list, nil); !bytes.Equal(got, twice) {
		t.Errorf("the canonical form of %s changes from\n%s to\n%s", document, got, twice)
	}
	return true
}

// Source: https://www.w3.org/TR/xml/#AVNormalize
func TestWhiteSpaceInAValueIsSpaces(t *testing.T) {
	root, err := Parse("<a b=\"x\ty\r\nz\" c='&#9;'/>")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(root.Canonical(nil, nil)), `<a b="x y z" c="&#x9;"></a>`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Source: https://www.w3.org/TR/xml-exc-c14n/; the other reading of it is goxmldsig's.
func TestCanonicalFormsAreGoxmldsigs(t *testing.T) {
	r, compared := rand.New(rand.NewPCG(1, 2)), 0
	for range 3000 {
		document := generated(r, false)
		if compare(t, document, []string{"", "", "p", "q unused"}[r.IntN(4)]) {
			compared++
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d documents compared", compared)
	if compared < 500 {
		t.Errorf("only %d documents could be compared", compared)
	}
}

func FuzzCanonicalFormsAreGoxmldsigs(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		f.Add(generated(r, false), "")
		f.Add(generated(r, false), "p")
	}
	f.Add(usual(3), "xs")
	f.Fuzz(func(t *testing.T, document, prefixes string) { compare(t, document, prefixes) })
}

// What goxmldsig verifies, this package verifies, and the other way about. Of
// ECDSA goxmldsig takes signatures in another encoding than the standard's;
// there xmlsec1 is asked.
func TestSignaturesAreGoxmldsigs(t *testing.T) {
	s := rsaSigner(t)
	for _, prefixes := range []string{"", "xs", "xs xsi"} {
		document := s.sign(t, usual(5), options{prefixes: prefixes})
		for change, edited := range map[string]string{"": document, "a byte changed": strings.Replace(document, ">ann<", ">bob<", 1)} {
			root, err := Parse(edited)
			if err != nil {
				t.Fatal(err)
			}
			_, own := Verify(root.One("urn:oasis:names:tc:SAML:2.0:assertion", "Assertion"), s.keys())
			doc := etree.NewDocument()
			if err := doc.ReadFromString(edited); err != nil {
				t.Fatal(err)
			}
			c := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{s.cert}})
			_, theirs := c.Validate(inContext(doc.FindElement("//saml:Assertion")))
			if (own == nil) != (change == "") || (theirs == nil) != (own == nil) {
				t.Errorf("with %q %s: %v, goxmldsig: %v", prefixes, change, own, theirs)
			}
		}
	}
}

// What the same costs with goxmldsig, its reader and the check of round trips
// that has to go before it.
func BenchmarkGoxmldsig(b *testing.B) {
	s := rsaSigner(b)
	document := s.sign(b, usual(8), options{})
	c := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{s.cert}})
	defer processor(b)()
	for b.Loop() {
		if err := validator.Validate(strings.NewReader(document)); err != nil {
			b.Fatal(err)
		}
		doc := etree.NewDocument()
		if err := doc.ReadFromString(document); err != nil {
			b.Fatal(err)
		}
		if _, err := c.Validate(inContext(doc.FindElement("//saml:Assertion"))); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	s := rsaSigner(b)
	document := s.sign(b, usual(8), options{})
	b.ReportAllocs()
	defer processor(b)()
	for b.Loop() {
		if _, err := Verify(assertionOf(b, document), s.keys()); err != nil {
			b.Fatal(err)
		}
	}
}

// processor reports the processor's time of the loop, which others that want
// the processor too do not change.
func processor(b *testing.B) func() {
	b.Helper()
	used := func() int64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return u.Utime.Nano() + u.Stime.Nano()
	}
	before := used()
	return func() { b.ReportMetric(float64(used()-before)/float64(b.N), "cpu-ns/op") }
}
