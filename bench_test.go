package rolecall_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/service"
)

// benchServer is a service in memory with a role that the admin may assume.
func benchServer(b *testing.B) (*rolecall.Server, aws.Credentials) {
	s, err := rolecall.New(rolecall.Config{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	first, _ := s.FirstStart()
	keys := aws.Credentials{AccessKeyID: first.AccessKeyID, SecretAccessKey: first.SecretAccessKey}
	create := url.Values{"Action": {"CreateRole"}, "Version": {"2010-05-08"}, "RoleName": {"target"}, "AssumeRolePolicyDocument": {
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":["sts:AssumeRole","sts:TagSession"],` +
			`"Condition":{"StringEquals":{"sts:ExternalId":"load"}}}]}`}}
	if r := answer(s, signed(b, keys, "iam", create.Encode())); r.Code != http.StatusOK {
		b.Fatal(r.Body)
	}
	return s, keys
}

func signed(b *testing.B, keys aws.Credentials, signedFor, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:4680/", nil)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(body)))
	if err := v4.NewSigner().SignHTTP(context.Background(), keys, r, sum, signedFor, "us-east-1", time.Now()); err != nil {
		b.Fatal(err)
	}
	return r
}

func answer(s *rolecall.Server, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func benchmark(b *testing.B, signedFor, body string) {
	s, keys := benchServer(b)
	benchmarkAs(b, s, keys, signedFor, body)
}

func benchmarkAs(b *testing.B, s *rolecall.Server, keys aws.Credentials, signedFor, body string) {
	r := signed(b, keys, signedFor, body)
	payload := []byte(body)
	b.ReportAllocs()
	for b.Loop() {
		r.Body = io.NopCloser(bytes.NewReader(payload))
		if w := answer(s, r); w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
}

// BenchmarkAssumeRole is the whole service without the network: signature,
// trust and identity decision, sealed session, answer.
func BenchmarkAssumeRole(b *testing.B) {
	benchmark(b, "sts", url.Values{"Action": {"AssumeRole"}, "Version": {"2011-06-15"}, "ExternalId": {"load"},
		"RoleArn": {"arn:aws:iam::123456789012:role/target"}, "RoleSessionName": {"bench"}}.Encode())
}

// BenchmarkAssumeRoleTagged is the same with tags and an inline session policy.
func BenchmarkAssumeRoleTagged(b *testing.B) {
	benchmark(b, "sts", url.Values{"Action": {"AssumeRole"}, "Version": {"2011-06-15"}, "ExternalId": {"load"},
		"RoleArn": {"arn:aws:iam::123456789012:role/target"}, "RoleSessionName": {"bench"},
		"Tags.member.1.Key": {"Project"}, "Tags.member.1.Value": {"Automation"}, "Tags.member.2.Key": {"CostCenter"}, "Tags.member.2.Value": {"12345"},
		"TransitiveTagKeys.member.1": {"Project"},
		"Policy": {`{"Version":"2012-10-17","Statement":[{"Sid":"Stmt1","Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],` +
			`"Resource":["arn:aws:s3:::productionapp","arn:aws:s3:::productionapp/*"]}]}`}}.Encode())
}

// BenchmarkDenied is AssumeRole of a role that is not there, refused and with a
// message for those who may know more.
func BenchmarkDenied(b *testing.B) {
	s, keys := benchServer(b)
	body := url.Values{"Action": {"AssumeRole"}, "Version": {"2011-06-15"},
		"RoleArn": {"arn:aws:iam::123456789012:role/nobody"}, "RoleSessionName": {"bench"}}.Encode()
	r := signed(b, keys, "sts", body)
	b.ReportAllocs()
	for b.Loop() {
		r.Body = io.NopCloser(strings.NewReader(body))
		if w := answer(s, r); w.Code != http.StatusForbidden || w.Header().Get(service.MessageHeader) == "" {
			b.Fatal(w.Body)
		}
	}
}

// BenchmarkGetCallerIdentity is the same for the simplest call.
func BenchmarkGetCallerIdentity(b *testing.B) {
	benchmark(b, "sts", "Action=GetCallerIdentity&Version=2011-06-15")
}

// BenchmarkSession is GetCallerIdentity by a role's session, with nothing
// revoked and with a thousand others that are.
func BenchmarkSession(b *testing.B) {
	for _, revoked := range []int{0, 1000} {
		b.Run(fmt.Sprint(revoked, " revoked"), func(b *testing.B) {
			s, keys := benchServer(b)
			assume := url.Values{"Action": {"AssumeRole"}, "Version": {"2011-06-15"}, "ExternalId": {"load"},
				"RoleArn": {"arn:aws:iam::123456789012:role/target"}, "RoleSessionName": {"bench"}}
			var made struct {
				ID     string `xml:"AssumeRoleResult>Credentials>AccessKeyId"`
				Secret string `xml:"AssumeRoleResult>Credentials>SecretAccessKey"`
				Token  string `xml:"AssumeRoleResult>Credentials>SessionToken"`
			}
			if err := xml.Unmarshal(answer(s, signed(b, keys, "sts", assume.Encode())).Body.Bytes(), &made); err != nil {
				b.Fatal(err)
			}
			for i := range revoked {
				other := rolecall.Revocation{AccessKeyID: fmt.Sprintf("ASIA%016d", i)}
				if _, err := s.RevokeSessions(context.Background(), other); err != nil {
					b.Fatal(err)
				}
			}
			benchmarkAs(b, s, aws.Credentials{AccessKeyID: made.ID, SecretAccessKey: made.Secret, SessionToken: made.Token},
				"sts", "Action=GetCallerIdentity&Version=2011-06-15")
		})
	}
}
