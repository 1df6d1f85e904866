package bolt

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"

	"go.etcd.io/bbolt"

	"github.com/rolecall-iam/rolecall/store"
)

// Backup writes a copy of the store at one revision while reads and writes go
// on. The copy is a data file in itself and what Restore reads.
func (s *Store) Backup(w io.Writer) (err error) {
	v, err := s.newView()
	if err != nil {
		return err
	}
	defer rollback(v.tx)
	defer guard(&err)
	defer debug.SetPanicOnFault(faults())
	if _, err := v.tx.WriteTo(w); err != nil {
		return fmt.Errorf("backup: %w", translate(err))
	}
	return nil
}

// Restore makes a data directory from what Backup wrote. It reads every record
// of the copy and writes a new file from them, so that a damaged copy is found
// out before there is a store; it refuses a directory that has one already.
// Either the whole store is there when it returns, or nothing of it.
func Restore(r io.Reader, dir string) error {
	err := restore(r, dir)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrForeign), errors.Is(err, ErrFormat):
		return fmt.Errorf("the backup is %w", err)
	case errors.Is(err, store.ErrDamaged):
		return fmt.Errorf("the backup cannot be restored: %w", err)
	}
	return dirError(dir, err)
}

func restore(r io.Reader, dir string) (err error) {
	if err := makeDir(dir); err != nil {
		return err
	}
	final := filepath.Join(dir, fileName)
	if _, err := os.Lstat(final); err == nil {
		return ErrExists
	}
	work, err := os.MkdirTemp(dir, "restore-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()

	backup, fresh := filepath.Join(work, "backup"), filepath.Join(work, fileName)
	if err := receive(r, backup); err != nil {
		return err
	}
	if err := rebuild(backup, fresh); err != nil {
		return err
	}
	// A link, unlike a rename, never replaces a file that came in between.
	if err := os.Link(fresh, final); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return ErrExists
		}
		return err
	}
	return syncDir(dir)
}

// receive writes the copy to a file, because bbolt reads only files.
func receive(r io.Reader, path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err := errors.Join(err, f.Close()); err != nil {
		return translate(err)
	}
	return nil
}

// rebuild reads one data file whole and writes its records to a new one.
func rebuild(from, to string) (err error) {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.Size() == 0 {
		return damaged("the copy is empty")
	}
	old, err := openBolt(from, Options{}, openLocked)
	if err != nil {
		return err
	}
	defer old.db.Close()
	db, err := bbolt.Open(to, 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, NoSync: true})
	if err != nil {
		return translate(err)
	}
	defer guard(&err)
	defer debug.SetPanicOnFault(faults())
	err = old.db.View(func(tx *bbolt.Tx) error { return copyAll(db, tx, old.id) })
	if err == nil {
		err = db.Sync()
	}
	return translate(errors.Join(err, db.Close()))
}

// copyStep is how many records one write transaction copies.
const copyStep = 10_000

func copyAll(db *bbolt.DB, from *bbolt.Tx, id string) error {
	current, history := from.Bucket(bytesOf(bucketCurrent)), from.Bucket(bytesOf(bucketHistory))
	err := db.Update(func(tx *bbolt.Tx) error {
		return createBuckets(tx, id, int64(current.Sequence()), int64(history.Sequence()))
	})
	for _, name := range []string{bucketCurrent, bucketPast, bucketHistory} {
		c := from.Bucket(bytesOf(name)).Cursor()
		for k, v := c.First(); k != nil && err == nil; {
			err = db.Update(func(tx *bbolt.Tx) error {
				k, v, err = copySome(tx.Bucket(bytesOf(name)), name, c, k, v)
				return err
			})
		}
	}
	return err
}

// copySome copies records from k, v on and returns those to go on with.
func copySome(to *bbolt.Bucket, name string, c *bbolt.Cursor, k, v []byte) ([]byte, []byte, error) {
	to.FillPercent = 0.9
	for n := 0; k != nil && n < copyStep; n++ {
		if err := checkRecord(name, k, v); err != nil {
			return nil, nil, err
		}
		if err := to.Put(k, v); err != nil {
			return nil, nil, err
		}
		k, v = c.Next()
	}
	return k, v, nil
}

func checkRecord(bucket string, k, v []byte) error {
	key, err := string(k), error(nil)
	switch bucket {
	case bucketHistory:
		_, _, _, err = decodeHistory(k, v)
		return err
	case bucketPast:
		key, _, err = decodePastKey(k)
	}
	if err != nil {
		return err
	}
	_, err = decodeRecord(key, v)
	return err
}
