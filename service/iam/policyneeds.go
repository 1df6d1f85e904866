package iam

import (
	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// What operations on policies are decided on. AWS's denials name a managed
// policy as "policy <its ARN>", one that is to be created as "policy <its
// name>" (galaxyproject/cloudlaunch#205) and the list as "policy path /"
// (aws/aws-sam-cli#394, nccgroup/ScoutSuite#727).

// onPolicy needs the managed policy that an ARN names. The policy of another
// account belongs to that account, and so nobody here may touch it. A text
// that is no such ARN is left to the handler, which refuses it.
func onPolicy(c *service.Call, text string) service.Need {
	n := service.Need{Shown: "policy " + text}
	name, err := parsePolicyARN(c, text)
	if err != nil {
		return n
	}
	n.Resource = text
	if account, err := arn.ParseAccountID(name.Account); err == nil && account != c.Account {
		n.Owner = account
		return n
	}
	p, ok := c.View.Policy(c.Account, name.ResourceName())
	if !ok || p.ARN(c.Partition) != text {
		return n
	}
	n.ResourceTags = p.Tags
	return n
}

func needCreatePolicy(c *service.Call, in *iam.CreatePolicyInput) []service.Need {
	n := onNew(c, "policy", in.Path, in.PolicyName)
	n.Shown = "policy " + in.PolicyName
	return tagging(n, "iam:TagPolicy", in.Tags)
}

func onPolicyPath(c *service.Call, in *iam.ListPoliciesInput) service.Need {
	n := onPath(c, "policy", in.PathPrefix)
	n.Shown = "policy path " + pathOr(in.PathPrefix)
	return n
}

// attaching adds iam:PolicyARN, and iam:PermissionsBoundary of the entity.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
func attaching(n service.Need, boundary, policyARN string) service.Need {
	setKey(&n, "iam:PolicyARN", policyARN)
	return withBoundary(n, boundary)
}

// userBoundary is the ARN of a user's permissions boundary, "" for none.
func userBoundary(c *service.Call, name string) string {
	u, ok := c.View.User(c.Account, name)
	if !ok {
		return ""
	}
	return boundaryARN(c, &u.Entity)
}

// roleBoundary is userBoundary of a role.
func roleBoundary(c *service.Call, name string) string {
	role, ok := c.View.Role(c.Account, name)
	if !ok {
		return ""
	}
	return boundaryARN(c, &role.Entity)
}

func boundaryARN(c *service.Call, e *directory.Entity) string {
	if e.Boundary == "" {
		return ""
	}
	return refARN(c, &c.View.Reader, e.Boundary)
}
