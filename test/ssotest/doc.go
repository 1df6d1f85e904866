// Package ssotest is a house with IAM Identity Center in it, for tests: an
// instance, a person, a permission set that is provisioned in an account, and a
// browser and a client that reach the portal and its APIs over HTTP.
package ssotest
