//go:build !unix || solaris || aix

package bolt

import "os"

// lock leaves it to bbolt.
func lock(*os.File) error { return nil }

// unlock closes the file.
func unlock(f *os.File) error { return f.Close() }
