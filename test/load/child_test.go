package load

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
)

// childDir names, in the environment of a child, the data directory that it
// serves.
const childDir = "ROLECALL_LOAD_TEST_DIR"

// TestMain is the child's entry too: a process of its own, so that what it
// takes can be told from what the test takes.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		fmt.Fprintln(os.Stderr, "child:", serve(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// serve serves a directory until its standard input ends.
func serve(dir string) error {
	s, err := rolecall.New(rolecall.Config{Dir: dir})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() { _ = http.Serve(l, s) }()
	fmt.Println(l.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := s.Close(); err != nil {
		return err
	}
	os.Exit(0)
	return nil
}

// child is a server in a process of its own.
type child struct {
	address string
	cmd     *exec.Cmd
	stdin   io.Closer
}

func startChild(t *testing.T, dir string) *child {
	t.Helper()
	c := &child{cmd: exec.Command(os.Args[0])}
	c.cmd.Env = append(os.Environ(), childDir+"="+dir)
	c.cmd.Stderr = os.Stderr
	in, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.stdin = in
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the child did not start: %v", err)
	}
	c.address = strings.TrimSpace(line)
	return c
}

// stop ends the child and waits for it.
func (c *child) stop(t *testing.T) {
	t.Helper()
	if err := c.stdin.Close(); err != nil {
		t.Error(err)
	}
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("the child ended with %v", err)
	}
}

// resident is the memory of the child in MiB: all of it, and what of it is its
// own rather than pages of its files. 0 where the system does not tell.
func (c *child) resident() (all, own float64) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(status)) {
		name, rest, _ := strings.Cut(line, ":")
		kib, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
		switch name {
		case "VmRSS":
			all = kib / 1024
		case "RssAnon":
			own = kib / 1024
		}
	}
	return all, own
}
