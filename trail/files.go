package trail

import (
	"errors"
	"io"
	"os"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// ownFiles makes files that only their owner can read, whatever the umask.
type ownFiles struct{ vfs.FS }

const ownMode = 0o600

func (f ownFiles) Create(name string, kind vfs.DiskWriteCategory) (vfs.File, error) {
	file, err := f.FS.Create(name, kind)
	return owned(name, file, err)
}

func (f ownFiles) ReuseForWrite(old, name string, kind vfs.DiskWriteCategory) (vfs.File, error) {
	file, err := f.FS.ReuseForWrite(old, name, kind)
	return owned(name, file, err)
}

func (f ownFiles) OpenReadWrite(name string, kind vfs.DiskWriteCategory, o ...vfs.OpenOption) (vfs.File, error) {
	file, err := f.FS.OpenReadWrite(name, kind, o...)
	return owned(name, file, err)
}

func (f ownFiles) MkdirAll(dir string, _ os.FileMode) error { return f.FS.MkdirAll(dir, 0o700) }

func (f ownFiles) Lock(name string) (io.Closer, error) {
	lock, err := f.FS.Lock(name)
	return owned(name, lock, err)
}

func (f ownFiles) Unwrap() vfs.FS { return f.FS }

// owned gives a file that was made the mode it is to have.
func owned[F io.Closer](name string, file F, err error) (F, error) {
	if err != nil {
		return file, err
	}
	if err := os.Chmod(name, ownMode); err != nil {
		var none F
		return none, errors.Join(err, file.Close())
	}
	return file, nil
}
