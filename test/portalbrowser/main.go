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

func run(args []string, stdout io.Writer) (err error) {
	switch {
	case len(args) == 3 && args[0] == "password":
	case len(args) == 4 && args[0] == "allow":
	default:
		return errors.New("usage: portalbrowser password URL PASSWORD | allow URL USERNAME PASSWORD")
	}
	b, err := chromium.Start()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Stop()) }()
	see := func(err error) error {
		if err != nil {
			return err
		}
		heading, err := b.Text("h1")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(stdout, heading)
		return err
	}
	if err := see(b.Open(args[1])); err != nil {
		return err
	}
	if args[0] == "password" {
		return errors.Join(b.Fill("#password", args[2]), b.Fill("#again", args[2]), see(b.Click("#submit")))
	}
	if err := errors.Join(b.Fill("#username", args[2]), b.Fill("#password", args[3]), see(b.Click("#submit"))); err != nil {
		return err
	}
	for _, what := range []string{"#client", "#code"} {
		text, err := b.Text(what)
		if err != nil {
			return err
		}
		fmt.Fprintln(stdout, text)
	}
	return see(b.Click("#allow"))
}
