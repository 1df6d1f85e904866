package sigv4_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/rolecall-iam/rolecall/authn/sigv4"
)

// assumeRole is the body of a small call.
const assumeRole = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fdemo&RoleSessionName=alice"

var noon = at("20261121T120000Z")

// credentials with a token of the length that rolecall's have.
func credentials(token string) aws.Credentials {
	return aws.Credentials{AccessKeyID: "ASIAQAAAAAAAEXAMPLE1", SecretAccessKey: suiteSecret, SessionToken: token}
}

// sent is r as a server has it.
func sent(r *http.Request) *http.Request {
	var wire strings.Builder
	if err := r.Write(&wire); err != nil {
		panic(err)
	}
	return readRequest(wire.String())
}

// sign makes a request as aws-sdk-go-v2 does and answers it as the server
// reads it.
func sign(method, url, body, service string, c aws.Credentials, now time.Time, headers ...string) *http.Request {
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	hash := sha(body)
	if claimed := r.Header.Get("X-Amz-Content-Sha256"); claimed != "" {
		hash = claimed
	}
	options := func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == "s3" }
	if err := v4.NewSigner().SignHTTP(context.Background(), c, r, hash, service, "us-east-1", now, options); err != nil {
		panic(err)
	}
	return sent(r)
}

// BenchmarkVerify is a small AssumeRole call with a session token: parse and
// verify, the signing key known.
func BenchmarkVerify(b *testing.B) {
	for name, token := range map[string]string{"token 212": strings.Repeat("Ab3/", 53), "token 648": strings.Repeat("Ab3/", 162), "no token": ""} {
		b.Run(name, func(b *testing.B) {
			r := sign("POST", "http://127.0.0.1:4680/", assumeRole, "sts", credentials(token), noon,
				"Content-Type: application/x-www-form-urlencoded; charset=utf-8", "Amz-Sdk-Invocation-Id: 5f8a2f6e-7b63-4b0c-a0be-2f9f0f5f6c11",
				"Amz-Sdk-Request: attempt=1; max=3", "User-Agent: aws-sdk-go-v2/1.47.7", "Accept-Encoding: gzip")
			v, body := sigv4.NewVerifier(64), []byte(assumeRole)
			b.ReportAllocs()
			for b.Loop() {
				a, err := sigv4.Parse(r)
				if err == nil {
					err = v.Verify(&a, suiteSecret, body, noon)
				}
				if err != nil {
					b.Fatal(explain(err))
				}
			}
		})
	}
}

func BenchmarkVerifyNewKey(b *testing.B) {
	r := sign("POST", "http://127.0.0.1:4680/", assumeRole, "sts", credentials(""), noon)
	b.ReportAllocs()
	for b.Loop() {
		a, err := sigv4.Parse(r)
		if err == nil {
			err = sigv4.NewVerifier(1).Verify(&a, suiteSecret, []byte(assumeRole), noon)
		}
		if err != nil {
			b.Fatal(explain(err))
		}
	}
}

// sha is a body's hash as clients send it.
func sha(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}
