package ssooidc_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

func TestAnIdentityContextIsForSTSAlone(t *testing.T) {
	x := newOffice(t)
	details, _ := x.ask(x.vouched()).Body["awsAdditionalDetails"].(map[string]any)
	text, _ := details["identityContext"].(string)
	got, ok := service.OpenIdentityContext(x.Keys.OpenSecret, text, x.Now)
	if !ok || got.Person != ssotest.Person || got.Application != appARN {
		t.Errorf("%+v", got)
	}
	if _, ok := service.OpenIdentityContext(x.Keys.OpenSecret, text, x.Now.Add(time.Hour)); ok {
		t.Error("an hour later")
	}
	for _, bad := range []string{"", "AAAA", text[:len(text)-1], text + "A", strings.Repeat("A", 3000)} {
		if _, ok := service.OpenIdentityContext(x.Keys.OpenSecret, bad, x.Now); ok {
			t.Errorf("%.20q", bad)
		}
	}
}

// role makes a role with a trust policy, in which BOT is the id of bot.
func (x *office) role(name, trust string) {
	x.T.Helper()
	id, err := arn.NewID(arn.RolePrefix, ssotest.AccountID(), rand.Reader)
	x.Must(err)
	x.Update(func(tx *directory.Tx) {
		tx.CreateRole(&directory.Role{
			Entity: directory.Entity{ID: id, Account: ssotest.AccountID(), Name: name, Path: "/", Created: x.Now}, MaxSessionDuration: 3600,
			Trust: directory.NewPolicyText(`{"Version":"2012-10-17","Statement":[` + strings.ReplaceAll(trust, "BOT", x.bot) + `]}`),
		})
	})
}

// assume calls AssumeRole, and answers what came back with the credentials in
// it.
func (x *office) assume(as aws.Credentials, role string, pairs ...string) (int, string, aws.Credentials) {
	x.T.Helper()
	q := url.Values{"Action": {"AssumeRole"}, "Version": {"2011-06-15"}, "RoleArn": {"arn:aws:iam::" + ssotest.Account + ":role/" + role}, "RoleSessionName": {"s1"}}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	body := q.Encode()
	r := httptest.NewRequest(http.MethodPost, ssotest.Origin+"/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	sum := sha256.Sum256([]byte(body))
	x.Must(v4.NewSigner().SignHTTP(x.T.Context(), as, r, hex.EncodeToString(sum[:]), "sts", "us-east-1", x.Now))
	w := httptest.NewRecorder()
	x.Handler.ServeHTTP(w, r)
	text := func(name string) string {
		if m := regexp.MustCompile("<" + name + ">([^<]*)<").FindStringSubmatch(w.Body.String()); m != nil {
			return m[1]
		}
		return ""
	}
	return w.Code, w.Body.String(), aws.Credentials{AccessKeyID: text("AccessKeyId"), SecretAccessKey: text("SecretAccessKey"), SessionToken: text("SessionToken")}
}

// A role session that an identity was given to has the person among its
// condition keys, if the role trusts the caller to say so.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/trustedidentitypropagation-identity-enhanced-iam-role-sessions.html
func TestARoleSessionWithAnIdentity(t *testing.T) {
	x := newOffice(t)
	const allow = `{"Effect":"Allow","Principal":{"AWS":"BOT"},"Action":"sts:AssumeRole"}`
	x.role("Plain", allow)
	x.role("Enhanced", allow+`,{"Effect":"Allow","Principal":{"AWS":"BOT"},"Action":"sts:SetContext","Condition":{"ForAllValues:ArnEquals":{"sts:RequestContextProviders":"arn:aws:iam::aws:contextProvider/IdentityCenter"}}}`)
	x.role("Hers", `{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"identitystore:UserId":"`+ssotest.Person+`"}}}`)
	details, _ := x.ask(x.vouched()).Body["awsAdditionalDetails"].(map[string]any)
	sealed, _ := details["identityContext"].(string)
	given := func(assertion string) []string {
		return []string{"ProvidedContexts.member.1.ProviderArn", "arn:aws:iam::aws:contextProvider/IdentityCenter", "ProvidedContexts.member.1.ContextAssertion", assertion}
	}
	bot := aws.Credentials{AccessKeyID: keyID, SecretAccessKey: secretKey}
	if status, text, _ := x.assume(bot, "Plain", given(sealed)...); status != 403 || !strings.Contains(text, "sts:SetContext") {
		t.Errorf("a role that trusts nobody to say so: %d %s", status, text)
	}
	status, text, enhanced := x.assume(bot, "Enhanced", given(sealed)...)
	if status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	if status, text, _ := x.assume(enhanced, "Hers"); status != 200 {
		t.Errorf("with the identity: %d %s", status, text)
	}
	_, _, plain := x.assume(bot, "Enhanced")
	if status, _, _ := x.assume(plain, "Hers"); status != 403 {
		t.Errorf("without: %d", status)
	}
	for rule, c := range map[string]func(){
		"changed by a letter": func() { sealed = sealed[:20] + map[bool]string{true: "B", false: "A"}[sealed[20] == 'A'] + sealed[21:] },
		"of a person disabled": func() {
			sealed, _ = details["identityContext"].(string)
			x.Update(func(tx *directory.Tx) {
				before, _ := tx.Person(ssotest.Store, ssotest.Person)
				p := before.Clone()
				p.Disabled = true
				tx.PutPerson(before, p)
			})
		},
	} {
		c()
		if status, _, _ := x.assume(bot, "Enhanced", given(sealed)...); status != 400 {
			t.Errorf("%s: %d", rule, status)
		}
	}
}
