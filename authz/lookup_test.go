package authz

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestLookup: rule C14, names of condition keys have no case.
func TestLookup(t *testing.T) {
	c := keys("aws:PrincipalTag/Team", "red", "aws:TagKeys[]", "a,b", "empty[]", "")
	for _, test := range []struct {
		name    string
		key     string
		present bool
		multi   bool
		values  string
	}{
		{"a key as it was set", "aws:PrincipalTag/Team", true, false, "red"},
		{"C14 a key in another case", "AWS:principaltag/TEAM", true, false, "red"},
		{"C14 a letter that folds from outside of ASCII", "aws:TagKey\u017f", true, true, "a,b"},
		{"a multivalued key without values", "empty", true, true, ""},
		{"a key that is not there", "aws:PrincipalTag/Tea", false, false, ""},
		{"no name", "", false, false, ""},
	} {
		k := MakeKey(test.key)
		v := c.Lookup(&k)
		if v.Present() != test.present {
			t.Errorf("%s: present %v", test.name, v.Present())
			continue
		}
		if !test.present {
			continue
		}
		var values []string
		for i := range v.Len() {
			values = append(values, v.At(i))
		}
		if v.Multi() != test.multi || strings.Join(values, ",") != test.values {
			t.Errorf("%s: %v, multivalued %v", test.name, values, v.Multi())
		}
	}
}

// TestLookupAgreesWithGet draws names that differ in case, in letters that
// fold from outside of ASCII, and not at all.
func TestLookupAgreesWithGet(t *testing.T) {
	name := rapid.StringOfN(rapid.SampledFrom([]rune("kK\u212asS\u017f:/a\uFFFDéÉ")), 0, 10, -1)
	broken := rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]byte("aA\xff\xc3\xa9")), 0, 10), func(b []byte) string { return string(b) })
	rapid.Check(t, func(t *rapid.T) {
		set, asked := rapid.OneOf(name, broken).Draw(t, "set"), rapid.OneOf(name, broken).Draw(t, "asked")
		var c Context
		c.Set(set, "1")
		k := MakeKey(asked)
		if _, want := c.Get(asked); c.Lookup(&k).Present() != want {
			t.Fatalf("%q in a context with %q: Get finds it: %v", asked, set, want)
		}
		c.Set(asked, "2")
		values, _ := c.Get(asked)
		if len(values) != 1 || values[0] != "2" {
			t.Fatalf("%q set after %q: %v", asked, set, values)
		}
	})
}
