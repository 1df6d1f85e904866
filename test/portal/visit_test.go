package portal_test

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/test/chromium"
)

var pictures = flag.String("screenshots", "", "folder to keep pictures of the pages in")

// visit is somebody at the portal.
type visit struct {
	*house
	b *chromium.Browser
}

func (h *house) visit() *visit {
	h.t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		if os.Getenv("CI") != "" {
			h.t.Fatal("chromium is not installed")
		}
		h.t.Skip("SKIPPED: chromium is not installed")
	}
	b, err := chromium.Start()
	h.must(err)
	h.t.Cleanup(func() { h.must(b.Stop()) })
	v := &visit{h, b}
	v.wide(900)
	return v
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (v *visit) call(method string, params map[string]any, out any) {
	v.t.Helper()
	result, err := v.b.Call(method, params)
	v.must(err)
	if out != nil {
		v.must(json.Unmarshal(result, out))
	}
}

func (v *visit) wide(pixels int) {
	v.t.Helper()
	v.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": pixels, "height": 640, "deviceScaleFactor": 1, "mobile": false}, nil)
}

// scripts lets pages run theirs, or not.
func (v *visit) scripts(run bool) {
	v.t.Helper()
	v.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": !run}, nil)
}

func (v *visit) open(path string) {
	v.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = v.url + path
	}
	v.must(v.b.Open(path))
}

func (v *visit) fill(pairs ...string) {
	v.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		v.must(v.b.Fill(pairs[i], pairs[i+1]))
	}
}

// click goes on to a page with a heading.
func (v *visit) click(selector, heading string) {
	v.t.Helper()
	v.must(v.b.Click(selector))
	v.at(heading)
}

// at checks which page is shown, and that everybody can use it.
func (v *visit) at(heading string) {
	v.t.Helper()
	if got := v.text("h1"); got != heading {
		body, _ := v.b.Text("main")
		v.t.Fatalf("at %q instead of %q: %s", got, heading, body)
	}
	v.usable(heading)
}

func (v *visit) text(selector string) string {
	v.t.Helper()
	text, err := v.b.Text(selector)
	v.must(err)
	return text
}

func (v *visit) evaluate(expression string) string {
	v.t.Helper()
	value, err := v.b.Evaluate(expression)
	v.must(err)
	return value
}

// picture keeps a picture of the page, where pictures are wanted.
func (v *visit) picture(name string) {
	v.t.Helper()
	if *pictures == "" {
		return
	}
	var taken struct{ Data string }
	v.call("Page.captureScreenshot", map[string]any{"format": "png"}, &taken)
	raw, err := base64.StdEncoding.DecodeString(taken.Data)
	v.must(err)
	v.must(os.MkdirAll(*pictures, 0o755))
	small, err := fewColours(raw)
	v.must(err)
	v.must(os.WriteFile(filepath.Join(*pictures, name+".png"), small, 0o644))
}

// dark has pages seen as whoever prefers dark ones sees them.
func (v *visit) dark(on bool) {
	v.t.Helper()
	scheme := "light"
	if on {
		scheme = "dark"
	}
	v.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// quiet tells whether no page's policy refused anything and no script failed.
func (v *visit) quiet(t *testing.T) {
	t.Helper()
	for _, complaint := range v.b.Complaints {
		t.Errorf("the browser complains: %s", complaint)
	}
}
