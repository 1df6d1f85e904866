package federation

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/rolecall-iam/rolecall/authn/saml/xmldsig"
	"github.com/rolecall-iam/rolecall/test/samltest"
)

// change is a signed response with some text in it changed.
func (k *kit) change(from, to string) string {
	k.t.Helper()
	if !strings.Contains(k.signed, from) {
		k.t.Fatalf("there is no %q to change", from)
	}
	return strings.Replace(k.signed, from, to, 1)
}

// signatures are responses with no signature, a broken one, somebody else's, or
// too many.
func (k *kit) signatures() []attack {
	signature, bare := cut(k.signed, "ds:Signature")
	evil := k.evil.XML()
	byMe := func(r samltest.Response) string {
		return k.mine.Sign(k.t, r.XML(), r.AssertionID, samltest.InAssertion)
	}
	value, _ := cut(signature, "ds:SignatureValue")
	text := strings.TrimSuffix(strings.TrimPrefix(value, "<ds:SignatureValue>"), "</ds:SignatureValue>")
	info, _ := cut(signature, "ds:SignedInfo")
	mine, _ := cut(byMe(k.usual()), "ds:Signature")
	in := func(more string) string { return strings.Replace(bare, "<saml:Subject>", more+"<saml:Subject>", 1) }
	ecdsa := samltest.NewECDSA(k.t, entity)
	forms := map[string]string{
		"no signature":                             bare,
		"no signature, and the attacker's":         evil,
		"an empty signature":                       in(`<ds:Signature xmlns:ds="` + xmldsig.Space + `"/>`),
		"an empty value":                           k.change(text, ""),
		"a value cut in half":                      k.change(text, text[:len(text)/2/4*4]),
		"a value of zeros":                         k.change(text, base64.StdEncoding.EncodeToString(make([]byte, 256))),
		"a value of one":                           k.change(text, base64.StdEncoding.EncodeToString(append(make([]byte, 255), 1))),
		"a value that is too long":                 k.change(text, base64.StdEncoding.EncodeToString(make([]byte, 257))),
		"a value that is not base64":               k.change(text, "%%%%"),
		"a value with an element in it":            k.change(text, text[:8]+"<x/>"+text[8:]),
		"a bit of the value":                       k.change(text[:4], map[bool]string{true: "AAAA", false: "BBBB"}[text[:4] != "AAAA"]),
		"another key":                              byMe(k.usual()),
		"another key for other rights":             byMe(k.evil),
		"a key on a curve":                         ecdsa.Sign(k.t, k.usual().XML(), "_assertion", samltest.InAssertion),
		"the victim's certificate, my key":         swapCertificate(byMe(k.usual()), k.mine, k.idp),
		"my certificate, the victim's value":       swapCertificate(k.change(">ann-1f3a<", ">bob<"), k.idp, k.mine),
		"a name changed":                           k.change(">ann-1f3a<", ">bob<"),
		"a session name changed":                   k.change(">ann<", ">bob<"),
		"a role changed":                           k.change("role/Federal", "role/Other"),
		"an audience changed":                      k.change("urn:amazon:webservices", signin),
		"a digest changed":                         k.change("<ds:DigestValue>", "<ds:DigestValue>AAAA"),
		"an empty digest":                          strings.Replace(k.signed, digestOf(info), "", 1),
		"the signature twice":                      in(signature + signature),
		"another's signature before it":            in(mine + signature),
		"another's signature behind it":            in(signature + mine),
		"the signature in the subject":             strings.Replace(bare, "<saml:NameID", signature+"<saml:NameID", 1),
		"the signature in the issuer":              strings.Replace(bare, "</saml:Issuer>", signature+"</saml:Issuer>", 2),
		"the signature beside the assertion":       strings.Replace(bare, "</samlp:Status>", "</samlp:Status>"+signature, 1),
		"the signature in the status":              strings.Replace(bare, "</samlp:Status>", signature+"</samlp:Status>", 1),
		"the signature in an element":              in(`<x xmlns="urn:x">` + signature + "</x>"),
		"the signature in another namespace":       strings.ReplaceAll(k.signed, xmldsig.Space, "http://www.w3.org/2000/10/xmldsig#"),
		"SignedInfo twice":                         k.change(info, info+info),
		"SignedInfo behind the value":              strings.Replace(strings.Replace(k.signed, info, "", 1), "</ds:SignatureValue>", "</ds:SignatureValue>"+info, 1),
		"the value twice":                          k.change(value, value+value),
		"an Object in the signature":               k.change("</ds:KeyInfo>", "</ds:KeyInfo><ds:Object>x</ds:Object>"),
		"text in the signature":                    k.change("</ds:KeyInfo>", "</ds:KeyInfo>x"),
		"a good assertion, the response another's": k.mine.Sign(k.t, k.signed, "_response", samltest.InResponse),
		"a good response, the assertion another's": k.idp.Sign(k.t, k.mine.Sign(k.t, k.usual().XML(), "_assertion", samltest.InAssertion), "_response", samltest.InResponse),
	}
	var all []attack
	for rule, document := range forms {
		all = append(all, attack{rule: "signature: " + rule, document: document, code: invalid})
	}
	return all
}

func digestOf(info string) string {
	value, _ := cut(info, "ds:DigestValue")
	return strings.TrimSuffix(strings.TrimPrefix(value, "<ds:DigestValue>"), "</ds:DigestValue>")
}

func swapCertificate(document string, was, to *samltest.Provider) string {
	return strings.Replace(document, base64.StdEncoding.EncodeToString(was.Certificate.Raw), base64.StdEncoding.EncodeToString(to.Certificate.Raw), 1)
}

// resigned is a response whose SignedInfo was changed before the provider, who
// knows no better, signed it.
func (k *kit) resigned(from, to string) string {
	k.t.Helper()
	return k.idp.Sign(k.t, k.usual().XML(), "_assertion", samltest.InAssertion, func(info string) string {
		if !strings.Contains(info, from) {
			k.t.Fatalf("there is no %q to change", from)
		}
		return strings.Replace(info, from, to, 1)
	})
}

// algorithms are signatures that are right by algorithms that are not allowed,
// or pretend to be.
func (k *kit) algorithms() []attack {
	const sha = "http://www.w3.org/2001/04/xmlenc#sha256"
	document := k.usual().XML()
	digest := base64.StdEncoding.EncodeToString(samltest.Digest(k.t, document, "_assertion"))
	method := func(name string) string { return k.resigned(samltest.RSA256, name) }
	forms := map[string]string{
		"RSA with SHA-1":                   method("http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
		"RSA with MD5":                     method("http://www.w3.org/2001/04/xmldsig-more#rsa-md5"),
		"RSA with SHA-224":                 method("http://www.w3.org/2001/04/xmldsig-more#rsa-sha224"),
		"RSA with SHA-512, in truth 256":   method("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"),
		"ECDSA, in truth RSA":              method(samltest.ECDSA256),
		"DSA":                              method("http://www.w3.org/2000/09/xmldsig#dsa-sha1"),
		"HMAC, in truth RSA":               method("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
		"none":                             method("none"),
		"no method":                        method(""),
		"a method with a length":           k.resigned(`rsa-sha256"/>`, `rsa-sha256"><ds:HMACOutputLength>0</ds:HMACOutputLength></ds:SignatureMethod>`),
		"HMAC with the certificate as key": k.hmac(k.idp.Certificate.Raw),
		"HMAC with an empty key":           k.hmac(nil),
		"a digest with SHA-1":              k.sha1Digest(),
		"a digest with MD5":                k.resigned(sha, "http://www.w3.org/2001/04/xmldsig-more#md5"),
		"a digest without algorithm":       k.resigned(sha, ""),
		"a digest of nothing":              k.resigned(digest, base64.StdEncoding.EncodeToString(sha256.New().Sum(nil))),
		"canonicalization with comments":   k.resigned(`CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"`, `CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#WithComments"`),
		"inclusive canonicalization":       k.resigned(`CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"`, `CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"`),
		"no canonicalization":              k.resigned(`<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>`, ""),
	}
	var all []attack
	for rule, document := range forms {
		all = append(all, attack{rule: "algorithm: " + rule, document: document, code: invalid})
	}
	return all
}

// hmac is the response signed with a key that is no secret.
func (k *kit) hmac(key []byte) string {
	signed := k.resigned(samltest.RSA256, "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")
	info, _ := cut(signed, "ds:SignedInfo")
	e, err := xmldsig.Parse(info)
	if err != nil {
		k.t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(e.Canonical(nil, nil))
	value, _ := cut(signed, "ds:SignatureValue")
	return strings.Replace(signed, value, "<ds:SignatureValue>"+base64.StdEncoding.EncodeToString(mac.Sum(nil))+"</ds:SignatureValue>", 1)
}

// sha1Digest is the response with a digest that is right, by SHA-1.
func (k *kit) sha1Digest() string {
	document := k.usual().XML()
	element, _ := cut(document, "saml:Assertion")
	e, err := xmldsig.Parse(element)
	if err != nil {
		k.t.Fatal(err)
	}
	sum := sha1.Sum(e.Canonical(nil, nil))
	old := base64.StdEncoding.EncodeToString(samltest.Digest(k.t, document, "_assertion"))
	return k.idp.Sign(k.t, document, "_assertion", samltest.InAssertion, func(info string) string {
		info = strings.Replace(info, old, base64.StdEncoding.EncodeToString(sum[:]), 1)
		return strings.Replace(info, "http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1", 1)
	})
}

// references are signatures of something else than the element around them.
func (k *kit) references() []attack {
	const uri, transform = `URI="#_assertion"`, `<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>`
	const enveloped = `<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>`
	unsigned := k.usual().XML()
	whole, _ := cut(k.signed, "ds:Reference")
	another := strings.Replace(strings.Replace(whole, uri, `URI="#_response"`, 1), digestOf(whole), base64.StdEncoding.EncodeToString(samltest.Digest(k.t, unsigned, "_response")), 1)
	replace := func(with string) string { return k.resigned(whole, with) }
	forms := map[string]string{
		"to the response":              k.resigned(uri, `URI="#_response"`),
		"to nothing there is":          k.resigned(uri, `URI="#_nothing"`),
		"to the whole document":        k.resigned(uri, `URI=""`),
		"without URI":                  k.resigned(uri, ``),
		"by XPointer":                  k.resigned(uri, `URI="#xpointer(id('_assertion'))"`),
		"to the root by XPointer":      k.resigned(uri, `URI="#xpointer(/)"`),
		"to a file":                    k.resigned(uri, `URI="file:///etc/passwd"`),
		"to another server":            k.resigned(uri, `URI="http://127.0.0.1:1/assertion"`),
		"in other letters":             k.resigned(uri, `URI="#_ASSERTION"`),
		"with a space":                 k.resigned(uri, `URI="#_assertion "`),
		"without #":                    k.resigned(uri, `URI="_assertion"`),
		"twice":                        replace(whole + whole),
		"to two elements":              replace(whole + another),
		"to another element first":     replace(another + whole),
		"none":                         replace(""),
		"no transforms":                k.resigned(enveloped+transform, ""),
		"enveloped alone":              k.resigned(transform, ""),
		"canonicalization alone":       k.resigned(enveloped, ""),
		"the transforms the other way": k.resigned(enveloped+transform, transform+enveloped),
		"a transform twice":            k.resigned(enveloped, enveloped+enveloped),
		"XSLT":                         k.resigned(transform, `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"/></ds:Transform>`+transform),
		"XPath":                        k.resigned(transform, `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>not(ancestor-or-self::saml:Attribute)</ds:XPath></ds:Transform>`+transform),
		"XPath filter 2":               k.resigned(transform, `<ds:Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2"/>`+transform),
		"base64 as a transform":        k.resigned(transform, `<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"/>`),
		"inclusive canonicalization of the element": k.resigned(transform, `<ds:Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>`),
		"an InclusiveNamespaces too many":           k.resigned(transform, `<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="xs"/><ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="xsi"/></ds:Transform>`),
	}
	// Much to look up for each of many elements, before anything is proven.
	forms["in a SignedInfo that takes long to write"] = strings.NewReplacer("<samlp:Response ", "<samlp:Response "+declarations(60), "<saml:Assertion ", "<saml:Assertion "+declarations(60),
		"<ds:Signature ", "<ds:Signature "+declarations(60), "<ds:SignatureMethod", strings.Repeat("<a:b/>", 6000)+"<ds:SignatureMethod").Replace(k.signed)
	forms["with 64 prefixes and much to look up"] = strings.Replace(strings.Replace(k.signed,
		`<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>`,
		`<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="`+prefixes(64)+`"/></ds:CanonicalizationMethod>`, 1),
		"<ds:SignedInfo ", "<ds:SignedInfo "+declarations(60), 1)
	var all []attack
	for rule, document := range forms {
		all = append(all, attack{rule: "reference: " + rule, document: document, code: invalid})
	}
	return all
}

// declarations are of so many namespaces, a0 to … and a.
func declarations(n int) string {
	var b strings.Builder
	b.WriteString(`xmlns:a="urn:a" `)
	for i := range n - 1 {
		fmt.Fprintf(&b, `xmlns:a%d="u:%d" `, i, i)
	}
	return b.String()
}

func prefixes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d ", i)
	}
	return b.String()
}
