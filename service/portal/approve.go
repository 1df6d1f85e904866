package portal

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// approval is what the page that asks is made of.
type approval struct {
	Client, Code, Action string
	Scopes               []string
	Hidden               map[string]string
}

const noDevice = "This code is not known or has expired, or there were too many wrong ones: then try again in 15 minutes. Begin again in your program."

var errNoDevice = errors.New("no such device code")

// mostCodes is how many wrong codes in a row a person may type: few enough that
// nobody guesses the code of somebody else's program.
//
// Source: https://www.rfc-editor.org/rfc/rfc8628#section-5.1
const mostCodes = 10

// typedOf is the key of the wrong codes that a person has typed.
func typedOf(p *directory.Person) string {
	return bearer.Hash("user codes\x00" + p.Store + "\x00" + p.ID)
}

// mistyped counts one more.
func (h *handler) mistyped(r *http.Request, p *directory.Person) error {
	now := h.Now().UTC()
	return h.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		tx.ForgetExpired(now)
		count := failures(&tx.Reader, typedOf(p), now)
		tx.PutSignInFailures(typedOf(p), &directory.SignInFailures{Count: min(count+1, mostCodes), Expires: now.Add(lockedFor)})
		return nil
	})
}

// devicePage asks for the code that a program shows, or, with the code, whether
// the program may act for the person.
func (h *handler) devicePage(w http.ResponseWriter, r *http.Request) {
	who, token, ok := h.person(w, r)
	if !ok {
		return
	}
	p := page{Title: "Enter the code", User: who.Person.UserName, Form: bearer.FormToken(token)}
	typed := r.URL.Query().Get("user_code")
	if typed == "" {
		h.show(w, http.StatusOK, "device.html", p)
		return
	}
	var d *directory.SSODevice
	err := h.read(r.Context(), func(reader *directory.Reader) (err error) {
		d, err = device(reader, who, typed, h.Now())
		return err
	})
	if errors.Is(err, errNoDevice) {
		if failed := h.mistyped(r, who.Person); failed != nil {
			err = failed
		}
	}
	switch {
	case errors.Is(err, errNoDevice):
		p.Problem = noDevice
		h.show(w, http.StatusNotFound, "device.html", p)
	case err != nil:
		h.broken(w, err)
	default:
		p.Title = "Allow " + d.Name + " to access your accounts?"
		p.Of = approval{Client: d.Name, Code: d.UserCode, Action: Path + "device", Scopes: d.Scopes, Hidden: map[string]string{"user_code": d.UserCode}}
		h.show(w, http.StatusOK, "approve.html", p)
	}
}

// device finds what waits under a code, for a person of the same directory.
func device(r *directory.Reader, who service.SignedIn, typed string, now time.Time) (*directory.SSODevice, error) {
	code, ok := bearer.ParseUserCode(typed)
	if !ok || failures(r, typedOf(who.Person), now) >= mostCodes {
		return nil, errNoDevice
	}
	d, ok := r.SSODeviceByUserCode(code)
	if !ok || d.State != directory.DevicePending || !now.Before(d.Expires) || d.Store != who.Person.Store {
		return nil, errNoDevice
	}
	return d, nil
}

// decideDevice takes the person's answer, once.
func (h *handler) decideDevice(w http.ResponseWriter, r *http.Request) {
	who, token, ok := h.poster(w, r)
	if !ok {
		return
	}
	allow := r.PostForm.Get("decision") == "allow"
	err := h.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		if _, ok := service.SignedInSession(&tx.Reader, who.Session.ID, h.Now()); !ok {
			return errSignedOut
		}
		before, err := device(&tx.Reader, who, r.PostForm.Get("user_code"), h.Now())
		if err != nil {
			return err
		}
		d := before.Clone()
		d.State = directory.DeviceDenied
		if allow {
			d.State, d.Session = directory.DeviceApproved, who.Session.ID
		}
		tx.PutSSODevice(d)
		return nil
	})
	p := page{Title: "Request approved", User: who.Person.UserName, Form: bearer.FormToken(token), Of: "You can close this window and go back to your program."}
	if errors.Is(err, errNoDevice) {
		if failed := h.mistyped(r, who.Person); failed != nil {
			err = failed
		}
	}
	switch {
	case errors.Is(err, errNoDevice), errors.Is(err, errSignedOut):
		h.problem(w, http.StatusNotFound, noDevice)
		return
	case err != nil:
		h.broken(w, err)
		return
	case !allow:
		p.Title, p.Of = "Request denied", "The program gets no access. You can close this window."
	}
	h.show(w, http.StatusOK, "done.html", p)
}

// codeLife is how long an authorization code can be redeemed.
//
// Source: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 ("a maximum authorization code lifetime of
// 10 minutes is recommended"; a program on the same machine needs no minute)
const codeLife = 2 * time.Minute

// authorization is a client's wish for an authorization code.
type authorization struct {
	client        Client
	id, to, state string
	challenge     string
	origin        string // of the address to go back to
}

// authorization reads a wish. Nothing of it leads anywhere before the client and
// its address are known.
func (h *handler) authorization(q url.Values) (*authorization, string) {
	a := &authorization{id: q.Get("client_id"), to: q.Get("redirect_uri"), state: q.Get("state"), challenge: q.Get("code_challenge")}
	var ok bool
	if a.client, ok = h.Client(a.id, h.Now()); !ok {
		return nil, "The program is not registered here, or its registration has expired."
	}
	if !a.client.RedirectsTo(a.to) {
		return nil, "The program asked to go back to an address that it did not register."
	}
	u, err := url.Parse(a.to)
	if err != nil {
		return nil, "The program asked to go back to an address that it did not register."
	}
	a.origin = u.Scheme + "://" + u.Host
	switch {
	case !a.client.MayUseCodes() || q.Get("response_type") != "code":
		return nil, "The program asked in a way that it is not registered for."
	case q.Get("code_challenge_method") != "S256" || !bearer.IsChallenge(a.challenge):
		return nil, "The program did not say how it will prove that the answer is for it (PKCE with S256)."
	case len(a.state) > 1024:
		return nil, "The program's state is too long."
	}
	return a, ""
}

// back is the address to go back to with an answer.
func (a *authorization) back(name, value string) string {
	q := url.Values{name: {value}}
	if a.state != "" {
		q.Set("state", a.state)
	}
	return a.to + "?" + q.Encode() // a registered address has no query
}

func (h *handler) authorizePage(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	a, problem := h.authorization(q)
	if problem != "" {
		h.problem(w, http.StatusBadRequest, problem)
		return
	}
	who, token, ok := h.person(w, r)
	if !ok {
		return
	}
	hidden := map[string]string{}
	for _, name := range []string{"client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method", "response_type"} {
		hidden[name] = q.Get(name)
	}
	// Browsers hold the redirection after a form to the form's rule.
	policy(w, h.style, "'self' "+a.origin, "")
	h.show(w, http.StatusOK, "approve.html", page{
		Title: "Allow " + a.client.Named() + " to access your accounts?", User: who.Person.UserName, Form: bearer.FormToken(token),
		Of: approval{Client: a.client.Named(), Action: Path + "authorize", Scopes: a.client.Scoped(), Hidden: hidden},
	})
}

// decideAuthorize sends the browser back to the program with a code, or with
// the person's no.
func (h *handler) decideAuthorize(w http.ResponseWriter, r *http.Request) {
	who, _, ok := h.poster(w, r)
	if !ok {
		return
	}
	a, problem := h.authorization(r.PostForm)
	if problem != "" {
		h.problem(w, http.StatusBadRequest, problem)
		return
	}
	policy(w, h.style, "'self' "+a.origin, "")
	if r.PostForm.Get("decision") != "allow" {
		http.Redirect(w, r, a.back("error", "access_denied"), http.StatusSeeOther)
		return
	}
	code, err := bearer.New(h.Rand)
	if err != nil {
		h.broken(w, err)
		return
	}
	now := h.Now().UTC()
	err = h.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		tx.ForgetExpired(now)
		tx.PutSSOCode(&directory.SSOCode{
			Hash: bearer.Hash(code), Client: bearer.Hash(a.id), Redirect: a.to, Challenge: a.challenge,
			Scopes: a.client.Scoped(), Session: who.Session.ID, Expires: now.Add(codeLife),
		})
		return nil
	})
	if err != nil {
		h.broken(w, err)
		return
	}
	http.Redirect(w, r, a.back("code", code), http.StatusSeeOther)
}
