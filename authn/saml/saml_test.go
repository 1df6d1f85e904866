package saml_test

import (
	"crypto/x509"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/saml"
	"github.com/rolecall-iam/rolecall/test/samltest"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const (
	role     = "arn:aws:iam::123456789012:role/Corp"
	provider = "arn:aws:iam::123456789012:saml-provider/Corp"
	signin   = "https://signin.aws.amazon.com/saml"
)

var expected = saml.Expected{
	Audience:  func(a string) bool { return a == "urn:amazon:webservices" || a == signin },
	Recipient: func(r string) bool { return r == signin },
}

func trusting(p *samltest.Provider) saml.Provider {
	return saml.Provider{EntityID: p.EntityID, Certificates: []*x509.Certificate{p.Certificate}}
}

// wants checks why a response was refused; 0 is not at all.
func wants(t *testing.T, err error, want saml.Reason) {
	t.Helper()
	var refusal *saml.Refusal
	switch {
	case err == nil && want == 0:
	case !errors.As(err, &refusal):
		t.Errorf("got %v, want reason %d", err, want)
	case refusal.Reason != want:
		t.Errorf("got reason %d (%v), want %d", refusal.Reason, err, want)
	}
}

func TestWhatAProviderSignsIsRead(t *testing.T) {
	p := samltest.New(t, "https://idp.example.com/")
	r := p.Usual(now, role, provider, "ann").With("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", "staff", "faculty")
	r.SessionEnds = now.Add(time.Hour)
	document := r.XML()
	both := p.Sign(t, p.Sign(t, document, "_assertion", samltest.InAssertion), "_response", samltest.InResponse)
	for rule, signed := range map[string]string{
		"the assertion is signed": p.Sign(t, document, "_assertion", samltest.InAssertion),
		"the response is signed":  p.Sign(t, document, "_response", samltest.InResponse),
		"both are signed":         both,
	} {
		t.Run(rule, func(t *testing.T) {
			a, err := saml.Verify(samltest.Encode(signed), trusting(p), expected, now)
			if err != nil {
				t.Fatal(err)
			}
			if a.ID != "_assertion" || a.Issuer != p.EntityID || a.Subject != (saml.NameID{Value: "ann-1f3a", Format: r.Format}) ||
				a.Recipient != signin || a.Audience != "urn:amazon:webservices" || !a.Ends.Equal(now.Add(5*time.Minute)) || !a.SessionEnds.Equal(r.SessionEnds) {
				t.Errorf("read %+v", a)
			}
			if len(a.Attributes) != 3 || a.Attributes[0].Name != samltest.AWS+"Role" || a.Attributes[0].Values[0] != role+","+provider ||
				strings.Join(a.Attributes[2].Values, "+") != "staff+faculty" {
				t.Errorf("attributes %+v", a.Attributes)
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	p := samltest.New(b, "https://idp.example.com/")
	r := p.Usual(now, role, provider, "ann")
	for _, a := range []string{"mail", "department", "groups", "PrincipalTag:Team", "SessionDuration"} {
		r = r.With(samltest.AWS+a, "value of "+a)
	}
	response, trust := p.Answer(b, r), trusting(p)
	b.SetBytes(int64(len(response)))
	b.ReportAllocs()
	report := processor(b)
	for b.Loop() {
		if _, err := saml.Verify(response, trust, expected, now); err != nil {
			b.Fatal(err)
		}
	}
	report()
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
