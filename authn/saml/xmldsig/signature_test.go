package xmldsig

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"strings"
	"testing"
)

func assertionOf(t testing.TB, document string) *Element {
	t.Helper()
	root, err := Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	return root.One("urn:oasis:names:tc:SAML:2.0:assertion", "Assertion")
}

// What a verification answers is what was signed, and not a thing of the
// document around it.
func TestTheAnswerIsWhatWasSigned(t *testing.T) {
	s := rsaSigner(t)
	e, err := Verify(assertionOf(t, s.sign(t, usual(2), options{})), s.keys())
	if err != nil {
		t.Fatal(err)
	}
	if e.Parent() != nil || e.One(Space, "Signature") != nil || !e.Is("urn:oasis:names:tc:SAML:2.0:assertion", "Assertion") {
		t.Errorf("answered %s", shown(e))
	}
	subject := e.One("urn:oasis:names:tc:SAML:2.0:assertion", "Subject")
	if text, ok := subject.Children()[0].Text(); !ok || text != "ann" {
		t.Errorf("the subject is %q", text)
	}
}

// Each of the provider's keys counts, and only those.
func TestOneKeyOfSeveralIsEnough(t *testing.T) {
	first, second, third := rsaSigner(t), rsaSigner(t), ecdsaSigner(t)
	keys := []crypto.PublicKey{first.key.Public(), second.key.Public(), third.key.Public()}
	for _, s := range []signer{first, second, third} {
		document := s.sign(t, usual(1), options{})
		if _, err := Verify(assertionOf(t, document), keys); err != nil {
			t.Error(err)
		}
		if _, err := Verify(assertionOf(t, document), nil); err == nil {
			t.Error("verified without a key")
		}
	}
	if _, err := Verify(assertionOf(t, rsaSigner(t).sign(t, usual(1), options{})), append(keys, "no key at all")); err == nil {
		t.Error("verified with another's key")
	}
}

// Comments and CDATA that are put in afterwards change nothing: no value comes
// apart at them.
func TestCommentsDoNotSplitWhatIsSigned(t *testing.T) {
	s := rsaSigner(t)
	document := strings.Replace(s.sign(t, usual(1), options{}), ">ann<", "><!-- x -->a<!-- y --><![CDATA[n]]>n<", 1)
	e, err := Verify(assertionOf(t, document), s.keys())
	if err != nil {
		t.Fatal(err)
	}
	if text, ok := e.One("urn:oasis:names:tc:SAML:2.0:assertion", "Subject").Children()[0].Text(); !ok || text != "ann" {
		t.Errorf("read %q", text)
	}
}

// Whatever is changed in a signature's own words refuses it. Where the change
// is made before signing, it is not the key that refuses.
func TestSignaturesThatAreNotSAMLsAreRefused(t *testing.T) {
	s := rsaSigner(t)
	const c14n = `<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform>`
	const first = `<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>`
	for rule, change := range map[string][2]string{
		"SHA-1":                      {"xmldsig-more#rsa-sha256", "xmldsig#rsa-sha1"},
		"HMAC":                       {"rsa-sha256", "hmac-sha256"},
		"a digest with SHA-1":        {"http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"},
		"another element":            {`URI="#a"`, `URI="#r"`},
		"the whole document":         {`URI="#a"`, `URI=""`},
		"no transforms":              {first + c14n, ""},
		"one transform":              {first, ""},
		"the other transform":        {c14n, ""},
		"three transforms":           {c14n, c14n + c14n},
		"their order":                {first + c14n, c14n + first},
		"canonicalization, comments": {c14n, strings.Replace(c14n, "exc-c14n#", "exc-c14n#WithComments", 1)},
		"something in a transform":   {first, strings.Replace(first, "></ds:Transform>", "><x/></ds:Transform>", 1)},
		"something in a method":      {`rsa-sha256"></ds:SignatureMethod>`, `rsa-sha256"><x/></ds:SignatureMethod>`},
		"something in a digest":      {`xmlenc#sha256"></ds:DigestMethod>`, `xmlenc#sha256"><x/></ds:DigestMethod>`},
		"no reference's digest":      {"<ds:DigestMethod", "<ds:DigestX"},
		"another's elements":         {"<ds:Reference ", `<ds:Reference xmlns:ds="urn:x" `},
	} {
		t.Run(rule, func(t *testing.T) {
			document := s.sign(t, usual(1), options{})
			changed := strings.Replace(document, change[0], change[1], 1)
			if rule == "no reference's digest" {
				changed = strings.Replace(changed, "</ds:DigestMethod>", "</ds:DigestX>", 1)
			}
			if changed == document {
				t.Fatal("nothing was changed")
			}
			// Sign it again, as it is now.
			info := assertionOf(t, changed).One(Space, "Signature").Children()[0]
			from, to := strings.Index(changed, "<ds:SignatureValue>")+len("<ds:SignatureValue>"), strings.Index(changed, "</ds:SignatureValue>")
			changed = changed[:from] + s.value(t, info.Canonical(nil, nil)) + changed[to:]
			if _, err := Verify(assertionOf(t, changed), s.keys()); err == nil {
				t.Error("verified")
			}
		})
	}
}

func TestValuesAreBase64WithWhiteSpaceAtMost(t *testing.T) {
	for text, want := range map[string]string{
		"YWJj":                      "abc",
		" YW\n\tJj\r\n":             "abc",
		"YWI=":                      "ab",
		"YWI":                       "-",
		"YWJ=":                      "-",
		"YW-_":                      "-",
		"YW\u00a0Jj":                "-",
		"YWJj<x/>":                  "-",
		strings.Repeat("A", 200000): "-",
	} {
		e, err := Parse("<a>" + text + "</a>")
		if err != nil {
			t.Fatal(err)
		}
		got, err := encoded(e)
		if err != nil {
			got = []byte("-")
		}
		if string(got) != want {
			t.Errorf("%.20q is %q, want %q", text, got, want)
		}
	}
}

// Each byte of a signed document is changed in turn. What still verifies says
// what it said before.
func TestNoByteOfASignedDocumentCanBeChanged(t *testing.T) {
	s := ecdsaSigner(t)
	document := s.sign(t, usual(1), options{})
	e, err := Verify(assertionOf(t, document), s.keys())
	if err != nil {
		t.Fatal(err)
	}
	said, still := shown(e), 0
	for i := range document {
		for _, bit := range []byte{1, 0x20} {
			changed := []byte(document)
			changed[i] ^= bit
			root, err := Parse(string(changed))
			if err != nil {
				continue
			}
			a := root.One("urn:oasis:names:tc:SAML:2.0:assertion", "Assertion")
			if a == nil {
				continue
			}
			if e, err := Verify(a, s.keys()); err == nil {
				if still++; shown(e) != said {
					t.Errorf("byte %d: %s", i, shown(e))
				}
			}
		}
	}
	if still == 0 || still > len(document) {
		t.Errorf("%d changes verify", still)
	}
}

func FuzzVerify(f *testing.F) {
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), bytes.Repeat([]byte{1}, 32)) // all workers have the same
	if err != nil {
		f.Fatal(err)
	}
	s := newSigner(f, key)
	document := s.sign(f, usual(1), options{})
	f.Add(document)
	f.Add(strings.Replace(document, "ann", "bob", 1))
	f.Add(base64.StdEncoding.EncodeToString([]byte(document)))
	f.Fuzz(func(t *testing.T, document string) {
		root, err := Parse(document)
		if err != nil {
			return
		}
		root.Walk(func(e *Element) bool {
			if signed, err := Verify(e, s.keys()); err == nil && !strings.Contains(string(signed.Canonical(nil, nil)), ">ann<") {
				t.Errorf("verified: %s", document)
			}
			return true
		})
	})
}
