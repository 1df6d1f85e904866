package symbolic

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/authz"
)

// taking counts what a search leaves of everything.
func taking(t *testing.T, work int, away ...string) (left outcome, boxes int) {
	t.Helper()
	doc := parse(t, statements(away...))
	c := newComparison(Identity, doc)
	s := &search{work: &budget{work}, found: func(b box) bool { return b.meets(&budget{work}) }}
	return s.take(box{}, c.compile(doc)), s.boxes
}

// TestTake takes statements away from all requests.
func TestTake(t *testing.T) {
	var letters []string
	for c := 'a'; c <= 'z'; c++ {
		letters = append(letters, allow(fmt.Sprintf(`"Action":"%c*","Resource":"*"`, c)))
	}
	cases := []struct {
		name string
		away []string
		want outcome
		// most is how many boxes it may take.
		most int
	}{
		{
			name: "a statement of everything leaves nothing",
			away: []string{allow(onAll)},
			want: none,
			most: 1,
		},
		{
			name: "one of some actions leaves others",
			away: []string{allow(`"Action":"s3:*","Resource":"*"`)},
			want: some,
			most: 1,
		},
		{
			name: "statements that differ on one side need one box",
			away: append(letters, allow(`"NotAction":"s3:*","Resource":"*"`), allow(`"Action":"s3:*","Resource":"*"`)),
			want: none,
			most: 1,
		},
		{
			name: "four quarters are all",
			away: []string{
				allow(`"Action":"s3:*","Resource":"arn:aws:s3:::a"`), allow(`"Action":"s3:*","NotResource":"arn:aws:s3:::a"`),
				allow(`"NotAction":"s3:*","Resource":"arn:aws:s3:::a"`), allow(`"NotAction":"s3:*","NotResource":"arn:aws:s3:::a"`),
			},
			want: none,
			most: 4,
		},
		{
			name: "three quarters are not",
			away: []string{
				allow(`"Action":"s3:*","Resource":"arn:aws:s3:::a"`), allow(`"Action":"s3:*","NotResource":"arn:aws:s3:::a"`),
				allow(`"NotAction":"s3:*","Resource":"arn:aws:s3:::a"`),
			},
			want: some,
			most: 4,
		},
		{
			name: "eight eighths are all, with a condition",
			away: func() (list []string) {
				for i := range 8 {
					not := func(bit int) string { return [...]string{"", "Not"}[i>>bit&1] }
					list = append(list, allow(fmt.Sprintf(`"%sAction":"s3:*","%sResource":"arn:aws:s3:::a","Condition":{"String%sEquals":{"aws:username":"a"}}`, not(0), not(1), not(2))))
				}
				return list
			}(),
			want: none,
			most: 20,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			left, boxes := taking(t, workInAll, c.away...)
			if left != c.want || boxes > c.most {
				t.Errorf("%v with %d boxes; want %v with %d at most", left, boxes, c.want, c.most)
			}
		})
	}
}

// TestTakeIsUnsureWithoutWork never says that nothing is left because it could
// not look.
func TestTakeIsUnsureWithoutWork(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		away := drawStatements(rt, Identity, false)
		work := rapid.IntRange(0, 3000).Draw(rt, "work")
		whole, _ := taking(t, workInAll, away...)
		if cut, _ := taking(t, work, away...); cut == none && whole != none {
			rt.Fatalf("none with %d of work, %v with enough: %s", work, whole, strings.Join(away, "\n"))
		}
	})
}

// TestWitnesses shows which requests are found.
func TestWitnesses(t *testing.T) {
	cases := []struct {
		name   string
		policy string
		// what must be in the request
		action, resource, key, value string
	}{
		{
			name:     "an action is spelled as in the policy",
			policy:   statements(allow(`"Action":"s3:GetObject","Resource":"*"`)),
			action:   "s3:GetObject",
			resource: "arn:",
		},
		{
			name:     "a variable has a value",
			policy:   statements(allow(`"Action":"s3:GetObject","Resource":"arn:aws:s3:::home/${aws:username}"`)),
			action:   "s3:GetObject",
			resource: "arn:aws:s3:::home/x",
			key:      "aws:username",
			value:    "x",
		},
		{
			name:     "and the one that is demanded of its key",
			policy:   statements(allow(`"Action":"s3:GetObject","Resource":"arn:aws:s3:::home/${aws:username}","Condition":{"StringEquals":{"aws:username":"bob"}}`)),
			action:   "s3:GetObject",
			resource: "arn:aws:s3:::home/bob",
			key:      "aws:username",
			value:    "bob",
		},
		{
			name:     "a default is taken where the key is not there",
			policy:   statements(allow(`"Action":"s3:GetObject","Resource":"arn:aws:s3:::home/${aws:username, 'all'}","Condition":{"StringNotLike":{"aws:username":"?*"},"StringNotEquals":{"aws:username":""}}`)),
			action:   "s3:GetObject",
			resource: "arn:aws:s3:::home/all",
		},
		{
			name:     "what is denied is gone around",
			policy:   statements(allow(`"Action":"s3:*","Resource":"*"`), deny(`"NotAction":"s3:PutObject","Resource":"*"`)),
			action:   "s3:putobject",
			resource: "arn:",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			doc := parse(t, c.policy)
			found := Granted(doc, Identity, Access{Actions: []string{"s3:*"}})
			if len(found) != 1 || found[0].Witness == nil {
				t.Fatalf("found %+v", found)
			}
			r := *found[0].Witness
			if r.Action != c.action || !strings.HasPrefix(r.Resource, c.resource) {
				t.Errorf("%s on %s, want %s on %s", r.Action, r.Resource, c.action, c.resource)
			}
			if values, _ := r.Context.Get(c.key); c.key != "" && (len(values) != 1 || values[0] != c.value) {
				t.Errorf("%s is %q, want %q", c.key, values, c.value)
			}
			if !authz.Decide(r, authz.Policies{Identity: []authz.Named{{Document: doc}}}).Allowed {
				t.Error("it is not allowed")
			}
		})
	}
}
