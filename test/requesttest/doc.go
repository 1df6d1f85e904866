// Package requesttest makes requests of AWS's models, for tests: a value of all
// that an operation requires, and that value as it goes over the wire in the
// operation's protocol. What the values are need not be what the model wants:
// a list can stand where a number belongs, and is written as well as the
// protocol can.
package requesttest
