package accessanalyzer

import (
	"net/http"

	"github.com/rolecall-iam/rolecall/wire"
)

// The refusals of the service. Where no quoted answer of AWS's gives the words,
// they are ours.
//
// Source: the Errors section of each operation's page in
// https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Operations.html

// invalid refuses the value of one member.
func invalid(member, message string) error {
	return &wire.Error{Status: http.StatusBadRequest, Code: "ValidationException", Message: message, Fields: map[string]any{
		"reason":    "fieldValidationFailed",
		"fieldList": []map[string]any{{"name": member, "message": message}},
	}}
}

// badToken refuses a token that is not of this list.
func badToken() error { return invalid("nextToken", "Invalid nextToken.") }
