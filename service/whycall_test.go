package service_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

// A call that passes tags and a source identity needs three permissions: the fix
// of its denial, whether it is asked about by its request id or by what it was,
// makes the call.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
func TestAFixOfACallMakesItWhole(t *testing.T) {
	h := open(t)
	h.role("Deploy", trust(account, "sts:AssumeRole"), "")
	ann := h.user("ann", "")
	role := "arn:aws:iam::" + account + ":role/Deploy"
	tags, identity := []string{"Tags.member.1.Key", "team", "Tags.member.1.Value", "red"}, []string{"SourceIdentity", "ann"}
	for _, c := range []struct {
		rule string
		pass []string
		keys map[string][]string
		want []string
	}{
		{"with a tag", tags, map[string][]string{"aws:RequestTag/team": {"red"}}, []string{"sts:AssumeRole", "sts:TagSession"}},
		{"with two tags", append(slices.Clone(tags), "Tags.member.2.Key", "cost", "Tags.member.2.Value", "9"), map[string][]string{"aws:RequestTag/team": {"red"}, "aws:RequestTag/cost": {"9"}},
			[]string{"sts:AssumeRole", "sts:TagSession"}},
		{"with a source identity", identity, map[string][]string{"sts:SourceIdentity": {"ann"}}, []string{"sts:AssumeRole", "sts:SetSourceIdentity"}},
		{"with both", append(slices.Clone(tags), identity...), map[string][]string{"aws:RequestTag/team": {"red"}, "sts:SourceIdentity": {"ann"}},
			[]string{"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			h.call(admin, "iam", "UpdateAssumeRolePolicy", "RoleName", "Deploy", "PolicyDocument", trust("arn:aws:iam::"+account+":user/admin", "sts:AssumeRole"))
			assume := func() answer {
				return h.send(ann, form("sts", "AssumeRole", append([]string{"RoleArn", role, "RoleSessionName", "night"}, c.pass...)...))
			}
			a := assume()
			x := h.why(a)
			asked := h.asked(rolecall.Ask{Principal: "arn:aws:iam::" + account + ":user/ann", Action: "sts:AssumeRole", Resource: role, Context: c.keys})
			i := slices.IndexFunc(x.Fixes, func(f explain.Fix) bool { return len(f.Edits) == 1 })
			if a.status == http.StatusOK || i < 0 || !slices.Equal(fixTitles(x), fixTitles(asked)) {
				t.Fatalf("%s: %q, asked without its id %q", a, fixTitles(x), fixTitles(asked))
			}
			document := x.Fixes[i].Edits[0].Document
			for _, action := range c.want {
				if !strings.Contains(document, `"`+action+`"`) {
					t.Errorf("%s is not in %s", action, document)
				}
			}
			h.call(admin, "iam", "UpdateAssumeRolePolicy", "RoleName", "Deploy", "PolicyDocument", document)
			if a := assume(); a.status != http.StatusOK {
				t.Errorf("after %q: %s", x.Fixes[i].Title, a)
			}
		})
	}
}

// Tags that come along from a session before, which no key of the request tells
// of, ask for the permission too.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
func TestAFixKnowsOfTagsThatComeAlong(t *testing.T) {
	h := open(t)
	first := h.role("First", trust(account, "sts:AssumeRole", "sts:TagSession"), allow("sts:*"))
	next := h.role("Next", trust("arn:aws:iam::"+account+":user/admin", "sts:AssumeRole"), "")
	session := h.assume(admin, first, "Tags.member.1.Key", "team", "Tags.member.1.Value", "red", "TransitiveTagKeys.member.1", "team")
	again := func() answer {
		return h.send(session, form("sts", "AssumeRole", "RoleArn", next, "RoleSessionName", "night"))
	}
	x := h.why(again())
	if len(x.Fixes) == 0 {
		t.Fatalf("%+v", x)
	}
	h.call(admin, "iam", "UpdateAssumeRolePolicy", "RoleName", "Next", "PolicyDocument", x.Fixes[0].Edits[len(x.Fixes[0].Edits)-1].Document)
	if a := again(); a.status != http.StatusOK {
		t.Errorf("after %q: %s", x.Fixes[0].Title, a)
	}
}

// A federation token with tags needs two permissions as well.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
func TestAFixOfAFederationTokenGivesItsTags(t *testing.T) {
	h := open(t)
	ann := h.user("ann", "")
	ask := rolecall.Ask{Principal: "arn:aws:iam::" + account + ":user/ann", Action: "sts:GetFederationToken", Resource: "arn:aws:sts::" + account + ":federated-user/bob"}
	ask.Context = map[string][]string{"aws:RequestTag/team": {"red"}}
	get := func() answer {
		return h.send(ann, form("sts", "GetFederationToken", "Name", "bob", "Tags.member.1.Key", "team", "Tags.member.1.Value", "red"))
	}
	x, asked := h.why(get()), h.asked(ask)
	if len(x.Fixes) != 1 || !slices.Equal(fixTitles(x), fixTitles(asked)) || len(x.Fixes[0].Edits) != 1 {
		t.Fatalf("%q and %q", fixTitles(x), fixTitles(asked))
	}
	h.permit("ann", x.Fixes[0].Edits[0].Document)
	if a := get(); a.status != http.StatusOK {
		t.Error(a)
	}
}

// What a pasted text does not tell is looked at, of what is allowed here: how the
// request came in, and keys that nobody knows; not what is known of the caller
// and the resource, and not what is given.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func TestWhatAPastedDenialDependsOn(t *testing.T) {
	h := open(t)
	h.user("ann", "")
	ask := rolecall.Ask{Principal: "arn:aws:iam::" + account + ":user/ann", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"}
	for _, c := range []struct {
		condition string
		keys      map[string][]string
		want      string
	}{
		{`"Bool":{"aws:SecureTransport":"false"}`, nil, "aws:SecureTransport"},
		{`"Bool":{"aws:SecureTransport":"false"}`, map[string][]string{"AWS:SecureTransport": {"true"}}, ""},
		{`"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, nil, "aws:SourceIp"},
		{`"StringEquals":{"aws:RequestedRegion":"eu-west-1"}`, nil, "aws:RequestedRegion"},
		{`"StringEquals":{"aws:username":"bob"}`, nil, ""},
		{`"StringEquals":{"aws:PrincipalTag/team":"red"}`, nil, ""},
		{`"StringEquals":{"aws:PrincipalAccount":"222222222222"}`, nil, ""},
		{`"StringEquals":{"aws:ResourceAccount":"222222222222"}`, nil, ""},
	} {
		h.permit("ann", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{`+c.condition+`}}]}`)
		ask.Context = c.keys
		for _, ask.Pasted = range []bool{false, true} {
			x, got := h.asked(ask), ""
			for _, d := range x.DependsOn {
				got += d.Key
			}
			if want := map[bool]string{true: c.want}[ask.Pasted]; !x.Allowed || got != want {
				t.Errorf("%s, pasted %v: %v %q, want %q", c.condition, ask.Pasted, x.Allowed, got, want)
			}
		}
	}
}
