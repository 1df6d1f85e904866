package delivery

import (
	"compress/gzip"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/trail"
)

// house is a trail whose events are delivered, at a time that the test sets.
type house struct {
	*Delivery
	t     *testing.T
	trail *trail.Trail
	dir   string
	now   time.Time
	made  int
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), now: time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)}
	var err error
	h.trail, err = trail.Open(trail.Options{Now: func() time.Time { return h.now }, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.trail.Close() })
	h.reopen()
	return h
}

// reopen is the delivery of another process, after one that was killed.
func (h *house) reopen() {
	h.t.Helper()
	var err error
	h.Delivery, err = Open(Options{
		Trail: h.trail, Dir: filepath.Join(h.dir, "bucket"), State: filepath.Join(h.dir, "state"), Bucket: "bucket",
		Every: time.Minute, Now: func() time.Time { return h.now }, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// call records so many calls of an account in a region.
func (h *house) call(digits, region string, times int) {
	h.t.Helper()
	account, err := arn.ParseAccountID(digits)
	if err != nil {
		h.t.Fatal(err)
	}
	for range times {
		h.made++
		e := &trail.Event{
			Time: h.now, Operation: sts.GetCallerIdentity.Operation, Recipient: account, Region: region,
			Identity: trail.Identity{Type: "Root", Account: account}, RequestID: fmt.Sprint("call-", h.made),
		}
		if region == "" {
			e.Operation = iam.ListUsers.Operation
		}
		h.trail.Record(e)
	}
}

func (h *house) deliver() {
	h.t.Helper()
	if err := h.Deliver(); err != nil {
		h.t.Fatal(err)
	}
}

// objects are the files of the bucket that a pattern finds.
func (h *house) objects(pattern string) []string {
	h.t.Helper()
	var names []string
	root := filepath.Join(h.dir, "bucket")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, err = filepath.Rel(root, name)
			if ok, _ := regexp.MatchString(pattern, name); ok {
				names = append(names, filepath.ToSlash(name))
			}
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return names
}

func (h *house) unpack(object string) []byte {
	h.t.Helper()
	f, err := os.Open(filepath.Join(h.dir, "bucket", object))
	if err != nil {
		h.t.Fatal(err)
	}
	defer f.Close()
	r, err := gzip.NewReader(f)
	if err != nil {
		h.t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		h.t.Fatal(err)
	}
	return text
}

const logs = `^AWSLogs/\d{12}/CloudTrail/`

// once holds that each call is in one file, once.
func (h *house) once() {
	h.t.Helper()
	times := map[string]int{}
	for _, object := range h.objects(logs) {
		var file struct{ Records []struct{ RequestID string } }
		if err := json.Unmarshal(h.unpack(object), &file); err != nil {
			h.t.Fatal(err)
		}
		for _, r := range file.Records {
			times[r.RequestID]++
		}
	}
	for i := 1; i <= h.made; i++ {
		if id := fmt.Sprint("call-", i); times[id] != 1 {
			h.t.Errorf("%s is there %d times", id, times[id])
		}
	}
	if len(times) != h.made {
		h.t.Errorf("%d calls in the files, %d were made", len(times), h.made)
	}
}

// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
func TestFilesLieAsCloudTrailLaysThem(t *testing.T) {
	h := open(t)
	h.call("111122223333", "eu-west-1", 3)
	h.call("111122223333", "", 2) // IAM is in us-east-1
	h.call("444455556666", "us-east-1", 1)
	h.deliver()
	h.once()
	var names []string
	for _, object := range h.objects(".") {
		names = append(names, regexp.MustCompile(`_[A-Za-z0-9]{16}\.json\.gz$`).ReplaceAllString(object, "_UNIQUE.json.gz"))
	}
	want := []string{
		"AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/01/111122223333_CloudTrail_eu-west-1_20260301T2330Z_UNIQUE.json.gz",
		"AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/01/111122223333_CloudTrail_us-east-1_20260301T2330Z_UNIQUE.json.gz",
		"AWSLogs/444455556666/CloudTrail/us-east-1/2026/03/01/444455556666_CloudTrail_us-east-1_20260301T2330Z_UNIQUE.json.gz",
	}
	if !slices.Equal(names, want) {
		t.Errorf("got %s", strings.Join(names, "\n"))
	}
	h.deliver()
	if n := len(h.objects(".")); n != 3 {
		t.Errorf("%d files after a delivery of nothing", n)
	}
}

func TestAKillBetweenTwoWritesLeavesEachEventInOneFile(t *testing.T) {
	h := open(t)
	h.call("111122223333", "eu-west-1", 3)
	h.deliver()
	h.call("111122223333", "eu-west-1", 2)
	h.call("444455556666", "us-east-1", 1)
	from, _ := trail.ParsePlace(h.state.From)
	events, _, err := h.trail.After(from, eventsAtOnce)
	h.state.Count, h.state.Time = len(events), h.now
	if err := errors.Join(err, h.save(h.state)); err != nil { // as before a write
		t.Fatal(err)
	}
	if _, err := h.write(events); err != nil { // which is done
		t.Fatal(err)
	}
	h.now = h.now.Add(time.Hour) // and not noted
	h.call("111122223333", "eu-west-1", 4)
	h.reopen()
	h.deliver()
	h.once()

	h.now = h.now.Add(time.Hour)
	h.state.Digest = h.now
	if err := h.save(h.state); err != nil {
		t.Fatal(err)
	}
	for _, key := range slices.Sorted(maps.Keys(h.state.Chains)) {
		if _, err := h.digest(h.state.Chains[key], h.now); err != nil {
			t.Fatal(err)
		}
	}
	before := h.objects("Digest")
	h.now = h.now.Add(time.Minute)
	h.reopen()
	h.deliver()
	if after := h.objects("Digest"); !slices.Equal(before, after) || len(after) < 4 {
		t.Errorf("digests %q, then %q", before, after)
	}
	h.validate("111122223333", "eu-west-1", 2)
}

// validate verifies a chain of digests as AWS documents it, from the newest
// back, and the files that they name.
//
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
func (h *house) validate(account, region string, want int) (named []string) {
	h.t.Helper()
	digests := h.objects("^AWSLogs/" + account + "/CloudTrail-Digest/" + region + `/.*\.gz$`)
	if len(digests) != want {
		h.t.Fatalf("%d digests: %q", len(digests), digests)
	}
	slices.Sort(digests)
	var after map[string]any
	for _, object := range slices.Backward(digests) {
		text := h.unpack(object)
		var d map[string]any
		if err := json.Unmarshal(text, &d); err != nil {
			h.t.Fatal(err)
		}
		if d["digestS3Object"] != object || d["digestS3Bucket"] != "bucket" || d["awsAccountId"] != account {
			h.t.Errorf("%s says that it is %v", object, d)
		}
		hash := fmt.Sprintf("%x", sha256.Sum256(text))
		signature := h.verify(object, hash, d)
		if after != nil && (after["previousDigestHashValue"] != hash || after["previousDigestSignature"] != signature ||
			after["previousDigestS3Object"] != object || after["digestStartTime"] != d["digestEndTime"]) {
			h.t.Errorf("%v does not follow %v", after, d)
		}
		for _, f := range d["logFiles"].([]any) {
			f := f.(map[string]any)
			if got := fmt.Sprintf("%x", sha256.Sum256(h.unpack(f["s3Object"].(string)))); got != f["hashValue"] {
				h.t.Errorf("%v has the hash %s", f, got)
			}
			named = append(named, f["s3Object"].(string))
		}
		after = d
	}
	if after["previousDigestSignature"] != nil || after["previousDigestS3Object"] != nil {
		h.t.Errorf("the first digest follows another: %v", after)
	}
	return named
}

// verify verifies a digest's signature with the public key that has its
// fingerprint.
func (h *house) verify(object, hash string, d map[string]any) string {
	h.t.Helper()
	text, err := os.ReadFile(filepath.Join(h.dir, "bucket", object+".signature"))
	if err != nil {
		h.t.Fatal(err)
	}
	signature, err := hex.DecodeString(string(text))
	if err != nil {
		h.t.Fatal(err)
	}
	key := h.PublicKey()
	public, err := x509.ParsePKCS1PublicKey(key.Value)
	if err != nil || d["digestPublicKeyFingerprint"] != key.Fingerprint || d["digestSignatureAlgorithm"] != "SHA256withRSA" {
		h.t.Fatal(err, d)
	}
	previous, ok := d["previousDigestSignature"].(string)
	if !ok {
		previous = "null"
	}
	signed := sha256.Sum256(fmt.Appendf(nil, "%s\n%s/%s\n%s\n%s", d["digestEndTime"], d["digestS3Bucket"], d["digestS3Object"], hash, previous))
	if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, signed[:], signature); err != nil {
		h.t.Errorf("%s: %v", object, err)
	}
	return string(text)
}

func TestDigestsNameAndProveEveryFile(t *testing.T) {
	h := open(t)
	for hour := range 4 {
		if hour != 2 { // when nothing happens
			h.call("111122223333", "eu-west-1", 3)
		}
		h.deliver()
		h.now = h.now.Add(30 * time.Minute)
		h.call("111122223333", "eu-west-1", 1)
		h.deliver()
		h.now = h.now.Add(30 * time.Minute)
		if hour == 1 {
			h.reopen()
		}
		h.deliver()
	}
	named := h.validate("111122223333", "eu-west-1", 4)
	if all := h.objects(logs); len(all) != 7 || len(named) != 7 {
		t.Errorf("%d files, %d of them named", len(all), len(named))
	}
	h.once()
	object := h.objects(`Digest.*\.gz$`)[0]
	if want := "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/03/02/111122223333_CloudTrail-Digest_eu-west-1_rolecall_eu-west-1_20260302T003000Z.json.gz"; object != want {
		t.Errorf("got %s", object)
	}
}

func TestOnlyTheOwnerReadsWhatIsDelivered(t *testing.T) {
	h := open(t)
	h.call("111122223333", "eu-west-1", 1)
	h.deliver()
	err := filepath.WalkDir(h.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == h.dir {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", name, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAFolderThatCannotBeWrittenToIsToldAndTriedAgain(t *testing.T) {
	h := open(t)
	if err := os.WriteFile(filepath.Join(h.dir, "bucket", "AWSLogs"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	h.call("111122223333", "eu-west-1", 1)
	if err := h.Deliver(); err == nil {
		t.Fatal("delivered to where it cannot be")
	}
	h.call("111122223333", "eu-west-1", 1)
	if err := os.Remove(filepath.Join(h.dir, "bucket", "AWSLogs")); err != nil {
		t.Fatal(err)
	}
	h.deliver()
	h.once()
}

func TestADamagedStateIsRefused(t *testing.T) {
	for name, text := range map[string]string{"state.json": "noise", "digest.key": "noise"} {
		h := open(t)
		if err := os.WriteFile(filepath.Join(h.dir, "state", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(h.o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
