package authz

import "github.com/rolecall-iam/rolecall/policy"

// Policies is every policy that has a say in a Request. What a field does not
// hold does not exist: the caller fetches them all, or denies.
type Policies struct {
	// Identity are the inline and managed policies of the user and of the
	// user's groups, of the role of a session, or of the user behind a
	// federated user.
	Identity []Named
	// Boundary is the permissions boundary of that user or role.
	Boundary *Named
	// Session are the policies passed when the session began.
	Session []Named
	// SessionPresent tells that policies were passed. With it, an empty
	// Session permits nothing; without it, a role session is not narrowed.
	SessionPresent bool
	// Resource is the policy attached to the resource: for an assume-role
	// action the role's trust policy.
	Resource *ResourcePolicy
	// SCPs are the service control policies over the principal's account, one
	// slice for each level, root first, the account last. Nil means that the
	// account is in no organization, or manages one.
	SCPs [][]Named
	// RCPs are the resource control policies over the resource's account, one
	// slice for each level as in SCPs.
	RCPs [][]Named
	// Endpoint is the policy of the VPC endpoint that the request came
	// through, nil where it came through none.
	Endpoint *Named
}

// Named is a policy with the names that a denial is told by.
type Named struct {
	// Name is the policy's name, unique among the policies of its owner.
	Name string
	// ARN is that of a managed policy, SCP or RCP; empty for an inline one.
	ARN string
	// Document is what the policy says. A nil Document stands for one that
	// could not be read: it denies every request.
	Document *policy.Document
}

// ResourcePolicy is a resource's own policy.
type ResourcePolicy struct {
	Kind ResourceKind
	Named
}

// ResourceKind is how a resource's policy stands to the identity policies of
// its own account.
type ResourceKind uint8

// The kinds of resource policies. An ordinary one (S3, SQS) is united with
// the identity policies of the same account; a role trust policy and a KMS key
// policy must themselves allow. The zero value is treated like KeyPolicy.
const (
	_ ResourceKind = iota
	OrdinaryPolicy
	TrustPolicy
	KeyPolicy
)

// Layer is one of the policy types of Policies.
type Layer uint8

// The layers, in the order in which AWS's evaluation logic names them.
const (
	_ Layer = iota
	ResourceControlLayer
	ServiceControlLayer
	EndpointLayer
	ResourceLayer
	IdentityLayer
	BoundaryLayer
	SessionLayer
)

// String is AWS's words for the layer, such as "identity-based policy".
func (l Layer) String() string {
	switch l {
	case ResourceControlLayer:
		return "resource control policy"
	case ServiceControlLayer:
		return "service control policy"
	case EndpointLayer:
		return "VPC endpoint policy"
	case ResourceLayer:
		return "resource-based policy"
	case IdentityLayer:
		return "identity-based policy"
	case BoundaryLayer:
		return "permissions boundary"
	case SessionLayer:
		return "session policy"
	}
	return "policy"
}
