package iam

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/wire"
)

// The refusals of IAM in AWS's words. Where no AWS page or quoted answer gives
// them, the comment says so. Tests name the source of each.

func refuse(status int, code, format string, args ...any) error {
	return &wire.Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

func noSuchEntity(format string, args ...any) error {
	return refuse(http.StatusNotFound, "NoSuchEntity", format, args...)
}

func alreadyExists(format string, args ...any) error {
	return refuse(http.StatusConflict, "EntityAlreadyExists", format, args...)
}

func deleteConflict(rest string) error {
	return refuse(http.StatusConflict, "DeleteConflict", "Cannot delete entity, must %s first.", rest)
}

func invalidInput(format string, args ...any) error {
	return refuse(http.StatusBadRequest, "InvalidInput", format, args...)
}

func validationError(format string, args ...any) error {
	return refuse(http.StatusBadRequest, "ValidationError", format, args...)
}

func overQuota(c *service.Call, q quota) error {
	return refuse(http.StatusConflict, "LimitExceeded", "Cannot exceed quota for %s: %d", string(q), q.limit(c))
}

func noSuchUser(name string) error {
	return noSuchEntity("The user with name %s cannot be found.", name)
}

func noSuchGroup(name string) error {
	return noSuchEntity("The group with name %s cannot be found.", name)
}

func noSuchRole(name string) error {
	return noSuchEntity("The role with name %s cannot be found.", name)
}

func noSuchAccessKey(id string) error {
	return noSuchEntity("The Access Key with id %s cannot be found.", id)
}

func userExists(name string) error {
	return alreadyExists("User with name %s already exists.", name)
}

func groupExists(name string) error {
	return alreadyExists("Group with name %s already exists.", name)
}

func roleExists(name string) error {
	return alreadyExists("Role with name %s already exists.", name)
}

func aliasExists(alias string) error {
	return alreadyExists("The account alias %s already exists.", alias)
}

// noSuchAlias has words of our own: AWS documents only the code.
func noSuchAlias(alias string) error {
	return noSuchEntity("The account alias %s cannot be found.", alias)
}

// noSuchBoundary refuses a permissions boundary that is no managed policy of
// the account or of AWS.
func noSuchBoundary(arn string) error {
	return noSuchEntity("Scope ARN: %s does not exist or is not attachable.", arn)
}

func mustDeleteAccessKeys() error { return deleteConflict("delete access keys") }
func mustDeletePolicies() error   { return deleteConflict("delete policies") }
func mustDetachPolicies() error   { return deleteConflict("detach all policies") }
func mustRemoveMembers() error    { return deleteConflict("remove users from group") }

func mustNameUser() error {
	return validationError("Must specify userName when calling with non-User credentials")
}

func duplicateTags() error {
	return invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
}

// reservedTag has words of our own: AWS documents only that the prefix is its.
func reservedTag() error {
	return invalidInput("Tag keys and values that begin with aws: are reserved for system use.")
}

// reservedRolePath is quoted for service-linked roles in
// tilfin/aws-iam-policy-tool#9. Else it has words of our own.
func reservedRolePath(path string) error {
	if strings.HasPrefix(path, linkedPath) {
		return invalidInput("Path prefix '%s' can only be used for AWS Service linked Roles", linkedPath)
	}
	return invalidInput("The path %s is reserved for roles that AWS creates.", path)
}

// notYourAccessKey refuses a key that the account does not have, to an
// administrator too. AWS's words lack the colon that its other denials have.
func notYourAccessKey(caller, id string) error {
	return refuse(http.StatusForbidden, "AccessDenied",
		"User: %s is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key %s", caller, id)
}

// badMarker has words of our own: AWS documents only that a marker is taken
// from an earlier answer.
func badMarker() error { return validationError("Invalid Marker.") }
