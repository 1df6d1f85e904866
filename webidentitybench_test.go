package rolecall_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/test/oidctest"
)

// BenchmarkAssumeRoleWithWebIdentity is the whole service without the network,
// with a token by RS256 whose issuer's keys are known.
func BenchmarkAssumeRoleWithWebIdentity(b *testing.B) {
	idp, err := oidctest.Start(oidctest.Config{Plain: true})
	if err != nil {
		b.Fatal(err)
	}
	defer idp.Close()
	s, err := rolecall.New(rolecall.Config{Issuers: rolecall.Issuers{LoopbackHTTP: true}})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	first, _ := s.FirstStart()
	keys := aws.Credentials{AccessKeyID: first.AccessKeyID, SecretAccessKey: first.SecretAccessKey}
	for _, form := range []url.Values{
		{"Action": {"CreateOpenIDConnectProvider"}, "Url": {"https://" + idp.Provider}, "ClientIDList.member.1": {"sts.amazonaws.com"}},
		{"Action": {"CreateRole"}, "RoleName": {"pod"}, "AssumeRolePolicyDocument": {`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":
			"arn:aws:iam::123456789012:oidc-provider/` + idp.Provider + `"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"` + idp.Provider + `:sub":"pod"}}}}`}},
	} {
		form.Set("Version", "2010-05-08")
		if w := answer(s, signed(b, keys, "iam", form.Encode())); w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
	now := time.Now()
	token, err := idp.Token(map[string]any{"sub": "pod", "aud": "sts.amazonaws.com", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()})
	if err != nil {
		b.Fatal(err)
	}
	body := url.Values{"Action": {"AssumeRoleWithWebIdentity"}, "Version": {"2011-06-15"}, "RoleArn": {"arn:aws:iam::123456789012:role/pod"},
		"RoleSessionName": {"bench"}, "WebIdentityToken": {token}}.Encode()
	b.ReportAllocs()
	for b.Loop() {
		r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1:4680/", strings.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = "127.0.0.1:1"
		if w := answer(s, r); w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
}
