package signin

import (
	"encoding/json"
	"net"
	"net/http"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
)

// happened puts an event of the sign-in into the trail of an account.
func (h *handler) happened(r *http.Request, e trail.Event) {
	if h.Login.Door.Trail == nil {
		return
	}
	id, err := newUUID(h.Rand)
	if err != nil {
		h.Log.Error("an event has no request id", "error", err)
	}
	e.Time, e.RequestID, e.Region = h.Now(), id, service.UnsignedRegion(r)
	e.SourceIP, e.UserAgent, e.Host, e.TLS = r.RemoteAddr, r.UserAgent(), r.Host, r.TLS
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		e.SourceIP = host
	}
	h.Login.Door.Trail.Record(&e)
}

// tell puts what a person allowed into the trail of the account.
//
// Source: https://docs.aws.amazon.com/signin/latest/userguide (the example event AuthorizeOAuth2Access)
func (h *handler) tell(r *http.Request, who *service.Caller, a *authorization, allowed bool) {
	input, _ := json.Marshal(map[string]string{"redirect_uri": a.to, "code_challenge_method": "SHA-256", "client_id": a.client}) // of texts never fails
	e := trail.Event{
		Other:     &trail.Other{Source: "signin.amazonaws.com", Name: "AuthorizeOAuth2Access", ReadOnly: true, Input: string(input)},
		Recipient: who.Account(), Identity: identity(who), Additional: `{"success":"true"}`,
	}
	if !allowed {
		e.Additional, e.ErrorCode = `{"success":"false"}`, "AccessDenied"
	}
	h.happened(r, e)
}

// hidden is what is told in place of a name that nobody has: it may be a
// password, typed in the wrong place.
const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"

// tellOfPassword puts an attempt with a password into the trail of the account
// that was named, if there is one.
//
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
func (h *handler) tellOfPassword(r *http.Request, a *attempt) {
	id := trail.Identity{Type: "IAMUser", Account: a.account, UserName: hidden}
	there := false
	err := h.read(r.Context(), func(view *directory.View) error {
		_, there = view.Account(a.account)
		if owner, ok := service.OwnerOf(view, a.account, a.known, arn.PartitionOf(service.UnsignedRegion(r))); ok && a.known != "" {
			id = trail.Identity{Type: "Root", PrincipalID: owner.UserID, ARN: owner.ARN(), Account: a.account}
			if owner.User != nil {
				id.Type, id.UserName = "IAMUser", owner.User.Name
			}
		}
		return nil
	})
	if err != nil {
		h.Log.Error("a sign-in could not be told of", "error", err)
		return
	}
	if !there {
		return
	}
	how, used, problem := "Success", "No", ""
	if a.shownMFA {
		used = "Yes"
	}
	switch {
	case a.known == "":
		how, problem = "Failure", "No username found in supplied account"
	case !a.matches || a.mustChangeIt:
		how, problem = "Failure", "Failed authentication"
	}
	data, _ := json.Marshal(struct {
		LoginTo, MobileVersion, MFAUsed string
	}{h.origin(r) + Path + "authorize", "No", used}) // of texts never fails
	h.happened(r, trail.Event{
		Other:     &trail.Other{Source: "signin.amazonaws.com", Name: "ConsoleLogin", Output: `{"ConsoleLogin":"` + how + `"}`},
		Recipient: a.account, Identity: id, Additional: string(data), ErrorMessage: problem,
	})
}
