package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
)

// told is an event as LookupEvents lists it.
type told struct {
	EventId, EventName, EventSource, ReadOnly, Username, AccessKeyId string

	EventTime       float64
	Resources       []struct{ ResourceType, ResourceName string }
	CloudTrailEvent string
}

// record is the CloudTrail record of an event.
func (e told) record(t *testing.T) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(e.CloudTrailEvent), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// lookup is LookupEvents, with its input in JSON.
func lookup(input string) message {
	return message{method: http.MethodPost, url: "/", service: "cloudtrail", body: []byte(input), header: http.Header{
		"Content-Type": {jsonType}, "X-Amz-Target": {"com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"},
	}}
}

// events answers a page of events.
func (h *house) events(k key, input string) ([]told, string) {
	h.t.Helper()
	a := h.send(k, lookup(input))
	var page struct {
		Events    []told
		NextToken string
	}
	if a.status != http.StatusOK || json.Unmarshal([]byte(a.body), &page) != nil {
		h.t.Fatalf("LookupEvents: %s %s", a, a.body)
	}
	return page.Events, page.NextToken
}

// last is the newest event of an operation.
func (h *house) last(k key, operation string) told {
	h.t.Helper()
	events, _ := h.events(k, `{"MaxResults":1,"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"`+operation+`"}]}`)
	if len(events) == 0 {
		h.t.Fatalf("no event of %s", operation)
	}
	return events[0]
}

// holds compares members of a record with what they must be, in JSON.
func holds(t *testing.T, record map[string]any, want map[string]string) {
	t.Helper()
	for name, text := range want {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		wanted, _ := json.Marshal(value)
		if got, _ := json.Marshal(record[name]); string(got) != string(wanted) {
			t.Errorf("%s is %s\nwant %s", name, got, wanted)
		}
	}
}

// The elements of userIdentity are those of
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html

func TestTheTrailTellsWhoCalled(t *testing.T) {
	h := open(t)
	ann := h.user("ann", everything)
	annID := h.call(admin, "iam", "GetUser", "UserName", "ann").value("UserId")
	arnOfRole := h.role("Deploy", trust(account, "sts:AssumeRole", "sts:SetSourceIdentity"), everything)
	roleID := h.call(admin, "iam", "GetRole", "RoleName", "Deploy").value("RoleId")
	night := h.assume(ann, arnOfRole)
	named := h.assume(ann, arnOfRole, "SourceIdentity", "ann")
	temporary := h.call(ann, "sts", "GetSessionToken").session()
	roots := h.call(root, "sts", "GetSessionToken").session()
	issuer := `{"type":"Role","principalId":"` + roleID + `","arn":"` + arnOfRole + `","accountId":"` + account + `","userName":"Deploy"}`
	attributes := `{"creationDate":"2026-03-01T12:00:00Z","mfaAuthenticated":"false"}`
	session := `"type":"AssumedRole","principalId":"` + roleID + `:night","arn":"arn:aws:sts::` + account +
		`:assumed-role/Deploy/night","accountId":"` + account + `"`
	user := `"type":"IAMUser","principalId":"` + annID + `","arn":"arn:aws:iam::` + account + `:user/ann","accountId":"` + account + `","userName":"ann"`
	rootUser := `"type":"Root","principalId":"` + account + `","arn":"arn:aws:iam::` + account + `:root","accountId":"` + account + `"`
	tests := []struct {
		name     string
		key      key
		identity string
		username string
	}{
		{"a user", ann, `{` + user + `,"accessKeyId":"` + ann.id + `"}`, "ann"},
		{"a user with temporary credentials", temporary,
			`{` + user + `,"accessKeyId":"` + temporary.id + `","sessionContext":{"attributes":` + attributes + `}}`, "ann"},
		{"a role's session", night,
			`{` + session + `,"accessKeyId":"` + night.id + `","sessionContext":{"sessionIssuer":` + issuer + `,"attributes":` + attributes + `}}`, "night"},
		{"a role's session with a source identity", named,
			`{` + session + `,"accessKeyId":"` + named.id + `","sessionContext":{"sessionIssuer":` + issuer + `,"attributes":` + attributes +
				`,"sourceIdentity":"ann"}}`, "night"},
		{"the root user", root, `{` + rootUser + `,"accessKeyId":"` + root.id + `"}`, "root"},
		{"the root user with temporary credentials", roots,
			`{` + rootUser + `,"accessKeyId":"` + roots.id + `","sessionContext":{"attributes":` + attributes + `}}`, "root"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answer := h.call(tt.key, "sts", "GetCallerIdentity")
			e := h.last(admin, "GetCallerIdentity")
			if e.Username != tt.username || e.AccessKeyId != tt.key.id || e.ReadOnly != "true" || e.EventSource != "sts.amazonaws.com" {
				t.Errorf("got %+v", e)
			}
			holds(t, e.record(t), map[string]string{
				"userIdentity": tt.identity, "requestID": `"` + answer.requestID + `"`, "eventID": `"` + e.EventId + `"`,
				"eventTime": `"2026-03-01T12:00:00Z"`, "sourceIPAddress": `"127.0.0.1"`, "userAgent": `"Go-http-client/1.1"`,
				"awsRegion": `"us-east-1"`, "recipientAccountId": `"` + account + `"`, "errorCode": `null`,
				"requestParameters": `null`, "responseElements": `null`,
			})
		})
	}
}

func TestTheRootUserIsCalledByTheAccountsAlias(t *testing.T) {
	h := open(t)
	h.call(admin, "iam", "CreateAccountAlias", "AccountAlias", "acme")
	h.call(root, "sts", "GetCallerIdentity")
	e := h.last(admin, "GetCallerIdentity")
	if !strings.Contains(e.CloudTrailEvent, `"accessKeyId":"`+root.id+`","userName":"acme"}`) || e.Username != "root" {
		t.Errorf("got %+v", e)
	}
}

func TestTheTrailTellsOfRefusedCalls(t *testing.T) {
	h := open(t)
	ann := h.user("ann", "")
	wrong := key{id: ann.id, secret: ann.secret + "x"}
	temporary := h.call(ann, "sts", "GetSessionToken").session()
	tests := []struct {
		name    string
		key     key
		message message
		event   string
		want    map[string]string
	}{
		{"a denied call, without its parameters", ann, form("iam", "DeleteUser", "UserName", "ann"), "DeleteUser", map[string]string{
			"errorCode":         `"AccessDenied"`,
			"requestParameters": `null`, "responseElements": `null`, "readOnly": `false`,
			"errorMessage": `"User: arn:aws:iam::123456789012:user/ann is not authorized to perform: iam:DeleteUser on resource: user ann because no identity-based policy allows the iam:DeleteUser action"`,
		}},
		{"a call that failed, by the exception's name", admin, form("iam", "GetRole", "RoleName", "none"), "GetRole", map[string]string{
			"errorCode": `"NoSuchEntityException"`, "requestParameters": `{"roleName":"none"}`,
			"errorMessage": `"The role with name none cannot be found."`,
		}},
		{"a call that breaks a constraint", admin, form("iam", "GetPolicy", "PolicyArn", "short"), "GetPolicy", map[string]string{
			"errorCode": `"ValidationError"`, "requestParameters": `null`,
		}},
		{"a wrong signature: who it was is not known, the key's account is", wrong, form("iam", "ListGroups"), "ListGroups", map[string]string{
			"errorCode": `"SignatureDoesNotMatch"`, "requestParameters": `null`,
			"userIdentity": `{"type":"Unknown","accountId":"123456789012","accessKeyId":"` + ann.id + `"}`,
		}},
		{"what temporary credentials may not do", temporary, form("iam", "ListRoles"), "ListRoles", map[string]string{
			"errorCode": `"InvalidClientTokenId"`,
		}},
		{"an operation that is not served", admin, message{method: http.MethodGet, url: "/analyzer", service: "access-analyzer"}, "ListAnalyzers",
			map[string]string{"errorCode": `"NotImplemented"`, "requestParameters": `null`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.send(tt.key, tt.message)
			if a.status == http.StatusOK {
				t.Fatal("it was done")
			}
			e := h.last(admin, tt.event)
			holds(t, e.record(t), tt.want)
			holds(t, e.record(t), map[string]string{"requestID": `"` + a.requestID + `"`})
		})
	}
}

func TestACallerOfNoAccountIsInNobodysTrail(t *testing.T) {
	h := open(t)
	for _, k := range []key{{}, {id: "AKIANOBODYNOBODYNOBO", secret: "nobody"}} {
		if a := h.send(k, form("iam", "ListUsers")); a.status != http.StatusForbidden {
			t.Fatal(a)
		}
	}
	if a := h.send(admin, form("iam", "NoSuchOperation")); a.status != http.StatusBadRequest {
		t.Fatal(a)
	}
	if events, _ := h.events(admin, `{}`); len(events) != 0 {
		t.Errorf("got %+v", events)
	}
}

// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
// (sharedEventID) and the cross-account example of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
func TestARoleOfAnotherAccountIsInBothTrails(t *testing.T) {
	h := open(t)
	other, err := arn.ParseAccountID("210987654321")
	if err != nil {
		t.Fatal(err)
	}
	made, err := h.server.CreateAccount(context.Background(), rolecall.NewAccount{ID: other})
	if err != nil {
		t.Fatal(err)
	}
	theirs := key{id: made.AccessKeyID, secret: made.SecretAccessKey}
	h.call(theirs, "iam", "CreateRole", "RoleName", "Guest", "AssumeRolePolicyDocument", trust(account, "sts:AssumeRole"))
	session := h.assume(admin, "arn:aws:iam::210987654321:role/Guest")
	h.call(session, "sts", "GetCallerIdentity")
	mine, their := h.last(admin, "AssumeRole"), h.last(theirs, "AssumeRole")
	a, b := mine.record(t), their.record(t)
	if a["sharedEventID"] != b["sharedEventID"] || a["eventID"] == b["eventID"] || mine.Username != "admin" || their.Username != "" {
		t.Errorf("got %+v and %+v", mine, their)
	}
	holds(t, a, map[string]string{"recipientAccountId": `"123456789012"`})
	id := a["userIdentity"].(map[string]any)["principalId"]
	holds(t, b, map[string]string{
		"recipientAccountId": `"210987654321"`,
		"userIdentity":       fmt.Sprintf(`{"type":"AWSAccount","principalId":%q,"accountId":"123456789012"}`, id),
		"resources":          `[{"accountId":"210987654321","type":"AWS::IAM::Role","ARN":"arn:aws:iam::210987654321:role/Guest"}]`,
	})
	if e := h.last(theirs, "GetCallerIdentity"); e.Username != "night" {
		t.Errorf("what the session does is in the role's account: got %+v", e)
	}
	h.send(h.user("ann", ""), form("sts", "AssumeRole", "RoleArn", "arn:aws:iam::210987654321:role/Guest", "RoleSessionName", "denied"))
	if e := h.last(theirs, "AssumeRole"); e.EventId != their.EventId {
		t.Errorf("a refusal is the caller's account's alone: got %+v", e)
	}
}

func TestNoSecretIsEverInTheTrail(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	h := openWith(t, rolecall.Config{Dir: dir})
	ann := h.user("ann", everything)
	role := h.role("Deploy", trust(account, "sts:AssumeRole"), everything)
	night := h.assume(ann, role)
	chained := h.assume(night, role)
	temporary := h.call(ann, "sts", "GetSessionToken").session()
	h.call(chained, "iam", "ListUsers")
	h.send(ann, form("sts", "AssumeRole", "RoleArn", role, "RoleSessionName", "mfa", "SerialNumber", "arn:aws:iam::123456789012:mfa/ann", "TokenCode", "918273"))
	h.send(admin, form("iam", "CreateLoginProfile", "UserName", "ann", "Password", "correct horse battery 1 Staple!"))
	h.send(ann, form("iam", "ChangePassword", "OldPassword", "correct horse battery 1 Staple!", "NewPassword", "another horse battery 2 Staple!"))
	secrets := []string{"918273", "horse", "Signature="}
	for _, k := range []key{admin, root, ann, night, chained, temporary} {
		secrets = append(secrets, k.secret)
		if k.token != "" {
			secrets = append(secrets, k.token, k.token[:40])
		}
	}
	count := 0
	for token := ""; ; {
		input := `{}`
		if token != "" {
			input = `{"NextToken":"` + token + `"}`
		}
		events, next := h.events(admin, input)
		for _, e := range events {
			count++
			text, _ := json.Marshal(e)
			for _, s := range secrets {
				if strings.Contains(string(text), s) || strings.Contains(e.CloudTrailEvent, s) {
					t.Errorf("%q is in %s", s, text)
				}
			}
		}
		if token = next; token == "" {
			break
		}
	}
	if count < 10 {
		t.Errorf("only %d events", count)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "trail", "*"))
	for _, name := range files {
		text, err := os.ReadFile(name)
		for _, s := range secrets {
			if err != nil || strings.Contains(string(text), s) {
				t.Errorf("%q is in %s, %v", s, name, err)
			}
		}
	}
}

func TestTheTrailOutlivesARestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	h := openWith(t, rolecall.Config{Dir: dir})
	h.call(admin, "iam", "ListUsers")
	h.reopen(dir)
	h.pass(time.Minute)
	h.call(admin, "iam", "ListRoles")
	events, _ := h.events(admin, `{}`)
	if len(events) != 2 || events[0].EventName != "ListRoles" || events[1].EventName != "ListUsers" {
		t.Errorf("got %+v", events)
	}
	h.pass(90*24*time.Hour + time.Second)
	if events, _ := h.events(admin, `{}`); len(events) != 0 {
		t.Errorf("after 90 days: %+v", events)
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html (role chaining)
func TestTheTrailTellsWhichTagsASessionPassesOn(t *testing.T) {
	h := open(t)
	role := h.role("Deploy", trust(account, "sts:AssumeRole", "sts:TagSession"), everything)
	first := h.assume(admin, role, "Tags.member.1.Key", "Department", "Tags.member.1.Value", "Engineering",
		"Tags.member.2.Key", "Shift", "Tags.member.2.Value", "night", "TransitiveTagKeys.member.1", "Department")
	h.assume(first, role)
	parameters := h.last(admin, "AssumeRole").record(t)["requestParameters"].(map[string]any)
	holds(t, parameters, map[string]string{"incomingTransitiveTags": `{"Department":"Engineering"}`, "tags": `null`})
}
