package service_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
)

// denial is a request's answer with the encoded message of its denial.
func (h *house) denial(k key, m message) (string, answer) {
	h.t.Helper()
	res, err := h.web.Client().Do(h.request(k, m))
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return res.Header.Get(service.MessageHeader), read(res, body)
}

func decode(sealed string) message {
	return form("sts", "DecodeAuthorizationMessage", "EncodedMessage", sealed)
}

// guest is the admin of another account.
func (h *house) guest() key {
	h.t.Helper()
	id, err := arn.ParseAccountID("210987654321")
	if err != nil {
		h.t.Fatal(err)
	}
	made, err := h.server.CreateAccount(h.t.Context(), rolecall.NewAccount{ID: id})
	if err != nil {
		h.t.Fatal(err)
	}
	return key{id: made.AccessKeyID, secret: made.SecretAccessKey}
}

// decoded is what DecodeAuthorizationMessage answers, as AWS lays it out.
type decoded struct {
	Allowed, ExplicitDeny bool
	MatchedStatements     list[struct {
		StatementID, Effect                             string
		Principals, PrincipalGroups, Actions, Resources list[value]
		Conditions                                      list[condition]
	}]
	Failures list[value]
	Context  struct {
		Principal        struct{ ID, Name, ARN string }
		Action, Resource string
		Conditions       list[condition]
	}
}

type (
	list[T any] struct{ Items []T }
	value       struct{ Value string }
	condition   struct {
		Key    string
		Values list[value]
	}
)

// known is what the admin decodes of a message, text and form.
func (h *house) known(message string) (string, decoded) {
	h.t.Helper()
	text := h.call(admin, "sts", "DecodeAuthorizationMessage", "EncodedMessage", message).value("DecodedMessage")
	text = strings.NewReplacer("&quot;", `"`, "&amp;", "&").Replace(text)
	var d decoded
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		h.t.Fatalf("%v: %s", err, text)
	}
	return text, d
}

// A denial has a message that tells who asked for what, which statements denied
// it and what the condition keys were, in the form in which AWS tells it.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/sts_example_sts_DecodeAuthorizationMessage_section.html;
// the conditions of a statement as a k3s guide quotes them of a policy that
// demands MFA.
func TestADenialIsDecoded(t *testing.T) {
	h := open(t)
	ann := h.user("ann", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},`+
		`{"Sid":"NotWithoutMFA","Effect":"Deny","Action":["iam:Delete*","iam:Create*"],"Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]}`)
	annID := h.call(admin, "iam", "GetUser", "UserName", "ann").value("UserId")
	sealed, a := h.denial(ann, form("iam", "CreateUser", "UserName", "bob"))
	if a.code != "AccessDenied" || sealed == "" {
		t.Fatalf("%s, message %q", a, sealed)
	}
	text, d := h.known(sealed)
	const start = `{"allowed":false,"explicitDeny":true,"matchedStatements":{"items":[{"statementId":"NotWithoutMFA","effect":"DENY","principals":{"items":[{"value":"`
	want := start + annID + `"}]},"principalGroups":{"items":[]},"actions":{"items":[{"value":"iam:Delete*"},{"value":"iam:Create*"}]},"resources":{"items":[{"value":"*"}]},` +
		`"conditions":{"items":[{"key":"aws:MultiFactorAuthPresent","values":{"items":[{"value":"false"}]}}]}}]},"failures":{"items":[]},"context":{"principal":{"id":"` +
		annID + `","name":"ann","arn":"arn:aws:iam::` + account + `:user/ann"},"action":"iam:CreateUser","resource":"arn:aws:iam::` + account + `:user/bob","conditions":{"items":[{"key":`
	if !strings.HasPrefix(text, want) {
		t.Errorf("\n got %s\nwant %s", text, want)
	}
	keys := map[string]string{}
	for _, c := range d.Context.Conditions.Items {
		keys[c.Key] = c.Values.Items[0].Value
	}
	for key, want := range map[string]string{"aws:username": "ann", "aws:PrincipalArn": "arn:aws:iam::" + account + ":user/ann", "aws:SourceIp": "127.0.0.1", "aws:RequestedRegion": region} {
		if keys[key] != want {
			t.Errorf("%s is %q, want %q", key, keys[key], want)
		}
	}
	if strings.Contains(text, ann.secret) || strings.Contains(text, ann.id) {
		t.Error("the message has the caller's key")
	}
}

func TestAnImplicitDenialMatchesNothing(t *testing.T) {
	h := open(t)
	night := h.assume(admin, h.role("Deploy", trust(account, "sts:AssumeRole"), ""))
	roleID := h.call(admin, "iam", "GetRole", "RoleName", "Deploy").value("RoleId")
	sealed, _ := h.denial(night, lookup("{}"))
	text, d := h.known(sealed)
	if d.Allowed || d.ExplicitDeny || len(d.MatchedStatements.Items) != 0 || d.Context.Action != "cloudtrail:LookupEvents" || d.Context.Resource != "*" ||
		d.Context.Principal.ID != roleID+":night" || d.Context.Principal.Name != "" || d.Context.Principal.ARN != "arn:aws:sts::"+account+":assumed-role/Deploy/night" {
		t.Error(text)
	}
	if !strings.Contains(text, `"matchedStatements":{"items":[]}`) {
		t.Error(text)
	}
}

// A message is read in the account of who was denied, by whom is allowed to,
// for a day.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
func TestWhoMayDecode(t *testing.T) {
	h := open(t)
	ann, bob := h.user("ann", ""), h.user("bob", allow("sts:DecodeAuthorizationMessage"))
	guest := h.guest()
	sealed, _ := h.denial(ann, form("iam", "ListUsers"))
	invalid := refusal{400, "InvalidAuthorizationMessageException", "The message is not valid, is not of this account, or has expired."}
	check(t, h.send(bob, decode(sealed)), refusal{})
	check(t, h.send(root, decode(sealed)), refusal{})
	check(t, h.send(ann, decode(sealed)), refusal{403, "AccessDenied", "User: arn:aws:iam::" + account +
		":user/ann is not authorized to perform: sts:DecodeAuthorizationMessage on resource: * because no identity-based policy allows the sts:DecodeAuthorizationMessage action"})
	check(t, h.send(guest, decode(sealed)), invalid)
	for _, text := range []string{"a", sealed[1:], sealed + "A", sealed + "\n", " " + sealed, strings.Repeat("A", 10240), "käthe", bob.secret} {
		check(t, h.send(bob, decode(text)), invalid)
	}
	if a := h.send(bob, decode(strings.Repeat("A", 10241))); a.code != "ValidationError" || !strings.Contains(a.message, "at 'encodedMessage' failed to satisfy constraint: Member must have length less than or equal to 10240") {
		t.Error(a)
	}
	h.pass(24*time.Hour + time.Second)
	check(t, h.send(bob, decode(sealed)), invalid)
}

// What denies in another account is not told: neither a statement nor that
// there is one.
func TestAnotherAccountsPolicyIsNotTold(t *testing.T) {
	h := open(t)
	guest := h.guest()
	const theirs = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"},` +
		`{"Sid":"OurSecretReason","Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringNotEquals":{"sts:ExternalId":"hidden"}}}]}`
	role := h.role("Deploy", theirs, "")
	h.call(admin, "iam", "TagRole", "RoleName", "Deploy", "Tags.member.1.Key", "purpose", "Tags.member.1.Value", "secretly")
	sealed, a := h.denial(guest, form("sts", "AssumeRole", "RoleArn", role, "RoleSessionName", "night"))
	if a.code != "AccessDenied" || sealed == "" {
		t.Fatal(a)
	}
	text := h.call(guest, "sts", "DecodeAuthorizationMessage", "EncodedMessage", sealed).value("DecodedMessage")
	if strings.Contains(text, "hidden") || strings.Contains(text, "OurSecretReason") || strings.Contains(text, "secretly") || !strings.Contains(text, "explicitDeny&quot;:false") {
		t.Error(text)
	}
	own, _ := h.denial(h.assume(admin, h.role("Climb", trust(account, "sts:AssumeRole"), everything)), form("sts", "AssumeRole", "RoleArn", role, "RoleSessionName", "night"))
	if _, d := h.known(own); !d.ExplicitDeny || d.MatchedStatements.Items[0].StatementID != "OurSecretReason" || d.MatchedStatements.Items[0].Principals.Items[0].Value != "*" {
		t.Errorf("%+v", d)
	}
}

// Only a decision has a message; a stranger's request and what is refused
// otherwise have none.
func TestOnlyADecisionHasAMessage(t *testing.T) {
	h := open(t)
	ann := h.user("ann", "")
	for rule, c := range map[string]struct {
		key
		message
	}{
		"done": {admin, whoAmI}, "a stranger": {key{}, whoAmI}, "a wrong signature": {key{ann.id, "x" + ann.secret, ""}, form("iam", "ListUsers")},
		"malformed": {ann, form("iam", "GetUser", "UserName", "a b")}, "not there": {admin, form("iam", "GetUser", "UserName", "nobody")},
	} {
		if sealed, a := h.denial(c.key, c.message); sealed != "" || rule == "done" && a.status != http.StatusOK {
			t.Errorf("%s: %s, message %q", rule, a, sealed)
		}
	}
}
