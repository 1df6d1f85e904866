package walk

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/api"
)

// message is an HTTP request that is not signed yet.
type message struct {
	method, url string // url is path and query
	header      http.Header
	body        []byte
}

// encode writes the input of an operation in its service's protocol.
func encode(t *testing.T, op *api.Operation, in structure) message {
	t.Helper()
	m := message{method: op.Method, url: "/", header: http.Header{}}
	switch op.Service.Protocol {
	case api.Query:
		form := url.Values{"Action": {op.Name}, "Version": {op.Service.Version}}
		addStructure(form, "", in)
		m.header.Set("Content-Type", "application/x-www-form-urlencoded")
		m.body = []byte(form.Encode())
	case api.JSON10, api.JSON11:
		version := map[api.Protocol]string{api.JSON10: "1.0", api.JSON11: "1.1"}[op.Service.Protocol]
		m.header.Set("Content-Type", "application/x-amz-json-"+version)
		m.header.Set("X-Amz-Target", op.Service.TargetPrefix+"."+op.Name)
		m.body = asJSON(t, in)
	default:
		m.spread(t, op, in)
	}
	return m
}

func addStructure(form url.Values, prefix string, s structure) {
	for _, f := range s {
		add(form, prefix+f.member.Wire(), f.member, f.value)
	}
}

func add(form url.Values, name string, m *api.Member, value any) {
	shape := m.Shape()
	switch v := value.(type) {
	case structure:
		addStructure(form, name+".", v)
	case list:
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
	case mapping:
		for i, e := range v {
			at := name + ".entry." + strconv.Itoa(i+1) + "."
			form.Set(at+"key", e.key)
			add(form, at+"value", shape.Elem, e.value)
		}
	default:
		form.Set(name, text(v))
	}
}

func asJSON(t *testing.T, value any) []byte {
	t.Helper()
	b, err := json.Marshal(object(value))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// object is a value as encoding/json writes it.
func object(value any) any {
	switch v := value.(type) {
	case structure:
		o := map[string]any{}
		for _, f := range v {
			o[f.member.Wire()] = object(f.value)
			if at, ok := f.value.(instant); ok {
				o[f.member.Wire()] = at.json(f.member)
			}
		}
		return o
	case mapping:
		o := map[string]any{}
		for _, e := range v {
			o[e.key] = object(e.value)
		}
		return o
	case list:
		l := []any{}
		for _, e := range v {
			l = append(l, object(e))
		}
		return l
	case blob:
		return base64.StdEncoding.EncodeToString(v)
	}
	return value
}

// json is an instant as JSON has it: in seconds, where the model does not say.
func (i instant) json(m *api.Member) any {
	at, err := time.Parse(time.RFC3339, string(i))
	if err != nil || m.Shape().Time == api.ISO8601 {
		return string(i)
	}
	return at.Unix()
}

// spread writes an input over path, query, headers and body.
func (m *message) spread(t *testing.T, op *api.Operation, in structure) {
	t.Helper()
	path, query, _ := strings.Cut(op.URI, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	var body structure
	for _, f := range in {
		name, text := f.member.Wire(), text(f.value)
		switch f.member.Location {
		case api.Path:
			path = strings.NewReplacer("{"+name+"}", url.PathEscape(text), "{"+name+"+}", url.PathEscape(text)).Replace(path)
		case api.QueryString:
			values.Set(name, text)
		case api.Header:
			m.header.Set(name, text)
		case api.Headers:
			m.header.Set(name+"walk", text)
		default:
			body = append(body, f)
		}
	}
	m.url = path
	if encoded := values.Encode(); encoded != "" {
		m.url += "?" + encoded
	}
	m.fill(t, op, body)
}

func (m *message) fill(t *testing.T, op *api.Operation, body structure) {
	t.Helper()
	if len(body) == 0 {
		return
	}
	var document any = body
	root := op.Root
	if op.Input.Payload != "" {
		document, root = body[0].value, body[0].member.Wire()
		if b, ok := document.(blob); ok {
			m.body = b
			return
		}
		if _, ok := document.(structure); !ok {
			m.body = []byte(text(document))
			return
		}
	}
	if op.Service.Protocol == api.RestJSON {
		m.header.Set("Content-Type", "application/json")
		m.body = asJSON(t, document)
		return
	}
	m.header.Set("Content-Type", "application/xml")
	var b bytes.Buffer
	writeXML(&b, root, document)
	m.body = b.Bytes()
}

func writeXML(b *bytes.Buffer, name string, value any) {
	b.WriteString("<" + name + ">")
	switch v := value.(type) {
	case structure:
		for _, f := range v {
			writeMember(b, f)
		}
	default:
		_ = xml.EscapeText(b, []byte(text(v))) // a bytes.Buffer never fails
	}
	b.WriteString("</" + name + ">")
}

func writeMember(b *bytes.Buffer, f field) {
	name, shape := f.member.Wire(), f.member.Shape()
	l, ok := f.value.(list)
	if !ok || shape.Kind != api.List {
		writeXML(b, name, f.value)
		return
	}
	if f.member.Flattened || shape.Flattened {
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
