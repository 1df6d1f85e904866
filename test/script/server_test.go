package script

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// server is the running program of one script.
type server struct {
	cmd  *exec.Cmd
	home map[string]string // what rolecall env printed
}

type serverKey struct{}

func serverOf(ts *testscript.TestScript) *server { return ts.Value(serverKey{}).(*server) }

// serve starts the program and asks rolecall env how to reach it.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	s := serverOf(ts)
	s.cmd = exec.Command(binary, append([]string{"serve", "--listen", "127.0.0.1:0", "--data", ts.MkAbs("data")}, args...)...)
	s.cmd.Env = []string{"HOME=" + ts.Getenv("HOME")}
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() { _ = s.cmd.Process.Kill(); _ = s.cmd.Wait() })
	banner := bufio.NewScanner(out)
	for banner.Scan() && !strings.Contains(banner.Text(), "aws sts get-caller-identity") {
		ts.Logf("%s", banner.Text())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	ts.Check(ts.Exec("rolecall", "env", "--data", ts.MkAbs("data")))
	s.home = map[string]string{}
	for _, line := range strings.Split(ts.ReadFile("stdout"), "\n") {
		rest, _ := strings.CutPrefix(line, "export ")
		for _, pair := range strings.Fields(rest) {
			if name, value, ok := strings.Cut(pair, "="); ok {
				s.home[name] = value
			}
		}
	}
	admin(ts, neg, nil)
}

// halt ends the program as a service manager does, and waits for its end.
func halt(ts *testscript.TestScript, _ bool, _ []string) {
	s := serverOf(ts)
	ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
	ts.Check(s.cmd.Wait())
}

// admin takes the keys of the user admin again.
func admin(ts *testscript.TestScript, _ bool, _ []string) {
	for name, value := range serverOf(ts).home {
		ts.Setenv(name, value)
	}
	ts.Setenv("AWS_SESSION_TOKEN", "")
}

// become takes the credentials that the last command printed: those of
// sts assume-role, sts get-session-token, iam create-access-key or
// rolecall account create, in JSON.
func become(ts *testscript.TestScript, _ bool, _ []string) {
	type keys struct{ AccessKeyID, SecretAccessKey, SessionToken string }
	var printed struct {
		keys
		Credentials, AccessKey keys
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &printed))
	for _, k := range []keys{printed.keys, printed.Credentials, printed.AccessKey} {
		if k.AccessKeyID != "" {
			ts.Setenv("AWS_ACCESS_KEY_ID", k.AccessKeyID)
			ts.Setenv("AWS_SECRET_ACCESS_KEY", k.SecretAccessKey)
			ts.Setenv("AWS_SESSION_TOKEN", k.SessionToken)
			return
		}
	}
	ts.Fatalf("the last command printed no credentials")
}

// saveProfile writes the credentials in use to the profile [saml] of the
// shared credentials file, where SAML log-in tools put them, and takes them
// out of the environment, which would win over profiles.
func saveProfile(ts *testscript.TestScript, _ bool, _ []string) {
	text := "[saml]\naws_access_key_id = " + ts.Getenv("AWS_ACCESS_KEY_ID") +
		"\naws_secret_access_key = " + ts.Getenv("AWS_SECRET_ACCESS_KEY") +
		"\n"
	if token := ts.Getenv("AWS_SESSION_TOKEN"); token != "" {
		text += "aws_session_token = " + token + "\n"
	}
	ts.Check(os.MkdirAll(ts.MkAbs(".aws"), 0o700))
	ts.Check(os.WriteFile(ts.MkAbs(".aws/credentials"), []byte(text), 0o600))
	ts.Setenv("AWS_SHARED_CREDENTIALS_FILE", ts.MkAbs(".aws/credentials"))
	ts.Setenv("AWS_CONFIG_FILE", ts.MkAbs(".aws/config"))
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
		ts.Setenv(name, "")
	}
}

// compareJSON compares one member of the last command's JSON output with a
// text: json Role.MaxSessionDuration 3600. A text that begins with ~ need only
// be contained.
func compareJSON(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: json path value")
	}
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &v))
	for _, name := range strings.Split(args[0], ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[name]
		case []any:
			v = nil
			for i, item := range at {
				if name == string(rune('0'+i)) {
					v = item
				}
			}
		default:
			v = nil
		}
	}
	got, ok := v.(string)
	if !ok {
		text, err := json.Marshal(v)
		ts.Check(err)
		got = string(text)
	}
	want, part := strings.CutPrefix(args[1], "~")
	if same := got == want || part && strings.Contains(got, want); same == neg {
		ts.Fatalf("%s is %q, want %q", args[0], got, args[1])
	}
}
