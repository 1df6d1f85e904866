package portal

import (
	"bytes"
	"compress/flate"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/saml"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// replays is how long an assertion is remembered. None is taken that was issued
// longer ago.
const replays = 15 * time.Minute

// EntityID is what a SAML provider knows an identity store's portal by, and
// ConsumerURL where it sends its answers. Both have the store's id in them, so
// that no provider answers for the people of another store.
func EntityID(origin, store string) string { return origin + Path + "saml/" + store }

// ConsumerURL is where a SAML provider sends its answers.
func ConsumerURL(origin, store string) string { return EntityID(origin, store) + "/acs" }

// samlRequest is the address at the provider that asks it to sign somebody in.
//
// Source: Bindings for the OASIS SAML V2.0, section 3.4.4.1 (DEFLATE)
func samlRequest(at *directory.IdentitySource, id, state string, now time.Time) (string, error) {
	to, err := url.Parse(at.SAML.SignIn)
	if err != nil || at.SAML.SignIn == "" {
		return "", nil // the provider takes none: it begins by itself
	}
	text := `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="` + id +
		`" Version="2.0" IssueInstant="` + now.Format("2006-01-02T15:04:05Z") + `" Destination="` + escaped(at.SAML.SignIn) +
		`" AssertionConsumerServiceURL="` + escaped(ConsumerURL(at.Origin, at.Store)) + `" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"><saml:Issuer>` +
		escaped(EntityID(at.Origin, at.Store)) + `</saml:Issuer><samlp:NameIDPolicy AllowCreate="true"/></samlp:AuthnRequest>`
	var b bytes.Buffer
	deflate, err := flate.NewWriter(&b, flate.BestCompression)
	if err == nil {
		_, err = deflate.Write([]byte(text))
	}
	if err == nil {
		err = deflate.Close()
	}
	if err != nil {
		return "", fmt.Errorf("write a SAML request: %w", err)
	}
	q := to.Query()
	q.Set("SAMLRequest", base64.StdEncoding.EncodeToString(b.Bytes()))
	q.Set("RelayState", state)
	to.RawQuery = q.Encode()
	return to.String(), nil
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes all
	return b.String()
}

// samlResponse takes a provider's answer. It comes from another site, without
// cookies: whoever it speaks of is let in at the next step, in the browser that
// asked for it.
func (x *external) samlResponse(w http.ResponseWriter, r *http.Request) {
	store := r.PathValue("store")
	var at *directory.IdentitySource
	err := x.read(r.Context(), func(reader *directory.Reader) error {
		at, _ = source(reader, store)
		return nil
	})
	switch {
	case err != nil:
		x.broken(w, err)
		return
	case at == nil || at.SAML == nil:
		x.problem(w, http.StatusNotFound, noProvider)
		return
	}
	a, err := verifySAML(at, r.PostForm.Get("SAMLResponse"), x.Now())
	if err != nil {
		x.Log.Warn("a SAML response was refused at the access portal", "store", store, "error", err)
		x.problem(w, http.StatusBadRequest, notProven)
		return
	}
	fresh, err := bearer.New(x.Rand)
	if err != nil {
		x.broken(w, err)
		return
	}
	onward, problem := "", ""
	err = x.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		onward, problem = x.vouched(tx, at, a, r.PostForm.Get("RelayState"), fresh)
		return nil
	})
	switch {
	case err != nil:
		x.broken(w, err)
	case problem != "":
		x.problem(w, http.StatusForbidden, problem)
	default:
		http.Redirect(w, r, Path+onward, http.StatusSeeOther)
	}
}

// verifySAML answers what a response says that is the provider's and for this
// identity store.
func verifySAML(at *directory.IdentitySource, response string, now time.Time) (*saml.Assertion, error) {
	if !at.SAML.ValidUntil.IsZero() && !now.Before(at.SAML.ValidUntil) {
		return nil, errors.New("the provider's metadata is valid no more")
	}
	p := saml.Provider{EntityID: at.SAML.EntityID}
	for _, der := range at.SAML.Certificates {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("read a certificate of the provider: %w", err)
		}
		p.Certificates = append(p.Certificates, c)
	}
	return saml.Verify(response, p, saml.Expected{
		Audience:  func(name string) bool { return name == EntityID(at.Origin, at.Store) },
		Recipient: func(to string) bool { return to == ConsumerURL(at.Origin, at.Store) },
	}, now)
}

// vouched notes whom an assertion speaks of, once, and answers where the browser
// goes on, or what is wrong. An answer that nobody asked for begins a sign-in
// that the person must agree to.
func (x *external) vouched(tx *directory.Tx, at *directory.IdentitySource, a *saml.Assertion, state, fresh string) (onward, problem string) {
	now := x.Now().UTC()
	tx.ForgetExpired(now)
	if is, ok := source(&tx.Reader, at.Store); !ok || !is.Changed.Equal(at.Changed) {
		return "", notProven
	}
	if !tx.Once("saml/"+at.Store+"/"+bearer.Hash(a.ID), now.Add(replays)) {
		return "", notProven
	}
	var s directory.ExternalSignIn
	if a.InResponseTo == "" {
		s = directory.ExternalSignIn{Hash: bearer.Hash(fresh), Store: at.Store, Next: local(state), Expires: now.Add(confirmLife)}
		onward = "external/confirm?state=" + url.QueryEscape(fresh)
	} else {
		begun, ok := tx.ExternalSignIn(bearer.Hash(state))
		if !ok || !now.Before(begun.Expires) || begun.Store != at.Store || begun.Visit == "" || begun.Request != a.InResponseTo || begun.Person != "" {
			return "", notBegun
		}
		s = *begun
		onward = "external/finish?state=" + url.QueryEscape(state)
	}
	p, ok := named(&tx.Reader, at.Store, a.Subject.Value)
	if !ok {
		return "", mayNotSignIn
	}
	s.Person, s.Ends = p.ID, a.SessionEnds
	tx.PutExternalSignIn(&s)
	return onward, ""
}

// metadata is what a provider imports: who this portal is for it, and where
// its answers go.
func (x *external) metadata(w http.ResponseWriter, r *http.Request) {
	store, origin := r.PathValue("store"), x.URL
	err := x.read(r.Context(), func(reader *directory.Reader) error {
		if store == "" {
			reader.Instances(func(i *directory.Instance) bool { store = i.Store; return false })
		}
		if at, ok := source(reader, store); ok {
			origin = at.Origin
		} else if _, ok := reader.IdentityStore(store); !ok {
			store = ""
		}
		return nil
	})
	switch {
	case err != nil:
		x.broken(w, err)
		return
	case store == "":
		x.problem(w, http.StatusNotFound, "There is no such identity store.")
		return
	case origin == "":
		origin = "http://" + r.Host
		if r.TLS != nil {
			origin = "https://" + r.Host
		}
	}
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	_, _ = fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="%s">
  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat>
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="%s" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`, escaped(EntityID(origin, store)), escaped(ConsumerURL(origin, store))) // nobody is left to tell
}
