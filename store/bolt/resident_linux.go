package bolt

import (
	"bytes"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// residentFiles is how many bytes of files are mapped into the process's memory
// now; 0 where the system does not tell.
func residentFiles() int64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(statm) // in pages: all, resident, resident of files
	if len(fields) < 3 {
		return 0
	}
	pages, err := strconv.ParseInt(string(fields[2]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// giveBack takes the pages of a mapped file out of the process's memory. The
// system has them still, and puts them back when they are read.
func giveBack(start uintptr, length int64) {
	// It is advice: what is not taken is no harm.
	_, _, _ = unix.Syscall(unix.SYS_MADVISE, start, uintptr(length), unix.MADV_DONTNEED)
}
