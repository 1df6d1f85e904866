package wire

import (
	"math"
	"reflect"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rolecall-iam/rolecall/api"
)

// appendJSONStructure writes those members of a structure that travel in the
// body as a JSON object.
func appendJSONStructure(dst []byte, p *plan, v reflect.Value) ([]byte, error) {
	dst = append(dst, '{')
	first := true
	for i := range p.fields {
		f := &p.fields[i]
		if f.member.Location != 0 || f.stream || f.shape.Events {
			continue
		}
		value, ok := f.value(v)
		if !ok {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = appendJSONString(dst, f.wire)
		dst = append(dst, ':')
		var err error
		if dst, err = appendJSON(dst, f.plan, value); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// appendJSON writes any value.
func appendJSON(dst []byte, p *plan, v reflect.Value) ([]byte, error) {
	switch p.kind {
	case api.Structure:
		return appendJSONStructure(dst, p, v)
	case api.List:
		dst = append(dst, '[')
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, ',')
			}
			var err error
			if dst, err = appendJSON(dst, p.elem, v.Index(i)); err != nil {
				return dst, err
			}
		}
		return append(dst, ']'), nil
	case api.Map:
		return appendJSONMap(dst, p, v)
	case api.String:
		return appendJSONString(dst, v.String()), nil
	case api.Blob:
		dst = append(dst, '"')
		dst = appendScalar(dst, p, v, 0, false)
		return append(dst, '"'), nil
	case api.Timestamp:
		if p.shape.Time == 0 || p.shape.Time == api.Unix {
			return appendUnix(dst, timeOf(v)), nil
		}
		dst = append(dst, '"')
		dst = appendScalar(dst, p, v, 0, false)
		return append(dst, '"'), nil
	case api.Float, api.Double:
		if x := v.Float(); math.IsNaN(x) || math.IsInf(x, 0) {
			return append(dst, strconv.Quote(strconv.FormatFloat(x, 'g', -1, 64))...), nil
		}
	case api.Document:
		if v.Len() == 0 {
			return append(dst, "null"...), nil
		}
		doc := jsontext.Value(slices.Clone(v.Bytes()))
		if err := doc.Compact(); err != nil {
			return dst, err
		}
		return append(dst, doc...), nil
	}
	return appendScalar(dst, p, v, 0, false), nil
}

// appendJSONMap writes a map, ordered by key so that equal answers are equal
// bytes.
func appendJSONMap(dst []byte, p *plan, v reflect.Value) ([]byte, error) {
	dst = append(dst, '{')
	for i, key := range sortedKeys(v) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendJSONString(dst, key.String()), ':')
		var err error
		if dst, err = appendJSON(dst, p.elem, v.MapIndex(key)); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// appendJSONString quotes s; broken UTF-8 becomes U+FFFD.
func appendJSONString(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s) // its error is the broken UTF-8
	return dst
}

// appendJSONError writes the error document of the JSON protocols. The member
// is "message" in all of them; clients read "Message" too.
func appendJSONError(dst []byte, t *Target, e *Error) []byte {
	dst = append(dst, '{')
	if t.Protocol != api.RestJSON {
		dst = appendJSONString(append(dst, `"__type":`...), e.Code)
		dst = append(dst, ',')
	}
	dst = append(dst, `"message":`...)
	dst = appendJSONString(dst, e.Message)
	for _, name := range sortedFields(e.Fields) {
		value, err := json.Marshal(e.Fields[name], json.Deterministic(true))
		if err != nil {
			continue // what cannot be said is left out: the code is what counts
		}
		dst = append(dst, ',')
		dst = append(appendJSONString(dst, name), ':')
		dst = append(dst, value...)
	}
	return append(dst, '}')
}

func sortedFields(fields map[string]any) []string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
