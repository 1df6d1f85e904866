// Package generate makes up requests and policies for tests that compare
// evaluators.
//
// What it makes is meant to decide, not to make sense: everything comes from
// a small vocabulary, so that statements and requests meet, and is then put
// off by a letter, a wildcard, a variable or the case of a letter, so that
// they nearly meet. All elements and their Not forms, all operators with all
// prefixes and suffixes, all kinds of principals and all layers occur, also
// where AWS would refuse to store them: what is refused today may have been
// stored before.
//
// The same source of randomness makes the same requests and policies again.
package generate
