package explain

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
)

// The statement that is shown first is the one that lacks least; one of
// another action is farther than any other.
func TestTheStatementThatLacksLeastIsNearest(t *testing.T) {
	whole := authz.StatementTrace{Principal: authz.Holds, Action: authz.Holds, Resource: authz.Holds}
	without := func(change func(*authz.StatementTrace)) authz.StatementTrace {
		s := whole
		change(&s)
		return s
	}
	all := []authz.StatementTrace{
		without(func(s *authz.StatementTrace) { s.Action, s.Resource = authz.Fails, authz.Unasked }),
		without(func(s *authz.StatementTrace) { s.Resource = authz.Fails }),
		without(func(s *authz.StatementTrace) { s.Principal = authz.Fails }),
		without(func(s *authz.StatementTrace) { s.Conditions = []authz.Outcome{authz.Fails, authz.Fails, authz.Open} }),
		without(func(s *authz.StatementTrace) { s.Conditions = []authz.Outcome{authz.Holds, authz.Fails} }),
	}
	if got, want := nearest(all), []int{2, 4, 1}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	matched := without(func(s *authz.StatementTrace) { s.Matches = authz.Holds })
	if got, want := nearest(append([]authz.StatementTrace{matched}, all...)), []int{0, 3, 5}; !slices.Equal(got, want) {
		t.Errorf("with one that matches: %v, want %v", got, want)
	}
	four := slices.Repeat([]authz.StatementTrace{matched}, 4)
	if got, want := nearest(append(four, all...)), []int{0, 1, 2, 3}; !slices.Equal(got, want) {
		t.Errorf("all that match are shown, and no others: %v, want %v", got, want)
	}
	if got := nearest(nil); len(got) != 0 {
		t.Errorf("%v of none", got)
	}
}

// Every way to mend each element is tried with every way to mend the others.
func TestRepairsAreTriedInAllCombinations(t *testing.T) {
	steps := [][]repair{{{title: "a"}, {title: "b"}}, {{title: "1"}, {title: "2"}, {title: "3"}}}
	var tried []string
	combine(steps, func(chosen []repair) {
		text := ""
		for _, r := range chosen {
			text += r.title
		}
		tried = append(tried, text)
	})
	if got, want := strings.Join(tried, " "), "a1 a2 a3 b1 b2 b3"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A warning makes an edit dearer than the same one without.
func TestAWarningCosts(t *testing.T) {
	r := repair{cost: costAction}
	r.warn("opens much")
	r.warn("opens more")
	if r.cost != costAction+2*costWider || len(r.warnings) != 2 {
		t.Errorf("%+v", r)
	}
}

// What costs less opens less: the order of the costs is the order of the fixes.
func TestTheOrderOfCosts(t *testing.T) {
	order := []int{costRequest, costVersion, costCorrection, costConditionSet, costAction, costResource, costPrincipal, costCallerTag, costResourceTag, costStatement, costExemption, costNarrowDeny, costNoDenial}
	if !slices.IsSorted(order) || len(slices.Compact(slices.Clone(order))) != len(order) {
		t.Errorf("%v", order)
	}
}

// Of the same fix found twice one is answered, and of many the first few.
func TestFixesAreDistinctAndFew(t *testing.T) {
	var found []Fix
	for _, title := range []string{"a", "b", "a", "c", "b", "d", "e"} {
		found = append(found, Fix{Title: title})
	}
	var got []string
	for _, f := range distinct(found) {
		got = append(got, f.Title)
	}
	if want := []string{"a", "b", "c", "d"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A fix of which a part is one already is none of its own.
func TestWhatHasAFixInItIsNone(t *testing.T) {
	edits := func(titles ...string) Fix {
		f := Fix{Title: strings.Join(titles, ", and ")}
		for _, title := range titles {
			f.Edits = append(f.Edits, Edit{Title: title})
		}
		return f
	}
	var got []string
	for _, f := range distinct([]Fix{edits("b"), edits("a", "b"), edits("a", "c"), edits("c", "a"), edits("c", "d")}) {
		got = append(got, f.Title)
	}
	if want := []string{"b", "a, and c", "c, and d"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Only states that cost less than every fix there is are gone on with.
func TestTheSearchEndsAtWhatCostsMore(t *testing.T) {
	at := func(costs ...int) state {
		var s state
		for _, c := range costs {
			s.done = append(s.done, candidate{cost: c})
		}
		return s
	}
	states := []state{at(1), at(1, 5), at(30)}
	if got := worthwhile(slices.Clone(states), []Fix{{cost: 6}}); len(got) != 1 || got[0].cost() != 1 {
		t.Errorf("%d states", len(got))
	}
	if got := worthwhile(slices.Clone(states), nil); len(got) != 3 {
		t.Errorf("without a fix: %d states", len(got))
	}
}

// Operators are taken for what they are, however they are spelled.
func TestOperatorsAreReadWithoutPrefixAndSuffix(t *testing.T) {
	for operator, want := range map[string]string{
		"StringEquals": "stringequals", "ForAnyValue:StringLikeIfExists": "stringlike", "forallvalues:ArnNotLike": "arnnotlike", "NULL": "null",
	} {
		if got := baseOperator(operator); got != want {
			t.Errorf("%s: %s, want %s", operator, got, want)
		}
	}
	for role, want := range map[string]string{
		"arn:aws:iam::1:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_x": "eu-west-1",
		"arn:aws:iam::1:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_x":           "",
	} {
		if got, ok := ssoRegion(role); got != want || !ok {
			t.Errorf("%s: %q %v", role, got, ok)
		}
	}
	if _, ok := ssoRegion("arn:aws:iam::1:role/Dev"); ok {
		t.Error("a role of the account's own")
	}
}
