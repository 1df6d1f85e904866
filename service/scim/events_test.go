package scim_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/trail"
)

// events are the records of SCIM in the trail of the first store's account, by
// their names.
func (h *house) events() map[string][]string {
	h.t.Helper()
	account, err := arn.ParseAccountID("123456789012")
	if err != nil {
		h.t.Fatal(err)
	}
	found, err := h.server.Trail().Lookup(h.t.Context(), trail.Query{Account: account, Attribute: "EventSource", Value: "identitystore-scim.amazonaws.com", Limit: 50})
	if err != nil {
		h.t.Fatal(err)
	}
	all := map[string][]string{}
	for _, e := range found.Events {
		all[e.Name] = append([]string{e.JSON}, all[e.Name]...)
	}
	return all
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/scim-logging-using-cloudtrail.html
func TestRequestsAreInTheTrailWithoutWhatTheySayOfPeople(t *testing.T) {
	h := open(t)
	const jane = `{"schemas":["` + userURN + `"],"userName":"Jane-Secret","name":{"familyName":"Doe-Secret","givenName":"Jane"},"displayName":"Jane-Secret","active":true,` +
		`"emails":[{"value":"secret@example.com","primary":true}]}`
	made := h.send(h.token, "POST", "Users", jane)
	id, _ := made.body["id"].(string)
	h.send(h.token, "POST", "Users", jane)
	h.send(h.token, "GET", "Users?filter=userName+eq+%22Jane-Secret%22", "")
	h.send(h.token, "PATCH", "Users/"+id, `{"schemas":["`+patchURN+`"],"Operations":[{"op":"replace","path":"emails[value eq \"secret@example.com\"].type","value":"Secret"}]}`)
	h.send(h.token, "PATCH", "Users/"+id, `{"schemas":["`+patchURN+`"],"Operations":[{"op":"replace","path":"nothing.there","value":"Secret"}]}`)
	h.send(h.token, "DELETE", "Users/"+id, "")
	h.send(h.token, "GET", "Users/"+id, "")
	h.send(h.token, "GET", "ServiceProviderConfig", "")
	h.send("wrong", "POST", "Users", jane)
	h.send(h.token, "POST", "Nothing", jane)
	all := h.events()
	for name, n := range map[string]int{"CreateUser": 2, "ListUsers": 1, "PatchUser": 2, "DeleteUser": 1, "GetUser": 1, "ServiceProviderConfig": 1} {
		if len(all[name]) != n {
			t.Errorf("%d events of %s: %v", len(all[name]), name, all[name])
		}
	}
	if len(all) != 6 {
		t.Errorf("%v", all)
	}
	for name, texts := range all {
		for _, text := range texts {
			if strings.Contains(strings.ToLower(text), "secret@") || strings.Contains(text, "Secret") || strings.Contains(text, h.token) || strings.Contains(text, "Doe") {
				t.Errorf("%s: %s", name, text)
			}
		}
	}
	var e struct {
		UserIdentity      struct{ Type, AccountID, AccessKeyID string }
		RequestParameters struct {
			TenantID string
			HTTPBody map[string]any
		}
		ResponseElements   map[string]any
		ErrorCode          string
		ReadOnly           bool
		EventType          string
		RecipientAccountID string
	}
	read := func(text string) {
		t.Helper()
		e.ResponseElements, e.RequestParameters.HTTPBody = nil, nil
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			t.Fatal(err)
		}
	}
	read(all["CreateUser"][0])
	if e.UserIdentity.Type != "WebIdentityUser" || len(e.UserIdentity.AccessKeyID) != 16 || e.RequestParameters.TenantID != storeID || e.ReadOnly || e.EventType != "AwsApiCall" ||
		e.RequestParameters.HTTPBody["userName"] != "HIDDEN_DUE_TO_SECURITY_REASONS" || e.RequestParameters.HTTPBody["active"] != true || e.ResponseElements["id"] != id {
		t.Errorf("%s", all["CreateUser"][0])
	}
	read(all["CreateUser"][1])
	if e.ErrorCode != "ConflictException" || e.ResponseElements != nil {
		t.Errorf("%s", all["CreateUser"][1])
	}
	read(all["PatchUser"][1])
	if e.ErrorCode != "ValidationException" {
		t.Errorf("%s", all["PatchUser"][1])
	}
	read(all["GetUser"][0])
	if e.ErrorCode != "ResourceNotFoundException" || !e.ReadOnly {
		t.Errorf("%s", all["GetUser"][0])
	}
}
