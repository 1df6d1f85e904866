package federation

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/rolecall-iam/rolecall/test/samltest"
)

// page posts a response to the sign-in page, or to a provider's own.
func (h *house) page(path, response string, more ...string) (int, string) {
	h.t.Helper()
	form := url.Values{"SAMLResponse": {response}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	r, err := http.PostForm(h.url+path, form)
	if err != nil {
		h.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return r.StatusCode, string(body)
}

// A response may offer roles of several accounts, each by the account's own
// provider with the same keys; those of a provider that did not send it are not
// on the page.
func TestRolesOfSeveralAccountsAreOffered(t *testing.T) {
	h := open(t)
	theirs, theirRole := strings.Replace(corp, account, other, 1), strings.Replace(federal, account, other, 1)
	h.provider(guestKey, "Corp", h.idp)
	h.role(guestKey, "Federal", trust(theirs))
	h.provider(guestKey, "Stranger", samltest.New(t, entity))
	stranger := strings.Replace(theirs, "Corp", "Stranger", 1)
	response := h.idp.Answer(t, h.usual().Set(samltest.AWS+"Role", federal+","+corp, theirRole+","+theirs, theirRole+"2,"+stranger, "x,y", federal+"3,"+corp+"none"))
	status, page := h.page("/_/signin/saml", response)
	if status != 200 || strings.Count(page, `type="radio"`) != 2 || !strings.Contains(page, `value="`+federal+`"`) || !strings.Contains(page, `value="`+theirRole+`"`) {
		t.Errorf("%d %s", status, page)
	}
	if status, page := h.page("/_/signin/saml", response, "roleIndex", theirRole); status != 200 || !strings.Contains(page, ":sts::"+other+":assumed-role/Federal/ann") {
		t.Errorf("%d %s", status, page)
	}
	if status, page := h.page("/_/signin/saml", response, "roleIndex", theirRole+"2"); status != 400 || strings.Contains(page, "assumed-role") {
		t.Errorf("%d %s", status, page)
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html: for
// encrypted responses the sign-in URL has the provider's id in it
func TestAnEncryptedResponseComesToItsProvidersOwnPage(t *testing.T) {
	h := open(t)
	key, text := secret(t)
	provider := h.encrypting("Sealed", h.idp, text, types.AssertionEncryptionModeTypeRequired)
	role := h.role(adminKey, "Sealed", trust(provider))
	id := h.samlID(provider)
	own := h.url + "/_/signin/saml/acs/" + id
	r := h.idp.Usual(h.time(), role, provider, "ann")
	r.Recipient, r.Destination, r.Audiences = own, own, []string{own}
	document := r.XML()
	assertion, _ := cut(h.idp.Sign(t, document, "_assertion", samltest.InAssertion), "saml:Assertion")
	response := samltest.Encode(encrypted(t, document, assertion, samltest.Encryption{Block: samltest.AES256GCM, Transport: samltest.OAEP, To: &key.PublicKey}))
	h.role(adminKey, "Loose", trust(provider))
	if status, page := h.page("/_/signin/saml/acs/"+id, response); status != 403 || !strings.Contains(page, "Not authorized to perform sts:AssumeRoleWithSAML") {
		t.Errorf("the policy trusts https alone, and this server has http: %d %s", status, page)
	}
	r.Recipient = signin + "/acs/" + id
	document = r.XML()
	assertion, _ = cut(h.idp.Sign(t, document, "_assertion", samltest.InAssertion), "saml:Assertion")
	response = samltest.Encode(encrypted(t, document, assertion, samltest.Encryption{Block: samltest.AES256GCM, Transport: samltest.OAEP, To: &key.PublicKey}))
	if status, page := h.page("/_/signin/saml/acs/"+id, response); status != 200 || !strings.Contains(page, "assumed-role/Sealed/ann") {
		t.Errorf("%d %s", status, page)
	}
	another := "A"
	if strings.HasSuffix(id, another) {
		another = "B"
	}
	for _, path := range []string{"/_/signin/saml", "/_/signin/saml/acs/" + id[:len(id)-1] + another, "/_/signin/saml/acs/x", "/_/signin/saml/acs/" + strings.Repeat("A", 22)} {
		if status, page := h.page(path, response); status != 400 || strings.Contains(page, "assumed-role") {
			t.Errorf("%s: %d", path, status)
		}
	}
}

// No attack gets past the page either, and none makes it fail.
func TestNoAttackGetsThroughTheSignInPage(t *testing.T) {
	k := newKit(t)
	var attacks []attack
	for _, some := range [][]attack{k.wrappings(), k.classics(), k.signatures(), k.algorithms(), k.references(), k.documents(), k.encodings(), k.contents(), k.times()} {
		attacks = append(attacks, some...)
	}
	for _, a := range attacks {
		if a.encoded == "" {
			a.encoded = samltest.Encode(a.document)
		}
		if status, page := k.page("/_/signin/saml", a.encoded); status == 200 || status >= 500 || strings.Contains(page, "assumed-role") {
			t.Errorf("%s: %d", a.rule, status)
		}
	}
	if n := k.server.SAMLPanics(); n != 0 {
		t.Errorf("%d panics", n)
	}
}
