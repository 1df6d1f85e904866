package service_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
)

// A call that the session's own policy holds back is told how to begin the session
// again; with what is told, the call is made. What a text says of a session policy
// is believed, though nobody knows the policy.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
func TestASessionThatIsHeldBackIsBegunAgain(t *testing.T) {
	h := open(t)
	role := h.role("Deploy", trust(account, "sts:AssumeRole"), allow("iam:List*"))
	const again = "assume the role again with a session policy that allows it: add iam:ListRoles to Action"
	for _, passed := range []string{allow("iam:ListUsers"), ""} {
		pairs := []string{"PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}
		if passed != "" {
			pairs = append(pairs, "Policy", passed)
		}
		a := h.send(h.assume(admin, role, pairs...), form("iam", "ListRoles"))
		x := h.why(a)
		if a.status == http.StatusOK || len(x.Fixes) == 0 || x.Earlier.Changed != "" {
			t.Fatalf("%s: %+v", a, x)
		}
		for _, f := range x.Fixes {
			e := f.Edits[0]
			if !strings.HasPrefix(e.Command, "aws sts assume-role --role-arn "+role+" --role-session-name night") {
				t.Errorf("%s", e.Command)
			}
			pairs := []string{}
			if e.Document != "" {
				pairs = append(pairs, "Policy", e.Document)
			}
			if strings.Contains(e.Command, " --policy-arns arn=arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess ") {
				pairs = append(pairs, "PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
			} else if e.Document != "" {
				t.Errorf("%s leaves out what the session had", e.Command)
			}
			h.call(h.assume(admin, role, pairs...), "iam", "ListRoles")
		}
	}
	ask := rolecall.Ask{Principal: "arn:aws:sts::" + account + ":assumed-role/Deploy/night", Action: "iam:ListRoles"}
	if x := h.asked(ask); !x.Allowed {
		t.Errorf("%s", x.Verdict)
	}
	ask.Narrowed = true
	x := h.asked(ask)
	if x.Allowed || !strings.Contains(x.Verdict, "no session policy allows it") || !strings.HasPrefix(x.Fixes[0].Title, strings.TrimSuffix(again, "add iam:ListRoles to Action")) {
		t.Errorf("%s %q", x.Verdict, fixTitles(x))
	}
	ask.Principal = "arn:aws:iam::" + account + ":user/admin"
	if x := h.asked(ask); !x.Allowed {
		t.Errorf("a user has no session policy: %s", x.Verdict)
	}
}

// A federated user is vouched for again, and what its credentials cannot call at
// all leads to its page, by request id.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html,
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
func TestLimitsOfTemporaryCredentialsAreTold(t *testing.T) {
	h := open(t)
	ann := h.user("ann", allow("iam:*", "sts:*", "cloudtrail:*"))
	bob := h.call(ann, "sts", "GetFederationToken", "Name", "bob", "Policy", allow("iam:ListUsers")).session()
	x := h.why(h.send(bob, lookup(`{}`)))
	if x.Allowed || len(x.Fixes) == 0 || !strings.HasPrefix(x.Fixes[0].Edits[0].Command, "aws sts get-federation-token --name bob --policy '{") {
		t.Fatalf("%+v", x)
	}
	again := h.call(ann, "sts", "GetFederationToken", "Name", "bob", "Policy", x.Fixes[0].Edits[0].Document).session()
	if a := h.send(again, lookup(`{}`)); a.status != http.StatusOK {
		t.Error(a)
	}
	temporary := h.call(ann, "sts", "GetSessionToken").session()
	for _, c := range []struct {
		key     key
		message message
	}{
		{temporary, form("iam", "ListUsers")},
		{bob, form("iam", "ListUsers")},
		{temporary, form("sts", "GetFederationToken", "Name", "bob")},
		{bob, form("sts", "AssumeRole", "RoleArn", "arn:aws:iam::"+account+":role/R", "RoleSessionName", "night")},
	} {
		a := h.send(c.key, c.message)
		if x := h.why(a); x.Allowed || len(x.Mistakes) != 1 || x.Mistakes[0].Name != "session-credentials" {
			t.Errorf("%s: %+v", a, x.Mistakes)
		}
	}
}
