package sigv4_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/rolecall-iam/rolecall/authn/sigv4"
)

// sdkRequests are what aws-sdk-go-v2's own signer signs, as a server reads it.
var sdkRequests = []struct {
	name, method, url, body, service string
	headers                          []string
}{
	{name: "a form to STS", method: "POST", url: "http://127.0.0.1:4680/", body: assumeRole, service: "sts", headers: []string{"Content-Type: application/x-www-form-urlencoded"}},
	{name: "a body of JSON with a target", method: "POST", url: "https://organizations.us-east-1.amazonaws.com/", body: `{"a":1}`, service: "organizations", headers: []string{"X-Amz-Target: AWSOrganizationsV20161128.ListRoots", "Content-Type: application/x-amz-json-1.1"}},
	{name: "no body", method: "GET", url: "http://localhost/", service: "iam"},
	{name: "no path", method: "GET", url: "http://localhost", service: "iam"},
	{name: "a path that the client encoded", method: "GET", url: "http://localhost/clusters/a%2Fb/x%20y/%C3%A9", service: "eks"},
	{name: "a path of signs that need no encoding", method: "DELETE", url: "http://localhost/a:b/c@d/e,f;g=h/i+j/k!l$m&n'(o)*", service: "eks"},
	{name: "a query with spaces, signs and a name twice", method: "GET", url: "http://localhost/?b=2&a=x%20y&a=%2B%2F%3D&a=&c&d=%C3%A9~", service: "iam"},
	{name: "a header twice and with spaces", method: "GET", url: "http://localhost/", service: "iam", headers: []string{"X-Amz-Meta: b", "X-Amz-Meta: a   c", "Other:   x   y  "}},
	{name: "an object of S3 with a name that must be encoded", method: "PUT", url: "http://localhost/bucket/a%20b/c%2Bd/%C3%A9//x/../y", body: "hello", service: "s3", headers: []string{"X-Amz-Content-Sha256: 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}},
	{name: "an object of S3 whose body is not signed", method: "PUT", url: "http://localhost/bucket/key", body: "hello", service: "s3", headers: []string{"X-Amz-Content-Sha256: UNSIGNED-PAYLOAD"}},
}

func TestRequestsOfTheSDKAreAccepted(t *testing.T) {
	for _, token := range []string{"", "a/session+token=="} {
		for _, tt := range sdkRequests {
			t.Run(tt.name, func(t *testing.T) {
				r := sign(tt.method, tt.url, tt.body, tt.service, credentials(token), noon, tt.headers...)
				a, err := sigv4.Parse(r)
				if err != nil {
					t.Fatal(err)
				}
				if a.AccessKeyID != "ASIAQAAAAAAAEXAMPLE1" || a.Region != "us-east-1" || a.Service != tt.service ||
					a.Date != "20261121" || a.Token != token || !a.Time.Equal(noon) || a.Presigned {
					t.Errorf("read %+v", a)
				}
				v := sigv4.NewVerifier(8)
				for range 2 { // the second time with a signing key that is known
					if err := v.Verify(&a, suiteSecret, []byte(tt.body), noon); err != nil {
						t.Fatal(explain(err))
					}
				}
				if err := v.Verify(&a, suiteSecret+"x", []byte(tt.body), noon); kindOf(err) != sigv4.Mismatch {
					t.Errorf("another secret beside a known key: %v", err)
				}
			})
		}
	}
}

// presignURL presigns as aws-sdk-go-v2 does, and answers the request as a
// server reads it.
func presignURL(method, url, service, hash string, c aws.Credentials, headers ...string) *http.Request {
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		panic(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	options := func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == "s3" }
	signed, signedHeaders, err := v4.NewSigner().PresignHTTP(context.Background(), c, r, hash, service, "us-east-1", noon, options)
	if err != nil {
		panic(err)
	}
	out, err := http.NewRequest(method, signed, nil)
	if err != nil {
		panic(err)
	}
	for name, values := range signedHeaders {
		if name != "Host" {
			out.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	return sent(out)
}

func TestPresignedRequestsOfTheSDKAreAccepted(t *testing.T) {
	for _, token := range []string{"", "a/session+token=="} {
		for _, tt := range []struct {
			name, url, service, hash string
			headers                  []string
		}{
			{"GetCallerIdentity with a signed header, as EKS tokens are made", "http://localhost/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60", "sts", emptyHash, []string{"X-K8s-Aws-Id: cluster"}},
			{"an object of S3", "http://localhost/bucket/a%20b?X-Amz-Expires=900&versionId=a%2Fb", "s3", "UNSIGNED-PAYLOAD", nil},
		} {
			t.Run(tt.name, func(t *testing.T) {
				r := presignURL("GET", tt.url, tt.service, tt.hash, credentials(token), tt.headers...)
				a, err := sigv4.Parse(r)
				if err != nil {
					t.Fatal(err)
				}
				if !a.Presigned || a.Token != token || a.Expires == 0 {
					t.Errorf("read %+v", a)
				}
				if err := sigv4.NewVerifier(8).Verify(&a, suiteSecret, nil, noon.Add(14*time.Minute)); err != nil {
					t.Error(explain(err))
				}
			})
		}
	}
}

// A body that comes with a presigned request of a service other than S3 is
// hashed, and was not when it was signed.
func TestPresignedRequestTakesNoOtherBody(t *testing.T) {
	r := presignURL("POST", "http://localhost/?Action=GetCallerIdentity&Version=2011-06-15", "sts", emptyHash, credentials(""))
	if err := check(r, suiteSecret, "Action=DeleteUser", noon); kindOf(err) != sigv4.Mismatch {
		t.Errorf("got %v, want a mismatch", err)
	}
}
