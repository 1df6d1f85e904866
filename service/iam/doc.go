// Package iam is AWS Identity and Access Management: the operations that
// create, read, change and delete users, groups, roles and instance profiles,
// managed and inline policies, tags, all that a user proves itself with, and
// what an account has of its own.
//
// A handler reads like AWS's page of its operation: look up, refuse, act,
// answer. What it may assume was seen to at the door (package service): the
// input holds to the model's constraints, and the caller is allowed every Need
// that the operation's needs function names. Handlers that change something do
// so in one transaction, in which they look everything up again, so that two
// requests at once come out as one after the other.
//
// The words of every error stand in errors.go and the other files that end so,
// the quotas in quotas.go, the paging of lists in page.go, the resources of
// operations in needs.go.
package iam
