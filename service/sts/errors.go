package sts

import (
	"fmt"
	"net/http"

	"github.com/rolecall-iam/rolecall/wire"
)

func validation(message string) error {
	return &wire.Error{Code: "ValidationError", Status: http.StatusBadRequest, Message: message}
}

func invalidParameter(message string) error {
	return &wire.Error{Code: "InvalidParameterValue", Status: http.StatusBadRequest, Message: message}
}

func accessDenied(message string) error {
	return &wire.Error{Code: "AccessDenied", Status: http.StatusForbidden, Message: message}
}

// The texts of rules S1 to S10 of AWS's observable behaviour; each is quoted
// with its source in this package's tests.

func invalidARN(value string) error { return validation(value + " is invalid") }

func invalidAccessKey(id string) error {
	return validation(fmt.Sprintf("The access key ID %s is not valid.", id))
}

func beyondMaxSession() error {
	return validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
}

func beyondChainedHour() error {
	return validation("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
}

func duplicateTagKeys() error {
	return invalidParameter("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
}

func transitiveWithoutTag() error {
	return invalidParameter("The specified transitive tag key must be included in the requested tags.")
}

func transitiveConflict() error {
	return invalidParameter("One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.")
}

func reservedTagKey() error {
	return invalidParameter("Tag keys starting with 'aws:' are reserved for internal use.")
}

func tooManyPolicyARNs() error {
	return validation("The number of policies has exceeded the limit of 10.")
}

func sourceIdentityFixed() error {
	return accessDenied("The source identity cannot be changed once it is set in a session.")
}

func sourceIdentityReserved() error {
	return validation(`Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"`)
}

func providedContextRefused(provider string) error {
	return validation(provider + " is not a valid provider of contexts")
}

// contextAssertionRefused has words of our own.
func contextAssertionRefused() error {
	return validation("The context assertion is not one of the provider, or has expired")
}

// invalidMessage has words of our own: nobody quotes AWS's.
func invalidMessage() error {
	return &wire.Error{Code: "InvalidAuthorizationMessageException", Status: http.StatusBadRequest,
		Message: "The message is not valid, is not of this account, or has expired."}
}

func mfaIncomplete() error {
	return accessDenied("MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.")
}

func mfaWrongCode() error {
	return accessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code.")
}

func mfaUnknownDevice() error {
	return accessDenied("MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.")
}

// rootAssumesRoot has words of our own, after those of AssumeRole.
func rootAssumesRoot() error {
	return accessDenied("Root sessions may not be begun by root accounts.")
}

// notAuthorized is worded as the refusal of what is another account's (rule A6).
func notAuthorized(caller, action, resource string) error {
	return accessDenied("User: " + caller + " is not authorized to perform: " + action + " on resource: " + resource)
}

func sessionCredentials(operation string) error {
	return accessDenied("Cannot call " + operation + " with session credentials")
}

func tagsTooLarge(percent int) error {
	return packedTooLarge(fmt.Sprintf("Packed size of session tags consumes %d%% of allotted space.", percent))
}

func policyTooLarge(percent int) error {
	return packedTooLarge(fmt.Sprintf("Packed policy consumes %d%% of allotted space, please use smaller policy.", percent))
}

func sessionTooLarge() error { return packedTooLarge("Serialized token too large for session") }

func packedTooLarge(message string) error {
	return &wire.Error{Code: "PackedPolicyTooLarge", Status: http.StatusBadRequest, Message: message}
}
