package wire

import (
	"errors"

	"github.com/rolecall-iam/rolecall/api"
)

// Error is an answer that refuses a request: AWS's code and words. Handlers
// return one for everything that the client is to know; every other error
// leaves as the protocol's internal failure, without a word of its text.
type Error struct {
	Code    string
	Message string
	Status  int  // 0: as the operation's model says, else 400
	Fault   bool // the service's fault: the error's type is Receiver, not Sender

	// Fields are further members of the error's document, such as Reason or
	// error_description. They go into JSON and, where they are strings, XML.
	Fields map[string]any
}

// Error gives code and message.
func (e *Error) Error() string {
	if e.Message == "" {
		return e.Code
	}
	return e.Code + ": " + e.Message
}

// kind is the type of an error in awsQuery.
func (e *Error) kind() string {
	if e.Fault || e.Status >= 500 {
		return "Receiver"
	}
	return "Sender"
}

// NotImplemented is the answer for an operation without a handler: 501 in the
// service's own protocol. AWS's SDKs repeat a 500, 502, 503 or 504, Terraform
// for minutes, but not a 501.
func NotImplemented(op *api.Operation) *Error {
	return &Error{Code: "NotImplemented", Status: 501, Fault: true,
		Message: "rolecall does not serve " + op.Service.ID + " " + op.Name + "."}
}

// AsError is the Error that err, which a handler returned, leaves as: with its
// status filled in from the model.
func AsError(op *api.Operation, err error) *Error {
	var known *Error
	if !errors.As(err, &known) {
		return internal(op)
	}
	if known.Status != 0 {
		return known
	}
	filled := *known
	filled.Status = statusOf(op, &filled)
	return &filled
}

// commonStatus are errors of every service that no model lists
// (https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html).
var commonStatus = map[string]int{
	"AccessDenied": 403, "AccessDeniedException": 403,
	"InvalidClientTokenId": 403, "UnrecognizedClientException": 400,
	"SignatureDoesNotMatch": 403, "MissingAuthenticationToken": 403, "MissingAuthenticationTokenException": 403,
	"ExpiredToken": 403, "InvalidAccessKeyId": 403, "OptInRequired": 403,
	"NoSuchEntity": 404, "NoSuchBucket": 404, "NoSuchKey": 404,
	"Throttling": 400, "ThrottlingException": 400,
	"ServiceUnavailable": 503, "ServiceFailure": 500, "InternalFailure": 500, "InternalError": 500,
	"NotImplemented": 501, "MethodNotAllowed": 405, "RequestEntityTooLarge": 413,
}

func statusOf(op *api.Operation, e *Error) int {
	if op != nil {
		for _, f := range op.Errors {
			if f.Code == e.Code || f.Name == e.Code {
				return f.Status
			}
		}
	}
	if status := commonStatus[e.Code]; status != 0 {
		return status
	}
	if e.Fault {
		return 500
	}
	return 400
}

// internal is what is said when something went wrong that the client cannot
// know of, by the code that the service's model or protocol has for it.
func internal(op *api.Operation) *Error {
	e := &Error{Code: "InternalFailure", Status: 500, Fault: true,
		Message: "The request processing has failed because of an unknown error, exception or failure."}
	if op == nil {
		return e
	}
	switch op.Service.Protocol {
	case api.RestXML:
		e.Code, e.Message = "InternalError", "We encountered an internal error. Please try again."
		return e
	case api.Query, api.JSON10, api.JSON11, api.RestJSON:
		for _, f := range op.Errors {
			if f.Status >= 500 && f.Status != 503 {
				e.Code = f.Code
				break
			}
		}
	}
	return e
}

func malformedInput(message string) *Error {
	return &Error{Code: "MalformedInput", Status: 400, Message: message}
}

func malformedQueryString() *Error {
	return &Error{Code: "MalformedQueryString", Status: 400, Message: "The query string contains a syntax error."}
}

func notText() *Error {
	return malformedInput("The request has bytes that are not text in UTF-8.")
}
