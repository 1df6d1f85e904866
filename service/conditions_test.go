package service_test

import (
	"net/http"
	"testing"
)

// when is a policy that allows an action under one condition.
func when(operator, name, value string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*","Condition":{"` +
		operator + `":{"` + name + `":"` + value + `"}}}}`
}

// The condition keys of the caller and of the connection, each seen through a
// policy that allows only where it has the value named.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func TestConditionKeysOfTheCall(t *testing.T) {
	h := open(t)
	ann := h.user("ann", "")
	h.call(admin, "iam", "TagUser", "UserName", "ann", "Tags.member.1.Key", "Team", "Tags.member.1.Value", "blue")
	id := h.call(admin, "iam", "GetUser", "UserName", "ann").value("UserId")
	for _, c := range []struct {
		rule, operator, name, value string
		allowed                     bool
	}{
		{"the address is that of the connection", "IpAddress", "aws:SourceIp", "127.0.0.0/8", true},
		{"and not that of a header anyone can send", "IpAddress", "aws:SourceIp", "203.0.113.0/24", false},
		{"a long-term key has no word on MFA, so it is not false either", "Bool", "aws:MultiFactorAuthPresent", "false", false},
		{"a long-term key: the key is absent", "Null", "aws:MultiFactorAuthPresent", "true", true},
		{"a long-term key has no issue time", "Null", "aws:TokenIssueTime", "true", true},
		{"the connection is not TLS", "Bool", "aws:SecureTransport", "false", true},
		{"the time is the server's", "DateEquals", "aws:CurrentTime", "2026-03-01T12:00:00Z", true},
		{"the region is the signed one", "StringEquals", "aws:RequestedRegion", region, true},
		{"the user's ARN", "ArnEquals", "aws:PrincipalArn", "arn:aws:iam::" + account + ":user/ann", true},
		{"the user's name", "StringEquals", "aws:username", "ann", true},
		{"the user's id", "StringEquals", "aws:userid", id, true},
		{"the kind of principal", "StringEquals", "aws:PrincipalType", "User", true},
		{"the user's tag", "StringEquals", "aws:PrincipalTag/team", "blue", true},
		{"the user's account", "StringEquals", "aws:PrincipalAccount", account, true},
		{"no source identity", "Null", "aws:SourceIdentity", "true", true},
		{"the resource's account", "StringEquals", "aws:ResourceAccount", account, true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			h.permit("ann", when(c.operator, c.name, c.value))
			m := form("iam", "ListUsers")
			m.header.Set("X-Forwarded-For", "203.0.113.9")
			m.header.Set("X-Real-Ip", "203.0.113.9")
			m.header.Set("Forwarded", "for=203.0.113.9")
			if a := h.send(ann, m); (a.status == http.StatusOK) != c.allowed {
				t.Errorf("%s, want allowed %v", a, c.allowed)
			}
		})
	}
}

// The condition keys of a role session: the role's ARN stands for it, MFA is
// there and false, and its tags lie over the role's.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
func TestConditionKeysOfARoleSession(t *testing.T) {
	h := open(t)
	arn := h.role("Deploy", trust(account, "sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"), "")
	h.call(admin, "iam", "TagRole", "RoleName", "Deploy", "Tags.member.1.Key", "Team", "Tags.member.1.Value", "blue",
		"Tags.member.2.Key", "Level", "Tags.member.2.Value", "3")
	s := h.assume(admin, arn, "Tags.member.1.Key", "TEAM", "Tags.member.1.Value", "red", "SourceIdentity", "ann")
	id := h.call(admin, "iam", "GetRole", "RoleName", "Deploy").value("RoleId")
	for _, c := range []struct {
		rule, operator, name, value string
		allowed                     bool
	}{
		{"a session tag takes the place of the role's", "StringEquals", "aws:PrincipalTag/Team", "red", true},
		{"the role's tag is hidden then", "StringEquals", "aws:PrincipalTag/Team", "blue", false},
		{"the role's other tags stay", "StringEquals", "aws:PrincipalTag/Level", "3", true},
		{"MFA is there and false", "Bool", "aws:MultiFactorAuthPresent", "false", true},
		{"no age of an MFA that was not", "Null", "aws:MultiFactorAuthAge", "true", true},
		{"the issue time", "DateEquals", "aws:TokenIssueTime", "2026-03-01T12:00:00Z", true},
		{"the ARN is the role's", "ArnEquals", "aws:PrincipalArn", arn, true},
		{"the id has the session's name", "StringEquals", "aws:userid", id + ":night", true},
		{"the kind of principal", "StringEquals", "aws:PrincipalType", "AssumedRole", true},
		{"no user name", "Null", "aws:username", "true", true},
		{"the source identity", "StringEquals", "aws:SourceIdentity", "ann", true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			h.call(admin, "iam", "PutRolePolicy", "RoleName", "Deploy", "PolicyName", "test", "PolicyDocument", when(c.operator, c.name, c.value))
			if a := h.send(s, form("iam", "ListUsers")); (a.status == http.StatusOK) != c.allowed {
				t.Errorf("%s, want allowed %v", a, c.allowed)
			}
		})
	}
}

// A session policy only takes away: what both it and the role allow is
// allowed, and what it denies is denied.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
func TestSessionPoliciesLimitASession(t *testing.T) {
	h := open(t)
	arn := h.role("Deploy", trust(account, "sts:AssumeRole"), statement("Allow", "Action", "iam:ListUsers", "iam:ListRoles", "sts:AssumeRole"))
	own := h.call(admin, "iam", "CreatePolicy", "PolicyName", "roles", "PolicyDocument", allow("iam:ListRoles")).value("Arn")
	const readOnly = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
	for _, c := range []struct {
		rule                 string
		pairs                []string
		users, roles, groups bool
	}{
		{"none: all that the role allows", nil, true, true, false},
		{"inline", []string{"Policy", allow("iam:ListUsers")}, true, false, false},
		{"inline allows more than the role, to no effect", []string{"Policy", everything}, true, true, false},
		{"inline denies", []string{"Policy", statement("Deny", "Action", "iam:*")}, false, false, false},
		{"a managed policy of the account", []string{"PolicyArns.member.1.arn", own}, false, true, false},
		{"a managed policy of AWS's", []string{"PolicyArns.member.1.arn", readOnly}, true, true, false},
		{"inline and managed together allow the union", []string{"Policy", allow("iam:ListUsers"), "PolicyArns.member.1.arn", own}, true, true, false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s := h.assume(admin, arn, c.pairs...)
			for _, w := range []struct {
				action  string
				allowed bool
			}{{"ListUsers", c.users}, {"ListRoles", c.roles}, {"ListGroups", c.groups}} {
				if a := h.send(s, form("iam", w.action)); (a.status == http.StatusOK) != w.allowed {
					t.Errorf("%s: %s, want allowed %v", w.action, a, w.allowed)
				}
			}
		})
	}
	t.Run("a managed policy that is gone allows nothing", func(t *testing.T) {
		s := h.assume(admin, arn, "PolicyArns.member.1.arn", own, "Policy", allow("iam:ListUsers"))
		h.call(admin, "iam", "DeletePolicy", "PolicyArn", own)
		if a := h.send(s, form("iam", "ListUsers")); a.code != "AccessDenied" {
			t.Error(a)
		}
	})
	t.Run("a restricted session makes no unrestricted one (peers: MinIO, RustFS)", func(t *testing.T) {
		s := h.assume(admin, arn, "Policy", allow("iam:ListUsers"))
		for _, m := range []message{
			form("sts", "AssumeRole", "RoleArn", arn, "RoleSessionName", "free"), form("sts", "GetSessionToken"),
			form("iam", "CreateAccessKey", "UserName", "admin"),
		} {
			if a := h.send(s, m); a.code != "AccessDenied" {
				t.Error(a)
			}
		}
	})
}
