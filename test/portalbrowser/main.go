package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "portalbrowser:", err)
		os.Exit(1)
	}
}

// patience is how long one page may take before the run is given up.
const patience = time.Minute

func run(args []string, stdout io.Writer) (err error) {
	switch {
	case len(args) == 3 && args[0] == "password":
	case len(args) == 4 && args[0] == "allow":
	default:
		return errors.New("usage: portalbrowser password URL PASSWORD | allow URL USERNAME PASSWORD")
	}
	b, err := start()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.stop()) }()
	see := func(err error) error {
		if err != nil {
			return err
		}
		heading, err := b.text("h1")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(stdout, heading)
		return err
	}
	if err := see(b.open(args[1])); err != nil {
		return err
	}
	if args[0] == "password" {
		return errors.Join(b.fill("#password", args[2]), b.fill("#again", args[2]), see(b.click("#submit")))
	}
	if err := errors.Join(b.fill("#username", args[2]), b.fill("#password", args[3]), see(b.click("#submit"))); err != nil {
		return err
	}
	for _, what := range []string{"#client", "#code"} {
		text, err := b.text(what)
		if err != nil {
			return err
		}
		fmt.Fprintln(stdout, text)
	}
	return see(b.click("#allow"))
}

// quoted is text as a literal of JavaScript.
func quoted(text string) string {
	b, _ := json.Marshal(text) // of text never fails
	return string(b)
}

func (b *browser) open(address string) error {
	return b.navigating(func() error {
		_, err := b.call("Page.navigate", map[string]any{"url": address})
		return err
	})
}

func (b *browser) fill(selector, value string) error {
	_, err := b.evaluate("document.querySelector(" + quoted(selector) + ").value = " + quoted(value))
	return err
}

func (b *browser) click(selector string) error {
	return b.navigating(func() error {
		_, err := b.evaluate("document.querySelector(" + quoted(selector) + ").click()")
		return err
	})
}

func (b *browser) text(selector string) (string, error) {
	return b.evaluate("document.querySelector(" + quoted(selector) + ").textContent.trim()")
}
