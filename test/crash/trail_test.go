package crash

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	cryptorand "crypto/rand"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/trail"
)

const trailDir = "ROLECALL_CRASH_TEST_TRAIL" // as childDir, of the child that serves

// caller is the key that the child's server is made with.
var caller = aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}

// serveChild answers calls from many goroutines until it is killed, and writes
// the id of each that was answered to the pipe.
func serveChild(dir string) error {
	pipe := os.NewFile(3, "answers")
	if _, err := fmt.Fprintln(pipe, opening); err != nil {
		return err
	}
	s, err := rolecall.New(rolecall.Config{
		Dir: dir, Admin: rolecall.Credentials{AccessKeyID: caller.AccessKeyID, SecretAccessKey: caller.SecretAccessKey},
	})
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	errs := make(chan error, writers)
	for range writers {
		wg.Go(func() { errs <- callOn(s, pipe) })
	}
	return <-errs
}

func callOn(s *rolecall.Server, pipe *os.File) error {
	const body = "Action=GetCallerIdentity&Version=2011-06-15"
	for {
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:4680/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		sum := fmt.Sprintf("%x", sha256.Sum256([]byte(body)))
		if err := signer.NewSigner().SignHTTP(context.Background(), caller, r, sum, "sts", "us-east-1", time.Now()); err != nil {
			return err
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			return fmt.Errorf("%d %s", w.Code, w.Body)
		}
		if _, err := fmt.Fprintln(pipe, w.Header().Get("x-amzn-RequestId")); err != nil {
			return err
		}
	}
}

func TestNoEventOfAnAnsweredCallIsLost(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	random := rand.New(rand.NewPCG(*seed, 1))
	total := 0
	for kill := range *kills {
		answered := serveUntil(t, dir, random.IntN(400))
		checkEvents(t, dir, answered)
		if total += len(answered); t.Failed() {
			t.Fatalf("after kill %d (-seed %d)", kill+1, *seed)
		}
	}
	t.Logf("%d kills, %d answered calls", *kills, total)
}

// serveUntil lives one life of the serving child and answers the ids of all
// calls that it answered, those after the kill was sent as well.
func serveUntil(t *testing.T, dir string, after int) (answered []string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), trailDir+"="+dir)
	cmd.Stderr = os.Stderr
	cmd.ExtraFiles = []*os.File{w}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }()
	defer func() { _ = cmd.Process.Kill() }() // again, when the test fails
	w.Close()
	lines := bufio.NewScanner(r)
	if !lines.Scan() || lines.Text() != opening {
		t.Fatalf("the child began with %q, %v", lines.Text(), lines.Err())
	}
	for {
		if len(answered) == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		if !lines.Scan() {
			break
		}
		answered = append(answered, lines.Text())
	}
	if len(answered) < after || lines.Err() != nil {
		t.Fatalf("the child ended after %d of %d calls: %v", len(answered), after, lines.Err())
	}
	return answered
}

// checkEvents looks each answered call up, the newest first.
func checkEvents(t *testing.T, dir string, answered []string) {
	t.Helper()
	account, err := arn.ParseAccountID("123456789012")
	if err != nil {
		t.Fatal(err)
	}
	history, err := trail.Open(trail.Options{
		Dir: filepath.Join(dir, "trail"), Now: time.Now, Rand: cryptorand.Reader, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatalf("open after the kill: %v", err)
	}
	defer history.Close()
	missing := make(map[string]bool, len(answered))
	for _, id := range answered {
		missing[id] = true
	}
	page, err := history.Lookup(t.Context(), trail.Query{Account: account, Limit: len(answered) + 2*writers})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Events {
		_, rest, _ := strings.Cut(e.JSON, `"requestID":"`)
		id, _, _ := strings.Cut(rest, `"`)
		delete(missing, id)
	}
	for id := range missing {
		t.Errorf("request %s was answered and is in no event", id)
	}
}
