package wire

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"io"
	"reflect"
	"strings"

	"github.com/rolecall-iam/rolecall/api"
)

const maxXMLDepth = 32

// xmlDecoder reads XML into an operation's input. A DTD, a processing
// instruction after the start, an entity of one's own, and an element that
// comes twice where one is meant are errors; unknown elements are not.
type xmlDecoder struct {
	checker
	dec   *xml.Decoder
	depth int
	body  []byte
}

func newXMLDecoder(body []byte, check checker) *xmlDecoder {
	dec := xml.NewDecoder(bytes.NewReader(body))
	dec.Strict = true
	dec.Entity = map[string]string{}
	return &xmlDecoder{checker: check, dec: dec, body: body}
}

// malformedXML is S3's word for a body that it cannot read
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
func malformedXML() *Error {
	return &Error{Code: "MalformedXML", Status: 400,
		Message: "The XML you provided was not well-formed or did not validate against our published schema"}
}

// document reads one element and nothing after it. An empty body is an empty
// structure.
func (d *xmlDecoder) document(p *plan, v reflect.Value, root string) *Error {
	if len(bytes.TrimSpace(d.body)) == 0 {
		d.required(p, nil)
		return nil
	}
	if !isText(string(d.body)) {
		return malformedXML()
	}
	start, err := d.next(true)
	if err != nil || start == nil || root != "" && start.Name.Local != root {
		return malformedXML()
	}
	if err := d.structure(p, v, start); err != nil {
		return err
	}
	for {
		token, err := d.dec.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil || !harmless(token) {
			return malformedXML()
		}
	}
}

// harmless says whether a token may stand between elements.
func harmless(token xml.Token) bool {
	switch t := token.(type) {
	case xml.Comment:
		return true
	case xml.CharData:
		return len(bytes.TrimSpace(t)) == 0
	}
	return false
}

// next is the next element, or nil at the end of the one around.
func (d *xmlDecoder) next(first bool) (*xml.StartElement, error) {
	for {
		token, err := d.dec.Token()
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if d.depth++; d.depth > maxXMLDepth {
				return nil, io.ErrShortBuffer
			}
			start := t.Copy()
			return &start, nil
		case xml.EndElement:
			d.depth--
			return nil, nil
		case xml.ProcInst:
			if !first || t.Target != "xml" {
				return nil, io.ErrUnexpectedEOF
			}
		default:
			if !harmless(token) {
				return nil, io.ErrUnexpectedEOF
			}
		}
	}
}

// structure reads the rest of an element into a structure.
func (d *xmlDecoder) structure(p *plan, v reflect.Value, start *xml.StartElement) *Error {
	seen := make([]bool, len(p.fields))
	for i := range p.fields {
		if f := &p.fields[i]; f.member.Attribute {
			if problem := d.attribute(f, v, start, seen); problem != "" {
				return malformedXML()
			}
		}
	}
	for {
		inner, err := d.next(false)
		if err != nil {
			return malformedXML()
		}
		if inner == nil {
			d.required(p, seen)
			d.lists(p, v, seen)
			return nil
		}
		f := p.byWire[inner.Name.Local]
		if f == nil || f.member.Attribute || f.stream {
			if !d.skip() {
				return malformedXML()
			}
			continue
		}
		flat := f.kind == api.List && (f.shape.Flattened || f.member.Flattened)
		if seen[f.index] && !flat {
			return malformedXML()
		}
		seen[f.index] = true
		d.push(f.path)
		problem := d.member(f, flat, v, inner)
		d.pop()
		if problem != nil {
			return problem
		}
	}
}

// attribute reads a member that is an attribute, such as xsi:type.
func (d *xmlDecoder) attribute(f *field, v reflect.Value, start *xml.StartElement, seen []bool) string {
	name := f.wire[strings.LastIndexByte(f.wire, ':')+1:]
	for _, a := range start.Attr {
		if a.Name.Local == name && a.Name.Space != "xmlns" {
			seen[f.index] = true
			d.push(f.path)
			defer d.pop()
			return setText(&d.checker, f.plan, a.Value, f.open(v), 0)
		}
	}
	return ""
}

// member reads one element of a structure.
func (d *xmlDecoder) member(f *field, flat bool, v reflect.Value, start *xml.StartElement) *Error {
	if !flat {
		return d.value(f.plan, f.open(v), start)
	}
	list := f.open(v)
	return d.grow(f.plan, list, start)
}

// grow reads one more element of a list.
func (d *xmlDecoder) grow(p *plan, list reflect.Value, start *xml.StartElement) *Error {
	n := list.Len()
	if n == maxElements {
		return malformedXML()
	}
	list.Grow(1)
	list.SetLen(n + 1)
	list.Index(n).SetZero()
	d.pushElement(n + 1)
	defer d.pop()
	return d.value(p.elem, list.Index(n), start)
}

// lists checks the lengths of flat lists, which are known only now.
func (d *xmlDecoder) lists(p *plan, v reflect.Value, seen []bool) {
	for i := range p.fields {
		f := &p.fields[i]
		if seen[i] && f.kind == api.List && (f.shape.Flattened || f.member.Flattened) {
			d.push(f.path)
			d.length(f.shape, f.open(v).Len(), "")
			d.pop()
		}
	}
}

// required notes the required members of the body that did not come.
func (d *xmlDecoder) required(p *plan, seen []bool) {
	for i := range p.fields {
		f := &p.fields[i]
		if f.member.Required && f.member.Location == 0 && (seen == nil || !seen[i]) {
			d.missing(f)
		}
	}
}

// value reads the rest of an element.
func (d *xmlDecoder) value(p *plan, v reflect.Value, start *xml.StartElement) *Error {
	switch p.kind {
	case api.Structure:
		return d.structure(p, v, start)
	case api.List:
		return d.list(p, v)
	case api.Map, api.Document:
		return malformedXML() // no restXml input has one
	}
	text, ok := d.characters()
	if !ok {
		return malformedXML()
	}
	if problem := setText(&d.checker, p, text, v, 0); problem != "" {
		return malformedXML()
	}
	return nil
}

// list reads a list with an element around its elements.
func (d *xmlDecoder) list(p *plan, v reflect.Value) *Error {
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	name := cmp.Or(p.shape.Elem.WireName, "member")
	for {
		inner, err := d.next(false)
		if err != nil {
			return malformedXML()
		}
		if inner == nil {
			d.length(p.shape, v.Len(), "")
			return nil
		}
		if inner.Name.Local != name {
			return malformedXML()
		}
		if problem := d.grow(p, v, inner); problem != nil {
			return problem
		}
	}
}

// characters reads the text of an element without elements in it.
func (d *xmlDecoder) characters() (string, bool) {
	var b strings.Builder
	for {
		token, err := d.dec.Token()
		if err != nil {
			return "", false
		}
		switch t := token.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.Comment:
		case xml.EndElement:
			d.depth--
			return b.String(), true
		default:
			return "", false
		}
	}
}

// skip passes over an element that the model does not know.
func (d *xmlDecoder) skip() bool {
	for open := 1; open > 0; {
		token, err := d.dec.Token()
		if err != nil {
			return false
		}
		switch token.(type) {
		case xml.StartElement:
			if open++; open > maxXMLDepth {
				return false
			}
		case xml.EndElement:
			open--
		case xml.Directive, xml.ProcInst:
			return false
		}
	}
	d.depth--
	return true
}
