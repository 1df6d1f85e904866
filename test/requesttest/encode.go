package requesttest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/api"
)

// Message is an HTTP request that is not signed yet.
type Message struct {
	Method, URL string // URL is path and query
	Header      http.Header
	Body        []byte
}

// Encode writes the input of an operation in its service's protocol. It fails
// where the value holds what JSON cannot say, or the model an address that is
// none.
func Encode(op *api.Operation, in Structure) (m Message, err error) {
	m = Message{Method: op.Method, URL: "/", Header: http.Header{}}
	switch op.Service.Protocol {
	case api.Query:
		form := url.Values{"Action": {op.Name}, "Version": {op.Service.Version}}
		addStructure(form, "", in)
		m.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		m.Body = []byte(form.Encode())
	case api.JSON10, api.JSON11:
		version := map[api.Protocol]string{api.JSON10: "1.0", api.JSON11: "1.1"}[op.Service.Protocol]
		m.Header.Set("Content-Type", "application/x-amz-json-"+version)
		m.Header.Set("X-Amz-Target", op.Service.TargetPrefix+"."+op.Name)
		m.Body, err = json.Marshal(object(in))
	default:
		err = m.spread(op, in)
	}
	return m, err
}

func addStructure(form url.Values, prefix string, s Structure) {
	for _, f := range s {
		add(form, prefix+f.Member.Wire(), f.Member, f.Value)
	}
}

func add(form url.Values, name string, m *api.Member, value any) {
	shape := m.Shape()
	switch v := value.(type) {
	case Structure:
		addStructure(form, name+".", v)
	case List:
		elem := &api.Member{Name: "member", Of: &api.Shape{Kind: api.String}}
		if shape.Kind == api.List {
			elem = shape.Elem
		}
		if len(v) == 0 {
			form.Set(name, "")
		}
		if !m.Flattened && !shape.Flattened {
			name += "." + elem.Wire()
		}
		for i, e := range v {
			add(form, name+"."+strconv.Itoa(i+1), elem, e)
		}
	case Mapping:
		for i, e := range v {
			at := name + ".entry." + strconv.Itoa(i+1) + "."
			form.Set(at+"key", e.Key)
			add(form, at+"value", shape.Elem, e.Value)
		}
	default:
		form.Set(name, Text(v))
	}
}

// object is a value as encoding/json writes it.
func object(value any) any {
	switch v := value.(type) {
	case Structure:
		o := map[string]any{}
		for _, f := range v {
			o[f.Member.Wire()] = object(f.Value)
			if at, ok := f.Value.(Instant); ok {
				o[f.Member.Wire()] = at.json(f.Member)
			}
		}
		return o
	case Mapping:
		o := map[string]any{}
		for _, e := range v {
			o[e.Key] = object(e.Value)
		}
		return o
	case List:
		l := []any{}
		for _, e := range v {
			l = append(l, object(e))
		}
		return l
	case Blob:
		return base64.StdEncoding.EncodeToString(v)
	}
	return value
}

// spread writes an input over path, query, headers and body.
func (m *Message) spread(op *api.Operation, in Structure) error {
	path, query, _ := strings.Cut(op.URI, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return err
	}
	var body Structure
	for _, f := range in {
		name, text := f.Member.Wire(), Text(f.Value)
		switch f.Member.Location {
		case api.Path:
			path = strings.NewReplacer("{"+name+"}", url.PathEscape(text), "{"+name+"+}", url.PathEscape(text)).Replace(path)
		case api.QueryString:
			values.Set(name, text)
		case api.Header:
			m.Header.Set(name, text)
		case api.Headers:
			m.Header.Set(name+"walk", text)
		default:
			body = append(body, f)
		}
	}
	m.URL = path
	if encoded := values.Encode(); encoded != "" {
		m.URL += "?" + encoded
	}
	return m.fill(op, body)
}

func (m *Message) fill(op *api.Operation, body Structure) (err error) {
	if len(body) == 0 {
		return nil
	}
	var document any = body
	root := op.Root
	if op.Input.Payload != "" {
		document, root = body[0].Value, body[0].Member.Wire()
		if b, ok := document.(Blob); ok {
			m.Body = b
			return nil
		}
		if _, ok := document.(Structure); !ok {
			m.Body = []byte(Text(document))
			return nil
		}
	}
	if op.Service.Protocol == api.RestJSON {
		m.Header.Set("Content-Type", "application/json")
		m.Body, err = json.Marshal(object(document))
		return err
	}
	m.Header.Set("Content-Type", "application/xml")
	var b bytes.Buffer
	writeXML(&b, root, document)
	m.Body = b.Bytes()
	return nil
}

func writeXML(b *bytes.Buffer, name string, value any) {
	b.WriteString("<" + name + ">")
	switch v := value.(type) {
	case Structure:
		for _, f := range v {
			writeMember(b, f)
		}
	default:
		_ = xml.EscapeText(b, []byte(Text(v))) // a bytes.Buffer never fails
	}
	b.WriteString("</" + name + ">")
}

func writeMember(b *bytes.Buffer, f Field) {
	name, shape := f.Member.Wire(), f.Member.Shape()
	l, ok := f.Value.(List)
	if !ok || shape.Kind != api.List {
		writeXML(b, name, f.Value)
		return
	}
	if f.Member.Flattened || shape.Flattened {
		for _, e := range l {
			writeXML(b, name, e)
		}
		return
	}
	b.WriteString("<" + name + ">")
	for _, e := range l {
		writeXML(b, shape.Elem.Wire(), e)
	}
	b.WriteString("</" + name + ">")
}
