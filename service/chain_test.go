package service_test

import (
	"strings"
	"testing"
)

// trustWhen is a trust policy for the account, for actions, under conditions.
func trustWhen(conditions string, actions ...string) string {
	return strings.TrimSuffix(trust(account, actions...), "}}") + `,"Condition":{` + conditions + `}}}`
}

func notAuthorized(caller, action, role string) refusal {
	return refusal{403, "AccessDenied", "User: " + caller + " is not authorized to perform: " + action + " on resource: " + role}
}

// Rule V8: tags need sts:TagSession and a source identity needs
// sts:SetSourceIdentity, each from the caller's policies and from the trust
// policy both; what is missing is named.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html;
// the text: aws-actions/configure-aws-credentials#54.
func TestTagsAndSourceIdentityNeedPermissionOnBothSides(t *testing.T) {
	tag := []string{"Tags.member.1.Key", "team", "Tags.member.1.Value", "blue"}
	identity := []string{"SourceIdentity", "ann"}
	for _, c := range []struct {
		rule           string
		policy, trust  []string
		pairs          []string
		missing, where string // where is the side that did not allow
	}{
		{"plain", []string{"sts:AssumeRole"}, []string{"sts:AssumeRole"}, nil, "", ""},
		{"tags, trust says no", []string{"sts:*"}, []string{"sts:AssumeRole"}, tag, "sts:TagSession", "no role trust policy allows the sts:TagSession action"},
		{"tags, policy says no", []string{"sts:AssumeRole"}, []string{"sts:AssumeRole", "sts:TagSession"}, tag,
			"sts:TagSession", "no identity-based policy allows the sts:TagSession action"},
		{"tags, both say yes", []string{"sts:AssumeRole", "sts:TagSession"}, []string{"sts:AssumeRole", "sts:TagSession"}, tag, "", ""},
		{"identity, trust says no", []string{"sts:*"}, []string{"sts:AssumeRole", "sts:TagSession"}, identity,
			"sts:SetSourceIdentity", "no role trust policy allows the sts:SetSourceIdentity action"},
		{"identity, policy says no", []string{"sts:AssumeRole"}, []string{"sts:AssumeRole", "sts:SetSourceIdentity"}, identity,
			"sts:SetSourceIdentity", "no identity-based policy allows the sts:SetSourceIdentity action"},
		{"identity, both say yes", []string{"sts:AssumeRole", "sts:SetSourceIdentity"}, []string{"sts:AssumeRole", "sts:SetSourceIdentity"}, identity, "", ""},
		{"TagSession alone is not AssumeRole", []string{"sts:TagSession"}, []string{"sts:AssumeRole", "sts:TagSession"}, tag,
			"sts:AssumeRole", "no identity-based policy allows the sts:AssumeRole action"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			h := open(t)
			ann := h.user("ann", allow(c.policy...))
			role := h.role("Deploy", trust(account, c.trust...), "")
			a := h.send(ann, form("sts", "AssumeRole", append([]string{"RoleArn", role, "RoleSessionName", "night"}, c.pairs...)...))
			if c.missing == "" {
				check(t, a, refusal{})
				return
			}
			want := notAuthorized("arn:aws:iam::"+account+":user/ann", c.missing, role)
			if a.code != want.code || a.status != want.status || !strings.HasPrefix(a.message, want.message) {
				t.Errorf("%d %s, want %s", a.status, a, want.message)
			}
			if rest := strings.TrimPrefix(a.message, want.message); rest != "" && rest != " because "+c.where {
				t.Errorf("the reason is %q, want %q", rest, c.where)
			}
		})
	}
}

// Transitive tags and the source identity go down a chain of roles: each role
// must let them in, its trust policy and policies see them, and no link can
// change or drop them. Tags that are not transitive end with their session.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html#id_credentials_temp_control-access_monitor-chain
func TestTransitiveTagsAndSourceIdentityGoDownAChain(t *testing.T) {
	h := open(t)
	all := []string{"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"}
	one := h.role("One", trust(account, all...), allow("sts:*"))
	two := h.role("Two", trustWhen(`"StringEquals":{"aws:PrincipalTag/team":"blue","sts:SourceIdentity":"ann"}`, all...), allow("sts:*", "iam:ListUsers"))
	three := h.role("Three", trustWhen(`"StringEquals":{"aws:PrincipalTag/team":"blue","aws:SourceIdentity":"ann"},"Null":{"aws:PrincipalTag/desk":"true"}`, all...),
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*","Condition":{"StringEquals":`+
			`{"aws:PrincipalTag/team":"blue","aws:SourceIdentity":"ann"}}}}`)

	first := h.assume(admin, one, "Tags.member.1.Key", "team", "Tags.member.1.Value", "blue", "Tags.member.2.Key", "desk", "Tags.member.2.Value", "9",
		"TransitiveTagKeys.member.1", "TEAM", "SourceIdentity", "ann")
	made := h.call(first, "sts", "AssumeRole", "RoleArn", two, "RoleSessionName", "night")
	if got := made.value("SourceIdentity"); got != "ann" {
		t.Errorf("the second session's source identity is %q", got)
	}
	second := made.session()
	third := h.assume(second, three)
	h.call(third, "iam", "ListUsers")

	t.Run("another source identity is refused", func(t *testing.T) {
		check(t, h.send(first, form("sts", "AssumeRole", "RoleArn", two, "RoleSessionName", "night", "SourceIdentity", "bob")),
			refusal{403, "AccessDenied", "The source identity cannot be changed once it is set in a session."})
	})
	t.Run("the same one is not", func(t *testing.T) {
		check(t, h.send(first, form("sts", "AssumeRole", "RoleArn", two, "RoleSessionName", "night", "SourceIdentity", "ann")), refusal{})
	})
	t.Run("a tag that was handed down cannot be set anew", func(t *testing.T) {
		check(t, h.send(second, form("sts", "AssumeRole", "RoleArn", three, "RoleSessionName", "night", "Tags.member.1.Key", "Team", "Tags.member.1.Value", "red")),
			refusal{400, "InvalidParameterValue",
				"One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session."})
	})
	t.Run("a tag that was not can", func(t *testing.T) {
		check(t, h.send(second, form("sts", "AssumeRole", "RoleArn", three, "RoleSessionName", "night", "Tags.member.1.Key", "room", "Tags.member.1.Value", "9")), refusal{})
	})
}

// Inherited tags and an inherited source identity need their permissions at
// every link, though the call itself names none.
//
// Source: rule V8 (aws/copilot-cli#5358).
func TestWhatIsInheritedNeedsPermissionToo(t *testing.T) {
	h := open(t)
	all := []string{"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"}
	one := h.role("One", trust(account, all...), allow("sts:*"))
	night := "arn:aws:sts::" + account + ":assumed-role/One/night"
	for _, c := range []struct {
		rule    string
		pairs   []string
		trust   []string
		missing string
	}{
		{"a transitive tag", []string{"Tags.member.1.Key", "team", "Tags.member.1.Value", "blue", "TransitiveTagKeys.member.1", "team"},
			[]string{"sts:AssumeRole", "sts:SetSourceIdentity"}, "sts:TagSession"},
		{"a tag that is not", []string{"Tags.member.1.Key", "team", "Tags.member.1.Value", "blue"}, []string{"sts:AssumeRole"}, ""},
		{"a source identity", []string{"SourceIdentity", "ann"}, []string{"sts:AssumeRole", "sts:TagSession"}, "sts:SetSourceIdentity"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			name := "Two" + strings.ReplaceAll(c.rule, " ", "-")
			two := h.role(name, trust(account, c.trust...), "")
			a := h.send(h.assume(admin, one, c.pairs...), form("sts", "AssumeRole", "RoleArn", two, "RoleSessionName", "night"))
			if c.missing == "" {
				check(t, a, refusal{})
				return
			}
			if want := notAuthorized(night, c.missing, two); a.code != want.code || !strings.HasPrefix(a.message, want.message) {
				t.Errorf("%s, want %s", a, want.message)
			}
		})
	}
}

// What a trust policy sees of the request: tags, their keys, which of them are
// transitive, the session's name, the external id; and the role's own tags,
// in whose place a transitive tag of the caller's session steps.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-sts
func TestWhatATrustPolicySees(t *testing.T) {
	h := open(t)
	all := []string{"sts:AssumeRole", "sts:TagSession"}
	chained := h.assume(admin, h.role("First", trust(account, all...), allow("sts:*")),
		"Tags.member.1.Key", "team", "Tags.member.1.Value", "red", "TransitiveTagKeys.member.1", "team")
	plain := h.role("Deploy", trust(account, all...), "")
	h.call(admin, "iam", "TagRole", "RoleName", "Deploy", "Tags.member.1.Key", "Team", "Tags.member.1.Value", "blue")
	tags := []string{"Tags.member.1.Key", "Desk", "Tags.member.1.Value", "9", "Tags.member.2.Key", "Room", "Tags.member.2.Value", "1", "TransitiveTagKeys.member.1", "Desk"}
	for _, c := range []struct {
		rule, condition string
		key
		pairs   []string
		allowed bool
	}{
		{"the session's name", `"StringEquals":{"sts:RoleSessionName":"night"}`, admin, nil, true},
		{"another name", `"StringEquals":{"sts:RoleSessionName":"day"}`, admin, nil, false},
		{"the external id", `"StringEquals":{"sts:ExternalId":"4711"}`, admin, []string{"ExternalId", "4711"}, true},
		{"another external id", `"StringEquals":{"sts:ExternalId":"4711"}`, admin, []string{"ExternalId", "4712"}, false},
		{"no external id", `"StringEquals":{"sts:ExternalId":"4711"}`, admin, nil, false},
		{"a tag", `"StringEquals":{"aws:RequestTag/desk":"9"}`, admin, tags, true},
		{"the keys of the tags", `"ForAllValues:StringEquals":{"aws:TagKeys":["Desk","Room"]}`, admin, tags, true},
		{"not all of the keys", `"ForAllValues:StringEquals":{"aws:TagKeys":["Desk"]}`, admin, tags, false},
		{"the transitive keys", `"ForAllValues:StringEquals":{"sts:TransitiveTagKeys":["Desk"]}`, admin, tags, true},
		{"not the transitive keys", `"ForAnyValue:StringEquals":{"sts:TransitiveTagKeys":["Room"]}`, admin, tags, false},
		{"the role's tag", `"StringEquals":{"aws:ResourceTag/Team":"blue"}`, admin, nil, true},
		{"the role's tag under its older name", `"StringEquals":{"iam:ResourceTag/Team":"blue"}`, admin, nil, true},
		{"in whose place the session's steps", `"StringEquals":{"aws:ResourceTag/Team":"red"}`, chained, nil, true},
		{"so that the role's is not seen", `"StringEquals":{"aws:ResourceTag/Team":"blue"}`, chained, nil, false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			h.call(admin, "iam", "UpdateAssumeRolePolicy", "RoleName", "Deploy", "PolicyDocument", trustWhen(c.condition, all...))
			a := h.send(c.key, form("sts", "AssumeRole", append([]string{"RoleArn", plain, "RoleSessionName", "night"}, c.pairs...)...))
			if (a.status == 200) != c.allowed {
				t.Errorf("%d %s, want allowed %v", a.status, a, c.allowed)
			}
		})
	}
}
