package organizations

import (
	"fmt"
	"net/http"

	"github.com/rolecall-iam/rolecall/wire"
)

// The refusals of Organizations, in the words of the API's pages where no
// quoted answer gives others.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/CommonErrors.html
// and the Errors section of each operation's page.

func refuse(code, format string, args ...any) error {
	return &wire.Error{Status: http.StatusBadRequest, Code: code, Message: fmt.Sprintf(format, args...)}
}

func because(code, reason, format string, args ...any) error {
	return &wire.Error{Status: http.StatusBadRequest, Code: code, Message: fmt.Sprintf(format, args...), Fields: map[string]any{"Reason": reason}}
}

func notInUse() error {
	return refuse("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
}

func notYours() error {
	return refuse("AccessDeniedException", "You don't have permissions to access this resource.")
}

func alreadyIn() error {
	return refuse("AlreadyInOrganizationException", "The AWS account is already a member of an organization.")
}

func notEmpty() error {
	return refuse("OrganizationNotEmptyException", "To delete an organization you must first remove all member accounts (except the master).")
}

func unitNotEmpty() error {
	return refuse("OrganizationalUnitNotEmptyException", "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.")
}

// missing says that something does not exist, such as "account".
func missing(code, what string) error {
	return refuse(code, "You specified %s that doesn't exist.", what)
}

func noAccount() error { return missing("AccountNotFoundException", "an account") }
func noUnit() error {
	return missing("OrganizationalUnitNotFoundException", "an organizational unit")
}
func noParent() error    { return missing("ParentNotFoundException", "a parent") }
func noChild() error     { return missing("ChildNotFoundException", "a child") }
func noRoot() error      { return missing("RootNotFoundException", "a root") }
func noPolicy() error    { return missing("PolicyNotFoundException", "a policy") }
func noTarget() error    { return missing("TargetNotFoundException", "a target") }
func noHandshake() error { return missing("HandshakeNotFoundException", "a handshake") }

func duplicateUnit() error {
	return refuse("DuplicateOrganizationalUnitException", "An OU with the same name already exists.")
}

func duplicatePolicy() error {
	return refuse("DuplicatePolicyException", "A policy with the same name already exists.")
}

func typeNotEnabled() error {
	return refuse("PolicyTypeNotEnabledException", "This operation can be performed only for enabled policy types.")
}

func typeNotAvailable() error {
	return refuse("PolicyTypeNotAvailableForOrganizationException", "You can't use the specified policy type with the feature set currently enabled for this organization.")
}

func malformedPolicy(why string) error {
	if why == "" {
		why = "The provided policy document does not meet the requirements of the specified policy type."
	}
	return refuse("MalformedPolicyDocumentException", "%s", why)
}

func constraint(reason, text string) error {
	return because("ConstraintViolationException", reason, "%s", text)
}

func invalid(reason, text string) error {
	return because("InvalidInputException", reason, "%s", text)
}

func badToken() error {
	return invalid("INVALID_NEXT_TOKEN", "You specified an invalid value for NextToken.")
}

// noSuchEffective is the model's own words.
func noSuchEffective() error {
	return refuse("EffectivePolicyNotFoundException", "If you ran this action on the management account, this policy type is not enabled. "+
		"If you ran the action on a member account, the account doesn't have an effective policy of this type.")
}
