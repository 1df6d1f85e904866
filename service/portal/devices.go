package portal

import (
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// How many devices a person may have.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/enable-mfa.html ("up to two virtual
// authenticator apps [...] and six FIDO authenticators")
const (
	mostApps     = 2
	mostPasskeys = 6
)

// shownDevice is a device on the page that lists them.
type shownDevice struct{ ID, Name, Kind, Created, LastUsed string }

// devicesPage lists the devices of whoever is signed in.
func (h *handler) devicesPage(w http.ResponseWriter, r *http.Request) {
	who, token, ok := h.person(w, r)
	if !ok {
		return
	}
	list := []shownDevice{}
	for _, d := range who.Person.Devices {
		list = append(list, shownOf(d))
	}
	h.show(w, http.StatusOK, "devices.html", page{
		Title: "MFA devices", Here: "devices", User: who.Person.UserName, Form: bearer.FormToken(token), Status: done(r), Of: possession{list, who.Person.Password != ""},
	})
}

// possession is what the page of devices is made of.
type possession struct {
	Devices  []shownDevice
	Password bool // the person has one, without which nothing is registered
}

func shownOf(d directory.PersonDevice) shownDevice {
	of := shownDevice{ID: d.ID, Name: d.Name, Kind: "Authenticator app", Created: d.Created.Format(time.DateOnly)}
	if of.Name == "" {
		of.Name = "Device"
	}
	if d.Kind == directory.PasskeyDevice {
		of.Kind = "Passkey or security key for " + d.Site
	}
	if !d.LastUsed.IsZero() {
		of.LastUsed = d.LastUsed.Format(time.DateOnly)
	}
	return of
}

// enrolling is somebody who may register a device: signed in, or signing in
// where that takes a device.
type enrolling struct {
	who     *directory.Person
	home    *directory.IdentityStore
	token   string                // of the browser's cookie
	session *directory.SSOSession // of somebody signed in
	pending *pending              // of somebody signing in

	mustProve bool // that there is a second factor, before there is one more
}

// user is what the page's head says of who is signed in.
func (e enrolling) user() string {
	if e.session == nil {
		return ""
	}
	return e.who.UserName
}

// enroller finds who may register a device. It answers false where it has
// answered the request.
func (h *handler) enroller(w http.ResponseWriter, r *http.Request) (e enrolling, ok bool) {
	_, _, err := h.signedIn(r)
	if errors.Is(err, errSignedOut) && h.cookies.Value(r, signInCookie) != "" {
		p, ok := h.half(w, r)
		if ok && (len(p.who.Devices) > 0 || p.asks.Missing != directory.MFAEnroll) {
			http.Redirect(w, r, Path+"mfa", http.StatusSeeOther)
			return e, false
		}
		return enrolling{who: p.who, home: p.home, token: p.token, pending: &p}, ok
	}
	check := h.person
	if r.Method == http.MethodPost {
		check = h.poster
	}
	who, token, ok := check(w, r)
	if !ok {
		return e, false
	}
	e = enrolling{who: who.Person, token: token, session: who.Session, mustProve: mustProve(who, h.Now())}
	err = h.read(r.Context(), func(reader *directory.Reader) error {
		e.home, _ = reader.IdentityStore(who.Person.Store)
		return nil
	})
	if err != nil {
		h.broken(w, err)
		return e, false
	}
	return e, true
}

// addition is what the page that adds a device is made of.
type addition struct {
	First    bool // it is needed to sign in
	Kind     string
	Name     string
	Passkeys bool // can be used at this address
	Local    string
}

// addPage asks which device is to be added, and whoever is signed in for the
// password once more.
func (h *handler) addPage(w http.ResponseWriter, r *http.Request) {
	e, ok := h.enroller(w, r)
	switch {
	case !ok:
	case e.mustProve:
		toProve(w, r)
	default:
		h.askToAdd(w, r, e, http.StatusOK, "")
	}
}

func (h *handler) askToAdd(w http.ResponseWriter, r *http.Request, e enrolling, status int, problem string) {
	_, err := h.site(r)
	of := addition{First: e.pending != nil, Kind: r.PostForm.Get("kind"), Name: r.PostForm.Get("name"), Passkeys: err == nil}
	if h.nearby && err != nil {
		if _, port, ok := strings.Cut(r.Host, ":"); ok {
			of.Local = "http://localhost:" + port + Path
		}
	}
	h.show(w, status, "add.html", page{Title: "Register an MFA device", Here: "devices", User: e.user(), Form: bearer.FormToken(e.token), Problem: problem, Of: of})
}

// add begins to register a device.
func (h *handler) add(w http.ResponseWriter, r *http.Request) {
	e, ok := h.enroller(w, r)
	if !ok {
		return
	}
	if e.mustProve {
		toProve(w, r)
		return
	}
	name, kind := strings.TrimSpace(r.PostForm.Get("name")), r.PostForm.Get("kind")
	if problem := e.wrong(name, kind); problem != "" {
		h.askToAdd(w, r, e, http.StatusBadRequest, problem)
		return
	}
	if e.pending == nil {
		switch same, err := h.again(r, e.who, e.session.ID); {
		case err != nil:
			h.broken(w, err)
			return
		case !same:
			h.askToAdd(w, r, e, http.StatusUnauthorized, wrongPassword)
			return
		}
	}
	if kind == "app" {
		h.addApp(w, r, e, name)
		return
	}
	h.addPasskey(w, r, e, name)
}

// wrong tells what a device to come cannot be.
func (e enrolling) wrong(name, kind string) string {
	if kind != "app" && kind != "passkey" {
		return "Choose a kind of device."
	}
	if !isDeviceName(name) {
		return badDeviceName
	}
	if full(e.who, kind) {
		return "You have as many devices of this kind as you may have. Remove one first."
	}
	return ""
}

const badDeviceName = "Give the device a name of up to 64 characters."

func isDeviceName(name string) bool {
	return name != "" && utf8.RuneCountInString(name) <= 64 && utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// full tells whether a person may have no more devices of a kind.
func full(p *directory.Person, kind string) bool {
	apps, keys := 0, 0
	for _, d := range p.Devices {
		if d.Kind == directory.TOTPDevice {
			apps++
		} else {
			keys++
		}
	}
	return kind == "app" && apps >= mostApps || kind == "passkey" && keys >= mostPasskeys
}

const wrongPassword = "The password is wrong, or there were too many wrong ones: then try again in 15 minutes."

// again tells whether a form has the password of who is signed in. Wrong ones
// count as they do when one signs in.
func (h *handler) again(r *http.Request, p *directory.Person, session string) (same bool, err error) {
	typed := r.PostForm.Get("password")
	if len(typed) > 1024 {
		return false, nil
	}
	matches, err := h.matches(r, p, typed)
	if err != nil {
		return false, err
	}
	key, now := failuresOf(p.Store, p.UserName), h.Now().UTC()
	err = h.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		in, ok := service.SignedInSession(&tx.Reader, session, now)
		count := failures(&tx.Reader, key, now)
		same = ok && matches && in.Person.Password == p.Password && count < mostFailures
		if !same {
			fail(tx, key, count, now)
			return nil
		}
		tx.DeleteSignInFailures(key)
		return nil
	})
	return same, err
}

// keep gives the person a device whose registration is complete. It answers
// errNoStep where the registration is not under way any more.
func (h *handler) keep(r *http.Request, e enrolling, kind string, d directory.PersonDevice, token string) (how outcome, err error) {
	now := h.Now().UTC()
	err = h.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		how = in
		step, ok := tx.FactorStep(stepHash(kind, e.token))
		if !ok || step.Device != d.ID || !now.Before(step.Expires) {
			return errNoStep
		}
		var before *directory.Person
		if e.pending != nil {
			p, err := waiting(&tx.Reader, e.token, now)
			if err != nil {
				return err
			}
			before = p.who
		} else {
			in, ok := service.SignedInSession(&tx.Reader, e.session.ID, now)
			if !ok {
				return errSignedOut
			}
			before = in.Person
			s := *in.Session
			s.MFA = now // what was registered was shown
			tx.PutSSOSession(&s)
		}
		if full(before, kind) || e.pending != nil && len(before.Devices) > 0 {
			return errNoStep
		}
		tx.DeleteFactorStep(step)
		p := before.Clone()
		p.Devices = append(p.Devices, d)
		tx.PutPerson(before, p)
		if e.pending != nil {
			how = h.complete(tx, *e.pending, p, token, now)
		}
		return nil
	})
	return how, err
}

var errNoStep = errors.New("no such step")

// kept answers whoever has registered a device, or could not.
func (h *handler) kept(w http.ResponseWriter, r *http.Request, e enrolling, kind string, d directory.PersonDevice) {
	token, err := bearer.New(h.Rand)
	if err != nil {
		h.broken(w, err)
		return
	}
	how, err := h.keep(r, e, kind, d, token)
	switch {
	case errors.Is(err, errNoStep), errors.Is(err, errSignedOut), errors.Is(err, errNoSignIn):
		h.problem(w, http.StatusNotFound, noStep)
	case err != nil:
		h.broken(w, err)
	case e.pending != nil:
		h.tellOfDevice(r, e, registered(kind), d)
		h.tellOfEnrolled(r, *e.pending, how)
		h.lead(w, r, how, token, e.pending.from.Next)
	default:
		h.tellOfDevice(r, e, registered(kind), d)
		http.Redirect(w, r, Path+"devices?done=added", http.StatusSeeOther)
	}
}

const noStep = "This is not under way any more. Begin again."

// underWay finds the registration of a device that a browser began.
func (h *handler) underWay(w http.ResponseWriter, r *http.Request, e enrolling, kind string) (step *directory.FactorStep, ok bool) {
	err := h.read(r.Context(), func(reader *directory.Reader) error {
		step, ok = reader.FactorStep(stepHash(kind, e.token))
		return nil
	})
	switch {
	case err != nil:
		h.broken(w, err)
		return nil, false
	case !ok || !h.Now().Before(step.Expires):
		h.problem(w, http.StatusNotFound, noStep)
		return nil, false
	}
	return step, true
}
