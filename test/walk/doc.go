// Package walk holds no code, only tests: everything that can be wrong in a
// request, of every operation that has a handler.
//
// What can be wrong comes from AWS's models. A whole request is made for each
// operation, and then one thing in it is broken at a time: a text too short, too
// long, of the wrong characters, a value that is missing, a word where a number
// belongs. Further on, what a request names is missing, is there already or is
// in use, and documents are malformed. None of it may succeed, fail inside or
// answer with a code that is not the operation's. What was answered, in words,
// is in testdata/*.golden, a line a case:
//
//	go test ./test/walk -update
//
// writes these files again; what changed in them is to be read before it is
// kept. One operation is walked with -run TestWalk/iam/CreateUser.
//
// An operation that is served from now on is walked without a line of its own.
// What a model cannot know is in testdata/*.txtar, one file a service: a world of
// entities that stands before the walk, and what requests name of it.
package walk
