package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"github.com/rolecall-iam/rolecall"
)

// environment is what a client needs to reach a server as its first user.
type environment struct {
	Endpoint    string               `json:"endpoint"`
	DataPath    string               `json:"dataPath,omitempty"` // for clients that do not know AWS_ENDPOINT_URL
	Region      string               `json:"region"`
	Credentials rolecall.Credentials `json:"credentials"`
	open        bool                 // to other machines than this one
}

// lines are the export lines. AWS_DEFAULT_REGION is for version 1 of the aws
// CLI, AWS_REGION for everyone else.
func (e environment) lines() []string {
	reach := fmt.Sprintf("export AWS_ENDPOINT_URL=%s AWS_REGION=%s AWS_DEFAULT_REGION=%s", e.Endpoint, e.Region, e.Region)
	if e.DataPath != "" {
		reach += " AWS_DATA_PATH=" + shellWord(e.DataPath)
	}
	return []string{
		reach,
		fmt.Sprintf("export AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s", e.Credentials.AccessKeyID, e.Credentials.SecretAccessKey),
	}
}

// forGo is the line for what AWS's SDK for Go asks while it reads a profile: it
// knows the endpoint of all services too late for that, and would go to AWS.
func (e environment) forGo() string {
	return fmt.Sprintf("export AWS_ENDPOINT_URL_STS=%[1]s AWS_ENDPOINT_URL_SSO=%[1]s AWS_ENDPOINT_URL_SSO_OIDC=%[1]s AWS_ENDPOINT_URL_SIGNIN=%[1]s", e.Endpoint)
}

// shellWord is s as a shell takes it for one word.
func shellWord(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=:@%") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// envCommand is rolecall env.
type envCommand struct {
	dataFlag
	outputFlag
	AccountID string `help:"Account whose first user to be; the one of the first start otherwise."`
}

// Run prints the lines for eval "$(rolecall env)". The line that takes away a
// session token matters to a shell that has assumed a role before.
func (c *envCommand) Run(stdout io.Writer) error {
	dir, err := c.dir()
	if err != nil {
		return err
	}
	var env environment
	err = askFor(dir, "GET", "/env?account="+url.QueryEscape(c.AccountID), nil, &env)
	if errors.Is(err, errNotRunning) {
		return fmt.Errorf("%w (%s): start it with rolecall serve", err, dir)
	}
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(stdout).Encode(env)
	}
	for _, line := range append(env.lines(), env.forGo()) {
		fmt.Fprintln(stdout, line)
	}
	fmt.Fprintln(stdout, "unset AWS_SESSION_TOKEN AWS_PROFILE")
	return nil
}

// envLine is the command that prints the lines again, as it can be typed here.
func envLine(dir string) string {
	line := shellWord(os.Args[0]) + " env"
	if usual, err := (dataFlag{}).dir(); err != nil || usual != dir {
		line += " --data " + shellWord(dir)
	}
	return line
}

// printBanner tells where the server is and what to paste.
func printBanner(w io.Writer, s *rolecall.Server, env environment, dir string) error {
	fmt.Fprintf(w, "rolecall serves AWS's identity services at %s\n", env.Endpoint)
	fmt.Fprintf(w, "mode     enforcing: every signature is checked, every call is decided\n")
	if env.open {
		fmt.Fprintf(w, "careful  other machines reach it too, over plain HTTP: put a proxy with HTTPS before it (--url, --trusted-proxy)\n")
	}
	if dir == "" {
		fmt.Fprintf(w, "data     in memory; gone when this process ends\n")
	} else {
		fmt.Fprintf(w, "data     %s\n", dir)
	}
	first, ok := s.FirstStart()
	if !ok {
		_, err := fmt.Fprintf(w, "\nPaste into another shell:\n\n  eval \"$(%s)\"\n  aws sts get-caller-identity\n  aws iam list-roles\n\n", envLine(dir))
		return err
	}
	fmt.Fprintf(w, "account  %s, with the user admin (AdministratorAccess); its secret is shown this once\n", first.AccountID)
	fmt.Fprintf(w, "\nPaste into another shell:\n\n")
	env.Credentials = first.Credentials
	for _, line := range env.lines() {
		fmt.Fprintf(w, "  %s\n", line)
	}
	_, err := fmt.Fprintf(w, "  aws sts get-caller-identity\n\n")
	return err
}
