package sts_test

import (
	"strings"
	"testing"
	"time"
)

// What GetFederationToken answers, shape by shape. PackedPolicySize is there
// even where nothing was packed, unlike AssumeRole's (LocalStack's recordings
// of AWS, test_sts.py).
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html#API_GetFederationToken_Examples
func TestGetFederationTokenAnswers(t *testing.T) {
	h := open(t)
	a := h.call(admin, "sts", "GetFederationToken", "Name", "bob@example.com")
	for name, want := range map[string]string{
		"Arn": "arn:aws:sts::" + account + ":federated-user/bob@example.com", "FederatedUserId": account + ":bob@example.com",
		"PackedPolicySize": "0", "Expiration": "2026-03-02T00:00:00Z",
	} {
		if got := a.value(name); got != want {
			t.Errorf("%s %s, want %s", name, got, want)
		}
	}
	s := a.session()
	if !sessionKeyID.MatchString(s.id) || !secretKey.MatchString(s.secret) || len(s.token) > 4096 {
		t.Errorf("credentials %s, %d and %d characters", s.id, len(s.secret), len(s.token))
	}
	for name, pairs := range map[string][]string{"Policy": {"Policy", everything}, "Tags": tags("a", "b")} {
		if a := h.call(admin, "sts", "GetFederationToken", append(pairs, "Name", "bob")...); a.value("PackedPolicySize") == "0" {
			t.Errorf("%s: %s", name, a.body)
		}
	}
	who := h.call(s, "sts", "GetCallerIdentity")
	if who.value("Arn") != a.value("Arn") || who.value("UserId") != a.value("FederatedUserId") || who.value("Account") != account {
		t.Error(who.body)
	}
	own := h.call(root, "sts", "GetFederationToken", "Name", "bob").session()
	if who := h.call(own, "sts", "GetCallerIdentity"); who.value("Arn") != "arn:aws:sts::"+account+":federated-user/bob" {
		t.Error(who.body)
	}
}

// S3: how long the credentials last. "The maximum session duration for root
// user credentials is 3,600 seconds; if the specified duration is longer than
// one hour, the session … defaults to one hour."
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
func TestHowLongAFederatedUsersSessionLasts(t *testing.T) {
	h := open(t)
	bound := func(value, than string) refusal {
		return refusal{400, "ValidationError", "1 validation error detected: Value '" + value +
			"' at 'durationSeconds' failed to satisfy constraint: Member must have value " + than}
	}
	for _, c := range []struct {
		rule string
		key
		seconds string
		want    refusal
		lasts   time.Duration
	}{
		{"a user, by default", admin, "", refusal{}, 12 * time.Hour},
		{"a user, the least", admin, "900", refusal{}, 15 * time.Minute},
		{"a user, the most", admin, "129600", refusal{}, 36 * time.Hour},
		{"below", admin, "899", bound("899", "greater than or equal to 900"), 0},
		{"beyond", admin, "129601", bound("129601", "less than or equal to 129600"), 0},
		{"root, by default", root, "", refusal{}, time.Hour},
		{"root, the most", root, "129600", refusal{}, time.Hour},
		{"root, less than an hour", root, "900", refusal{}, 15 * time.Minute},
	} {
		t.Run(c.rule, func(t *testing.T) {
			pairs := []string{"Name", "bob"}
			if c.seconds != "" {
				pairs = append(pairs, "DurationSeconds", c.seconds)
			}
			a := h.send(c.key, "sts", "GetFederationToken", pairs...)
			check(t, a, c.want)
			if c.want == (refusal{}) && a.value("Expiration") != start.Add(c.lasts).Format(time.RFC3339) {
				t.Errorf("until %s, want %s later", a.value("Expiration"), c.lasts)
			}
		})
	}
}

// S6, S8, S10: what is refused whoever asks.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html;
// "Cannot call GetFederationToken with session credentials" is quoted in
// hashicorp/vault#4108, where the credentials are a role's.
func TestWhatGetFederationTokenRefuses(t *testing.T) {
	h := open(t)
	session := refusal{403, "AccessDenied", "Cannot call GetFederationToken with session credentials"}
	long := strings.Repeat("b", 33)
	arns := func(n int) []string {
		var pairs []string
		for i := range n {
			pairs = append(pairs, "PolicyArns.member."+decimal(i+1)+".arn", "arn:aws:iam::aws:policy/ReadOnlyAccess")
		}
		return pairs
	}
	const gone = "arn:aws:iam::" + account + ":policy/gone"
	for _, c := range []struct {
		rule string
		key
		name  string
		pairs []string
		want  refusal
	}{
		{"a role's credentials", h.session(admin, h.role("Deploy")), "bob", nil, session},
		{"a user's with GetSessionToken", h.call(admin, "sts", "GetSessionToken").session(), "bob", nil, session},
		{"a federated user's", h.call(admin, "sts", "GetFederationToken", "Name", "bob", "Policy", everything).session(), "bob", nil, session},
		{"a name of 33 letters", admin, long, nil, refusal{400, "ValidationError", "1 validation error detected: Value '" + long +
			"' at 'name' failed to satisfy constraint: Member must have length less than or equal to 32"}},
		{"a name of 32 letters", admin, long[1:], nil, refusal{}},
		{"a name with a slash", admin, "a/b", nil, refusal{400, "ValidationError",
			`1 validation error detected: Value 'a/b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`}},
		{"one key in two spellings", admin, "bob", tags("Team", "1", "team", "2"), refusal{400, "InvalidParameterValue",
			"Duplicate tag keys found. Please note that Tag keys are case insensitive."}},
		{"a policy that names a principal", admin, "bob", []string{"Policy",
			`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`},
			refusal{400, "MalformedPolicyDocument", "Policy document should not specify a principal."}},
		{"ten managed policies", admin, "bob", arns(10), refusal{}},
		{"eleven", admin, "bob", arns(11), refusal{400, "ValidationError", "The number of policies has exceeded the limit of 10."}},
		{"a managed policy that is not there", admin, "bob", []string{"PolicyArns.member.1.arn", gone}, refusal{400, "ValidationError", gone + " is invalid"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			check(t, h.send(c.key, "sts", "GetFederationToken", append([]string{"Name", c.name}, c.pairs...)...), c.want)
		})
	}
}

// The denial names the federated user, as ryanto/next-s3-upload#182 quotes it;
// tags need sts:TagSession beside.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
func TestGetFederationTokenNeedsPermission(t *testing.T) {
	h := open(t)
	const bob = "arn:aws:sts::" + account + ":federated-user/bob"
	h.call(admin, "iam", "CreateUser", "UserName", "ann")
	made := h.call(admin, "iam", "CreateAccessKey", "UserName", "ann")
	ann := key{id: made.value("AccessKeyId"), secret: made.value("SecretAccessKey")}
	denied := func(action string) refusal {
		return refusal{403, "AccessDenied", "User: arn:aws:iam::" + account + ":user/ann is not authorized to perform: " + action +
			" on resource: " + bob + " because no identity-based policy allows the " + action + " action"}
	}
	permit := func(statement string) {
		h.call(admin, "iam", "PutUserPolicy", "UserName", "ann", "PolicyName", "p", "PolicyDocument", `{"Version":"2012-10-17","Statement":`+statement+`}`)
	}
	check(t, h.send(ann, "sts", "GetFederationToken", "Name", "bob"), denied("sts:GetFederationToken"))
	permit(`{"Effect":"Allow","Action":"sts:GetFederationToken","Resource":"arn:aws:sts::` + account + `:federated-user/b*"}`)
	check(t, h.send(ann, "sts", "GetFederationToken", "Name", "bob"), refusal{})
	if a := h.send(ann, "sts", "GetFederationToken", "Name", "carl"); a.code != "AccessDenied" {
		t.Errorf("carl: %d %s", a.status, a.code)
	}
	tagged := append(tags("team", "blue"), "Name", "bob")
	check(t, h.send(ann, "sts", "GetFederationToken", tagged...), denied("sts:TagSession"))
	permit(`{"Effect":"Allow","Action":["sts:GetFederationToken","sts:TagSession"],"Resource":"*","Condition":{"StringEqualsIfExists":{"aws:RequestTag/team":"blue"}}}`)
	check(t, h.send(ann, "sts", "GetFederationToken", tagged...), refusal{})
	check(t, h.send(ann, "sts", "GetFederationToken", append(tags("team", "red"), "Name", "bob")...), denied("sts:GetFederationToken"))
}
