package walk

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/*.golden again")

// golden is the file of a service's answers. It is kept by operation, so that
// one of them can be walked alone.
type golden struct {
	path  string
	names *strings.Replacer   // of what the world's calls answered
	was   map[string][]string // the lines of an operation
	is    map[string][]string
}

func openGolden(t *testing.T, service string) *golden {
	t.Helper()
	g := &golden{path: filepath.Join("testdata", service+".golden"), was: map[string][]string{}, is: map[string][]string{}}
	text, err := os.ReadFile(g.path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		operation, _, ok := strings.Cut(line, ": ")
		if ok {
			g.was[operation] = append(g.was[operation], line)
		}
	}
	return g
}

// call gives what the world's calls answered the names that the world has for
// it: it may be another in each run.
func (g *golden) call(values map[string]string) {
	var pairs []string
	byLength := func(a, b string) int {
		return cmp.Or(len(values[b])-len(values[a]), strings.Compare(a, b))
	}
	for _, name := range slices.SortedFunc(maps.Keys(values), byLength) {
		whole := values[name]
		pairs = append(pairs, whole, "$"+name, whole[:len(whole)-1], "$"+name+"-")
	}
	g.names = strings.NewReplacer(pairs...)
}

// note keeps the answer to a case.
func (g *golden) note(operation, what string, a answer) {
	said := fmt.Sprint(a.status)
	if a.refused() {
		said += " " + a.code + ": " + readable(g.names.Replace(a.message))
	}
	g.is[operation] = append(g.is[operation], fmt.Sprintf("%s: %s → %s", operation, what, strings.TrimSpace(said)))
}

// compare holds what an operation answered against the file.
func (g *golden) compare(t *testing.T, operation string) {
	t.Helper()
	if *update {
		return
	}
	was, is := g.was[operation], g.is[operation]
	if strings.Join(was, "\n") == strings.Join(is, "\n") {
		return
	}
	if len(was) == 0 {
		t.Errorf("%s has nothing of %s yet: -update writes its %d cases", g.path, operation, len(is))
		return
	}
	t.Errorf("other answers than in %s (-update writes it again):", g.path)
	for _, line := range minus(was, is) {
		t.Errorf("- %s", line)
	}
	for _, line := range minus(is, was) {
		t.Errorf("+ %s", line)
	}
}

// minus are the lines of a that b lacks.
func minus(a, b []string) []string {
	in := map[string]bool{}
	for _, line := range b {
		in[line] = true
	}
	var rest []string
	for _, line := range a {
		if !in[line] {
			rest = append(rest, line)
		}
	}
	return rest
}

// write puts what was answered into the file; what was not walked stays as it
// was.
func (g *golden) write(t *testing.T, operations []string) {
	t.Helper()
	var b strings.Builder
	for _, name := range operations {
		lines := g.is[name]
		if len(lines) == 0 {
			lines = g.was[name]
		}
		for _, line := range lines {
			b.WriteString(line + "\n")
		}
	}
	if b.Len() == 0 {
		return
	}
	if err := os.WriteFile(g.path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	uniqueID      = regexp.MustCompile(`\b(A[A-Z]{3})[A-Z2-7]{16,17}\b`)
	certificateID = regexp.MustCompile(`\b[A-Z0-9]{24,}\b`)
	setID         = regexp.MustCompile(`\b(ps|apl)-[0-9a-f]{16}\b`)
	uuid          = regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
)

// readable is a message on one line, with what is different in each run or too
// long to read told shortly.
func readable(message string) string {
	message = uniqueID.ReplaceAllString(message, "$1…")
	message = certificateID.ReplaceAllString(message, "ID")
	message = setID.ReplaceAllString(message, "$1-ID")
	message = uuid.ReplaceAllString(message, "UUID")
	var b strings.Builder
	for i := 0; i < len(message); {
		n := 1
		for i+n < len(message) && message[i+n] == message[i] {
			n++
		}
		if n > 8 {
			fmt.Fprintf(&b, "%c{%d}", message[i], n)
		} else {
			b.WriteString(message[i : i+n])
		}
		i += n
	}
	return strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`, "\x01", `\x01`, "\x00", `\x00`).Replace(b.String())
}
