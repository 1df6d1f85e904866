package wire

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/api/s3"
	"github.com/rolecall-iam/rolecall/api/sso"
	"github.com/rolecall-iam/rolecall/api/ssooidc"
	"github.com/rolecall-iam/rolecall/api/sts"
)

const requestID = "c6104cbe-af31-11e0-8154-cbc7ccf896c7"

// Each protocol's error document, byte for byte.
func TestErrorDocuments(t *testing.T) {
	noSuch := &Error{Code: "NoSuchEntity", Message: "The role with name <x> cannot be found."}
	cause := fmt.Errorf("read role: %w", errors.New("disk secret"))
	for _, c := range []struct {
		rule   string
		op     *api.Operation
		err    error
		status int
		header string
		body   string
	}{
		{"awsQuery: the sender's error, its status from the model", iam.GetRole.Operation, noSuch, 404, "text/xml",
			`<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>NoSuchEntity</Code>` +
				`<Message>The role with name &lt;x&gt; cannot be found.</Message></Error><RequestId>` + requestID + `</RequestId></ErrorResponse>`},
		{"a wrapped error keeps its words", iam.GetRole.Operation, fmt.Errorf("get role: %w", noSuch), 404, "text/xml", ""},
		{"awsQuery: what went wrong inside is ServiceFailure, without its text", iam.GetRole.Operation, cause, 500, "text/xml",
			`<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Receiver</Type><Code>ServiceFailure</Code>` +
				`<Message>The request processing has failed because of an unknown error, exception or failure.</Message></Error><RequestId>` +
				requestID + `</RequestId></ErrorResponse>`},
		{"awsQuery: 403 for AccessDenied, which no model lists", sts.AssumeRole.Operation, &Error{Code: "AccessDenied"}, 403, "text/xml", ""},
		{"awsQuery: 501", sts.AssumeRoot.Operation, NotImplemented(sts.AssumeRoot.Operation), 501, "text/xml",
			`<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Receiver</Type><Code>NotImplemented</Code>` +
				`<Message>rolecall does not serve STS AssumeRoot.</Message></Error><RequestId>` + requestID + `</RequestId></ErrorResponse>`},
		{"awsQuery: InvalidAction is in a namespace of no service (ex-aws/ex_aws#177)", iam.GetRole.Operation,
			&Error{Code: "InvalidAction", Status: 400, Message: "m"}, 400, "text/xml",
			`<ErrorResponse xmlns="http://webservices.amazon.com/AWSFault/2005-15-09"><Error><Type>Sender</Type><Code>InvalidAction</Code>` +
				`<Message>m</Message></Error><RequestId>` + requestID + `</RequestId></ErrorResponse>`},
		{"awsJson1.1", organizations.DescribeAccount.Operation,
			&Error{Code: "ConstraintViolationException", Message: `say "no"`, Fields: map[string]any{"Reason": "ACCOUNT_NUMBER_LIMIT_EXCEEDED"}},
			400, "application/x-amz-json-1.1",
			`{"__type":"ConstraintViolationException","message":"say \"no\"","Reason":"ACCOUNT_NUMBER_LIMIT_EXCEEDED"}`},
		{"awsJson1.1: 501", organizations.ListRoots.Operation, NotImplemented(organizations.ListRoots.Operation), 501, "application/x-amz-json-1.1",
			`{"__type":"NotImplemented","message":"rolecall does not serve Organizations ListRoots."}`},
		{"awsJson1.1: what went wrong inside has the model's code", organizations.ListRoots.Operation, cause, 500, "application/x-amz-json-1.1",
			`{"__type":"ServiceException","message":"The request processing has failed because of an unknown error, exception or failure."}`},
		{"restJson1: the code is in the header alone", sso.GetRoleCredentials.Operation, &Error{Code: "UnauthorizedException", Message: "Session token not found or invalid"},
			401, "application/json", `{"message":"Session token not found or invalid"}`},
		{"restJson1: OAuth's own members", ssooidc.CreateToken.Operation,
			&Error{Code: "AuthorizationPendingException", Fields: map[string]any{"error": "authorization_pending", "error_description": "d"}},
			400, "application/json", `{"message":"","error":"authorization_pending","error_description":"d"}`},
		{"restXml", s3.GetObject.Operation, &Error{Code: "NoSuchKey", Message: "The specified key does not exist.", Fields: map[string]any{"Key": "a&b"}},
			404, "application/xml",
			xmlHeader + `<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>a&amp;b</Key>` +
				`<Resource>/books/a</Resource><RequestId>` + requestID + `</RequestId><HostId>` + requestID + `</HostId></Error>`},
		{"restXml: what went wrong inside", s3.GetObject.Operation, cause, 500, "application/xml",
			xmlHeader + `<Error><Code>InternalError</Code><Message>We encountered an internal error. Please try again.</Message>` +
				`<Resource>/books/a</Resource><RequestId>` + requestID + `</RequestId><HostId>` + requestID + `</HostId></Error>`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			w := httptest.NewRecorder()
			target := &Target{Service: c.op.Service, Operation: c.op, Protocol: c.op.Service.Protocol, path: "/books/a"}
			new(Codec).Refuse(w, target, c.err, requestID)
			if w.Code != c.status || w.Header().Get("Content-Type") != c.header {
				t.Errorf("%d %s", w.Code, w.Header().Get("Content-Type"))
			}
			if c.body != "" && w.Body.String() != c.body {
				t.Errorf("got  %s\nwant %s", w.Body, c.body)
			}
			if strings.Contains(w.Body.String(), "secret") {
				t.Error("the cause came out")
			}
			if id := w.Header().Get("X-Amzn-Requestid") + w.Header().Get("X-Amz-Request-Id"); id != requestID {
				t.Errorf("request id %q", id)
			}
		})
	}
}

// A JSON error names its code in the header that the SDKs read first.
func TestErrorTypeHeader(t *testing.T) {
	op := sso.ListAccounts.Operation
	w := httptest.NewRecorder()
	new(Codec).Refuse(w, &Target{Service: op.Service, Operation: op, Protocol: api.RestJSON}, &Error{Code: "UnauthorizedException"}, requestID)
	if got := w.Header().Get("X-Amzn-Errortype"); got != "UnauthorizedException" {
		t.Errorf("got %q", got)
	}
}

// HEAD has no body, also where it is refused.
func TestHeadHasNoBody(t *testing.T) {
	op := s3.HeadBucket.Operation
	w := httptest.NewRecorder()
	new(Codec).Refuse(w, &Target{Service: op.Service, Operation: op, Protocol: api.RestXML, head: true}, &Error{Code: "NoSuchBucket"}, requestID)
	if w.Code != 404 || w.Body.Len() != 0 {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

// Text that XML cannot carry does not break the document.
func TestIllegalCharactersInXML(t *testing.T) {
	got := string(appendEscaped(nil, "a\x00b\x1fc\xffd\uFFFEe\r\n<é😀"))
	if want := "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe&#xD;&#xA;&lt;é😀"; got != want {
		t.Errorf("got %q", got)
	}
}
