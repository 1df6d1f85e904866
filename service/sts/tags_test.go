package sts_test

import (
	"strings"
	"testing"
)

// invalidTags is the code that AWS has for tags which do not fit each other.
func invalidTags(message string) refusal { return refusal{400, "InvalidParameterValue", message} }

// S6: tags that do not fit each other. The first four texts are from
// LocalStack's recordings of AWS (test_sts.py); for keys that AWS reserves
// nobody quotes STS, so the words are rolecall's own.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_know
func TestTagsMustFitEachOther(t *testing.T) {
	h := open(t)
	role := h.role("Deploy")
	handed := h.session(admin, role, append(tags("Team", "blue", "Desk", "9"), "TransitiveTagKeys.member.1", "team")...)
	const (
		duplicate  = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
		notThere   = "The specified transitive tag key must be included in the requested tags."
		conflict   = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session."
		reserved   = "Tag keys starting with 'aws:' are reserved for internal use."
		transitive = "TransitiveTagKeys.member.1"
	)
	for _, c := range []struct {
		rule string
		key
		pairs []string
		want  refusal
	}{
		{"two tags", admin, tags("a", "1", "b", "2"), refusal{}},
		{"one key twice", admin, tags("a", "1", "a", "2"), invalidTags(duplicate)},
		{"one key in two spellings", admin, tags("Team", "1", "tEAM", "1"), invalidTags(duplicate)},
		{"one key in two spellings beyond ASCII", admin, tags("É", "1", "é", "1"), invalidTags(duplicate)},
		{"an empty value", admin, tags("a", ""), refusal{}},
		{"a transitive key with its tag", admin, append(tags("Team", "1"), transitive, "Team"), refusal{}},
		{"a transitive key in another spelling", admin, append(tags("Team", "1"), transitive, "TEAM"), refusal{}},
		{"a transitive key without its tag", admin, append(tags("Team", "1"), transitive, "Desk"), invalidTags(notThere)},
		{"a transitive key and no tags", admin, []string{transitive, "Team"}, invalidTags(notThere)},
		{"a key that was handed down", handed, tags("TEAM", "red"), invalidTags(conflict)},
		{"a transitive key that was handed down", handed, append(tags("TEAM", "red"), transitive, "team"), invalidTags(conflict)},
		{"a key of the session that was not handed down", handed, tags("Desk", "1"), refusal{}},
		{"a key that AWS reserves", admin, tags("aws:team", "1"), invalidTags(reserved)},
		{"in any spelling", admin, tags("AWS:team", "1"), invalidTags(reserved)},
		{"a key that begins like one", admin, tags("awsteam", "1"), refusal{}},
	} {
		t.Run(c.rule, func(t *testing.T) { check(t, h.assume(c.key, role, c.pairs...), c.want) })
	}
}

// S6: the model's limits of tags.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html
func TestConstraintsOfTags(t *testing.T) {
	h := open(t)
	role := h.role("Deploy")
	var many []string
	for i := range 51 {
		many = append(many, "k"+decimal(i), "")
	}
	for _, c := range []struct {
		rule  string
		pairs []string
		parts []string // of the refusal; none where it is done
	}{
		{"50 tags", tags(many[:100]...), nil},
		{"51 tags", tags(many...), []string{"1 validation error detected: ", "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50"}},
		{"a key of 128", tags(strings.Repeat("k", 128), "v"), nil},
		{"a key of 129", tags(strings.Repeat("k", 129), "v"), []string{"at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128"}},
		{"a value of 256", tags("k", strings.Repeat("v", 256)), nil},
		{"a value of 257", tags("k", strings.Repeat("v", 257)), []string{"at 'tags.1.member.value' failed to satisfy constraint: Member must have length less than or equal to 256"}},
		{"an empty key", tags("", "v"), []string{"at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1"}},
		{"a key with a star", tags("k*", "v"), []string{"Value 'k*' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern"}},
		{"a key of letters from everywhere", tags("Équipe 班 _.:/=+-@", "v"), nil},
		{"a tag without a value", []string{"Tags.member.1.Key", "k"}, []string{"Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			a := h.assume(admin, role, c.pairs...)
			if len(c.parts) == 0 {
				check(t, a, refusal{})
			} else if a.status != 400 || a.code != "ValidationError" {
				t.Errorf("%d %s: %s", a.status, a.code, a.message)
			}
			for _, part := range c.parts {
				if !strings.Contains(a.message, part) {
					t.Errorf("%s\nwant in it: %s", a.message, part)
				}
			}
		})
	}
}

// S8: what policies and tags take of a token. The first number is that of
// aws-actions/configure-aws-credentials#1898, the texts are AWS's.
//
// Source: https://repost.aws/knowledge-center/iam-role-aws-sts-error
func TestPackedSize(t *testing.T) {
	h := open(t)
	role := h.role("Deploy")
	var nine []string
	for i := range 9 {
		nine = append(nine, "k"+decimal(i), strings.Repeat("a", 250))
	}
	a := h.assume(admin, role, tags(nine...)...)
	if a.status != 400 || a.code != "PackedPolicyTooLarge" || !strings.HasPrefix(a.message, "Packed size of session tags consumes 4") ||
		!strings.HasSuffix(a.message, "% of allotted space.") {
		t.Errorf("tags: %d %s: %s", a.status, a.code, a.message)
	}
	statement := func(letters int) string {
		text := `{"Version":"2012-10-17","Statement":{"Sid":"` + "%" + `","Effect":"Allow","Action":"*","Resource":"*"}}`
		return strings.Replace(text, "%", strings.Repeat("a", letters-len(text)+1), 1)
	}
	for _, c := range []struct {
		rule   string
		policy string
		want   refusal
	}{
		{"2,048 characters", statement(2048), refusal{}},
		{"2,049 characters", statement(2049), refusal{400, "PackedPolicyTooLarge", "Packed policy consumes 101% of allotted space, please use smaller policy."}},
		{"100,000 characters", statement(100_000), refusal{400, "PackedPolicyTooLarge", "Packed policy consumes 4883% of allotted space, please use smaller policy."}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := h.assume(admin, role, "Policy", c.policy); got.code != c.want.code || got.message != c.want.message {
				t.Errorf("%s: %s, want %+v", got.code, got.message, c.want)
			}
		})
	}
	t.Run("characters are counted, not bytes", func(t *testing.T) {
		text := strings.Replace(statement(2048), `"*"}}`, `"arn:aws:s3:::`+strings.Repeat("é", 200)+`"}}`, 1)
		text = strings.Replace(text, strings.Repeat("a", 213), "", 1)
		check(t, h.assume(admin, role, "Policy", text), refusal{})
	})
	t.Run("the ARNs of managed policies count", func(t *testing.T) {
		own := h.call(admin, "iam", "CreatePolicy", "PolicyName", strings.Repeat("p", 100), "PolicyDocument", everything).value("Arn")
		a := h.assume(admin, role, "Policy", statement(2040), "PolicyArns.member.1.arn", own)
		if a.code != "PackedPolicyTooLarge" {
			t.Errorf("%d %s: %s", a.status, a.code, a.message)
		}
	})
}
