package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
)

// accountCommand is rolecall account.
type accountCommand struct {
	Create accountCreateCommand `cmd:"" help:"Add an account with a user admin, as the first start makes one."`
}

type accountCreateCommand struct {
	dataFlag
	outputFlag
	AccountID           string `help:"The new account's twelve digits." required:""`
	Name                string `help:"A name for people."`
	AdminAccessKeyID    string `help:"Access key of its user admin; random otherwise."`
	AdminSecretKey      string `name:"admin-secret-access-key" help:"Its secret."`
	RootAccessKeyID     string `help:"Access key of its root user; it has none otherwise."`
	RootSecretAccessKey string `help:"Its secret."`
}

// Run adds the account and prints the key of its user admin, this once.
func (c *accountCreateCommand) Run(stdout io.Writer) error {
	id, err := arn.ParseAccountID(c.AccountID)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	in := rolecall.NewAccount{ID: id, Name: c.Name}
	if in.Admin, err = keyPair("admin", c.AdminAccessKeyID, c.AdminSecretKey); err != nil {
		return err
	}
	if in.Root, err = keyPair("root", c.RootAccessKeyID, c.RootSecretAccessKey); err != nil {
		return err
	}
	var keys rolecall.Credentials
	err = c.do("/account", in, &keys, func(s *rolecall.Server) (err error) {
		keys, err = s.CreateAccount(context.Background(), in)
		return err
	})
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(stdout).Encode(keys)
	}
	fmt.Fprintf(stdout, "# account %s, user admin; the secret is shown this once\n", id)
	_, err = fmt.Fprintf(stdout, "export AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s\n", keys.AccessKeyID, keys.SecretAccessKey)
	return err
}

// keysCommand is rolecall keys.
type keysCommand struct {
	Rotate keysRotateCommand `cmd:"" help:"Bring in a new key; sessions sealed with the old one stay good until they expire."`
	Purge  keysPurgeCommand  `cmd:"" help:"Bring in a new key at once and end every session: for when a key may have leaked."`
}

type keysRotateCommand struct {
	dataFlag
	outputFlag
}

// Run starts a rotation and says when the new key comes into use.
func (c *keysRotateCommand) Run(stdout io.Writer) error {
	var rotation rolecall.Rotation
	err := c.do("/keys/rotate", nil, &rotation, func(s *rolecall.Server) (err error) {
		rotation, err = s.RotateKeys(context.Background())
		return err
	})
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(stdout).Encode(rotation)
	}
	_, err = fmt.Fprintf(stdout, "new key %s, in use from %s\n", rotation.KeyID, rotation.Active.UTC().Format("2006-01-02T15:04:05Z"))
	return err
}

type keysPurgeCommand struct {
	dataFlag
	outputFlag
}

// Run ends all sessions and names the new key.
func (c *keysPurgeCommand) Run(stdout io.Writer) error {
	var rotation rolecall.Rotation
	err := c.do("/keys/purge", nil, &rotation, func(s *rolecall.Server) (err error) {
		rotation, err = s.PurgeKeys(context.Background())
		return err
	})
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(stdout).Encode(rotation)
	}
	_, err = fmt.Fprintf(stdout, "new key %s, in use now; all sessions have ended\n", rotation.KeyID)
	return err
}

// do has the running server do something, or, where none runs, does it on the
// data directory itself.
func (d dataFlag) do(path string, in, out any, direct func(*rolecall.Server) error) error {
	dir, err := d.dir()
	if err != nil {
		return err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return runningOr(dir, func() error { return askFor(dir, "POST", path, bytes.NewReader(body), out) }, direct)
}

// errNoData is said of a data directory that is not there.
var errNoData = errors.New("holds no data: start rolecall serve on it first")

// openData opens a data directory that has been started on before.
func openData(dir string, use func(*rolecall.Server) error) error {
	if _, err := os.Stat(dir); err != nil {
		return fmt.Errorf("%s %w", dir, errNoData)
	}
	s, err := rolecall.New(rolecall.Config{Dir: dir, MustExist: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	return errors.Join(use(s), s.Close())
}

// backupCommand is rolecall backup.
type backupCommand struct {
	dataFlag
	File string `arg:"" help:"File to write; it must not exist." type:"path"`
}

// Run copies the data into a new file that only its owner can read. The copy
// holds the sealing keys wrapped by the key file of the data directory, which
// is not part of it.
func (c *backupCommand) Run(stdout io.Writer) error {
	dir, err := c.dir()
	if err != nil {
		return err
	}
	if _, err := os.Lstat(c.File); err == nil {
		return fmt.Errorf("%s exists already", c.File)
	}
	f, err := os.CreateTemp(filepath.Dir(c.File), ".rolecall-backup-*")
	if err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	defer os.Remove(f.Name())
	if err := errors.Join(copyData(dir, f), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	if err := os.Link(f.Name(), c.File); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	_, err = fmt.Fprintf(stdout, "wrote %s\nkeep a copy of %s beside it: without that key file its secrets cannot be read\n",
		c.File, filepath.Join(dir, rolecall.KeyFile))
	return err
}

func copyData(dir string, w io.Writer) error {
	return runningOr(dir, func() error { return askForCopy(dir, w) }, func(s *rolecall.Server) error { return s.Backup(w) })
}

func askForCopy(dir string, w io.Writer) error {
	resp, err := ask(context.Background(), dir, "GET", "/backup", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(w, resp.Body); err != nil {
		return err
	}
	if resp.Trailer.Get(completeTrailer) != "true" {
		return errors.New("the running server did not finish the copy")
	}
	return nil
}

// restoreCommand is rolecall restore.
type restoreCommand struct {
	dataFlag
	File    string `arg:"" help:"A file that rolecall backup wrote." type:"existingfile"`
	KeyFile string `help:"The key file that belongs to it; the data directory's own otherwise." type:"existingfile"`
}

// Run lays the copy into a data directory that holds no data.
func (c *restoreCommand) Run(stdout io.Writer) error {
	dir, err := c.dir()
	if err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	defer f.Close()
	var key []byte
	if c.KeyFile != "" {
		if key, err = os.ReadFile(c.KeyFile); err != nil {
			return fmt.Errorf("%w: %w", errUsage, err)
		}
	}
	if err := rolecall.Restore(f, key, dir); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "restored into %s\n", dir)
	return err
}

// versionCommand is rolecall version.
type versionCommand struct{}

// Run prints the version that the build was given.
func (versionCommand) Run(stdout io.Writer) error {
	_, err := fmt.Fprintln(stdout, "rolecall", buildVersion())
	return err
}
