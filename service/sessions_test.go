package service_test

import (
	"strings"
	"testing"
	"time"
)

var (
	invalidToken = refusal{403, "InvalidClientTokenId", "The security token included in the request is invalid."}
	expiredToken = refusal{403, "ExpiredToken", "The security token included in the request is expired"}
	whoAmI       = form("sts", "GetCallerIdentity")
)

// What GetCallerIdentity shows of each kind of caller.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
func TestEachKindOfCallerIsShownAsAWSShowsIt(t *testing.T) {
	h := open(t)
	h.call(admin, "iam", "CreateRole", "RoleName", "Deploy", "Path", "/ops/", "AssumeRolePolicyDocument", trust(account, "sts:AssumeRole"))
	roleID := h.call(admin, "iam", "GetRole", "RoleName", "Deploy").value("RoleId")
	adminID := h.call(admin, "iam", "GetUser", "UserName", "admin").value("UserId")
	for _, c := range []struct {
		rule string
		key
		arn, id string
	}{
		{"a user", admin, "arn:aws:iam::" + account + ":user/admin", adminID},
		{"the root user", root, "arn:aws:iam::" + account + ":root", account},
		{"a role session, whose ARN has no path", h.assume(admin, "arn:aws:iam::"+account+":role/ops/Deploy"),
			"arn:aws:sts::" + account + ":assumed-role/Deploy/night", roleID + ":night"},
		{"a user with GetSessionToken", h.call(admin, "sts", "GetSessionToken").session(), "arn:aws:iam::" + account + ":user/admin", adminID},
		{"the root user with GetSessionToken", h.call(root, "sts", "GetSessionToken").session(), "arn:aws:iam::" + account + ":root", account},
	} {
		t.Run(c.rule, func(t *testing.T) {
			a := h.call(c.key, "sts", "GetCallerIdentity")
			if a.value("Arn") != c.arn || a.value("UserId") != c.id || a.value("Account") != account {
				t.Error(a.body)
			}
		})
	}
}

// A session is one of the role with the unique id that it was made for: it
// ends with that role and does not come back with another of the same name
// (peers look roles up by name).
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func TestASessionEndsWithItsRole(t *testing.T) {
	h := open(t)
	arn := h.role("Deploy", trust(account, "sts:AssumeRole"), "")
	old := h.assume(admin, arn)
	check(t, h.send(old, whoAmI), refusal{})
	h.call(admin, "iam", "DeleteRole", "RoleName", "Deploy")
	check(t, h.send(old, whoAmI), invalidToken)
	h.role("Deploy", trust(account, "sts:AssumeRole"), everything)
	check(t, h.send(old, whoAmI), invalidToken)
	check(t, h.send(old, form("iam", "ListUsers")), invalidToken)
	check(t, h.send(h.assume(admin, arn), whoAmI), refusal{})
}

// So does a session that GetSessionToken made of a user.
func TestASessionEndsWithItsUser(t *testing.T) {
	h := open(t)
	ann := h.user("ann", "")
	old := h.call(ann, "sts", "GetSessionToken").session()
	check(t, h.send(old, whoAmI), refusal{})
	h.call(admin, "iam", "DeleteAccessKey", "UserName", "ann", "AccessKeyId", ann.id)
	check(t, h.send(ann, whoAmI), invalidToken)
	check(t, h.send(old, whoAmI), refusal{})
	h.call(admin, "iam", "DeleteUser", "UserName", "ann")
	check(t, h.send(old, whoAmI), invalidToken)
	h.user("ann", everything)
	check(t, h.send(old, whoAmI), invalidToken)
}

// A deactivated key signs nothing; sessions made with it go on until they
// expire.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html
func TestADeactivatedKeySignsNothing(t *testing.T) {
	h := open(t)
	ann := h.user("ann", allow("sts:AssumeRole"))
	arn := h.role("Deploy", trust(account, "sts:AssumeRole"), "")
	own, role := h.call(ann, "sts", "GetSessionToken").session(), h.assume(ann, arn)
	h.call(admin, "iam", "UpdateAccessKey", "UserName", "ann", "AccessKeyId", ann.id, "Status", "Inactive")
	check(t, h.send(ann, whoAmI), invalidToken)
	check(t, h.send(own, whoAmI), refusal{})
	check(t, h.send(role, whoAmI), refusal{})
	h.call(admin, "iam", "UpdateAccessKey", "UserName", "ann", "AccessKeyId", ann.id, "Status", "Active")
	check(t, h.send(ann, whoAmI), refusal{})
}

// A session lasts until the second that its credentials name, and is then
// refused as expired, not as unknown.
func TestASessionExpires(t *testing.T) {
	h := open(t)
	arn := h.role("Deploy", trust(account, "sts:AssumeRole"), "")
	made := h.call(admin, "sts", "AssumeRole", "RoleArn", arn, "RoleSessionName", "night", "DurationSeconds", "900")
	if got, want := made.value("Expiration"), "2026-03-01T12:15:00Z"; got != want {
		t.Errorf("expires %s, want %s", got, want)
	}
	s := made.session()
	h.pass(899 * time.Second)
	check(t, h.send(s, whoAmI), refusal{})
	h.pass(time.Second)
	check(t, h.send(s, whoAmI), expiredToken)
	if a := h.send(s, message{method: "GET", url: "/books", service: "s3"}); a.status != 400 || a.code != "ExpiredToken" {
		t.Errorf("S3: %d %s", a.status, a)
	}
	if a := h.send(s, organizations(listRoots, jsonType, "{}")); a.status != 400 || a.code != "ExpiredTokenException" {
		t.Errorf("Organizations: %d %s", a.status, a)
	}
	h.call(admin, "iam", "DeleteRole", "RoleName", "Deploy")
	check(t, h.send(s, whoAmI), expiredToken)
}

// A token is good beside its own access key and secret, whole, and nowhere
// else.
func TestATokenBelongsToItsKey(t *testing.T) {
	h := open(t)
	arn := h.role("Deploy", trust(account, "sts:AssumeRole"), "")
	s, other := h.assume(admin, arn), h.assume(admin, arn)
	flipped := []byte(s.token)
	if flipped[40]++; flipped[40] > 'z' {
		flipped[40] = 'A'
	}
	for _, c := range []struct {
		rule string
		key
		want refusal
	}{
		{"another session's access key", key{other.id, s.secret, s.token}, invalidToken},
		{"another session's key and secret", key{other.id, other.secret, s.token}, invalidToken},
		{"a long-term key", key{admin.id, admin.secret, s.token}, invalidToken},
		{"no token", key{s.id, s.secret, ""}, invalidToken},
		{"a token cut off", key{s.id, s.secret, s.token[:len(s.token)-4]}, invalidToken},
		{"a token with a letter changed", key{s.id, s.secret, string(flipped)}, invalidToken},
		{"a token with something behind", key{s.id, s.secret, s.token + "AAAA"}, invalidToken},
		{"no token of ours", key{s.id, s.secret, "IQoJb3JpZ2luX2VjEXAMPLE"}, invalidToken},
		{"a token of 64 KB", key{s.id, s.secret, strings.Repeat("A", 64<<10)}, invalidToken},
	} {
		t.Run(c.rule, func(t *testing.T) { check(t, h.send(c.key, whoAmI), c.want) })
	}
	if a := h.send(key{s.id, other.secret, s.token}, whoAmI); a.code != "SignatureDoesNotMatch" {
		t.Errorf("another session's secret: %s", a)
	}
	check(t, h.send(s, whoAmI), refusal{})
}

// Credentials of GetSessionToken without MFA cannot call IAM, and of STS only
// what a session needs. The policies, which here allow everything, have no say.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html;
// the code is that of cloudyr/aws.iam#15, the words of GetSessionToken those of
// rule S10.
func TestWhatCredentialsOfGetSessionTokenCannotDo(t *testing.T) {
	h := open(t)
	arn := h.role("Deploy", trust(account, "sts:AssumeRole"), "")
	user, owner := h.call(admin, "sts", "GetSessionToken").session(), h.call(root, "sts", "GetSessionToken").session()
	for _, c := range []struct {
		rule string
		key
		message
		want refusal
	}{
		{"a user's: IAM", user, form("iam", "ListUsers"), invalidToken},
		{"root's: IAM", owner, form("iam", "ListUsers"), invalidToken},
		{"a user's: who am I", user, whoAmI, refusal{}},
		{"root's: who am I", owner, whoAmI, refusal{}},
		{"a user's: AssumeRole", user, form("sts", "AssumeRole", "RoleArn", arn, "RoleSessionName", "night"), refusal{}},
		{"root's: AssumeRole", owner, form("sts", "AssumeRole", "RoleArn", arn, "RoleSessionName", "night"),
			refusal{403, "AccessDenied", "Roles may not be assumed by root accounts."}},
		{"a user's: GetSessionToken", user, form("sts", "GetSessionToken"), refusal{403, "AccessDenied", "Cannot call GetSessionToken with session credentials"}},
		{"root's: GetSessionToken", owner, form("sts", "GetSessionToken"), refusal{403, "AccessDenied", "Cannot call GetSessionToken with session credentials"}},
		{"a user's: GetFederationToken", user, form("sts", "GetFederationToken", "Name", "ann"),
			refusal{403, "AccessDenied", "Cannot call GetFederationToken with session credentials"}},
		{"a user's: GetAccessKeyInfo", user, form("sts", "GetAccessKeyInfo", "AccessKeyId", admin.id),
			refusal{403, "AccessDenied", "Cannot call GetAccessKeyInfo with session credentials"}},
	} {
		t.Run(c.rule, func(t *testing.T) { check(t, h.send(c.key, c.message), c.want) })
	}
}

// No policy of the account limits the root user, who assumes no roles.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html; rule V13.
func TestTheRootUser(t *testing.T) {
	h := open(t)
	arn := h.role("Deploy", trust(account, "sts:AssumeRole"), "")
	h.call(root, "iam", "ListUsers")
	check(t, h.send(root, form("sts", "AssumeRole", "RoleArn", arn, "RoleSessionName", "night")),
		refusal{403, "AccessDenied", "Roles may not be assumed by root accounts."})
	if a := h.call(root, "iam", "GetUser"); a.value("Arn") != "arn:aws:iam::"+account+":root" || a.value("UserId") != account {
		t.Error(a.body)
	}
}
