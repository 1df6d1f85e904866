package scim

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
)

// Path is where SCIM is served.
const Path = "/_/scim/v2/"

// mostBytes bounds a body.
const mostBytes = 1 << 20

// contentType is SCIM's own; application/json is taken too.
const contentType = "application/scim+json"

// Config is what a Handler is made of.
type Config struct {
	Directory *directory.Directory
	Origin    func(*http.Request) string // scheme and host that resources are named under
	Now       func() time.Time
	Rand      io.Reader
	Log       *slog.Logger
	Trail     *trail.Trail // where requests are told of; nil for nowhere
}

// Handler serves SCIM.
type Handler struct {
	Config
	mux *http.ServeMux
}

// New makes the handler.
func New(c Config) *Handler {
	h := &Handler{Config: c, mux: http.NewServeMux()}
	for _, way := range []struct {
		pattern, name string // the name is that of the event
		act           func(*request) (any, error)
	}{
		{"GET Users", "ListUsers", (*request).listUsers},
		{"POST Users", "CreateUser", (*request).createUser},
		{"GET Users/{id}", "GetUser", (*request).getUser},
		{"PUT Users/{id}", "PutUser", (*request).putUser},
		{"PATCH Users/{id}", "PatchUser", (*request).patchUser},
		{"DELETE Users/{id}", "DeleteUser", (*request).deleteUser},
		{"GET Groups", "ListGroups", (*request).listGroups},
		{"POST Groups", "CreateGroup", (*request).createGroup},
		{"GET Groups/{id}", "GetGroup", (*request).getGroup},
		{"PUT Groups/{id}", "PutGroup", (*request).putGroup},
		{"PATCH Groups/{id}", "PatchGroup", (*request).patchGroup},
		{"DELETE Groups/{id}", "DeleteGroup", (*request).deleteGroup},
		{"GET ServiceProviderConfig", "ServiceProviderConfig", (*request).provider},
		{"GET Schemas", "ListSchemas", (*request).schemas},
		{"GET Schemas/{id}", "GetSchema", (*request).schema},
		{"GET ResourceTypes", "ListResourceTypes", (*request).resourceTypes},
		{"GET ResourceTypes/{id}", "GetResourceType", (*request).resourceType},
	} {
		method, path, _ := strings.Cut(way.pattern, " ")
		h.mux.Handle(method+" "+Path+path, h.serve(way.name, way.act))
	}
	return h
}

// request is one request that a token let in.
type request struct {
	*Handler
	http  *http.Request
	view  *directory.View
	store *directory.IdentityStore
	token string // the id of the one that let it in
	body  []byte

	status   int    // 0: 200, or 204 where there is no answer
	location string // of what was made
}

// ServeHTTP answers one request. What no route has is refused as SCIM refuses.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := h.mux.Handler(r); pattern == "" {
		h.serve("", func(*request) (any, error) {
			return nil, &fault{http.StatusNotFound, "", "There is nothing at this address for this method."}
		}).ServeHTTP(w, r)
		return
	}
	h.mux.ServeHTTP(w, r)
}

func (h *Handler) serve(name string, act func(*request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := &request{Handler: h, http: r}
		defer func() {
			if cause := recover(); cause != nil {
				h.Log.Error("panic in SCIM", "method", r.Method)
				refuse(w, &fault{http.StatusInternalServerError, "", "The request failed."})
			}
		}()
		out, err := x.run(w, act)
		x.tell(name, out, err)
		if err != nil {
			h.refuse(w, err)
			return
		}
		x.answer(w, out)
	})
}

// run lets a request in and acts. No view is open while something is written.
func (x *request) run(w http.ResponseWriter, act func(*request) (any, error)) (any, error) {
	view, err := x.Directory.View(context.WithoutCancel(x.http.Context()))
	if err != nil {
		return nil, err
	}
	defer view.Close()
	x.view = view
	if x.store, x.token, err = storeOf(x.http, view, x.Now()); err != nil {
		return nil, errors.Join(view.Err(), err)
	}
	if err := x.read(w); err != nil {
		return nil, err
	}
	out, err := act(x)
	return out, errors.Join(view.Err(), err)
}

// read reads the body of a request that may have one.
func (x *request) read(w http.ResponseWriter) error {
	if x.http.Method == http.MethodGet || x.http.Method == http.MethodHead || x.http.Method == http.MethodDelete {
		return nil
	}
	kind, _, err := mime.ParseMediaType(x.http.Header.Get("Content-Type"))
	if err != nil || kind != contentType && kind != "application/json" {
		return &fault{http.StatusUnsupportedMediaType, "", "The body must be " + contentType + "."}
	}
	if x.body, err = io.ReadAll(http.MaxBytesReader(w, x.http.Body, mostBytes)); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return &fault{http.StatusRequestEntityTooLarge, "", "The body is too large."}
		}
		return badSyntax("The body could not be read.")
	}
	return nil
}

// object is the body as an object.
func (x *request) object() (map[string]any, error) {
	var d map[string]any
	if err := json.Unmarshal(x.body, &d); err != nil || d == nil {
		return nil, badSyntax("The body is no JSON object.")
	}
	return d, nil
}

// changes is the body as a PATCH.
func (x *request) changes() ([]operation, error) {
	var b patchBody
	if err := json.Unmarshal(x.body, &b); err != nil {
		return nil, badSyntax("The body is no PatchOp.")
	}
	return b.Operations, b.check()
}

// update changes what is stored, while no view is open, and goes on with one
// of what was written.
func (x *request) update(change func(tx *directory.Tx) error) error {
	return x.Directory.UpdateFrom(x.http.Context(), x.view, func(tx *directory.Tx) error {
		if _, ok := tx.IdentityStore(x.store.ID); !ok {
			return unauthorized()
		}
		return change(tx)
	})
}

// stamp is SCIM at this time.
func (x *request) stamp() directory.Stamp {
	now := x.Now().UTC()
	return directory.Stamp{Created: now, Updated: now, CreatedBy: "SCIM", UpdatedBy: "SCIM"}
}

func (x *request) restamp(was directory.Stamp) directory.Stamp {
	was.Updated, was.UpdatedBy = x.Now().UTC(), "SCIM"
	return was
}

// where is the address of a resource.
func (x *request) where(kind, id string) string { return x.Origin(x.http) + Path + kind + "/" + id }

func (x *request) answer(w http.ResponseWriter, out any) {
	if out == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	b, err := json.Marshal(out)
	if err != nil {
		x.refuse(w, err)
		return
	}
	if x.location != "" {
		w.Header().Set("Location", x.location)
	}
	send(w, max(x.status, http.StatusOK), b)
}

// refuse words an error; what is no fault is told to the log alone.
func (h *Handler) refuse(w http.ResponseWriter, err error) {
	var f *fault
	if !errors.As(err, &f) {
		h.Log.Error("failure in SCIM", "error", err)
		f = &fault{http.StatusInternalServerError, "", "The request failed."}
	}
	refuse(w, f)
}

func refuse(w http.ResponseWriter, f *fault) {
	if f.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="SCIM"`)
	}
	b, _ := json.Marshal(f.document())
	send(w, f.status, b)
}

func send(w http.ResponseWriter, status int, b []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(b) // whoever has hung up does not read
}
