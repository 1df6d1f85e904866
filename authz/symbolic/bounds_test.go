package symbolic

import (
	"fmt"
	"strings"
	"testing"
)

// TestWorkIsBounded has policies for which there is no short answer: each must
// be said to grant something new. How long that takes is for the benchmarks.
func TestWorkIsBounded(t *testing.T) {
	thousands := make([]string, 3000)
	for i := range thousands {
		thousands[i] = fmt.Sprintf("s3:*%c*%d*", 'a'+i%26, i)
	}
	principals := make([]string, 3000)
	for i := range principals {
		principals[i] = fmt.Sprintf("arn:aws:iam::111122223333:role/r%d", i)
	}
	everywhere := `"Resource":"*"`
	cases := []struct {
		name            string
		kind            Kind
		existing, after string
	}{
		{"an automaton of a million states", Identity,
			statements(allow(`"NotAction":"s3:*a`+strings.Repeat("?", 30)+`","Resource":"*"`), allow(`"Action":"s3:*b`+strings.Repeat("?", 29)+`*","Resource":"*"`)),
			statements(allow(onAll))},
		{"thousands of wildcards against thousands", Identity,
			statements(allow(`"Action":["` + strings.Join(thousands, `","`) + `"],` + everywhere)),
			statements(allow(`"Action":["` + strings.ReplaceAll(strings.Join(thousands, `","`), "s3:", "s3:*") + `"],"Resource":"arn:aws:s3:::*"`))},
		{"hundreds of statements that overlap", Identity, hostile(300), strings.ReplaceAll(hostile(300), "*a*", "*")},
		{"thousands of principals", Resource,
			statements(allow(`"Principal":{"AWS":["` + strings.Join(principals, `","`) + `"]},` + onAll)),
			statements(allow(`"Principal":{"AWS":["`+strings.Join(principals, `","`)+`"]},`+onAll), allow(`"Principal":{"AWS":"`+principals[0]+`"},"Action":"s3:*",`+everywhere))},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if found := NewAccess(parse(t, c.after), parse(t, c.existing), c.kind); len(found) == 0 {
				t.Error("that was shown, though it cannot be")
			}
		})
	}
}
