// Package calltest is a whole server in memory, for the tests of services whose
// API is JSON: it signs calls of an operation as a client does, and reads what
// comes back by its members. Accounts, members of the organization and roles
// are a call each.
package calltest
