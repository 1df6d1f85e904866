package session_test

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authn/session"
)

// Rule S8.
func TestPackedSize(t *testing.T) {
	nine := make([]session.Tag, 9)
	for i := range nine {
		nine[i] = session.Tag{Key: string(rune('0' + i)), Value: strings.Repeat("a", 250)}
	}
	const one = `{"Version":"2012-10-17","Statement":[{"Sid":"Stmt1","Effect":"Allow","Action":"s3:*","Resource":"*"}]}`
	var noise strings.Builder
	for random := randomness(1); noise.Len() < 2000; {
		noise.WriteByte(byte('!' + random.Uint64()%90))
	}
	for _, tt := range []struct {
		name     string
		policy   string
		arns     []string
		tags     []session.Tag
		min, max int
	}{
		{"nothing takes nothing", "", nil, nil, 0, 0},
		{"nine tags of 250 letters take 498 % (configure-aws-credentials issue 1898)", "", nil, nine, 497, 499},
		{"one tag takes at least 1 %", "", nil, []session.Tag{{Key: "k"}}, 1, 1},
		{"a policy of one statement takes little", one, nil, nil, 1, 8},
		{"twelve statements fit", twelve(), nil, nil, 10, 60},
		{"ten managed policies fit", "", strings.Fields(strings.Repeat("arn:aws:iam::123456789012:policy/demo ", 10)), nil, 1, 20},
		{"2,000 characters of noise do not", noise.String(), nil, nil, 101, 250},
		{"the fuller of the two counts", one, nil, nine, 497, 499},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := session.PackedSize(tt.policy, tt.arns, tt.tags).Percent(); got < tt.min || got > tt.max {
				t.Errorf("%d %%, want %d to %d", got, tt.min, tt.max)
			}
		})
	}
}
