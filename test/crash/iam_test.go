package crash

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/bolt"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const (
	iamDir  = "ROLECALL_CRASH_TEST_IAM"  // as childDir, of the child that changes users
	iamLife = "ROLECALL_CRASH_TEST_LIFE" // which of its lives it is
)

// A writer makes one user after the other, with a policy and in a group, and
// takes the last but one away again: six steps a user.
const (
	stepsOfUser = 6
	behind      = 2
)

// step is a writer's kth: an operation with its parameters; "" where there is
// nobody to take away yet.
func step(life string, writer, k int) (operation string, pairs []string) {
	n := k / stepsOfUser
	name, gone := userOf(life, writer, n), userOf(life, writer, n-behind)
	switch k % stepsOfUser {
	case 0:
		return "CreateUser", []string{"UserName", name}
	case 1:
		return "PutUserPolicy", []string{"UserName", name, "PolicyName", "may",
			"PolicyDocument", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`}
	case 2:
		return "AddUserToGroup", []string{"UserName", name, "GroupName", "all"}
	}
	if n < behind {
		return "", nil
	}
	switch k % stepsOfUser {
	case 3:
		return "RemoveUserFromGroup", []string{"UserName", gone, "GroupName", "all"}
	case 4:
		return "DeleteUserPolicy", []string{"UserName", gone, "PolicyName", "may"}
	}
	return "DeleteUser", []string{"UserName", gone}
}

func userOf(life string, writer, n int) string { return fmt.Sprintf("%s-%02d-%d", life, writer, n) }

// usersAfter are the users of a writer after so many steps: whether each has
// its policy and is in the group.
func usersAfter(life string, writer, steps int) map[string][2]bool {
	users := map[string][2]bool{}
	for k := range steps {
		n := k / stepsOfUser
		name, gone := userOf(life, writer, n), userOf(life, writer, n-behind)
		switch k % stepsOfUser {
		case 0:
			users[name] = [2]bool{}
		case 1:
			users[name] = [2]bool{true, false}
		case 2:
			users[name] = [2]bool{true, true}
		case 3:
			if n >= behind {
				users[gone] = [2]bool{true, false}
			}
		case 4:
			if n >= behind {
				users[gone] = [2]bool{}
			}
		case 5:
			delete(users, gone)
		}
	}
	return users
}

// changeChild changes users from many goroutines until it is killed, and writes
// each step that was answered to the pipe.
func changeChild(dir string) error {
	pipe := os.NewFile(3, "answers")
	if _, err := fmt.Fprintln(pipe, opening); err != nil {
		return err
	}
	s, err := rolecall.New(rolecall.Config{Dir: dir})
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	errs := make(chan error, writers)
	for w := range writers {
		wg.Go(func() { errs <- changeOn(s, w, pipe) })
	}
	return <-errs
}

func changeOn(s *rolecall.Server, writer int, pipe *os.File) error {
	for k := 0; ; k++ {
		if operation, pairs := step(os.Getenv(iamLife), writer, k); operation != "" {
			if err := change(s, operation, pairs...); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintln(pipe, writer, k); err != nil { // at once or not at all
			return err
		}
	}
}

func change(s *rolecall.Server, operation string, pairs ...string) error {
	form := url.Values{"Action": {operation}, "Version": {"2010-05-08"}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	body := form.Encode()
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:4680/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(body)))
	if err := signer.NewSigner().SignHTTP(context.Background(), caller, r, sum, "iam", "us-east-1", time.Now()); err != nil {
		return err
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		return fmt.Errorf("%s: %d %s", operation, w.Code, w.Body)
	}
	return nil
}

func TestNoAnsweredChangeOfIAMIsLostAndNoneIsHalfThere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	settle(t, dir)
	random := rand.New(rand.NewPCG(*seed, 2))
	total := 0
	for kill := range *kills {
		life := fmt.Sprintf("life%d", kill)
		done := changeUntil(t, dir, life, random.IntN(400))
		checkUsers(t, dir, life, done)
		for _, steps := range done {
			total += steps
		}
		if t.Failed() {
			t.Fatalf("after kill %d (-seed %d)", kill+1, *seed)
		}
	}
	t.Logf("%d kills, %d answered changes", *kills, total)
}

// settle makes the account, the group that all join, and room for many users.
func settle(t *testing.T, dir string) {
	t.Helper()
	s, err := rolecall.New(rolecall.Config{
		Dir: dir, Admin: rolecall.Credentials{AccessKeyID: caller.AccessKeyID, SecretAccessKey: caller.SecretAccessKey},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := change(s, "CreateGroup", "GroupName", "all"); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	with(t, dir, func(d *directory.Directory, account arn.AccountID) error {
		return d.Update(t.Context(), func(tx *directory.Tx) error {
			tx.PutQuotas(account, directory.Quotas{"UsersPerAccount": 1_000_000})
			return nil
		})
	})
}

func with(t *testing.T, dir string, do func(*directory.Directory, arn.AccountID) error) {
	t.Helper()
	store, err := bolt.Open(bolt.Options{Dir: dir})
	if err != nil {
		t.Fatalf("open after the kill: %v", err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	account, err := arn.ParseAccountID("123456789012")
	if err != nil {
		t.Fatal(err)
	}
	if err := do(directory.New(store), account); err != nil {
		t.Fatal(err)
	}
}

// changeUntil lives one life of the changing child and answers how many steps
// of each writer were answered.
func changeUntil(t *testing.T, dir, life string, after int) (done [writers]int) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), iamDir+"="+dir, iamLife+"="+life)
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
	for answered := 0; ; answered++ {
		if answered == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		if !lines.Scan() {
			if answered < after {
				t.Fatalf("the child ended after %d of %d steps", answered, after)
			}
			return done
		}
		var writer, k int
		if _, err := fmt.Sscan(lines.Text(), &writer, &k); err != nil || k != done[writer] {
			t.Fatalf("%q follows %d steps, %v", lines.Text(), done[writer], err)
		}
		done[writer]++
	}
}

// checkUsers holds what is there against what was answered: of each writer all
// of it, and at most the one step more that was under way.
func checkUsers(t *testing.T, dir, life string, done [writers]int) {
	t.Helper()
	with(t, dir, func(d *directory.Directory, account arn.AccountID) error {
		v, err := d.View(t.Context())
		if err != nil {
			return err
		}
		defer v.Close()
		there, all := map[string][2]bool{}, 0
		members := membersOf(t, v, account)
		v.Users(account, "", func(u *directory.User) bool {
			all++
			if members[u.ID] != (len(u.Groups) == 1) {
				t.Errorf("%s is in %d groups, and among the members: %v", u.Name, len(u.Groups), members[u.ID])
			}
			if strings.HasPrefix(u.Name, life+"-") {
				there[u.Name] = [2]bool{len(u.Inline) == 1, len(u.Groups) == 1}
			}
			return true
		})
		if users, _, _, _ := v.Count(account); users != all {
			t.Errorf("%d users are counted, and %d are there", users, all)
		}
		for w, steps := range done {
			own := map[string][2]bool{}
			for name, has := range there {
				if strings.HasPrefix(name, fmt.Sprintf("%s-%02d-", life, w)) {
					own[name] = has
				}
			}
			answered, under := fmt.Sprint(usersAfter(life, w, steps)), fmt.Sprint(usersAfter(life, w, steps+1))
			if got := fmt.Sprint(own); got != answered && got != under {
				t.Errorf("writer %d, %d steps:\nthere %s\nwant  %s\nor    %s", w, steps, got, answered, under)
			}
		}
		return v.Err()
	})
}

func membersOf(t *testing.T, v *directory.View, account arn.AccountID) map[string]bool {
	t.Helper()
	g, ok := v.Group(account, "all")
	if !ok {
		t.Fatal("the group is gone")
	}
	members := map[string]bool{}
	v.Members(g, func(u *directory.User) bool {
		members[u.ID] = true
		return true
	})
	return members
}
