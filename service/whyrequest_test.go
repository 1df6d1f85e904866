package service_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

// why explains an answered call.
func (h *house) why(a answer) explain.Explanation {
	h.t.Helper()
	x, err := h.server.WhyRequest(h.t.Context(), a.requestID)
	if err != nil {
		h.t.Fatalf("%s: %v", a, err)
	}
	return x
}

// A call is asked about by its request id, with all that it was decided on:
// whoever made it, with whatever credentials, on whatever condition keys. The
// decision is the one that was made, and nothing has changed since.
func TestACallIsExplainedByItsRequestID(t *testing.T) {
	h := open(t)
	ann := h.user("ann", allow("iam:ListUsers", "cloudtrail:*", "sts:*"))
	h.call(admin, "iam", "TagUser", "UserName", "ann", "Tags.member.1.Key", "team", "Tags.member.1.Value", "red")
	deploy := h.role("Deploy", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"`+account+`"},"Action":["sts:AssumeRole","sts:TagSession"],`+
		`"Condition":{"StringEquals":{"sts:ExternalId":"x1","aws:PrincipalTag/team":"${aws:PrincipalTag/team}"}}}}`, allow("iam:List*", "sts:*"))
	pass := []string{"RoleArn", deploy, "RoleSessionName", "night", "ExternalId", "x1"}
	session := h.call(ann, "sts", "AssumeRole", append(pass, "Policy", allow("iam:ListUsers"), "Tags.member.1.Key", "cost", "Tags.member.1.Value", "9")...).session()
	federated := h.call(ann, "sts", "GetFederationToken", "Name", "bob", "Policy", allow("cloudtrail:LookupEvents")).session()
	managed := h.call(ann, "sts", "GetFederationToken", "Name", "bob", "PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/AWSCloudTrail_ReadOnlyAccess").session()
	narrow := h.call(ann, "sts", "GetFederationToken", "Name", "bob", "Policy", allow("iam:ListUsers")).session()
	temporary := h.call(ann, "sts", "GetSessionToken").session()
	for _, c := range []struct {
		who     string
		key     key
		message message
		allowed bool
		verdict string
	}{
		{"a user who may", ann, form("iam", "ListUsers"), true, "user/ann may do iam:ListUsers"},
		{"a user who may not", ann, form("iam", "ListRoles"), false, "no identity-based policy allows it"},
		{"a user without the external id", ann, form("sts", "AssumeRole", pass[:4]...), false, "the request has no sts:ExternalId"},
		{"a user with it", ann, form("sts", "AssumeRole", pass...), true, "may do sts:AssumeRole"},
		{"a user of GetSessionToken", temporary, form("sts", "AssumeRole", pass...), true, "may do sts:AssumeRole"},
		{"a user with a source identity that is not let through", ann, form("sts", "AssumeRole", append(pass, "SourceIdentity", "ann")...), false, "sts:SetSourceIdentity"},
		{"a role's session that may", session, form("iam", "ListUsers"), true, "assumed-role/Deploy/night may do iam:ListUsers"},
		{"a role's session that its own policy holds back", session, form("iam", "ListRoles"), false, "no session policy allows it"},
		{"a federated user", federated, lookup(`{}`), true, "federated-user/bob may do"},
		{"a federated user beyond the session policy", narrow, lookup(`{}`), false, "no session policy allows it"},
		{"a federated user with a managed session policy", managed, lookup(`{}`), true, "federated-user/bob may do"},
		{"the root user", root, form("iam", "ListUsers"), true, "root user"},
		{"the root user who assumes a role", root, form("sts", "AssumeRole", pass...), false, "root users cannot assume roles"},
		{"no permission is needed", ann, form("sts", "GetCallerIdentity"), true, "needs no permission"},
	} {
		t.Run(c.who, func(t *testing.T) {
			a := h.send(c.key, c.message)
			if done := a.status == http.StatusOK; done != c.allowed {
				t.Fatalf("%s", a)
			}
			x := h.why(a)
			if x.Allowed != c.allowed || x.Earlier.Allowed != c.allowed || x.Earlier.Changed != "" || !strings.Contains(x.Verdict, c.verdict) {
				t.Errorf("%v %+v %q", x.Allowed, x.Earlier, x.Verdict)
			}
			if denied := x.Earlier.Message != ""; denied == c.allowed || x.Earlier.RequestID != a.requestID {
				t.Errorf("%+v, answered %s", x.Earlier, a)
			}
			if !c.allowed && x.Message != a.message {
				t.Errorf("AWS's words are %q\nanswered with %q", x.Message, a.message)
			}
		})
	}
}

// What was changed since is told: the decision is by the policies of now.
func TestAnOldCallIsDecidedByThePoliciesOfNow(t *testing.T) {
	h := open(t)
	ann := h.user("ann", allow("iam:ListUsers"))
	done, refused := h.send(ann, form("iam", "ListUsers")), h.send(ann, form("iam", "ListRoles"))
	h.permit("ann", allow("iam:ListRoles"))
	if x := h.why(done); x.Allowed || !x.Earlier.Allowed || !strings.Contains(x.Earlier.Changed, "allowed then and is denied now") {
		t.Errorf("%v %+v", x.Allowed, x.Earlier)
	}
	if x := h.why(refused); !x.Allowed || x.Earlier.Allowed || !strings.Contains(x.Earlier.Changed, "denied then and is allowed now") {
		t.Errorf("%v %+v", x.Allowed, x.Earlier)
	}
	h.permit("ann", statement("Deny", "Action", "iam:*"))
	if x := h.why(refused); x.Allowed || !strings.Contains(x.Earlier.Changed, "for another reason") {
		t.Errorf("%v %+v", x.Allowed, x.Earlier)
	}
	h.call(admin, "iam", "DeleteUserPolicy", "UserName", "ann", "PolicyName", "test")
	h.call(admin, "iam", "DeleteAccessKey", "UserName", "ann", "AccessKeyId", ann.id)
	h.call(admin, "iam", "DeleteUser", "UserName", "ann")
	_, err := h.server.WhyRequest(t.Context(), refused.requestID)
	if _, ok := errors.AsType[*rolecall.AskError](err); !ok || !strings.Contains(err.Error(), "user/ann, who made the call, was deleted") {
		t.Error(err)
	}
}

// A call that was refused before or after the decision says so, and leads to
// the page.
func TestARefusalThatIsNoDenialIsExplained(t *testing.T) {
	h := open(t)
	role := h.role("Deploy", trust(account, "sts:AssumeRole"), "")
	assume := []string{"RoleArn", role, "RoleSessionName", "night", "DurationSeconds", "7200"}
	a := h.send(admin, form("sts", "AssumeRole", assume...))
	x := h.why(a)
	if !x.Earlier.Allowed || len(x.Mistakes) != 1 || x.Mistakes[0].Name != "duration" || !strings.Contains(x.Earlier.Message, a.message) {
		t.Errorf("%+v %+v", x.Earlier, x.Mistakes)
	}
	bad := admin
	bad.secret = "x"
	a = h.send(bad, form("sts", "AssumeRole", assume...))
	if x = h.why(a); x.Allowed || !strings.Contains(x.Verdict, "before any policy was asked: SignatureDoesNotMatch") {
		t.Errorf("%+v", x)
	}
	_, err := h.server.WhyRequest(t.Context(), "01234567-89ab-4cde-8f01-23456789abcd")
	if _, ok := errors.AsType[*rolecall.AskError](err); !ok {
		t.Error(err)
	}
}

// What a call was decided on is for whoever has the data directory alone, and
// holds nothing secret.
func TestWhatWasDecidedOnIsNotInTheEvent(t *testing.T) {
	h := open(t)
	role := h.role("Deploy", trust(account, "sts:AssumeRole"), allow("iam:ListUsers"))
	session := h.assume(admin, role, "Policy", allow("iam:ListUsers"))
	h.call(session, "iam", "ListUsers")
	if e := h.last(admin, "ListUsers"); strings.Contains(e.CloudTrailEvent, "Effect") || strings.Contains(e.CloudTrailEvent, "aws:Principal") {
		t.Error(e.CloudTrailEvent)
	}
}

// Every condition key that a call was decided on is there again, whether the
// event tells of it or it was kept.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func TestAllConditionKeysAreThereAgain(t *testing.T) {
	h := open(t)
	ann := h.user("ann", "")
	h.call(admin, "iam", "TagUser", "UserName", "ann", "Tags.member.1.Key", "team", "Tags.member.1.Value", "red")
	for _, c := range []struct{ operator, key, value string }{
		{"StringEquals", "aws:username", "ann"},
		{"StringLike", "aws:userid", "AIDA*"},
		{"ArnEquals", "aws:PrincipalArn", "arn:aws:iam::" + account + ":user/ann"},
		{"StringEquals", "aws:PrincipalAccount", account},
		{"StringEquals", "aws:PrincipalType", "User"},
		{"Bool", "aws:PrincipalIsAWSService", "false"},
		{"StringEquals", "aws:PrincipalTag/team", "red"},
		{"StringEquals", "aws:ResourceAccount", account},
		{"IpAddress", "aws:SourceIp", "127.0.0.0/8"},
		{"StringLike", "aws:UserAgent", "Go-http-client/*"},
		{"Bool", "aws:SecureTransport", "false"},
		{"Bool", "aws:ViaAWSService", "false"},
		{"StringEquals", "aws:RequestedRegion", region},
		{"DateEquals", "aws:CurrentTime", "2026-03-01T12:00:00Z"},
		{"NumericEquals", "aws:EpochTime", "1772366400"},
		{"StringEquals", "iam:PolicyARN", "arn:aws:iam::aws:policy/ReadOnlyAccess"},
	} {
		t.Run(c.key, func(t *testing.T) {
			for effect, allowed := range map[string]bool{"Allow": true, "Deny": false} {
				h.permit("ann", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*"},`+
					`{"Effect":"`+effect+`","Action":"iam:AttachUserPolicy","Resource":"*","Condition":{"`+c.operator+`":{"`+c.key+`":"`+c.value+`"}}}]}`)
				a := h.send(ann, form("iam", "AttachUserPolicy", "UserName", "ann", "PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess"))
				if x := h.why(a); x.Allowed != allowed || x.Earlier.Allowed != allowed || x.Earlier.Changed != "" {
					t.Errorf("%s: answered %s; %v %+v", effect, a, x.Allowed, x.Earlier)
				}
			}
		})
	}
}

// A role that is not there is answered as one that does not let the caller in, so
// that nobody learns which there are. Who runs the server is told, and which role
// was probably meant.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
func TestARoleThatIsNotThereIsTold(t *testing.T) {
	h := open(t)
	ann := h.user("ann", allow("sts:AssumeRole"))
	h.call(admin, "iam", "CreateRole", "RoleName", "Firehose", "Path", "/service-role/", "AssumeRolePolicyDocument", trust(account, "sts:AssumeRole"))
	const own = "arn:aws:iam::" + account + ":"
	const is = "; there is " + own + "role/service-role/Firehose, and "
	for _, c := range []struct{ rule, role, want string }{
		{"without its path", own + "role/Firehose", is + "the path belongs to the ARN"},
		{"with another path", own + "role/x/firehose", is + "the path belongs to the ARN"},
		{"in other letters", own + "role/service-role/firehose", is + "capital letters count in an ARN"},
		{"of another name", own + "role/service-role/Kinesis", "role/service-role/Kinesis"},
		{"of an account that is not here", "arn:aws:iam::999999999999:role/Firehose", "account 999999999999 is not known here"},
		{"with a region", "arn:aws:iam:us-east-1:" + account + ":role/service-role/Firehose", "; there is " + own + "role/service-role/Firehose"},
		{"a user", own + "user/ann", own + "user/ann is no role, and nothing else can be assumed"},
		{"a session", "arn:aws:sts::" + account + ":assumed-role/Firehose/s1", "is no role, and nothing else can be assumed"},
		{"of another partition", "arn:aws-cn:iam::" + account + ":role/service-role/Firehose", "There is no role arn:aws-cn:iam::" + account + ":role/service-role/Firehose. "},
	} {
		a := h.send(ann, form("sts", "AssumeRole", "RoleArn", c.role, "RoleSessionName", "night"))
		if !strings.HasSuffix(a.message, "is not authorized to perform: sts:AssumeRole on resource: "+c.role) {
			t.Errorf("%s: %s", c.rule, a)
		}
		if x := h.why(a); x.Allowed || !strings.Contains(x.Verdict, c.want) || len(x.Fixes) > 0 || strings.Contains(x.Verdict, "the path") != strings.Contains(c.rule, "path") || len(x.Mistakes) > 0 || x.Earlier.Changed != "" {
			t.Errorf("%s: %+v", c.rule, x)
		}
		_, err := h.server.Why(t.Context(), rolecall.Ask{Principal: own + "user/ann", Action: "sts:AssumeRole", Resource: c.role})
		if _, ok := errors.AsType[*rolecall.AskError](err); !ok || !strings.Contains(err.Error(), c.want) && !strings.Contains(c.role, "aws-cn") {
			t.Errorf("%s: %v", c.rule, err)
		}
	}
	if _, err := h.server.Why(t.Context(), rolecall.Ask{Principal: own + "user/Ann", Action: "s3:GetObject"}); err == nil || !strings.Contains(err.Error(), "; there is "+own+"user/ann, and capital letters count") {
		t.Error(err)
	}
}
