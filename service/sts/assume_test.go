package sts_test

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

var (
	sessionKeyID = regexp.MustCompile(`^ASIA[A-Z2-7]{16}$`)
	secretKey    = regexp.MustCompile(`^[A-Za-z0-9+/]{40}$`)
	roleID       = regexp.MustCompile(`^AROA[A-Z0-9]{17}$`)
)

// What AssumeRole answers, shape by shape; what was not asked for is absent
// (rule S8: no PackedPolicySize without policy and tags).
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_Examples,
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumedRoleUser.html
func TestAssumeRoleAnswers(t *testing.T) {
	h := open(t)
	role := h.roleWith("Deploy", trust(account), "Path", "/ops/")
	role = strings.Replace(role, "role/", "role/ops/", 1)
	a := h.assume(admin, role)
	check(t, a, refusal{})
	id, user, _ := strings.Cut(a.value("AssumedRoleId"), ":")
	if !roleID.MatchString(id) || user != "night" {
		t.Errorf("AssumedRoleId %s", a.value("AssumedRoleId"))
	}
	if got, want := a.value("Arn"), "arn:aws:sts::"+account+":assumed-role/Deploy/night"; got != want {
		t.Errorf("Arn %s, want %s: the path is not in it", got, want)
	}
	if got, want := a.value("Expiration"), "2026-03-01T13:00:00Z"; got != want {
		t.Errorf("Expiration %s, want %s", got, want)
	}
	s := a.session()
	if !sessionKeyID.MatchString(s.id) || !secretKey.MatchString(s.secret) || len(s.token) < 100 || len(s.token) > 4096 {
		t.Errorf("credentials %s, %d and %d characters", s.id, len(s.secret), len(s.token))
	}
	for _, absent := range []string{"PackedPolicySize", "SourceIdentity"} {
		if a.has(absent) {
			t.Errorf("%s was not asked for: %s", absent, a.body)
		}
	}
	if again := h.assume(admin, role).session(); again.id == s.id || again.secret == s.secret || again.token == s.token {
		t.Error("two sessions are alike")
	}
	for name, pairs := range map[string][]string{"Policy": {"Policy", everything}, "PolicyArns": {"PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"}, "Tags": tags("a", "b")} {
		if a := h.assume(admin, role, pairs...); !a.has("PackedPolicySize") || a.value("PackedPolicySize") == "0" {
			t.Errorf("%s: no PackedPolicySize: %s", name, a.body)
		}
	}
	if a := h.assume(admin, role, "SourceIdentity", "ann"); a.value("SourceIdentity") != "ann" {
		t.Errorf("SourceIdentity: %s", a.body)
	}
}

// S1: a malformed ARN is told apart from a role that is not there, which is
// refused as one that trusts nobody (peers answered with credentials).
//
// Source: LocalStack's recordings of AWS, test_sts.py (the texts of S1).
func TestRoleArn(t *testing.T) {
	h := open(t)
	h.role("Deploy")
	denied := func(role string) refusal {
		return refusal{403, "AccessDenied", "User: arn:aws:iam::" + account + ":user/admin is not authorized to perform: sts:AssumeRole on resource: " + role}
	}
	for _, role := range []string{"arn:aws:iam::" + account, "arn::iam::" + account + ":role/Deploy", "arn:aws:::" + account + ":role/Deploy", "arn:aws:iam::" + account + ":",
		"Deploy-Deploy-Deploy-Deploy", "urn:aws:iam::" + account + ":role/Deploy"} {
		t.Run(role, func(t *testing.T) {
			check(t, h.assume(admin, role), refusal{400, "ValidationError", role + " is invalid"})
		})
	}
	for _, role := range []string{"arn:aws:iam::" + account + ":role/Nobody", "arn:aws:iam::" + account + ":role/deploy", "arn:aws:iam::" + account + ":role/ops/Deploy",
		"arn:aws:iam::" + account + ":user/admin", "arn:aws:iam::" + account + ":role/Deploy/", "arn:aws:iam::999999999999:role/Deploy", "arn:aws:iam::" + other + ":role/Deploy",
		"arn:aws-cn:iam::" + account + ":role/Deploy", "arn:aws:iam:us-east-1:" + account + ":role/Deploy", "arn:aws:sts::" + account + ":role/Deploy",
		"arn:aws:iam::role/Deploy:role/Deploy", "arn:aws:iam::" + account + ":role/*", "arn:aws:iam::" + account + ":*"} {
		t.Run(role, func(t *testing.T) { check(t, h.assume(admin, role), denied(role)) })
	}
	short := "arn:aws:iam::1:role"
	check(t, h.assume(admin, short), refusal{400, "ValidationError",
		"1 validation error detected: Value '" + short + "' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20"})
}

// S2, S3, S7: what the model constrains, in the words that LocalStack's
// recordings of AWS have for a wrong RoleSessionName. Checked before anybody
// asks who trusts whom.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_RequestParameters
func TestConstraintsOfAssumeRole(t *testing.T) {
	h := open(t)
	role := h.role("Deploy")
	one := func(value, at, constraint string) string {
		return "1 validation error detected: Value '" + value + "' at '" + at + "' failed to satisfy constraint: Member must " + constraint
	}
	pattern := func(p string) string { return "satisfy regular expression pattern: " + p }
	long := strings.Repeat("a", 65)
	for _, c := range []struct {
		rule        string
		name, value string
		want        string // "" where the value is good
	}{
		{"S2 a name with a colon", "RoleSessionName", "Session1:2", one("Session1:2", "roleSessionName", pattern(`[\w+=,.@-]*`))},
		{"S2 a name with a space", "RoleSessionName", "a b", one("a b", "roleSessionName", pattern(`[\w+=,.@-]*`))},
		{"S2 a name with a letter beyond ASCII", "RoleSessionName", "käthe", one("käthe", "roleSessionName", pattern(`[\w+=,.@-]*`))},
		{"S2 a long name", "RoleSessionName", long, one(long, "roleSessionName", "have length less than or equal to 64")},
		{"S2 a short name", "RoleSessionName", "a", one("a", "roleSessionName", "have length greater than or equal to 2")},
		{"S2 two at once", "RoleSessionName", ":", `2 validation errors detected: Value ':' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*; ` +
			"Value ':' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2"},
		{"S2 every letter that is allowed", "RoleSessionName", "aZ09_+=,.@-", ""},
		{"S2 64 letters", "RoleSessionName", long[1:], ""},
		{"S3 below the least", "DurationSeconds", "899", one("899", "durationSeconds", "have value greater than or equal to 900")},
		{"S3 above the most", "DurationSeconds", "43201", one("43201", "durationSeconds", "have value less than or equal to 43200")},
		{"S3 the least", "DurationSeconds", "900", ""},
		{"S3 the most of a role that says nothing", "DurationSeconds", "3600", ""},
		{"S3 negative", "DurationSeconds", "-900", one("-900", "durationSeconds", "have value greater than or equal to 900")},
		{"S7 a short external id", "ExternalId", "a", one("a", "externalId", "have length greater than or equal to 2")},
		{"S7 an external id with a space", "ExternalId", "a b", one("a b", "externalId", pattern(`[\w+=,.@:\/-]*`))},
		{"S7 an external id with colon and slash", "ExternalId", "a:/b", ""},
		{"S7 an external id of 1224", "ExternalId", strings.Repeat("a", 1224), ""},
		{"S7 a short source identity", "SourceIdentity", "a", one("a", "sourceIdentity", "have length greater than or equal to 2")},
		{"S7 a source identity with a slash", "SourceIdentity", "a/b", one("a/b", "sourceIdentity", pattern(`[\w+=,.@-]*`))},
		{"S7 a short serial number", "SerialNumber", "arn:mfa", one("arn:mfa", "serialNumber", "have length greater than or equal to 9")},
		{"S7 a code of five digits", "TokenCode", "12345", one("12345", "tokenCode", "have length greater than or equal to 6")},
		{"S7 a code of letters", "TokenCode", "abcdef", one("abcdef", "tokenCode", pattern(`[\d]*`))},
	} {
		t.Run(c.rule, func(t *testing.T) {
			want := refusal{}
			if c.want != "" {
				want = refusal{400, "ValidationError", c.want}
			}
			a := h.assume(admin, role, c.name, c.value)
			check(t, a, want)
		})
	}
	check(t, h.send(admin, "sts", "AssumeRole"), refusal{400, "ValidationError",
		"2 validation errors detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null; " +
			"Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null"})
}

// S3, S4, S5: how long a session lasts, and who may ask for how long.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html#id_roles_use_view-role-max-session
// (the maximum; "if you assume a role using role chaining … fails if more than
// one hour"), 99designs/aws-vault#263 (GetSessionToken counts as chaining).
func TestHowLongARoleSessionLasts(t *testing.T) {
	h := open(t)
	role := h.roleWith("Long", trust(account), "MaxSessionDuration", "7200")
	chained := h.session(admin, h.role("First"))
	own := h.call(admin, "sts", "GetSessionToken").session()
	beyondMax := refusal{400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."}
	beyondHour := refusal{400, "ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."}
	for _, c := range []struct {
		rule string
		key
		seconds string
		want    refusal
		lasts   time.Duration
	}{
		{"an hour where nobody says", admin, "", refusal{}, time.Hour},
		{"a quarter", admin, "900", refusal{}, 15 * time.Minute},
		{"the role's maximum", admin, "7200", refusal{}, 2 * time.Hour},
		{"S4 beyond it", admin, "7201", beyondMax, 0},
		{"S4 twelve hours", admin, "43200", beyondMax, 0},
		{"S5 chained: an hour", chained, "3600", refusal{}, time.Hour},
		{"S5 chained: an hour where nobody says", chained, "", refusal{}, time.Hour},
		{"S5 chained: beyond", chained, "3601", beyondHour, 0},
		{"S5 GetSessionToken: an hour", own, "3600", refusal{}, time.Hour},
		{"S5 GetSessionToken: beyond", own, "3601", beyondHour, 0},
	} {
		t.Run(c.rule, func(t *testing.T) {
			var pairs []string
			if c.seconds != "" {
				pairs = []string{"DurationSeconds", c.seconds}
			}
			a := h.assume(c.key, role, pairs...)
			check(t, a, c.want)
			if want := start.Add(c.lasts).Format(time.RFC3339); c.want == (refusal{}) && a.value("Expiration") != want {
				t.Errorf("until %s, want %s", a.value("Expiration"), want)
			}
		})
	}
}

// V4: who is trusted by name needs no policy, who is trusted through the
// account does; across accounts both sides must allow.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html ("You can do either
// because the role's trust policy acts as an IAM resource-based policy")
func TestWhoMayAssume(t *testing.T) {
	h := open(t)
	h.call(admin, "iam", "CreateUser", "UserName", "ann")
	ann := h.call(admin, "iam", "CreateAccessKey", "UserName", "ann").session()
	first := h.role("First")
	chained := h.session(admin, first)
	who := map[string]string{ann.id: "arn:aws:iam::" + account + ":user/ann", admin.id: "arn:aws:iam::" + account + ":user/admin",
		guest.id: "arn:aws:iam::" + other + ":user/admin", chained.id: "arn:aws:sts::" + account + ":assumed-role/First/night"}
	const noIdentity = " because no identity-based policy allows the sts:AssumeRole action"
	for i, c := range []struct {
		rule string
		key
		trusts, because string
		denied          bool
	}{
		{"the account, and the caller's policy", admin, account, "", false},
		{"the account, and no policy of the caller's", ann, account, noIdentity, true},
		{"the user by name, and no policy of the user's", ann, who[ann.id], "", false},
		{"another user", admin, who[ann.id], "", true},
		{"the other account, and the policy there", guest, other, "", false},
		{"not the other account", guest, account, "", true},
		{"the other account's user by name", guest, who[guest.id], "", false},
		{"a role, to its session", chained, first, "", false},
		{"one session", chained, who[chained.id], "", false},
		{"another session of the role", chained, "arn:aws:sts::" + account + ":assumed-role/First/day", "", true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			role := h.roleWith("Deploy"+decimal(i), trust(c.trusts))
			want := refusal{}
			if c.denied {
				want = refusal{403, "AccessDenied", "User: " + who[c.id] + " is not authorized to perform: sts:AssumeRole on resource: " + role + c.because}
			}
			check(t, h.assume(c.key, role), want)
		})
	}
}

// The partition follows the region that signed.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func TestPartitions(t *testing.T) {
	for region, partition := range map[string]string{"us-east-1": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov"} {
		h := open(t)
		h.region = region
		h.call(admin, "iam", "CreateRole", "RoleName", "Deploy", "AssumeRolePolicyDocument", trust(account))
		a := h.assume(admin, "arn:"+partition+":iam::"+account+":role/Deploy")
		check(t, a, refusal{})
		if got, want := a.value("Arn"), "arn:"+partition+":sts::"+account+":assumed-role/Deploy/night"; got != want {
			t.Errorf("%s: %s, want %s", region, got, want)
		}
		if got, want := h.call(a.session(), "sts", "GetCallerIdentity").value("Arn"), a.value("Arn"); got != want {
			t.Errorf("%s: the session is %s, want %s", region, got, want)
		}
	}
}
