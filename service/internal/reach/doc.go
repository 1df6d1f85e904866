// Package reach tells what a principal may do: which actions of AWS's services,
// on which resources, and under which conditions.
//
// Nothing is concluded from how a policy looks. Every action that the service
// reference lists is decided by the evaluator that decides requests, on every
// resource that a policy of the principal names (rows.go). What a condition
// makes of it is decided twice (narrow.go): once with every condition on a key
// that nobody knows beforehand taken for unmet where it allows and for met
// where it denies, and once the other way round. What both allow is allowed,
// what neither allows is not, and what is between depends on conditions, which
// are then named.
//
// A resource is a pattern here. It counts as allowed where all that it matches
// is: its wildcards become characters that only a wildcard matches (pattern.go).
// What is taken out of it by a statement with a narrower pattern is named as an
// exception.
package reach
