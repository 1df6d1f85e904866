//go:build !linux

package bolt

import "os"

// memoryFile is, where the system has no files in memory, a temporary file that
// loses its name at once, so that nothing of it outlives the process. Where a
// file in use cannot lose its name, it is removed when it is closed.
func memoryFile() (f *os.File, remove func(), err error) {
	f, err = os.CreateTemp("", "rolecall-ephemeral-*")
	if err != nil {
		return nil, nil, err
	}
	name := f.Name()
	if os.Remove(name) == nil {
		return f, func() {}, nil
	}
	return f, func() { _ = os.Remove(name) }, nil
}
