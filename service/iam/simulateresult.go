package iam

import (
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// result simulates an action on every resource, and answers how many
// statements it tells of.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html;
// what is there and what is not was recorded (test_simulate_principle_policy
// of LocalStack).
func (s *simulation) result(action string) (iam.EvaluationResult, int) {
	r := iam.EvaluationResult{EvalActionName: action, MatchedStatements: []iam.Statement{}, MissingContextValues: []string{}}
	matches := 0
	var first decided
	worst := allowedDecision
	for i, resource := range s.resources {
		d := s.decide(action, resource)
		if i == 0 {
			first = d
		}
		worst = max(worst, d.decision)
		matches += 2 * len(d.matched)
		if resource == "*" {
			continue
		}
		r.ResourceSpecificResults = append(r.ResourceSpecificResults, iam.ResourceSpecificResult{
			EvalResourceName: resource, EvalResourceDecision: d.decision.String(), MatchedStatements: d.matched,
			MissingContextValues: s.missing(s.resourcePolicy(action, resource)), EvalDecisionDetails: d.details, PermissionsBoundaryDecisionDetail: d.boundary,
		})
	}
	r.EvalDecision, r.EvalResourceName = worst.String(), s.resources[0]
	if len(s.resources) > 1 {
		r.EvalResourceName = resourceForm(s.c.Partition, action, s.resources)
		first = decided{matched: r.MatchedStatements}
	}
	r.MatchedStatements, r.EvalDecisionDetails, r.PermissionsBoundaryDecisionDetail = first.matched, first.details, first.boundary
	if s.resources[0] == "*" {
		r.MissingContextValues = s.missing(s.resource)
	}
	if s.member {
		r.OrganizationsDecisionDetail = &iam.OrganizationsDecisionDetail{AllowedByOrganizations: new(s.allowedByOrganization(action))}
	}
	return r, matches
}

// evalDecision is how a simulated request ends, the better the less.
type evalDecision uint8

const (
	allowedDecision evalDecision = iota
	implicitDecision
	explicitDecision
)

func (d evalDecision) String() string {
	return [...]string{"allowed", "implicitDeny", "explicitDeny"}[d]
}

func decisionOf(d authz.Decision) evalDecision {
	if d.Allowed {
		return allowedDecision
	}
	switch d.Reason.(type) {
	case authz.ExplicitDeny, authz.FixedRule:
		return explicitDecision
	}
	return implicitDecision
}

// decided is what a simulated request came to, as the answer tells it.
type decided struct {
	decision evalDecision
	matched  []iam.Statement
	details  map[string]string
	boundary *iam.PermissionsBoundaryDecisionDetail
}

func (s *simulation) decide(action, resource string) decided {
	request := authz.Request{Principal: s.principal, Action: action, Resource: resource, Context: s.context}
	p := s.policies
	across := false
	if own := s.resourcePolicy(action, resource); own != nil {
		p.Resource = &authz.ResourcePolicy{Kind: resourceKind(action, resource), Named: *own}
		request.ResourceAccount = s.ownerOf(resource)
		across = request.ResourceAccount != s.principal.AccountID()
	}
	d := authz.Decide(request, p)
	out := decided{decision: decisionOf(d), matched: make([]iam.Statement, len(d.Matched))}
	for i, m := range d.Matched {
		out.matched[i] = s.wireMatch(m)
	}
	if resource != "*" {
		out.details = map[string]string{} // there, and empty, within an account
	}
	if across {
		out.details = s.details(request, p)
	}
	if p.Boundary != nil {
		alone := authz.Decide(withinAccount(request), authz.Policies{Identity: []authz.Named{*p.Boundary}})
		out.boundary = &iam.PermissionsBoundaryDecisionDetail{AllowedByPermissionsBoundary: new(alone.Allowed)}
	}
	return out
}

// withinAccount is the request as if the resource were the principal's
// account's.
func withinAccount(r authz.Request) authz.Request {
	r.ResourceAccount = arn.AccountID{}
	return r
}

// details are what each side of a request across accounts says.
func (s *simulation) details(r authz.Request, p authz.Policies) map[string]string {
	resources := authz.Policies{Identity: []authz.Named{{Name: "all", Document: allowEverything}}, Resource: p.Resource}
	p.Resource = nil
	return map[string]string{
		identityPolicyType: decisionOf(authz.Decide(withinAccount(r), p)).String(),
		resourcePolicyType: decisionOf(authz.Decide(r, resources)).String(),
	}
}

var allowEverything = &policy.Document{Version: policy.Version2012, Statements: []policy.Statement{{
	Effect:    policy.Allow,
	Actions:   policy.Set{Present: true, Values: []policy.Text{{Value: "*"}}},
	Resources: policy.Set{Present: true, Values: []policy.Text{{Value: "*"}}},
}}}

// allowedByOrganization tells whether the service control policies allow an
// action on every resource.
func (s *simulation) allowedByOrganization(action string) bool {
	p := authz.Policies{Identity: []authz.Named{{Name: "all", Document: allowEverything}}, SCPs: s.policies.SCPs}
	for _, resource := range s.resources {
		if !authz.Decide(authz.Request{Principal: s.principal, Action: action, Resource: resource, Context: s.context}, p).Allowed {
			return false
		}
	}
	return true
}

// ownerOf is the account that an ARN names, else the owner of those that name
// none.
func (s *simulation) ownerOf(resource string) arn.AccountID {
	if parts := strings.SplitN(resource, ":", 6); len(parts) == 6 {
		if account, err := arn.ParseAccountID(parts[4]); err == nil {
			return account
		}
	}
	return s.owner
}

// resourceKind is what a policy of the resource must do by itself: a role's
// trust policy and a key's policy must allow.
func resourceKind(action, resource string) authz.ResourceKind {
	parts := strings.SplitN(resource, ":", 6)
	switch {
	case len(parts) < 6:
	case parts[2] == "iam" && strings.HasPrefix(parts[5], "role/") && strings.HasPrefix(strings.ToLower(action), "sts:"):
		return authz.TrustPolicy
	case parts[2] == "kms" && strings.HasPrefix(parts[5], "key/"):
		return authz.KeyPolicy
	}
	return authz.OrdinaryPolicy
}

// What the answers call types of policies. AWS was only seen to answer the
// first, for all policies that give permissions.
const (
	identityPolicyType = "IAM Policy"
	boundaryPolicyType = "IAM Permissions Boundary Policy"
	resourcePolicyType = "Resource Policy"
	serviceControlType = "Service Control Policy"
)

func policyType(l authz.Layer) string {
	switch l {
	case authz.BoundaryLayer:
		return boundaryPolicyType
	case authz.ResourceLayer:
		return resourcePolicyType
	case authz.ServiceControlLayer:
		return serviceControlType
	}
	return identityPolicyType
}

// wireMatch tells of a statement, whose places are counted once.
func (s *simulation) wireMatch(m authz.Match) iam.Statement {
	at, known := s.placed[m.Statement()]
	if !known {
		at[0], at[1] = places(m.Policy.Document, m.Index)
		if s.placed == nil {
			s.placed = map[*policy.Statement][2]*iam.Position{}
		}
		s.placed[m.Statement()] = at
	}
	return iam.Statement{SourcePolicyId: &m.Policy.Name, SourcePolicyType: policyType(m.Layer), StartPosition: at[0], EndPosition: at[1]}
}
