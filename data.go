package rolecall

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rolecall-iam/rolecall/store/bolt"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
)

// KeyFile is the name of the file in the data directory that holds the key
// under which the sealing keys are stored. It is not part of a backup.
const KeyFile = "sealing.key"

// masterBytes is the length of the key in it.
const masterBytes = 32

// openData opens the store and reads, or makes, the key file beside it.
func openData(c Config) (*bolt.Store, []byte, error) {
	if c.Dir == "" {
		master := make([]byte, masterBytes)
		if _, err := io.ReadFull(c.Rand, master); err != nil {
			return nil, nil, fmt.Errorf("make a sealing key: %w", err)
		}
		store, err := bolt.Open(bolt.Options{Ephemeral: true, Rand: c.Rand, KeepRevisions: keepRevisions, MaxBytes: ephemeralBytes})
		return store, master, err
	}
	if err := os.MkdirAll(filepath.Dir(c.Dir), 0o700); err != nil {
		return nil, nil, fmt.Errorf("make the data directory: %w", err)
	}
	store, err := bolt.Open(bolt.Options{Dir: c.Dir, Rand: c.Rand, KeepRevisions: keepRevisions})
	if err != nil {
		return nil, nil, err
	}
	master, err := masterKey(c, store)
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return store, master, nil
}

// trailFolder is the folder in the data directory that the event history is
// in. It is not part of a backup.
const trailFolder = "trail"

// openTrail opens the event history beside the store.
func openTrail(c Config) (*trail.Trail, error) {
	o := trail.Options{Now: c.Now, Rand: c.Rand, Log: c.Log}
	if c.Dir != "" {
		o.Dir = filepath.Join(c.Dir, trailFolder)
	}
	return trail.Open(o)
}

// keepRevisions is how far back the store remembers what it was: enough for a
// watcher that was away a while, little enough not to grow for ever.
const keepRevisions = 10_000

// ephemeralBytes is what a store in memory may take.
const ephemeralBytes = 1 << 30

// masterKey reads the key file, and makes it for a store in which nothing is
// sealed yet.
func masterKey(c Config, store *bolt.Store) ([]byte, error) {
	path := filepath.Join(c.Dir, KeyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		view, err := directory.New(store).View(context.Background())
		if err != nil {
			return nil, err
		}
		_, sealed := view.Keyring()
		view.Close()
		switch {
		case view.Err() != nil:
			return nil, view.Err()
		case !sealed:
			return makeMasterKey(c, path)
		}
		return nil, fmt.Errorf("%s is missing: without it nothing in %s can be unsealed; put it back from where it is kept", path, c.Dir)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key file: %w", err)
	}
	return parseMasterKey(text, path)
}

func parseMasterKey(text []byte, path string) ([]byte, error) {
	key, err := hex.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(key) != masterBytes {
		return nil, fmt.Errorf("%s is not a key file: it must hold %d hexadecimal digits", path, 2*masterBytes)
	}
	return key, nil
}

func makeMasterKey(c Config, path string) ([]byte, error) {
	key := make([]byte, masterBytes)
	if _, err := io.ReadFull(c.Rand, key); err != nil {
		return nil, fmt.Errorf("make a sealing key: %w", err)
	}
	return key, writeKeyFile(path, key)
}

// writeKeyFile makes a file for its owner alone and sees it on the disk before
// anything is sealed with it.
func writeKeyFile(path string, key []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("make the key file: %w", err)
	}
	_, err = fmt.Fprintf(f, "%x\n", key)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("make the key file: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("make the key file: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("make the key file: %w", err)
	}
	return nil
}

// Restore lays a backup into a data directory that holds no data. keyFile is
// the content of the key file that belongs to it; nil where it is in the
// directory already.
func Restore(backup io.Reader, keyFile []byte, dir string) error {
	path := filepath.Join(dir, KeyFile)
	if keyFile == nil {
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("the backup needs the key file that belongs to it: %w", err)
		}
		_, err = parseMasterKey(text, path)
		if err != nil {
			return err
		}
		return bolt.Restore(backup, dir)
	}
	key, err := parseMasterKey(keyFile, "the key file")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	if err := bolt.Restore(backup, dir); err != nil {
		return err
	}
	return writeKeyFile(path, key)
}
