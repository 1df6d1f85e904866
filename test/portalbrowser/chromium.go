package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// browser is a Chromium that is spoken to through a pipe.
//
// Source: https://chromedevtools.github.io/devtools-protocol/
type browser struct {
	cmd     *exec.Cmd
	dir     string
	to      io.WriteCloser
	answers chan message
	session string
	id      int
	loaded  int // pages so far
}

// message is what Chromium says: an answer or an event.
type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// start starts Chromium with a profile of its own, and opens a page.
func start() (*browser, error) {
	dir, err := os.MkdirTemp("", "portalbrowser")
	if err != nil {
		return nil, err
	}
	hearIt, sayIt, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	listen, tell, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	b := &browser{dir: dir, to: sayIt, answers: make(chan message, 64)}
	b.cmd = exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--no-proxy-server", "--disable-background-networking", "--user-data-dir="+dir, "--remote-debugging-pipe", "about:blank")
	b.cmd.ExtraFiles = []*os.File{hearIt, tell}
	if err := b.cmd.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	_ = hearIt.Close() // Chromium has its own
	_ = tell.Close()
	go b.listen(listen)
	if err := b.attach(); err != nil {
		return nil, errors.Join(err, b.stop())
	}
	return b, nil
}

// listen passes on what Chromium says, a NUL behind each message, until it ends.
func (b *browser) listen(from io.Reader) {
	defer close(b.answers)
	r := bufio.NewReader(from)
	for {
		text, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(text[:len(text)-1], &m) == nil {
			b.answers <- m
		}
	}
}

// attach finds a page to work with.
func (b *browser) attach() error {
	result, err := b.call("Target.createTarget", map[string]any{"url": "about:blank"})
	if err != nil {
		return err
	}
	var target struct{ TargetID string }
	if err := json.Unmarshal(result, &target); err != nil {
		return err
	}
	if result, err = b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}); err != nil {
		return err
	}
	var attached struct{ SessionID string }
	if err := json.Unmarshal(result, &attached); err != nil {
		return err
	}
	b.session = attached.SessionID
	_, err = b.call("Page.enable", map[string]any{})
	return err
}

// call sends a command and waits for its answer. Pages that load meanwhile are
// counted.
func (b *browser) call(method string, params map[string]any) (json.RawMessage, error) {
	b.id++
	said := map[string]any{"id": b.id, "method": method, "params": params}
	if b.session != "" {
		said["sessionId"] = b.session
	}
	text, err := json.Marshal(said)
	if err != nil {
		return nil, err
	}
	if _, err := b.to.Write(append(text, 0)); err != nil {
		return nil, fmt.Errorf("speak to chromium: %w", err)
	}
	for {
		m, err := b.next()
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s: %w", method, err)
		case m.ID != b.id:
		case m.Error != nil:
			return nil, fmt.Errorf("%s: %s", method, m.Error.Message)
		default:
			return m.Result, nil
		}
	}
}

func (b *browser) next() (message, error) {
	select {
	case m, ok := <-b.answers:
		if !ok {
			return m, errors.New("chromium has ended")
		}
		if m.Method == "Page.loadEventFired" {
			b.loaded++
		}
		return m, nil
	case <-time.After(patience):
		return message{}, errors.New("chromium says nothing")
	}
}

// navigating does what leads to another page, and waits until that has loaded.
func (b *browser) navigating(do func() error) error {
	before := b.loaded
	if err := do(); err != nil {
		return err
	}
	for b.loaded == before {
		if _, err := b.next(); err != nil {
			return err
		}
	}
	return nil
}

// evaluate runs an expression in the page, and answers its value as text.
func (b *browser) evaluate(expression string) (string, error) {
	result, err := b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true})
	if err != nil {
		return "", err
	}
	var told struct {
		Result           struct{ Value any }
		ExceptionDetails *struct{ Text string }
	}
	if err := json.Unmarshal(result, &told); err != nil {
		return "", err
	}
	if told.ExceptionDetails != nil {
		return "", fmt.Errorf("evaluate %s: %s", expression, told.ExceptionDetails.Text)
	}
	return fmt.Sprint(told.Result.Value), nil
}

// stop has Chromium end by itself, with all its processes; one that does not
// is ended. What a process that is late writes anew is left to whoever empties
// the folder of temporary files.
func (b *browser) stop() error {
	b.session = ""
	if _, err := b.call("Browser.close", map[string]any{}); err != nil {
		_ = b.cmd.Process.Kill()
	}
	_ = b.to.Close()
	for range b.answers { // until it has closed its end
	}
	_ = b.cmd.Wait() // how it ended is of no interest
	_ = os.RemoveAll(b.dir)
	return nil
}
