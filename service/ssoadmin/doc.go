// Package ssoadmin is the administration of AWS IAM Identity Center: who of an
// identity store may do what in which account.
//
// An instance belongs to the account that manages an organization, or to an
// account that is in none, and is made at first use. Its permission sets say
// what may be done; an assignment gives one to a user or group in an account.
// With the first assignment the account gets a role for the permission set,
// which the access portal hands out (roles.go); with the last one the role
// goes. A permission set that changes reaches its roles when it is provisioned.
//
// What takes AWS a while is done here before the answer, which says
// IN_PROGRESS all the same, as clients expect: the request's status tells how
// it ended. Only assignments that many ask for at once are made after their
// answers, many in one transaction (queue.go).
//
// Applications and trusted token issuers are kept as they are described.
package ssoadmin
