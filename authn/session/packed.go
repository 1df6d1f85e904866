package session

import "github.com/klauspost/compress/flate"

// What policies and tags of a session may take.
//
// Tags: nine of 250 times the letter a were refused with "Packed size of
// session tags consumes 498% of allotted space", which is their plain length
// over some 455 bytes (github.com/aws-actions/configure-aws-credentials/issues/1898).
// AWS publishes no number for policies; 1,024 is ours. A policy of the 2,048
// characters that AWS admits packs to 400 to 900 bytes.
const (
	tagSpace    = 455
	policySpace = 1024
)

// Packed is how much of the space allotted to a session is taken, in percent.
// Over 100 is PackedPolicyTooLarge.
type Packed struct{ Policy, Tags int }

// Percent is what STS answers as PackedPolicySize.
func (p Packed) Percent() int { return max(p.Policy, p.Tags) }

// PackedSize measures session policies and tags. The policies are packed as
// a token packs them.
func PackedSize(policy string, arns []string, tags []Tag) Packed {
	var p Packed
	if policy != "" || len(arns) > 0 {
		var c counter
		body := appendStrings(append([]byte(nil), policy...), arns)
		if err := flate.StatelessDeflate(&c, body, true, []byte(dictionary)); err != nil {
			return Packed{Policy: 101}
		}
		p.Policy = percent(int(c), policySpace)
	}
	if len(tags) > 0 {
		n := 0
		for _, tag := range tags {
			n += len(tag.Key) + len(tag.Value)
		}
		p.Tags = percent(n, tagSpace)
	}
	return p
}

// percent is at least 1, since something is there.
func percent(n, space int) int { return max(1, (n*100+space-1)/space) }

// counter counts what is written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
