package script

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rolecall-iam/rolecall/test/oidctest"
	"github.com/rolecall-iam/rolecall/test/samltest"
)

// binary is the real program, built once.
var binary string

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "rolecall-script")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "rolecall")
	build := exec.Command("go", "build", "-o", binary, "github.com/rolecall-iam/rolecall/cmd/rolecall")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
		return 1
	}
	// A person at the access portal; scripts that need one ask for [chromium].
	browser := exec.Command("go", "build", "-o", filepath.Join(dir, "portalbrowser"), "github.com/rolecall-iam/rolecall/test/portalbrowser")
	browser.Env = build.Env
	if out, err := browser.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the browser: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

func TestScripts(t *testing.T) {
	for _, client := range []string{"aws", "jq"} {
		if _, err := exec.LookPath(client); err == nil {
			continue
		}
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not installed", client)
		}
		t.Skipf("SKIPPED: %s is not installed", client)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			docs, err := filepath.Abs(filepath.Join("..", "..", "docs"))
			if err != nil {
				return err
			}
			newer, _ := newerAWS() // the condition says what is wrong
			e.Vars = append(append(e.Vars, clientEnvironment(e.WorkDir)...), "DOCS="+docs, "NEWER_AWS="+newer)
			e.Values[serverKey{}] = new(server)
			e.Values[askedKey{}] = new(asked)
			e.Values[issuersKey{}] = map[string]*oidctest.Issuer{}
			e.Values[providersKey{}] = map[string]*samltest.Provider{}
			return nil
		},
		Condition: condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve":  serve,
			"halt":   halt,
			"become": become,
			"admin":  admin,
			"saml":   saveProfile,
			"json":   compareJSON,
			"totp":   totp,
			"mend":   mend,
			"denied": denied,
			"fixed":  fixed,
			"issuer": issuer,
			"token":  token,

			"idp":      idp,
			"response": response,
			"tamper":   tamper,
			"signin":   signIn,
		},
	})
}

// conditions are what scripts may ask: whether something is installed. What
// fails where it is not.
var conditions = map[string][]string{
	"boto3":    {"python3", "-c", "import boto3"},
	"chromium": {"chromium", "--version"},
	"aws2":     {"/usr/bin/aws", "sso", "login", "help"}, // version 1 has no such command
}

func condition(name string) (bool, error) {
	command, ok := conditions[name]
	var err error
	switch {
	case name == "aws-login":
		_, err = newerAWS()
	case ok:
		c := exec.Command(command[0], command[1:]...)
		c.Env = append(os.Environ(), "AWS_PAGER=")
		err = c.Run()
	default:
		return false, fmt.Errorf("unknown condition %q", name)
	}
	if err != nil && os.Getenv("CI") != "" {
		return false, fmt.Errorf("%s is not installed: %w", name, err)
	}
	return err == nil, nil
}

// clientEnvironment is a clean home for the aws CLI, so that no script sees
// another's profiles or cached sessions, nor this machine's.
func clientEnvironment(home string) []string {
	vars := []string{
		"PATH=" + filepath.Dir(binary) + string(os.PathListSeparator) + os.Getenv("PATH"),
		"HOME=" + home,
		"AWS_PAGER=", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_DEFAULT_OUTPUT=json",
	}
	if user, err := os.UserHomeDir(); err == nil && os.Getenv("PYENV_ROOT") == "" {
		return append(vars, "PYENV_ROOT="+filepath.Join(user, ".pyenv"))
	}
	return append(vars, "PYENV_ROOT="+os.Getenv("PYENV_ROOT"))
}
