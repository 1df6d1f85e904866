package sigv4_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authn/sigv4"
)

func TestMismatchShowsWhatWasSignedWhereAWSDoes(t *testing.T) {
	token := credentials("a/session+token==")
	for _, tt := range []struct {
		service string
		shown   bool
	}{
		{"iam", true},  // github.com/aws/aws-sdk-js/issues/2372
		{"sts", false}, // github.com/aws/aws-cli/issues/5447
		{"s3", false},  // elements of their own in S3's error document
	} {
		r := sign("GET", "http://localhost/", "", tt.service, token, noon, "X-Amz-Content-Sha256: "+emptyHash)
		var e *sigv4.Error
		if err := check(r, "another secret", "", noon); !errors.As(err, &e) {
			t.Fatal(err)
		}
		if strings.Contains(e.Message, "The Canonical String for this request should have been\n'GET\n/\n") != tt.shown {
			t.Errorf("%s: %s", tt.service, e.Message)
		}
		if !strings.Contains(e.CanonicalRequest, "\nx-amz-security-token:***\n") || strings.Contains(e.Error(), token.SessionToken) {
			t.Errorf("%s: the token is shown: %s", tt.service, e.CanonicalRequest)
		}
		if !strings.HasPrefix(e.StringToSign, "AWS4-HMAC-SHA256\n20261121T120000Z\n20261121/us-east-1/"+tt.service+"/aws4_request\n") {
			t.Errorf("%s: %s", tt.service, e.StringToSign)
		}
	}
}

// The token in the query of a presigned request is hidden in its encoded form.
func TestMismatchHidesTokenOfPresignedRequest(t *testing.T) {
	r := presignURL("GET", "http://localhost/", "iam", emptyHash, credentials("a/session+token=="))
	var e *sigv4.Error
	if err := check(r, "another secret", "", noon); !errors.As(err, &e) {
		t.Fatal(err)
	}
	if strings.Contains(e.Message, "session%2Btoken") || !strings.Contains(e.Message, "X-Amz-Security-Token=***&") {
		t.Error(e.Message)
	}
}

func TestPayloads(t *testing.T) {
	const other = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" // of "hello"
	for _, tt := range []struct {
		name, service, claim, body string
		payload                    sigv4.Payload
		want                       sigv4.Kind
	}{
		{"IAM hashes the body that arrived", "iam", "", "hello", sigv4.PayloadHash, sigv4.Mismatch},
		{"IAM takes no unsigned body", "iam", "UNSIGNED-PAYLOAD", "hello", sigv4.PayloadUnsigned, sigv4.Mismatch},
		{"IAM takes no chunked body", "iam", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "hello", sigv4.PayloadStream, sigv4.Streaming},
		{"S3 takes an unsigned body", "s3", "UNSIGNED-PAYLOAD", "anything", sigv4.PayloadUnsigned, 0},
		{"S3 holds the body to its hash", "s3", other, "hello!", sigv4.PayloadHash, sigv4.PayloadMismatch},
		{"S3 refuses chunked bodies by name", "s3", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "hello", sigv4.PayloadStream, sigv4.Streaming},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var headers []string
			if tt.claim != "" {
				headers = append(headers, "X-Amz-Content-Sha256: "+tt.claim)
			}
			r := sign("PUT", "http://localhost/b/k", "", tt.service, credentials(""), noon, headers...)
			a, err := sigv4.Parse(r)
			if err != nil || a.Payload != tt.payload {
				t.Fatalf("payload %d, %v", a.Payload, err)
			}
			if got := kindOf(check(r, suiteSecret, tt.body, noon)); got != tt.want {
				t.Errorf("kind %d, want %d", got, tt.want)
			}
		})
	}
}

// VerifyHead checks what can be checked before a body of S3 is read.
func TestVerifyHeadIsForS3(t *testing.T) {
	v := sigv4.NewVerifier(4)
	for _, tt := range []struct {
		service, claim string
		want           sigv4.Kind
	}{
		{"s3", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", 0},
		{"s3", emptyHash, 0},
		{"s3", "UNSIGNED-PAYLOAD", 0},
		{"iam", emptyHash, sigv4.Mismatch},
	} {
		r := sign("PUT", "http://localhost/b/k", "", tt.service, credentials(""), noon, "X-Amz-Content-Sha256: "+tt.claim)
		a, err := sigv4.Parse(r)
		if err != nil {
			t.Fatal(err)
		}
		if got := kindOf(v.VerifyHead(&a, suiteSecret, noon)); got != tt.want {
			t.Errorf("%s %s: kind %d, want %d", tt.service, tt.claim, got, tt.want)
		}
	}
}

func TestEmptySecretIsNoSecret(t *testing.T) {
	r := sign("GET", "http://localhost/", "", "iam", credentials(""), noon)
	if got := kindOf(check(r, "", "", noon)); got != sigv4.UnknownKey {
		t.Errorf("kind %d", got)
	}
}

// In words each refusal as the family of services that was called does.
//
// Sources: STS CommonErrors, S3 ErrorResponses; the Exception codes as
// DynamoDB answers them (400) and API Gateway does (403).
func TestFamiliesHaveTheirOwnCodes(t *testing.T) {
	for _, tt := range []struct {
		kind    sigv4.Kind
		flavour sigv4.Flavour
		code    string
		status  int
		message string
	}{
		{sigv4.MissingAuthentication, sigv4.Query, "MissingAuthenticationToken", 403, "Request is missing Authentication Token"},
		{sigv4.MissingAuthentication, sigv4.JSON, "MissingAuthenticationTokenException", 400, "Request is missing Authentication Token"},
		{sigv4.UnknownKey, sigv4.Query, "InvalidClientTokenId", 403, "The security token included in the request is invalid."},
		{sigv4.UnknownKey, sigv4.JSON, "UnrecognizedClientException", 400, "The security token included in the request is invalid."},
		{sigv4.UnknownKey, sigv4.RESTJSON, "UnrecognizedClientException", 403, "The security token included in the request is invalid."},
		{sigv4.UnknownKey, sigv4.S3, "InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."},
		{sigv4.TokenExpired, sigv4.Query, "ExpiredToken", 403, "The security token included in the request is expired"},
		{sigv4.TokenExpired, sigv4.RESTJSON, "ExpiredTokenException", 403, "The security token included in the request is expired"},
		{sigv4.TokenExpired, sigv4.S3, "ExpiredToken", 400, "The provided token has expired."},
		{sigv4.Expired, sigv4.S3, "RequestTimeTooSkewed", 403, "The difference between the request time and the current time is too large."},
		{sigv4.PresignExpired, sigv4.S3, "AccessDenied", 403, "Request has expired"},
		{sigv4.Incomplete, sigv4.JSON, "IncompleteSignatureException", 400, "The request signature does not conform to AWS standards."},
		{sigv4.Mismatch, sigv4.JSON, "InvalidSignatureException", 400, sigv4.NewError(sigv4.Mismatch).Message},
		{sigv4.PayloadMismatch, sigv4.S3, "XAmzContentSHA256Mismatch", 400, "The provided 'x-amz-content-sha256' header does not match what was computed."},
	} {
		e := sigv4.NewError(tt.kind).In(tt.flavour)
		if e.Code != tt.code || e.Status != tt.status || e.Message != tt.message {
			t.Errorf("kind %d, flavour %d: %s %d %s", tt.kind, tt.flavour, e.Code, e.Status, e.Message)
		}
	}
	if e := sigv4.WrongService("iam"); e.Code != "SignatureDoesNotMatch" || e.Message != "Credential should be scoped to correct service: 'iam'. " {
		t.Error(e)
	}
	if e := sigv4.NewError(sigv4.Mismatch); e.In(99) != e || e.In(0).Code != e.Code {
		t.Error("a flavour that is none changes the error")
	}
}

// Every kind has a code and a status in every family, and they are refusals.
func TestEveryKindIsWorded(t *testing.T) {
	for kind := sigv4.MissingAuthentication; kind <= sigv4.Streaming; kind++ {
		for flavour := sigv4.Query; flavour <= sigv4.S3; flavour++ {
			if e := sigv4.NewError(kind).In(flavour); e.Code == "" || e.Status < 400 {
				t.Errorf("kind %d in flavour %d: %+v", kind, flavour, e)
			}
		}
	}
}
