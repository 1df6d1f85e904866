package federation

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// chromium is a browser without a screen, told what to do through a pipe.
type chromium struct {
	t       *testing.T
	in      io.Writer
	out     *bufio.Reader
	last    int
	session string
	loads   int // pages that were loaded, and that nobody waited for yet
}

func newChromium(t *testing.T) *chromium {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium is not installed")
		}
		t.Skip("SKIPPED: chromium is not installed")
	}
	dir, err := os.MkdirTemp("", "chromium")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // after which reading from it fails
	t.Cleanup(cancel)
	toRead, toWrite := pipe(t), pipe(t)
	c := exec.CommandContext(ctx, path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
		"--disable-background-networking", "--proxy-server=127.0.0.1:1", "--proxy-bypass-list=127.0.0.1", "--user-data-dir="+dir, "--remote-debugging-pipe", "about:blank")
	c.ExtraFiles = []*os.File{toRead[0], toWrite[1]}
	c.WaitDelay = 5 * time.Second
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	toRead[0].Close()
	toWrite[1].Close()
	b := &chromium{t: t, in: toRead[1], out: bufio.NewReader(toWrite[0])}
	t.Cleanup(func() {
		b.send("Browser.close", nil)
		_ = c.Wait()          // how a browser ends is its own business
		_ = os.RemoveAll(dir) // its children may still be writing
	})
	page := b.do("Target.createTarget", map[string]any{"url": "about:blank"})
	b.session = ""
	attached := b.do("Target.attachToTarget", map[string]any{"targetId": page["targetId"], "flatten": true})
	b.session = attached["sessionId"].(string)
	b.do("Page.enable", nil)
	return b
}

func pipe(t *testing.T) [2]*os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return [2]*os.File{r, w}
}

func (b *chromium) send(method string, params map[string]any) int {
	b.last++
	message := map[string]any{"id": b.last, "method": method}
	if params != nil {
		message["params"] = params
	}
	if b.session != "" && method != "Browser.close" {
		message["sessionId"] = b.session
	}
	text, err := json.Marshal(message)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.in.Write(append(text, 0)); err != nil && method != "Browser.close" {
		b.t.Fatal(err)
	}
	return b.last
}

type told struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Result map[string]any  `json:"result"`
	Error  json.RawMessage `json:"error"`
}

func (b *chromium) next() told {
	b.t.Helper()
	text, err := b.out.ReadBytes(0)
	if err != nil {
		b.t.Fatalf("chromium has gone: %v", err)
	}
	var m told
	if err := json.Unmarshal(text[:len(text)-1], &m); err != nil {
		b.t.Fatal(err)
	}
	if m.Method == "Page.loadEventFired" {
		b.loads++
	}
	return m
}

// do has the browser do something and answers what came of it.
func (b *chromium) do(method string, params map[string]any) map[string]any {
	b.t.Helper()
	m := b.ask(method, params)
	if m.Error != nil {
		b.t.Fatalf("%s: %s", method, m.Error)
	}
	return m.Result
}

func (b *chromium) ask(method string, params map[string]any) told {
	b.t.Helper()
	id := b.send(method, params)
	for {
		if m := b.next(); m.ID == id {
			return m
		}
	}
}

// arrived waits until a page of that path is loaded. While one page gives way
// to the next none can be asked.
func (b *chromium) arrived(path string) {
	b.t.Helper()
	for {
		b.loaded()
		m := b.ask("Runtime.evaluate", map[string]any{"expression": "document.readyState == 'complete' && location.pathname", "returnByValue": true})
		if result, ok := m.Result["result"].(map[string]any); ok && result["value"] == path {
			return
		}
	}
}

// loaded waits for a page to be loaded.
func (b *chromium) loaded() {
	b.t.Helper()
	for b.loads == 0 {
		b.next()
	}
	b.loads--
}

// eval is the value of an expression in the page.
func (b *chromium) eval(expression string) any {
	b.t.Helper()
	result := b.do("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true})
	if result["exceptionDetails"] != nil {
		b.t.Fatalf("%s: %v", expression, result["exceptionDetails"])
	}
	value, _ := result["result"].(map[string]any)
	return value["value"]
}
