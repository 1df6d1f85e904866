package wire

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/all"
)

// Every input of every JSON and REST operation, filled to the last field and
// written as a client writes it, is found and decoded to the same value.
func TestInputsSurviveTheWire(t *testing.T) {
	rt := NewRouter(all.Services()...)
	codec := new(Codec)
	eachOperation(t, func(t *testing.T, op *api.Operation) {
		in := reflect.New(reflect.TypeOf(op.In).Elem())
		p := codec.plans.operation(op).in
		fillPlan(new(filler), p, in.Elem(), 0)
		r, body := clientRequest(t, op, p, in.Elem())
		target, err := rt.Route(r, body)
		if err != nil {
			t.Fatal(err)
		}
		if target.Operation != op && op.Name != "ListDirectoryBuckets" {
			t.Fatalf("routed to %s", meaning(target, err))
		}
		target.Operation = op
		got := reflect.New(in.Type().Elem())
		if err := codec.decode(target, r, body, got.Interface(), checker{op: op, off: true}); err != nil {
			t.Fatal(err)
		}
		dropStreams(p, got.Elem())
		if !reflect.DeepEqual(in.Interface(), got.Interface()) {
			t.Errorf("sent %+v\nread %+v\n%s", in.Elem(), got.Elem(), body)
		}
	})
}

// Every output of every JSON and REST operation, filled to the last field, is
// in its answer: in headers and body.
func TestOutputsSurviveTheWire(t *testing.T) {
	codec := new(Codec)
	eachOperation(t, func(t *testing.T, op *api.Operation) {
		out := reflect.New(reflect.TypeOf(op.Out).Elem())
		p := codec.plans.operation(op).out
		fillPlan(new(filler), p, out.Elem(), 0)
		w := httptest.NewRecorder()
		target := &Target{Service: op.Service, Operation: op, Protocol: op.Service.Protocol, head: op.Method == "HEAD"}
		if err := codec.Answer(w, target, out.Interface(), requestID); err != nil {
			t.Fatal(err)
		}
		if w.Code != op.Status {
			t.Errorf("status %d", w.Code)
		}
		got := reflect.New(out.Type().Elem())
		readAnswer(t, op, p, w.Result(), got.Elem())
		dropStreams(p, got.Elem())
		if !reflect.DeepEqual(out.Interface(), got.Interface()) {
			t.Errorf("wrote %+v\nread  %+v\n%s", out.Elem(), got.Elem(), w.Body)
		}
	})
}

func eachOperation(t *testing.T, test func(*testing.T, *api.Operation)) {
	for _, s := range all.Services() {
		for _, op := range s.Operations() {
			// A stream of events is no value, and an operation that another
			// took the place of is never reached.
			if s.Protocol != api.Query && op.Name != "SelectObjectContent" && !op.Deprecated {
				t.Run(s.Name+"/"+op.Name, func(t *testing.T) { test(t, op) })
			}
		}
	}
}

// fillPlan sets every field to a value of its own; what goes into the body
// gets characters that must be escaped.
func fillPlan(f *filler, p *plan, v reflect.Value, depth int) {
	switch p.kind {
	case api.Structure:
		for i := range p.fields {
			if fld := &p.fields[i]; fld.member.Location != 0 || p.shape.Payload != "" && fld != p.payload {
				f.fill(v.Field(i), false)
				if fld.member.Location == 0 {
					v.Field(i).SetZero() // beside a payload there is no body
				}
			} else if !fld.stream {
				fillPlan(f, fld.plan, fld.open(v), depth+1)
			}
		}
	case api.List:
		n := 2
		if depth > 9 {
			n = 0
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fillPlan(f, p.elem, v.Index(i), depth+1)
		}
	case api.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(key, true)
			fillPlan(f, p.elem, value, depth+1)
			v.SetMapIndex(key, value)
		}
	case api.Document:
		v.SetBytes([]byte(`{"any":[1,"x"]}`))
	default:
		f.fill(v, true)
	}
}

// clientRequest writes a request as AWS's clients do.
func clientRequest(t *testing.T, op *api.Operation, p *plan, v reflect.Value) (*http.Request, []byte) {
	t.Helper()
	path, literal, _ := strings.Cut(op.URI, "?")
	query, header := url.Values{}, http.Header{}
	for i := range p.fields {
		f := &p.fields[i]
		value, ok := f.value(v)
		if !ok {
			continue
		}
		switch f.member.Location {
		case api.Path:
			text := url.PathEscape(string(appendScalar(nil, f.plan, value, api.ISO8601, false)))
			path = strings.NewReplacer("{"+f.wire+"}", text, "{"+f.wire+"+}", text).Replace(path)
		case api.QueryString:
			writeQuery(query, f, value)
		case api.Header, api.Headers:
			setHeader(header, f, value)
		}
	}
	body := clientBody(t, op, p, v)
	r := request{op.Method, path, op.Service.SigningName, "", "", "", string(body)}.http()
	r.URL.RawQuery = strings.Trim(literal+"&"+query.Encode(), "&")
	for name, values := range header {
		r.Header[name] = values
	}
	if length := header.Get("Content-Length"); length != "" {
		fmt.Sscan(length, &r.ContentLength)
	}
	if prefix := op.Service.TargetPrefix; prefix != "" {
		r.Header.Set("X-Amz-Target", prefix+"."+op.Name)
		r.Header.Set("Content-Type", jsonType)
	}
	return r, body
}

func writeQuery(query url.Values, f *field, v reflect.Value) {
	switch f.kind {
	case api.List:
		for i := range v.Len() {
			query.Add(f.wire, string(appendScalar(nil, f.elem, v.Index(i), api.ISO8601, false)))
		}
	case api.Map:
		for _, key := range v.MapKeys() {
			query.Set(key.String(), v.MapIndex(key).String())
		}
	default:
		query.Set(f.wire, string(appendScalar(nil, f.plan, v, api.ISO8601, false)))
	}
}

func clientBody(t *testing.T, op *api.Operation, p *plan, v reflect.Value) []byte {
	t.Helper()
	root := op.Root
	if f := p.payload; f != nil {
		if f.stream {
			return []byte("stream")
		}
		value, _ := f.value(v)
		if f.kind == api.String {
			return []byte(value.String())
		}
		p, v, root = f.plan, value, rootName(f)
	} else if !hasBody(p) {
		return nil
	}
	if op.Service.Protocol == api.RestXML {
		x := xmlEncoder{}
		x.structure(root, "", s3Namespace, p, v)
		return x.dst
	}
	body, err := appendJSONStructure(nil, p, v)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// readAnswer reads an answer with the decoders, which the SDK's fixtures and
// clients hold to AWS's form.
func readAnswer(t *testing.T, op *api.Operation, p *plan, answer *http.Response, v reflect.Value) {
	t.Helper()
	body, _ := io.ReadAll(answer.Body)
	d := restDecoder{checker: checker{op: op, off: true}, header: answer.Header, target: &Target{}, size: -1}
	for i := range p.fields {
		if f := &p.fields[i]; f.member.Location != 0 {
			if err := d.outside(f, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if op.Name == "GetBucketLocation" {
		text := string(body[len(xmlHeader):])
		_, text, _ = strings.Cut(text, ">")
		text, _, _ = strings.Cut(text, "</LocationConstraint>")
		v.Field(0).SetString(strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "&#39;", "'", "&quot;", `"`, "&#xD;", "\r", "&#xA;", "\n", "&#x9;", "\t").Replace(text))
		return
	}
	var err *Error
	switch root := rootOf(op); {
	case p.payload != nil && p.payload.stream:
	case p.payload != nil && p.payload.kind == api.Structure:
		err = d.document(p.payload.plan, p.payload.open(v), rootName(p.payload), body)
	case p.payload != nil && p.payload.kind == api.String:
		p.payload.open(v).SetString(string(body))
	case hasBody(p):
		err = d.document(p, v, root, body)
	}
	if err != nil {
		t.Fatalf("%v in %s", err, body)
	}
}

// dropStreams forgets streams, which are no values.
func dropStreams(p *plan, v reflect.Value) {
	for i := range p.fields {
		if p.fields[i].stream {
			v.Field(i).SetZero()
		}
	}
}
