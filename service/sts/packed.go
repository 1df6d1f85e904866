package sts

import (
	"strings"
	"sync"

	"github.com/rolecall-iam/rolecall/authn/session"
)

// packedKnown is how many session policies the packed size of is remembered.
// Whoever narrows sessions does so with few texts, over and over.
const packedKnown = 512

// packedPolicies remembers the packed size of session policies, which takes
// longer to work out than to seal the session. The zero value is ready.
type packedPolicies struct {
	mu    sync.RWMutex
	known map[string]int // percent, by the policies as one text
}

// percent is what session policies take of the space for them; 0 where there
// are none.
func (p *packedPolicies) percent(policy string, arns []string) int {
	if policy == "" && len(arns) == 0 {
		return 0
	}
	key := strings.Join(arns, "\x00") + "\x00" + policy // no ARN that names a policy has a NUL
	p.mu.RLock()
	percent, ok := p.known[key]
	p.mu.RUnlock()
	if ok {
		return percent
	}
	percent = session.PackedSize(policy, arns, nil).Policy
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil || len(p.known) >= packedKnown {
		p.known = make(map[string]int)
	}
	p.known[key] = percent
	return percent
}

// packedSize is how much of the space for policies and tags a session takes,
// in percent; nil where it has none (rule S8).
func (s *Service) packedSize(made session.Session) (*int32, error) {
	packed := session.PackedSize("", nil, made.Tags)
	packed.Policy = s.packed.percent(made.Policy, made.PolicyARNs)
	switch {
	case packed.Tags > 100:
		return nil, tagsTooLarge(packed.Tags)
	case packed.Policy > 100:
		return nil, policyTooLarge(packed.Policy)
	}
	percent := int32(packed.Percent())
	if percent == 0 {
		return nil, nil
	}
	return &percent, nil
}
