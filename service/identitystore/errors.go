package identitystore

import (
	"errors"
	"net/http"

	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/wire"
)

// The refusals of the identity store. Where no quoted answer of AWS's gives the
// words, they are ours.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html and
// the Errors section of each operation's page

func refuse(code, message string, fields map[string]any) *wire.Error {
	return &wire.Error{Status: http.StatusBadRequest, Code: code, Message: message, Fields: fields}
}

// The types of resource that an error names.
const (
	userType       = "USER"
	groupType      = "GROUP"
	membershipType = "GROUP_MEMBERSHIP"
	storeType      = "IDENTITY_STORE"
)

func notFound(resourceType, id string) error {
	fields := map[string]any{"ResourceType": resourceType}
	if id != "" {
		fields["ResourceId"] = id
	}
	return refuse("ResourceNotFoundException", resourceType+" not found.", fields)
}

func notYours() error {
	return refuse("AccessDeniedException", "You do not have sufficient access to perform this action.", nil)
}

func invalid(message string) error { return refuse("ValidationException", message, nil) }

func noIdentifier() error { return invalid("AlternateIdentifier must have one member.") }

func conflict(message string) error {
	return refuse("ConflictException", message, map[string]any{"Reason": "UNIQUENESS_CONSTRAINT_VIOLATION"})
}

// wrong words what cannot be of a user or group.
func wrong(err error) error {
	var fault *service.PeopleFault
	switch {
	case !errors.As(err, &fault):
		return err
	case fault.Taken:
		return conflict("Duplicate " + fault.Attribute + ".")
	}
	return invalid(fault.Attribute + " " + fault.Why + ".")
}

// numbered adds the request's id, which the errors of this service have.
func numbered(err error, id string) error {
	var refusal *wire.Error
	if errors.As(err, &refusal) {
		fields := map[string]any{"RequestId": id}
		for name, value := range refusal.Fields {
			fields[name] = value
		}
		refusal.Fields = fields
	}
	return err
}
