package portal

import (
	"errors"
	"net/http"
	"time"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/mfa"
	"github.com/rolecall-iam/rolecall/authn/passkey"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// wrongFactor is all that is told of a second factor that does not hold.
const wrongFactor = "That did not match, was used before, or there were too many wrong ones: then try again in 15 minutes."

// challenge is what the page that asks for a second factor is made of.
type challenge struct {
	App       bool   // there is an authenticator app
	Options   string // of passkeys; "" for none that can be used here
	Elsewhere bool   // there are passkeys, and none for this address
	Trust     bool   // the browser may be trusted
	Action    string // where the answer goes
	Next      string // of somebody signed in: where one goes on to
}

// mfaPage asks for a second factor.
func (h *handler) mfaPage(w http.ResponseWriter, r *http.Request) {
	if p, ok := h.half(w, r); ok {
		h.askForFactor(w, r, p, http.StatusOK, "")
	}
}

func (h *handler) askForFactor(w http.ResponseWriter, r *http.Request, p pending, status int, problem string) {
	if len(p.who.Devices) == 0 {
		h.enrollOrEnd(w, r, p)
		return
	}
	of, err := h.challenge(r, p.who, p.token)
	if err != nil {
		h.broken(w, err)
		return
	}
	of.Trust, of.Action = p.asks.Prompt == directory.MFAContext, Path+"mfa"
	h.show(w, status, "mfa.html", page{Title: "Confirm that it is you", Form: bearer.FormToken(p.token), Problem: problem, Script: of.Options != "", Of: of})
}

// challenge is the question for a second factor of a person, in the browser with
// a token. What a passkey will have to sign is remembered.
func (h *handler) challenge(r *http.Request, who *directory.Person, token string) (of challenge, err error) {
	for _, d := range who.Devices {
		of.App = of.App || d.Kind == directory.TOTPDevice
	}
	site, err := h.site(r)
	keys := keysFor(who, site.ID())
	of.Elsewhere = len(keys) == 0 && hasPasskey(who)
	if err != nil || len(keys) == 0 {
		return of, nil
	}
	options, state, err := site.Ask(ownerOf(who, keys), h.Rand)
	if err == nil {
		err = h.remember(r, &directory.FactorStep{Hash: stepHash("ask", token), Site: site.ID(), State: state, Expires: h.Now().UTC().Add(signInLife)})
	}
	of.Options = string(options)
	return of, err
}

// enrollOrEnd is for somebody whose last device was removed meanwhile.
func (h *handler) enrollOrEnd(w http.ResponseWriter, r *http.Request, p pending) {
	if p.asks.Missing == directory.MFAEnroll {
		http.Redirect(w, r, Path+"devices/add", http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, Path+"signin", http.StatusSeeOther)
}

// showFactor takes a code or what a passkey signed. Wrong ones are counted for
// the person, as wrong passwords are, and apart from them: the right password
// does not make them forgotten.
func (h *handler) showFactor(w http.ResponseWriter, r *http.Request) {
	p, ok := h.half(w, r)
	if !ok {
		return
	}
	answer, ok := h.answered(r)
	if !ok {
		h.askForFactor(w, r, p, http.StatusBadRequest, wrongFactor)
		return
	}
	token, err := bearer.New(h.Rand)
	if err != nil {
		h.broken(w, err)
		return
	}
	trusted := ""
	if p.asks.Prompt == directory.MFAContext && r.PostForm.Get("trust") == "yes" {
		if trusted, err = bearer.New(h.Rand); err != nil {
			h.broken(w, err)
			return
		}
	}
	how, err := h.decideFactor(r, &p, answer, token, trusted)
	if errors.Is(err, errNoSignIn) {
		http.Redirect(w, r, Path+"signin?done=expired", http.StatusSeeOther)
		return
	}
	if err != nil {
		h.broken(w, err)
		return
	}
	h.tellOfFactor(r, p, answer.kind(), how)
	if how == notIn {
		h.askForFactor(w, r, p, http.StatusUnauthorized, wrongFactor)
		return
	}
	if trusted != "" {
		c := h.cookies.New(r, trustCookie, trusted)
		c.MaxAge = int(trustLife / time.Second)
		http.SetCookie(w, c)
	}
	h.lead(w, r, how, token, p.from.Next)
}

// factor is the answer to the question for a second factor.
type factor struct {
	code, credential string
	site             passkey.Party
}

func (f factor) kind() string {
	if f.credential != "" {
		return webAuthn
	}
	return totp
}

// decideFactor ends the sign-in, or counts one more wrong answer.
func (h *handler) decideFactor(r *http.Request, p *pending, answer factor, token, trusted string) (how outcome, err error) {
	now := h.Now().UTC()
	err = h.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		how = notIn
		current, err := waiting(&tx.Reader, p.token, now)
		if err != nil {
			return err
		}
		*p = current
		who, ok := h.weigh(tx, p.who, p.token, answer, now)
		if !ok {
			return nil
		}
		if trusted != "" {
			trust(tx, r, who, trusted, now)
		}
		how = h.complete(tx, *p, who, token, now)
		return nil
	})
	return how, err
}

// weigh checks an answer, and writes down that it was used, or that it was
// wrong.
func (h *handler) weigh(tx *directory.Tx, before *directory.Person, token string, answer factor, now time.Time) (*directory.Person, bool) {
	key := codesOf(before)
	count := failures(&tx.Reader, key, now)
	who, ok := h.holdsFactor(tx, before, token, answer, now)
	if count >= mostFailures || !ok {
		fail(tx, key, count, now)
		return nil, false
	}
	tx.DeleteSignInFailures(key)
	tx.PutPerson(before, who)
	return who, true
}

// codesOf is the key of a person's wrong codes.
func codesOf(p *directory.Person) string { return bearer.Hash("codes\x00" + p.Store + "\x00" + p.ID) }

// holdsFactor checks a code or a signature, and answers the person with that
// device as it is now: neither is good a second time.
func (h *handler) holdsFactor(tx *directory.Tx, before *directory.Person, token string, answer factor, now time.Time) (*directory.Person, bool) {
	if answer.credential != "" {
		return h.holdsPasskey(tx, before, token, answer)
	}
	for i, d := range before.Devices {
		if d.Kind != directory.TOTPDevice {
			continue
		}
		seed, err := h.Keys.OpenSecret(d.ID, d.Sealed)
		if err != nil {
			continue
		}
		if step, ok := mfa.Verify(seed, answer.code, now, d.Drift, d.Used); ok {
			who := before.Clone()
			who.Devices[i].Used, who.Devices[i].LastUsed = step, now
			return who, true
		}
	}
	return nil, false
}

func (h *handler) holdsPasskey(tx *directory.Tx, before *directory.Person, token string, answer factor) (*directory.Person, bool) {
	step, ok := tx.FactorStep(stepHash("ask", token))
	if !ok || step.Site != answer.site.ID() || !h.Now().Before(step.Expires) {
		return nil, false
	}
	tx.DeleteFactorStep(step)
	key, err := answer.site.Answered(ownerOf(before, keysFor(before, step.Site)), passkey.State(step.State), answer.credential)
	if err != nil {
		return nil, false
	}
	for i, d := range before.Devices {
		if d.Kind == directory.PasskeyDevice && string(d.Handle) == string(key.ID) {
			who := before.Clone()
			who.Devices[i].Count, who.Devices[i].LastUsed = key.Count, h.Now().UTC()
			return who, true
		}
	}
	return nil, false
}
