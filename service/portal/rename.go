package portal

import (
	"errors"
	"net/http"
	"strings"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// renamePage asks for another name of a device. A name opens nothing: no proof
// is asked for besides the session.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/how-to-manage-device.html
func (h *handler) renamePage(w http.ResponseWriter, r *http.Request) {
	if who, token, ok := h.person(w, r); ok {
		h.askToRename(w, who, token, r.URL.Query().Get("id"), nil, http.StatusOK, "")
	}
}

// renaming is what the page to rename a device is made of.
type renaming struct {
	shownDevice
	Typed string // the name to be
}

func (h *handler) askToRename(w http.ResponseWriter, who service.SignedIn, token, id string, typed *string, status int, problem string) {
	at, ok := who.Person.Device(id)
	if !ok {
		h.problem(w, http.StatusNotFound, noSuchDevice)
		return
	}
	of := renaming{shownDevice: shownOf(who.Person.Devices[at])}
	if of.Typed = of.Name; typed != nil {
		of.Typed = *typed
	}
	h.show(w, status, "rename.html", page{
		Title: "Rename an MFA device", Here: "devices", User: who.Person.UserName, Form: bearer.FormToken(token), Problem: problem, Of: of,
	})
}

// rename gives a device of whoever is signed in another name.
func (h *handler) rename(w http.ResponseWriter, r *http.Request) {
	who, token, ok := h.poster(w, r)
	if !ok {
		return
	}
	id, name := r.PostForm.Get("id"), strings.TrimSpace(r.PostForm.Get("name"))
	if !isDeviceName(name) {
		h.askToRename(w, who, token, id, &name, http.StatusBadRequest, badDeviceName)
		return
	}
	var renamed directory.PersonDevice
	err := h.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		in, ok := service.SignedInSession(&tx.Reader, who.Session.ID, h.Now())
		if !ok {
			return errSignedOut
		}
		at, ok := in.Person.Device(id)
		if !ok {
			return errNoStep
		}
		p := in.Person.Clone()
		p.Devices[at].Name = name
		renamed = p.Devices[at]
		tx.PutPerson(in.Person, p)
		return nil
	})
	switch {
	case errors.Is(err, errSignedOut), errors.Is(err, errNoStep):
		h.problem(w, http.StatusNotFound, noSuchDevice)
	case err != nil:
		h.broken(w, err)
	default:
		h.tellOfChanged(r, who, "UpdateMfaDeviceForUser", renamed)
		http.Redirect(w, r, Path+"devices?done=renamed", http.StatusSeeOther)
	}
}
