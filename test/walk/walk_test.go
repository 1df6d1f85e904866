package walk

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/all"
)

// TestWalk breaks the requests of every operation that has a handler.
func TestWalk(t *testing.T) {
	for _, s := range all.Services() {
		t.Run(s.Name, func(t *testing.T) {
			h := open(t)
			var ops []*api.Operation
			for _, op := range s.Operations() {
				if h.server.Served(op) {
					ops = append(ops, op)
				}
			}
			if len(ops) > 0 {
				walk(t, h, s, ops)
			}
		})
	}
}

// walker walks one service.
type walker struct {
	*house
	*world
	golden *golden
}

// walk asks for what must be refused, operation by operation, and then for what
// is done: nothing of the former changes the world that the latter finds.
func walk(t *testing.T, h *house, s *api.Service, ops []*api.Operation) {
	w := walker{h, load(t, s.Name), openGolden(t, s.Name)}
	w.build(t, h, s)
	w.golden.call(w.answered)
	requests := map[*api.Operation]structure{}
	for _, op := range ops {
		requests[op] = w.request(t, op)
	}
	w.log.take()
	var names []string
	for _, op := range ops {
		names = append(names, op.Name)
		t.Run(op.Name+"/refused", func(t *testing.T) {
			w.constraints(t, op, requests[op])
			w.absences(t, op, requests[op])
			w.malformed(t, op, requests[op])
			w.state(t, op)
		})
	}
	for _, op := range readersFirst(ops) {
		t.Run(op.Name+"/done", func(t *testing.T) {
			w.done(t, op, requests[op])
			w.golden.compare(t, op.Name)
		})
	}
	if *update {
		w.golden.write(t, names)
	}
}

// readersFirst are the operations with those that only read before the others.
func readersFirst(ops []*api.Operation) []*api.Operation {
	ops = slices.Clone(ops)
	reads := func(op *api.Operation) int {
		if strings.HasPrefix(op.Name, "Get") || strings.HasPrefix(op.Name, "List") || strings.HasPrefix(op.Name, "Describe") {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(ops, func(a, b *api.Operation) int { return reads(a) - reads(b) })
	return ops
}

// constraints breaks one constraint of the model at a time.
func (w walker) constraints(t *testing.T, op *api.Operation, in structure) {
	b := breaker{texts: textsOf(w.named(t, op)), form: op.Service.Protocol == api.Query}
	for _, c := range b.structures(op.Input, "", in) {
		w.refuse(t, op, c.what, c.value.(structure))
	}
}

// absences asks for entities that are not there.
func (w walker) absences(t *testing.T, op *api.Operation, in structure) {
	for _, f := range in {
		if name, ok := lookup(w.absent, op, f.Member.Name); ok && name != "-" {
			w.refuse(t, op, f.Member.Name+": not there", in.With(f.Member, w.say(t, name)))
		}
	}
}

// malformed puts every malformed document in the place of a good one.
func (w walker) malformed(t *testing.T, op *api.Operation, in structure) {
	for i := range op.Input.Members {
		m := &op.Input.Members[i]
		kind, ok := lookup(w.documents, op, m.Name)
		if !ok || kind == "-" {
			continue
		}
		for _, d := range w.kinds[kind] {
			var value any = w.say(t, d.text)
			if m.Shape().Kind == api.List {
				value = list{value}
			}
			w.refuse(t, op, m.Name+": "+d.what, in.With(m, value))
		}
	}
}

// state asks for what the state of the world forbids.
func (w walker) state(t *testing.T, op *api.Operation) {
	for _, c := range w.world.refused {
		if c.operation == op.Name {
			w.refuse(t, op, c.note, w.input(t, op, c.input))
		}
	}
}

// done asks for something whole, and then for the same again: what was made is
// there already, and what was deleted is not there.
func (w walker) done(t *testing.T, op *api.Operation, in structure) {
	for _, what := range []string{"whole", "again"} {
		a := w.send(t, op, in)
		w.sound(t, op, what, in, a)
		w.golden.note(op.Name, what, a)
	}
}

// refuse sends what must be refused.
func (w walker) refuse(t *testing.T, op *api.Operation, what string, in structure) {
	t.Helper()
	a := w.send(t, op, in)
	w.sound(t, op, what, in, a)
	if !a.refused() {
		t.Errorf("%s: not refused: %s", what, a.body)
	}
	w.golden.note(op.Name, what, a)
}

// sound holds an answer to what holds for all: the service does not fail, and
// refuses with a code that the operation has and without a secret of the request.
func (w walker) sound(t *testing.T, op *api.Operation, what string, in structure, a answer) {
	t.Helper()
	if logged := w.log.take(); logged != "" {
		t.Errorf("%s: logged %s", what, logged)
	}
	switch {
	case a.status >= 500:
		t.Errorf("%s: failed: %s", what, a)
	case a.refused() && a.message == "" && !slices.Contains(wordless, a.code):
		t.Errorf("%s: refused without a word: %s", what, a)
	case a.refused() && !knows(op, a.code):
		t.Errorf("%s: the operation has no such code: %s", what, a)
	case strings.Contains(a.message, "PRIVATE KEY"):
		t.Errorf("%s: a private key is repeated: %s", what, a)
	}
	for _, f := range in {
		secret, ok := f.Value.(string)
		if ok && f.Member.Shape().Sensitive && len(secret) > 6 && strings.Contains(a.message, secret) {
			t.Errorf("%s: the secret of %s is repeated: %s", what, f.Member.Name, a)
		}
	}
}

// wordless are the codes beside which AWS says nothing: of JSON that is none,
// and of a credential report that nobody asked for (turbot/steampipe-plugin-aws#509).
var wordless = []string{"SerializationException", "ReportNotPresent", "ReportInProgress"}

// common are the codes that every operation of a protocol may answer with and
// no model lists.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
var common = map[api.Protocol][]string{
	api.Query:    {"ValidationError", "MalformedInput", "AccessDenied", "InvalidParameterValue"},
	api.JSON10:   {"ValidationException", "SerializationException", "AccessDeniedException"},
	api.JSON11:   {"ValidationException", "SerializationException", "AccessDeniedException"},
	api.RestJSON: {"ValidationException", "SerializationException", "AccessDeniedException"},
	api.RestXML:  {"InvalidArgument", "MalformedXML", "InvalidRequest", "AccessDenied"},
}

// beyond are codes that AWS answers with though the model does not list them for
// the operation.
var beyond = map[string][]string{
	// hashicorp/terraform-provider-aws#11873: "Scope ARN: … does not exist or is
	// not attachable."
	"CreateRole": {"NoSuchEntity"},
	// Every other operation of Organizations on handshakes has it.
	"CancelHandshake": {"AWSOrganizationsNotInUseException"},
}

// knows tells whether an operation answers with a code.
func knows(op *api.Operation, code string) bool {
	return slices.Contains(beyond[op.Name], code) || slices.Contains(common[op.Service.Protocol], code) ||
		slices.ContainsFunc(op.Errors, func(f *api.Failure) bool { return f.Code == code || strings.EqualFold(f.Name, code) })
}
