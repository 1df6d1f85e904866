package signin

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// AuthorizePath is where programs send browsers, at AWS as here; the page
// itself is under Path.
const AuthorizePath = "/v1/authorize"

// confirmationPath is where the browser of `aws login --remote` would be sent.
// Nobody needs to go there: the code is on the page that answers.
const confirmationPath = "/v1/sessions/confirmation"

// callbackPath is where a program on the same machine listens.
//
// Source: https://docs.aws.amazon.com/signin/latest/APIReference/API_dataplane-signin_AuthorizeOAuth2Access.html
// (redirect_uri)
const callbackPath = "/oauth/callback"

// LoginConfig is what the pages of `aws login` stand on.
type LoginConfig struct {
	Directory *directory.Directory
	Keys      Opener
	Door      *service.Door
}

// Opener opens the seeds of MFA devices.
type Opener interface {
	OpenSecret(id string, sealed []byte) (string, error)
}

// authorization is a program's wish for a code, whose answer leads back to it.
type authorization struct {
	client, to, state, challenge string
	origin                       string // of the address to go back to; empty where the code is shown
}

// wishFields are what a wish is made of; the forms carry them along.
var wishFields = []string{"client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method", "response_type", "scope"}

// authorization reads a wish. It leads nowhere but to a loopback address, or
// to this server's own page.
//
// Source: https://docs.aws.amazon.com/signin/latest/APIReference/API_dataplane-signin_AuthorizeOAuth2Access.html
func (h *handler) authorization(r *http.Request, q url.Values) (*authorization, string) {
	for _, name := range wishFields {
		if len(q[name]) > 1 {
			return nil, "The program said the same thing twice."
		}
	}
	a := &authorization{client: q.Get("client_id"), to: q.Get("redirect_uri"), state: q.Get("state"), challenge: q.Get("code_challenge")}
	method := q.Get("code_challenge_method")
	switch {
	case publicClient[a.client] == "":
		return nil, "The program is not known here."
	case !h.leadsBack(r, a):
		return nil, "The program asked to go back to an address that it may not."
	case q.Get("response_type") != "code":
		return nil, "The program asked in a way that is not known here."
	case method != "SHA-256" && method != "S256" || !bearer.IsChallenge(a.challenge):
		return nil, "The program did not say how it will prove that the answer is for it (PKCE with SHA-256)."
	case len(a.state) > 1024:
		return nil, "The program's state is too long."
	}
	return a, ""
}

// leadsBack tells whether the browser may take the answer to the address.
func (h *handler) leadsBack(r *http.Request, a *authorization) bool {
	u, err := url.Parse(a.to)
	if err != nil || len(a.to) > 2048 || u.User != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(a.to, "#") {
		return false
	}
	if a.client == crossDevice {
		return a.to == h.origin(r)+confirmationPath || h.URL != "" && a.to == h.URL+confirmationPath
	}
	host := u.Hostname()
	a.origin = "http://" + u.Host
	return u.Scheme == "http" && (host == "127.0.0.1" || host == "::1" || host == "localhost") && u.EscapedPath() == callbackPath
}

// origin is the scheme and host that the browser came by.
func (h *handler) origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// asked is what the pages that ask are made of.
type asked struct {
	Form    string // the forms' token
	Problem string
	Hidden  map[string]string
	Client  string // localhost or remote
	Who     string // who is signed in, by the ARN
	MFA     bool
}

func hiddenOf(q url.Values) map[string]string {
	hidden := map[string]string{}
	for _, name := range wishFields {
		hidden[name] = q.Get(name)
	}
	return hidden
}

// authorize asks whoever is not signed in to sign in, and whoever is whether
// the program may act for them.
func (h *handler) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	a, problem := h.authorization(r, q)
	if problem != "" {
		h.show(w, http.StatusBadRequest, "stop.html", problem)
		return
	}
	who, token, err := h.signedIn(r)
	switch {
	case err != nil:
		h.failed(w, err)
	case who == nil:
		h.askToSignIn(w, r, http.StatusOK, q, "")
	default:
		h.formsLeadTo(w, a.origin)
		h.show(w, http.StatusOK, "consent.html", asked{Form: bearer.FormToken(token), Hidden: hiddenOf(q), Client: publicClient[a.client], Who: who.caller.ARN(), MFA: !who.signIn.MFA.IsZero()})
	}
}

// formsLeadTo lets the page's form lead to another address than this server's:
// browsers hold the redirection after a form to the form's rule.
func (h *handler) formsLeadTo(w http.ResponseWriter, origin string) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+h.style+"'; form-action 'self' "+origin+"; base-uri 'none'; frame-ancestors 'none'")
}

// consent takes the person's answer to the program.
func (h *handler) consent(w http.ResponseWriter, r *http.Request) {
	if !h.ownForm(w, r) {
		return
	}
	a, problem := h.authorization(r, r.PostForm)
	if problem != "" {
		h.show(w, http.StatusBadRequest, "stop.html", problem)
		return
	}
	who, token, err := h.signedIn(r)
	switch {
	case err != nil:
		h.failed(w, err)
		return
	case who == nil || !bearer.IsFormToken(r.PostForm.Get("form"), token):
		h.show(w, http.StatusForbidden, "stop.html", "The form has expired. Begin again in your program.")
		return
	}
	h.formsLeadTo(w, a.origin)
	if r.PostForm.Get("decision") != "allow" {
		h.answer(w, r, a, "error", "access_denied")
		return
	}
	allowed, err := h.mayAuthorize(r, a, who)
	if err != nil {
		h.failed(w, err)
		return
	}
	h.tell(r, who.caller, a, allowed)
	if !allowed {
		message := who.caller.ARN() + " is not authorized to perform: signin:AuthorizeOAuth2Access. Ask your administrator for the policy SignInLocalDevelopmentAccess."
		h.show(w, http.StatusForbidden, "denied.html", denied{message, a.back("error", "access_denied")})
		return
	}
	code, err := h.newCode(r, a, who.signIn)
	if err != nil {
		h.failed(w, err)
		return
	}
	h.answer(w, r, a, "code", code)
}

// mayAuthorize has the policies decide.
func (h *handler) mayAuthorize(r *http.Request, a *authorization, who *present) (allowed bool, err error) {
	region := service.UnsignedRegion(r)
	err = h.read(r.Context(), func(view *directory.View) error {
		need := clientNeed("signin:AuthorizeOAuth2Access", who.partition, region, who.signIn.Account, a.client, a.to)
		allowed, err = h.Login.Door.Permits(view, r, who.caller, h.Now(), need)
		return err
	})
	return allowed, err
}

func (h *handler) newCode(r *http.Request, a *authorization, s *directory.SignIn) (string, error) {
	code, err := bearer.New(h.Rand)
	if err != nil {
		return "", err
	}
	now := h.Now().UTC()
	return code, h.Login.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		tx.ForgetExpired(now)
		tx.PutLoginCode(&directory.LoginCode{Hash: bearer.Hash(code), Client: a.client, Redirect: a.to, Challenge: a.challenge, SignIn: *s, Expires: now.Add(codeLife)})
		return nil
	})
}

// denied is what the page is made of that tells a person what they lack. The
// program waits until the browser comes back, so there is a way back.
type denied struct{ Message, Back string }

// said is an answer to the program, with the state that it gave.
func (a *authorization) said(name, value string) url.Values {
	q := url.Values{name: {value}}
	if a.state != "" {
		q.Set("state", a.state)
	}
	return q
}

// back is where the browser takes an answer to; empty where a person takes it.
func (a *authorization) back(name, value string) string {
	if a.origin == "" {
		return ""
	}
	return a.to + "?" + a.said(name, value).Encode()
}

// answer sends the browser back to the program, or shows what the person is to
// take there.
func (h *handler) answer(w http.ResponseWriter, r *http.Request, a *authorization, name, value string) {
	switch {
	case a.origin != "":
		http.Redirect(w, r, a.back(name, value), http.StatusSeeOther)
	case name == "code":
		h.show(w, http.StatusOK, "code.html", encoded(a.said(name, value)))
	default:
		h.show(w, http.StatusOK, "stop.html", "The program gets no access. You can close this window.")
	}
}

// read has something read in one view. A store that fails is not an answer.
func (h *handler) read(ctx context.Context, look func(*directory.View) error) error {
	view, err := h.Login.Directory.View(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	defer view.Close()
	err = look(view)
	if failed := view.Err(); failed != nil {
		return failed
	}
	return err
}
