package service_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

func fixTitles(x explain.Explanation) (titles []string) {
	for _, f := range x.Fixes {
		titles = append(titles, f.Title)
	}
	return titles
}

// A question is decided with the tags of the user or role that it is about, under
// both names of their keys, as the operations are.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
func TestWhyKnowsTheTagsOfUsersAndRoles(t *testing.T) {
	h := open(t)
	role := h.role("Deploy", trust(account, "sts:AssumeRole"), "")
	h.call(admin, "iam", "TagRole", "RoleName", "Deploy", "Tags.member.1.Key", "team", "Tags.member.1.Value", "red")
	h.user("bob", "")
	h.call(admin, "iam", "TagUser", "UserName", "bob", "Tags.member.1.Key", "team", "Tags.member.1.Value", "red")
	user := "arn:aws:iam::" + account + ":user/"
	for _, c := range []struct{ action, resource, key, value string }{
		{"sts:AssumeRole", role, "aws:ResourceTag/team", "red"},
		{"sts:AssumeRole", role, "iam:ResourceTag/team", "red"},
		{"iam:GetRole", role, "aws:ResourceTag/team", "red"},
		{"iam:GetRole", role, "iam:ResourceTag/team", "red"},
		{"iam:GetUser", user + "bob", "aws:ResourceTag/team", "red"},
		{"iam:GetUser", user + "bob", "iam:ResourceTag/team", "red"},
		{"iam:GetUser", user + "bob", "iam:ResourceTag/team", "blue"},
		{"s3:GetObject", "arn:aws:s3:::b/k", "aws:ResourceTag/team", "red"},
	} {
		h.permit("bob", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"`+c.action+`","Resource":"*","Condition":{"StringEquals":{"`+c.key+`":"`+c.value+`"}}}}`)
		x := h.asked(rolecall.Ask{Principal: user + "bob", Action: c.action, Resource: c.resource})
		if want := c.value == "red" && !strings.HasPrefix(c.action, "s3:"); x.Allowed != want {
			t.Errorf("%s on %s by %s: %v, want %v: %s", c.action, c.resource, c.key, x.Allowed, want, x.Verdict)
		}
	}
}

// A session's own tags lie over its role's: a call of one that lacks a tag is
// mended by tagging the role, of one that has another by nothing of the kind.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
func TestWhyTellsTheTagsOfASessionFromItsRoles(t *testing.T) {
	h := open(t)
	role := h.role("Deploy", trust(account, "sts:AssumeRole", "sts:TagSession"),
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}}}}`)
	const mended = "tag role Deploy with team=red"
	plain, tagged := h.assume(admin, role), h.assume(admin, role, "Tags.member.1.Key", "team", "Tags.member.1.Value", "blue")
	x := h.why(h.send(plain, form("iam", "ListUsers")))
	if x.Allowed || x.Fixes[0].Title != mended || !strings.Contains(x.Verdict, "role Deploy has no tag team, nor has its session") {
		t.Errorf("%s %q", x.Verdict, fixTitles(x))
	}
	if x := h.why(h.send(tagged, form("iam", "ListUsers"))); x.Allowed || slices.Contains(fixTitles(x), mended) {
		t.Errorf("%s %q", x.Verdict, fixTitles(x))
	}
	h.call(admin, "iam", "TagRole", "RoleName", "Deploy", "Tags.member.1.Key", "team", "Tags.member.1.Value", "red")
	h.call(plain, "iam", "ListUsers")
	if a := h.send(tagged, form("iam", "ListUsers")); a.status == 200 {
		t.Error("the session's own tag does not count")
	}
}
