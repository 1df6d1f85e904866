package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/rolecall-iam/rolecall/test/chromium"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "portalbrowser:", err)
		os.Exit(1)
	}
}

// person is somebody at a browser who says what there is to read.
type person struct {
	*chromium.Browser
	stdout io.Writer
}

// visits are what a person may do, with the number of arguments.
var visits = map[string]struct {
	arguments int
	do        func(*person, []string) error
}{
	"password": {1, (*person).password},
	"allow":    {2, (*person).allow},
	"login":    {4, (*person).login},
	"mfa":      {5, (*person).login},
}

func run(args []string, stdout io.Writer) (err error) {
	if len(args) < 2 || len(args) != 2+visits[args[0]].arguments {
		return errors.New("usage: portalbrowser password URL PASSWORD | allow URL USERNAME PASSWORD | login URL ACCOUNT USERNAME PASSWORD allow|deny | mfa URL ACCOUNT USERNAME PASSWORD allow|deny CODE")
	}
	b, err := chromium.Start()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Stop()) }()
	p := &person{b, stdout}
	if err := p.see(b.Open(args[1]), "h1"); err != nil {
		return err
	}
	return visits[args[0]].do(p, args[2:])
}

// see says what the page has to read, unless it did not come.
func (p *person) see(err error, selectors ...string) error {
	for _, selector := range selectors {
		if err != nil {
			return err
		}
		var text string
		if text, err = p.Text(selector); err == nil {
			_, err = fmt.Fprintln(p.stdout, text)
		}
	}
	return err
}

// seeAny says what there is to read in what a selector finds, if it finds any.
func (p *person) seeAny(selector string) error {
	text, err := p.Evaluate(fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => e.textContent.trim() + "\n").join("")`, selector))
	if err == nil {
		_, err = fmt.Fprint(p.stdout, text)
	}
	return err
}

// password sets a password by a one-time link.
func (p *person) password(args []string) error {
	return errors.Join(p.Fill("#password", args[0]), p.Fill("#again", args[0]), p.see(p.Click("#submit"), "h1"))
}

// allow signs in at the portal and lets a program use the accounts.
func (p *person) allow(args []string) error {
	err := errors.Join(p.Fill("#username", args[0]), p.Fill("#password", args[1]), p.see(p.Click("#submit"), "h1"))
	if err != nil {
		return err
	}
	if err := p.seeAny("#client, #code"); err != nil { // a program that listens shows no code
		return err
	}
	return p.see(p.Click("#allow"), "h1")
}

// login signs in with the password of the console, and the code of an MFA
// device, and allows or denies the program of `aws login`. What comes then is
// the program's own page or one of this server's, with a message or a code;
// where the program waits, login goes back to it.
func (p *person) login(args []string) error {
	err := errors.Join(p.Fill("#account", args[0]), p.Fill("#username", args[1]), p.Fill("#password", args[2]))
	if len(args) > 4 {
		err = errors.Join(err, p.Fill("#code", args[4]))
	}
	if err := errors.Join(err, p.see(p.Click("#submit"), "h1")); err != nil {
		return err
	}
	if err := p.see(nil, "#who"); err != nil {
		return errors.Join(err, p.see(nil, "#message"))
	}
	if err := p.see(p.Click("#"+args[3]), "h1"); err != nil {
		return err
	}
	if err := p.seeAny("#message, #authorization-code"); err != nil {
		return err
	}
	if back, err := p.Evaluate(`document.querySelector("#back") !== null`); err != nil || back != "true" {
		return err
	}
	return p.see(p.Click("#back"), "h1")
}
