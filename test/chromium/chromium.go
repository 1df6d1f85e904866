package chromium

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

// Browser is a Chromium that is spoken to through a pipe. One goroutine at a
// time may use it.
//
// Source: https://chromedevtools.github.io/devtools-protocol/
type Browser struct {
	// Complaints are what the pages' security policy refused, and what their
	// scripts failed over.
	Complaints []string

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
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// Start starts Chromium with a profile of its own, and opens a page.
func Start() (*Browser, error) {
	dir, err := os.MkdirTemp("", "chromium")
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
	b := &Browser{dir: dir, to: sayIt, answers: make(chan message, 64)}
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
		return nil, errors.Join(err, b.Stop())
	}
	return b, nil
}

// listen passes on what Chromium says, a NUL behind each message, until it ends.
func (b *Browser) listen(from io.Reader) {
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
func (b *Browser) attach() error {
	result, err := b.Call("Target.createTarget", map[string]any{"url": "about:blank"})
	if err != nil {
		return err
	}
	var target struct{ TargetID string }
	if err := json.Unmarshal(result, &target); err != nil {
		return err
	}
	if result, err = b.Call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}); err != nil {
		return err
	}
	var attached struct{ SessionID string }
	if err := json.Unmarshal(result, &attached); err != nil {
		return err
	}
	b.session = attached.SessionID
	for _, events := range []string{"Page.enable", "Log.enable"} {
		if _, err := b.Call(events, map[string]any{}); err != nil {
			return err
		}
	}
	return nil
}

// Call sends a command and waits for its answer. Pages that load meanwhile are
// counted.
func (b *Browser) Call(method string, params map[string]any) (json.RawMessage, error) {
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

func (b *Browser) next() (message, error) {
	select {
	case m, ok := <-b.answers:
		if !ok {
			return m, errors.New("chromium has ended")
		}
		switch m.Method {
		case "Page.loadEventFired":
			b.loaded++
		case "Log.entryAdded":
			b.hear(m.Params)
		}
		return m, nil
	case <-time.After(patience):
		return message{}, errors.New("chromium says nothing")
	}
}

// hear notes what Chromium complains of.
func (b *Browser) hear(params json.RawMessage) {
	var said struct {
		Entry struct{ Source, Level, Text, URL string }
	}
	if json.Unmarshal(params, &said) == nil && said.Entry.Level == "error" && said.Entry.Source != "network" {
		b.Complaints = append(b.Complaints, said.Entry.Source+": "+said.Entry.Text+" ("+said.Entry.URL+")")
	}
}

// Navigating does what leads to another page, and waits until that has loaded.
func (b *Browser) Navigating(do func() error) error { return b.Pages(1, do) }

// Pages does what leads through pages to another, and waits until they have
// loaded.
func (b *Browser) Pages(n int, do func() error) error {
	until := b.loaded + n
	if err := do(); err != nil {
		return err
	}
	for b.loaded < until {
		if _, err := b.next(); err != nil {
			return err
		}
	}
	return nil
}

// Evaluate runs an expression in the page, and answers its value as text.
func (b *Browser) Evaluate(expression string) (string, error) {
	result, err := b.Call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true})
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

// patience is how long one page may take before the run is given up.
const patience = time.Minute

// Stop has Chromium end by itself, with all its processes; one that does not
// is ended. What a process that is late writes anew is left to whoever empties
// the folder of temporary files.
func (b *Browser) Stop() error {
	b.session = ""
	if _, err := b.Call("Browser.close", map[string]any{}); err != nil {
		_ = b.cmd.Process.Kill()
	}
	_ = b.to.Close()
	for range b.answers { // until it has closed its end
	}
	_ = b.cmd.Wait() // how it ended is of no interest
	_ = os.RemoveAll(b.dir)
	return nil
}

// quoted is text as a literal of JavaScript.
func quoted(text string) string {
	b, _ := json.Marshal(text) // of text never fails
	return string(b)
}

// Open opens an address.
func (b *Browser) Open(address string) error {
	return b.Navigating(func() error {
		_, err := b.Call("Page.navigate", map[string]any{"url": address})
		return err
	})
}

// Fill types a value into the field that a selector finds.
func (b *Browser) Fill(selector, value string) error {
	_, err := b.Evaluate("document.querySelector(" + quoted(selector) + ").value = " + quoted(value))
	return err
}

// Click clicks on what a selector finds and waits for the page that it leads to.
func (b *Browser) Click(selector string) error {
	return b.Navigating(func() error { return b.Press(selector) })
}

// Press clicks on what leads to no other page.
func (b *Browser) Press(selector string) error {
	_, err := b.Evaluate("document.querySelector(" + quoted(selector) + ").click()")
	return err
}

// Text is the text of what a selector finds.
func (b *Browser) Text(selector string) (string, error) {
	return b.Evaluate("document.querySelector(" + quoted(selector) + ").textContent.trim()")
}
