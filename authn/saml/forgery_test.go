package saml_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/saml"
	"github.com/rolecall-iam/rolecall/test/samltest"
)

// around is a document without its assertion, and the assertion.
func around(document string) (before, assertion, after string) {
	from, to := strings.Index(document, "<saml:Assertion"), strings.LastIndex(document, "</saml:Assertion>")+len("</saml:Assertion>")
	return document[:from], document[from:to], document[to:]
}

// The bytes of a signed response are changed in turn. What is still taken says
// what it said before.
func TestNoByteOfAResponseCanBeChanged(t *testing.T) {
	s := newSigns(t)
	for place, id := range map[string]string{samltest.InAssertion: "_assertion", samltest.InResponse: "_response"} {
		document := s.Sign(t, s.response.XML(), id, place)
		said, err := s.verify(document)
		if err != nil {
			t.Fatal(err)
		}
		for i := range document {
			changed := []byte(document)
			changed[i] ^= byte(1 + i%127)
			if got, err := s.verify(string(changed)); err == nil && !reflect.DeepEqual(got, said) {
				t.Errorf("byte %d of %s: %+v", i, place, got)
			}
		}
	}
}

// A response is cut and put together again with parts of another that the
// provider signed too: nobody gets what neither of the two said.
func TestTwoResponsesMakeNoThird(t *testing.T) {
	s := newSigns(t)
	other := s.response.Set(samltest.AWS+"RoleSessionName", "bob")
	other.ID, other.AssertionID, other.NameID = "_response2", "_assertion2", "bob-2"
	first, second := s.edited(), s.Sign(t, other.XML(), "_assertion2", samltest.InAssertion)
	var said []*saml.Assertion
	for _, document := range []string{first, second} {
		a, err := s.verify(document)
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, a)
	}
	accepted := 0
	for i := 0; i < len(first); i += 3 {
		j := strings.Index(second, first[i:min(i+12, len(first))])
		if j < 0 {
			continue
		}
		for _, mixed := range []string{first[:i] + second[j:], second[:j] + first[i:]} {
			a, err := s.verify(mixed)
			if err != nil {
				continue
			}
			if accepted++; !reflect.DeepEqual(a, said[0]) && !reflect.DeepEqual(a, said[1]) {
				t.Errorf("cut at %d: %+v", i, a)
			}
		}
	}
	if accepted == 0 {
		t.Error("nothing was put together rightly")
	}
}

// Where one signature of two does not hold, the other does not save it.
func TestEverySignatureHasToHold(t *testing.T) {
	s := newSigns(t)
	mine := samltest.NewECDSA(t, s.EntityID)
	inner := func(p *samltest.Provider) string {
		return p.Sign(t, s.response.XML(), "_assertion", samltest.InAssertion)
	}
	_, err := s.verify(mine.Sign(t, inner(s.Provider), "_response", samltest.InResponse))
	wants(t, err, saml.Signature)
	_, err = s.verify(s.Sign(t, inner(mine), "_response", samltest.InResponse))
	wants(t, err, saml.Signature)
	_, err = s.verify(s.Sign(t, inner(s.Provider), "_response", samltest.InResponse))
	wants(t, err, 0)
}

// A provider that rolls its key over has two certificates for a while; when one
// has expired is not asked.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html ("IAM does not evaluate
// or take action on the expiration of these X.509 certificates")
func TestEachCertificateOfTheMetadataCounts(t *testing.T) {
	s := newSigns(t)
	old := samltest.New(t, s.EntityID)
	trust := trusting(old)
	trust.Certificates = append(trust.Certificates, s.Certificate)
	for _, p := range []*samltest.Provider{old, s.Provider} {
		response := p.Answer(t, s.response)
		if _, err := saml.Verify(response, trust, expected, now); err != nil {
			t.Error(err)
		}
	}
	late := time.Unix(4e9, 0).Add(time.Hour) // after the certificates' end
	if _, err := saml.Verify(s.Answer(t, s.Usual(late, role, provider, "ann")), trust, expected, late); err != nil {
		t.Error(err)
	}
	trust.Certificates = nil
	_, err := saml.Verify(s.Answer(t, s.response), trust, expected, now)
	wants(t, err, saml.Signature)
}

func TestEncryptedAssertions(t *testing.T) {
	s := newSigns(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	before, assertion, after := around(s.edited())
	_, plain, _ := around(s.response.XML())
	e := samltest.Encryption{Block: samltest.AES256GCM, Transport: samltest.OAEP, To: &key.PublicKey}
	encrypted := before + samltest.Encrypt(t, assertion, e) + after
	bare := before + samltest.Encrypt(t, plain, e) + after
	trust := trusting(s.Provider)
	trust.Keys, trust.MustEncrypt = func() []*rsa.PrivateKey { return []*rsa.PrivateKey{key} }, true
	keyless := trusting(s.Provider)
	_, foreign, _ := around(s.changed(func(r *samltest.Response) { r.AssertedIssuer = "https://other.example.com/" }))
	for _, c := range []struct {
		rule, document string
		trust          saml.Provider
		want           saml.Reason
	}{
		{"signed and encrypted", encrypted, trust, 0},
		{"encrypted, in a response that is signed", s.Sign(t, bare, "_response", samltest.InResponse), trust, 0},
		{"both", s.Sign(t, encrypted, "_response", samltest.InResponse), trust, 0},
		{"encrypted and not signed", bare, trust, saml.Signature},
		{"encrypted, and there is no key", encrypted, keyless, saml.Signature},
		{"of another issuer", before + samltest.Encrypt(t, foreign, e) + after, trust, saml.Issuer},
		{"not encrypted, and it must be", s.edited(), trust, saml.Unencrypted},
		{"a namespace that the response declares", before + samltest.Encrypt(t, strings.Replace(assertion, ` xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"`, "", 1), e) + after, trust, 0},
		{"with comments around it", before + samltest.Encrypt(t, "<!-- x -->"+assertion+"\n", e) + after, trust, 0},
		{"an XML declaration before it", before + samltest.Encrypt(t, `<?xml version="1.0"?>`+assertion, e) + after, trust, saml.Signature},
		{"with a second in it", before + samltest.Encrypt(t, strings.Replace(assertion, "<saml:Subject>", "<saml:Advice><saml:Assertion/></saml:Advice><saml:Subject>", 1), e) + after, trust, saml.Signature},
		{"with an ID twice", before + samltest.Encrypt(t, strings.Replace(assertion, "<saml:Subject>", `<saml:Subject ID="_assertion">`, 1), e) + after, trust, saml.Signature},
	} {
		t.Run(c.rule, func(t *testing.T) {
			a, err := saml.Verify(samltest.Encode(c.document), c.trust, expected, now)
			wants(t, err, c.want)
			if err == nil && a.Subject.Value != "ann-1f3a" {
				t.Errorf("read %+v", a)
			}
		})
	}
	if claimed, err := saml.Claimed(samltest.Encode(encrypted)); err != nil || len(claimed) != 0 {
		t.Errorf("an encrypted assertion claims %v, %v", claimed, err)
	}
}

// Whatever comes, there is an answer: an assertion that the provider signed, or
// a reason.
func FuzzVerify(f *testing.F) {
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), bytes.Repeat([]byte{1}, 32)) // all workers have the same
	if err != nil {
		f.Fatal(err)
	}
	p := samltest.WithKey(f, "https://idp.example.com/", key)
	s := signs{f, p, p.Usual(now, role, provider, "ann")}
	good := s.edited()
	f.Add(good)
	f.Add(s.Sign(f, s.response.XML(), "_response", samltest.InResponse))
	f.Add(s.response.XML())
	f.Add(strings.Replace(good, "saml:Assertion", "saml:EncryptedAssertion", 2))
	said, err := s.verify(good)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, document string) {
		for _, response := range []string{document, samltest.Encode(document)} {
			got, err := saml.Verify(response, trusting(s.Provider), expected, now)
			if err == nil && !reflect.DeepEqual(got, said) {
				t.Errorf("%q says %+v", document, got)
			}
			if err != nil {
				var refused *saml.Refusal
				if !errors.As(err, &refused) || refused.Reason == 0 || refused.Reason == saml.Panicked {
					t.Errorf("%q: %v", document, err)
				}
			}
			_, _ = saml.Claimed(response)
		}
	})
}
