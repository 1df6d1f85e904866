package iam

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/service"
)

// simulation is a request to the policy simulator, read. The Name of each of
// its policies is what the answer calls it.
type simulation struct {
	c         *service.Call
	actions   []string
	resources []string
	policies  authz.Policies // but the resource's
	resource  *authz.Named   // the resource's policy
	owner     arn.AccountID  // of resources whose ARNs name none
	principal authz.Principal
	context   authz.Context
	member    bool                    // the source's account is in an organization
	trusts    bool                    // trust policies of roles that are to be assumed are decided too
	abroad    bool                    // those of other accounts' roles as well
	trusted   map[string]*authz.Named // by the ARN of the role; nil where it is not here
	filler    *filler
	placed    map[*policy.Statement][2]*iam.Position
}

// read reads what the two simulations have in common.
func (s *simulation) read(in *iam.SimulateCustomPolicyInput) error {
	s.actions, s.resources = in.ActionNames, in.ResourceArns
	if len(s.resources) == 0 {
		s.resources = []string{"*"}
	}
	for _, step := range [...]func(*iam.SimulateCustomPolicyInput) error{
		s.readPolicies, s.readActions, s.readResources, s.readCaller, s.readOwner, s.readResourcePolicy, s.readHandling,
	} {
		if err := step(in); err != nil {
			return err
		}
	}
	var err error
	s.context, err = readContextEntries(in.ContextEntries)
	return err
}

func (s *simulation) readPolicies(in *iam.SimulateCustomPolicyInput) error {
	for i, text := range in.PolicyInputList {
		named, err := s.passed(fmt.Sprintf("PolicyInputList.%d", i+1), text)
		if err != nil {
			return err
		}
		s.policies.Identity = append(s.policies.Identity, named)
	}
	for i, text := range in.PermissionsBoundaryPolicyInputList {
		if i > 0 {
			return manyBoundaries()
		}
		named, err := s.passed("PermissionsBoundaryPolicyInputList.1", text)
		if err != nil {
			return err
		}
		s.policies.Boundary = &named
	}
	return nil
}

// passed reads a policy that the caller passed, as if it were stored.
func (s *simulation) passed(name, text string) (authz.Named, error) {
	doc, err := policy.Validate(text, policy.Inline, policy.Environment{Partition: s.c.Partition})
	if err != nil {
		return authz.Named{}, badSimulatedPolicy(name, err)
	}
	return authz.Named{Name: name, Document: doc}, nil
}

// readActions demands names: the simulator knows no wildcards in them.
func (s *simulation) readActions(*iam.SimulateCustomPolicyInput) error {
	for _, name := range s.actions {
		vendor, operation, ok := strings.Cut(name, ":")
		if !ok || vendor == "" || operation == "" || strings.ContainsAny(name, "*? \t\r\n,") {
			return badSimulatedAction(name)
		}
	}
	return nil
}

func (s *simulation) readResources(*iam.SimulateCustomPolicyInput) error {
	for _, name := range s.resources {
		parts := strings.SplitN(name, ":", 6)
		if name == "*" && len(s.resources) == 1 {
			continue
		}
		if len(parts) < 6 || parts[0] != "arn" || parts[1] == "" || parts[2] == "" || parts[5] == "" {
			return badSimulatedResource(name)
		}
	}
	return nil
}

// readCaller reads who is simulated: the user that is named, else the source
// of the policies, else some user of the caller's account.
func (s *simulation) readCaller(in *iam.SimulateCustomPolicyInput) error {
	switch {
	case in.CallerArn != "":
		name, account, ok := userARN(in.CallerArn)
		if !ok {
			return unclearEntity(in.CallerArn)
		}
		who := authz.User{ARN: name}
		if u, ok := s.c.View.User(account, name.ResourceName()); ok && u.ARN(name.Partition) == in.CallerArn {
			who.ID = u.ID
		}
		s.principal = who
	case s.principal == nil && in.ResourcePolicy != "":
		return callerNeeded()
	case s.principal == nil:
		s.principal = someUser(s.c)
	default:
		if _, ok := s.principal.(authz.User); in.ResourcePolicy != "" && !ok && !s.trusts {
			return callerNeeded()
		}
	}
	return nil
}

// someUser stands for whoever has policies that are nobody's.
func someUser(c *service.Call) authz.User {
	return authz.User{ARN: arn.ARN{Partition: c.Partition, Service: "iam", Account: c.Account.String(), Resource: "user/simulated"}}
}

// userARN reads the ARN of an IAM user, of any account.
func userARN(text string) (arn.ARN, arn.AccountID, bool) {
	name, err := arn.Parse(text)
	if err != nil || name.Service != "iam" || name.Region != "" || name.ResourceType() != "user" || name.ResourceName() == "" {
		return arn.ARN{}, arn.AccountID{}, false
	}
	account, err := arn.ParseAccountID(name.Account)
	return name, account, err == nil
}

func (s *simulation) readOwner(in *iam.SimulateCustomPolicyInput) error {
	s.owner = s.principal.AccountID()
	if in.ResourceOwner == "" {
		return nil
	}
	name, err := arn.Parse(in.ResourceOwner)
	if err != nil || name.Service != "iam" || name.Region != "" || name.Resource != "root" {
		return badResourceOwner(in.ResourceOwner)
	}
	if s.owner, err = arn.ParseAccountID(name.Account); err != nil {
		return badResourceOwner(in.ResourceOwner)
	}
	return nil
}

func (s *simulation) readResourcePolicy(in *iam.SimulateCustomPolicyInput) error {
	if in.ResourcePolicy == "" {
		return nil
	}
	doc, err := policy.Parse(in.ResourcePolicy)
	if err != nil {
		return badSimulatedPolicy("ResourcePolicy", err)
	}
	for _, st := range doc.Statements {
		if !st.Principals.Present {
			return nobodyNamed()
		}
	}
	s.resource = &authz.Named{Name: "ResourcePolicy", Document: doc}
	return nil
}

// handlingOptions are the scenarios of EC2 and the types of resource that each
// must have.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
var handlingOptions = map[string][]string{
	"EC2-Classic-InstanceStore":    {"instance", "image", "security-group"},
	"EC2-Classic-EBS":              {"instance", "image", "security-group", "volume"},
	"EC2-VPC-InstanceStore":        {"instance", "image", "security-group", "network-interface"},
	"EC2-VPC-InstanceStore-Subnet": {"instance", "image", "security-group", "network-interface", "subnet"},
	"EC2-VPC-EBS":                  {"instance", "image", "security-group", "network-interface", "volume"},
	"EC2-VPC-EBS-Subnet":           {"instance", "image", "security-group", "network-interface", "subnet", "volume"},
}

func (s *simulation) readHandling(in *iam.SimulateCustomPolicyInput) error {
	option := in.ResourceHandlingOption
	if option == "" {
		return nil
	}
	needed, ok := handlingOptions[option]
	if !ok {
		return badHandlingOption(option)
	}
	for _, kind := range needed {
		if !slices.ContainsFunc(s.resources, func(name string) bool { return isEC2(name, kind) }) {
			return resourceNeeded(option, kind)
		}
	}
	return nil
}

func isEC2(name, kind string) bool {
	parts := strings.SplitN(name, ":", 6)
	return len(parts) == 6 && parts[2] == "ec2" && strings.HasPrefix(parts[5], kind+"/")
}
