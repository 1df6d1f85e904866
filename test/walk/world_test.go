package walk

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/all"
	"github.com/rolecall-iam/rolecall/authn/mfa"
	"github.com/rolecall-iam/rolecall/test/requesttest"
)

// world is what testdata/SERVICE.txtar says of a service. Its sections:
//
//	world      calls that are made before the walk, in this order
//	names      what a member, or a member of one operation, says in every request
//	requests   what a whole request of an operation says beside
//	absent     a member that names something, and a name that nothing has
//	documents  a member that is a document, and of which kind
//	refused    requests that are refused for the state of the world, and why
//	kind X     malformed documents of a kind: what is wrong, a tab, the document
//	value X    a text that $X stands for
//
// A call is an operation, of another service as iam:CreateRole, its input as
// JSON and what is to be said of it. In the world that is "-> X=Element Y=Element": $X is from now on the text of that
// element of the answer.
type world struct {
	names, absent, documents map[string]string // by Member or Operation.Member
	requests                 map[string]json.RawMessage
	calls, refused           []call
	kinds                    map[string][]document
	values                   map[string]string
	answered                 map[string]string // of the values, those of the world's calls
}

type call struct {
	operation string
	input     json.RawMessage
	note      string
}

type document struct{ what, text string }

func load(t *testing.T, service string) *world {
	t.Helper()
	w := &world{
		names: map[string]string{}, absent: map[string]string{}, documents: map[string]string{},
		requests: map[string]json.RawMessage{}, kinds: map[string][]document{}, values: made(t),
		answered: map[string]string{},
	}
	for _, file := range []string{"all", service} {
		text, err := os.ReadFile(filepath.Join("testdata", file+".txtar"))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a service that nobody has told anything of yet
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, section := range txtar.Parse(text).Files {
			if err := w.read(section.Name, string(section.Data)); err != nil {
				t.Fatalf("testdata/%s.txtar, %s: %v", file, section.Name, err)
			}
		}
	}
	return w
}

func (w *world) read(section, data string) error {
	kind, name, _ := strings.Cut(section, " ")
	if kind == "value" {
		w.values[name] = strings.TrimSuffix(data, "\n")
		return nil
	}
	lines := bufio.NewScanner(strings.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := w.line(kind, name, line); err != nil {
			return fmt.Errorf("%w in %q", err, line)
		}
	}
	return lines.Err()
}

func (w *world) line(kind, name, line string) error {
	word, rest, _ := strings.Cut(line, " ")
	switch kind {
	case "names":
		w.names[word] = rest
	case "absent":
		w.absent[word] = rest
	case "documents":
		w.documents[word] = rest
	case "kind":
		what, text, ok := strings.Cut(line, "\t")
		if !ok {
			return errors.New("no tab")
		}
		w.kinds[name] = append(w.kinds[name], document{what, strings.TrimSpace(text)})
	default:
		return w.call(kind, word, rest)
	}
	return nil
}

func (w *world) call(kind, operation, rest string) error {
	c := call{operation: operation}
	d := json.NewDecoder(strings.NewReader(rest))
	if err := d.Decode(&c.input); err != nil {
		return err
	}
	c.note = strings.TrimSpace(rest[d.InputOffset():])
	switch kind {
	case "world":
		w.calls = append(w.calls, c)
	case "requests":
		w.requests[operation] = c.input
	case "refused":
		w.refused = append(w.refused, c)
	default:
		return errors.New("unknown section")
	}
	return nil
}

// lookup is what a table says of a member of an operation.
func lookup(table map[string]string, op *api.Operation, member string) (string, bool) {
	if text, ok := table[op.Name+"."+member]; ok {
		return text, ok
	}
	text, ok := table[member]
	return text, ok
}

var variable = regexp.MustCompile(`\$[A-Z0-9_]+`)

// say puts the values that texts name into them.
func (w *world) say(t *testing.T, text string) string {
	t.Helper()
	return variable.ReplaceAllStringFunc(text, func(name string) string {
		value, ok := w.value(t, name[1:])
		if !ok {
			t.Fatalf("nothing is called %s", name)
		}
		return w.say(t, value)
	})
}

// value is a text by its name. Of a seed X, X_BEFORE is the code that the device
// shows half a minute ago, X_NOW now, and X_NEXT and X_LATER after that.
func (w *world) value(t *testing.T, name string) (string, bool) {
	t.Helper()
	if value, ok := w.values[name]; ok {
		return value, true
	}
	seed, when, _ := strings.Cut(name, "_")
	ahead, ok := map[string]int64{"BEFORE": -1, "NOW": 0, "NEXT": 1, "LATER": 2}[when]
	if !ok || w.values[seed] == "" {
		return "", false
	}
	text, err := base64.StdEncoding.DecodeString(w.values[seed])
	if err != nil {
		t.Fatal(err)
	}
	code, err := mfa.Code(string(text), mfa.StepAt(start)+ahead)
	if err != nil {
		t.Fatal(err)
	}
	return code, true
}

// input is a call's input as a value, its texts said.
func (w *world) input(t *testing.T, op *api.Operation, text json.RawMessage) structure {
	t.Helper()
	said := variable.ReplaceAllStringFunc(string(text), func(name string) string {
		quoted, err := json.Marshal(w.say(t, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(quoted[1 : len(quoted)-1])
	})
	v, err := parse(op.Input, json.RawMessage(said))
	if err != nil {
		t.Fatalf("%s %s: %v", op.Name, text, err)
	}
	return v.(structure)
}

// request is a whole request of an operation.
func (w *world) request(t *testing.T, op *api.Operation) structure {
	t.Helper()
	in := requesttest.Whole(op.Input, textsOf(w.named(t, op)), 0)
	if more, ok := w.requests[op.Name]; ok {
		for _, f := range w.input(t, op, more) {
			in = in.With(f.Member, f.Value)
		}
	}
	return in
}

func (w *world) named(t *testing.T, op *api.Operation) func(string) (string, bool) {
	return func(member string) (string, bool) {
		text, ok := lookup(w.names, op, member)
		if !ok {
			return "", false
		}
		return w.say(t, text), true
	}
}

// build makes the calls that stand before the walk.
func (w *world) build(t *testing.T, h *house, s *api.Service) {
	t.Helper()
	for _, c := range w.calls {
		op := operation(t, s, c.operation)
		if !h.server.Served(op) {
			continue
		}
		a := h.send(t, op, w.input(t, op, c.input))
		if a.refused() {
			t.Fatalf("%s %s: %s", c.operation, c.input, a)
		}
		for _, keep := range strings.Fields(strings.TrimPrefix(c.note, "-> ")) {
			name, element, _ := strings.Cut(keep, "=")
			var ok bool
			if w.values[name], ok = a.find(element); !ok {
				t.Fatalf("%s answers no %s: %s", c.operation, element, a.body)
			}
			w.answered[name] = w.values[name]
		}
	}
}

// operation is one of a service by its name, or of another, as iam:CreateRole.
func operation(t *testing.T, s *api.Service, name string) *api.Operation {
	t.Helper()
	if other, rest, ok := strings.Cut(name, ":"); ok {
		name = rest
		for _, known := range all.Services() {
			if known.Name == other {
				s = known
			}
		}
	}
	for _, op := range s.Operations() {
		if op.Name == name {
			return op
		}
	}
	t.Fatalf("%s has no operation %s", s.ID, name)
	return nil
}
