package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestExitCodes(t *testing.T) {
	cases := []struct {
		name    string
		args    []string
		environ []string
		code    int
		says    string
	}{
		{"the version is told", []string{"version"}, nil, 0, ""},
		{"no command is a mistake of usage", nil, nil, 2, "expected one of"},
		{"an unknown flag is one", []string{"serve", "--nosuch"}, nil, 2, "unknown flag"},
		{"an unknown variable is one", []string{"version"}, []string{"ROLECALL_NOSUCH=1"}, 2, "ROLECALL_NOSUCH"},
		{"a variable that a flag has is none", []string{"version"}, []string{"ROLECALL_LISTEN=127.0.0.1:1"}, 0, ""},
		{"half a key is one", []string{"serve", "--root-access-key-id", "AKIAIOSFODNN7EXAMPLE"}, nil, 2, "needs both"},
		{"a key id that is too short is one", []string{"account", "create", "--account-id", "111111111111", "--admin-access-key-id", "AKIA", "--admin-secret-access-key", "a-secret-of-enough-length"}, nil, 2, "the admin key: an access key id has 16 to 128"},
		{"so is a session's", []string{"serve", "--ephemeral", "--root-access-key-id", "ASIAIOSFODNN7EXAMPLE", "--root-secret-access-key", "a-secret-of-enough-length"}, nil, 2, "begin with ASIA"},
		{"a secret that is too short is one", []string{"import", "x", "--root-access-key-id", "AKIAIOSFODNN7EXAMPLE", "--root-secret-access-key", "short"}, nil, 2, "a secret access key has 16"},
		{"a proxy that is no address is one", []string{"serve", "--ephemeral", "--listen", "127.0.0.1:0", "--trusted-proxy", "proxy"}, nil, 2, "is no address"},
		{"an account that is none is one", []string{"account", "create", "--account-id", "1"}, nil, 2, "twelve digits"},
		{"a revocation of nothing is one", []string{"sessions", "revoke"}, nil, 2, "which sessions?"},
		{"a time that is none is one", []string{"sessions", "revoke", "--before", "noon"}, nil, 2, "is no time"},
		{"a file that is not there is one", []string{"restore", "nosuch"}, nil, 2, "nosuch"},
		{"no server to ask is a refusal", []string{"env", "--data", "nosuch"}, nil, 1, "no server runs"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if code := run(c.args, c.environ, &out, &errs); code != c.code || !strings.Contains(errs.String(), c.says) {
				t.Errorf("exit code %d, said %q", code, errs.String())
			}
		})
	}
}

func TestShellWordIsOneWordToAShell(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("SKIPPED: no shell")
	}
	for _, word := range []string{"plain/path-1.x", "two words", "it's", `a"b$c` + "`d`", "ünïcode", ""} {
		out, err := exec.Command(shell, "-c", "printf %s "+shellWord(word)).Output()
		if err != nil || string(out) != word {
			t.Errorf("%q arrived as %q, %v", word, out, err)
		}
	}
}

func TestAFileIsReplacedWholeOrNotAtAll(t *testing.T) {
	path := t.TempDir() + "/f"
	for _, text := range []string{"one", "one", "two"} {
		if err := replaceFile(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("holds %q, %v; want %q", got, err, text)
		}
	}
}
