package authz

// truth is an answer in three-valued logic. An Allow statement counts where
// its answer is yes, a Deny statement also where it is unknown: so what cannot
// be evaluated never allows.
type truth uint8

const (
	no truth = iota
	unknown
	yes
)

// and is no where either is, and yes where both are.
func (t truth) and(u truth) truth { return min(t, u) }

// or is yes where either is, and no where both are.
func (t truth) or(u truth) truth { return max(t, u) }

// not leaves unknown unknown.
func (t truth) not() truth { return yes - t }

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}
