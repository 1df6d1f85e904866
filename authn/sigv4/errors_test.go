package sigv4_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/sigv4"
)

// scope is the credential scope of the requests below.
const scope = "AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request"

// header builds an Authorization header.
func header(credential, signed, signature string) string {
	return "AWS4-HMAC-SHA256 Credential=" + credential + ", SignedHeaders=" + signed + ", Signature=" + signature
}

// refusals are requests that Parse refuses, as lines of an HTTP request after
// "GET / HTTP/1.1\r\nHost: iam.amazonaws.com". The texts were seen on AWS:
// those of DynamoDB are noted in github.com/mhart/dynalite (index.js), the
// hashed header is API Gateway's and Lambda's of today, ':authority' is in
// github.com/aws/aws-sdk-php/issues/2469, the two dates in
// github.com/tedder/requests-aws4auth/issues/7.
var refusals = []struct {
	name    string
	target  string
	headers []string
	kind    sigv4.Kind
	want    string
}{
	{name: "no signature at all", kind: sigv4.MissingAuthentication, want: "Request is missing Authentication Token"},
	{name: "a password is not a signature", headers: []string{"Authorization: Basic c2VjcmV0OnNlY3JldA=="}, kind: sigv4.MissingAuthentication, want: "Request is missing Authentication Token"},
	{name: "another algorithm", headers: []string{"Authorization: AWS4-ECDSA-P256-SHA256 Credential=x"}, kind: sigv4.Incomplete, want: "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 for now). "},
	{name: "nothing behind the algorithm", headers: []string{"Authorization: AWS4-HMAC-SHA256"}, kind: sigv4.Incomplete,
		want: "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. " +
			"Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) Authorization=YI2YWea8FSxnksZL2ETHbs5elHm9HQufxTLK0W0ffV0="},
	{name: "no signed headers", headers: []string{"X-Amz-Date: 20150830T123600Z", "Authorization: AWS4-HMAC-SHA256 Credential=" + scope + ", Signature=aa"}, kind: sigv4.Incomplete, want: "Authorization header requires 'SignedHeaders' parameter. (Hashed"},
	{name: "a space in the key id", headers: []string{"X-Amz-Date: 20150830T123600Z", "Authorization: " + header("AKID EXAMPLE", "host", "aa")}, kind: sigv4.Incomplete,
		want: "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '"},
	{name: "a credential twice", headers: []string{"X-Amz-Date: 20150830T123600Z", "Authorization: " + header(scope, "host", "aa") + ", Credential=x"}, kind: sigv4.Incomplete, want: "Authorization header has more than one 'Credential' parameter."},
	{name: "a header of 64 KB", headers: []string{"Authorization: " + header(scope, strings.Repeat("a;", 32<<10), "aa")}, kind: sigv4.Incomplete, want: "Authorization header is too long."},
	{name: "two Authorization headers", headers: []string{"Authorization: " + header(scope, "host", "aa"), "Authorization: " + header(scope, "host", "aa")}, kind: sigv4.Incomplete, want: "Found more than one 'Authorization' HTTP header."},
	{name: "two dates", headers: []string{"X-Amz-Date: 20150830T123600Z", "X-Amz-Date: 20150830T123601Z", "Authorization: " + header(scope, "host", "aa")}, kind: sigv4.Incomplete, want: "Found more than one 'X-Amz-Date' HTTP header."},
	{name: "two session tokens", headers: []string{"X-Amz-Date: 20150830T123600Z", "X-Amz-Security-Token: a", "X-Amz-Security-Token: b", "Authorization: " + header(scope, "host", "aa")}, kind: sigv4.Incomplete, want: "Found more than one 'X-Amz-Security-Token' HTTP header."},
	{name: "header and query", target: "/?X-Amz-Algorithm=AWS4-HMAC-SHA256", headers: []string{"Authorization: " + header(scope, "host", "aa")}, kind: sigv4.Incomplete, want: "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."},
	{name: "no date", headers: []string{"Authorization: " + header(scope, "host", "aa")}, kind: sigv4.Incomplete, want: "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed"},
	{name: "a date in extended form", headers: []string{"X-Amz-Date: 2015-08-30T12:36:00Z", "Authorization: " + header(scope, "host;x-amz-date", "aa")}, kind: sigv4.Incomplete, want: "Date must be in ISO-8601 'basic format'. Got '2015-08-30T12:36:00Z'. See http://en.wikipedia.org/wiki/ISO_8601"},
	{name: "a day that does not exist", headers: []string{"X-Amz-Date: 20150231T123600Z", "Authorization: " + header(scope, "host;x-amz-date", "aa")}, kind: sigv4.Incomplete, want: "Date must be in ISO-8601 'basic format'. Got '20150231T123600Z'."},
	{name: "the host is not signed", headers: []string{"X-Amz-Date: 20150830T123600Z", "Authorization: " + header(scope, "x-amz-date", "aa")}, kind: sigv4.Unsigned, want: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."},
	{name: "one of AWS's headers is not signed", headers: []string{"X-Amz-Date: 20150830T123600Z", "X-Amz-Target: x", "Authorization: " + header(scope, "host;x-amz-date", "aa")}, kind: sigv4.Unsigned, want: "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization."},
	{name: "signed headers out of order", headers: []string{"X-Amz-Date: 20150830T123600Z", "Authorization: " + header(scope, "x-amz-date;host", "aa")}, kind: sigv4.Incomplete, want: "'SignedHeaders' must be"},
	{name: "a signed header twice", headers: []string{"X-Amz-Date: 20150830T123600Z", "Authorization: " + header(scope, "host;host;x-amz-date", "aa")}, kind: sigv4.Incomplete, want: "'SignedHeaders' must be"},
	{name: "four elements", headers: []string{"X-Amz-Date: 20150830T123600Z", "Authorization: " + header("20150830/us-east-1/iam/aws4_request", "host;x-amz-date", "aa")}, kind: sigv4.Incomplete, want: "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '***'"},
	{name: "secret and key id swapped: the secret is not repeated", headers: []string{"X-Amz-Date: 20150830T123600Z", "Authorization: " + header("wJalrXUtnFEMI/K7MDENG+bPxRfiCY/20150830/us-east-1/iam/aws4_request", "host;x-amz-date", "aa")}, kind: sigv4.Incomplete,
		want: "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '***/20150830/us-east-1/iam/aws4_request'"},
	{name: "everything wrong with the scope", headers: []string{"X-Amz-Date: 20150830T123600Z", "Authorization: " + header("AKID/20150829///aws5", "host;x-amz-date", "aa")}, kind: sigv4.WrongScope,
		want: "Credential should be scoped to a valid region. Credential should be scoped to correct service. Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'. " +
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != '20150830', from '20150830T123600Z'."},
	{name: "a key id of nothing", headers: []string{"X-Amz-Date: 20150830T123600Z", "Authorization: " + header("/20150830/us-east-1/iam/aws4_request", "host;x-amz-date", "aa")}, kind: sigv4.UnknownKey, want: "The security token included in the request is invalid."},
	{name: "a presigned request with only an algorithm", target: "/?X-Amz-Algorithm=AWS4-HMAC-SHA256", kind: sigv4.BadPresign,
		want: "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters."},
	{name: "a presigned parameter twice", target: presigned("iam", "&X-Amz-Date=20150830T123600Z"), kind: sigv4.BadPresign, want: "Found more than one 'X-Amz-Date' query-string param."},
	{name: "a presigned parameter twice, once encoded", target: presigned("iam", "&%58-Amz-Date=20150830T123600Z"), kind: sigv4.BadPresign, want: "Found more than one 'X-Amz-Date' query-string param."},
	{name: "a percent sign alone", target: presigned("iam", "&a%zz=b"), kind: sigv4.BadQuery, want: "The query string contains a syntax error."},
	{name: "a token in query and header", target: presigned("iam", "&X-Amz-Security-Token=a"), headers: []string{"X-Amz-Security-Token: b"}, kind: sigv4.Incomplete, want: "Found 'X-Amz-Security-Token' both as"},
	{name: "a life of words", target: presigned("iam", "&X-Amz-Expires=day"), kind: sigv4.BadPresign, want: "X-Amz-Expires should be a number"},
	{name: "a life below nothing", target: presigned("iam", "&X-Amz-Expires=-1"), kind: sigv4.BadPresign, want: "X-Amz-Expires must be non-negative"},
	{name: "a life of more than a week", target: presigned("s3", "&X-Amz-Expires=604801"), kind: sigv4.BadPresign, want: "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds"},
	{name: "S3 wants a life", target: presigned("s3", ""), kind: sigv4.BadPresign, want: "Query-string authentication version 4 requires the X-Amz-Algorithm"},
	{name: "S3 wants the payload's hash", headers: []string{"X-Amz-Date: 20150830T123600Z", "Authorization: " + header("AKID/20150830/us-east-1/s3/aws4_request", "host;x-amz-date", "aa")}, kind: sigv4.Incomplete, want: "Missing required header for this request: x-amz-content-sha256"},
	{name: "S3 wants a hash that is one", headers: []string{"X-Amz-Content-Sha256: zz", "X-Amz-Date: 20150830T123600Z", "Authorization: " + header("AKID/20150830/us-east-1/s3/aws4_request", "host;x-amz-content-sha256;x-amz-date", "aa")}, kind: sigv4.Incomplete, want: "x-amz-content-sha256 must be UNSIGNED-PAYLOAD"},
}

func presigned(service, more string) string {
	return "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2F" + service +
		"%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Signature=aa" + more
}

func TestParseRefusesInAWSsWords(t *testing.T) {
	for _, tt := range refusals {
		t.Run(tt.name, func(t *testing.T) {
			target := tt.target
			if target == "" {
				target = "/"
			}
			r := readRequest("GET " + target + " HTTP/1.1\r\nHost: iam.amazonaws.com\r\n" + strings.Join(append(tt.headers, ""), "\r\n") + "\r\n")
			_, err := sigv4.Parse(r)
			var e *sigv4.Error
			if !errors.As(err, &e) || e.Kind != tt.kind || !strings.HasPrefix(e.Message, tt.want) {
				t.Fatalf("got %v\nwant kind %d: %s", err, tt.kind, tt.want)
			}
			if strings.Contains(e.Error(), "wJalrXUtnFEMI") || strings.Contains(e.Error(), "c2VjcmV0") {
				t.Errorf("a secret is repeated: %v", e)
			}
		})
	}
}

// A name that no header has would make up, in the count, for an x-amz header
// that is not signed; so would one header named in two spellings.
func TestSignedHeadersMustExistInLowerCase(t *testing.T) {
	for _, signed := range []string{"accept;host;x-amz-date", "X-Amz-Date;host;x-amz-date", "host;x-amz-date;x-amz-nothing"} {
		r := readRequest("GET / HTTP/1.1\r\nHost: h\r\nX-Amz-Date: 20150830T123600Z\r\nX-Amz-Target: T\r\nAuthorization: " + header(scope, signed, "aa") + "\r\n\r\n")
		if signed == "accept;host;x-amz-date" {
			r.Header.Del("X-Amz-Target")
		}
		err := check(r, suiteSecret, "", at("20150830T123600Z"))
		if kindOf(err) != sigv4.Incomplete || !strings.Contains(err.Error(), "is named as a SignedHeader, but it does not exist in the HTTP request.") {
			t.Errorf("%s: got %v", signed, err)
		}
	}
}

func TestTimeOfSignature(t *testing.T) {
	form := sign("POST", "http://localhost/", assumeRole, "sts", credentials(""), noon)
	eks := presignURL("GET", "http://localhost/?Action=GetCallerIdentity&X-Amz-Expires=60", "sts", emptyHash, credentials(""))
	object := presignURL("GET", "http://localhost/b/k?X-Amz-Expires=3600", "s3", "UNSIGNED-PAYLOAD", credentials(""))
	for _, tt := range []struct {
		name    string
		request *http.Request
		body    string
		after   time.Duration
		want    string
	}{
		{"STS: 15 minutes later it is good", form, assumeRole, 15 * time.Minute, ""},
		{"STS: a second more and it is expired (aws-cli issue 6676)", form, assumeRole, 15*time.Minute + time.Second,
			"SignatureDoesNotMatch: Signature expired: 20261121T120000Z is now earlier than 20261121T120001Z (20261121T121501Z - 15 min.)"},
		{"STS: 15 minutes ahead it is good", form, assumeRole, -15 * time.Minute, ""},
		{"STS: a second more ahead and it is not yet current", form, assumeRole, -15*time.Minute - time.Second,
			"SignatureDoesNotMatch: Signature not yet current: 20261121T120000Z is still later than 20261121T115959Z (20261121T114459Z + 15 min.)"},
		{"presigned STS is good for 15 minutes, whatever it says (aws-iam-authenticator token.go)", eks, "", 15 * time.Minute, ""},
		{"presigned STS is over after 15 minutes", eks, "", 16 * time.Minute, "SignatureDoesNotMatch: Signature expired: 20261121T120000Z is now earlier than"},
		{"presigned S3 is good for as long as it says", object, "", time.Hour, ""},
		{"presigned S3 is over then (S3 API, sigv4-query-string-auth)", object, "", time.Hour + time.Second, "SignatureDoesNotMatch: Request has expired"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := check(tt.request, suiteSecret, tt.body, noon.Add(tt.after))
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want)) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
}

// An old client signs with the Date header alone.
func TestDateHeaderStandsInForXAmzDate(t *testing.T) {
	r := sign("GET", "http://localhost/", "", "iam", credentials(""), noon, "Date: Sat, 21 Nov 2026 12:00:00 GMT")
	a, err := sigv4.Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	// x-amz-date goes; Date, signed beside it, is left to say when it was.
	r.Header.Del("X-Amz-Date")
	r.Header.Set("Authorization", header("ASIAQAAAAAAAEXAMPLE1/20261121/us-east-1/iam/aws4_request", "date;host", strings.Repeat("a", 64)))
	if a, err = sigv4.Parse(r); err != nil || !a.Time.Equal(noon) {
		t.Fatalf("read %v, %v", a.Time, err)
	}
	err = sigv4.NewVerifier(1).Verify(&a, suiteSecret, nil, noon)
	var e *sigv4.Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.StringToSign, "AWS4-HMAC-SHA256\n20261121T120000Z\n20261121/") {
		t.Errorf("got %v", err)
	}
}
