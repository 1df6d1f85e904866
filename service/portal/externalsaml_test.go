package portal_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/samltest"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

const (
	entityID = ssotest.Origin + "/_/portal/saml/" + ssotest.Store
	acs      = "/_/portal/saml/" + ssotest.Store + "/acs"
	startAt  = "/_/portal/external/start?directory=" + ssotest.Store
)

// samlHouse is a house whose people sign in at a SAML provider.
type samlHouse struct {
	*ssotest.House
	provider *samltest.Provider
	n        int
}

func newSAMLHouse(t *testing.T) *samlHouse {
	t.Helper()
	x := &samlHouse{House: ssotest.Open(t, "us-east-1"), provider: samltest.NewECDSA(t, "https://idp.example.com/meta")}
	x.set(func(*directory.IdentitySource) {})
	return x
}

// set writes the provider, with a change.
func (x *samlHouse) set(change func(*directory.IdentitySource)) {
	x.T.Helper()
	s := &directory.IdentitySource{Store: ssotest.Store, Origin: ssotest.Origin, Changed: x.Now, SAML: &directory.SAMLSource{
		EntityID: x.provider.EntityID, SignIn: "https://idp.example.com/sso?tenant=1", Certificates: [][]byte{x.provider.Certificate.Raw},
	}}
	change(s)
	x.Update(func(tx *directory.Tx) { tx.PutIdentitySource(s) })
}

// request is what a browser carries to the provider.
type request struct {
	ID     string `xml:"ID,attr"`
	ACS    string `xml:"AssertionConsumerServiceURL,attr"`
	To     string `xml:"Destination,attr"`
	Issuer string `xml:"Issuer"`
	state  string
}

// begin starts in a browser, and reads the request as a provider does.
func (x *samlHouse) begin(b *ssotest.Browser, next string) request {
	x.T.Helper()
	p := b.Open(startAt + "&next=" + url.QueryEscape(next))
	to, err := url.Parse(p.Location)
	if p.Status != http.StatusSeeOther || err != nil || to.Host != "idp.example.com" || to.Query().Get("tenant") != "1" {
		x.T.Fatalf("%d %q", p.Status, p.Location)
	}
	raw, err := base64.StdEncoding.DecodeString(to.Query().Get("SAMLRequest"))
	x.Must(err)
	text, err := io.ReadAll(flate.NewReader(bytes.NewReader(raw)))
	x.Must(err)
	if bytes.Contains(text, []byte("Signature")) || to.Query().Has("SigAlg") || to.Query().Has("Signature") {
		x.T.Errorf("a signed request, which the metadata does not tell of: %s", text)
	}
	r := request{state: to.Query().Get("RelayState")}
	x.Must(xml.Unmarshal(text, &r))
	if r.ACS != ssotest.Origin+acs || r.Issuer != entityID || len(r.state) > 80 {
		x.T.Errorf("%+v", r)
	}
	return r
}

// response is one that is right, for the person.
func (x *samlHouse) response(inResponseTo string) samltest.Response {
	x.n++
	r := x.provider.Usual(x.Now, "", "", "")
	r.AssertionID, r.Destination, r.Recipient, r.Audiences = fmt.Sprintf("_a%d", x.n), ssotest.Origin+acs, ssotest.Origin+acs, []string{entityID}
	r.NameID, r.InResponseTo = ssotest.UserName, inResponseTo
	r.Format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
	return r
}

// deliver posts an answer as a provider's page has the browser do: from
// another site, without cookies.
func (x *samlHouse) deliver(response, state string) ssotest.Page {
	x.T.Helper()
	r := httptest.NewRequest(http.MethodPost, ssotest.Origin+acs, strings.NewReader(url.Values{"SAMLResponse": {response}, "RelayState": {state}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://idp.example.com")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	return x.Browser().Do(r)
}

// isIn tells who is signed in in a browser.
func isIn(b *ssotest.Browser) bool {
	p := b.Open("/_/portal/")
	return p.Status == http.StatusOK && strings.Contains(p.Text, ssotest.UserName)
}

func TestSigningInThroughASAMLProvider(t *testing.T) {
	x := newSAMLHouse(t)
	b := x.Browser()
	p := b.Open("/_/portal/")
	if p = b.Open(p.Location); p.Location != "/_/portal/external?next=%2F_%2Fportal%2F" {
		t.Fatalf("%d %q", p.Status, p.Location)
	}
	if p = b.Open(p.Location); !strings.Contains(p.Text, "Sign in with your organization") || strings.Contains(p.Text, "with a password") {
		t.Errorf("%d %s", p.Status, p.Text)
	}
	r := x.begin(b, "/_/portal/device?user_code=BCDF-GHJK")
	said := x.response(r.ID)
	said.NameID = strings.ToUpper(ssotest.UserName)
	p = x.deliver(x.provider.Answer(t, said), r.state)
	if p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Location, "/_/portal/external/finish?state=") {
		t.Fatalf("%d %q %s", p.Status, p.Location, p.Text)
	}
	if p = b.Open(p.Location); p.Location != "/_/portal/device?user_code=BCDF-GHJK" || !isIn(b) {
		t.Errorf("%d %q", p.Status, p.Location)
	}
	if got := steps(x.House); got != "UserAuthentication EXTERNAL_IDP Success IdentityCenterUser\n" {
		t.Errorf("in the trail: %s", got)
	}
}

// The portal's session ends with the provider's, where the provider says when.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/configure-user-session.html
func TestTheSessionEndsWithTheProviders(t *testing.T) {
	x := newSAMLHouse(t)
	b := x.Browser()
	r := x.begin(b, "")
	said := x.response(r.ID)
	said.SessionEnds = x.Now.Add(time.Hour)
	b.Open(x.deliver(x.provider.Answer(t, said), r.state).Location)
	x.Now = x.Now.Add(59 * time.Minute)
	if !isIn(b) {
		t.Error("out too early")
	}
	x.Now = x.Now.Add(time.Minute)
	if isIn(b) {
		t.Error("still in")
	}
}

// What the provider begins is a sign-in like the others, once the person has
// agreed in the browser that it is for: else any site could sign people in as
// somebody else.
func TestAProviderMayBegin(t *testing.T) {
	x := newSAMLHouse(t)
	b, other := x.Browser(), x.Browser()
	answer := x.provider.Answer(t, x.response(""))
	p := x.deliver(answer, "/_/portal/device")
	if q := x.deliver(answer, "/_/portal/device"); q.Status != http.StatusForbidden {
		t.Errorf("the same answer again: %d", q.Status)
	}
	if !strings.HasPrefix(p.Location, "/_/portal/external/confirm?state=") {
		t.Fatalf("%d %q %s", p.Status, p.Location, p.Text)
	}
	finish := strings.Replace(p.Location, "confirm", "finish", 1)
	p = b.Open(p.Location)
	if !strings.Contains(p.Text, "Sign in as jane@example.com?") || isIn(b) {
		t.Fatalf("%d %s", p.Status, p.Text)
	}
	if p := b.Open(finish); p.Status != http.StatusBadRequest || isIn(b) {
		t.Errorf("without agreeing: %d", p.Status)
	}
	if p := other.Post("/_/portal/external/confirm", p.With()); p.Status != http.StatusForbidden || isIn(other) {
		t.Errorf("by the form of another browser: %d", p.Status)
	}
	if p = b.Post("/_/portal/external/confirm", p.With()); p.Location != "/_/portal/device" || !isIn(b) {
		t.Errorf("%d %q", p.Status, p.Location)
	}
	for _, away := range []string{"https://evil.example/", "//evil.example", "/_/signin/saml", "javascript:alert(1)"} {
		c := x.Browser()
		p := c.Open(x.deliver(x.provider.Answer(t, x.response("")), away).Location)
		if p = c.Post("/_/portal/external/confirm", p.With()); p.Location != "/_/portal/" {
			t.Errorf("%s leads to %q", away, p.Location)
		}
	}
}

// Nobody is let in by an answer that is not the provider's, for this portal,
// and for the sign-in that began in this browser.
func TestSAMLAnswersThatLetNobodyIn(t *testing.T) {
	x, stranger := newSAMLHouse(t), samltest.NewECDSA(t, "https://idp.example.com/meta") // another key, the same name
	for rule, c := range map[string]struct {
		change func(r *samltest.Response)
		signer *samltest.Provider
	}{
		"for another audience":      {change: func(r *samltest.Response) { r.Audiences = []string{"https://other.example/"} }},
		"for AWS":                   {change: func(r *samltest.Response) { r.Audiences = []string{"urn:amazon:webservices"} }},
		"for another store":         {change: func(r *samltest.Response) { r.Audiences = []string{strings.Replace(entityID, "d-1", "d-2", 1)} }},
		"to another recipient":      {change: func(r *samltest.Response) { r.Recipient = "https://other.example" + acs }},
		"of another issuer":         {change: func(r *samltest.Response) { r.AssertedIssuer = "https://evil.example/meta" }},
		"signed by somebody else":   {signer: stranger},
		"of long ago":               {change: func(r *samltest.Response) { r.Issued = r.Issued.Add(-6 * time.Minute) }},
		"that ends now":             {change: func(r *samltest.Response) { r.Confirmed = r.Issued }},
		"of a failure":              {change: func(r *samltest.Response) { r.Status = "urn:oasis:names:tc:SAML:2.0:status:Responder" }},
		"to another request":        {change: func(r *samltest.Response) { r.InResponseTo = "_other" }},
		"of nobody here":            {change: func(r *samltest.Response) { r.NameID = "nobody@example.com" }},
		"of the id, not the name":   {change: func(r *samltest.Response) { r.NameID = ssotest.Person }},
		"of a name and something":   {change: func(r *samltest.Response) { r.NameID = ssotest.UserName + ".evil.example" }},
		"of a name too long":        {change: func(r *samltest.Response) { r.NameID = strings.Repeat("n", 2000) }},
		"of a session that is over": {change: func(r *samltest.Response) { r.SessionEnds = r.Issued }},
	} {
		b := x.Browser()
		r := x.begin(b, "")
		said, signer := x.response(r.ID), x.provider
		if c.change != nil {
			c.change(&said)
		}
		if c.signer != nil {
			signer = c.signer
		}
		p := x.deliver(signer.Answer(t, said), r.state)
		if p.Status != http.StatusBadRequest && p.Status != http.StatusForbidden || p.Location != "" || len(p.Cookies) > 0 {
			t.Errorf("%s: %d %q", rule, p.Status, p.Location)
		}
		b.Open("/_/portal/external/finish?state=" + url.QueryEscape(r.state))
		if isIn(b) {
			t.Errorf("%s: in", rule)
		}
	}
}

func TestTextsThatAreNoSAMLAnswers(t *testing.T) {
	x := newSAMLHouse(t)
	r := x.begin(x.Browser(), "")
	unsigned := samltest.Encode(x.response(r.ID).XML())
	for rule, text := range map[string]string{"unsigned": unsigned, "nothing": "", "no base64": "%", "no XML": "AAAA", "cut": unsigned[:200], "nested": samltest.Encode(strings.Repeat("<a>", 9000))} {
		if p := x.deliver(text, r.state); p.Status != http.StatusBadRequest {
			t.Errorf("%s: %d", rule, p.Status)
		}
	}
	if p := x.deliver(strings.Repeat("A", 100_000), r.state); p.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("too long: %d", p.Status)
	}
}

// An assertion works once, for one browser.
func TestASAMLAnswerWorksOnceAndInOneBrowser(t *testing.T) {
	x := newSAMLHouse(t)
	b, thief := x.Browser(), x.Browser()
	visit := b.Open(startAt).Cookies[0]
	r := x.begin(b, "")
	answer := x.provider.Answer(t, x.response(r.ID))
	p := x.deliver(answer, r.state)
	thief.Open("/_/portal/external") // has a cookie of its own
	own := x.begin(thief, "")
	if q := thief.Open(p.Location); q.Status != http.StatusBadRequest || isIn(thief) {
		t.Errorf("in another browser: %d", q.Status)
	}
	for what, state := range map[string]string{"again": r.state, "for a sign-in of the thief's": own.state, "as if the provider had begun": ""} {
		if q := x.deliver(answer, state); q.Status != http.StatusForbidden {
			t.Errorf("%s: %d %q", what, q.Status, q.Location)
		}
	}
	if q := b.Open(p.Location); q.Status != http.StatusSeeOther || !isIn(b) {
		t.Errorf("where it belongs: %d", q.Status)
	}
	again := httptest.NewRequest(http.MethodGet, ssotest.Origin+p.Location, http.NoBody)
	again.AddCookie(visit)
	if q := x.Browser().Do(again); q.Status != http.StatusBadRequest {
		t.Errorf("a second time, with the cookie of the first: %d", q.Status)
	}
	// Login CSRF: the thief's own answer, with the thief's state, brought into
	// the other's browser.
	victim := x.Browser()
	x.begin(victim, "")
	mine := x.provider.Answer(t, x.response(own.ID))
	if q := victim.Open(x.deliver(mine, own.state).Location); q.Status != http.StatusBadRequest || isIn(victim) {
		t.Errorf("login CSRF: %d", q.Status)
	}
}

func TestWhatChangesWhileSomebodyIsAtTheProvider(t *testing.T) {
	x := newSAMLHouse(t)
	was := x.Now
	for rule, change := range map[string]func(x *samlHouse){
		"too much time": func(x *samlHouse) { x.Now = x.Now.Add(10 * time.Minute) },
		"another source": func(x *samlHouse) {
			x.set(func(s *directory.IdentitySource) { s.SAML.EntityID = "https://other.example" })
		},
		"no source":      func(x *samlHouse) { x.Update(func(tx *directory.Tx) { tx.DeleteIdentitySource(ssotest.Store) }) },
		"metadata ended": func(x *samlHouse) { x.set(func(s *directory.IdentitySource) { s.SAML.ValidUntil = x.Now }) },
		"disabled":       func(x *samlHouse) { x.person(func(p *directory.Person) { p.Disabled = true }) },
		"deleted": func(x *samlHouse) {
			x.Update(func(tx *directory.Tx) { p, _ := tx.Person(ssotest.Store, ssotest.Person); tx.DeletePerson(p) })
		},
	} {
		for _, late := range []bool{false, true} {
			x.Now = was
			x.set(func(*directory.IdentitySource) {})
			x.Update(func(tx *directory.Tx) {
				if p, ok := tx.Person(ssotest.Store, ssotest.Person); ok {
					tx.DeletePerson(p)
				}
			})
			x.Update(func(tx *directory.Tx) {
				tx.PutPerson(nil, &directory.Person{ID: ssotest.Person, Store: ssotest.Store, Profile: directory.Profile{UserName: ssotest.UserName}})
			})
			b := x.Browser()
			r := x.begin(b, "")
			if !late {
				change(x)
			}
			p := x.deliver(x.provider.Answer(t, x.response(r.ID)), r.state)
			if late {
				if rule == "another source" || rule == "metadata ended" {
					continue // it has vouched already
				}
				change(x)
				p = b.Open(p.Location)
			}
			if p.Status < 400 || isIn(b) {
				t.Errorf("%s, late %v: %d", rule, late, p.Status)
			}
		}
	}
}

// person changes the person.
func (x *samlHouse) person(change func(*directory.Person)) {
	x.Update(func(tx *directory.Tx) {
		before, _ := tx.Person(ssotest.Store, ssotest.Person)
		p := before.Clone()
		change(p)
		tx.PutPerson(before, p)
	})
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source-considerations.html
func TestPasswordsAreOffWhileThereIsAProvider(t *testing.T) {
	x := newSAMLHouse(t)
	b := x.Browser()
	x.Update(func(tx *directory.Tx) { tx.DeleteIdentitySource(ssotest.Store) })
	p := b.Open(signInPath)
	x.set(func(*directory.IdentitySource) {})
	if q := b.Post(signInPath, p.With("username", ssotest.UserName, "password", ssotest.Password)); !strings.HasPrefix(q.Location, "/_/portal/external?") || isIn(b) {
		t.Errorf("%d %q", q.Status, q.Location)
	}
	if q := b.Open(signInPath + "?password=1"); !strings.HasPrefix(q.Location, "/_/portal/external?") {
		t.Errorf("%d %q", q.Status, q.Location)
	}
	x.set(func(s *directory.IdentitySource) { s.Passwords = true })
	if q := b.Open("/_/portal/external"); !strings.Contains(q.Text, "Sign in with a password") {
		t.Errorf("%s", q.Text)
	}
	p = b.Open(signInPath + "?password=1")
	if q := b.Post(signInPath, p.With("username", ssotest.UserName, "password", ssotest.Password)); q.Location != "/_/portal/" || !isIn(b) {
		t.Errorf("%d %q", q.Status, q.Location)
	}
}

// As at AWS, requests are not signed, and the metadata says so: a provider is
// given no certificate to verify one with.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/managesamlcerts.html (the trust has the
// provider's certificate alone),
// https://docs.aws.amazon.com/singlesignon/latest/userguide/how-to-connect-idp.html (what the provider is given)
func TestTheMetadataNamesThePortal(t *testing.T) {
	x := newSAMLHouse(t)
	for _, path := range []string{"/_/portal/saml/metadata", "/_/portal/saml/" + ssotest.Store + "/metadata"} {
		p := x.Browser().Open(path)
		for _, want := range []string{`entityID="` + entityID + `"`, `Location="` + ssotest.Origin + acs + `"`, `AuthnRequestsSigned="false"`, `WantAssertionsSigned="true"`} {
			if !strings.Contains(p.Text, want) {
				t.Errorf("%s has no %s: %s", path, want, p.Text)
			}
		}
	}
	if p := x.Browser().Open("/_/portal/saml/d-0000000000/metadata"); p.Status != http.StatusNotFound {
		t.Errorf("%d", p.Status)
	}
	x.set(func(s *directory.IdentitySource) { s.SAML.SignIn = "" })
	if p := x.Browser().Open(startAt); p.Status != http.StatusNotFound {
		t.Errorf("a provider that takes no requests: %d", p.Status)
	}
	if p := x.Browser().Open("/_/portal/external/start?directory=d-0000000000"); p.Status != http.StatusNotFound {
		t.Errorf("no such store: %d", p.Status)
	}
}

// A stranger who begins sign-ins without end keeps nobody else from it, and
// fills nothing: neither from one network nor with long addresses.
func TestStrangersBeginNoSignInsWithoutEnd(t *testing.T) {
	x := newSAMLHouse(t)
	start := func(address string) int {
		r := httptest.NewRequest(http.MethodGet, ssotest.Origin+startAt, http.NoBody)
		r.RemoteAddr = address
		return x.Browser().Do(r).Status
	}
	begun := 0
	for range 210 {
		switch status := start("192.0.2.7:1"); status {
		case http.StatusSeeOther:
			begun++
		case http.StatusTooManyRequests:
		default:
			t.Fatalf("%d", status)
		}
	}
	if begun != 200 {
		t.Errorf("%d sign-ins begin in one network at once", begun)
	}
	if status := start("192.0.2.99:1"); status != http.StatusTooManyRequests {
		t.Errorf("a neighbour in that network: %d", status)
	}
	if status := start("198.51.100.7:1"); status != http.StatusSeeOther {
		t.Errorf("somebody elsewhere: %d", status)
	}
	x.Now = x.Now.Add(time.Second)
	if status := start("192.0.2.7:1"); status != http.StatusSeeOther {
		t.Errorf("a second later: %d", status)
	}
	x.Now = x.Now.Add(time.Hour)
	for next, want := range map[string]string{"/_/portal/?q=" + strings.Repeat("a", 4000): "/_/portal/?q=" + strings.Repeat("a", 4000), "/_/portal/?q=" + strings.Repeat("a", 5000): "/_/portal/"} {
		b := x.Browser()
		r := x.begin(b, next)
		p := b.Open(x.deliver(x.provider.Answer(t, x.response(r.ID)), r.state).Location)
		if p.Location != want {
			t.Errorf("%d bytes lead to %.40s", len(next), p.Location)
		}
	}
}
