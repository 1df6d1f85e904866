// Package sdk has AWS's SDKs each lead the same life against a server: create
// a user, a policy and a role, be denied, be allowed, assume the role, and
// clean up.
//
// And each gets credentials through IAM Identity Center, from profiles of either
// form and a cache as "aws sso login" leaves it, with a token to refresh; so do
// clients that register and sign in as granted and aws-vault do.
//
// The Python program needs boto3, the JavaScript one the packages that
// npm ci --prefix test/sdk installs; where they are missing the test is
// skipped with a word, and fails where CI is set.
package sdk
