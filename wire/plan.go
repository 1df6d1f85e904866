package wire

import (
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/rolecall-iam/rolecall/api"
)

// plan is what the codecs know of one Go type: its shape, and for a structure
// which field is which member. Plans are made at the first use of an operation
// and kept for good; recursive types give plans that refer to themselves.
type plan struct {
	shape   *api.Shape
	kind    api.Kind
	goType  reflect.Type
	fields  []field // of a structure, in the model's order
	elem    *plan   // of a list or a map
	key     *plan   // of a map
	payload *field  // the field that is the whole body
	byWire  map[string]*field
	matches func(string) bool // nil without a pattern
}

// field is one field of a structure.
type field struct {
	*plan
	member  *api.Member
	index   int
	wire    string // the member's name on the wire
	path    string // the member's name in a constraint violation
	pointer bool   // the Go field is a pointer to the plan's type
	stream  bool   // the Go field is an io.ReadCloser
}

// planner makes plans and keeps them.
type planner struct {
	ops  sync.Map // *api.Operation -> *opPlan
	mu   sync.Mutex
	made map[planKey]*plan
}

type planKey struct {
	shape *api.Shape
	typ   reflect.Type
}

type opPlan struct{ in, out *plan }

// operation gives the plans of an operation's input and output.
func (p *planner) operation(op *api.Operation) *opPlan {
	if known, ok := p.ops.Load(op); ok {
		return known.(*opPlan)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.made == nil {
		p.made = map[planKey]*plan{}
	}
	made := &opPlan{
		in:  p.plan(op.Input, reflect.TypeOf(op.In).Elem()),
		out: p.plan(op.Output, reflect.TypeOf(op.Out).Elem()),
	}
	p.ops.Store(op, made)
	return made
}

// plan makes the plan of a Go type that was generated from shape.
func (p *planner) plan(shape *api.Shape, typ reflect.Type) *plan {
	key := planKey{shape, typ}
	if known := p.made[key]; known != nil {
		return known
	}
	made := &plan{shape: shape, kind: shape.Kind, goType: typ}
	p.made[key] = made
	if shape.Pattern != "" {
		compiled := sync.OnceValue(func() func(string) bool { return compilePattern(shape.Pattern) })
		made.matches = func(s string) bool { return compiled()(s) }
	}
	switch shape.Kind {
	case api.Structure:
		p.planFields(made)
	case api.List:
		made.elem = p.plan(shape.Elem.Shape(), typ.Elem())
	case api.Map:
		made.key = p.plan(shape.Key.Shape(), typ.Key())
		made.elem = p.plan(shape.Elem.Shape(), typ.Elem())
	}
	return made
}

func (p *planner) planFields(made *plan) {
	shape, typ := made.shape, made.goType
	if len(shape.Members) != typ.NumField() {
		panic(fmt.Sprintf("%v has %d fields for %d members: run api/gen", typ, typ.NumField(), len(shape.Members)))
	}
	made.fields = make([]field, len(shape.Members))
	made.byWire = make(map[string]*field, len(shape.Members))
	for i := range shape.Members {
		m := &shape.Members[i]
		f := field{member: m, index: i, wire: m.Wire(), path: lowerFirst(m.Name)}
		goType := typ.Field(i).Type
		f.stream = goType.Kind() == reflect.Interface
		f.pointer = goType.Kind() == reflect.Pointer
		if f.pointer {
			goType = goType.Elem()
		}
		f.plan = p.plan(m.Shape(), goType)
		made.fields[i] = f
		if m.Location == 0 {
			made.byWire[f.wire] = &made.fields[i]
		}
		if shape.Payload == m.Name {
			made.payload = &made.fields[i]
		}
	}
}

// lowerFirst is how AWS spells a member's name in a constraint violation.
func lowerFirst(s string) string {
	if s != "" && s[0] >= 'A' && s[0] <= 'Z' {
		return string(s[0]+'a'-'A') + s[1:]
	}
	return s
}

// open gives the value to decode into, making the pointer's target.
func (f *field) open(structure reflect.Value) reflect.Value {
	v := structure.Field(f.index)
	if !f.pointer {
		return v
	}
	if v.IsNil() {
		v.Set(reflect.New(f.goType))
	}
	return v.Elem()
}

// value gives the field's value to encode, and whether it is there. A required
// member is always there, also when it is empty; but not a nil structure.
func (f *field) value(structure reflect.Value) (reflect.Value, bool) {
	v := structure.Field(f.index)
	if f.pointer {
		if v.IsNil() {
			return v, false
		}
		return v.Elem(), true
	}
	switch f.kind {
	case api.List, api.Map, api.Blob, api.Document:
		return v, !v.IsNil() || f.member.Required && f.kind != api.Document
	case api.Timestamp:
		return v, !timeOf(v).IsZero()
	}
	return v, f.member.Required || !v.IsZero()
}

// timeOf reads a time without an allocation where it is addressable.
func timeOf(v reflect.Value) time.Time {
	if v.CanAddr() {
		return *v.Addr().Interface().(*time.Time)
	}
	return v.Interface().(time.Time)
}
