// Package identitystore is AWS's Identity Store: the people who sign in through
// Identity Center, and their groups.
//
// A store belongs to the account that has the Identity Center instance. That
// account and the one that administers Identity Center for it may change what
// is in it; the other accounts of the organization may read (access.go). Users
// and groups that a provisioning client sends come by package scim; both hold
// them to the same constraints, those of package service.
//
// Every operation is decided on its store and on each user, group or membership
// that it names, as the service authorization reference has it.
package identitystore
