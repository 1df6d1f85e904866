package policy

import (
	"fmt"
	"slices"
	"testing"
)

func TestNamesKnowsFewAndMany(t *testing.T) {
	var s names
	for i := range 100 {
		name := fmt.Sprint("name", i)
		if !s.add(name) {
			t.Errorf("%s is not new", name)
		}
		if s.add(name) {
			t.Errorf("%s is new twice", name)
		}
	}
	if s.add("name0") || s.add("name99") {
		t.Error("what was first or last is forgotten")
	}
	if !s.add("") || s.add("") {
		t.Error("the empty name is a name, once")
	}
}

// TestSlabKeepsApart: to append to what was kept changes nothing else.
func TestSlabKeepsApart(t *testing.T) {
	s := slab[int]{size: 4}
	var all [][]int
	for _, values := range [][]int{{1, 2}, {3}, {}, {4, 5}, {6, 7, 8, 9, 10}, {11}} {
		all = append(all, s.keep(values))
	}
	for _, kept := range all {
		_ = append(kept, 99)
	}
	want := [][]int{{1, 2}, {3}, nil, {4, 5}, {6, 7, 8, 9, 10}, {11}}
	if !slices.EqualFunc(all, want, slices.Equal[[]int]) {
		t.Errorf("kept %v, want %v", all, want)
	}
}

func TestNumbers(t *testing.T) {
	for word, valid := range map[string]bool{
		"0": true, "-0": true, "10": true, "0.5": true, "1e999": true, "1E+9": true, "-1.50e-7": true,
		"": false, "-": false, "+1": false, "01": false, "-01": false, ".5": false, "1.": false, "1.e1": false, "1e": false,
		"1e+": false, "1e1.5": false, "0x1": false, "Infinity": false, "1_000": false, "1f": false, "--1": false,
	} {
		if got := isNumber(word); got != valid {
			t.Errorf("isNumber(%q) is %t", word, got)
		}
	}
}

// TestOperators is rules C2 and C3.
func TestOperators(t *testing.T) {
	for name, valid := range map[string]bool{
		"StringEquals": true, "StringLikeIfExists": true, "ForAllValues:ArnNotLike": true, "ForAnyValue:NumericLessThanEqualsIfExists": true,
		"Null": true, "BinaryEquals": true, "NotIpAddressIfExists": true,

		"": false, "stringequals": false, "StringEqualsifexists": false, "IfExists": false, "StringEqualsIfExistsIfExists": false,
		"NullIfExists": false, "ForAllValues:Null": false, "ForAllValues:": false, "ForAnyValue:ForAllValues:StringEquals": false,
		"ForAnyvalue:StringEquals": false, "StringMatches": false, "StringEquals ": false, "BoolNull": false,
	} {
		if got := isOperator(name); got != valid {
			t.Errorf("isOperator(%q) is %t", name, got)
		}
	}
}
