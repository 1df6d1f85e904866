package iam

import "net/http"

// The refusals that concern MFA devices. "Recorded" means an answer of AWS
// that LocalStack's tests keep in tests/aws/services/iam/test_iam_mfa.snapshot.json.

// noSuchDevice is recorded for deleting and deactivating.
func noSuchDevice(serial string) error {
	return noSuchEntity("MFA Device with serial number %s does not exist.", serial)
}

// deviceExists is recorded.
func deviceExists() error { return alreadyExists("MFA device already exists.") }

// deviceTaken is recorded.
func deviceTaken() error { return alreadyExists("MFA Device is already in use.") }

// deviceInUse is quoted in hashicorp/terraform-provider-aws#32462.
func deviceInUse() error {
	return refuse(http.StatusConflict, "DeleteConflict", "MFA VirtualDevice in use. Must deactivate first")
}

// mustDeleteDevice is quoted in rebuy-de/aws-nuke#281.
func mustDeleteDevice() error { return deleteConflict("delete MFA device") }

// badCodes is what AWS's console shows, and quoted widely; the status is the
// model's.
func badCodes() error {
	return refuse(http.StatusForbidden, "InvalidAuthenticationCode", "Authentication code for device is not valid.")
}

// longDeviceName is worded as the limits that the model knows.
func longDeviceName() error {
	return validationError("1 validation error detected: Value at 'virtualMFADeviceName' failed to satisfy constraint: "+
		"Member must have length less than or equal to %d", maxDeviceName)
}

// tooManyTags is recorded for OpenID Connect providers (test_iam_oidc).
func tooManyTags() error {
	return refuse(http.StatusConflict, "LimitExceeded", "The number of tags has reached the maximum limit.")
}
