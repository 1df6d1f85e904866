package signin_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/service/signin"
	"github.com/rolecall-iam/rolecall/wire"
)

const (
	first  = "arn:aws:iam::123456789012:role/First"
	second = "arn:aws:iam::123456789012:role/path/Second"
	third  = "arn:aws:iam::210987654321:role/Third"
	idp    = "arn:aws:iam::123456789012:saml-provider/Corp"
)

// desk is the pages with an STS that notes what it is asked.
type desk struct {
	t       *testing.T
	offer   signin.Offer
	refused error
	status  int
	asked   []url.Values
	ids     []string
	pages   http.Handler
}

func newDesk(t *testing.T, roles ...signin.Role) *desk {
	t.Helper()
	d := &desk{t: t, offer: signin.Offer{Roles: roles}, status: 200}
	pages, err := signin.New(signin.Config{Rand: rand.Reader, URL: "https://iam.example.com/", STS: d, Offer: func(_ context.Context, response, id string) (signin.Offer, error) {
		d.ids = append(d.ids, id)
		return d.offer, d.refused
	}})
	if err != nil {
		t.Fatal(err)
	}
	d.pages = pages
	return d
}

// ServeHTTP is AssumeRoleWithSAML.
func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	values, _ := url.ParseQuery(string(body))
	d.asked = append(d.asked, values)
	if r.RemoteAddr != "192.0.2.1:1234" || r.UserAgent() != "browser" || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		d.t.Errorf("STS was called by %s, %s", r.RemoteAddr, r.UserAgent())
	}
	w.WriteHeader(d.status)
	if d.status != 200 {
		io.WriteString(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not &lt;authorized&gt;</Message></Error></ErrorResponse>`)
		return
	}
	io.WriteString(w, `<AssumeRoleWithSAMLResponse><AssumeRoleWithSAMLResult><Credentials><AccessKeyId>ASIAKEY</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>`+
		`<SessionToken>token&lt;&amp;</SessionToken><Expiration>2026-03-01T13:00:00Z</Expiration></Credentials><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/First/ann</Arn>`+
		`</AssumedRoleUser></AssumeRoleWithSAMLResult></AssumeRoleWithSAMLResponse>`)
}

func (d *desk) send(method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:4680"+path, strings.NewReader(body))
	r.RemoteAddr = "192.0.2.1:1234"
	r.Header.Set("User-Agent", "browser")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	d.pages.ServeHTTP(w, r)
	return w
}

func (d *desk) post(pairs ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return d.send(http.MethodPost, "/_/signin/saml", form.Encode())
}

func roles() []signin.Role {
	return []signin.Role{
		{RoleARN: third, ProviderARN: idp, AccountID: "210987654321"},
		{RoleARN: second, ProviderARN: idp, AccountID: "123456789012", AccountName: "corp"},
		{RoleARN: first, ProviderARN: idp, AccountID: "123456789012", AccountName: "corp"},
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-saml.html:
// a user with one role is signed in at once, one with several is asked.
func TestOneRoleIsAssumedAtOnce(t *testing.T) {
	d := newDesk(t, roles()[2])
	d.offer.Seconds = 7200
	w := d.post("SAMLResponse", "AAAA")
	if w.Code != 200 || !strings.Contains(w.Body.String(), `export AWS_SESSION_TOKEN=&#34;token&lt;&amp;&#34;`) && !strings.Contains(w.Body.String(), `export AWS_SESSION_TOKEN="token&lt;&amp;"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if len(d.asked) != 1 || d.asked[0].Get("RoleArn") != first || d.asked[0].Get("PrincipalArn") != idp || d.asked[0].Get("SAMLAssertion") != "AAAA" || d.asked[0].Get("DurationSeconds") != "7200" {
		t.Errorf("asked %v", d.asked)
	}
}

// tree is what saml2aws's rules find in a page: the accounts directly in a
// fieldset, and each label with what it is for.
//
// Source: saml2aws (Versent/saml2aws) reads "fieldset > div.saml-account", in it "div.saml-account-name" and
// "label" with its "for"; others read "label.saml-role-description".
func tree(t *testing.T, page string) (accounts []string, roles map[string]string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	roles = map[string]string{}
	var path []string
	var label string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return accounts, roles
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			name := e.Name.Local
			for _, a := range e.Attr {
				switch {
				case a.Name.Local == "class":
					name += "." + a.Value
				case a.Name.Local == "for" && e.Name.Local == "label":
					label = a.Value
				}
			}
			path = append(path, name)
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			switch at := strings.Join(path, " > "); {
			case strings.HasSuffix(at, "fieldset > div.saml-account > div.saml-account-name"):
				accounts = append(accounts, string(e))
			case strings.HasSuffix(at, "fieldset > div.saml-account > div.saml-role > label.saml-role-description"):
				roles[label] = string(e)
			}
		}
	}
}

func TestSeveralRolesAreOfferedInTheShapeThatSaml2awsReads(t *testing.T) {
	d := newDesk(t, roles()...)
	w := d.post("SAMLResponse", "AA\"<AA", "RelayState", "/\"x")
	if w.Code != 200 || len(d.asked) != 0 {
		t.Fatalf("%d, asked %v", w.Code, d.asked)
	}
	page := w.Body.String()
	accounts, offered := tree(t, page)
	if strings.Join(accounts, ";") != "Account: corp (123456789012);Account: 210987654321" {
		t.Errorf("accounts %q", accounts)
	}
	if len(offered) != 3 || offered[first] != "First" || offered[second] != "path/Second" || offered[third] != "Third" {
		t.Errorf("roles %q", offered)
	}
	for _, want := range []string{`name="roleIndex" value="` + first + `"`, `id="` + first + `"`, `name="SAMLResponse" value="AA&#34;&lt;AA"`, `name="RelayState" value="/&#34;x"`, `<legend>`, `lang="en"`, `method="post"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in %s", want, page)
		}
	}
	if w := d.post("SAMLResponse", "AAAA", "roleIndex", second); w.Code != 200 || len(d.asked) != 1 || d.asked[0].Get("RoleArn") != second {
		t.Errorf("%d, asked %v", w.Code, d.asked)
	}
}

func TestARoleThatIsNotOfferedIsNotAssumed(t *testing.T) {
	d := newDesk(t, roles()...)
	for _, role := range []string{"arn:aws:iam::123456789012:role/Admin", "0", "First", strings.ToLower(first)} {
		if w := d.post("SAMLResponse", "AAAA", "roleIndex", role); w.Code != 400 || len(d.asked) != 0 {
			t.Errorf("%s: %d, asked %v", role, w.Code, d.asked)
		}
	}
}

// Source of the text: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html
func TestWhatIsRefused(t *testing.T) {
	refused := &wire.Error{Code: "InvalidIdentityToken", Status: 400, Message: "Response <signature> invalid"}
	for rule, c := range map[string]struct {
		offer  signin.Offer
		err    error
		sts    int
		form   []string
		status int
		text   string
	}{
		"no response":                       {form: nil, status: 400, text: "Your request included an invalid SAML response."},
		"a response without roles":          {form: []string{"SAMLResponse", "AAAA"}, status: 400, text: "Your request included an invalid SAML response."},
		"a response that is refused":        {err: refused, form: []string{"SAMLResponse", "AAAA"}, status: 400, text: "Response &lt;signature&gt; invalid"},
		"a role that is refused":            {offer: signin.Offer{Roles: roles()[:1]}, sts: 403, form: []string{"SAMLResponse", "AAAA"}, status: 403, text: "Not &lt;authorized&gt;"},
		"a store that fails, without words": {err: errors.New("secret of ours"), form: []string{"SAMLResponse", "AAAA"}, status: 500, text: "ServiceFailure"},
	} {
		t.Run(rule, func(t *testing.T) {
			d := newDesk(t)
			d.offer, d.refused = c.offer, c.err
			if c.sts != 0 {
				d.status = c.sts
			}
			w := d.post(c.form...)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.text) || strings.Contains(w.Body.String(), "secret") || !strings.Contains(w.Body.String(), `role="alert"`) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
	d := newDesk(t, roles()...)
	for path, want := range map[string]int{"/_/signin/saml": 405, "/_/signin/": 404, "/_/signin/other": 404, "/_/signin/saml/acs/": 404} {
		if w := d.send(http.MethodGet, path, ""); w.Code != want {
			t.Errorf("GET %s: %d, want %d", path, w.Code, want)
		}
	}
	if w := d.post("SAMLResponse", strings.Repeat("A", 600<<10)); w.Code != 413 || len(d.ids) != 0 {
		t.Errorf("a form that is too long: %d", w.Code)
	}
	if w := d.send(http.MethodPost, "/_/signin/saml", "%zz"); w.Code != 400 {
		t.Errorf("a form that is none: %d", w.Code)
	}
}

func TestAProvidersOwnDoorTellsWhichProviderItIs(t *testing.T) {
	d := newDesk(t, roles()[0])
	d.send(http.MethodPost, "/_/signin/saml/acs/SAMLSPX", "SAMLResponse=AAAA")
	d.post("SAMLResponse", "AAAA")
	if strings.Join(d.ids, ",") != "SAMLSPX," {
		t.Errorf("providers %q", d.ids)
	}
}

// RelayState leads on to this server alone: an open redirect would lend its
// name to others.
func TestRelayStateLeadsToThisServerAlone(t *testing.T) {
	for state, leads := range map[string]bool{
		"/_/console/":                          true,
		"https://iam.example.com/_/console/":   true,
		"":                                     false,
		"//evil.example/":                      false,
		`/\evil.example/`:                      false,
		`\\evil.example/`:                      false,
		"https://evil.example/":                false,
		"https://iam.example.com.evil.example": false,
		"https://iam.example.com@evil.example": false,
		"http://iam.example.com/":              false,
		"javascript:alert(1)":                  false,
		"data:text/html,x":                     false,
		"relative":                             false,
		"/\t/evil.example":                     false,
		"https:evil.example":                   false,
	} {
		d := newDesk(t, roles()[0])
		body := d.post("SAMLResponse", "AAAA", "RelayState", state).Body.String()
		if got := strings.Contains(body, `id="onward"`); got != leads || !leads && strings.Contains(body, "evil") {
			t.Errorf("%q leads on: %v", state, got)
		}
	}
}

func TestBrowsersAreHeldToStrictRules(t *testing.T) {
	d := newDesk(t, roles()...)
	for _, w := range []*httptest.ResponseRecorder{d.post("SAMLResponse", "AAAA"), d.post(), d.post("SAMLResponse", "AAAA", "roleIndex", first)} {
		policy := w.Header().Get("Content-Security-Policy")
		_, style, _ := strings.Cut(w.Body.String(), "<style>")
		style, _, _ = strings.Cut(style, "</style>")
		sum := sha256.Sum256([]byte(style))
		if !strings.Contains(policy, "style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
			t.Errorf("the style sheet is not the one that %s allows", policy)
		}
		for _, want := range []string{"default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: no %s", policy, want)
			}
		}
		if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Referrer-Policy") != "no-referrer" || w.Header().Get("X-Frame-Options") != "DENY" {
			t.Errorf("headers %v", w.Header())
		}
		if body := w.Body.String(); strings.Contains(body, "<script") || strings.Contains(body, " onclick") || w.Header().Get("Location") != "" {
			t.Error("there is a script or a redirect")
		}
	}
}

// Source: Metadata for the OASIS SAML V2.0, 2.4.4; the entity ID is AWS's.
func TestMetadataNamesThisServersPage(t *testing.T) {
	w := newDesk(t).send(http.MethodGet, "/_/signin/saml-metadata.xml", "")
	var said struct {
		EntityID string `xml:"entityID,attr"`
		SP       struct {
			Services []struct {
				Binding, Location string
				B                 string `xml:"Binding,attr"`
				L                 string `xml:"Location,attr"`
			} `xml:"AssertionConsumerService"`
			Attributes []struct {
				Name string `xml:"Name,attr"`
			} `xml:"AttributeConsumingService>RequestedAttribute"`
		} `xml:"SPSSODescriptor"`
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &said); err != nil || w.Header().Get("Content-Type") != "application/samlmetadata+xml" {
		t.Fatalf("%v: %v %s", err, w.Header(), w.Body)
	}
	if said.EntityID != "urn:amazon:webservices" || len(said.SP.Services) != 1 || said.SP.Services[0].L != "https://iam.example.com/_/signin/saml" ||
		said.SP.Services[0].B != "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" || said.SP.Attributes[0].Name != "https://aws.amazon.com/SAML/Attributes/Role" {
		t.Errorf("%+v", said)
	}
}
