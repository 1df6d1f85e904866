package symbolic

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// somebody is a principal who may ask, as one of all whom policies can tell
// from each other.
type somebody struct {
	authz.Principal
	canonical string // the canonical user ID of the account
	bounded   bool   // with a permissions boundary, which NotPrincipal heeds
	stranger  bool   // named by nobody
}

// crowd is a set of people: those who are in it for sure, and those who may be.
type crowd struct{ sure, may []bool }

// people are all who matter to the documents of one question.
type people struct {
	list []somebody
	kind authz.ResourceKind
	many bool // there are more than can be asked
}

// askedAction is an action on which no rule but policies has a say.
const askedAction = "s3:GetObject"

// mostPeople bounds those who are asked about.
const mostPeople = 1200

// unused is a name that the text of the documents does not have.
func unused(text, name string, next func(string) string) string {
	for strings.Contains(text, name) {
		name = next(name)
	}
	return name
}

// gatherPeople finds who is named in the documents, and strangers.
func gatherPeople(kind authz.ResourceKind, docs ...*policy.Document) *people {
	p := &people{kind: kind}
	text := ""
	var named []policy.Principal
	negated := false
	for _, d := range docs {
		text += d.Text
		for i := range d.Statements {
			set := d.Statements[i].Principals
			named = append(named, set.Values...)
			negated = negated || set.Negated
		}
	}
	g := gathering{people: p, seen: map[authz.Principal]bool{}, unused: func(prefix string) string {
		return unused(text, prefix, func(s string) string { return s + "x" })
	}}
	g.run(unused(text, "111122223333", nextAccount), named)
	p.vary(named, negated)
	return p
}

// nextAccount counts an account's twelve digits up.
func nextAccount(account string) string {
	digits := []byte(account)
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i]++; digits[i] <= '9' {
			break
		}
		digits[i] = '0'
	}
	return string(digits)
}

// gathering is a finding of people under way.
type gathering struct {
	people *people
	seen   map[authz.Principal]bool
	unused func(prefix string) string
	roles  []authz.RoleSession
	// visitors are the ARNs of federated users.
	visitors []arn.ARN
}

func (g *gathering) add(p authz.Principal, stranger bool) {
	if g.seen[p] {
		return
	}
	g.seen[p] = true
	g.people.list = append(g.people.list, somebody{Principal: p, stranger: stranger})
}

// run adds strangers of every kind, then whoever is named, then those who are
// named twice, by ARN and by unique ID.
func (g *gathering) run(account string, named []policy.Principal) {
	g.account("aws", account, true)
	g.add(authz.Anonymous{}, true)
	g.add(authz.ServicePrincipal{Name: g.unused("x.amazonaws.com")}, true)
	g.add(authz.FederatedIdentity{Provider: g.unused("arn:aws:iam::" + account + ":oidc-provider/x.example.com")}, true)
	var ids, providers []string
	for _, n := range named {
		if len(g.people.list) > mostPeople {
			g.people.many = true
			return
		}
		switch n.Type {
		case policy.Service:
			g.add(authz.ServicePrincipal{Name: n.Value}, false)
		case policy.Federated:
			g.add(authz.FederatedIdentity{Provider: n.Value}, false)
			providers = append(providers, n.Value)
		case policy.AWS:
			if !g.aws(n.Value) && n.Value != "*" {
				ids = append(ids, n.Value)
			}
		}
	}
	g.identifiers(ids)
	g.federated()
	g.sessions(providers)
}

// sessions adds every role's session as one begun with each provider.
func (g *gathering) sessions(providers []string) {
	for _, somebody := range slices.Clone(g.people.list) {
		r, ok := somebody.Principal.(authz.RoleSession)
		for _, provider := range providers {
			if len(g.people.list) > mostPeople {
				g.people.many = true
				return
			}
			if r.Provider = provider; ok {
				g.add(r, false)
			}
		}
	}
}

// account adds the principals of an account that stand for all its others.
func (g *gathering) account(partition, account string, stranger bool) {
	id, err := arn.ParseAccountID(account)
	if err != nil {
		return
	}
	user := authz.User{ARN: entity(partition, account, "user/"+g.unused("someone")), ID: g.unused("AIDAX")}
	role := entity(partition, account, "role/"+g.unused("Some"))
	g.add(user, stranger)
	g.add(authz.RoleSession{Role: role, RoleID: g.unused("AROAX"), Name: g.unused("session")}, stranger)
	g.add(authz.FederatedUser{Name: g.unused("visitor"), Parent: user}, stranger)
	g.add(authz.Root{Account: id, Partition: partition}, stranger)
}

// entity is the ARN of a role or user.
func entity(partition, account, resource string) arn.ARN {
	return arn.ARN{Partition: partition, Service: "iam", Account: account, Resource: resource}
}

// aws adds who is named by an ARN or an account's digits, and answers whether
// it is one of these.
func (g *gathering) aws(text string) bool {
	if _, err := arn.ParseAccountID(text); err == nil {
		g.account("aws", text, false)
		return true
	}
	a, err := arn.Parse(text)
	if err != nil {
		return false
	}
	g.account(a.Partition, a.Account, false)
	kind, rest, _ := strings.Cut(a.Resource, "/")
	switch kind {
	case "user":
		g.add(authz.User{ARN: a, ID: g.unused("AIDAX")}, false)
	case "role":
		g.role(authz.RoleSession{Role: a, RoleID: g.unused("AROAX"), Name: g.unused("session")})
	case "assumed-role":
		role, session, _ := strings.Cut(rest, "/")
		for _, path := range []string{"role/", "role/" + g.unused("path") + "/"} {
			g.role(authz.RoleSession{Role: entity(a.Partition, a.Account, path+role), RoleID: g.unused("AROAX"), Name: session})
		}
		for _, other := range g.roles {
			if other.Role.Account == a.Account && other.Role.ResourceName() == role {
				g.role(authz.RoleSession{Role: other.Role, RoleID: other.RoleID, Name: session})
			}
		}
	case "federated-user":
		g.visitors = append(g.visitors, a)
	}
	return true
}

func (g *gathering) role(r authz.RoleSession) {
	g.add(r, false)
	g.roles = append(g.roles, r)
}

// identifiers adds who has a unique ID: as any user or role that is there
// already, since it may be theirs.
func (g *gathering) identifiers(ids []string) {
	known := slices.Clone(g.people.list)
	for _, id := range ids {
		role, session, named := strings.Cut(id, ":")
		for _, somebody := range known {
			if len(g.people.list) > mostPeople {
				g.people.many = true
				return
			}
			switch who := somebody.Principal.(type) {
			case authz.User:
				if who.ID = id; !strings.HasPrefix(id, string(arn.RolePrefix)) {
					g.add(who, false)
				}
			case authz.RoleSession:
				who.RoleID = role
				g.add(who, false)
				if who.Name = session; named {
					g.add(who, false)
				}
			}
		}
	}
}

// federated adds the federated users of every user: a stranger, and those of
// the account who are named.
func (g *gathering) federated() {
	names := append([]arn.ARN{{}}, g.visitors...)
	for _, somebody := range slices.Clone(g.people.list) {
		u, ok := somebody.Principal.(authz.User)
		for _, a := range names {
			if len(g.people.list) > mostPeople {
				g.people.many = true
				return
			}
			name, found := strings.CutPrefix(a.Resource, "federated-user/")
			switch {
			case ok && !found:
				g.add(authz.FederatedUser{Name: g.unused("visitor"), Parent: u}, somebody.stranger)
			case ok && a.Account == u.ARN.Account:
				g.add(authz.FederatedUser{Name: name, Parent: u}, false)
			}
		}
	}
}

// vary adds everybody again with each canonical user ID that is named and one
// that is not, and, where a document has NotPrincipal, with a boundary.
func (p *people) vary(named []policy.Principal, negated bool) {
	canonical := []string{}
	for _, n := range named {
		if n.Type == policy.CanonicalUser && !slices.Contains(canonical, n.Value) {
			canonical = append(canonical, n.Value)
		}
	}
	if len(canonical) > 0 {
		canonical = append(canonical, strings.Join(canonical, "")+"0")
	}
	if negated && len(p.list)*2 <= mostPeople {
		for _, s := range slices.Clone(p.list) {
			s.bounded = true
			p.list = append(p.list, s)
		}
	}
	if len(p.list)*(1+len(canonical)) > mostPeople {
		p.many = true
		return
	}
	for _, s := range slices.Clone(p.list) {
		for _, id := range canonical {
			s.canonical = id
			p.list = append(p.list, s)
		}
	}
}

// asker is a user whom identity policies may allow everything.
func asker() authz.Principal {
	return authz.User{ARN: entity("aws", "111122223333", "user/someone"), ID: "AIDAXXXXXXXXXXXXXXXXX"}
}

// named is the crowd of a statement: the evaluator is asked about each. Whom an
// element means that AWS would not store, or knows with Deny only, is not known.
func (p *people) named(s *policy.Statement) crowd {
	c := crowd{make([]bool, len(p.list)), make([]bool, len(p.list))}
	missing := len(s.Principals.Values) == 0
	vague := missing || s.Principals.Negated && s.Effect == policy.Allow || slices.ContainsFunc(s.Principals.Values, wildcard)
	doc := anything(s.Effect)
	doc.Statements[0].Principals = s.Principals
	if s.Effect != policy.Allow {
		doc.Statements = append(doc.Statements, anything(policy.Allow).Statements[0])
		doc.Statements[1].Principals = policy.PrincipalSet{Present: true, Values: []policy.Principal{{Type: policy.Everyone, Text: policy.Text{Value: "*"}}}}
	}
	if p.kind == authz.TrustPolicy {
		for i := range doc.Statements {
			doc.Statements[i].Resources = policy.Set{}
		}
	}
	for i, who := range p.list {
		if !p.many && !missing {
			c.sure[i] = authz.Decide(who.asks(askedAction, "*"), who.policies(p.kind, doc)).Allowed == (s.Effect == policy.Allow)
		}
		c.may[i] = c.sure[i] || vague || p.many
	}
	return c
}

// wildcard tells whether a principal is written with one, which names nobody.
func wildcard(p policy.Principal) bool {
	return p.Type != policy.Everyone && p.Value != "*" && strings.ContainsAny(p.Value, "*?")
}

// asks is a request of somebody.
func (s somebody) asks(action, resource string) authz.Request {
	return authz.Request{Principal: s.Principal, Action: action, Resource: resource, CanonicalUser: s.canonical}
}

// policies are those with which a resource's policy alone decides: all others
// allow everything.
func (s somebody) policies(kind authz.ResourceKind, doc *policy.Document) authz.Policies {
	everything := []authz.Named{{Document: anything(policy.Allow)}}
	p := authz.Policies{
		Identity: everything, Session: everything, SessionPresent: true,
		Resource: &authz.ResourcePolicy{Kind: kind, Named: authz.Named{Document: doc}},
	}
	if s.bounded {
		p.Boundary = &everything[0]
	}
	return p
}
