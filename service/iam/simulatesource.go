package iam

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// findSource finds the user, group or role whose policies are asked for.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
func findSource(c *service.Call, text string) (subject, error) {
	name, err := arn.Parse(text)
	kind := name.ResourceType()
	if err != nil || name.Service != "iam" || name.Region != "" || name.Partition != c.Partition ||
		kind != "user" && kind != "group" && kind != "role" || name.ResourceName() == "" {
		return subject{}, unclearEntity(text)
	}
	if name.Account != c.Account.String() {
		return subject{}, policiesElsewhere(c.Account.String(), name.Account)
	}
	s, err := findSubject(c, &c.View.Reader, text)
	if err == nil {
		return s, nil
	}
	switch kind {
	case "user":
		return s, noSuchUser(name.ResourceName())
	case "group":
		return s, noSuchGroup(name.ResourceName())
	}
	return s, noSuchRole(name.ResourceName())
}

// readSource reads the policies of a user, group or role: those that give it
// permissions, its boundary, and the service control policies over it.
func (s *simulation) readSource(text string) error {
	from, err := findSource(s.c, text)
	if err != nil {
		return err
	}
	for _, p := range from.sources(s.c) {
		if p.doc == nil {
			return unreadablePolicy(p.name)
		}
		s.policies.Identity = append(s.policies.Identity, authz.Named{Name: p.shown(), Document: p.doc})
	}
	s.policies.SCPs, s.member = s.c.ServiceControls(s.c.Account)
	switch {
	case from.user != nil:
		s.principal = authz.User{ARN: parsed(text), ID: from.user.ID}
		return s.readBoundary(&from.user.Entity)
	case from.role != nil:
		s.principal = authz.RoleSession{Role: parsed(text), RoleID: from.role.ID, Name: "simulated"}
		return s.readBoundary(&from.role.Entity)
	}
	s.principal = someUser(s.c)
	return nil
}

// parsed is an ARN that was read before.
func parsed(text string) arn.ARN {
	name, _ := arn.Parse(text)
	return name
}

func (s *simulation) readBoundary(e *directory.Entity) error {
	if e.Boundary == "" {
		return nil
	}
	p := managedSource(s.c, e.Boundary)
	if p.doc == nil {
		return unreadablePolicy(p.name)
	}
	s.policies.Boundary = &authz.Named{Name: p.name, Document: p.doc}
	return nil
}

// shown is what the simulator calls a policy: a managed one by its name, an
// inline one by kind and name of who has it and its own, as
// user_alice_ReadOnly (hashicorp/terraform-provider-aws, tests of
// aws_iam_principal_policy_simulation).
func (s source) shown() string {
	if s.arn != "" {
		return s.name
	}
	return strings.ToLower(s.kind) + "_" + s.holder + "_" + s.name
}
