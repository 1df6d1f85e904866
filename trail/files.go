package trail

import (
	"errors"
	"io"
	"io/fs"
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

// watched are files whose writes do not fail: Pebble panics on some that do,
// with a mutex in a state that ends the process whoever recovers. The first
// failure is told to giveUp, which then does not return.
type watched struct {
	vfs.FS
	giveUp func(error)
}

// check tells of a failure. That a file is not there is an answer, no failure.
func (w watched) check(err error) error {
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.giveUp(err)
	}
	return err
}

func (w watched) file(f vfs.File, err error) (vfs.File, error) {
	if w.check(err) != nil {
		return nil, err
	}
	return watchedFile{f, w}, nil
}

func (w watched) Create(name string, kind vfs.DiskWriteCategory) (vfs.File, error) {
	return w.file(w.FS.Create(name, kind))
}

func (w watched) ReuseForWrite(old, name string, kind vfs.DiskWriteCategory) (vfs.File, error) {
	return w.file(w.FS.ReuseForWrite(old, name, kind))
}

func (w watched) OpenReadWrite(name string, kind vfs.DiskWriteCategory, o ...vfs.OpenOption) (vfs.File, error) {
	return w.file(w.FS.OpenReadWrite(name, kind, o...))
}

func (w watched) OpenDir(name string) (vfs.File, error) { return w.file(w.FS.OpenDir(name)) }

func (w watched) Link(old, name string) error { return w.check(w.FS.Link(old, name)) }

func (w watched) Rename(old, name string) error { return w.check(w.FS.Rename(old, name)) }

func (w watched) Unwrap() vfs.FS { return w.FS }

// watchedFile is one of those files.
type watchedFile struct {
	vfs.File
	w watched
}

func (f watchedFile) Write(b []byte) (int, error) {
	n, err := f.File.Write(b)
	return n, f.w.check(err)
}

func (f watchedFile) WriteAt(b []byte, at int64) (int, error) {
	n, err := f.File.WriteAt(b, at)
	return n, f.w.check(err)
}

func (f watchedFile) Preallocate(offset, length int64) error {
	return f.w.check(f.File.Preallocate(offset, length))
}

func (f watchedFile) Sync() error { return f.w.check(f.File.Sync()) }

func (f watchedFile) SyncData() error { return f.w.check(f.File.SyncData()) }

func (f watchedFile) SyncTo(length int64) (bool, error) {
	full, err := f.File.SyncTo(length)
	return full, f.w.check(err)
}

func (f watchedFile) Close() error { return f.w.check(f.File.Close()) }
