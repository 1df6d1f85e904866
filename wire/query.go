package wire

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/api"
)

// queryDecoder reads an awsQuery form into an operation's input. Parameters
// that the model does not know are left alone, as AWS leaves them.
type queryDecoder struct {
	checker
	depth int
}

const maxQueryDepth = 32

// AWS's words for a value of another kind than the model's: a text where a
// list belongs (boto/boto#872), a text where a structure belongs
// (boto/boto#2895), and more below a name that is of a text
// (brendanhay/amazonka#209, rusoto/rusoto#586).
const (
	textForList      = "Unexpected list element termination"
	textForStructure = "Unexpected complex element termination"
	listForText      = "Start of list found where not expected"
)

// structure reads the parameters whose keys are equal in their first n bytes.
func (d *queryDecoder) structure(p *plan, f form, n int, v reflect.Value) *Error {
	if d.depth++; d.depth > maxQueryDepth {
		return malformedInput("The request is nested too deeply.")
	}
	defer func() { d.depth-- }()
	for i := range p.fields {
		fld := &p.fields[i]
		d.push(fld.path)
		found, err := d.field(fld, f, n, v)
		d.pop()
		if err != nil {
			return err
		}
		if !found && fld.member.Required {
			d.missing(fld)
		}
	}
	return nil
}

// field reads one member where the form has it.
func (d *queryDecoder) field(fld *field, f form, n int, v reflect.Value) (bool, *Error) {
	switch fld.kind {
	case api.Structure:
		sub := f.below(n, fld.wire)
		if len(sub) == 0 {
			if value, _ := f.exactly(n, fld.wire); value != "" {
				return false, malformedInput(textForStructure)
			}
			return false, nil
		}
		return true, d.structure(fld.plan, sub, n+len(fld.wire)+1, fld.open(v))
	case api.List, api.Map:
		sub := f.below(n, fld.wire)
		if len(sub) == 0 {
			// "Tags=" says that the list is there and empty.
			value, ok := f.exactly(n, fld.wire)
			switch {
			case ok && value == "":
				d.empty(fld, v)
			case ok:
				return false, malformedInput(textForList)
			}
			return ok, nil
		}
		return true, d.collection(fld, sub, n+len(fld.wire)+1, fld.open(v))
	}
	value, ok := f.exactly(n, fld.wire)
	if !ok {
		if len(f.below(n, fld.wire)) > 0 {
			return false, malformedInput(listForText)
		}
		return false, nil
	}
	return true, d.scalar(fld.plan, value, fld.open(v))
}

// empty sets a list or map that is there without elements.
func (d *queryDecoder) empty(fld *field, v reflect.Value) {
	to := fld.open(v)
	if fld.kind == api.List {
		to.Set(reflect.MakeSlice(to.Type(), 0, 0))
	} else {
		to.Set(reflect.MakeMap(to.Type()))
	}
	d.length(fld.shape, 0, " '[]'")
}

// entry is one element of a list or map: its number and its parameters.
type entry struct {
	number int
	params form
	n      int // bytes in which the keys are equal, with the dot after the number
}

// entries splits the parameters of a list or map by their numbers. AWS goes by
// the order of the numbers and not by their values.
func entries(f form, n int, label string) ([]entry, *Error) {
	if label != "" {
		f = f.below(n, label)
		n += len(label) + 1
	}
	var list []entry
	for i := 0; i < len(f); {
		digits, _, _ := strings.Cut(f[i].key[n:], ".")
		number, err := strconv.Atoi(digits)
		if err != nil || number < 0 || len(digits) > 9 {
			return nil, malformedInput(textForList)
		}
		end := i + 1
		for end < len(f) && sameNumber(f[end].key[n:], digits) {
			end++
		}
		if len(list) == maxElements {
			return nil, malformedInput("The request has too many list elements.")
		}
		list = append(list, entry{number, f[i:end], n + len(digits) + 1})
		i = end
	}
	slices.SortFunc(list, func(a, b entry) int { return cmp.Compare(a.number, b.number) })
	for i := 1; i < len(list); i++ {
		if list[i].number == list[i-1].number {
			return nil, malformedInput(textForList)
		}
	}
	return list, nil
}

func sameNumber(key, digits string) bool {
	return strings.HasPrefix(key, digits) && (len(key) == len(digits) || key[len(digits)] == '.')
}

// collection reads a list or a map.
func (d *queryDecoder) collection(fld *field, f form, n int, v reflect.Value) *Error {
	flattened := fld.shape.Flattened || fld.member.Flattened
	if fld.kind == api.Map {
		return d.mapping(fld.plan, f, n, map[bool]string{false: "entry"}[flattened], v)
	}
	label := cmp.Or(fld.shape.Elem.WireName, "member")
	if flattened {
		label = ""
	}
	return d.list(fld.plan, f, n, label, v)
}

func (d *queryDecoder) list(p *plan, f form, n int, label string, v reflect.Value) *Error {
	list, err := entries(f, n, label)
	if err != nil {
		return err
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	for i, e := range list {
		d.pushElement(i + 1)
		err := d.element(p.elem, e, v.Index(i))
		d.pop()
		if err != nil {
			return err
		}
	}
	if outside(p.shape, int64(len(list))) {
		d.length(p.shape, len(list), listValue(v))
	}
	return nil
}

// element reads one element of a list.
func (d *queryDecoder) element(p *plan, e entry, v reflect.Value) *Error {
	inner := e.params
	scalar := len(inner[0].key) < e.n // the key ends with the number
	switch p.kind {
	case api.Structure:
		if scalar {
			return malformedInput(textForStructure)
		}
		return d.structure(p, inner, e.n, v)
	case api.List:
		return d.list(p, inner, e.n, cmp.Or(p.shape.Elem.WireName, "member"), v)
	case api.Map:
		return d.mapping(p, inner, e.n, "entry", v)
	}
	if !scalar || len(inner) > 1 {
		return malformedInput(listForText)
	}
	return d.scalar(p, inner[0].value, v)
}

// mapping reads a map: entry.1.key=…&entry.1.value=….
func (d *queryDecoder) mapping(p *plan, f form, n int, label string, v reflect.Value) *Error {
	list, err := entries(f, n, label)
	if err != nil {
		return err
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(list)))
	for _, e := range list {
		if len(e.params[0].key) < e.n {
			return malformedInput("Unexpected map element termination")
		}
		key, ok := e.params.exactly(e.n, cmp.Or(p.shape.Key.WireName, "key"))
		if !ok {
			return malformedInput("Unexpected map element termination")
		}
		d.pushEntry(key)
		d.text(p.key, key)
		value := reflect.New(p.elem.goType).Elem()
		label := cmp.Or(p.shape.Elem.WireName, "value")
		var err *Error
		if sub := e.params.below(e.n, label); len(sub) > 0 {
			err = d.element(p.elem, entry{params: sub, n: e.n + len(label) + 1}, value)
		} else if text, ok := e.params.exactly(e.n, label); ok && p.elem.kind != api.Structure {
			err = d.scalar(p.elem, text, value)
		}
		d.pop()
		if err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key), value)
	}
	d.length(p.shape, len(list), "")
	return nil
}

// scalar reads one value.
func (d *queryDecoder) scalar(p *plan, value string, v reflect.Value) *Error {
	if problem := setText(&d.checker, p, value, v, 0); problem != "" {
		return malformedInput(problem)
	}
	return nil
}

// listValue is a list of strings as Java prints it; AWS repeats it so.
func listValue(v reflect.Value) quoted {
	if v.Type().Elem().Kind() != reflect.String || v.Len() > 100 {
		return ""
	}
	parts := make([]string, v.Len())
	for i := range parts {
		parts[i] = v.Index(i).String()
	}
	return quote("[" + strings.Join(parts, ", ") + "]")
}
