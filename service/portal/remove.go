package portal

import (
	"errors"
	"net/http"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const noSuchDevice = "You have no such device."

// removal is what the page to remove a device is made of.
type removal struct {
	shownDevice
	Needed bool // it is the last one, and everybody is to have one
}

// isNeeded tells whether somebody may not be without the one device that there
// is. Without it one would not be let in, or would register another with
// nothing but the password.
func isNeeded(in service.SignedIn) bool {
	return len(in.Person.Devices) == 1 && in.Instance.MFA.Prompt != directory.MFANever && in.Instance.MFA.Missing != directory.MFAAllow
}

// removePage asks for the password once more before a device goes.
func (h *handler) removePage(w http.ResponseWriter, r *http.Request) {
	who, token, ok := h.person(w, r)
	switch {
	case !ok:
	case mustProve(who, h.Now()) && !isNeeded(who):
		toProve(w, r)
	default:
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
		Title: "Remove an MFA device", Here: "devices", User: who.Person.UserName, Form: bearer.FormToken(token), Problem: problem,
		Of: removal{shownOf(who.Person.Devices[at]), isNeeded(who)},
	})
}

var (
	errMustProve = errors.New("a second factor must be shown first")
	errNeeded    = errors.New("the last device")
)

// remove takes a device away from whoever is signed in, has just shown a second
// factor and knows the password.
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
	gone, err := h.takeAway(r, who, id)
	switch {
	case errors.Is(err, errSignedOut), errors.Is(err, errNoStep):
		h.problem(w, http.StatusNotFound, noSuchDevice)
	case errors.Is(err, errMustProve):
		http.Redirect(w, r, Path+"devices", http.StatusSeeOther)
	case errors.Is(err, errNeeded):
		h.askToRemove(w, who, token, id, http.StatusConflict, "")
	case err != nil:
		h.broken(w, err)
	default:
		h.tellOfChanged(r, who, "DeleteMfaDeviceForUser", gone)
		http.Redirect(w, r, Path+"devices?done=removed", http.StatusSeeOther)
	}
}

// takeAway removes a device, if that still may be.
func (h *handler) takeAway(r *http.Request, who service.SignedIn, id string) (gone directory.PersonDevice, err error) {
	err = h.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		in, ok := service.SignedInSession(&tx.Reader, who.Session.ID, h.Now())
		if !ok {
			return errSignedOut
		}
		at, ok := in.Person.Device(id)
		switch {
		case !ok:
			return errNoStep
		case mustProve(in, h.Now()):
			return errMustProve
		case isNeeded(in):
			return errNeeded
		}
		gone = in.Person.Devices[at]
		tx.PutPerson(in.Person, in.Person.WithoutDevice(at))
		return nil
	})
	return gone, err
}
