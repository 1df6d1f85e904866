// Package crash kills a writing process, many times, and looks at what it left.
//
// A child process, the test binary itself, writes from many goroutines
// transactions of several keys that belong together, and reports each one on a
// pipe when the store has acknowledged it. After a random number of
// acknowledgements it gets SIGKILL. The parent then opens the store and holds
// it to its promise: every acknowledged transaction is there, and each that is
// there is there whole, in the newest state and in the history.
//
// A second child is a whole server that answers calls. Every call that it has
// answered must have its event in the trail. A third makes users with policies
// and in a group, and takes them away again: every change that was answered is
// there, one more of each writer at most, and users, members and counts agree.
//
// The page cache outlives the process, so this shows that nothing is
// acknowledged too early and nothing is written in halves, not that the disk
// keeps what it was told to.
//
//	go test ./test/crash             # 20 kills
//	go test ./test/crash -kills 200
package crash
