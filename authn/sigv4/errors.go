package sigv4

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
)

// Kind tells why a request was not let in.
type Kind uint8

// The kinds of refusal. The zero Kind is none of them.
const (
	_                     Kind = iota
	MissingAuthentication      // no signature of this kind at all
	Incomplete                 // a signature that cannot be read
	BadQuery                   // a query string that cannot be read
	BadPresign                 // presigning parameters that cannot be
	UnknownKey                 // nobody has this access key or session token
	Mismatch                   // the signature is another
	Expired                    // signed too long ago, or too far ahead
	PresignExpired             // a presigned request beyond its life
	Unsigned                   // something that must be signed is not
	WrongScope                 // made for another date, region or service
	TokenExpired               // the temporary credentials are over
	PayloadMismatch            // the body is not the one that was hashed
	Streaming                  // a body signed chunk by chunk
	kinds
)

// Flavour is the family of services that words an error.
type Flavour uint8

// The families. The zero Flavour is none of them.
const (
	_        Flavour = iota
	Query            // awsQuery and ec2Query: IAM, STS
	JSON             // awsJson: Organizations, Cognito, IAM Identity Center
	RESTJSON         // restJson: EKS, SSO portal
	S3               // restXml as S3 speaks it
)

// Error is a refusal as the client sees it. Parse and Verify word it for
// Query services; In words it for another family.
type Error struct {
	Kind    Kind
	Code    string
	Message string
	Status  int

	// CanonicalRequest and StringToSign are what a Mismatch was computed
	// over, with the session token blotted out; empty for every other kind.
	CanonicalRequest, StringToSign string
}

// Error is the code and the message, as in "SignatureDoesNotMatch: ...".
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// NewError is the refusal of a kind in its standard words, for what the
// caller finds out: UnknownKey, TokenExpired, MissingAuthentication.
func NewError(kind Kind) *Error {
	a := answers[Query][kind]
	return &Error{Kind: kind, Code: a.code, Status: a.status, Message: a.message}
}

// WrongService is the refusal of a request that was signed for another
// service than the one that answers at this address.
func WrongService(want string) *Error {
	return refuse(WrongScope, "Credential should be scoped to correct service: '"+want+"'. ")
}

// In words e for a family of services: its code, its status and, where that
// family says it differently, its message.
func (e *Error) In(f Flavour) *Error {
	if int(f) >= len(answers) || e.Kind >= kinds || answers[f][e.Kind].code == "" {
		return e
	}
	a, out := answers[f][e.Kind], *e
	out.Code, out.Status = a.code, a.status
	if f == S3 && a.message != "" {
		out.Message = a.message
	}
	return &out
}

// refuse is the refusal of a kind in words of its own.
func refuse(kind Kind, message string) *Error {
	e := NewError(kind)
	e.Message = message
	return e
}

// answer is the code, status and standard words of one kind in one family.
// The words of Query hold for JSON and RESTJSON too; S3 has its own.
type answer struct {
	code    string
	status  int
	message string
}

const mismatchText = "The request signature we calculated does not match the signature you provided. " +
	"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."

// answers is the one place where AWS's words stand. An S3 line without words
// keeps those of the refusal.
//
// Sources: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; the
// Exception codes and their 400 are those of DynamoDB, Kinesis and SSM, the
// 403 of the REST services is API Gateway's and CloudFront KeyValueStore's
// (github.com/aws/aws-sdk-js/issues/254, aws-sdk-js-v3/issues/5576).
var answers = [...][kinds]answer{
	Query: {
		MissingAuthentication: {"MissingAuthenticationToken", 403, "Request is missing Authentication Token"},
		Incomplete:            {"IncompleteSignature", 400, "The request signature does not conform to AWS standards."},
		BadQuery:              {"MalformedQueryString", 404, "The query string contains a syntax error."},
		BadPresign:            {"IncompleteSignature", 400, ""},
		UnknownKey:            {"InvalidClientTokenId", 403, "The security token included in the request is invalid."},
		Mismatch:              {"SignatureDoesNotMatch", 403, mismatchText},
		Expired:               {"SignatureDoesNotMatch", 403, "Signature expired"},
		PresignExpired:        {"SignatureDoesNotMatch", 403, "Signature expired"},
		Unsigned:              {"SignatureDoesNotMatch", 403, ""},
		WrongScope:            {"SignatureDoesNotMatch", 403, ""},
		TokenExpired:          {"ExpiredToken", 403, "The security token included in the request is expired"},
		PayloadMismatch:       {"SignatureDoesNotMatch", 403, mismatchText},
		Streaming:             {"NotImplemented", 501, "A header you provided implies functionality that is not implemented."},
	},
	JSON:     exceptions(400),
	RESTJSON: exceptions(403),
	S3: {
		MissingAuthentication: {"AccessDenied", 403, "Access Denied"},
		Incomplete:            {"AuthorizationHeaderMalformed", 400, ""},
		BadQuery:              {"InvalidURI", 400, "Couldn't parse the specified URI."},
		BadPresign:            {"AuthorizationQueryParametersError", 400, ""},
		UnknownKey:            {"InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."},
		Mismatch: {"SignatureDoesNotMatch", 403, "The request signature we calculated does not match the signature " +
			"you provided. Check your key and signing method."},
		Expired:         {"RequestTimeTooSkewed", 403, "The difference between the request time and the current time is too large."},
		PresignExpired:  {"AccessDenied", 403, "Request has expired"},
		Unsigned:        {"AccessDenied", 403, "There were headers present in the request which were not signed"},
		WrongScope:      {"AuthorizationHeaderMalformed", 400, ""},
		TokenExpired:    {"ExpiredToken", 400, "The provided token has expired."},
		PayloadMismatch: {"XAmzContentSHA256Mismatch", 400, "The provided 'x-amz-content-sha256' header does not match what was computed."},
		Streaming:       {"NotImplemented", 501, "A header you provided implies functionality that is not implemented."},
	},
}

// exceptions is the table of the JSON families, which differ in status only.
func exceptions(status int) [kinds]answer {
	return [kinds]answer{
		MissingAuthentication: {code: "MissingAuthenticationTokenException", status: status},
		Incomplete:            {code: "IncompleteSignatureException", status: status},
		BadQuery:              {code: "IncompleteSignatureException", status: status},
		BadPresign:            {code: "IncompleteSignatureException", status: status},
		UnknownKey:            {code: "UnrecognizedClientException", status: status},
		Mismatch:              {code: "InvalidSignatureException", status: status},
		Expired:               {code: "InvalidSignatureException", status: status},
		PresignExpired:        {code: "InvalidSignatureException", status: status},
		Unsigned:              {code: "InvalidSignatureException", status: status},
		WrongScope:            {code: "InvalidSignatureException", status: status},
		TokenExpired:          {code: "ExpiredTokenException", status: status},
		PayloadMismatch:       {code: "InvalidSignatureException", status: status},
		Streaming:             {code: "NotImplemented", status: 501},
	}
}

// hashed stands for an Authorization header in a message. AWS shows its hash
// since a pasted header may hold a password or a bearer token.
func hashed(header string) string {
	sum := sha256.Sum256([]byte(header))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// shown is a piece of the client's input made fit for a message: short, and
// printable ASCII only.
func shown(s string) string {
	const limit = 128
	if len(s) > limit {
		s = s[:limit] + "..."
	}
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '?'
		}
		return c
	}, s)
}

// isoBasic is the one form of time that signatures use.
const isoBasic = "20060102T150405Z"

func tooOld(signed, now time.Time) *Error {
	return refuse(Expired, fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - 15 min.)",
		signed.Format(isoBasic), now.Add(-maxSkew).Format(isoBasic), now.Format(isoBasic)))
}

func tooNew(signed, now time.Time) *Error {
	return refuse(Expired, fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + 15 min.)",
		signed.Format(isoBasic), now.Add(maxSkew).Format(isoBasic), now.Format(isoBasic)))
}
