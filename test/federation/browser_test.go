package federation

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/rolecall-iam/rolecall/test/samltest"
)

// portal is an identity provider's page, which posts a response to the server
// as soon as it is loaded.
func (h *house) portal(response, state string) string {
	h.t.Helper()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<body onload="document.forms[0].submit()"><form method="post" action="%s/_/signin/saml"><input type="hidden" name="SAMLResponse" value="%s"><input type="hidden" name="RelayState" value="%s"></form>`,
			h.url, html.EscapeString(response), html.EscapeString(state))
	}))
	h.t.Cleanup(page.Close)
	return page.URL
}

// A browser carries a response from the identity provider's page to the
// server's, has its user choose among two roles, and receives a session. The
// pages have all that their policy says: a style sheet, and no script.
func TestABrowserSignsIn(t *testing.T) {
	h := open(t)
	second := h.role(adminKey, "Second", trust(corp))
	h.role(adminKey, "Closed", trust(corp+"2"))
	r := h.usual().Set(samltest.AWS+"Role", federal+","+corp, corp+","+second, strings.Replace(second, "Second", "Closed", 1)+","+corp)
	response := h.idp.Answer(t, r)

	b := newChromium(t)
	b.do("Page.navigate", map[string]any{"url": h.portal(response, h.url+"/_/livez")})
	b.arrived("/_/signin/saml")
	if got := b.eval("[...document.querySelectorAll('fieldset > div.saml-account label')].map(l => l.textContent + '=' + l.htmlFor).join()"); got !=
		"Closed="+strings.Replace(second, "Second", "Closed", 1)+",Federal="+federal+",Second="+second {
		t.Errorf("the page offers %v", got)
	}
	if got := b.eval("getComputedStyle(document.querySelector('.saml-account-name')).fontWeight"); got != "600" {
		t.Errorf("the style sheet does not apply: %v", got)
	}
	if got := b.eval("[...document.querySelectorAll('input[type=radio]')].every(i => i.labels.length == 1) && !!document.querySelector('html[lang] main h1')"); got != true {
		t.Error("a radio button has no label, or the page no heading")
	}
	b.eval("document.getElementById('" + second + "').click(); document.getElementById('signin_button').click()")
	b.arrived("/_/signin/saml")
	if got := b.eval("location.href"); got != h.url+"/_/signin/saml" {
		t.Errorf("the address is %v", got)
	}
	if got := b.eval("document.getElementById('onward').href"); got != h.url+"/_/livez" {
		t.Errorf("RelayState leads to %v", got)
	}
	text := func(id string) string {
		value, _ := b.eval("document.getElementById('" + id + "').textContent").(string)
		return value
	}
	session := sts.New(sts.Options{
		BaseEndpoint: &h.url, Region: "us-east-1", Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(text("access-key-id"), text("secret-access-key"), text("session-token")),
	})
	who, err := session.GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
	if err != nil || *who.Arn != "arn:aws:sts::"+account+":assumed-role/Second/ann" {
		t.Errorf("the session is %v, %v", who, err)
	}
	for _, shown := range []string{"access-key-id", "secret-access-key", "session-token"} {
		if !strings.Contains(text("env"), `"`+text(shown)+`"`) || text(shown) == "" {
			t.Errorf("%s is not in the block to copy", shown)
		}
	}
}

func TestABrowserIsToldWhyItCannotSignIn(t *testing.T) {
	h := open(t)
	b := newChromium(t)
	b.do("Page.navigate", map[string]any{"url": h.portal(samltest.New(t, entity).Answer(t, h.usual()), "")})
	b.arrived("/_/signin/saml")
	if got := b.eval("document.getElementById('message').textContent + '|' + document.getElementById('code').textContent"); got != "Response signature invalid|InvalidIdentityToken" {
		t.Errorf("the page says %v", got)
	}
}
