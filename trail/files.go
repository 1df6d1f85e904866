package trail

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// files is the folder that a trail is in. Names are of files in it.
type files interface {
	list() ([]string, error)
	open(name string) (file, error) // to write, made where it is not there
	read(name string) (reading, error)
	rename(old, name string) error
	remove(name string) error
}

// file is written to.
type file interface {
	io.WriterAt
	Truncate(size int64) error
	Sync() error
	Close() error
}

// reading is read from. It stays whole when its file is removed.
type reading interface {
	io.ReaderAt
	io.Closer
	Stat() (fs.FileInfo, error)
}

// folder is files on disk, for their owner alone.
type folder struct{ dir string }

func (f folder) path(name string) string { return filepath.Join(f.dir, name) }

func (f folder) list() ([]string, error) {
	entries, err := os.ReadDir(f.dir)
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, err
}

func (f folder) open(name string) (file, error) {
	return os.OpenFile(f.path(name), os.O_RDWR|os.O_CREATE, 0o600)
}

func (f folder) read(name string) (reading, error) { return os.Open(f.path(name)) }

// rename also sees to it that the new name outlives a power failure.
func (f folder) rename(old, name string) error {
	if err := os.Rename(f.path(old), f.path(name)); err != nil {
		return err
	}
	dir, err := os.Open(f.dir)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func (f folder) remove(name string) error { return os.Remove(f.path(name)) }

// memory is files that are nowhere.
type memory struct {
	mu    sync.Mutex
	files map[string]*memoryFile
}

func (m *memory) list() ([]string, error) { return nil, nil } // asked before there are any

func (m *memory) open(name string) (file, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.files[name]
	if f == nil {
		f = new(memoryFile)
		m.files[name] = f
	}
	return f, nil
}

func (m *memory) read(name string) (reading, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f := m.files[name]; f != nil {
		return f, nil
	}
	return nil, fs.ErrNotExist
}

func (m *memory) rename(old, name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files[name] = m.files[old]
	delete(m.files, old)
	return nil
}

func (m *memory) remove(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.files, name)
	return nil
}

// memoryFile is bytes of which those that were written stay as they are.
type memoryFile struct {
	mu sync.Mutex
	b  []byte
}

func (f *memoryFile) WriteAt(b []byte, at int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.b = append(f.b[:at], b...)
	return len(b), nil
}

func (f *memoryFile) ReadAt(b []byte, at int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return bytes.NewReader(f.b).ReadAt(b, at)
}

func (f *memoryFile) Truncate(size int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.b = slices.Clip(f.b[:size])
	return nil
}

func (f *memoryFile) Sync() error  { return nil }
func (f *memoryFile) Close() error { return nil }

// Stat is asked only of what is there at the start, which is nothing.
func (f *memoryFile) Stat() (fs.FileInfo, error) { return nil, fs.ErrNotExist }
