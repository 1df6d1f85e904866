package portal

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
)

// What somebody proves to be with, as events call it.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/understanding-sign-in-events.html
const (
	byPassword = "PASSWORD"
	totp       = "TOTP"
	webAuthn   = "WEBAUTHN"
)

// happening is one step of a sign-in as the trail tells it.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/sign-in-events-examples.html
type happening struct {
	name     string            // CredentialChallenge, CredentialVerification or UserAuthentication
	kind     string            // CredentialType
	failed   bool              // otherwise it succeeded
	who      *directory.Person // nil where nobody has proven to be anybody
	userName string            // where the event tells it
	enrolled bool              // a device had to be registered
}

// additional is additionalEventData. Its members stand in the order of AWS's
// examples.
type additional struct {
	AuthWorkflowID           string
	LoginTo                  string `json:",omitempty"`
	CredentialType           string
	UserName                 string `json:",omitempty"`
	DeviceEnrollmentRequired string `json:",omitempty"`
}

// hidden is what is told in place of what may be a password, typed in the wrong
// place.
const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"

// tell puts the steps of a sign-in into the trail of the identity store's
// account.
func (h *handler) tell(r *http.Request, home *directory.IdentityStore, workflow string, all ...happening) {
	h.tellIn(r, home, workflow, sessionID(workflow), all...)
}

// tellIn is tell for steps in a session that has begun.
func (h *handler) tellIn(r *http.Request, home *directory.IdentityStore, workflow, session string, all ...happening) {
	if h.Trail == nil || home == nil {
		return
	}
	for _, s := range all {
		data := additional{AuthWorkflowID: workflow, CredentialType: s.kind, UserName: s.userName}
		if s.name == "UserAuthentication" {
			data.LoginTo = h.here(r) + Path
		}
		if s.enrolled {
			data.DeviceEnrollmentRequired = "true"
		}
		how := "Success"
		if s.failed {
			how = "Failure"
		}
		e := h.event(r, home, s.who, session)
		if s.who == nil {
			e.Identity = trail.Identity{Type: "Unknown", Account: home.Account}
		}
		text, _ := json.Marshal(data) // of texts never fails
		e.Additional = string(text)
		e.Other = &trail.Other{Source: "signin.amazonaws.com", Name: s.name, Details: `{"` + s.name + `":"` + how + `"}`}
		h.Trail.Record(&e)
	}
}

// event is an event of a person, without what happened.
func (h *handler) event(r *http.Request, home *directory.IdentityStore, who *directory.Person, session string) trail.Event {
	id, err := uuid(h.Rand)
	if err != nil {
		h.Log.Error("an event has no request id", "error", err)
	}
	e := trail.Event{
		Time: h.Now(), Recipient: home.Account, Region: home.Region, SourceIP: r.RemoteAddr, UserAgent: r.UserAgent(), Host: r.Host, RequestID: id, TLS: r.TLS,
	}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		e.SourceIP = host
	}
	if who != nil {
		e.Identity = service.PersonIdentity(home, who, session)
	}
	return e
}

// tellOfPassword tells of an attempt with a password.
func (h *handler) tellOfPassword(a *attempt, how outcome) {
	name := a.name
	if a.person == nil {
		name = hidden
	}
	if how == notIn {
		h.tell(a.r, a.home, a.workflow, happening{name: "CredentialChallenge", kind: byPassword, userName: name}, happening{name: "CredentialVerification", kind: byPassword, failed: true})
		return
	}
	all := []happening{{name: "CredentialChallenge", kind: byPassword, who: a.person, userName: name}, {name: "CredentialVerification", kind: byPassword, who: a.person}}
	switch how {
	case in:
		all = append(all, happening{name: "UserAuthentication", kind: byPassword, who: a.person})
	case mustShow:
		kinds := map[string]bool{}
		for _, d := range a.person.Devices {
			kinds[d.Kind] = true
		}
		if kinds[directory.TOTPDevice] {
			all = append(all, happening{name: "CredentialChallenge", kind: totp, who: a.person})
		}
		if kinds[directory.PasskeyDevice] {
			all = append(all, happening{name: "CredentialChallenge", kind: webAuthn, who: a.person})
		}
	}
	h.tell(a.r, a.home, a.workflow, all...)
}

// tellOfFactor tells of an answer to the question for a second factor.
func (h *handler) tellOfFactor(r *http.Request, p pending, kind string, how outcome) {
	all := []happening{{name: "CredentialVerification", kind: kind, who: p.who, failed: how == notIn}}
	if how == in {
		all = append(all, happening{name: "UserAuthentication", kind: byPassword + "," + kind, who: p.who})
	}
	h.tell(r, p.home, p.from.Workflow, all...)
}

// tellOfEnrolled tells of a sign-in that took a device to be registered.
func (h *handler) tellOfEnrolled(r *http.Request, p pending, how outcome) {
	if how == in {
		h.tell(r, p.home, p.from.Workflow, happening{name: "UserAuthentication", kind: byPassword, who: p.who, enrolled: true})
	}
}

// registered is what the registration of a device is called.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/sso-info-in-cloudtrail.html
func registered(kind string) string {
	if kind == "app" {
		return "CompleteVirtualMfaDeviceRegistration"
	}
	return "CompleteWebAuthnDeviceRegistration"
}

func (h *handler) tellOfDevice(r *http.Request, e enrolling, name string, d directory.PersonDevice) {
	if h.Trail == nil || e.home == nil {
		return
	}
	session := ""
	if e.session != nil {
		session = e.session.ID
	} else {
		session = sessionID(e.pending.from.Workflow)
	}
	event := h.event(r, e.home, e.who, session)
	text, _ := json.Marshal(struct {
		IdentityStoreID string `json:"identityStoreId"`
		UserID          string `json:"userId"`
		DeviceID        string `json:"mfaDeviceId"`
	}{e.home.ID, e.who.ID, d.ID})
	event.Other = &trail.Other{Source: "sso-directory.amazonaws.com", Name: name, Input: string(text)}
	h.Trail.Record(&event)
}

// tellOfChanged tells of a device that somebody signed in has changed.
func (h *handler) tellOfChanged(r *http.Request, who service.SignedIn, name string, d directory.PersonDevice) {
	h.tellOfDevice(r, enrolling{who: who.Person, home: homeOf(who), session: who.Session}, name, d)
}

func homeOf(who service.SignedIn) *directory.IdentityStore {
	return &directory.IdentityStore{ID: who.Instance.Store, Account: who.Instance.Account, Region: who.Instance.Region}
}

// tellOfProof tells of a second factor that somebody signed in was asked for.
func (h *handler) tellOfProof(r *http.Request, who service.SignedIn, kind string, proven bool) {
	workflow, err := uuid(h.Rand)
	if err != nil {
		h.Log.Error("an event has no id of its workflow", "error", err)
	}
	h.tellIn(r, homeOf(who), workflow, who.Session.ID, happening{name: "CredentialVerification", kind: kind, who: who.Person, failed: !proven})
}

// tellOfNewPassword tells that somebody has set a password by a link. No session
// was it done in.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/sso-info-in-cloudtrail.html (UpdatePassword)
func (h *handler) tellOfNewPassword(r *http.Request, home *directory.IdentityStore, who *directory.Person) {
	if h.Trail == nil || home == nil {
		return
	}
	event := h.event(r, home, who, "")
	text, _ := json.Marshal(map[string]string{"identityStoreId": home.ID, "userId": who.ID}) // of texts never fails
	event.Other = &trail.Other{Source: "sso-directory.amazonaws.com", Name: "UpdatePassword", Input: string(text)}
	h.Trail.Record(&event)
}

// here is the address that a browser came to.
func (h *handler) here(r *http.Request) string {
	switch {
	case h.URL != "":
		return h.URL
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// uuid is a new one of version 4.
func uuid(rand io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return hex.EncodeToString(b[:4]) + "-" + hex.EncodeToString(b[4:6]) + "-" + hex.EncodeToString(b[6:8]) + "-" + hex.EncodeToString(b[8:10]) + "-" + hex.EncodeToString(b[10:]), nil
}
