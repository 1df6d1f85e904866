// Package sdk has AWS's SDKs each lead the same life against a server: create
// a user, a policy and a role, be denied, be allowed, assume the role, and
// clean up.
//
// The Python program needs boto3, the JavaScript one the packages that
// npm ci --prefix test/sdk installs; where they are missing the test is
// skipped with a word, and fails where CI is set.
package sdk
