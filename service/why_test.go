package service_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

// asked is the last explanation of a question.
func (h *house) asked(ask rolecall.Ask) explain.Explanation {
	h.t.Helper()
	ask.Fixes = true
	answers, err := h.server.Why(h.t.Context(), ask)
	if err != nil {
		h.t.Fatal(err)
	}
	return answers[len(answers)-1]
}

// A session that would last too long is told of before anybody asks for it: a
// user is held to the role's limit, a role's session to an hour.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func TestWhyKnowsHowLongASessionMayLast(t *testing.T) {
	h := open(t)
	role := h.role("Deploy", trust(account, "sts:AssumeRole"), allow("sts:*"))
	h.call(admin, "iam", "UpdateRole", "RoleName", "Deploy", "MaxSessionDuration", "7200")
	user := "arn:aws:iam::" + account + ":user/admin"
	for _, c := range []struct {
		principal string
		seconds   int32
		message   string
	}{
		{user, 7200, ""},
		{user, 7201, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."},
		{role, 3600, ""},
		{role, 3601, "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."},
	} {
		x := h.asked(rolecall.Ask{Principal: c.principal, Action: "sts:AssumeRole", Resource: role, Duration: c.seconds})
		if x.Message != c.message || x.Allowed != (c.message == "") {
			t.Errorf("%s for %d s: %v %q", c.principal, c.seconds, x.Allowed, x.Message)
		}
	}
}

// sso is a call of IAM Identity Center's administration.
func (h *house) sso(operation string, in map[string]any) map[string]any {
	h.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		h.t.Fatal(err)
	}
	a := h.send(admin, message{method: http.MethodPost, url: "/", service: "sso", body: body, header: http.Header{
		"Content-Type": {jsonType}, "X-Amz-Target": {"SWBExternalService." + operation},
	}})
	out := map[string]any{}
	if a.status != http.StatusOK || json.Unmarshal([]byte(a.body), &out) != nil {
		h.t.Fatalf("%s: %s %s", operation, a, a.body)
	}
	return out
}

// The fix of what a role of IAM Identity Center may not do names its permission
// set by its ARN, where the set is kept here, and does it.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
func TestWhyFindsThePermissionSetOfARole(t *testing.T) {
	h := open(t)
	instance := h.sso("CreateInstance", map[string]any{"Name": "center"})["InstanceArn"].(string)
	store := ""
	for _, i := range h.sso("ListInstances", map[string]any{})["Instances"].([]any) {
		store = i.(map[string]any)["IdentityStoreId"].(string)
	}
	set := h.sso("CreatePermissionSet", map[string]any{"InstanceArn": instance, "Name": "Reader"})["PermissionSet"].(map[string]any)["PermissionSetArn"].(string)
	person := h.person(store)
	h.sso("CreateAccountAssignment", map[string]any{"InstanceArn": instance, "PermissionSetArn": set, "TargetId": account, "TargetType": "AWS_ACCOUNT", "PrincipalType": "USER", "PrincipalId": person})
	role := h.call(admin, "iam", "ListRoles", "PathPrefix", "/aws-reserved/").value("Arn")
	ask := rolecall.Ask{Principal: role, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"}
	x := h.asked(ask)
	if len(x.Fixes) != 1 {
		t.Fatalf("%+v", x)
	}
	e := x.Fixes[0].Edits[0]
	if want := "aws --region us-east-1 sso-admin put-inline-policy-to-permission-set --instance-arn " + instance + " --permission-set-arn " + set + " --inline-policy '{"; !strings.HasPrefix(e.Command, want) {
		t.Fatalf("%s, want %s", e.Command, want)
	}
	h.sso("PutInlinePolicyToPermissionSet", map[string]any{"InstanceArn": instance, "PermissionSetArn": set, "InlinePolicy": e.Document})
	h.sso("ProvisionPermissionSet", map[string]any{"InstanceArn": instance, "PermissionSetArn": set, "TargetType": "ALL_PROVISIONED_ACCOUNTS"})
	if x := h.asked(ask); !x.Allowed {
		t.Errorf("%+v", x)
	}
	ask.Resource = "arn:aws:s3:::b/other"
	if x := h.asked(ask); x.Allowed || !strings.HasPrefix(x.Fixes[0].Title, "add arn:aws:s3:::b/other to Resource") || x.Fixes[0].Edits[0].Target != "inline policy of permission set Reader" {
		t.Errorf("%+v", x)
	}
	x = h.asked(rolecall.Ask{Principal: "arn:aws:iam::" + account + ":user/admin", Action: "sts:AssumeRole", Resource: role})
	if x.Allowed || len(x.Fixes) > 0 || x.Mistakes[0].Name != "sso-role-trust" {
		t.Errorf("%+v", x)
	}
}

// person makes somebody in an identity store.
func (h *house) person(store string) string {
	h.t.Helper()
	body, _ := json.Marshal(map[string]any{"IdentityStoreId": store, "UserName": "jane", "DisplayName": "Jane", "Name": map[string]any{"GivenName": "J", "FamilyName": "D"}})
	a := h.send(admin, message{method: http.MethodPost, url: "/", service: "identitystore", body: body, header: http.Header{
		"Content-Type": {jsonType}, "X-Amz-Target": {"AWSIdentityStore.CreateUser"},
	}})
	var out struct{ UserID string }
	if a.status != http.StatusOK || json.Unmarshal([]byte(a.body), &out) != nil || out.UserID == "" {
		h.t.Fatalf("CreateUser: %s %s", a, a.body)
	}
	return out.UserID
}
