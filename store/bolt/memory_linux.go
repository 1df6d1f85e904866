package bolt

import (
	"os"

	"golang.org/x/sys/unix"
)

// memoryFile is a file that is on no disk, and what removes it.
func memoryFile() (f *os.File, remove func(), err error) {
	fd, err := unix.MemfdCreate("rolecall", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, nil, os.NewSyscallError("memfd_create", err)
	}
	return os.NewFile(uintptr(fd), "memory"), func() {}, nil
}
