package bolt

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
)

// fileName is the data file in the data directory.
const fileName = "rolecall.db"

// format is the version of the layout that doc.go describes.
const format = "1"

// growBy is how much longer the file is made when it is full. The space is not
// used before something is written there.
const growBy = 4 << 20

// The buckets; doc.go tells what is in them. bbolt wants byte slices, and an
// array of them would be mutable state, hence strings and bytesOf.
const (
	bucketAbout   = "rolecall"
	bucketCurrent = "current"
	bucketPast    = "past"
	bucketHistory = "history"

	keyFormat = "format"
	keyID     = "id"
)

// file is an opened data file, checked to be ours.
type file struct {
	db       *bbolt.DB
	os       *os.File // under db
	id       string
	revision int64
	remove   func()
}

func openFile(o Options) (*file, error) {
	if o.Ephemeral {
		return openMemory(o)
	}
	if err := makeDir(o.Dir); err != nil {
		return nil, dirError(o.Dir, err)
	}
	f, err := openBolt(filepath.Join(o.Dir, fileName), o, openLocked)
	if err != nil {
		return nil, dirError(o.Dir, err)
	}
	if err := syncDir(o.Dir); err != nil {
		return nil, errors.Join(dirError(o.Dir, err), f.db.Close())
	}
	return f, nil
}

func openMemory(o Options) (*file, error) {
	if o.Dir != "" {
		return nil, errors.New("an ephemeral store has no data directory")
	}
	remove := func() {}
	f, err := openBolt("memory", o, func(string, int, os.FileMode) (mem *os.File, err error) {
		remove()
		mem, remove, err = memoryFile()
		return mem, err
	})
	if err != nil {
		remove()
		return nil, fmt.Errorf("memory for the store: %w", err)
	}
	f.remove = remove
	return f, nil
}

// makeDir makes the data directory for its owner alone. One that is there is
// taken as it is; the data file is for its owner alone in any case.
func makeDir(dir string) error {
	if dir == "" {
		return errors.New("it has no name")
	}
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// syncDir makes the names in a directory as durable as the files. Windows does
// so by itself and cannot be asked to.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// openLocked opens a data file, takes its lock and checks its head, all before
// bbolt maps it.
func openLocked(path string, flag int, mode os.FileMode) (*os.File, error) {
	f, err := os.OpenFile(path, flag, mode)
	if err != nil {
		return nil, err
	}
	err = lock(f)
	if err == nil {
		err = checkHeader(f)
	}
	if err == nil {
		err = f.Chmod(mode)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// mapAhead is the address space taken for the file from the start. It costs no
// memory, and it keeps writers and snapshots out of each other's way: a file
// that outgrows it is mapped anew, which waits until every snapshot is closed.
// Where mapping lengthens the file, or addresses are few, it is mapLeast.
func mapAhead() int {
	if runtime.GOOS == "windows" || math.MaxInt == math.MaxInt32 {
		return mapLeast
	}
	return 16 << 30 & math.MaxInt
}

const mapLeast = 64 << 20

type opener = func(path string, flag int, mode os.FileMode) (*os.File, error)

// openBolt opens a file with bbolt and sees to it that it is one of ours.
func openBolt(path string, o Options, open opener) (_ *file, err error) {
	var osFile *os.File
	var db *bbolt.DB
	defer func() { // after guard
		if err == nil {
			return
		}
		if db != nil {
			db.Close()
		} else if osFile != nil {
			_ = unlock(osFile) // bbolt panicked
		}
	}()
	defer guard(&err)
	defer debug.SetPanicOnFault(faults())

	options := boltOptions(o, func(path string, flag int, mode os.FileMode) (*os.File, error) {
		f, err := open(path, flag, mode)
		osFile = f
		return f, err
	})
	db, err = bbolt.Open(path, 0o600, options)
	if errors.Is(err, syscall.ENOMEM) { // a limit on address space
		options.InitialMmapSize = mapLeast
		db, err = bbolt.Open(path, 0o600, options)
	}
	if err != nil {
		return nil, translate(err)
	}
	db.AllocSize = growBy
	f := &file{db: db, os: osFile, remove: func() {}}
	if err := f.read(); err != nil || f.id != "" {
		return f, err
	}
	if err := f.create(o.Rand); err != nil {
		return nil, translate(err)
	}
	return f, f.read()
}

func boltOptions(o Options, open opener) *bbolt.Options {
	return &bbolt.Options{
		Timeout:         time.Nanosecond,         // one try; 0 would wait
		FreelistType:    bbolt.FreelistArrayType, // the other sorts all of it for each commit
		InitialMmapSize: mapAhead(),
		MaxSize:         o.MaxBytes,
		NoSync:          o.Ephemeral,
		NoGrowSync:      o.Ephemeral,
		NoStatistics:    true,
		OpenFile:        open,
	}
}

// read checks the format and reads id and revision. The id stays empty for a
// file without any bucket: bbolt made it, but nothing was written.
func (f *file) read() error {
	return f.db.View(func(tx *bbolt.Tx) error {
		about := tx.Bucket(bytesOf(bucketAbout))
		if about == nil {
			if first, _ := tx.Cursor().First(); first != nil {
				return ErrForeign
			}
			return nil
		}
		if is := string(about.Get(bytesOf(keyFormat))); is != format {
			return fmt.Errorf("%w: it is %q, this rolecall reads %q", ErrFormat, is, format)
		}
		for _, name := range []string{bucketCurrent, bucketPast, bucketHistory} {
			if tx.Bucket(bytesOf(name)) == nil {
				return damaged("the bucket %s is missing", name)
			}
		}
		f.id = string(about.Get(bytesOf(keyID)))
		f.revision = int64(tx.Bucket(bytesOf(bucketCurrent)).Sequence())
		if f.id == "" || f.revision < 1 {
			return damaged("id or revision is missing")
		}
		return nil
	})
}

// create makes a new store in an empty bbolt file, in one transaction.
func (f *file) create(random io.Reader) error {
	var id [16]byte
	if _, err := io.ReadFull(random, id[:]); err != nil {
		return fmt.Errorf("random id: %w", err)
	}
	return f.db.Update(func(tx *bbolt.Tx) error {
		return createBuckets(tx, hex.EncodeToString(id[:]), 1, 0)
	})
}

func createBuckets(tx *bbolt.Tx, id string, revision, compacted int64) error {
	for _, name := range []string{bucketAbout, bucketCurrent, bucketPast, bucketHistory} {
		if _, err := tx.CreateBucket(bytesOf(name)); err != nil {
			return err
		}
	}
	about := tx.Bucket(bytesOf(bucketAbout))
	return errors.Join(
		about.Put(bytesOf(keyFormat), bytesOf(format)),
		about.Put(bytesOf(keyID), bytesOf(id)),
		tx.Bucket(bytesOf(bucketCurrent)).SetSequence(uint64(revision)),
		tx.Bucket(bytesOf(bucketHistory)).SetSequence(uint64(compacted)),
	)
}
