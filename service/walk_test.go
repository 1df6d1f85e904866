package service_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/all"
	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/wire"
)

// operations are those of all services.
func operations() []*api.Operation {
	var list []*api.Operation
	for _, s := range all.Services() {
		list = append(list, s.Operations()...)
	}
	return list
}

// openToAll are the operations that nobody who signs is refused.
//
// Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
// ("No permissions are required to perform this operation"),
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
// ("No permissions are required for users to perform this operation").
var openToAll = []string{"sts:GetCallerIdentity", "sts:GetSessionToken"}

// action is the one that an operation is decided on.
func action(op *api.Operation) string { return op.Service.SigningName + ":" + op.Name }

// sameRequest are the operations whose requests are those of another: the old
// forms of two, and one that AWS tells apart by its host alone.
var sameRequest = []string{
	"s3:GetBucketLifecycle", "s3:GetBucketNotification", "s3:PutBucketLifecycle", "s3:PutBucketNotification", "s3:ListDirectoryBuckets",
}

// The walks below are worth something only if each request gets as far as the
// decision: the wire takes it for the operation and finds nothing wrong in it.
func TestTheWalksRequestsAreWhole(t *testing.T) {
	router, codec := wire.NewRouter(all.Services()...), new(wire.Codec)
	for _, op := range operations() {
		m := minimal(op)
		r := httptest.NewRequest(m.method, m.url, bytes.NewReader(m.body))
		r.Header = m.header.Clone()
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/us-east-1/"+m.service+"/aws4_request, SignedHeaders=host, Signature=0")
		target, refusal := router.Route(r, m.body)
		if refusal != nil || target.Operation != op && !slices.Contains(sameRequest, action(op)) {
			t.Errorf("%s: %s %s goes elsewhere: %v", action(op), m.method, m.url, refusal)
			continue
		}
		if target.Operation != op {
			continue
		}
		in := reflect.New(reflect.TypeOf(op.In).Elem()).Interface()
		if refusal := codec.Decode(target, r, m.body, in); refusal != nil {
			t.Errorf("%s: %v\n%s %s\n%s", action(op), refusal, m.method, m.url, m.body)
		}
	}
}

// A stranger is told that a signature is missing, in the words of the service
// that the request means; operations of federation need none.
func TestNoOperationIsDoneForAStranger(t *testing.T) {
	h := open(t)
	missing := map[api.Protocol][]string{
		api.Query:  {"403 MissingAuthenticationToken"},
		api.JSON10: {"400 MissingAuthenticationTokenException"},
		api.JSON11: {"400 MissingAuthenticationTokenException"},
		// Without a signature little tells the paths of a REST service from
		// those of S3, which then answers.
		api.RestJSON: {"403 MissingAuthenticationTokenException", "403 AccessDenied", "405 MethodNotAllowed"},
		api.RestXML:  {"403 AccessDenied"},
	}
	for _, op := range operations() {
		a := h.send(key{}, minimal(op))
		got := strings.TrimSpace(strconv.Itoa(a.status) + " " + a.code)
		want := missing[op.Service.Protocol]
		if op.Unsigned {
			want = []string{ // whoever serves them asks for their proof
				"501 NotImplemented", "400 ValidationError", "400 InvalidIdentityToken",
				"401 UnauthorizedException", "401 InvalidClientException", "400 UnsupportedGrantTypeException", "400 InvalidClientMetadataException",
				"400 ValidationException", // of CreateOAuth2Token
			}
		}
		if op.Method == http.MethodHead {
			want = []string{"403"}
		}
		if !slices.Contains(want, got) || a.requestID == "" {
			t.Errorf("%s unsigned: %s (request id %q), want %s", action(op), got, a.requestID, want)
		}
	}
}

// denials are status and code of a denial in each protocol.
var denials = map[api.Protocol]string{
	api.Query: "403 AccessDenied", api.RestXML: "403 AccessDenied", api.RestJSON: "403 AccessDeniedException",
	api.JSON10: "400 AccessDeniedException", api.JSON11: "400 AccessDeniedException",
}

// Whoever has no permissions may do nothing; what is not served says so in its
// own protocol, and nothing answers with another failure of the server.
func TestNoOperationIsDoneForAUserWithoutPermissions(t *testing.T) {
	h := open(t)
	h.role("climb", trust(account, "sts:AssumeRole"), "")
	nobody := h.user("nobody", "")
	for _, op := range operations() {
		if op.Unsigned {
			continue
		}
		a := h.send(nobody, minimal(op))
		switch {
		case !h.server.Served(op):
			if a.status != http.StatusNotImplemented || a.code != "NotImplemented" && op.Method != http.MethodHead {
				t.Errorf("%s: %d %s", action(op), a.status, a)
			}
		case slices.Contains(openToAll, action(op)):
			check(t, a, refusal{})
		case strconv.Itoa(a.status)+" "+a.code != denials[op.Service.Protocol]:
			t.Errorf("%s: %d %s", action(op), a.status, a)
		case !strings.HasPrefix(a.message, "User: arn:aws:iam::"+account+":user/nobody is not authorized to perform: "+action(op)+" "),
			!strings.HasSuffix(a.message, " because no identity-based policy allows the "+action(op)+" action"):
			t.Errorf("%s: %s", action(op), a.message)
		}
	}
}

// decidedOtherwise are the served operations whose action has another name
// than theirs in the service authorization reference: none of IAM's and STS's.
var decidedOtherwise = map[string]string{}

// alsoNeeded are the operations that need a further permission, as AWS's page
// of each says.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html
// ("The caller of this operation must be granted the PassRole permission")
var alsoNeeded = map[string]string{"iam:AddRoleToInstanceProfile": "iam:PassRole"}

// newerThanReference are the actions that AWS documents and that the embedded
// reference does not have yet.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateDelegationRequest.html
var newerThanReference = []string{"iam:UpdateDelegationRequest"}

// The action that AWS's service authorization reference names for an operation
// is enough, and every other action together is not: no handler stands behind
// another's permission (peers: RustFS CVE-2026-22042).
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
func TestEachOperationIsDecidedOnItsOwnAction(t *testing.T) {
	h := open(t)
	h.role("climb", trust(account, "sts:AssumeRole"), "")
	one, others := h.user("one", ""), h.user("others", "")
	decided := 0
	for _, op := range operations() {
		if !h.server.Served(op) || op.Unsigned || slices.Contains(openToAll, action(op)) {
			continue
		}
		decided++
		name := action(op)
		if other, ok := decidedOtherwise[name]; ok {
			name = other
		}
		service, short, _ := strings.Cut(name, ":")
		if entry, ok := reference.Action(service, short); (!ok || entry.Name != short) && !slices.Contains(newerThanReference, name) {
			t.Errorf("%s is no action of the reference", name)
		}
		h.permit("others", statement("Allow", "NotAction", name))
		if a := h.send(others, minimal(op)); !strings.HasPrefix(a.code, "AccessDenied") {
			t.Errorf("%s is done without %s: %d %s", action(op), name, a.status, a)
		}
		h.permit("one", allow(slices.DeleteFunc([]string{name, alsoNeeded[name]}, func(s string) bool { return s == "" })...))
		// Handlers may refuse with that code too, such as for an instance that is
		// not there; only a decision says who may not do what, and AssumeRoot to
		// an account that administers no other.
		if a := h.send(one, minimal(op)); strings.Contains(a.message, " is not authorized to perform: ") && name != "sts:AssumeRoot" || a.status >= 500 {
			t.Errorf("%s is not done with %s: %d %s", action(op), name, a.status, a)
		}
	}
	if decided < 60 {
		t.Errorf("only %d operations were decided on", decided)
	}
}

// Rule V9: "No permissions are required … even if a policy explicitly denies
// access to the sts:GetCallerIdentity action" (API_GetCallerIdentity).
func TestWhoIsDeniedEverythingIsStillToldWhoTheyAre(t *testing.T) {
	h := open(t)
	barred := h.user("barred", statement("Deny", "Action", "*"))
	a := h.call(barred, "sts", "GetCallerIdentity")
	if a.value("Arn") != "arn:aws:iam::"+account+":user/barred" || a.value("Account") != account || !strings.HasPrefix(a.value("UserId"), "AIDA") {
		t.Error(a.body)
	}
	check(t, h.send(barred, form("iam", "GetUser")), refusal{403, "AccessDenied", "User: arn:aws:iam::" + account +
		":user/barred is not authorized to perform: iam:GetUser on resource: arn:aws:iam::" + account +
		":user/barred with an explicit deny in an identity-based policy"})
}
