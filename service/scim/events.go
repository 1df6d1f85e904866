package scim

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/rolecall-iam/rolecall/trail"
)

// hidden stands in events for what is told of people.
const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"

// tell puts a request that a token let in into the trail of the identity
// store's account, as AWS does: without what it says of people. Who has no token
// is in nobody's trail.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/scim-logging-using-cloudtrail.html
func (x *request) tell(name string, out any, err error) {
	if x.Trail == nil || x.store == nil || name == "" {
		return
	}
	r := x.http
	e := trail.Event{
		Time: x.Now(), Recipient: x.store.Account, Region: x.store.Region, SourceIP: r.RemoteAddr, UserAgent: r.UserAgent(),
		Host: r.Host, RequestID: x.newID(), TLS: r.TLS,
		Identity: trail.Identity{Type: "WebIdentityUser", Account: x.store.Account, AccessKeyID: x.token},
	}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		e.SourceIP = host
	}
	read := r.Method == http.MethodGet
	e.Other = &trail.Other{Source: "identitystore-scim.amazonaws.com", Name: name, ReadOnly: read, Input: x.parameters()}
	if err != nil {
		e.ErrorCode, e.ErrorMessage = told(err)
	} else if !read && out != nil {
		e.Other.Output = written(out)
	}
	x.Trail.Record(&e)
}

// parameters are requestParameters: the body, of which store, and of which
// resource.
func (x *request) parameters() string {
	in := map[string]any{"tenantId": x.store.ID}
	if id := x.http.PathValue("id"); id != "" && len(id) <= 128 {
		in["id"] = id
	}
	var body any
	if len(x.body) > 0 && json.Unmarshal(x.body, &body) == nil {
		in["httpBody"] = masked("", body)
	}
	text, _ := json.Marshal(in) // of what was read as JSON never fails
	return string(text)
}

// written is an answer without what it says of people.
func written(out any) string {
	text, err := json.Marshal(out)
	var doc any
	if err != nil || json.Unmarshal(text, &doc) != nil {
		return ""
	}
	text, _ = json.Marshal(masked("", doc))
	return string(text)
}

// plain are the members that say nothing of people.
func plain(name string) bool {
	switch name {
	case "schemas", "id", "resourceType", "created", "lastModified", "op":
		return true
	}
	return false
}

// masked is a document with every text and number hidden that is not plain.
func masked(name string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			if key == "Operations" {
				key = "operations"
			}
			out[key] = masked(key, value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = masked(name, value)
		}
		return out
	case bool, nil:
		return v
	case string:
		if plain(name) || name == "path" && !strings.ContainsAny(v, `"[`) {
			return v
		}
	}
	return hidden
}

// told is a refusal as the trail words it. Those of paths and filters repeat
// what a request said, perhaps of somebody, and are told by their kind.
func told(err error) (code, message string) {
	var f *fault
	if !errors.As(err, &f) {
		return "InternalServerException", "The request failed."
	}
	switch {
	case f.status == http.StatusNotFound:
		return "ResourceNotFoundException", "Resource not found."
	case f.status == http.StatusConflict:
		return "ConflictException", f.detail
	case f.kind == "invalidPath", f.kind == "noTarget", f.kind == "invalidFilter":
		return "ValidationException", "The request was refused as " + f.kind + "."
	}
	return "ValidationException", f.detail
}

// newID is an id for a request.
func (h *Handler) newID() string {
	var b [16]byte
	if _, err := io.ReadFull(h.Rand, b[:]); err != nil {
		h.Log.Error("an event has no request id", "error", err)
	}
	return hex.EncodeToString(b[:4]) + "-" + hex.EncodeToString(b[4:6]) + "-" + hex.EncodeToString(b[6:8]) + "-" + hex.EncodeToString(b[8:10]) + "-" + hex.EncodeToString(b[10:])
}
