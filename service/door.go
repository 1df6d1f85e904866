package service

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/sigv4"
	"github.com/rolecall-iam/rolecall/authz/compiled"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/policy/managed"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
	"github.com/rolecall-iam/rolecall/wire"
)

// Parts are what a Door is made of.
type Parts struct {
	Services   []*api.Service // all that are told apart; those without handlers answer NotImplemented
	Operations []Operation    // all that have a handler
	Directory  *directory.Directory
	Keys       *Keys
	Trail      *trail.Trail // where calls are recorded; nil for nowhere
	URL        string       // where the server is reached, as far as it is known
	Now        func() time.Time
	Rand       io.Reader
	Log        *slog.Logger

	// Propagation is how long what was written is not read yet; zero for at
	// once.
	Propagation time.Duration
}

// Door is the one way in: the http.Handler of all services.
type Door struct {
	Parts
	router   *wire.Router
	codec    wire.Codec
	verifier *sigv4.Verifier
	compiled *compiled.Cache // of every policy that decides
	handlers map[*api.Operation]Operation
	used     *lastUsed
	large    chan struct{} // one for each large body in memory
	lag      *propagating  // nil for none
	managed  sync.Map      // ARN of an AWS managed policy to its *policy.Document

	fullAccess map[string]*policy.Document // AWS's own policies of organizations, by id
}

// signingKeys is how many derived signing keys are remembered: one a key, day,
// region and service.
const signingKeys = 1 << 12

// compiledPolicies is how many compiled policies are kept, by their text.
const compiledPolicies = 1 << 12

// NewDoor makes the door. It starts the writing down of when keys were used,
// which Close ends.
func NewDoor(p Parts) *Door {
	d := &Door{
		Parts:    p,
		router:   wire.NewRouter(p.Services...),
		verifier: sigv4.NewVerifier(signingKeys),
		compiled: compiled.NewCache(compiledPolicies),
		handlers: make(map[*api.Operation]Operation, len(p.Operations)),
		large:    make(chan struct{}, maxLarge),
		used:     newLastUsed(p.Directory, p.Log),

		fullAccess: make(map[string]*policy.Document, len(fullAccess)),
	}
	for id, text := range fullAccess {
		d.fullAccess[id], _ = policy.Parse(text) // one that did not parse would deny
	}
	if p.Propagation > 0 {
		d.lag = newPropagating(p.Propagation, p.Directory.Revision())
	}
	for _, op := range p.Operations {
		d.handlers[op.Model] = op
	}
	return d
}

// Served tells whether an operation has a handler.
func (d *Door) Served(op *api.Operation) bool {
	_, ok := d.handlers[op]
	return ok
}

// Close writes down what is only in memory. No request may be under way.
func (d *Door) Close() error { return d.used.close() }

// ServeHTTP answers one request.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := newRequestID(d.Rand)
	x := &exchange{door: d, r: r, id: id, now: d.Now(), target: new(wire.Target)}
	defer func() {
		if x.large {
			<-d.large
		}
		if cause := recover(); cause != nil {
			d.Log.Error("panic", "request", id, "operation", x.name(), "cause", told(cause), "stack", string(debug.Stack()))
			x.record(nil, errInternal)
			d.codec.Refuse(w, x.target, errInternal, id)
		}
	}()
	out, err := x.serve()
	x.record(out, err)
	if err == nil {
		if err = d.codec.Answer(w, x.target, out, id); err == nil {
			return
		}
	}
	var refusal *wire.Error
	if !errors.As(err, &refusal) {
		d.Log.Error("failure", "request", id, "operation", x.name(), "error", err)
	}
	if x.message != "" {
		w.Header().Set(MessageHeader, x.message)
	}
	d.codec.Refuse(w, x.target, err, id)
}

// told is what the log may say of the cause of a panic: the runtime's own words,
// else no more than its type, since a value or a text may hold what the request
// was about. The stack tells the rest; it has no texts in it.
func told(cause any) string {
	if err, ok := cause.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", cause)
}

// errInternal leaves as the protocol's internal failure.
var errInternal = errors.New("internal failure")

// exchange is one request on its way through the door.
type exchange struct {
	door   *Door
	r      *http.Request
	id     string
	now    time.Time
	target *wire.Target
	large  bool // has a large body's turn

	// For the trail, as far as they become known.
	who       trail.Identity
	recipient arn.AccountID // whose trail it is in
	region    string
	carried   *trail.Carried
	in        any
	recorded  bool

	message string // that goes with a denial
	decided []byte // on what the call was, if it was
}

// name is the operation, for the log.
func (x *exchange) name() string {
	if x.target.Operation == nil {
		return ""
	}
	return x.target.Operation.Service.SigningName + ":" + x.target.Operation.Name
}

// serve takes a request through the door: who, what, may they, do.
func (x *exchange) serve() (any, error) {
	body, err := x.body()
	if err != nil {
		return nil, err
	}
	view, err := x.view()
	if err != nil {
		return nil, err
	}
	defer view.Close()
	claim, err := x.claim(view)
	if err != nil {
		return nil, err
	}
	if err := x.route(body); err != nil {
		return nil, err
	}
	call, err := x.authenticate(view, claim, body)
	if err != nil {
		return nil, err
	}
	op, ok := x.door.handlers[x.target.Operation]
	if !ok {
		return nil, wire.NotImplemented(x.target.Operation)
	}
	return x.act(call, op, body)
}

// view opens a view. A client that has hung up is not the store's failure, and
// one that has only closed its own side still waits for the answer.
func (x *exchange) view() (*directory.View, error) {
	return x.door.view(context.WithoutCancel(x.r.Context()))
}

// route finds the operation. The error is nil or a *wire.Error, never a typed
// nil.
func (x *exchange) route(body []byte) error {
	target, refusal := x.door.router.Route(x.r, body)
	x.target = target
	if refusal != nil {
		return refusal
	}
	return nil
}

// act decodes, decides and has the service act. The caller is known.
func (x *exchange) act(call *Call, op Operation, body []byte) (any, error) {
	in := op.new()
	if refusal := x.door.codec.Decode(x.target, x.r, body, in); refusal != nil {
		return nil, refusal
	}
	x.in = in
	if op.check != nil {
		if err := op.check(call, in); err != nil {
			return nil, errors.Join(call.View.Err(), err)
		}
	}
	if op.prove != nil {
		if err := x.prove(call, op, in); err != nil {
			return nil, errors.Join(call.View.Err(), err)
		}
	}
	err := call.authorize(op, in)
	x.decided = call.decided
	if err != nil {
		x.message = call.message
		return nil, err
	}
	out, err := op.act(WithCall(x.r.Context(), call), in)
	if failed := call.View.Err(); failed != nil {
		return nil, failed
	}
	return out, err
}

// prove makes whom the input vouches for the caller.
func (x *exchange) prove(call *Call, op Operation, in any) error {
	caller, err := op.prove(call, in)
	if err != nil {
		return err
	}
	call.Caller = caller
	if f := caller.Federation; f != nil {
		x.who, x.recipient, x.region, x.carried = f.Identity, f.Recipient, call.Region, f.Carried
	}
	return nil
}

// awsPolicy is the document of one of AWS's managed policies, parsed once; nil
// for one that AWS does not have.
func (d *Door) awsPolicy(name string) *policy.Document {
	if doc, ok := d.managed.Load(name); ok {
		return doc.(*policy.Document)
	}
	p, ok := managed.Lookup(name)
	if !ok {
		return nil
	}
	doc, err := policy.Parse(p.Default().Document())
	if err != nil {
		return nil
	}
	d.managed.Store(name, doc)
	return doc
}

// newRequestID is a UUID of version 4, as AWS's request ids look.
func newRequestID(rand io.Reader) string {
	var b [16]byte
	// A request without an id of its own is still served.
	_, _ = io.ReadFull(rand, b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	id := hex.AppendEncode(make([]byte, 0, 36), b[:4])
	for _, part := range [][]byte{b[4:6], b[6:8], b[8:10], b[10:]} {
		id = hex.AppendEncode(append(id, '-'), part)
	}
	return string(id)
}

// newCall makes the call of a caller who has proven who they are.
func (x *exchange) newCall(view *directory.View, caller *Caller, region string) *Call {
	return &Call{
		RequestID: x.id,
		Now:       x.now,
		Rand:      x.door.Rand,
		Region:    region,
		Partition: arn.PartitionOf(region),
		Account:   caller.Account(),
		Caller:    caller,
		View:      view,
		http:      x.r,
		door:      x.door,
	}
}
