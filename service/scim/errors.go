package scim

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/rolecall-iam/rolecall/service"
)

// fault is an answer that refuses a request.
//
// Source: https://www.rfc-editor.org/rfc/rfc7644#section-3.12
type fault struct {
	status int
	kind   string // scimType; "" for none
	detail string
}

func (f *fault) Error() string { return f.detail }

func (f *fault) document() map[string]any {
	d := map[string]any{"schemas": []string{errorSchema}, "detail": f.detail, "status": strconv.Itoa(f.status)}
	if f.kind != "" {
		d["scimType"] = f.kind
	}
	return d
}

func bad(kind, format string, args ...any) error {
	return &fault{http.StatusBadRequest, kind, fmt.Sprintf(format, args...)}
}

func badSyntax(detail string) error { return bad("invalidSyntax", "%s", detail) }

func badValue(format string, args ...any) error { return bad("invalidValue", format, args...) }

func badPath(path string) error { return bad("invalidPath", "No attribute has the path %q.", path) }

func badFilter(detail string) error { return bad("invalidFilter", "%s", detail) }

func noTarget(path string) error { return bad("noTarget", "The path %q matches nothing.", path) }

func notFound(kind string) error {
	return &fault{http.StatusNotFound, "", kind + " not found."}
}

func unauthorized() error {
	return &fault{http.StatusUnauthorized, "", "The bearer token is missing, unknown or expired."}
}

// wrong words what cannot be of a user or group.
func wrong(err error) error {
	var f *service.PeopleFault
	switch {
	case !errors.As(err, &f):
		return err
	case f.Taken:
		return &fault{http.StatusConflict, "uniqueness", f.Attribute + " " + f.Why + "."}
	}
	return badValue("%s %s.", f.Attribute, f.Why)
}
