package service_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// emptyHash is the SHA-256 of nothing.
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// presigned is a GET of sts:GetCallerIdentity that carries its proof in its
// query, good for a while, with headers that whoever uses it must send.
func (h *house) presigned(k key, action, life string, header http.Header) *http.Request {
	h.t.Helper()
	query := url.Values{"Action": {action}, "Version": {versions["sts"]}, "X-Amz-Expires": {life}}
	r, err := http.NewRequest(http.MethodGet, h.web.URL+"/?"+query.Encode(), nil)
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header = header.Clone()
	signed, _, err := signer.NewSigner().PresignHTTP(context.Background(), k.aws(), r, emptyHash, "sts", region, h.time())
	if err != nil {
		h.t.Fatal(err)
	}
	again, err := http.NewRequest(http.MethodGet, signed, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	again.Header = header.Clone()
	return again
}

// EKS's tokens are presigned requests for GetCallerIdentity with the cluster's
// name in a signed header; the cluster sends them on. Who leaves the header
// out or changes it is nobody.
//
// Source: https://github.com/kubernetes-sigs/aws-iam-authenticator (x-k8s-aws-id, 60 seconds)
func TestAPresignedIdentityAsEKSUsesIt(t *testing.T) {
	h := open(t)
	cluster := http.Header{"X-K8s-Aws-Id": {"books"}}
	token := h.presigned(admin, "GetCallerIdentity", "60", cluster)
	if a := h.do(token); a.value("Arn") != "arn:aws:iam::"+account+":user/admin" {
		t.Errorf("%d %s", a.status, a)
	}
	for rule, change := range map[string]func(*http.Request){
		"another cluster": func(r *http.Request) { r.Header.Set("X-K8s-Aws-Id", "shops") },
		"another action": func(r *http.Request) {
			r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "GetCallerIdentity", "GetSessionToken", 1)
		},
		"a longer life": func(r *http.Request) {
			r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "Expires=60", "Expires=900", 1)
		},
		"another method":     func(r *http.Request) { r.Method = http.MethodPost },
		"another date":       func(r *http.Request) { r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "T120000Z", "T120001Z", 1) },
		"one more parameter": func(r *http.Request) { r.URL.RawQuery += "&X=1" },
	} {
		t.Run(rule, func(t *testing.T) {
			r := token.Clone(context.Background())
			change(r)
			if a := h.do(r); a.status != http.StatusForbidden || a.code != "SignatureDoesNotMatch" {
				t.Errorf("%d %s", a.status, a)
			}
		})
	}
	t.Run("no cluster", func(t *testing.T) {
		r := token.Clone(context.Background())
		r.Header.Del("X-K8s-Aws-Id")
		check(t, h.do(r), refusal{400, "IncompleteSignature",
			"'x-k8s-aws-id' is named as a SignedHeader, but it does not exist in the HTTP request."})
	})
	// "The sts GetCallerIdentity request is valid for 15 minutes regardless of
	// this parameters value" (pkg/token/token.go of the authenticator).
	h.pass(15 * time.Minute)
	check(t, h.do(token), refusal{})
	h.pass(time.Second)
	if a := h.do(token); a.status != http.StatusForbidden || !strings.HasPrefix(a.message, "Signature expired: 20260301T120000Z is now earlier than") {
		t.Errorf("after its life: %d %s", a.status, a)
	}
}

// A session presigns as a user does; its token is in the query.
func TestASessionPresignsToo(t *testing.T) {
	h := open(t)
	s := h.assume(admin, h.role("Deploy", trust(account, "sts:AssumeRole"), ""))
	if a := h.do(h.presigned(s, "GetCallerIdentity", "60", nil)); a.value("Arn") != "arn:aws:sts::"+account+":assumed-role/Deploy/night" {
		t.Errorf("%d %s", a.status, a)
	}
}

// Vault's AWS login sends a whole signed POST on, with a header of Vault's
// own in the signature.
//
// Source: https://developer.hashicorp.com/vault/docs/auth/aws#iam-auth-method (X-Vault-AWS-IAM-Server-ID)
func TestASignedPOSTAsVaultSendsItOn(t *testing.T) {
	h := open(t)
	m := whoAmI.with(func(m *message) { m.header.Set("X-Vault-Aws-Iam-Server-Id", "vault.example.com") })
	r := h.request(admin, m)
	if !strings.Contains(r.Header.Get("Authorization"), "x-vault-aws-iam-server-id") {
		t.Fatal("the header is not signed")
	}
	check(t, h.do(r), refusal{})
	r = h.request(admin, m)
	r.Header.Set("X-Vault-Aws-Iam-Server-Id", "other.example.com")
	if a := h.do(r); a.code != "SignatureDoesNotMatch" {
		t.Errorf("%d %s", a.status, a)
	}
}

// Some clients sign STS as they sign S3. That counts where the body is in the
// signature; no other service's signature does.
func TestASignatureIsForOneService(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		service string
		status  int
	}{{"sts", 200}, {"s3", 200}, {"iam", 400}, {"organizations", 400}, {"execute-api", 400}} {
		m := whoAmI
		m.service = c.service
		if a := h.send(admin, m); a.status != c.status {
			t.Errorf("%s: %d %s", c.service, a.status, a)
		}
	}
	unsigned := h.request(admin, whoAmI.with(func(m *message) { m.service = "s3" }))
	unsigned.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
	err := signer.NewSigner().SignHTTP(context.Background(), admin.aws(), unsigned, "UNSIGNED-PAYLOAD", "s3", region, h.time())
	if err != nil {
		t.Fatal(err)
	}
	if a := h.do(unsigned); a.code != "SignatureDoesNotMatch" {
		t.Errorf("an unsigned body: %d %s", a.status, a)
	}
}
