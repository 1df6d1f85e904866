package portal

import (
	"errors"
	"net/http"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const noSuchDevice = "You have no such device."

// removePage asks for the password once more before a device goes.
func (h *handler) removePage(w http.ResponseWriter, r *http.Request) {
	if who, token, ok := h.person(w, r); ok {
		h.askToRemove(w, who, token, r.URL.Query().Get("id"), http.StatusOK, "")
	}
}

func (h *handler) askToRemove(w http.ResponseWriter, who service.SignedIn, token, id string, status int, problem string) {
	at, ok := who.Person.Device(id)
	if !ok {
		h.problem(w, http.StatusNotFound, noSuchDevice)
		return
	}
	h.show(w, status, "remove.html", page{
		Title: "Remove an MFA device", Here: "devices", User: who.Person.UserName, Form: bearer.FormToken(token), Problem: problem, Of: shownOf(who.Person.Devices[at]),
	})
}

// remove takes a device away from whoever is signed in and knows the password.
func (h *handler) remove(w http.ResponseWriter, r *http.Request) {
	who, token, ok := h.poster(w, r)
	if !ok {
		return
	}
	id := r.PostForm.Get("id")
	if _, ok := who.Person.Device(id); !ok {
		h.problem(w, http.StatusNotFound, noSuchDevice)
		return
	}
	same, err := h.again(r, who.Person, who.Session.ID)
	if err != nil {
		h.broken(w, err)
		return
	}
	if !same {
		h.askToRemove(w, who, token, id, http.StatusUnauthorized, wrongPassword)
		return
	}
	var gone directory.PersonDevice
	err = h.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		in, ok := service.SignedInSession(&tx.Reader, who.Session.ID, h.Now())
		if !ok {
			return errSignedOut
		}
		at, ok := in.Person.Device(id)
		if !ok {
			return errNoStep
		}
		gone = in.Person.Devices[at]
		tx.PutPerson(in.Person, in.Person.WithoutDevice(at))
		return nil
	})
	switch {
	case errors.Is(err, errSignedOut), errors.Is(err, errNoStep):
		h.problem(w, http.StatusNotFound, noSuchDevice)
	case err != nil:
		h.broken(w, err)
	default:
		h.tellOfRemoved(r, who, gone)
		http.Redirect(w, r, Path+"devices?done=removed", http.StatusSeeOther)
	}
}
