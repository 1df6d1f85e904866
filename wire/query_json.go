package wire

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/rolecall-iam/rolecall/api"
)

// wantsJSON says whether an awsQuery client asks for JSON. AWS then answers so:
// aws-iam-authenticator reads GetCallerIdentity that way.
func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(r.Header.Get("Accept"))), "application/json")
}

// appendQueryJSON writes an awsQuery answer as JSON: the elements of the XML
// are the members of the object.
func appendQueryJSON(dst []byte, op *api.Operation, p *plan, v reflect.Value, requestID string) (_ []byte, err error) {
	dst = append(append(append(dst, `{"`...), op.Name...), `Response":{`...)
	if op.Wrapper != "" {
		dst = append(append(append(dst, '"'), op.Wrapper...), `":`...)
		if dst, err = appendJSONStructure(dst, p, v); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
	}
	dst = appendJSONString(append(dst, `"ResponseMetadata":{"RequestId":`...), requestID)
	return append(dst, "}}}"...), nil
}

// appendQueryJSONError writes an awsQuery error as JSON.
func appendQueryJSONError(dst []byte, e *Error, requestID string) []byte {
	dst = appendJSONString(append(dst, `{"Error":{"Code":`...), e.Code)
	dst = appendJSONString(append(dst, `,"Message":`...), e.Message)
	dst = appendJSONString(append(dst, `,"Type":`...), e.kind())
	dst = appendJSONString(append(dst, `},"RequestId":`...), requestID)
	return append(dst, '}')
}
