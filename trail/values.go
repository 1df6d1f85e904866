package trail

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/rolecall-iam/rolecall/api"
)

// timeText is how CloudTrail writes times among parameters, as in its STS
// examples: "Jul 18, 2014 4:07:39 PM".
const timeText = "Jan 2, 2006 3:04:05 PM"

// shapes writes typed values as CloudTrail writes parameters: by the model's
// names with a small first letter, without what is secret. It learns each type
// at its first use.
type shapes struct {
	made map[shapeKey]*shaped
}

type shapeKey struct {
	shape *api.Shape
	typ   reflect.Type
}

// shaped is what is known of one Go type.
type shaped struct {
	kind   api.Kind
	time   api.TimeFormat
	fields []shapedField // of a structure: those that are shown
	elem   *shaped       // of a list or a map
}

type shapedField struct {
	*shaped
	index    int
	label    []byte // "name": as it is written
	required bool
	pointer  bool
}

// of learns a type that was generated from a shape.
func (s *shapes) of(shape *api.Shape, typ reflect.Type) *shaped {
	key := shapeKey{shape, typ}
	if known := s.made[key]; known != nil {
		return known
	}
	made := &shaped{kind: shape.Kind, time: shape.Time}
	s.made[key] = made
	switch shape.Kind {
	case api.List, api.Map:
		made.elem = s.of(shape.Elem.Shape(), typ.Elem())
	case api.Structure:
		for i := range shape.Members {
			m := &shape.Members[i]
			goType := typ.Field(i).Type
			if secret(m) || m.Shape().Events || goType.Kind() == reflect.Interface {
				continue
			}
			f := shapedField{index: i, required: m.Required, pointer: goType.Kind() == reflect.Pointer}
			if f.pointer {
				goType = goType.Elem()
			}
			f.label = append(appendQuoted(nil, lowerFirst(m.Name)), ':')
			f.shaped = s.of(m.Shape(), goType)
			made.fields = append(made.fields, f)
		}
	}
	return made
}

// ofPointer learns the type of an operation's input or output, of which it is
// given a nil pointer.
func (s *shapes) ofPointer(shape *api.Shape, pointer any) *shaped {
	return s.of(shape, reflect.TypeOf(pointer).Elem())
}

// parameters writes an input or output, given as a pointer: nothing where
// nothing of it is to be shown.
func parameters(dst []byte, p *shaped, value any) []byte {
	v := reflect.ValueOf(value)
	if value == nil || v.IsNil() {
		return dst
	}
	start := len(dst)
	dst = appendStructure(dst, p, v.Elem())
	if len(dst) == start+len("{}") {
		return dst[:start]
	}
	return dst
}

func appendStructure(dst []byte, p *shaped, v reflect.Value) []byte {
	dst = append(dst, '{')
	first := true
	for i := range p.fields {
		f := &p.fields[i]
		field, ok := f.value(v)
		if !ok {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(dst, f.label...)
		dst = appendValue(dst, f.shaped, field)
	}
	return append(dst, '}')
}

// value is the field's value, and whether it is there.
func (f *shapedField) value(structure reflect.Value) (reflect.Value, bool) {
	v := structure.Field(f.index)
	if f.pointer {
		return v.Elem(), !v.IsNil()
	}
	switch f.kind {
	case api.List, api.Map, api.Blob, api.Document:
		return v, !v.IsNil()
	case api.Timestamp:
		return v, !v.Interface().(time.Time).IsZero()
	}
	return v, f.required || !v.IsZero()
}

func appendValue(dst []byte, p *shaped, v reflect.Value) []byte {
	switch p.kind {
	case api.Structure:
		return appendStructure(dst, p, v)
	case api.List:
		dst = append(dst, '[')
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendValue(dst, p.elem, v.Index(i))
		}
		return append(dst, ']')
	case api.Map:
		return appendMap(dst, p, v)
	case api.String:
		return appendQuoted(dst, v.String())
	case api.Boolean:
		return strconv.AppendBool(dst, v.Bool())
	case api.Integer, api.Long:
		return strconv.AppendInt(dst, v.Int(), 10)
	case api.Float, api.Double:
		return appendFloat(dst, v.Float())
	case api.Timestamp:
		dst = append(dst, '"')
		return append(v.Interface().(time.Time).UTC().AppendFormat(dst, timeText), '"')
	case api.Blob:
		dst = append(dst, '"')
		return append(base64.StdEncoding.AppendEncode(dst, v.Bytes()), '"')
	case api.Document:
		var b bytes.Buffer
		if json.Compact(&b, v.Bytes()) != nil {
			return append(dst, "null"...)
		}
		return append(dst, b.Bytes()...)
	}
	return append(dst, "null"...)
}

// appendMap writes a map ordered by key: equal calls give equal events.
func appendMap(dst []byte, p *shaped, v reflect.Value) []byte {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return bytes.Compare([]byte(a.String()), []byte(b.String())) })
	dst = append(dst, '{')
	for i, key := range keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendQuoted(dst, key.String()), ':')
		dst = appendValue(dst, p.elem, v.MapIndex(key))
	}
	return append(dst, '}')
}

func appendFloat(dst []byte, x float64) []byte {
	text, err := json.Marshal(x)
	if err != nil { // no number
		return append(dst, "null"...)
	}
	return append(dst, text...)
}

func lowerFirst(s string) string {
	if s != "" && s[0] >= 'A' && s[0] <= 'Z' {
		return string(s[0]+'a'-'A') + s[1:]
	}
	return s
}

const hexDigits = "0123456789abcdef"

// appendQuoted writes a JSON string. Broken UTF-8 becomes U+FFFD.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	plain := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < 0x7f {
			continue
		}
		if c >= 0x7f {
			return appendQuotedText(dst, s, plain)
		}
		dst = append(dst, s[plain:i]...)
		plain = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\t':
			dst = append(dst, '\\', 't')
		case '\r':
			dst = append(dst, '\\', 'r')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(append(dst, s[plain:]...), '"')
}

// appendQuotedText goes on from a byte that is not ASCII.
func appendQuotedText(dst []byte, s string, from int) []byte {
	for _, r := range s[from:] { // broken bytes come as U+FFFD
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r < ' ' || r == 0x7f:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
		default:
			dst = append(dst, string(r)...)
		}
	}
	return append(dst, '"')
}
