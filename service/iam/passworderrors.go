package iam

import (
	"fmt"
	"net/http"

	"github.com/rolecall-iam/rolecall/arn"
)

// The refusals that concern passwords.

// noPasswordPolicy is recorded (test_get_account_password_policy_not_found).
func noPasswordPolicy(account arn.AccountID) error {
	return noSuchEntity("The Password Policy with domain name %s cannot be found.", account)
}

// noPasswordPolicyToDelete is recorded
// (test_delete_account_password_policy_not_found).
func noPasswordPolicyToDelete() error {
	return noSuchEntity("The account policy with name PasswordPolicy cannot be found.")
}

// noSuchLogin is recorded (test_login_profile_errors), with a large U.
func noSuchLogin(user string) error {
	return noSuchEntity("Login Profile for User %s cannot be found.", user)
}

// loginExists is recorded (test_login_profile_errors), with a small u.
func loginExists(user string) error {
	return alreadyExists("Login Profile for user %s already exists.", user)
}

func mustDeleteLogin() error { return deleteConflict("delete login profile") }

func weakPassword(why string) error {
	return refuse(http.StatusBadRequest, "PasswordPolicyViolation", "%s", why)
}

// tooShort is quoted by several who met it when they made a first user.
func tooShort(length int) string {
	return fmt.Sprintf("Password should have a minimum length of %d", length)
}

func lacks(kind string) string { return "Password should have at least one " + kind }

// tooFewKinds is quoted in redhat-cop/agnosticd#6594.
func tooFewKinds(more int, missing string) error {
	return weakPassword(fmt.Sprintf("Password should meet %d more of the following requirements: %s", more, missing))
}

// accountPassword has words of our own.
func accountPassword() error {
	return weakPassword("Password should not be the name or the email address of the account")
}

// usedPassword has the words that other services modelled on IAM quote.
func usedPassword() error {
	return weakPassword("Policy constraint violation with password reuse prevention during password change.")
}

// wrongPassword has words of our own: the model names no code for it.
func wrongPassword() error {
	return refuse(http.StatusForbidden, "AccessDenied", "The old password is incorrect.")
}

// notAUser has words of our own; the code is the model's.
func notAUser() error {
	return refuse(http.StatusBadRequest, "InvalidUserType", "Only IAM users can change their own password.")
}

// passwordMissing refuses to make a login profile without a password: only a
// session of AssumeRoot may leave it out.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html
func passwordMissing() error {
	return validationError("The request must contain the parameter Password.")
}
