// Package house holds the rules of this code base that a machine can hold:
// how long files and functions are, what a package shows and tells, which room
// may import which, and what the rooms that decide may not touch.
//
// It has tests alone. Each names the file, what was measured and the limit.
// They read the files that git tracks, so a new file counts once it is added;
// generated files, which say so in their first lines, are measured by nobody.
//
// Two things are not held against a function. Tables are data: the lines of a
// composite literal count for its file and not for its function. And a
// function that is one switch, with a few lines around it, may be as long as
// what it switches over has kinds.
package house
