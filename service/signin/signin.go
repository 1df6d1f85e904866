package signin

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/authn/password"
	"github.com/rolecall-iam/rolecall/service/internal/browser"
	"github.com/rolecall-iam/rolecall/wire"
)

// Path is where all pages are.
const Path = "/_/signin/"

// Role is a role that a response offers, with the provider that vouches for it.
type Role struct {
	RoleARN, ProviderARN string
	AccountID            string
	AccountName          string // its alias, if it has one
}

// Offer is what a response offers.
type Offer struct {
	Roles   []Role
	Seconds int32 // how long the provider wants the session to last; 0 where it does not say
}

// Config is what the pages stand on.
type Config struct {
	// URL is where the server is reached; where it is empty RelayState may only
	// be a path, and the metadata names the request's own host.
	URL string
	// Offer verifies a response, by the providers that it names or by the one
	// with the id given.
	Offer func(ctx context.Context, response, providerID string) (Offer, error)
	// STS is the door to AssumeRoleWithSAML.
	STS http.Handler

	// Login is what the pages of `aws login` stand on.
	Login LoginConfig
	Now   func() time.Time
	Rand  io.Reader
	Log   *slog.Logger
}

//go:embed pages
var pages embed.FS

// handler serves the pages.
type handler struct {
	Config
	mux   *http.ServeMux
	pages *template.Template
	style string // the style sheet's hash, for the policy
	css   template.CSS

	others  *http.CrossOriginProtection
	nobody  string // the hash of a password that nobody has
	hashing *browser.Line
	cookies browser.Jar
}

// New makes the pages. It fails only where they do not parse, or Rand does.
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
		others: http.NewCrossOriginProtection(), nobody: nobody, hashing: browser.NewLine(), cookies: browser.NewJar(Path, c.URL),
	}
	if u, err := url.Parse(c.URL); err == nil && u.Host != "" {
		if err := h.others.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			return nil, err
		}
	}
	h.mux.HandleFunc("POST "+Path+"saml", h.signIn)
	h.mux.HandleFunc("POST "+Path+"saml/acs/{provider}", h.signIn)
	h.mux.HandleFunc("GET "+Path+"saml", h.lost)
	h.mux.HandleFunc("GET "+Path+"saml-metadata.xml", h.metadata)
	h.mux.HandleFunc("GET "+Path+"authorize", h.authorize)
	h.mux.HandleFunc("POST "+Path+"authorize", h.consent)
	h.mux.HandleFunc("POST "+Path+"password", h.passwordPosted)
	h.mux.HandleFunc("POST "+Path+"leave", h.leave)
	h.mux.HandleFunc("GET "+RootPath, h.rootPage)
	h.mux.HandleFunc("POST "+RootPath, h.setRootPassword)
	return h, nil
}

// ServeHTTP holds browsers to the strictest rules before anything else.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+h.style+"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.mux.ServeHTTP(w, r)
}

// largest is how long a posted form may be: a response of 100,000 characters,
// percent-encoded.
const largest = 512 << 10

// invalidResponse is AWS's page for a response that offers nothing.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html#troubleshoot_saml_invalid-response
const invalidResponse = "Your request included an invalid SAML response."

// signIn takes a response, and perhaps the role chosen.
func (h *handler) signIn(w http.ResponseWriter, r *http.Request) {
	if status, problem := readForm(w, r, largest); problem != "" {
		h.refuse(w, status, "", problem)
		return
	}
	response := r.PostForm.Get("SAMLResponse")
	if response == "" {
		h.refuse(w, http.StatusBadRequest, "", invalidResponse)
		return
	}
	offer, err := h.Offer(r.Context(), response, r.PathValue("provider"))
	if err != nil {
		h.refuseError(w, err)
		return
	}
	chosen := r.PostForm.Get("roleIndex")
	if chosen == "" && len(offer.Roles) == 1 {
		chosen = offer.Roles[0].RoleARN
	}
	switch {
	case len(offer.Roles) == 0:
		h.refuse(w, http.StatusBadRequest, "InvalidIdentityToken", invalidResponse)
	case chosen == "":
		h.choose(w, r, offer)
	default:
		h.assume(w, r, offer, chosen, response)
	}
}

// lost tells those who come without a response where to begin.
func (h *handler) lost(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Allow", "POST")
	h.refuse(w, http.StatusMethodNotAllowed, "", "This page is reached from your identity provider: sign in there, and choose this server.")
}

// assume has the door assume the role that was chosen among those offered.
func (h *handler) assume(w http.ResponseWriter, r *http.Request, offer Offer, chosen, response string) {
	for _, role := range offer.Roles {
		if role.RoleARN != chosen {
			continue
		}
		form := url.Values{
			"Action": {"AssumeRoleWithSAML"}, "Version": {"2011-06-15"},
			"RoleArn": {role.RoleARN}, "PrincipalArn": {role.ProviderARN}, "SAMLAssertion": {response},
		}
		if offer.Seconds > 0 {
			form.Set("DurationSeconds", strconv.Itoa(int(offer.Seconds)))
		}
		session, err := h.call(r, form)
		if err != nil {
			h.refuseError(w, err)
			return
		}
		session.Role = role
		session.Onward = h.onward(r)
		h.show(w, http.StatusOK, "credentials.html", session)
		return
	}
	h.refuse(w, http.StatusBadRequest, "", "The role that was chosen is not among those that the response offers.")
}

// onward is where RelayState leads, if that is here.
func (h *handler) onward(r *http.Request) string {
	to := r.PostForm.Get("RelayState")
	if to == "" || len(to) > 2048 || strings.ContainsAny(to, "\\\t\r\n") {
		return ""
	}
	u, err := url.Parse(to)
	if err != nil || u.User != nil || u.Opaque != "" {
		return ""
	}
	origin := u.Scheme + "://" + u.Host
	switch {
	case h.URL != "" && origin == h.URL:
	case u.Scheme == "" && u.Host == "" && strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//"):
	default:
		return ""
	}
	return u.String()
}

// page is what every page is made of.
type page struct {
	CSS   template.CSS
	Title string
	Of    any
}

var titles = map[string]string{
	"choose.html": "Select a role", "credentials.html": "Signed in", "refused.html": "Sign-in failed",
	"password.html": "Sign in", "consent.html": "Allow this program to act as you?", "code.html": "Authorization code", "stop.html": "This did not work", "denied.html": "This did not work",
	"root.html": "Set the root user's password", "rootset.html": "The password is set",
}

func (h *handler) show(w http.ResponseWriter, status int, name string, of any) {
	var b strings.Builder
	if err := h.pages.ExecuteTemplate(&b, name, page{h.css, titles[name], of}); err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(b.String())) // nobody is left to tell
}

// refusedPage is what a page of refusal says.
type refusedPage struct{ Code, Message string }

func (h *handler) refuse(w http.ResponseWriter, status int, code, message string) {
	h.show(w, status, "refused.html", refusedPage{code, message})
}

// failed tells the operator what failed, and the browser that something did.
func (h *handler) failed(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, browser.ErrBusy):
		h.show(w, http.StatusTooManyRequests, "stop.html", "Too many people sign in at the moment. Try again.")
		return
	case errors.Is(err, context.Canceled):
		h.show(w, http.StatusServiceUnavailable, "stop.html", "The request was given up.")
		return
	}
	h.Log.Error("a page of the sign-in failed", "error", err)
	h.show(w, http.StatusInternalServerError, "stop.html", "The server could not do this. Try again later.")
}

func (h *handler) refuseError(w http.ResponseWriter, err error) {
	var refused *wire.Error
	if !errors.As(err, &refused) {
		h.refuse(w, http.StatusInternalServerError, "ServiceFailure", "The server could not look into it. Try again later.")
		return
	}
	h.refuse(w, refused.Status, refused.Code, refused.Message)
}
