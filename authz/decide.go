package authz

// Decide answers r by p. It never fails and never panics: what it cannot
// evaluate it denies.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func Decide(r Request, p Policies) Decision {
	e := evaluation{r: &r, p: &p}
	if !e.read() {
		return Decision{Reason: FixedRule{Malformed}}
	}
	if rule, allowed := e.fixedRule(); rule != 0 {
		return Decision{Allowed: allowed, Reason: FixedRule{rule}}
	}
	var room [8]applied
	layers := e.layers(room[:0])
	var denials []Match
	for _, a := range layers {
		denials = e.denials(denials, a)
	}
	if len(denials) > 0 {
		return Decision{Reason: ExplicitDeny{denials[0]}, Matched: denials}
	}
	if unreadable, found := e.firstUnreadable(layers); found {
		return Decision{Reason: unreadable}
	}
	for _, a := range layers {
		if a.mustAllow && !e.allows(a) {
			return Decision{Reason: ImplicitDeny{Layer: a.layer, Level: a.level}}
		}
	}
	return e.grants()
}

// firstUnreadable answers the first policy that has no document.
func (e *evaluation) firstUnreadable(layers []applied) (UnreadablePolicy, bool) {
	for _, a := range layers {
		for i := range a.len() {
			if a.at(i).Document == nil {
				return UnreadablePolicy{a.layer, a.at(i), e.trusts(a.layer)}, true
			}
		}
	}
	return UnreadablePolicy{}, false
}

// grants decides where nothing denies explicitly and the organization and
// endpoint let the request through: by the resource's policy and the
// principal's own, together or either.
//
// Within one account a resource policy that names the caller itself needs
// nothing else and is limited by nothing else; one that names the role or
// user behind a session replaces identity policies only; one that names the
// account replaces none. From another account it never replaces anything.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html#policy-eval-basics-single-account
func (e *evaluation) grants() Decision {
	matched, closest := e.allowances(nil, e.resourceLayer())
	if !e.belongsToAccount() {
		if closest == byNobody {
			return e.missing(ResourceLayer)
		}
		return Decision{true, Granted{ResourceLayer}, matched}
	}
	if closest == byNobody && e.resourceMustAllow() {
		return e.missing(ResourceLayer)
	}
	if e.crossAccount() || e.passesIdentityOn() {
		closest = min(closest, byAccount)
	}
	byResource := len(matched)
	if !e.ownerOfAccount() {
		matched, _ = e.allowances(matched, e.identityLayer())
	}
	byIdentity := e.ownerOfAccount() || len(matched) > byResource
	switch {
	case !byIdentity && closest < byEntity:
		return e.missing(IdentityLayer)
	case closest < bySelf && e.p.Boundary != nil && !isRoot(e.r.Principal) && !e.allows(e.boundaryLayer()):
		return e.missing(BoundaryLayer)
	case closest < bySelf && e.sessionMustAllow() && !e.allows(e.sessionLayer()):
		return e.missing(SessionLayer)
	}
	return Decision{true, e.reason(byIdentity), matched}
}

// reason tells what allowed: the account's own policies, where they did, or
// else the resource's.
func (e *evaluation) reason(byIdentity bool) Reason {
	switch {
	case isRoot(e.r.Principal):
		return FixedRule{RootUser}
	case byIdentity:
		return Granted{IdentityLayer}
	}
	return Granted{ResourceLayer}
}

// missing denies for want of an Allow.
func (e *evaluation) missing(l Layer) Decision {
	return Decision{Reason: ImplicitDeny{Layer: l, Trust: e.trusts(l)}}
}

// trusts tells whether a layer is that of a role trust policy.
func (e *evaluation) trusts(l Layer) bool {
	return l == ResourceLayer && e.p.Resource != nil && e.p.Resource.Kind == TrustPolicy
}

// belongsToAccount tells whether the caller is a principal of an account.
// Services, identities of a provider and anonymous callers are not: only the
// resource's policy speaks for them.
func (e *evaluation) belongsToAccount() bool { return !e.account.IsZero() }

// crossAccount tells whether the resource belongs to another account.
func (e *evaluation) crossAccount() bool {
	return !e.r.ResourceAccount.IsZero() && e.r.ResourceAccount != e.account
}

// resourceMustAllow tells whether the resource's policy has to name the caller
// or its account: always from another account, and for roles and keys.
func (e *evaluation) resourceMustAllow() bool {
	return e.crossAccount() || e.p.Resource != nil && e.p.Resource.Kind != OrdinaryPolicy
}

// passesIdentityOn tells whether a role session takes its source identity to
// another role, which both sides must allow in one account as well.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html#id_credentials_temp_control-access_monitor-perms
func (e *evaluation) passesIdentityOn() bool {
	_, session := e.r.Principal.(RoleSession)
	return session && e.is("sts", "SetSourceIdentity")
}

// ownerOfAccount tells whether the caller has an account's every permission:
// the root user, and who has a federation token of the root user's.
func (e *evaluation) ownerOfAccount() bool {
	if f, ok := e.r.Principal.(FederatedUser); ok {
		return isRoot(f.Parent)
	}
	return isRoot(e.r.Principal)
}

// sessionMustAllow tells whether session policies limit the caller. A
// federated user's session has no permissions but those they name.
func (e *evaluation) sessionMustAllow() bool {
	_, federated := e.r.Principal.(FederatedUser)
	return federated || e.narrowed()
}
