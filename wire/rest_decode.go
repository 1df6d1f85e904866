package wire

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/api"
)

// decodeREST reads path, query, headers and body of restJson1 and restXml.
func (c *Codec) decodeREST(t *Target, r *http.Request, body []byte, p *plan, v reflect.Value, check checker) *Error {
	rest := restDecoder{checker: check, target: t, header: r.Header, query: r.URL.Query(), size: r.ContentLength}
	for i := range p.fields {
		if f := &p.fields[i]; f.member.Location != 0 {
			if err := rest.outside(f, v); err != nil {
				return err
			}
		}
	}
	if err := rest.body(p, v, r, body); err != nil {
		return err
	}
	return rest.result()
}

type restDecoder struct {
	checker
	target *Target
	header http.Header
	query  url.Values
	size   int64 // of the body; net/http keeps it apart from the headers
}

// outside reads a member that travels outside the body.
func (d *restDecoder) outside(f *field, v reflect.Value) *Error {
	d.push(f.path)
	defer d.pop()
	var values []string
	format := api.ISO8601
	switch f.member.Location {
	case api.Path:
		if label, ok := d.target.labels[f.wire]; ok {
			values = []string{label}
		}
	case api.QueryString:
		if f.kind == api.Map {
			return d.queryMap(f, v)
		}
		values = d.query[f.wire]
	case api.Header:
		values, format = d.header.Values(f.wire), api.RFC822
		if f.wire == "Content-Length" && d.size >= 0 {
			values = []string{strconv.FormatInt(d.size, 10)}
		}
	case api.Headers:
		return d.prefixHeaders(f, v)
	}
	if len(values) == 0 {
		if f.member.Required {
			d.pop()
			d.missing(f)
			d.push(f.path)
		}
		return nil
	}
	for _, text := range values {
		if !isText(text) {
			return d.bad("a value is not text in UTF-8")
		}
	}
	if f.kind == api.List {
		return d.list(f, values, v, format)
	}
	if len(values) > 1 {
		return d.bad("'" + f.wire + "' is given more than once")
	}
	if problem := setText(&d.checker, f.plan, values[0], f.open(v), format); problem != "" {
		return d.bad(problem)
	}
	return nil
}

// list reads a list: repeated in the query, parted by commas in a header.
func (d *restDecoder) list(f *field, values []string, v reflect.Value, format api.TimeFormat) *Error {
	if f.member.Location == api.Header {
		values = strings.Split(strings.Join(values, ","), ",")
	}
	if len(values) > maxElements {
		return d.bad("the request has too many list elements")
	}
	to := f.open(v)
	to.Set(reflect.MakeSlice(to.Type(), len(values), len(values)))
	for i, text := range values {
		d.pushElement(i + 1)
		problem := setText(&d.checker, f.elem, strings.TrimSpace(text), to.Index(i), format)
		d.pop()
		if problem != "" {
			return d.bad(problem)
		}
	}
	d.length(f.shape, len(values), listValue(to))
	return nil
}

// queryMap gives a map those parameters that are nobody else's.
func (d *restDecoder) queryMap(f *field, v reflect.Value) *Error {
	to := f.open(v)
	for name, values := range d.query {
		if len(values) != 1 || f.elem.kind != api.String || !isText(values[0]) || !isText(name) {
			return d.bad("'" + shorten(name) + "' is not valid")
		}
		if to.IsNil() {
			to.Set(reflect.MakeMap(to.Type()))
		}
		to.SetMapIndex(reflect.ValueOf(name), reflect.ValueOf(values[0]))
	}
	return nil
}

// prefixHeaders gives a map all headers that begin with its prefix.
func (d *restDecoder) prefixHeaders(f *field, v reflect.Value) *Error {
	to := f.open(v)
	for name, values := range d.header {
		key := strings.ToLower(name)
		if !strings.HasPrefix(key, f.wire) {
			continue
		}
		value := strings.Join(values, ",")
		if !isText(value) {
			return d.bad("a header is not text in UTF-8")
		}
		if to.IsNil() {
			to.Set(reflect.MakeMap(to.Type()))
		}
		to.SetMapIndex(reflect.ValueOf(key[len(f.wire):]), reflect.ValueOf(value))
	}
	return nil
}

// body reads the body: a payload member, or all members without another place.
func (d *restDecoder) body(p *plan, v reflect.Value, r *http.Request, body []byte) *Error {
	f := p.payload
	if f == nil {
		if !hasBody(p) {
			return nil
		}
		return d.document(p, v, d.op.Root, body)
	}
	if f.stream {
		stream := r.Body
		if body != nil {
			stream = io.NopCloser(bytes.NewReader(body))
		}
		v.Field(f.index).Set(reflect.ValueOf(stream))
		return nil
	}
	if len(body) == 0 {
		if f.member.Required {
			d.missing(f)
		}
		return nil
	}
	d.push(f.path)
	defer d.pop()
	switch f.kind {
	case api.Structure:
		return d.document(f.plan, f.open(v), rootName(f), body)
	case api.Blob:
		f.open(v).SetBytes(slices.Clone(body))
		d.length(f.shape, len(body), "")
	case api.String:
		text := string(body)
		if !isText(text) {
			return d.bad("the body is not text in UTF-8")
		}
		f.open(v).SetString(text)
		d.text(f.plan, text)
	default:
		return d.bad("the body cannot be read")
	}
	return nil
}

// hasBody says whether some member travels in the body.
func hasBody(p *plan) bool {
	return slices.ContainsFunc(p.fields, func(f field) bool { return f.member.Location == 0 })
}

// document reads a JSON or XML document into a structure.
func (d *restDecoder) document(p *plan, v reflect.Value, root string, body []byte) *Error {
	if d.op.Service.Protocol == api.RestXML {
		dec := newXMLDecoder(body, d.checker)
		err := dec.document(p, v, root)
		d.checker = dec.checker
		return err
	}
	dec := newJSONDecoder(body, d.checker)
	err := dec.document(p, v)
	d.checker = dec.checker
	return err
}

// bad is the error for a part of a request that cannot be read.
func (d *restDecoder) bad(problem string) *Error {
	if d.op.Service.Protocol == api.RestXML {
		return &Error{Code: "InvalidArgument", Status: 400, Message: problem}
	}
	return serialization(problem)
}
