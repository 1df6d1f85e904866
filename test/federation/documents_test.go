package federation

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/rolecall-iam/rolecall/test/samltest"
)

// documents are responses that two readers of XML could read differently, or
// that make one work, fetch or fail. Where it can be, the signature is right.
func (k *kit) documents() []attack {
	document := k.usual().XML()
	// sign signs the assertion with the change in it already made.
	sign := func(from, to string) string {
		if !strings.Contains(document, from) {
			k.t.Fatalf("there is no %q to change", from)
		}
		return k.idp.Sign(k.t, strings.Replace(document, from, to, 1), "_assertion", samltest.InAssertion)
	}
	lol := `<!DOCTYPE x [<!ENTITY a "ha">` + func() (b string) {
		for i := range 10 {
			b += fmt.Sprintf(`<!ENTITY a%d "%s">`, i, strings.Repeat(fmt.Sprintf("&a%d;", i-1), 10))
		}
		return strings.ReplaceAll(b, "&a-1;", "&a;")
	}() + `]>`
	name := ">ann-1f3a<"
	forms := map[string]string{
		"a document type":                         "<!DOCTYPE x>" + k.signed,
		"an entity for a name":                    `<!DOCTYPE x [<!ENTITY e "admin">]>` + k.change(name, ">&e;<"),
		"an external entity":                      `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + k.change(name, ">&e;<"),
		"an external entity over HTTP":            `<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:1/">]>` + k.change(name, ">&e;<"),
		"an external document type":               `<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">` + k.signed,
		"a parameter entity":                      `<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:1/x"> %e;]>` + k.signed,
		"a billion laughs":                        lol + k.change(name, ">&a9;<"),
		"an attribute with a default":             `<!DOCTYPE x [<!ATTLIST saml:Attribute Name CDATA "x">]>` + k.signed,
		"a type of ID by declaration":             `<!DOCTYPE x [<!ATTLIST saml:Subject x ID #IMPLIED>]>` + k.signed,
		"an entity nobody declared":               k.change(name, ">&admin;<"),
		"an instruction before it":                `<?xml-stylesheet href="x"?>` + k.signed,
		"an instruction in a name":                k.change(name, ">ann<?x?>-1f3a<"),
		"an instruction in the response":          k.change("<samlp:Status>", "<?x?><samlp:Status>"),
		"XML 1.1":                                 `<?xml version="1.1"?>` + k.signed,
		"another encoding declared":               `<?xml version="1.0" encoding="UTF-7"?>` + k.signed,
		"Latin 1":                                 `<?xml version="1.0" encoding="ISO-8859-1"?>` + k.signed,
		"a second root":                           k.signed + "<x/>",
		"a second response":                       k.signed + k.evil.XML(),
		"text behind it":                          k.signed + "x",
		"text before it":                          "x" + k.signed,
		"a byte order mark":                       "\ufeff" + k.signed,
		"NUL behind it":                           k.signed + "\x00",
		"NUL in a name":                           k.change(name, ">ann\x00-1f3a<"),
		"a reference to NUL":                      k.change(name, ">ann&#0;-1f3a<"),
		"a control character":                     k.change(name, ">ann\x1b-1f3a<"),
		"half a character":                        k.change(name, ">ann\xed\xa0\x80<"),
		"bytes that are no UTF-8":                 k.change(name, ">ann\xff<"),
		"an overlong character":                   k.change(name, ">ann\xc0\xaf<"),
		"an element in a signed value":            sign(">ann<", ">ann<x/>.example<"),
		"an element in a signed audience":         sign(">urn:amazon:webservices<", ">urn:amazon:webservices<x/><"),
		"an element in a signed issuer":           sign(">"+entity+"<", "><x/>"+entity+"<"),
		"the attribute ID twice":                  k.change(`ID="_assertion"`, `ID="_assertion" ID="_evil"`),
		"an ID in another namespace too":          k.change(`<saml:Subject>`, `<saml:Subject xml:id="_assertion">`),
		"an Id on another element":                k.change(`<saml:Subject>`, `<saml:Subject Id="_assertion">`),
		"the assertion's ID on the response":      k.change(`ID="_response"`, `ID="_assertion"`),
		"no ID":                                   k.change(` ID="_assertion"`, ``),
		"a prefix nobody declared":                k.change("<samlp:Status>", "<y:x/><samlp:Status>"),
		"a prefix declared anew":                  k.change(`<saml:Subject>`, `<saml:Subject xmlns:saml="urn:x">`),
		"a namespace declared twice":              k.change("<samlp:Status>", `<samlp:Status xmlns:a="urn:a" xmlns:a="urn:b">`),
		"an element not closed":                   k.change("</samlp:Response>", ""),
		"elements closed in the wrong order":      k.change("</saml:Subject>", "</saml:Conditions>"),
		"10,000 elements in one another":          strings.Repeat("<a>", 10000) + strings.Repeat("</a>", 10000),
		"33 elements in one another":              k.change("<samlp:Status>", strings.Repeat("<samlp:x>", 33)+strings.Repeat("</samlp:x>", 33)+"<samlp:Status>"),
		"1,000 attributes":                        k.change("<samlp:Status>", "<samlp:Status "+many(1000)+">"),
		"an attribute without quotes":             k.change(`Version="2.0"`, `Version=2.0`),
		"a CDATA section that does not end":       k.change(name, "><![CDATA[ann<"),
		"a comment that does not end":             k.change(name, ">ann<!-- <"),
		"a comment in a name, changed afterwards": k.change(name, ">a<!-- -->nn<"),
	}
	var all []attack
	for rule, document := range forms {
		all = append(all, attack{rule: "document: " + rule, document: document, code: invalid})
	}
	return append(all,
		attack{rule: "document: an element in a signed name", document: sign(name, "><x/>ann-1f3a<"), code: denied},
		attack{rule: "document: an element around a signed name", document: sign(name, "><x>ann-1f3a</x><"), code: denied})
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `a%d="x" `, i)
	}
	return b.String()
}

// encodings are what is no SAMLResponse at all, or not quite.
func (k *kit) encodings() []attack {
	good := samltest.Encode(k.signed)
	wide := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(k.signed)) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	forms := []attack{
		{rule: "nothing", encoded: "AAAA"},
		{rule: "XML that is not encoded", encoded: k.signed},
		{rule: "encoded twice", encoded: samltest.Encode(good)},
		{rule: "in the alphabet of URLs", encoded: base64.URLEncoding.EncodeToString([]byte(k.change(">ann-1f3a<", ">\u00ff\u00fe~~~???<")))},
		{rule: "without padding", encoded: strings.TrimRight(samltest.Encode(k.signed+" "+strings.Repeat(" ", 3-(len(k.signed)+2)%3)), "=")},
		{rule: "with spaces", encoded: good[:100] + " " + good[100:]},
		{rule: "with something behind it", encoded: strings.TrimRight(good, "=") + "====" + "AAAA"},
		{rule: "cut in half", encoded: good[:len(good)/2/4*4]},
		{rule: "cut by a byte", encoded: good[:len(good)-1]},
		{rule: "in UTF-16", encoded: base64.StdEncoding.EncodeToString(wide)},
		{rule: "100,001 characters", encoded: strings.Repeat("A", 100_001), code: badARN},
		{rule: "100,000 characters of white space", encoded: base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", 75_000)))},
		{rule: "100,000 characters of <", encoded: base64.StdEncoding.EncodeToString([]byte(strings.Repeat("<", 75_000)))},
		{rule: "100,000 characters of elements", encoded: base64.StdEncoding.EncodeToString([]byte("<a>" + strings.Repeat("<b/>", 18_000) + "</a>"))},
		{rule: "100,000 characters of text in pieces", encoded: base64.StdEncoding.EncodeToString([]byte("<a>" + strings.Repeat("x<!---->", 9_000) + "</a>"))},
		{rule: "100,000 characters of references", encoded: base64.StdEncoding.EncodeToString([]byte("<a>" + strings.Repeat("&amp;", 14_000) + "</a>"))},
	}
	for i := range forms {
		forms[i].rule = "encoding: " + forms[i].rule
		if forms[i].code == "" {
			forms[i].code = invalid
		}
	}
	return forms
}
