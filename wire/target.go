package wire

import (
	"net/http"
	"reflect"

	"github.com/rolecall-iam/rolecall/api"
)

// Target is what a request means. Service and Protocol are set as far as they
// could be told, also where the operation is unknown, so that the refusal
// leaves in the client's protocol.
type Target struct {
	Service   *api.Service   // nil: none that rolecall has a model of
	Operation *api.Operation // nil: none that the service has
	Protocol  api.Protocol

	form   form              // of awsQuery
	json   bool              // an awsQuery client that wants its answer in JSON
	labels map[string]string // parts of a REST path by name
	path   string            // of the URL, for S3's errors
	head   bool              // the answer has no body
}

// Streams says whether the operation's input is a stream: the body need then
// not be read before Decode, and goes to the handler as it comes.
func (t *Target) Streams() bool {
	if t.Operation == nil {
		return false
	}
	in := t.Operation.Input
	for i := range in.Members {
		if m := &in.Members[i]; m.Streaming && m.Name == in.Payload {
			return true
		}
	}
	return false
}

// Decode reads the request into in, a pointer to the operation's input type,
// and holds it against the model's constraints. Its error is for the client.
// For an operation that streams, body may be nil: the request's own is used.
func (c *Codec) Decode(t *Target, r *http.Request, body []byte, in any) *Error {
	return c.decode(t, r, body, in, checker{op: t.Operation})
}

func (c *Codec) decode(t *Target, r *http.Request, body []byte, in any, check checker) *Error {
	v := reflect.ValueOf(in).Elem()
	p := c.plans.operation(t.Operation).in
	if v.Type() != p.goType {
		return internal(t.Operation)
	}
	var err *Error
	switch t.Operation.Service.Protocol {
	case api.Query:
		d := queryDecoder{checker: check}
		d.steps = make([]step, 0, 8)
		if err = d.structure(p, t.form, 0, v); err == nil {
			err = d.result()
		}
	case api.JSON10, api.JSON11:
		d := newJSONDecoder(body, check)
		if err = d.document(p, v); err == nil {
			err = d.result()
		}
	default:
		err = c.decodeREST(t, r, body, p, v, check)
	}
	return err
}
