package sigv4_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/sigv4"
)

// The credentials of AWS's published examples. They open nothing.
const (
	suiteSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	s3Secret    = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	emptyHash   = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

// published are requests whose signatures AWS printed. The first two are from
// https://docs.aws.amazon.com/general/latest/gr/signature-v4-test-suite.html
// and sigv4-signed-request-examples.html (AKIDEXAMPLE), the others from
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
// and sigv4-query-string-auth.html (AKIAIOSFODNN7EXAMPLE).
var published = []struct {
	name    string
	method  string
	url     string
	headers []string
	body    string
	secret  string
	at      string
}{
	{
		name: "the test suite's get-vanilla", method: "GET", url: "http://example.amazonaws.com/",
		headers: []string{
			"X-Amz-Date: 20150830T123600Z",
			"Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, " +
				"Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
		},
		secret: suiteSecret, at: "20150830T123600Z",
	},
	{
		name: "the user guide's ListUsers", method: "GET", url: "http://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
		headers: []string{
			"Content-Type: application/x-www-form-urlencoded; charset=utf-8",
			"X-Amz-Date: 20150830T123600Z",
			"Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, " +
				"Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
		},
		secret: suiteSecret, at: "20150830T123600Z",
	},
	{
		name: "S3's GET Object with a Range", method: "GET", url: "http://examplebucket.s3.amazonaws.com/test.txt",
		headers: []string{
			"Range: bytes=0-9", "X-Amz-Content-Sha256: " + emptyHash, "X-Amz-Date: 20130524T000000Z",
			"Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date," +
				"Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
		},
		secret: s3Secret, at: "20130524T000000Z",
	},
	{
		name: "S3's PUT Object with a body and a dollar sign in its name", method: "PUT", url: "http://examplebucket.s3.amazonaws.com/test$file.text",
		headers: []string{
			"Date: Fri, 24 May 2013 00:00:00 GMT", "X-Amz-Date: 20130524T000000Z", "X-Amz-Storage-Class: REDUCED_REDUNDANCY",
			"X-Amz-Content-Sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
			"Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class," +
				"Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
		},
		body: "Welcome to Amazon S3.", secret: s3Secret, at: "20130524T000000Z",
	},
	{
		name: "S3's GET Bucket Lifecycle, a parameter with no value", method: "GET", url: "http://examplebucket.s3.amazonaws.com/?lifecycle",
		headers: []string{
			"X-Amz-Content-Sha256: " + emptyHash, "X-Amz-Date: 20130524T000000Z",
			"Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date," +
				"Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
		},
		secret: s3Secret, at: "20130524T000000Z",
	},
	{
		name: "S3's presigned GET Object, a day long, near its end", method: "GET",
		url: "http://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
			"&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
		secret: s3Secret, at: "20130524T235959Z",
	},
}

func TestPublishedExamples(t *testing.T) {
	for _, tt := range published {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, tt.url, strings.NewReader(tt.body))
			for _, h := range tt.headers {
				name, value, _ := strings.Cut(h, ": ")
				r.Header.Set(name, value)
			}
			if err := check(r, tt.secret, tt.body, at(tt.at)); err != nil {
				t.Fatal(explain(err))
			}
			if err := check(r, tt.secret+"x", tt.body, at(tt.at)); kindOf(err) != sigv4.Mismatch {
				t.Errorf("another secret: %v, want a mismatch", err)
			}
		})
	}
}

// check parses and verifies with a Verifier of its own.
func check(r *http.Request, secret, body string, now time.Time) error {
	a, err := sigv4.Parse(r)
	if err != nil {
		return err
	}
	return sigv4.NewVerifier(8).Verify(&a, secret, []byte(body), now)
}

func kindOf(err error) sigv4.Kind {
	var e *sigv4.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Kind
}

// explain shows what a refusal was computed over.
func explain(err error) string {
	var e *sigv4.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	return e.Error() + "\n" + e.CanonicalRequest
}

func at(s string) time.Time {
	t, err := time.Parse("20060102T150405Z", s)
	if err != nil {
		panic(err)
	}
	return t
}
