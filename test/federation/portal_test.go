package federation

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/test/calltest"
	browsers "github.com/rolecall-iam/rolecall/test/chromium"
	"github.com/rolecall-iam/rolecall/test/samltest"
)

// wanted is what a browser carries to the provider.
type wanted struct {
	ID     string `xml:"ID,attr"`
	ACS    string `xml:"AssertionConsumerServiceURL,attr"`
	Issuer string `xml:"Issuer"`
}

// readRequest reads a request as the redirect binding has it.
func readRequest(r *http.Request) (wanted, error) {
	var a wanted
	raw, err := base64.StdEncoding.DecodeString(r.FormValue("SAMLRequest"))
	if err != nil {
		return a, err
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), 1<<16))
	if err != nil {
		return a, err
	}
	return a, xml.Unmarshal(text, &a)
}

// A person signs in at the access portal by way of a SAML provider, in a
// browser. The provider is another site, localhost, so the answer comes without
// the cookies of the portal, which is at 127.0.0.1.
func TestTheAccessPortalThroughSAML(t *testing.T) {
	if err := exec.Command("chromium", "--version").Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("chromium is not installed: %v", err)
		}
		t.Skip("SKIPPED: chromium is not installed")
	}
	s, err := rolecall.New(rolecall.Config{})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	t.Cleanup(func() {
		web.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	first, _ := s.FirstStart()
	keys := calltest.Keys{AccessKeyID: first.AccessKeyID, SecretAccessKey: first.SecretAccessKey}
	store := calltest.At(t, web.URL, keys, "sso", "SWBExternalService.ListInstances", nil).At("Instances", 0, "IdentityStoreId")
	calltest.At(t, web.URL, keys, "identitystore", "AWSIdentityStore.CreateUser", map[string]any{
		"IdentityStoreId": store, "UserName": "jane@example.com", "DisplayName": "Jane", "Name": map[string]string{"GivenName": "Jane", "FamilyName": "Doe"},
	})

	provider := samltest.New(t, "https://idp.example.com/meta")
	form := func(w http.ResponseWriter, acs, audience, inResponseTo, state string) {
		said := provider.Usual(time.Now().UTC(), "", "", "")
		said.AssertionID, said.NameID, said.InResponseTo = "_"+hex.EncodeToString([]byte(inResponseTo+"a")), "jane@example.com", inResponseTo
		said.Destination, said.Recipient, said.Audiences = acs, acs, []string{audience}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<form method="post" action="%s"><input type="hidden" name="SAMLResponse" value="%s"><input type="hidden" name="RelayState" value="%s"><button id="go">Go on</button></form>`,
			html.EscapeString(acs), provider.Answer(t, said), html.EscapeString(state))
	}
	var known rolecall.IdentitySourceInfo
	idp := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch a, err := readRequest(r); {
		case r.URL.Path == "/begin":
			form(w, known.ConsumerURL, known.EntityID, "", "")
		case r.URL.Path == "/sso" && err == nil && a.ACS == known.ConsumerURL && a.Issuer == known.EntityID:
			form(w, a.ACS, a.Issuer, a.ID, r.FormValue("RelayState"))
		default:
			http.Error(w, fmt.Sprint(err, a), http.StatusBadRequest)
		}
	}))
	t.Cleanup(idp.Close)
	home := strings.Replace(idp.URL, "127.0.0.1", "localhost", 1)
	known, err = s.SetIdentitySource(t.Context(), rolecall.IdentitySource{Origin: web.URL, SAMLMetadata: strings.ReplaceAll(provider.Metadata(), "https://idp.example.com/sso", home+"/sso")})
	if err != nil {
		t.Fatal(err)
	}
	for rule, steps := range map[string]func(b *browsers.Browser) []func() error{
		"begun at the portal": func(b *browsers.Browser) []func() error {
			return []func() error{func() error { return b.Open(web.URL + "/_/portal/") }, func() error { return b.Click("a.go") }, func() error { return b.Click("#go") }}
		},
		"begun at the provider": func(b *browsers.Browser) []func() error {
			return []func() error{func() error { return b.Open(home + "/begin") }, func() error { return b.Click("#go") }, func() error { return b.Click("#continue") }}
		},
	} {
		b, err := browsers.Start()
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range steps(b) {
			if err := step(); err != nil {
				page, _ := b.Text("body")
				t.Fatalf("%s: %v on %s", rule, err, page)
			}
		}
		if heading, err := b.Text("h1"); err != nil || heading != "Your accounts" {
			page, _ := b.Text("body")
			t.Errorf("%s: %q %v: %s", rule, heading, err, page)
		}
		if err := b.Stop(); err != nil {
			t.Error(err)
		}
	}
}
