package xmldsig

import (
	"strings"
	"testing"
)

// The examples of the recommendations, as far as they are of what is read here.
//
// Source: https://www.w3.org/TR/2001/REC-xml-c14n-20010315, section 3 (examples 3.2 to 3.6 with what exclusive
// canonicalization makes of them), https://www.w3.org/TR/xml-exc-c14n/, sections 2.1 to 2.3
func TestCanonicalFormsOfTheRecommendations(t *testing.T) {
	for _, c := range []struct {
		rule, document, inclusive, want string
	}{
		{"3.2 white space in content stays", "<doc>\n   <clean>   </clean>\n   <mixed>\n      A\n      <clean>   </clean>\n      B\n   </mixed>\n</doc>", "",
			"<doc>\n   <clean>   </clean>\n   <mixed>\n      A\n      <clean>   </clean>\n      B\n   </mixed>\n</doc>"},
		{"3.3 an empty element becomes a pair of tags", `<doc><e1   /></doc>`, "", `<doc><e1></e1></doc>`},
		{"3.3 white space in tags goes", "<doc><e2   ></e2><e3   name = \"elem3\"   id=\"elem3\"   /></doc>", "", `<doc><e2></e2><e3 id="elem3" name="elem3"></e3></doc>`},
		{"3.3 attributes are sorted, those without namespace first", `<doc xmlns:b="http://www.ietf.org" xmlns:a="http://www.w3.org" xmlns="http://example.org"><e5 a:attr="out" b:attr="sorted" attr2="all" attr="I'm"/></doc>`, "",
			`<doc xmlns="http://example.org"><e5 xmlns:a="http://www.w3.org" xmlns:b="http://www.ietf.org" attr="I'm" attr2="all" b:attr="sorted" a:attr="out"></e5></doc>`},
		{"3.3 what is superfluous goes", `<doc><e6 xmlns="" xmlns:a="http://www.w3.org"><e7 xmlns="http://www.ietf.org"><e8 xmlns="" xmlns:a="http://www.w3.org"><e9 xmlns="" xmlns:a="http://www.ietf.org"/></e8></e7></e6></doc>`, "",
			`<doc><e6><e7 xmlns="http://www.ietf.org"><e8 xmlns=""><e9></e9></e8></e7></e6></doc>`},
		{"3.4 references in text", "<doc><text>First line&#x0d;&#10;Second line</text><value>&#x32;</value></doc>", "", "<doc><text>First line&#xD;\nSecond line</text><value>2</value></doc>"},
		{"3.4 CDATA becomes text", `<doc><compute><![CDATA[value>"0" && value<"10" ?"valid":"error"]]></compute></doc>`, "",
			`<doc><compute>value&gt;"0" &amp;&amp; value&lt;"10" ?"valid":"error"</compute></doc>`},
		{"3.4 references in attributes", `<doc><compute expr='value>"0" &amp;&amp; value&lt;"10" ?"valid":"error"'>valid</compute></doc>`, "",
			`<doc><compute expr="value>&quot;0&quot; &amp;&amp; value&lt;&quot;10&quot; ?&quot;valid&quot;:&quot;error&quot;">valid</compute></doc>`},
		{"3.4 attributes of CDATA keep the white space of references", "<doc><norm attr=' &apos;   &#x20;&#13;&#xa;&#9;   &apos; '/></doc>", "", "<doc><norm attr=\" '    &#xD;&#xA;&#x9;   ' \"></norm></doc>"},
		{"3.6 UTF-8", `<?xml version="1.0" encoding="UTF-8"?><doc>&#169;</doc>`, "", "<doc>©</doc>"},
		{"comments go", "<doc>Hello, world!<!-- Comment 1 --></doc><!-- Comment 2 -->", "", "<doc>Hello, world!</doc>"},
		{"2.1 a declaration goes to where it is used", `<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n0:local>`, "",
			`<n0:local xmlns:n0="foo:bar"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2></n0:local>`},
		{"2.3 unless it is inclusive", `<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org"><n1:elem2 xmlns:n1="http://example.net"><n3:stuff/></n1:elem2></n0:local>`, "n3",
			`<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org"><n1:elem2 xmlns:n1="http://example.net"><n3:stuff></n3:stuff></n1:elem2></n0:local>`},
		{"an inclusive prefix that nobody declared is nothing", `<a/>`, "x y", `<a></a>`},
		{"the default namespace, inclusive", `<p:a xmlns="urn:x" xmlns:p="urn:p"><p:b/></p:a>`, "#default", `<p:a xmlns="urn:x" xmlns:p="urn:p"><p:b></p:b></p:a>`},
		{"a namespace with a quote", `<a xmlns="urn:&quot;&amp;x"/>`, "", `<a xmlns="urn:&quot;&amp;x"></a>`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			e, err := Parse(c.document)
			if err != nil {
				t.Fatal(err)
			}
			var list []string
			for _, p := range strings.Fields(c.inclusive) {
				list = append(list, strings.TrimPrefix(p, "#default"))
			}
			if got := string(e.Canonical(list, nil)); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

// Source: https://www.w3.org/TR/xml-exc-c14n/, section 2.2: an element out of two surroundings has one form
func TestAnElementHasOneFormInAllSurroundings(t *testing.T) {
	const elem = `<n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2>`
	const want = `<n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>`
	for _, around := range []string{"%", `<n0:pdu xmlns:n0="http://a.example">%</n0:pdu>`, `<n2:pdu xmlns:n1="http://example.com" xmlns:n2="http://foo.example" xml:lang="fr" xml:space="retain">%</n2:pdu>`} {
		root, err := Parse(strings.Replace(around, "%", elem, 1))
		if err != nil {
			t.Fatal(err)
		}
		root.Walk(func(e *Element) bool {
			if e.Is("http://example.net", "elem2") {
				if got := string(e.Canonical(nil, nil)); got != want {
					t.Errorf("in %s: %s", around, got)
				}
			}
			return true
		})
	}
}

func TestWhatIsLeftOutLeavesNothing(t *testing.T) {
	e, err := Parse(`<a>x<b><c/></b>y</a>`)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(e.Canonical(nil, e.One("", "b"))); got != "<a>xy</a>" {
		t.Error(got)
	}
}

func TestChildrenAreFoundByTheirWholeName(t *testing.T) {
	e, err := Parse(`<a xmlns:p="urn:p"><b/><p:b/><c/><c/></a>`)
	if err != nil {
		t.Fatal(err)
	}
	if e.One("urn:p", "b") == nil || e.One("", "b") == nil || e.One("urn:q", "b") != nil || e.One("", "c") != nil || len(e.All("", "c")) != 2 || len(e.Children()) != 4 {
		t.Errorf("found wrongly in %s", shown(e))
	}
	if b := e.One("urn:p", "b"); b.Parent() != e || e.Parent() != nil || !e.Blank() {
		t.Error("the parent is another")
	}
}

func BenchmarkParse(b *testing.B) {
	document := usual(8)
	b.SetBytes(int64(len(document)))
	for b.Loop() {
		if _, err := Parse(document); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCanonical(b *testing.B) {
	e, err := Parse(usual(8))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		e.Canonical(nil, nil)
	}
}
