package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// rounds is how often the programs of a comparison take turns.
const rounds = 7

// compared is a program of a comparison.
type compared struct {
	*process
	name     string
	requests requests
	best     map[string]result // by request: the round with the least processor time
}

// compare measures several programs in turn, so that what else the machine does
// meets them all, and prints the best round of each.
func compare(w io.Writer, programs []string, connections int, each time.Duration) error {
	dir, err := os.MkdirTemp("", "rolecall-load")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	bare, err := startBare(self)
	if err != nil {
		return err
	}
	defer bare.stop()
	all := []*compared{{process: bare, name: "bare net/http handler", best: map[string]result{}}}
	for i, program := range programs {
		server, err := start(program, "serve", "--data", filepath.Join(dir, fmt.Sprint(i)))
		if err != nil {
			return err
		}
		defer server.stop()
		c := &compared{process: server, name: program, best: map[string]result{}}
		if c.requests, err = prepare(server.address); err != nil {
			return err
		}
		all = append(all, c)
	}
	all[0].requests = requests{assumeRole: all[1].requests.assumeRole}
	for range rounds {
		for _, c := range all {
			if err := c.round(connections, each); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	fmt.Fprintf(w, "| program | request | connections | a second | server CPU a request |\n|---|---|--:|--:|--:|\n")
	for _, c := range all {
		for _, r := range c.requests.all() {
			if got, ok := c.best[r.name]; ok {
				fmt.Fprintf(w, "| %s | %s | %d | %.0f | %.1f µs |\n", c.name, r.name, connections, got.perSecond, got.cpuMicros)
			}
		}
	}
	return nil
}

func (c *compared) round(connections int, each time.Duration) error {
	for _, r := range c.requests.all() {
		if r.bytes == nil {
			continue
		}
		got, err := c.load(r.bytes, connections, each)
		if err != nil {
			return err
		}
		if best, ok := c.best[r.name]; !ok || got.cpuMicros < best.cpuMicros {
			c.best[r.name] = got
		}
	}
	return nil
}
