package portal

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// provenFor is how long a second factor that was shown lets devices be changed.
const provenFor = 15 * time.Minute

// mustProve tells whether somebody signed in has to show a second factor before
// devices come or go: whoever has one and did not show it just now. A browser
// that is trusted, or one that was left open, is not enough, and the password
// is asked for besides.
func mustProve(in service.SignedIn, now time.Time) bool {
	return len(in.Person.Devices) > 0 && in.Instance.MFA.Prompt != directory.MFANever && !now.Before(in.Session.MFA.Add(provenFor))
}

// toProve sends somebody who must show a second factor to do so, and back here.
func toProve(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, Path+"devices/confirm?next="+url.QueryEscape(local(r.URL.RequestURI())), http.StatusSeeOther)
}

// provePage asks for a second factor of somebody who is signed in.
func (h *handler) provePage(w http.ResponseWriter, r *http.Request) {
	who, token, ok := h.person(w, r)
	switch {
	case !ok:
	case !mustProve(who, h.Now()):
		http.Redirect(w, r, local(r.URL.Query().Get("next")), http.StatusSeeOther)
	default:
		h.askToProve(w, r, who, token, local(r.URL.Query().Get("next")), http.StatusOK, "")
	}
}

func (h *handler) askToProve(w http.ResponseWriter, r *http.Request, who service.SignedIn, token, next string, status int, problem string) {
	of, err := h.challenge(r, who.Person, token)
	if err != nil {
		h.broken(w, err)
		return
	}
	of.Action, of.Next = Path+"devices/confirm", next
	h.show(w, status, "mfa.html", page{
		Title: "Confirm that it is you", Here: "devices", User: who.Person.UserName, Form: bearer.FormToken(token), Problem: problem, Script: of.Options != "", Of: of,
	})
}

// prove takes a second factor of somebody who is signed in.
func (h *handler) prove(w http.ResponseWriter, r *http.Request) {
	who, token, ok := h.poster(w, r)
	if !ok {
		return
	}
	next := local(r.PostForm.Get("next"))
	answer, ok := h.answered(r)
	if !ok {
		h.askToProve(w, r, who, token, next, http.StatusBadRequest, wrongFactor)
		return
	}
	proven, err := h.decideProof(r, who, token, answer)
	switch {
	case errors.Is(err, errSignedOut):
		http.Redirect(w, r, Path+"signin?done=expired", http.StatusSeeOther)
		return
	case err != nil:
		h.broken(w, err)
		return
	}
	h.tellOfProof(r, who, answer.kind(), proven)
	if !proven {
		h.askToProve(w, r, who, token, next, http.StatusUnauthorized, wrongFactor)
		return
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}

// decideProof notes that a session has shown a second factor, or counts one more
// wrong answer, with those of signing in.
func (h *handler) decideProof(r *http.Request, who service.SignedIn, token string, answer factor) (proven bool, err error) {
	now := h.Now().UTC()
	err = h.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		in, ok := service.SignedInSession(&tx.Reader, who.Session.ID, now)
		if !ok {
			return errSignedOut
		}
		_, proven = h.weigh(tx, in.Person, token, answer, now)
		if proven {
			s := *in.Session
			s.MFA = now
			tx.PutSSOSession(&s)
		}
		return nil
	})
	return proven, err
}

// answered reads the answer to the question for a second factor. It answers
// false for none.
func (h *handler) answered(r *http.Request) (factor, bool) {
	answer := factor{code: strings.ReplaceAll(strings.TrimSpace(r.PostForm.Get("code")), " ", ""), credential: r.PostForm.Get("credential")}
	answer.site, _ = h.site(r)
	return answer, len(answer.code) <= 16 && (answer.code != "" || answer.credential != "") // without scripts a passkey says nothing
}
