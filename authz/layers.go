package authz

import "strings"

// applied is a layer, or one level of it, that has a say in a request: list
// or one holds its policies.
type applied struct {
	layer     Layer
	level     int
	list      []Named
	one       *Named
	mustAllow bool // nothing is allowed that it does not allow
}

func (a applied) len() int {
	if a.one != nil {
		return 1
	}
	return len(a.list)
}

func (a applied) at(i int) *Named {
	if a.one != nil {
		return a.one
	}
	return &a.list[i]
}

// layers adds what has a say, in the order in which AWS's evaluation logic
// goes. Service control policies bind the principals of their account,
// resource control policies everybody; neither binds service-linked roles.
// Identity policies, boundary and session policies belong to users, roles and
// their sessions.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
func (e *evaluation) layers(to []applied) []applied {
	p, linked := e.p, serviceLinked(e.r.Principal)
	if !linked {
		for i, level := range p.RCPs {
			to = append(to, applied{layer: ResourceControlLayer, level: i, list: level, mustAllow: true})
		}
	}
	if !linked && !e.account.IsZero() {
		for i, level := range p.SCPs {
			to = append(to, applied{layer: ServiceControlLayer, level: i, list: level, mustAllow: true})
		}
	}
	if p.Endpoint != nil {
		to = append(to, applied{layer: EndpointLayer, one: p.Endpoint, mustAllow: true})
	}
	if p.Resource != nil {
		to = append(to, e.resourceLayer())
	}
	switch e.r.Principal.(type) {
	case User, RoleSession, FederatedUser:
		to = append(to, e.identityLayer())
		if p.Boundary != nil {
			to = append(to, e.boundaryLayer())
		}
	}
	if e.narrowed() {
		to = append(to, e.sessionLayer())
	}
	return to
}

func (e *evaluation) resourceLayer() applied {
	if e.p.Resource == nil {
		return applied{layer: ResourceLayer}
	}
	return applied{layer: ResourceLayer, one: &e.p.Resource.Named}
}

func (e *evaluation) identityLayer() applied {
	return applied{layer: IdentityLayer, list: e.p.Identity}
}

func (e *evaluation) boundaryLayer() applied {
	return applied{layer: BoundaryLayer, one: e.p.Boundary}
}

func (e *evaluation) sessionLayer() applied {
	return applied{layer: SessionLayer, list: e.p.Session}
}

// narrowed tells whether session policies were passed to the caller's session.
func (e *evaluation) narrowed() bool {
	switch e.r.Principal.(type) {
	case Root, User, RoleSession, FederatedUser:
		return e.p.SessionPresent || len(e.p.Session) > 0
	}
	return false
}

// serviceLinked tells whether the caller is a session of a service-linked
// role, known by its path.
func serviceLinked(p Principal) bool {
	s, ok := p.(RoleSession)
	return ok && strings.HasPrefix(s.Role.Resource, "role/aws-service-role/")
}
