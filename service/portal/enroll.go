package portal

import (
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strings"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/mfa"
	"github.com/rolecall-iam/rolecall/authn/passkey"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// issuer is how authenticator apps call the portal.
const issuer = "rolecall"

// newDeviceID is the id of a device to come.
func newDeviceID(rand io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", fmt.Errorf("make the id of a device: %w", err)
	}
	return "mfa-" + hex.EncodeToString(b[:]), nil
}

// addApp makes the seed of an authenticator app and leads to the page that
// shows it. It is sealed from the beginning.
func (h *handler) addApp(w http.ResponseWriter, r *http.Request, e enrolling, name string) {
	id, err := newDeviceID(h.Rand)
	if err != nil {
		h.broken(w, err)
		return
	}
	seed, err := mfa.NewSeed(h.Rand)
	if err != nil {
		h.broken(w, err)
		return
	}
	sealed, err := h.Keys.SealSecret(id, seed)
	if err == nil {
		err = h.remember(r, &directory.FactorStep{Hash: stepHash("app", e.token), Device: id, Name: name, Sealed: sealed, Expires: h.Now().UTC().Add(signInLife)})
	}
	if err != nil {
		h.broken(w, err)
		return
	}
	http.Redirect(w, r, Path+"devices/app", http.StatusSeeOther)
}

// seedShown is what the page that shows a seed is made of.
type seedShown struct {
	Name, Seed string
	QR         template.HTML
}

// appPage shows the seed of the app that is being registered, as text and as a
// picture.
func (h *handler) appPage(w http.ResponseWriter, r *http.Request) {
	e, ok := h.enroller(w, r)
	if !ok {
		return
	}
	if step, ok := h.underWay(w, r, e, "app"); ok {
		h.showSeed(w, e, step, http.StatusOK, "")
	}
}

func (h *handler) showSeed(w http.ResponseWriter, e enrolling, step *directory.FactorStep, status int, problem string) {
	seed, err := h.Keys.OpenSecret(step.Device, step.Sealed)
	if err != nil {
		h.broken(w, err)
		return
	}
	picture, err := mfa.SVG(mfa.PersonURI(issuer, e.who.UserName, seed), "QR code of the secret key below")
	if err != nil {
		h.broken(w, err)
		return
	}
	var groups []string
	for at := 0; at < len(seed); at += 4 {
		groups = append(groups, seed[at:min(at+4, len(seed))])
	}
	h.show(w, status, "app.html", page{
		Title: "Set up the authenticator app", Here: "devices", User: e.user(), Form: bearer.FormToken(e.token), Problem: problem,
		Of: seedShown{step.Name, strings.Join(groups, " "), template.HTML(picture)},
	})
}

// confirmApp takes one code that the app shows, as AWS's portal does. That code
// is used then.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/how-to-register-device.html
func (h *handler) confirmApp(w http.ResponseWriter, r *http.Request) {
	e, ok := h.enroller(w, r)
	if !ok {
		return
	}
	step, ok := h.underWay(w, r, e, "app")
	if !ok {
		return
	}
	seed, err := h.Keys.OpenSecret(step.Device, step.Sealed)
	if err != nil {
		h.broken(w, err)
		return
	}
	now := h.Now().UTC()
	used, ok := mfa.Verify(seed, strings.ReplaceAll(strings.TrimSpace(r.PostForm.Get("code")), " ", ""), now, 0, 0)
	if !ok {
		h.showSeed(w, e, step, http.StatusBadRequest, "The code does not match. Wait for the next one, and see that the clock of your device is right.")
		return
	}
	h.kept(w, r, e, "app", directory.PersonDevice{ID: step.Device, Kind: directory.TOTPDevice, Name: step.Name, Created: now, Sealed: step.Sealed, Used: used, LastUsed: now})
}

// addPasskey asks for a new passkey and leads to the page on which the browser
// makes it.
func (h *handler) addPasskey(w http.ResponseWriter, r *http.Request, e enrolling, name string) {
	site, err := h.site(r)
	if err != nil {
		h.askToAdd(w, r, e, http.StatusBadRequest, "Passkeys cannot be used at this address.")
		return
	}
	id, err := newDeviceID(h.Rand)
	if err != nil {
		h.broken(w, err)
		return
	}
	options, state, err := site.Register(ownerOf(e.who, keysFor(e.who, site.ID())), h.Rand)
	if err == nil {
		err = h.remember(r, &directory.FactorStep{
			Hash: stepHash("passkey", e.token), Device: id, Name: name, Site: site.ID(), Options: options, State: state, Expires: h.Now().UTC().Add(signInLife),
		})
	}
	if err != nil {
		h.broken(w, err)
		return
	}
	http.Redirect(w, r, Path+"devices/passkey", http.StatusSeeOther)
}

// toMake is what the page on which a browser makes a passkey is made of.
type toMake struct{ Name, Options string }

func (h *handler) passkeyPage(w http.ResponseWriter, r *http.Request) {
	e, ok := h.enroller(w, r)
	if !ok {
		return
	}
	if step, ok := h.underWay(w, r, e, "passkey"); ok {
		h.show(w, http.StatusOK, "passkey.html", page{
			Title: "Register a passkey or security key", Here: "devices", User: e.user(), Form: bearer.FormToken(e.token), Script: true, Of: toMake{step.Name, string(step.Options)},
		})
	}
}

// confirmPasskey takes what the browser made. A question is good for one
// answer, right or wrong.
func (h *handler) confirmPasskey(w http.ResponseWriter, r *http.Request) {
	e, ok := h.enroller(w, r)
	if !ok {
		return
	}
	step, ok := h.underWay(w, r, e, "passkey")
	if !ok {
		return
	}
	site, err := h.site(r)
	if err == nil && site.ID() != step.Site {
		err = passkey.ErrRefused
	}
	var key passkey.Key
	if err == nil {
		key, err = site.Registered(ownerOf(e.who, keysFor(e.who, step.Site)), passkey.State(step.State), r.PostForm.Get("credential"))
	}
	if err != nil {
		if err := h.Directory.Update(r.Context(), func(tx *directory.Tx) error { tx.DeleteFactorStep(step); return nil }); err != nil {
			h.broken(w, err)
			return
		}
		h.askToAdd(w, r, e, http.StatusBadRequest, "The passkey could not be registered. Try again.")
		return
	}
	h.kept(w, r, e, "passkey", directory.PersonDevice{
		ID: step.Device, Kind: directory.PasskeyDevice, Name: step.Name, Created: h.Now().UTC(), Site: step.Site,
		Handle: key.ID, Public: key.Public, Count: key.Count, Synced: key.Synced, Transports: key.Transports,
	})
}
