// Package api holds what AWS's published API models say, as Go types and as
// tables that cost nothing at start.
//
// The files in api/models are the input. The generator in api/gen turns each
// into one package: api/iam, api/sts and so on. Such a package has a Go type
// for every input, output and nested structure, one variable for every
// operation (iam.CreateRole, of type Op[CreateRoleInput, CreateRoleOutput]),
// and one variable named Service, from which everything else can be reached.
// This package has the hand-written words that those tables are made of:
// Service, Operation, Shape and Member. Nothing here parses, encodes or
// checks; package wire does, walking a Go value and its Shape side by side.
//
// # From model to Go type
//
// A structure's fields stand in the model's order, so that field i of the Go
// type is Members[i] of its Shape. Names are the model's with a capital first.
//
//   - A string is plain where it is required or where the empty string is not
//     legal (a minimal length, an enumeration, a pattern apart); else *string.
//   - A number is plain where it is required or at least 1; a boolean where it
//     is required; else both are pointers.
//   - A list is []T and a map is map[string]T: nil is absent, empty is present
//     and empty. Elements are values, never pointers.
//   - A nested structure is a pointer, a time is a time.Time whose zero value
//     is absent, a blob is a []byte, a streamed blob is an io.ReadCloser, a
//     document is its JSON text.
//
// Every operation has an input and an output type of its own, also where the
// model lets two operations share one or has none.
//
// To regenerate: go run ./api/gen, from the module's root.
package api
