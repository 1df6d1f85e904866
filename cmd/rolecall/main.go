package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// commands is the command line. Every flag of serve is also an environment
// variable.
type commands struct {
	Serve       serveCommand       `cmd:"" help:"Serve on one address."`
	Env         envCommand         `cmd:"" help:"Print the export lines for the server that runs on the data directory."`
	Account     accountCommand     `cmd:"" help:"Accounts."`
	Keys        keysCommand        `cmd:"" help:"The keys that seal sessions and stored secrets."`
	Sessions    sessionsCommand    `cmd:"" help:"Temporary credentials that were given out."`
	Portal      portalCommand      `cmd:"" help:"The access portal of IAM Identity Center."`
	Root        rootCommand        `cmd:"" help:"Root users of accounts."`
	Quotas      quotasCommand      `cmd:"" help:"How much an account may have."`
	SCIM        scimCommand        `cmd:"" help:"Provisioning of users and groups by an identity provider."`
	Trail       trailCommand       `cmd:"" help:"The events of all calls."`
	Backup      backupCommand      `cmd:"" help:"Copy the data to a file, also while the server runs."`
	Restore     restoreCommand     `cmd:"" help:"Lay a copy into a data directory that holds none."`
	Import      importCommand      `cmd:"" help:"Recreate a real AWS account from what the aws CLI prints of it."`
	Export      exportCommand      `cmd:"" help:"Print an account as aws iam get-account-authorization-details does."`
	Why         whyCommand         `cmd:"" help:"Tell why a principal may or may not do something, and the smallest change that lets it."`
	Can         canCommand         `cmd:"" help:"Tell what a principal may do: actions, resources, conditions, roles."`
	Simulate    simulateCommand    `cmd:"" help:"Ask AWS's policy simulator offline: several actions and resources at once."`
	Test        testCommand        `cmd:"" help:"Hold policies against files of tests: who must and must not be able to do what."`
	Validate    validateCommand    `cmd:"" help:"Tell all that is wrong or doubtful in policy documents, as AWS's Access Analyzer does and beyond."`
	WhoCan      whoCanCommand      `cmd:"" help:"List the users and roles that may do something."`
	Docs        docsCommand        `cmd:"" help:"Print a page of the documentation, such as one that an answer names; without a page, list them."`
	Conformance conformanceCommand `cmd:"" help:"Hold cases of how AWS decides against this engine."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// dataFlag is shared by all commands that need the data directory.
type dataFlag struct {
	Data string `help:"Data directory." env:"ROLECALL_DATA" placeholder:"DIR" type:"path"`
}

// outputFlag is shared by all commands that print something.
type outputFlag struct {
	Output string `help:"Output: text or json." enum:"text,json" default:"text" env:"ROLECALL_OUTPUT"`
}

// errUsage marks what the caller got wrong: exit code 2.
var errUsage = errors.New("usage")

func main() { os.Exit(run(os.Args[1:], os.Environ(), os.Stdout, os.Stderr)) }

// run is main with everything it touches as arguments; it answers the exit
// code.
func run(args, environ []string, stdout, stderr io.Writer) int {
	var c commands
	parser, err := kong.New(&c, kong.Name("rolecall"),
		kong.Description("AWS's identity and access services, on your machine, deciding as AWS decides."),
		kong.Writers(stdout, stderr), kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(stdout, (*io.Writer)(nil)))
	if err != nil {
		fmt.Fprintln(stderr, "rolecall:", err)
		return 2
	}
	if name := unknownVariable(parser, environ); name != "" {
		fmt.Fprintf(stderr, "rolecall: the environment variable %s is not one that rolecall knows\n", name)
		return 2
	}
	call, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(stderr, "rolecall:", err)
		return 2
	}
	err = call.Run()
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errNo):
		return 1
	case errors.Is(err, errUnknown):
		return 3
	}
	fmt.Fprintln(stderr, "rolecall:", strings.ReplaceAll(err.Error(), errUsage.Error()+": ", ""))
	name, _, _ := strings.Cut(call.Command(), " ")
	if errors.Is(err, errUsage) || slices.Contains(questions, name) {
		return 2
	}
	return 1
}

// questions are the commands whose exit code 1 is an answer: whatever keeps them
// from one is no no.
var questions = []string{"why", "who-can", "can", "simulate", "test", "validate"}

// unknownVariable names a ROLECALL_ variable of the environment that no flag
// has: a mistyped switch must not silently mean its default.
func unknownVariable(k *kong.Kong, environ []string) string {
	known := make(map[string]bool)
	var visit func(n *kong.Node)
	visit = func(n *kong.Node) {
		for _, f := range n.Flags {
			for _, env := range f.Envs {
				known[env] = true
			}
		}
		for _, child := range n.Children {
			visit(child)
		}
	}
	visit(k.Model.Node)
	for _, v := range environ {
		name, _, _ := strings.Cut(v, "=")
		if strings.HasPrefix(name, "ROLECALL_") && !known[name] {
			return name
		}
	}
	return ""
}

// dir is the data directory: the one given, or rolecall's own below the user's
// data directory, as the XDG base directory specification lays it out.
func (d dataFlag) dir() (string, error) {
	if d.Data != "" {
		return d.Data, nil
	}
	if base := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(base) {
		return filepath.Join(base, "rolecall"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("%w: no home directory to keep data in; give --data DIR", errUsage)
	}
	return filepath.Join(home, ".local", "share", "rolecall"), nil
}
