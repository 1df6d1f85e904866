package portal

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"html/template"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/password"
	"github.com/rolecall-iam/rolecall/service/internal/browser"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
)

// Path is where all pages are.
const Path = "/_/portal/"

// Client is a registered client of the OpenID Connect API, as its id tells it.
type Client interface {
	Named() string
	Scoped() []string
	// RedirectsTo tells whether a browser may be sent to an address with the
	// answer.
	RedirectsTo(string) bool
	MayUseCodes() bool
}

// Keys seal secrets and open them; service.Keys is the one of the product.
type Keys interface {
	SealSecret(id, secret string) ([]byte, error)
	OpenSecret(id string, sealed []byte) (string, error)
}

// Config is what the portal stands on.
type Config struct {
	URL       string // where the server is reached; may be empty
	Directory *directory.Directory
	Keys      Keys
	Door      http.Handler // to the portal's API
	Trail     *trail.Trail // where sign-ins are told of; nil for nowhere
	Client    func(id string, now time.Time) (Client, bool)
	Now       func() time.Time
	Rand      io.Reader
	Log       *slog.Logger
}

//go:embed pages
var pages embed.FS

// handler serves the portal.
type handler struct {
	Config
	mux     *http.ServeMux
	pages   *template.Template
	css     template.CSS
	js      []byte // the one script
	origin  string // of URL
	nearby  bool   // URL is of this machine alone, or not known
	style   string // the style sheet's hash, for the policy
	cookies browser.Jar
	others  *http.CrossOriginProtection
	nobody  string // the hash of a password that nobody has
	hashing *browser.Line
}

// New makes the portal. It fails only where the pages do not parse, or Rand
// does.
func New(c Config) (http.Handler, error) {
	c.URL = strings.TrimSuffix(c.URL, "/")
	css, err := pages.ReadFile("pages/style.css")
	if err != nil {
		return nil, err
	}
	parsed, err := template.ParseFS(pages, "pages/*.html")
	if err != nil {
		return nil, err
	}
	nobody, err := password.Unknown(c.Rand)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(css)
	h := &handler{
		Config: c, mux: http.NewServeMux(), pages: parsed, css: template.CSS(css), style: base64.StdEncoding.EncodeToString(sum[:]),
		nearby: nearby(c.URL), cookies: browser.NewJar(Path, c.URL), others: http.NewCrossOriginProtection(), nobody: nobody, hashing: browser.NewLine(),
	}
	if h.js, err = pages.ReadFile("pages/passkey.js"); err != nil {
		return nil, err
	}
	if u, err := url.Parse(c.URL); err == nil && u.Host != "" {
		h.origin = u.Scheme + "://" + u.Host
		if err := h.others.AddTrustedOrigin(h.origin); err != nil {
			return nil, err
		}
	}
	h.route()
	return h, nil
}

// largest is how long a posted form may be.
const largest = 64 << 10

// ServeHTTP holds browsers to the strictest rules before anything else.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.begin(w, r) {
		h.mux.ServeHTTP(w, r)
	}
}

// begin writes the headers that every answer has, and reads the form that a
// request posts. It answers false where it has refused the request.
func (h *handler) begin(w http.ResponseWriter, r *http.Request) bool {
	policy(w, h.style, "'self'", "")
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	if h.cookies.IsSecure(r) {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
	return r.Method != http.MethodPost || h.reads(w, r)
}

// reads reads a form that was posted. It answers false where it has refused the
// request.
func (h *handler) reads(w http.ResponseWriter, r *http.Request) bool {
	if err := h.others.Check(r); err != nil {
		h.problem(w, http.StatusForbidden, "Another site sent this form.")
		return false
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		h.problem(w, http.StatusUnsupportedMediaType, "This is no form of the portal's.")
		return false
	}
	r.Body = http.MaxBytesReader(w, r.Body, largest)
	var large *http.MaxBytesError
	switch err := r.ParseForm(); {
	case errors.As(err, &large):
		h.problem(w, http.StatusRequestEntityTooLarge, "The form is too large.")
		return false
	case err != nil:
		h.problem(w, http.StatusBadRequest, "The form could not be read.")
		return false
	}
	return true
}

// policy says what a page may load, which is its own style, where its forms may
// lead, and by which nonce its script is named, where it has one.
func policy(w http.ResponseWriter, style, forms, nonce string) {
	p := "default-src 'none'; style-src 'sha256-" + style + "'; form-action " + forms + "; base-uri 'none'; frame-ancestors 'none'"
	if nonce != "" {
		p += "; script-src 'nonce-" + nonce + "'"
	}
	w.Header().Set("Content-Security-Policy", p)
}

// page is what every page is made of.
type page struct {
	CSS     template.CSS
	Title   string
	User    string // who is signed in
	Here    string // what the page belongs to
	Form    string // the forms' token
	Problem string
	Status  string // what was done before
	Script  bool   // the page asks a passkey
	Nonce   string // of the script
	Of      any
}

func (h *handler) show(w http.ResponseWriter, status int, name string, p page) {
	p.CSS = h.css
	if p.Script {
		nonce, err := bearer.New(h.Rand)
		if err != nil {
			h.broken(w, err)
			return
		}
		p.Nonce = nonce
		policy(w, h.style, "'self'", nonce)
	}
	var b strings.Builder
	if err := h.pages.ExecuteTemplate(&b, name, p); err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(b.String())) // nobody is left to tell
}

// problem is a page of nothing but a refusal.
func (h *handler) problem(w http.ResponseWriter, status int, text string) {
	h.show(w, status, "problem.html", page{Title: "This did not work", Problem: text})
}

// broken tells the operator what failed, and the browser that something did.
// That a stranger asks too often, or leaves, is no failure.
func (h *handler) broken(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, browser.ErrBusy):
		h.problem(w, http.StatusTooManyRequests, tooMany)
		return
	case errors.Is(err, context.Canceled):
		h.problem(w, http.StatusServiceUnavailable, "The request was given up.")
		return
	}
	h.Log.Error("the access portal failed", "error", err)
	h.problem(w, http.StatusInternalServerError, "The server could not do this. Try again later.")
}

const tooMany = "Too many people sign in at the moment. Try again."

// longestAddress is beyond any wish of a client with the longest registration
// that there can be.
const longestAddress = 16 << 10

// local is an address of the portal's own that a person wants to go on to;
// the accounts where it is any other.
func local(to string) string {
	if len(to) > longestAddress || strings.ContainsAny(to, "\\\t\r\n") || !strings.HasPrefix(to, Path) {
		return Path
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || strings.Contains(u.Path, "..") {
		return Path
	}
	return u.String()
}
