package service

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Ask is a question that nobody's request asks: may this principal do that?
type Ask struct {
	// Principal is the ARN of a user, a role, a role's session, an account's
	// root user or a SAML or OIDC provider, or the name of a service.
	Principal string `json:"principal"`
	Action    string `json:"action"`
	Resource  string `json:"resource"` // "*" where it is empty
	Region    string `json:"region"`   // where it is empty, as the ARNs' partition has it: us-east-1
	// Context are condition keys, beside those that the principal and the call
	// have by themselves. In assuming a role, tags and a source identity ask
	// for what they need as well.
	Context map[string][]string `json:"context,omitempty"`
	// ResourcePolicy is that of a resource which does not live here, such as a
	// bucket, and ResourceAccount whose the resource is.
	ResourcePolicy  string        `json:"resourcePolicy,omitempty"`
	ResourceAccount arn.AccountID `json:"resourceAccount,omitzero"`
	// Duration is how long a session of a role is to last, in seconds; zero is
	// not asked about.
	Duration int32 `json:"duration,omitempty"`
	// Narrowed tells that the session has a session policy which does not allow
	// it; nothing else is known of that.
	Narrowed bool `json:"narrowed,omitempty"`
	// Pasted tells that the question is out of a denial's text, which tells no
	// condition keys: those that it depends on are looked for if it is allowed.
	Pasted bool `json:"pasted,omitempty"`
	// Fixes are looked for if it is denied.
	Fixes bool `json:"fixes"`
	// Files names the file that a policy was read from, for those who read files;
	// it may be nil. Of the resource's policy it is asked with the zero Home.
	Files func(explain.Home) string `json:"-"`
	// MadeUp tells of a unique id that it is not the real one, for those who read
	// files that tell none: what is compared with it is open. It may be nil.
	MadeUp func(id string) bool `json:"-"`
}

// region is the one that is asked.
func (a Ask) region() string {
	if a.Region == "" {
		return arn.RegionFor(a.Principal, a.Resource)
	}
	return a.Region
}

// onePartition refuses what no request can be: partitions know nothing of each
// other's accounts.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
// ("across partitions")
func onePartition(region string, names ...string) error {
	partition := arn.PartitionOf(region)
	for _, name := range names {
		a, err := arn.Parse(name)
		if err == nil && a.Partition != partition && !strings.ContainsAny(a.Partition, "*?") {
			return askError("%s is of the partition %s, and the question of %s (region %s): no request is of both", name, a.Partition, partition, region)
		}
	}
	return nil
}

// AskError tells what is wrong with a question.
type AskError struct{ text string }

// Error is one sentence.
func (e *AskError) Error() string { return e.text }

func askError(format string, args ...any) error { return &AskError{fmt.Sprintf(format, args...)} }

// Why answers a question with its explanation: one for each permission that it
// needs, up to the first that is denied. An *AskError tells that the question
// cannot be asked.
func (d *Door) Why(ctx context.Context, ask Ask) ([]explain.Explanation, error) {
	view, err := d.Directory.View(ctx)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	c, err := d.asking(view, ask)
	if err != nil {
		return nil, err
	}
	needs, err := c.askedNeeds(ask)
	if err != nil {
		return nil, err
	}
	var answers []explain.Explanation
	for i, need := range needs {
		q, err := c.question(ask, need)
		if err != nil {
			return nil, err
		}
		q.Also = otherActions(needs, i)
		x := explain.Explain(q, ask.Fixes)
		if c.tooLong(ask, need) {
			x.TooLong(c.lasting(ask, need))
		}
		answers = append(answers, x)
		if !x.Allowed {
			break
		}
	}
	return answers, view.Err()
}

// asking is the call of the principal that a question is about.
func (d *Door) asking(view *directory.View, ask Ask) (*Call, error) {
	region := ask.region()
	if err := onePartition(region, ask.Principal, ask.Resource); err != nil {
		return nil, err
	}
	caller, err := principalNamed(view, ask.Principal)
	if err != nil {
		return nil, err
	}
	if ask.MadeUp != nil {
		caller.forget(ask.MadeUp)
	}
	return &Call{
		Now: d.Now(), Rand: d.Rand, Region: region, Partition: arn.PartitionOf(region),
		Account: caller.Account(), Caller: caller, View: view, door: d,
	}, nil
}

// sessionName is what the name of a role's session may be.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
var sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

// principalNamed finds whom a question is about.
func principalNamed(view *directory.View, name string) (*Caller, error) {
	switch name {
	case "cognito-identity.amazonaws.com", "accounts.google.com", "graph.facebook.com", "www.amazon.com":
		return &Caller{Principal: authz.FederatedIdentity{Provider: name}}, nil // as Principal Federated names them
	}
	if strings.HasSuffix(name, ".amazonaws.com") || strings.HasSuffix(name, ".amazonaws.com.cn") {
		return &Caller{Principal: authz.ServicePrincipal{Name: name}}, nil
	}
	if name == "anonymous" {
		return &Caller{Principal: authz.Anonymous{}}, nil
	}
	a, err := arn.Parse(name)
	if err != nil {
		return nil, askError("the principal %q is neither an ARN nor a service such as ec2.amazonaws.com", name)
	}
	account, err := arn.ParseAccountID(a.Account)
	if err != nil {
		return nil, askError("the principal %s names no account", name)
	}
	kind, rest, _ := strings.Cut(a.Resource, "/")
	if kind == "saml-provider" || kind == "oidc-provider" {
		return &Caller{Principal: authz.FederatedIdentity{Provider: name}}, nil
	}
	if _, ok := view.Account(account); !ok {
		return nil, askError("account %s, which %s is of, is not known here", account, name)
	}
	session := ""
	switch a.Service + ":" + kind {
	case "iam:root":
		return &Caller{Principal: authz.Root{Account: account, Partition: a.Partition}, UserID: account.String()}, nil
	case "iam:user":
		user, ok := view.User(account, a.ResourceName())
		if !ok || user.ARN(a.Partition) != name {
			return nil, askError("%s", noSuch(view, name))
		}
		return &Caller{Principal: authz.User{ARN: a, ID: user.ID}, UserID: user.ID, User: user}, nil
	case "iam:role":
		rest, session = a.ResourceName(), "session"
	case "sts:assumed-role":
		if rest, session, _ = strings.Cut(rest, "/"); !sessionName.MatchString(session) {
			return nil, askError("the principal %s names no session: arn:…:assumed-role/ROLE/SESSION", name)
		}
	default:
		return nil, askError("the principal %s is no user, role, session or root user", name)
	}
	role, ok := view.Role(account, rest)
	if a.Service == "iam" && (!ok || role.ARN(a.Partition) != name) {
		return nil, askError("%s", noSuch(view, name))
	}
	if !ok {
		return nil, askError("there is no role %s, of which %s would be a session", rest, name)
	}
	return &Caller{
		Principal: authz.RoleSession{Role: entityARN(role.ARN(a.Partition)), RoleID: role.ID, Name: session},
		UserID:    role.ID + ":" + session, Role: role,
	}, nil
}

// question puts one need together with all policies that have a say.
func (c *Call) question(ask Ask, need Need) (explain.Question, error) {
	var keys authz.Context
	keys.AddCaller(authz.Caller{Principal: c.Caller.Principal, Tags: c.Caller.tags()}, c.Now)
	if begins, ends, unknown := c.Caller.idUnknown(); unknown {
		keys.SetOpen("aws:userid", begins, ends)
	}
	keys.AddCall(authz.Call{Time: c.Now, SecureTransport: true, Region: c.Region})
	if c.Caller.Role != nil {
		keys.Set("aws:TokenIssueTime", c.Now.UTC().Format("2006-01-02T15:04:05Z"))
		keys.Set("aws:MultiFactorAuthPresent", "false")
	}
	from := c.placeOf(c.Caller.Account())
	addPrincipalPlace(&keys, from)
	for key, values := range ask.Context {
		if len(values) == 1 {
			keys.Set(key, values[0])
		} else {
			keys.SetMany(key, values...)
		}
	}
	r := c.request(nil, need, keys)
	to := c.placeOf(r.ResourceAccount)
	addResourcePlace(&r.Context, to)
	q := c.gathered(r, need, from, to)
	q.IDsMadeUp = ask.MadeUp != nil
	if ask.Pasted {
		q.Untold = ask.untold(r.Context)
	}
	if _, session := r.Principal.(authz.RoleSession); session && ask.Narrowed {
		q.Policies.Session, q.Policies.SessionPresent = []authz.Named{{Name: "SessionPolicy", Document: noStatements}}, true
	}
	if ask.ResourcePolicy != "" {
		doc, err := policy.Parse(ask.ResourcePolicy)
		if err != nil {
			return q, askError("the resource's policy: %v", err)
		}
		q.Policies.Resource = &authz.ResourcePolicy{Kind: authz.OrdinaryPolicy, Named: authz.Named{Name: need.Resource, Document: doc}}
		if strings.HasPrefix(strings.ToLower(need.Action), "kms:") {
			q.Policies.Resource.Kind = authz.KeyPolicy
		}
	}
	if ask.Files != nil {
		homes := q.Homes
		q.Homes = func(r explain.Ref) explain.Home {
			h := homes(r)
			h.File = ask.Files(h)
			return h
		}
	}
	return q, nil
}

// gathered is a request with every policy that has a say in it, between the
// places of the caller's account and of the resource's.
func (c *Call) gathered(r authz.Request, need Need, from, to place) explain.Question {
	q := explain.Question{Request: r, Policies: c.policies(), Homes: c.homes(need, from, to), MFADevice: c.mfaDevice(), SessionTags: c.sessionTags(r)}
	q.Policies.SCPs, q.Policies.RCPs = c.levels(from, ServiceControlPolicy), c.controls(to, need.Action)
	q.Policies.Resource = resourcePolicy(need)
	if need.Trust != nil && q.Policies.Resource != nil {
		q.Policies.Resource.Document = c.TrustShown(need.Trust)
	}
	return q
}

// mfaDevice is the serial number of the caller's first MFA device.
func (c *Call) mfaDevice() (serial string) {
	if c.Caller.User != nil {
		c.View.MFADevicesOf(c.Caller.User, "", func(d *directory.MFADevice) bool {
			serial = d.ARN(c.Partition)
			return false
		})
	}
	return serial
}

// TrustShown is a role's trust policy as GetRole shows it: what is stored names
// users and roles by their unique ids; people know, and commands take, their
// ARNs. It is nil for one that cannot be read, which denies.
func (c *Call) TrustShown(role *directory.Role) *policy.Document {
	if shown := c.View.ShownTrust(role, c.Partition); shown != role.Trust.String() {
		if doc, err := policy.Parse(shown); err == nil {
			return doc
		}
	}
	return role.Trust.Document()
}

// homes tells where the policies of a question live.
func (c *Call) homes(need Need, from, to place) func(explain.Ref) explain.Home {
	identity := c.identityHomes()
	return func(r explain.Ref) explain.Home {
		switch r.Layer {
		case authz.IdentityLayer:
			if r.Index < len(identity) {
				return identity[r.Index]
			}
		case authz.BoundaryLayer:
			if e := c.entity(); e != nil {
				return c.managedHome(e, e.Boundary)
			}
		case authz.ResourceLayer:
			if need.Trust != nil {
				home := explain.Home{Kind: explain.RoleTrust, Owner: need.Trust.Name, Account: need.Trust.Account.String()}
				if madeOfSet(need.Trust) {
					home.Kind = explain.AssignedRoleTrust
				}
				return home
			}
			if bucket, ok := strings.CutPrefix(need.Resource, "arn:"+c.Partition+":s3:::"); ok {
				bucket, _, _ = strings.Cut(bucket, "/")
				return explain.Home{Kind: explain.BucketPolicy, Owner: bucket, Account: need.Owner.String()}
			}
		case authz.ServiceControlLayer:
			return from.home(r, ServiceControlPolicy)
		case authz.ResourceControlLayer:
			return to.home(r, ResourceControlPolicy)
		case authz.SessionLayer:
			return explain.Home{Kind: explain.SessionPolicy}
		}
		return explain.Home{}
	}
}

// entity is the caller's user or role.
func (c *Call) entity() *directory.Entity {
	switch {
	case c.Caller.User != nil:
		return &c.Caller.User.Entity
	case c.Caller.Role != nil:
		return &c.Caller.Role.Entity
	}
	return nil
}

// identityHomes are the homes of the identity policies, in the order of
// policies.
func (c *Call) identityHomes() []explain.Home {
	var homes []explain.Home
	add := func(e *directory.Entity, kind explain.HomeKind) {
		for _, inline := range e.Inline {
			homes = append(homes, explain.Home{Kind: kind, Owner: e.Name, Policy: inline.Name, Account: e.Account.String()})
		}
		for _, ref := range e.Attached {
			homes = append(homes, c.managedHome(e, ref))
		}
	}
	switch {
	case c.Caller.User != nil:
		add(&c.Caller.User.Entity, explain.UserInline)
		c.View.GroupsOf(c.Caller.User, func(g *directory.Group) bool {
			add(&g.Entity, explain.GroupInline)
			return true
		})
	case c.Caller.Role != nil:
		add(&c.Caller.Role.Entity, explain.RoleInline)
		if madeOfSet(c.Caller.Role) {
			return c.setHomes(homes)
		}
	}
	return homes
}

func (c *Call) managedHome(e *directory.Entity, ref directory.PolicyRef) explain.Home {
	if name, ok := ref.AWSManaged(c.Partition); ok {
		return explain.Home{Kind: explain.AWSManaged, ARN: name}
	}
	home := explain.Home{Kind: explain.CustomerManaged, Account: e.Account.String()}
	if p, ok := c.View.PolicyByID(e.Account, string(ref)); ok {
		home.ARN, home.Policy = p.ARN(c.Partition), p.Name
	}
	return home
}

// home is where a policy of the organization lives.
func (p place) home(r explain.Ref, policyType string) explain.Home {
	n := 0
	for _, ref := range p.nodes[r.Level].Attached {
		if ref.Type != policyType {
			continue
		}
		if n == r.Index {
			if _, ok := fullAccess[ref.ID]; ok {
				return explain.Home{Kind: explain.AWSManaged, ARN: ref.ID}
			}
			return explain.Home{Kind: explain.OrganizationPolicy, Policy: ref.ID, Account: p.org.Management.String()}
		}
		n++
	}
	return explain.Home{}
}
