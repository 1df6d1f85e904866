package federation

import (
	"context"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/test/samltest"
)

const (
	account = "123456789012"
	other   = "210987654321"
	entity  = "https://idp.example.com/saml"
	corp    = "arn:aws:iam::" + account + ":saml-provider/Corp"
	federal = "arn:aws:iam::" + account + ":role/Federal"
	signin  = "https://signin.aws.amazon.com/saml"
)

var (
	adminKey = rolecall.Credentials{AccessKeyID: "AKIAADMINADMINADMIN0", SecretAccessKey: "admin+secret+admin+secret+admin+secret+a"}
	guestKey = rolecall.Credentials{AccessKeyID: "AKIAGUESTGUESTGUEST0", SecretAccessKey: "guest.secret.guest.secret.guest.secret.g"}
)

// house is a server with an account that trusts an identity provider, another
// account, and a clock.
type house struct {
	t      testing.TB
	server *rolecall.Server
	url    string
	idp    *samltest.Provider

	mu  sync.Mutex
	now time.Time
}

func (h *house) time() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// open starts a server whose role Federal trusts the provider Corp.
func open(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, idp: samltest.New(t, entity), now: time.Now().UTC().Truncate(time.Second)}
	web := httptest.NewUnstartedServer(nil)
	h.url = "http://" + web.Listener.Addr().String()
	s, err := rolecall.New(rolecall.Config{Now: h.time, Admin: adminKey, URL: h.url})
	if err != nil {
		t.Fatal(err)
	}
	h.server = s
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	web.Config.Handler = s
	web.Start()
	t.Cleanup(web.Close)
	id, err := arn.ParseAccountID(other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateAccount(context.Background(), rolecall.NewAccount{ID: id, Admin: guestKey}); err != nil {
		t.Fatal(err)
	}
	h.provider(adminKey, "Corp", h.idp)
	h.role(adminKey, "Federal", trust(corp))
	return h
}

func (h *house) iam(k rolecall.Credentials) *iam.Client {
	return iam.New(iam.Options{
		BaseEndpoint: &h.url, Region: "us-east-1", Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(k.AccessKeyID, k.SecretAccessKey, ""),
		HTTPClient:  http.DefaultClient,
	})
}

func (h *house) provider(k rolecall.Credentials, name string, p *samltest.Provider) {
	h.t.Helper()
	h.metadata(k, name, p.Metadata())
}

func (h *house) metadata(k rolecall.Credentials, name, document string) {
	h.t.Helper()
	if _, err := h.iam(k).CreateSAMLProvider(context.Background(), &iam.CreateSAMLProviderInput{Name: &name, SAMLMetadataDocument: &document}); err != nil {
		h.t.Fatal(err)
	}
}

// encrypting makes a provider that holds a private key, and says whether it
// sends encrypted assertions alone. It answers its ARN.
func (h *house) encrypting(name string, p *samltest.Provider, key string, mode types.AssertionEncryptionModeType) string {
	h.t.Helper()
	metadata := p.Metadata()
	made, err := h.iam(adminKey).CreateSAMLProvider(context.Background(), &iam.CreateSAMLProviderInput{
		Name: &name, SAMLMetadataDocument: &metadata, AddPrivateKey: &key, AssertionEncryptionMode: mode,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return *made.SAMLProviderArn
}

func (h *house) role(k rolecall.Credentials, name, document string) string {
	h.t.Helper()
	made, err := h.iam(k).CreateRole(context.Background(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &document})
	if err != nil {
		h.t.Fatal(err)
	}
	return *made.Role.Arn
}

// trust is a trust policy for providers.
func trust(providers ...string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":["` + strings.Join(providers, `","`) +
		`"]},"Action":"sts:AssumeRoleWithSAML","Condition":{"StringLike":{"SAML:aud":"https://*"}}}}`
}

// usual is a response that is right.
func (h *house) usual() samltest.Response { return h.idp.Usual(h.time(), federal, corp, "ann") }

// answer is that of STS.
type answer struct {
	status              int
	code, message, name string // name is the session's
	took                time.Duration
}

// redeem calls AssumeRoleWithSAML, unsigned.
func (h *house) redeem(role, provider, response string) answer {
	h.t.Helper()
	form := url.Values{
		"Action": {"AssumeRoleWithSAML"}, "Version": {"2011-06-15"},
		"RoleArn": {role}, "PrincipalArn": {provider}, "SAMLAssertion": {response},
	}
	r := httptest.NewRequest(http.MethodPost, h.url+"/", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w, began := httptest.NewRecorder(), time.Now()
	h.server.ServeHTTP(w, r)
	a := answer{status: w.Code, took: time.Since(began)}
	var doc struct {
		Code    string `xml:"Error>Code"`
		Message string `xml:"Error>Message"`
		ID      string `xml:"AssumeRoleWithSAMLResult>AssumedRoleUser>AssumedRoleId"`
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		h.t.Fatalf("%v: %s", err, w.Body)
	}
	a.code, a.message = doc.Code, doc.Message
	_, a.name, _ = strings.Cut(doc.ID, ":")
	return a
}

// samlID is the id of a provider, which its own sign-in page has in its address.
func (h *house) samlID(provider string) string {
	h.t.Helper()
	got, err := h.iam(adminKey).GetSAMLProvider(context.Background(), &iam.GetSAMLProviderInput{SAMLProviderArn: &provider})
	if err != nil {
		h.t.Fatal(err)
	}
	return *got.SAMLProviderUUID
}
