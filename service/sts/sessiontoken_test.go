package sts_test

import (
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// GetSessionToken: the credentials' shapes, and how long they last (S3).
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html ("900 seconds (15
// minutes) to 129,600 seconds (36 hours), with 43,200 seconds (12 hours) as the
// default. Sessions for AWS account owners are restricted to a maximum of 3,600
// seconds (one hour). If the duration is longer than one hour, the session …
// defaults to one hour")
func TestGetSessionToken(t *testing.T) {
	h := open(t)
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
		{"below", admin, "899", refusal{400, "ValidationError",
			"1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900"}, 0},
		{"beyond", admin, "129601", refusal{400, "ValidationError",
			"1 validation error detected: Value '129601' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 129600"}, 0},
		{"root, by default", root, "", refusal{}, time.Hour},
		{"root, the least", root, "900", refusal{}, 15 * time.Minute},
		{"root, the most", root, "129600", refusal{}, time.Hour},
	} {
		t.Run(c.rule, func(t *testing.T) {
			var pairs []string
			if c.seconds != "" {
				pairs = []string{"DurationSeconds", c.seconds}
			}
			a := h.send(c.key, "sts", "GetSessionToken", pairs...)
			check(t, a, c.want)
			if c.want != (refusal{}) {
				return
			}
			if want := start.Add(c.lasts).Format(time.RFC3339); a.value("Expiration") != want {
				t.Errorf("until %s, want %s", a.value("Expiration"), want)
			}
			if s := a.session(); !sessionKeyID.MatchString(s.id) || !secretKey.MatchString(s.secret) || len(s.token) > 4096 {
				t.Errorf("credentials %s, %d and %d characters", s.id, len(s.secret), len(s.token))
			}
		})
	}
}

// It lasts that long, to the second.
func TestATokenLastsAsLongAsItSays(t *testing.T) {
	h := open(t)
	s := h.call(admin, "sts", "GetSessionToken", "DurationSeconds", "129600").session()
	h.until(start.Add(36*time.Hour - time.Second))
	check(t, h.send(s, "sts", "GetCallerIdentity"), refusal{})
	h.until(start.Add(36 * time.Hour))
	check(t, h.send(s, "sts", "GetCallerIdentity"), refusal{403, "ExpiredToken", "The security token included in the request is expired"})
}

// S10: only long-term credentials call GetSessionToken.
//
// Source: the text quoted in many issues, such as 99designs/aws-vault#231.
func TestSessionsCannotCallGetSessionToken(t *testing.T) {
	h := open(t)
	want := refusal{403, "AccessDenied", "Cannot call GetSessionToken with session credentials"}
	role := h.session(admin, h.role("Deploy"))
	for rule, k := range map[string]key{"a role's": role, "a user's": h.call(admin, "sts", "GetSessionToken").session(), "root's": h.call(root, "sts", "GetSessionToken").session()} {
		t.Run(rule, func(t *testing.T) { check(t, h.send(k, "sts", "GetSessionToken"), want) })
	}
}

// GetAccessKeyInfo tells the account of a key id, whatever the key's state;
// ids that were made here carry it. For ids of nobody's no text of AWS's is
// known ("might return an error that the key doesn't exist").
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
func TestGetAccessKeyInfo(t *testing.T) {
	h := open(t)
	h.call(admin, "iam", "CreateUser", "UserName", "ann")
	ann := h.call(admin, "iam", "CreateAccessKey", "UserName", "ann").session()
	inactive := h.call(admin, "iam", "CreateAccessKey", "UserName", "ann").session()
	h.call(admin, "iam", "UpdateAccessKey", "UserName", "ann", "AccessKeyId", inactive.id, "Status", "Inactive")
	id, err := arn.ParseAccountID(other)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := arn.NewKeyID(arn.SessionKeyPrefix, id, zeroes{})
	if err != nil {
		t.Fatal(err)
	}
	invalid := func(id string) refusal {
		return refusal{400, "ValidationError", "The access key ID " + id + " is not valid."}
	}
	for _, c := range []struct {
		rule, id string
		account  string
		want     refusal
	}{
		{"one that somebody chose", admin.id, account, refusal{}},
		{"root's", root.id, account, refusal{}},
		{"one of another account", guest.id, other, refusal{}},
		{"one that was made here", ann.id, account, refusal{}},
		{"an inactive one", inactive.id, account, refusal{}},
		{"a session's", h.session(admin, h.role("Deploy")).id, account, refusal{}},
		{"a session's of another account", theirs, other, refusal{}},
		{"one that carries no account and is nobody's", "AKIANOBODYNOBODYNOB0", "", invalid("AKIANOBODYNOBODYNOB0")},
		{"one that is too short", "AKIA", "", refusal{400, "ValidationError",
			"1 validation error detected: Value 'AKIA' at 'accessKeyId' failed to satisfy constraint: Member must have length greater than or equal to 16"}},
		{"one with a dash", "AKIA-NOBODY-NOBODY", "", refusal{400, "ValidationError",
			`1 validation error detected: Value 'AKIA-NOBODY-NOBODY' at 'accessKeyId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w]*`}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			a := h.send(admin, "sts", "GetAccessKeyInfo", "AccessKeyId", c.id)
			check(t, a, c.want)
			if a.value("Account") != c.account {
				t.Errorf("account %q, want %q", a.value("Account"), c.account)
			}
		})
	}
	check(t, h.send(ann, "sts", "GetAccessKeyInfo", "AccessKeyId", ann.id), refusal{403, "AccessDenied", "User: arn:aws:iam::" + account +
		":user/ann is not authorized to perform: sts:GetAccessKeyInfo because no identity-based policy allows the sts:GetAccessKeyInfo action"})
}

// zeroes is a source of randomness that has none.
type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// GetCallerIdentity answers each caller of each account in its own words.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html#API_GetCallerIdentity_Examples
func TestGetCallerIdentity(t *testing.T) {
	h := open(t)
	deep := h.session(h.session(admin, h.role("First")), h.role("Second"))
	for _, c := range []struct {
		key
		account, arn string
	}{
		{admin, account, "arn:aws:iam::" + account + ":user/admin"}, {root, account, "arn:aws:iam::" + account + ":root"},
		{guest, other, "arn:aws:iam::" + other + ":user/admin"}, {deep, account, "arn:aws:sts::" + account + ":assumed-role/Second/night"},
	} {
		a := h.call(c.key, "sts", "GetCallerIdentity")
		if a.value("Account") != c.account || a.value("Arn") != c.arn || a.value("UserId") == "" {
			t.Error(a.body)
		}
	}
	check(t, h.send(key{}, "sts", "GetCallerIdentity"), refusal{403, "MissingAuthenticationToken", "Request is missing Authentication Token"})
}
