package policy

import (
	"strings"
	"testing"
)

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html ("wildcards")
func TestMatches(t *testing.T) {
	for _, c := range []struct {
		rule, pattern, s string
		want             bool
	}{
		{"itself", "s3:GetObject", "s3:GetObject", true},
		{"no other", "s3:GetObject", "s3:GetObjects", false},
		{"no part", "GetObject", "s3:GetObject", false},
		{"no other case", "s3:getobject", "s3:GetObject", false},
		{"a star is many", "s3:*", "s3:GetObject", true},
		{"or none", "s3:GetObject*", "s3:GetObject", true},
		{"in the middle", "s3:*Object", "s3:GetObject", true},
		{"which may have to go on", "*ab", "aab", true},
		{"two stars", "s3:*Obj*ACL", "s3:GetObjectVersionACL", true},
		{"that find nothing", "s3:*Obj*ACL", "s3:GetObjectVersion", false},
		{"a question mark is one", "s3:?etObject", "s3:GetObject", true},
		{"and never none", "s3:GetObject?", "s3:GetObject", false},
		{"a star matches nothing", "*", "", true},
		{"nothing matches nothing", "", "", true},
		{"and nothing else", "", "a", false},
		{"stars that could be tried in many ways", strings.Repeat("*a", 50) + "b", strings.Repeat("a", 5000), false},
	} {
		if got := Matches(c.pattern, c.s); got != c.want {
			t.Errorf("%s: %q on %q: %v", c.rule, c.pattern, c.s, got)
		}
	}
}
