package wire

import (
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"sync"

	"github.com/rolecall-iam/rolecall/api"
)

// Codec decodes requests and writes answers. The zero value is ready; it
// learns each operation at its first use. One Codec serves all goroutines.
type Codec struct {
	plans   planner
	buffers sync.Pool
}

// buffer is a pooled answer in the making.
type buffer struct{ b []byte }

const maxPooled = 64 << 10 // a larger buffer is left to the collector

func (c *Codec) buffer() *buffer {
	if b, ok := c.buffers.Get().(*buffer); ok {
		b.b = b.b[:0]
		return b
	}
	return &buffer{make([]byte, 0, 2048)}
}

func (c *Codec) release(b *buffer) {
	if cap(b.b) <= maxPooled {
		c.buffers.Put(b)
	}
}

// Answer writes out, which is a pointer to the operation's output type or nil
// for an empty one, in the protocol of the target.
func (c *Codec) Answer(w http.ResponseWriter, t *Target, out any, requestID string) (err error) {
	op := t.Operation
	if out == nil || reflect.ValueOf(out).IsNil() {
		out = reflect.New(reflect.TypeOf(op.Out).Elem()).Interface()
	}
	plan := c.plans.operation(op).out
	value := reflect.ValueOf(out).Elem()
	if value.Type() != plan.goType {
		return fmt.Errorf("answer %s: the handler gave a %v", op.Name, value.Type())
	}
	b := c.buffer()
	defer c.release(b)
	switch op.Service.Protocol {
	case api.Query:
		if t.json {
			if b.b, err = appendQueryJSON(b.b, op, plan, value, requestID); err != nil {
				return err
			}
			break
		}
		b.b = appendQueryAnswer(b.b, op, plan, value, requestID)
	case api.JSON10, api.JSON11:
		if b.b, err = appendJSONStructure(b.b, plan, value); err != nil {
			return err
		}
	default:
		return c.answerREST(w, t, plan, value, b, requestID)
	}
	t.send(w, op.Status, b.b, requestID)
	return nil
}

// appendQueryAnswer writes an awsQuery answer.
func appendQueryAnswer(dst []byte, op *api.Operation, p *plan, v reflect.Value, requestID string) []byte {
	x := xmlEncoder{dst: dst}
	x.dst = append(append(x.dst, '<'), op.Name...)
	x.dst = append(append(x.dst, `Response xmlns="`...), op.Service.Namespace...)
	x.dst = append(x.dst, `">`...)
	if op.Wrapper != "" {
		x.open(op.Wrapper)
		x.members(p, v)
		x.close(op.Wrapper)
	}
	x.dst = append(x.dst, "<ResponseMetadata><RequestId>"...)
	x.dst = appendEscaped(x.dst, requestID)
	x.dst = append(x.dst, "</RequestId></ResponseMetadata></"...)
	x.dst = append(x.dst, op.Name...)
	x.dst = append(x.dst, "Response>"...)
	return x.dst
}

// Refuse writes an error in the protocol of the target. Anything but an *Error
// becomes an internal failure without detail.
func (c *Codec) Refuse(w http.ResponseWriter, t *Target, err error, requestID string) {
	e := AsError(t.Operation, err)
	b := c.buffer()
	defer c.release(b)
	switch {
	case t.Protocol == api.JSON10 || t.Protocol == api.JSON11 || t.Protocol == api.RestJSON:
		w.Header().Set("X-Amzn-Errortype", e.Code)
		b.b = appendJSONError(b.b, t, e)
	case t.Protocol == api.RestXML:
		b.b = appendS3Error(b.b, t, e, requestID)
	case t.json:
		b.b = appendQueryJSONError(b.b, e, requestID)
	default:
		b.b = appendQueryError(b.b, t.Service, e, requestID)
	}
	t.send(w, e.Status, b.b, requestID)
}

// faultNamespace is that of errors which no service answers for.
const faultNamespace = "http://webservices.amazon.com/AWSFault/2005-15-09"

func appendQueryError(dst []byte, s *api.Service, e *Error, requestID string) []byte {
	namespace := faultNamespace
	if s != nil && s.Namespace != "" && e.Code != "InvalidAction" {
		namespace = s.Namespace
	}
	x := xmlEncoder{dst: append(append(append(dst, `<ErrorResponse xmlns="`...), namespace...), `"><Error>`...)}
	x.pair("Type", e.kind())
	x.pair("Code", e.Code)
	if e.Message != "" { // AWS says nothing more of some, such as ReportNotPresent
		x.pair("Message", e.Message)
	}
	x.dst = append(x.dst, "</Error>"...)
	x.pair("RequestId", requestID)
	return append(x.dst, "</ErrorResponse>"...)
}

func appendS3Error(dst []byte, t *Target, e *Error, requestID string) []byte {
	x := xmlEncoder{dst: append(dst, xmlHeader+"<Error>"...)}
	x.pair("Code", e.Code)
	x.pair("Message", e.Message)
	for _, name := range sortedFields(e.Fields) {
		if text, ok := e.Fields[name].(string); ok {
			x.pair(name, text)
		}
	}
	if _, own := e.Fields["Resource"]; !own {
		x.pair("Resource", t.path)
	}
	x.pair("RequestId", requestID)
	x.pair("HostId", requestID)
	return append(x.dst, "</Error>"...)
}

// xmlHeader begins S3's documents; IAM and STS send none.
const xmlHeader = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

func (x *xmlEncoder) pair(name, text string) {
	x.open(name)
	x.dst = appendEscaped(x.dst, text)
	x.close(name)
}

// contentTypes are those of the protocols whose answers always have one.
var contentTypes = map[api.Protocol]string{
	0: "text/xml", api.Query: "text/xml", api.RestJSON: "application/json",
	api.JSON10: "application/x-amz-json-1.0", api.JSON11: "application/x-amz-json-1.1",
}

// send writes headers and body.
func (t *Target) send(w http.ResponseWriter, status int, body []byte, requestID string) {
	h := w.Header()
	values := make([]string, 3) // one allocation for all
	switch {
	case t.Protocol != api.RestXML:
		contentType := contentTypes[t.Protocol]
		if t.json {
			contentType = "application/json"
		}
		setOne(h, "Content-Type", values[0:1:1], contentType)
		setOne(h, "X-Amzn-Requestid", values[1:2:2], requestID)
	default:
		if len(body) > 0 && h.Get("Content-Type") == "" {
			setOne(h, "Content-Type", values[0:1:1], "application/xml")
		}
		setOne(h, "X-Amz-Request-Id", values[1:2:2], requestID)
		setOne(h, "X-Amz-Id-2", values[1:2:2], requestID)
	}
	if status == http.StatusNoContent || status == http.StatusNotModified {
		body = nil
		h.Del("Content-Type")
	} else if !t.head || h.Get("Content-Length") == "" {
		setOne(h, "Content-Length", values[2:3:3], strconv.Itoa(len(body)))
	}
	w.WriteHeader(status)
	if !t.head && len(body) > 0 {
		_, _ = w.Write(body) // a client that is gone is not our error
	}
}

// setOne sets a header with a slice that is at hand; name is canonical.
func setOne(h http.Header, name string, at []string, value string) {
	at[0] = value
	h[name] = at
}

// sendStream writes headers and copies a streamed body.
func (t *Target) sendStream(w http.ResponseWriter, status int, body io.ReadCloser, requestID string) error {
	defer body.Close()
	h := w.Header()
	h["X-Amz-Request-Id"] = []string{requestID}
	h["X-Amz-Id-2"] = []string{requestID}
	w.WriteHeader(status)
	if t.head {
		return nil
	}
	_, err := io.Copy(w, body)
	return err
}
