package wire

import (
	"cmp"
	"reflect"
	"slices"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/api"
)

// xmlEncoder writes values as XML, for awsQuery and restXml.
type xmlEncoder struct {
	dst    []byte
	millis bool // times with milliseconds, as S3 writes them
}

func (x *xmlEncoder) open(name string) { x.dst = append(append(append(x.dst, '<'), name...), '>') }
func (x *xmlEncoder) close(name string) {
	x.dst = append(append(append(x.dst, '<', '/'), name...), '>')
}

// members writes those members of a structure that travel in the body.
func (x *xmlEncoder) members(p *plan, v reflect.Value) {
	for i := range p.fields {
		f := &p.fields[i]
		if f.member.Location != 0 || f.member.Attribute || f.stream || f.shape.Events {
			continue
		}
		value, ok := f.value(v)
		if !ok {
			continue
		}
		x.member(f, value)
	}
}

// member writes one member with its element.
func (x *xmlEncoder) member(f *field, v reflect.Value) {
	if f.kind == api.List && (f.shape.Flattened || f.member.Flattened) {
		for i := range v.Len() {
			x.element(f.wire, f.elem, v.Index(i))
		}
		return
	}
	if f.kind == api.Structure {
		x.structure(f.wire, f.member.Prefix, f.member.Namespace, f.plan, v)
		return
	}
	x.element(f.wire, f.plan, v)
}

// structure writes a structure with its element and its attributes.
func (x *xmlEncoder) structure(name, prefix, namespace string, p *plan, v reflect.Value) {
	x.dst = append(append(x.dst, '<'), name...)
	if namespace != "" {
		x.dst = append(x.dst, " xmlns"...)
		if prefix != "" {
			x.dst = append(append(x.dst, ':'), prefix...)
		}
		x.dst = append(append(append(x.dst, `="`...), namespace...), '"')
	}
	for i := range p.fields {
		f := &p.fields[i]
		if !f.member.Attribute {
			continue
		}
		if value, ok := f.value(v); ok {
			x.dst = append(append(append(x.dst, ' '), f.wire...), `="`...)
			x.dst = appendEscaped(x.dst, value.String())
			x.dst = append(x.dst, '"')
		}
	}
	x.dst = append(x.dst, '>')
	x.members(p, v)
	x.close(name)
}

// element writes any value with its element.
func (x *xmlEncoder) element(name string, p *plan, v reflect.Value) {
	switch p.kind {
	case api.Structure:
		x.structure(name, "", "", p, v)
		return
	case api.List:
		x.open(name)
		inner := cmp.Or(p.shape.Elem.WireName, "member")
		for i := range v.Len() {
			x.element(inner, p.elem, v.Index(i))
		}
	case api.Map:
		x.open(name)
		x.entries(p, v)
	default:
		x.open(name)
		x.text(p, v)
	}
	x.close(name)
}

// entries writes a map, ordered by key so that equal answers are equal bytes.
func (x *xmlEncoder) entries(p *plan, v reflect.Value) {
	for _, key := range sortedKeys(v) {
		x.open("entry")
		x.element(cmp.Or(p.shape.Key.WireName, "key"), p.key, key)
		x.element(cmp.Or(p.shape.Elem.WireName, "value"), p.elem, v.MapIndex(key))
		x.close("entry")
	}
}

// text writes a scalar.
func (x *xmlEncoder) text(p *plan, v reflect.Value) {
	if p.kind == api.String {
		x.dst = appendEscaped(x.dst, v.String())
		return
	}
	// No other scalar has a character that XML knows.
	x.dst = appendScalar(x.dst, p, v, api.ISO8601, x.millis)
}

func sortedKeys(v reflect.Value) []reflect.Value {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
	return keys
}

// appendEscaped writes text for an element or an attribute. What XML 1.0 has
// no way to write, control characters and broken UTF-8, becomes U+FFFD.
func appendEscaped(dst []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < 64 && special>>c&1 != 0 {
				dst = append(append(dst, s[start:i]...), xmlEscape(c)...)
				start = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || r == 0xFFFE || r == 0xFFFF {
			dst = append(append(dst, s[start:i]...), "\uFFFD"...)
			start = i + size
		}
		i += size
	}
	return append(dst, s[start:]...)
}

// special has a bit for each ASCII character that does not stand for itself:
// all below the blank, and these five.
const special = 1<<32 - 1 | 1<<'<' | 1<<'>' | 1<<'&' | 1<<'"' | 1<<'\''

// xmlEscape is what stands for a special character.
func xmlEscape(c byte) string {
	switch c {
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '&':
		return "&amp;"
	case '"':
		return "&quot;"
	case '\'':
		return "&#39;"
	case '\r':
		return "&#xD;"
	case '\n':
		return "&#xA;"
	case '\t':
		return "&#x9;"
	}
	return "\uFFFD"
}
