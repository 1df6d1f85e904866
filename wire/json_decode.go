package wire

import (
	"bytes"
	"encoding/base64"
	"io"
	"math"
	"reflect"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/rolecall-iam/rolecall/api"
)

const maxJSONDepth = 64

// jsonDecoder reads JSON into an operation's input. Members that come twice
// and broken UTF-8 are errors, members that the model does not know are not.
type jsonDecoder struct {
	checker
	dec   *jsontext.Decoder
	empty bool
}

func newJSONDecoder(body []byte, check checker) *jsonDecoder {
	return &jsonDecoder{
		checker: check, dec: jsontext.NewDecoder(bytes.NewReader(body)),
		empty: len(bytes.TrimSpace(body)) == 0,
	}
}

// document reads one object and nothing after it. An empty body is {}.
func (d *jsonDecoder) document(p *plan, v reflect.Value) *Error {
	if d.empty {
		d.required(p, nil)
		return nil
	}
	if d.dec.PeekKind() != '{' {
		return serialization("Start of structure or map expected.")
	}
	if err := d.structure(p, v); err != nil {
		return err
	}
	if _, err := d.dec.ReadToken(); err != io.EOF {
		return badJSON()
	}
	return nil
}

// structure reads an object into a structure.
func (d *jsonDecoder) structure(p *plan, v reflect.Value) *Error {
	if _, err := d.dec.ReadToken(); err != nil || d.dec.StackDepth() > maxJSONDepth {
		return badJSON()
	}
	seen := make([]bool, len(p.fields))
	for d.dec.PeekKind() != '}' {
		name, err := d.dec.ReadToken()
		if err != nil {
			return badJSON()
		}
		f := p.byWire[name.String()]
		if f == nil || f.stream {
			if d.skip() != nil {
				return badJSON()
			}
			continue
		}
		if d.dec.PeekKind() == 'n' {
			if _, err := d.dec.ReadToken(); err != nil {
				return badJSON()
			}
			continue
		}
		seen[f.index] = true
		d.push(f.path)
		problem := d.value(f.plan, f.open(v))
		d.pop()
		if problem != nil {
			return problem
		}
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return badJSON()
	}
	d.required(p, seen)
	return nil
}

// skip passes over a value that the model does not know.
func (d *jsonDecoder) skip() error {
	value, err := d.dec.ReadValue()
	if err == nil && depth(value) > maxJSONDepth {
		return io.ErrShortBuffer
	}
	return err
}

// depth is how deep valid JSON is nested.
func depth(value jsontext.Value) int {
	deepest, now, inString := 0, 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{', c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}', c == ']':
			now--
		}
	}
	return deepest
}

// required notes the required members of the body that did not come.
func (d *jsonDecoder) required(p *plan, seen []bool) {
	for i := range p.fields {
		f := &p.fields[i]
		if f.member.Required && f.member.Location == 0 && (seen == nil || !seen[i]) {
			d.missing(f)
		}
	}
}

// value reads any value but null.
func (d *jsonDecoder) value(p *plan, v reflect.Value) *Error {
	kind := d.dec.PeekKind()
	switch p.kind {
	case api.Structure:
		if kind != '{' {
			return d.unexpected(kind, "")
		}
		return d.structure(p, v)
	case api.List:
		if kind != '[' {
			return d.unexpected(kind, "")
		}
		return d.list(p, v)
	case api.Map:
		if kind != '{' {
			return d.unexpected(kind, "")
		}
		return d.mapping(p, v)
	case api.Document:
		value, err := d.dec.ReadValue()
		if err != nil || depth(value) > maxJSONDepth {
			return badJSON()
		}
		v.SetBytes(bytes.Clone(value))
		return nil
	}
	if kind == '{' {
		return serialization("Start of structure or map found where not expected.")
	}
	if kind == '[' {
		return serialization("Start of list found where not expected")
	}
	token, err := d.dec.ReadToken()
	if err != nil {
		return badJSON()
	}
	return d.scalar(p, token, v)
}

func (d *jsonDecoder) list(p *plan, v reflect.Value) *Error {
	if _, err := d.dec.ReadToken(); err != nil || d.dec.StackDepth() > maxJSONDepth {
		return badJSON()
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	n := 0
	for d.dec.PeekKind() != ']' {
		if d.dec.PeekKind() == 'n' {
			return serialization("Null list elements are not allowed.")
		}
		if n == maxElements {
			return serialization("The request has too many list elements.")
		}
		v.Grow(1)
		v.SetLen(n + 1)
		n++
		d.pushElement(n)
		v.Index(n - 1).SetZero()
		err := d.value(p.elem, v.Index(n-1))
		d.pop()
		if err != nil {
			return err
		}
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return badJSON()
	}
	if outside(p.shape, int64(n)) {
		d.length(p.shape, n, listValue(v))
	}
	return nil
}

func (d *jsonDecoder) mapping(p *plan, v reflect.Value) *Error {
	if _, err := d.dec.ReadToken(); err != nil || d.dec.StackDepth() > maxJSONDepth {
		return badJSON()
	}
	v.Set(reflect.MakeMap(v.Type()))
	for d.dec.PeekKind() != '}' {
		token, err := d.dec.ReadToken()
		if err != nil {
			return badJSON()
		}
		key := token.String()
		if v.Len() == maxElements {
			return serialization("The request has too many map entries.")
		}
		d.pushEntry(key)
		d.text(p.key, key)
		value := reflect.New(p.elem.goType).Elem()
		var problem *Error
		if d.dec.PeekKind() == 'n' {
			_, err = d.dec.ReadToken()
		} else {
			problem = d.value(p.elem, value)
			v.SetMapIndex(reflect.ValueOf(key), value)
		}
		d.pop()
		if problem != nil {
			return problem
		}
		if err != nil {
			return badJSON()
		}
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return badJSON()
	}
	d.length(p.shape, v.Len(), "")
	return nil
}

// scalar sets a value from a string, a number or a boolean.
func (d *jsonDecoder) scalar(p *plan, token jsontext.Token, v reflect.Value) *Error {
	kind := token.Kind()
	switch p.kind {
	case api.String:
		if kind != '"' {
			return d.unexpected(kind, "a String")
		}
		v.SetString(token.String())
		d.text(p, v.String())
		return nil
	case api.Integer, api.Long:
		if kind != '0' {
			return d.unexpected(kind, map[api.Kind]string{api.Integer: "an Integer", api.Long: "a Long"}[p.kind])
		}
		n, ok := wholeNumber(token.String())
		if !ok || v.OverflowInt(n) {
			return serialization("NUMBER_VALUE is out of range")
		}
		v.SetInt(n)
		d.number(p.shape, n)
		return nil
	case api.Float, api.Double:
		if kind != '0' {
			return d.unexpected(kind, "a Double")
		}
		x, err := strconv.ParseFloat(token.String(), 64)
		if err != nil || v.OverflowFloat(x) {
			return serialization("NUMBER_VALUE is out of range")
		}
		v.SetFloat(x)
		return nil
	case api.Boolean:
		if kind != 't' && kind != 'f' {
			return d.unexpected(kind, "a Boolean")
		}
		v.SetBool(kind == 't')
		return nil
	}
	return d.stringish(p, token, v)
}

// stringish sets a time or a blob.
func (d *jsonDecoder) stringish(p *plan, token jsontext.Token, v reflect.Value) *Error {
	kind := token.Kind()
	switch {
	case p.kind == api.Timestamp && (kind == '0' || kind == '"'):
		t, ok := parseTime(token.String(), p.shape.Time, 0)
		if !ok {
			return serialization("The timestamp is not valid.")
		}
		v.Set(reflect.ValueOf(t))
		return nil
	case p.kind == api.Blob && kind == '"':
		b, err := base64.StdEncoding.DecodeString(token.String())
		if err != nil {
			return serialization("The blob is not valid Base64.")
		}
		v.SetBytes(nonNil(b))
		d.length(p.shape, len(b), "")
		return nil
	}
	return d.unexpected(kind, "another type")
}

// wholeNumber reads a JSON number without a fraction; 1e3 and 1.0 are whole.
func wholeNumber(s string) (int64, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	x, err := strconv.ParseFloat(s, 64)
	return int64(x), err == nil && x == math.Trunc(x) && math.Abs(x) < 1<<53
}

// unexpected says what stands where something else should, in the words of
// AWS's parser.
func (d *jsonDecoder) unexpected(kind jsontext.Kind, want string) *Error {
	have := map[jsontext.Kind]string{'"': "STRING_VALUE", '0': "NUMBER_VALUE", 't': "TRUE_VALUE", 'f': "FALSE_VALUE"}[kind]
	switch {
	case kind == '[':
		return serialization("Start of list found where not expected")
	case kind == '{':
		return serialization("Start of structure or map found where not expected.")
	case have == "":
		return badJSON()
	case want == "":
		return serialization("Unexpected field type")
	}
	return serialization(have + " can not be converted to " + want)
}

func serialization(message string) *Error {
	return &Error{Code: "SerializationException", Status: 400, Message: message}
}

// badJSON is what AWS says of JSON that is none: no words.
func badJSON() *Error { return serialization("") }
