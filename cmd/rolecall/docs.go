package main

import (
	"fmt"
	"io"

	"github.com/rolecall-iam/rolecall/docs"
)

// docsCommand is rolecall docs.
type docsCommand struct {
	Page string `arg:"" optional:"" help:"Such as inputs, or the name of a known mistake: role-path. Without one the pages are listed." placeholder:"PAGE"`
}

// Run prints a page as it is written, or lists all.
func (c *docsCommand) Run(stdout io.Writer) error {
	if c.Page == "" {
		for _, p := range docs.Pages() {
			if _, err := fmt.Fprintf(stdout, "%-34s %s\n", p.Name, p.Title); err != nil {
				return err
			}
		}
		return nil
	}
	p, ok := docs.Find(c.Page)
	if !ok {
		return fmt.Errorf("%w: there is no page %s; rolecall docs lists those that there are", errUsage, c.Page)
	}
	_, err := io.WriteString(stdout, p.Text)
	return err
}

// pageCommand is what shows the page of a known mistake.
func pageCommand(name string) string { return "rolecall docs " + name }
