package compiled

import (
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// grant is how closely a principal of a policy names the caller: see package
// authz for what each is worth.
type grant uint8

const (
	byNobody grant = iota
	byAccount
	byEntity
	bySelf
)

// principals is a Principal or NotPrincipal element.
type principals struct {
	present, negated bool
	unreadable       bool // some are of a kind that is not known
	canonical        bool // some are canonical users
	everyone         bool
	list             []principal
}

// principal is one of them, other than everyone.
type principal struct {
	kind principalKind
	text string // as the policy spells it
	// Of an ARN:
	partition, account string
	resource           string
	name               string // of an assumed role or federated user
	session            string
}

type principalKind uint8

const (
	serviceName principalKind = iota
	providerName
	canonicalUser
	accountOrID // twelve digits, or a unique identifier
	accountARN
	iamARN // a user or what else there is
	roleARN
	sessionARN
	federatedARN
	otherARN // names nobody
)

// who tells whether the element covers the caller, and how closely it names
// it.
func (e *evaluation) who(p *principals, deny bool) (truth, grant) {
	if !p.present || !p.everyone && !p.unreadable && len(p.list) == 0 {
		return unknown, byNobody
	}
	if p.negated {
		return e.notWho(p, deny), byNobody
	}
	closest := byNobody
	if p.everyone {
		closest = bySelf
	}
	for i := 0; i < len(p.list) && closest < bySelf; i++ {
		closest = max(closest, e.names(&p.list[i]))
	}
	switch {
	case closest > byNobody:
		return yes, closest
	case p.unreadable, p.canonical && e.r.CanonicalUser == "" && e.caller.belongsToAccount():
		return unknown, byNobody
	}
	return no, byNobody
}

// notWho is NotPrincipal, which AWS knows with Deny only. The account is
// checked before the user or role; who has a boundary is always denied.
func (e *evaluation) notWho(p *principals, deny bool) truth {
	switch {
	case !deny:
		return unknown
	case e.p.literal.Boundary != nil:
		return yes
	}
	account, self := false, p.everyone
	for i := range p.list {
		g := e.names(&p.list[i])
		account = account || g == byAccount
		self = self || g > byAccount
	}
	switch {
	case e.caller.hasPolicies():
		return truthOf(!account || !self)
	case e.caller.kind == root:
		return truthOf(!account)
	}
	return truthOf(!self)
}

// names tells how closely one principal names the caller.
func (e *evaluation) names(p *principal) grant {
	c := &e.caller
	switch p.kind {
	case serviceName:
		return when(c.kind == service && c.name == p.text, bySelf)
	case providerName:
		if c.kind == identity {
			return when(c.provider == p.text, bySelf)
		}
		return when(!e.trust && c.kind == roleSession && c.provider != "" && c.provider == p.text, byEntity)
	case canonicalUser:
		return when(c.belongsToAccount() && p.text != "" && p.text == e.r.CanonicalUser, byAccount)
	case accountOrID:
		if c.account != "" && c.account == p.text {
			return byAccount
		}
		return c.hasID(p.text)
	case otherARN:
		return byNobody
	}
	if c.account == "" || c.account != p.account || c.partition != p.partition {
		return byNobody
	}
	if p.kind == accountARN {
		return byAccount
	}
	return c.hasARN(p)
}

// hasARN compares an ARN of the caller's account.
func (c *caller) hasARN(p *principal) grant {
	switch c.kind {
	case user:
		return when(p.kind <= roleARN && p.resource == c.resource, bySelf)
	case federatedUser:
		if p.kind == federatedARN {
			return when(p.name == c.name, bySelf)
		}
		return when(!c.owner && p.kind <= roleARN && p.resource == c.resource, byEntity)
	case roleSession:
		switch p.kind {
		case roleARN:
			return when(p.resource == c.resource, byEntity)
		case sessionARN:
			return when(p.name == c.role && p.session == c.name, bySelf)
		}
	}
	return byNobody
}

// hasID compares a unique identifier; role:session is one session.
func (c *caller) hasID(id string) grant {
	if c.id == "" {
		return byNobody
	}
	switch c.kind {
	case user:
		return when(c.id == id, bySelf)
	case federatedUser:
		return when(c.id == id, byEntity)
	case roleSession:
		rest, ok := strings.CutPrefix(id, c.id)
		switch {
		case !ok:
			return byNobody
		case rest == "":
			return byEntity
		}
		return when(rest[0] == ':' && rest[1:] == c.name, bySelf)
	}
	return byNobody
}

// when is g where the condition holds, else byNobody.
func when(holds bool, g grant) grant {
	if holds {
		return g
	}
	return byNobody
}

// readPrincipals reads the element of a policy.
func readPrincipals(set policy.PrincipalSet) principals {
	p := principals{present: set.Present, negated: set.Negated}
	for i := range set.Values {
		text := set.Values[i].Value
		switch set.Values[i].Type {
		case policy.Everyone:
			p.everyone = true
		case policy.Service:
			p.list = append(p.list, principal{kind: serviceName, text: text})
		case policy.Federated:
			p.list = append(p.list, principal{kind: providerName, text: text})
		case policy.CanonicalUser:
			p.canonical = true
			p.list = append(p.list, principal{kind: canonicalUser, text: text})
		case policy.AWS:
			if text == "*" {
				p.everyone = true
				continue
			}
			p.list = append(p.list, readAWS(text))
		default:
			p.unreadable = true
		}
	}
	return p
}

// readAWS reads a principal under "AWS".
func readAWS(text string) principal {
	if !strings.HasPrefix(text, "arn:") {
		return principal{kind: accountOrID, text: text}
	}
	parts, n := splitARN(text)
	p := principal{kind: otherARN, text: text, partition: parts[1], account: parts[4], resource: parts[5]}
	if n < len(parts) || parts[3] != "" {
		return p
	}
	isRole, ofSession := strings.HasPrefix(p.resource, "role/"), strings.HasPrefix(p.resource, "assumed-role/")
	switch {
	case parts[2] == "iam" && p.resource == "root":
		p.kind = accountARN
	case parts[2] == "iam" && isRole:
		p.kind = roleARN
	case parts[2] == "iam":
		p.kind = iamARN
	case parts[2] == "sts" && ofSession:
		p.kind = sessionARN
		p.name, p.session, _ = strings.Cut(strings.TrimPrefix(p.resource, "assumed-role/"), "/")
	case parts[2] == "sts":
		if name, ok := strings.CutPrefix(p.resource, "federated-user/"); ok {
			p.kind, p.name = federatedARN, name
		}
	}
	return p
}
