package rolecall_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
)

var (
	admin = rolecall.Credentials{AccessKeyID: "AKIAADMINADMINADMIN0", SecretAccessKey: "admin+secret+admin+secret+admin+secret+a"}
	root  = rolecall.Credentials{AccessKeyID: "AKIAROOTROOTROOTROOT", SecretAccessKey: "root/secret/root/secret/root/secret/root/"}
	fresh = rolecall.Credentials{AccessKeyID: "AKIAFRESHFRESHFRESH0", SecretAccessKey: "fresh-secret-fresh-secret-fresh-secret-f"}
)

func accountID(t *testing.T, digits string) arn.AccountID {
	t.Helper()
	id, err := arn.ParseAccountID(digits)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// start starts a service that must start; stop stops it.
func start(t *testing.T, c rolecall.Config) *rolecall.Server {
	t.Helper()
	s, err := rolecall.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func stop(t *testing.T, s *rolecall.Server) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// who is the ARN that the SDK's client is told for a key.
func who(t *testing.T, s *rolecall.Server, k rolecall.Credentials) (string, error) {
	t.Helper()
	web := httptest.NewServer(s)
	defer web.Close()
	out, err := sts.New(sts.Options{
		BaseEndpoint: &web.URL, Region: "us-east-1", Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(k.AccessKeyID, k.SecretAccessKey, ""),
	}).GetCallerIdentity(context.Background(), nil)
	if err != nil {
		return "", err
	}
	return *out.Arn, nil
}

func mustBe(t *testing.T, s *rolecall.Server, k rolecall.Credentials, want string) {
	t.Helper()
	if got, err := who(t, s, k); err != nil || got != want {
		t.Errorf("%s is %q, %v; want %s", k.AccessKeyID, got, err, want)
	}
}

// The service in one line of a test, as the package's documentation shows it.
func TestTheZeroConfigIsAWholeService(t *testing.T) {
	s := start(t, rolecall.Config{})
	defer stop(t, s)
	first, ok := s.FirstStart()
	if !ok || first.AccountID.String() != "123456789012" {
		t.Fatalf("first start: %v %v", first.AccountID, ok)
	}
	if !regexp.MustCompile(`^AKIA[A-Z2-7]{16}$`).MatchString(first.AccessKeyID) || len(first.SecretAccessKey) != 40 {
		t.Errorf("made the key %s with a secret of %d", first.AccessKeyID, len(first.SecretAccessKey))
	}
	mustBe(t, s, first.Credentials, "arn:aws:iam::123456789012:user/admin")
	other := start(t, rolecall.Config{})
	defer stop(t, other)
	if again, _ := other.FirstStart(); again.Credentials == first.Credentials {
		t.Error("two services made the same key")
	}
	if _, err := who(t, other, first.Credentials); err == nil {
		t.Error("one service knows the other's key")
	}
}

// A key given is used, and the root user has a key only where one is given.
func TestKeysGiven(t *testing.T) {
	s := start(t, rolecall.Config{AccountID: accountID(t, "111122223333"), Admin: admin, Root: root})
	defer stop(t, s)
	mustBe(t, s, admin, "arn:aws:iam::111122223333:user/admin")
	mustBe(t, s, root, "arn:aws:iam::111122223333:root")
	if got, err := s.AdminCredentials(context.Background(), arn.AccountID{}); err != nil || got != admin {
		t.Errorf("%v, %v", got.AccessKeyID, err)
	}
}

// Settings that contradict the data are refused with one sentence, never
// passed over; those that agree are good.
func TestLaterStarts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	stop(t, start(t, rolecall.Config{Dir: dir, Admin: admin}))
	wrong := rolecall.Credentials{AccessKeyID: admin.AccessKeyID, SecretAccessKey: fresh.SecretAccessKey}
	for _, c := range []struct {
		rule   string
		config rolecall.Config
		want   string // in the error; "" where it starts
	}{
		{"nothing said", rolecall.Config{}, ""},
		{"the same account and key", rolecall.Config{AccountID: accountID(t, "123456789012"), Admin: admin}, ""},
		{"must exist, and does", rolecall.Config{MustExist: true}, ""},
		{"another account", rolecall.Config{AccountID: accountID(t, "999999999999")}, "holds account 123456789012, not 999999999999"},
		{"another key", rolecall.Config{Admin: fresh}, fresh.AccessKeyID + " is not in the data"},
		{"another secret", rolecall.Config{Admin: wrong}, admin.AccessKeyID + " has another secret in the data"},
		{"a root key that is the admin's", rolecall.Config{Root: wrong}, admin.AccessKeyID + " has another secret in the data"},
		{"the admin's key for root", rolecall.Config{Root: admin}, admin.AccessKeyID + " is somebody else's"},
		{"a root key that is too short", rolecall.Config{Root: rolecall.Credentials{AccessKeyID: "AKIA", SecretAccessKey: root.SecretAccessKey}}, "16 to 128"},
		{"a root key for an account that has none", rolecall.Config{Root: root}, ""},
		{"the same again", rolecall.Config{Root: root}, ""},
		{"root's key for the admin", rolecall.Config{Admin: root}, root.AccessKeyID + " is somebody else's"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			c.config.Dir = dir
			s, err := rolecall.New(c.config)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Fatalf("%v, want %q", err, c.want)
			}
			if err != nil {
				for _, secret := range []string{admin.SecretAccessKey, fresh.SecretAccessKey, root.SecretAccessKey} {
					if strings.Contains(err.Error(), secret) {
						t.Errorf("the error tells a secret: %v", err)
					}
				}
				return
			}
			if _, first := s.FirstStart(); first {
				t.Error("it says that it is the first start")
			}
			defer stop(t, s)
			mustBe(t, s, admin, "arn:aws:iam::123456789012:user/admin")
			if c.config.Root != (rolecall.Credentials{}) {
				mustBe(t, s, root, "arn:aws:iam::123456789012:root")
			}
		})
	}
}

// What cannot be started says why in one sentence and leaves what is there
// as it is.
func TestWhatCannotBeStarted(t *testing.T) {
	for _, c := range []struct {
		rule    string
		prepare func(t *testing.T, dir string)
		want    string
	}{
		{"must exist, and does not", nil, "holds no data"},
		{"another process has it", func(t *testing.T, dir string) {
			s := start(t, rolecall.Config{Dir: dir})
			t.Cleanup(func() { stop(t, s) })
		}, "in use"},
		{"the key file is gone", func(t *testing.T, dir string) {
			stop(t, start(t, rolecall.Config{Dir: dir}))
			if err := os.Remove(filepath.Join(dir, rolecall.KeyFile)); err != nil {
				t.Fatal(err)
			}
		}, "is missing: without it nothing"},
		{"the key file is of another directory", func(t *testing.T, dir string) {
			stop(t, start(t, rolecall.Config{Dir: dir}))
			writeKey(t, dir, strings.Repeat("ab", 32))
		}, "not the one that this data was sealed with"},
		{"the key file is none", func(t *testing.T, dir string) {
			stop(t, start(t, rolecall.Config{Dir: dir}))
			writeKey(t, dir, "hello")
		}, "is not a key file"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			if c.prepare != nil {
				c.prepare(t, dir)
			}
			s, err := rolecall.New(rolecall.Config{Dir: dir, MustExist: true})
			if err == nil {
				s.Close()
				t.Fatal("it started")
			}
			if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want %q in one line", err, c.want)
			}
		})
	}
}

func writeKey(t *testing.T, dir, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, rolecall.KeyFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// An account is added with its admin; nothing is half there where it cannot.
func TestCreateAccount(t *testing.T) {
	s := start(t, rolecall.Config{Admin: admin})
	defer stop(t, s)
	ctx := context.Background()
	second := accountID(t, "210987654321")
	made, err := s.CreateAccount(ctx, rolecall.NewAccount{ID: second, Name: "second", Root: root})
	if err != nil {
		t.Fatal(err)
	}
	mustBe(t, s, made, "arn:aws:iam::210987654321:user/admin")
	mustBe(t, s, root, "arn:aws:iam::210987654321:root")
	third := accountID(t, "333333333333")
	for _, c := range []struct {
		rule string
		rolecall.NewAccount
		want string
	}{
		{"no number", rolecall.NewAccount{}, "twelve digits"},
		{"it is there already", rolecall.NewAccount{ID: second}, "account 210987654321 exists already"},
		{"a key id that is taken", rolecall.NewAccount{ID: third, Admin: admin}, admin.AccessKeyID + " is taken"},
		{"admin and root with one key", rolecall.NewAccount{ID: third, Admin: fresh, Root: fresh}, fresh.AccessKeyID + " is taken"},
		{"a session's key id", rolecall.NewAccount{ID: third, Admin: rolecall.Credentials{AccessKeyID: "ASIAFRESHFRESHFRESH0", SecretAccessKey: fresh.SecretAccessKey}}, "those of sessions"},
		{"a key id with a slash", rolecall.NewAccount{ID: third, Admin: rolecall.Credentials{AccessKeyID: "AKIA/FRESHFRESHFRESH", SecretAccessKey: fresh.SecretAccessKey}}, "letters, digits"},
		{"a short secret", rolecall.NewAccount{ID: third, Admin: rolecall.Credentials{AccessKeyID: fresh.AccessKeyID, SecretAccessKey: "short"}}, "16 to 128 characters"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if _, err := s.CreateAccount(ctx, c.NewAccount); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	if _, err := s.AdminCredentials(ctx, third); err == nil {
		t.Error("an account that was refused is there")
	}
	if _, err := s.CreateAccount(ctx, rolecall.NewAccount{ID: third, Admin: fresh}); err != nil {
		t.Errorf("after the refusals: %v", err)
	}
}

// A backup with its key file is the whole service again: keys, roles and
// sessions that were open.
func TestBackupAndRestore(t *testing.T) {
	from, to := filepath.Join(t.TempDir(), "from"), filepath.Join(t.TempDir(), "to")
	s := start(t, rolecall.Config{Dir: from, Admin: admin, Root: root})
	var backup bytes.Buffer
	if err := s.Backup(&backup); err != nil {
		t.Fatal(err)
	}
	stop(t, s)
	key, err := os.ReadFile(filepath.Join(from, rolecall.KeyFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := rolecall.Restore(bytes.NewReader(backup.Bytes()), nil, to); err == nil {
		t.Error("restored without a key file")
	}
	if err := rolecall.Restore(bytes.NewReader(backup.Bytes()), []byte("hello"), to); err == nil {
		t.Error("restored with a key file that is none")
	}
	if err := rolecall.Restore(bytes.NewReader(backup.Bytes()[:backup.Len()/2]), key, to); err == nil {
		t.Error("restored half a backup")
	}
	if err := rolecall.Restore(bytes.NewReader(backup.Bytes()), key, to); err != nil {
		t.Fatal(err)
	}
	if err := rolecall.Restore(bytes.NewReader(backup.Bytes()), key, to); err == nil {
		t.Error("restored over data")
	}
	again := start(t, rolecall.Config{Dir: to, MustExist: true})
	defer stop(t, again)
	mustBe(t, again, admin, "arn:aws:iam::123456789012:user/admin")
	mustBe(t, again, root, "arn:aws:iam::123456789012:root")
}

// The server says that it lives while it can read, and not after.
func TestHealth(t *testing.T) {
	s := start(t, rolecall.Config{Now: func() time.Time { return time.Unix(1772366400, 0) }})
	ask := func(path string) int {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w.Code
	}
	for _, path := range []string{"/_/livez", "/_/readyz"} {
		if got := ask(path); got != http.StatusOK {
			t.Errorf("%s: %d", path, got)
		}
	}
	for _, path := range []string{"/_/", "/_/nosuch", "/_/livez/x"} {
		if got := ask(path); got != http.StatusNotFound {
			t.Errorf("%s, which is none of AWS's and not here: %d", path, got)
		}
	}
	stop(t, s)
	stop(t, s) // twice is once
	if got := ask("/_/readyz"); got != http.StatusServiceUnavailable {
		t.Errorf("closed: %d", got)
	}
}
