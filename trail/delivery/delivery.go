package delivery

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/trail"
)

const (
	// digestEvery is how much time a digest covers, as CloudTrail's do.
	digestEvery = time.Hour

	// eventsAtOnce bounds how many events are in memory, and in one file.
	eventsAtOnce = 10_000
)

// Options say where events go, and with what.
type Options struct {
	Trail  *trail.Trail
	Dir    string // that the files go to
	State  string // the folder of the state and of the signing key; for the owner alone
	Bucket string // that digests say the files are in
	Every  time.Duration
	Now    func() time.Time
	Rand   io.Reader
	Log    *slog.Logger
}

// Delivery delivers a trail's events. One goroutine uses it, PublicKey apart.
type Delivery struct {
	o     Options
	key   *rsa.PrivateKey
	made  time.Time // the key was
	state state
}

// Open goes on where an earlier delivery from the same state ended, or begins
// with the events that come from now on.
func Open(o Options) (*Delivery, error) {
	d := &Delivery{o: o}
	if err := os.MkdirAll(o.State, 0o700); err != nil {
		return nil, fmt.Errorf("deliver the trail: %w", err)
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("deliver the trail: %w", err)
	}
	var err error
	if d.key, d.made, err = openKey(o); err != nil {
		return nil, fmt.Errorf("deliver the trail: %w", err)
	}
	if d.state, err = d.load(); err != nil {
		return nil, fmt.Errorf("deliver the trail: %w", err)
	}
	return d, nil
}

// Run delivers from time to time until ctx ends, and once more then.
func (d *Delivery) Run(ctx context.Context) {
	tick := time.NewTicker(d.o.Every)
	defer tick.Stop()
	told := ""
	for ended := false; !ended; {
		select {
		case <-ctx.Done():
			ended = true
		case <-tick.C:
		}
		if err := d.Deliver(); err != nil && err.Error() != told {
			told = err.Error()
			d.o.Log.Error("the trail is not delivered; it is tried again", "error", err)
		} else if err == nil {
			told = ""
		}
	}
}

// Deliver writes files of all events that there are, and the digests that are
// due.
func (d *Delivery) Deliver() error {
	for {
		n, err := d.deliverSome()
		if err != nil {
			return err
		}
		if n == 0 {
			return d.digests()
		}
	}
}

// state is what is remembered between deliveries.
type state struct {
	From   string           `json:"from"`             // the place up to which events are delivered
	Count  int              `json:"count,omitempty"`  // how many of the next are being delivered
	Time   time.Time        `json:"time,omitzero"`    // under which time
	Digest time.Time        `json:"digest,omitzero"`  // up to when digests are being written
	Chains map[string]chain `json:"chains,omitempty"` // by account and region
}

// chain is one account's digests in one region.
type chain struct {
	Account   string    `json:"account"`
	Region    string    `json:"region"`
	Start     time.Time `json:"start"`           // of the digest that comes
	Files     []logFile `json:"files,omitempty"` // that it will name
	Object    string    `json:"object,omitempty"`
	Hash      string    `json:"hash,omitempty"`
	Signature string    `json:"signature,omitempty"` // of the digest before
}

func (d *Delivery) statePath() string { return filepath.Join(d.o.State, "state.json") }

func (d *Delivery) load() (state, error) {
	s := state{Chains: map[string]chain{}}
	text, err := os.ReadFile(d.statePath())
	if errors.Is(err, os.ErrNotExist) {
		s.From = d.o.Trail.End().String()
		return s, d.save(s)
	}
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err == nil {
		_, err = trail.ParsePlace(s.From)
	}
	if err != nil {
		return s, fmt.Errorf("read %s: %w", d.statePath(), err)
	}
	return s, nil
}

func (d *Delivery) save(s state) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return writeFile(d.statePath(), text)
}

// deliverSome delivers the next events and answers how many there were.
func (d *Delivery) deliverSome() (int, error) {
	from, err := trail.ParsePlace(d.state.From)
	if err != nil {
		return 0, err
	}
	count := eventsAtOnce
	if d.state.Count > 0 {
		count = d.state.Count // another process was about to
	}
	events, to, err := d.o.Trail.After(from, count)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	if d.state.Count == 0 {
		d.state.Count, d.state.Time = len(events), d.o.Now().UTC()
		if err := d.save(d.state); err != nil {
			d.state.Count = 0
			return 0, err
		}
	}
	files, err := d.write(events)
	if err != nil {
		return 0, err
	}
	next := d.state
	next.From, next.Count, next.Time = to.String(), 0, time.Time{}
	next.Chains = maps.Clone(d.state.Chains)
	for _, f := range files {
		next.add(f, d.state.Time)
	}
	if err := d.save(next); err != nil {
		return 0, err
	}
	d.state = next
	return len(events), nil
}

// add has the next digest of a file's account and region name it. The first
// one covers the hour before.
func (s *state) add(f delivered, at time.Time) {
	key := f.account + "/" + f.region
	c, ok := s.Chains[key]
	if !ok {
		c = chain{Account: f.account, Region: f.region, Start: at.Truncate(time.Second)}
	}
	c.Files = append(slices.Clip(c.Files), f.logFile)
	s.Chains[key] = c
}

// delivered is a file that was written.
type delivered struct {
	account, region string
	logFile
}

// write writes a file for each account and region of the events.
func (d *Delivery) write(events []trail.Found) ([]delivered, error) {
	groups := map[string][]trail.Found{}
	for _, e := range events {
		key := e.Account + "/" + e.Region
		groups[key] = append(groups[key], e)
	}
	var files []delivered
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		f, err := d.writeGroup(groups[key])
		if err != nil {
			return nil, fmt.Errorf("deliver the trail of %s: %w", key, err)
		}
		files = append(files, f)
	}
	return files, nil
}

// writeGroup writes one file. Its name is made of what it holds.
func (d *Delivery) writeGroup(events []trail.Found) (delivered, error) {
	account, region, at := events[0].Account, events[0].Region, d.state.Time
	var text bytes.Buffer
	text.WriteString(`{"Records":[`)
	for i, e := range events {
		if i > 0 {
			text.WriteByte(',')
		}
		text.WriteString(e.JSON)
	}
	text.WriteString("]}")
	sum := sha256.Sum256(text.Bytes())
	object := path.Join("AWSLogs", account, "CloudTrail", region, at.Format("2006/01/02"),
		fmt.Sprintf("%s_CloudTrail_%s_%s_%s.json.gz", account, region, at.Format("20060102T1504Z"), unique(d.state.From, sum)))
	byTime := func(a, b trail.Found) int { return cmp.Compare(a.Time.Unix(), b.Time.Unix()) }
	f := delivered{account, region, logFile{
		Bucket: d.o.Bucket, Object: object, Hash: hex.EncodeToString(sum[:]), Algorithm: "SHA-256",
		Newest: slices.MaxFunc(events, byTime).Time, Oldest: slices.MinFunc(events, byTime).Time,
	}}
	return f, d.put(object, text.Bytes())
}

// unique is the part of a file's name that no other has.
func unique(from string, sum [sha256.Size]byte) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	all := sha256.Sum256(append([]byte(from), sum[:]...))
	var text strings.Builder
	for _, b := range all[:16] {
		text.WriteByte(letters[int(b)%len(letters)])
	}
	return text.String()
}

// put writes a compressed file into the folder.
func (d *Delivery) put(object string, text []byte) error {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return writeFile(d.path(object), packed.Bytes())
}

func (d *Delivery) path(object string) string {
	return filepath.Join(d.o.Dir, filepath.FromSlash(object))
}

// writeFile puts a file in its place, whole and on the disk, or not at all.
func writeFile(name string, text []byte) error {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".writing-*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
