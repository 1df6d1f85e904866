package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/all"
)

// mark is the line of the page below which this program writes.
const mark = "<!-- Below this line, test/coverage writes. Run: make coverage -->"

func main() {
	if err := run("docs/coverage.md"); err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(1)
	}
}

func run(page string) error {
	old, err := os.ReadFile(page)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	s, err := rolecall.New(rolecall.Config{})
	if err != nil {
		return err
	}
	text := rewrite(old, services(s.Served))
	if err := os.WriteFile(page, text, 0o644); err != nil {
		return errors.Join(err, s.Close())
	}
	return s.Close()
}

// rewrite keeps what people wrote and puts the tables below the mark.
func rewrite(old, tables []byte) []byte {
	above, _, found := bytes.Cut(old, []byte(mark))
	if !found {
		above = append(bytes.TrimRight(old, "\n"), "\n\n"...)
	}
	if len(bytes.TrimSpace(above)) == 0 {
		above = []byte("# What is there\n\n")
	}
	return append(append(bytes.Clone(above), mark+"\n\n"...), tables...)
}

// services writes a table of all services and a list of each one's operations.
func services(served func(*api.Operation) bool) []byte {
	var table, lists bytes.Buffer
	table.WriteString("## Operations\n\n| service | handled | of |\n|---|--:|--:|\n")
	handled, total := 0, 0
	for _, s := range all.Services() {
		var with, without []string
		for _, op := range s.Operations() {
			if served(op) {
				with = append(with, op.Name)
			} else {
				without = append(without, op.Name)
			}
		}
		handled += len(with)
		total += len(with) + len(without)
		fmt.Fprintf(&table, "| %s | %d | %d |\n", s.Title, len(with), len(with)+len(without))
		fmt.Fprintf(&lists, "\n### %s\n", s.Title)
		list(&lists, "Handled", with)
		list(&lists, "Answered with NotImplemented", without)
	}
	fmt.Fprintf(&table, "| **all** | **%d** | **%d** |\n", handled, total)
	return append(table.Bytes(), lists.Bytes()...)
}

func list(b *bytes.Buffer, title string, names []string) {
	if len(names) > 0 {
		fmt.Fprintf(b, "\n%s: %s.\n", title, strings.Join(names, ", "))
	}
}
