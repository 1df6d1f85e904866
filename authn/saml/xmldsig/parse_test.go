package xmldsig

import (
	"errors"
	"strings"
	"testing"
)

// shown is an element as its names, attributes and text tell it.
func shown(e *Element) string {
	var b strings.Builder
	e.Walk(func(e *Element) bool {
		b.WriteString("{" + e.Space + "}" + e.Local)
		for _, a := range e.attrs {
			b.WriteString(" " + a.space + "|" + a.local + "=" + a.value)
		}
		if text, ok := e.Text(); ok {
			b.WriteString(" '" + text + "'")
		}
		b.WriteString(";")
		return true
	})
	return b.String()
}

// Source: https://www.w3.org/TR/xml/ (2.10, 2.11, 3.3.3, 4.1), https://www.w3.org/TR/xml-names/
func TestDocumentsThatAreRead(t *testing.T) {
	for _, c := range []struct{ rule, document, want string }{
		{"an empty element", `<a/>`, "{}a '';"},
		{"white space inside tags", "<a\n b = 'c'\t></a >", "{}a |b=c '';"},
		{"a declaration", `<?xml version="1.0" encoding='utf-8' standalone="no"?>` + "\n<a/>\n", "{}a '';"},
		{"comments around and inside, which split no text", `<!-- x --><a>on<!-- <b> & -->e</a><!---->`, "{}a 'one';"},
		{"CDATA", `<a><![CDATA[<b>&amp;]]>c</a>`, "{}a '<b>&amp;c';"},
		{"references", `<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;&#xd;</a>`, "{}a '<>&\"'A\U0001f600\r';"},
		{"line ends", "<a>1\r\n2\r3\n4</a>", "{}a '1\n2\n3\n4';"},
		{"white space in an attribute", "<a b='1\r\n2\t3&#9;4'/>", "{}a |b=1 2 3\t4 '';"},
		{"quotes of the other kind", `<a b='"' c="'"/>`, `{}a |b=" |c=' '';`},
		{"a default namespace, not of attributes", `<a xmlns="urn:x" b="c"/>`, "{urn:x}a |b=c '';"},
		{"prefixes, declared behind their use", `<p:a p:b="c" xmlns:p="urn:x"/>`, "{urn:x}a urn:x|b=c '';"},
		{"a namespace taken back", `<a xmlns="urn:x"><b xmlns=""/></a>`, "{urn:x}a;{}b '';"},
		{"a prefix that means something else inside", `<p:a xmlns:p="urn:x"><p:b xmlns:p="urn:y"/><p:c/></p:a>`, "{urn:x}a;{urn:y}b '';{urn:x}c '';"},
		{"XML's own prefix", `<a xml:lang="en"/>`, "{}a " + xmlSpace + "|lang=en '';"},
		{"one name in two namespaces", `<a xmlns:p="urn:x" b="1" p:b="2"/>`, "{}a |b=1 urn:x|b=2 '';"},
		{"letters beyond ASCII in text", `<a b="é">日本</a>`, "{}a |b=é '日本';"},
		{"32 elements in one another", strings.Repeat("<a>", 32) + strings.Repeat("</a>", 32), strings.Repeat("{}a;", 31) + "{}a '';"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			e, err := Parse(c.document)
			if err != nil {
				t.Fatal(err)
			}
			if got := shown(e); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestDocumentsThatAreRefused(t *testing.T) {
	for rule, document := range map[string]string{
		"nothing":                               "",
		"text alone":                            "a",
		"two roots":                             "<a/><b/>",
		"text behind the root":                  "<a/>b",
		"text before the root":                  "b<a/>",
		"a root that is not closed":             "<a>",
		"a tag that is not closed":              "<a",
		"an end that does not fit":              "<a></b>",
		"an end with another prefix":            `<p:a xmlns:p="urn:x" xmlns:q="urn:x"></q:a>`,
		"an end alone":                          "</a>",
		"ends crossed":                          "<a><b></a></b>",
		"a document type":                       "<!DOCTYPE a><a/>",
		"a document type with entities":         `<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>`,
		"an external entity":                    `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>`,
		"a processing instruction":              "<?x y?><a/>",
		"one inside":                            "<a><?x y?></a>",
		"a declaration inside":                  "<a><!ELEMENT b></a>",
		"an XML declaration that is not first":  ` <?xml version="1.0"?><a/>`,
		"one of XML 1.1":                        `<?xml version="1.1"?><a/>`,
		"one of another encoding":               `<?xml version="1.0" encoding="ISO-8859-1"?><a/>`,
		"one in another order":                  `<?xml encoding="UTF-8" version="1.0"?><a/>`,
		"one that does not end":                 `<?xml version="1.0"`,
		"an entity that XML does not know":      "<a>&nbsp;</a>",
		"a reference that does not end":         "<a>&amp</a>",
		"an ampersand":                          "<a>a & b</a>",
		"a reference to NUL":                    "<a>&#0;</a>",
		"a reference to half a character":       "<a>&#xD800;</a>",
		"a reference beyond all characters":     "<a>&#x110000;</a>",
		"a reference with a sign":               "<a>&#+65;</a>",
		"a reference with an underscore":        "<a>&#6_5;</a>",
		"a reference without digits":            "<a>&#;</a>",
		"NUL":                                   "<a>\x00</a>",
		"a control character":                   "<a>\x1b</a>",
		"what is not UTF-8":                     "<a>\xff</a>",
		"half a character in UTF-8":             "<a>\xed\xa0\x80</a>",
		"U+FFFE":                                "<a>\ufffe</a>",
		"a byte order mark":                     "\ufeff<a/>",
		"UTF-16":                                "\xfe\xff\x00<\x00a\x00/\x00>",
		"]]> in text":                           "<a>]]></a>",
		"a CDATA section that does not end":     "<a><![CDATA[</a>",
		"a comment with --":                     "<a><!-- -- --></a>",
		"a comment that does not end":           "<a><!-- </a>",
		"a < in an attribute":                   `<a b="<"/>`,
		"an attribute without quotes":           "<a b=c/>",
		"an attribute without a value":          "<a b/>",
		"an attribute that does not end":        `<a b="c`,
		"attributes without space between them": `<a b="1"c="2"/>`,
		"an attribute twice":                    `<a b="1" b="2"/>`,
		"one twice by two prefixes":             `<a xmlns:p="urn:x" xmlns:q="urn:x" p:b="1" q:b="2"/>`,
		"a prefix that nobody declared":         "<p:a/>",
		"an attribute's that nobody declared":   `<a p:b="c"/>`,
		"a prefix declared elsewhere":           `<a><b xmlns:p="urn:x"/><p:c/></a>`,
		"a prefix taken back":                   `<a xmlns:p=""/>`,
		"a namespace twice":                     `<a xmlns:p="urn:x" xmlns:p="urn:y"/>`,
		"xml for something else":                `<a xmlns:xml="urn:x"/>`,
		"xmlns declared":                        `<a xmlns:xmlns="urn:x"/>`,
		"XML's namespace by another name":       `<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>`,
		"xmlns as an element's prefix":          `<xmlns:a/>`,
		"a name that begins with a digit":       "<1a/>",
		"a name with two colons":                `<p:q:a xmlns:p="urn:x"/>`,
		"a name without its local part":         `<p: xmlns:p="urn:x"/>`,
		"a name that is not ASCII":              "<é/>",
		"a space before the name":               "< a/>",
		"33 elements in one another":            strings.Repeat("<a>", 33) + strings.Repeat("</a>", 33),
		"10,000 elements in one another":        strings.Repeat("<a>", 10000),
		"65 attributes":                         "<a" + attributes(65) + "/>",
	} {
		t.Run(rule, func(t *testing.T) {
			if e, err := Parse(document); err == nil {
				t.Errorf("read as %s", shown(e))
			}
		})
	}
}

func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(" a" + strings.Repeat("x", i) + `="1"`)
	}
	return b.String()
}

func TestTextWithAnElementInItIsNone(t *testing.T) {
	e, err := Parse("<a>x<b/>y</a>")
	if err != nil {
		t.Fatal(err)
	}
	if text, ok := e.Text(); ok {
		t.Errorf("read %q", text)
	}
}

func TestAnElementStandsAmongTheNamespacesAroundIt(t *testing.T) {
	around, err := Parse(`<a xmlns:p="urn:x"><b xmlns="urn:y"/></a>`)
	if err != nil {
		t.Fatal(err)
	}
	in, err := ParseIn(`<p:c><d/></p:c>`, around.Children()[0])
	if err != nil || shown(in) != "{urn:x}c;{urn:y}d '';" {
		t.Errorf("%v, %v", in, err)
	}
	if got := string(in.Canonical(nil, nil)); got != `<p:c xmlns:p="urn:x"><d xmlns="urn:y"></d></p:c>` {
		t.Errorf("canonical: %s", got)
	}
	if _, err := ParseIn(`<?xml version="1.0"?><p:c/>`, around); err == nil {
		t.Error("a declaration inside a document is read")
	}
}

// No error tells what a document says: assertions are secrets.
func TestErrorsTellNothingOfTheDocument(t *testing.T) {
	for _, document := range []string{`<secret`, `<secret b="secret`, `<a>&secret;</a>`, `<secret:a/>`, `<a></secret>`} {
		_, err := Parse(document)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%v", err)
		}
		for err != nil {
			err = errors.Unwrap(err)
		}
	}
}

// Whatever is read has a canonical form that is read as the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{`<a/>`, usual(2), `<p:a xmlns:p="urn:x" p:b="&#9;"><![CDATA[x]]><!-- c --></p:a>`, `<?xml version="1.0"?><a xmlns=""/>`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, document string) {
		e, err := Parse(document)
		if err != nil {
			return
		}
		form := string(e.Canonical(nil, nil))
		again, err := Parse(form)
		if err != nil {
			t.Fatalf("the canonical form of %q cannot be read: %v", document, err)
		}
		if twice := string(again.Canonical(nil, nil)); twice != form {
			t.Errorf("of %q, %q becomes %q", document, form, twice)
		}
	})
}
