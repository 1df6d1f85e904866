package browser

import (
	"io"
	"net/http"
	"strings"

	"github.com/rolecall-iam/rolecall/authn/bearer"
)

// Jar makes and reads the cookies of some pages.
type Jar struct {
	path   string
	secure bool
}

// NewJar is for the pages under a path of a server that browsers know by a URL.
func NewJar(path, url string) Jar { return Jar{path, strings.HasPrefix(url, "https://")} }

// ownHost begins the names of cookies that browsers take from this very host by
// HTTPS and from nobody else: a neighbour of the same domain, or whoever changes
// what comes without HTTPS, could plant others. It demands the path of the whole
// host.
//
// Source: https://www.rfc-editor.org/rfc/rfc6265#section-8.6 (weak integrity),
// https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-the-__host-prefix
const ownHost = "__Host-"

// IsSecure tells whether the browser came by HTTPS, as far as the server knows.
func (j Jar) IsSecure(r *http.Request) bool { return j.secure || r.TLS != nil }

// New is a cookie that lets links from elsewhere, such as a program's, lead to a
// page where one is signed in, and no form of another site's.
func (j Jar) New(r *http.Request, name, value string) *http.Cookie {
	c := &http.Cookie{Name: name, Value: value, Path: j.path, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if j.IsSecure(r) {
		c.Name, c.Path, c.Secure = ownHost+name, "/", true
	}
	return c
}

// Gone is a cookie that takes away one of that name.
func (j Jar) Gone(r *http.Request, name string) *http.Cookie {
	c := j.New(r, name, "")
	c.MaxAge = -1
	return c
}

// longest is beyond any token that is made here.
const longest = 128

// Value is what a browser keeps under a name; "" for nothing that New made.
func (j Jar) Value(r *http.Request, name string) string {
	if j.IsSecure(r) {
		name = ownHost + name
	}
	c, err := r.Cookie(name)
	if err != nil || len(c.Value) > longest {
		return ""
	}
	return c.Value
}

// Token is what a browser keeps under a name: what the forms of somebody who is
// not signed in are bound to. A browser that has none is given one.
func (j Jar) Token(w http.ResponseWriter, r *http.Request, name string, random io.Reader) (string, error) {
	if token := j.Value(r, name); token != "" {
		return token, nil
	}
	token, err := bearer.New(random)
	if err == nil {
		http.SetCookie(w, j.New(r, name, token))
	}
	return token, err
}
