package accessanalyzer

import (
	"fmt"
	"net/http"
	"strings"

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

// badParameter is how the custom policy checks refuse what the model lets pass.
func badParameter(format string, args ...any) error {
	return &wire.Error{Status: http.StatusBadRequest, Code: "InvalidParameterException", Message: fmt.Sprintf(format, args...)}
}

func badPolicy(member string, err error) error {
	return badParameter("The policy document in %s is invalid: %s.", member, strings.TrimPrefix(err.Error(), "policy: "))
}

func longPolicy(member string, most int) error {
	return badParameter("The policy document in %s is longer than %d characters.", member, most)
}

func badAction(action string) error {
	return badParameter("The action %q in access is invalid.", action)
}

func badResource(resource string) error {
	return badParameter("The resource %q in access is invalid: it must be an ARN with wildcards in its last part only.", resource)
}

func noAccess() error {
	return badParameter("access must contain at least one action or resource.")
}

func badResourceType(name string) error {
	return badParameter("The resource type %q is not supported.", name)
}
