package iam

import (
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// subject is what a report of last access is about: a user, a group or a role,
// or a managed policy. Exactly one is set.
type subject struct {
	user   *directory.User
	group  *directory.Group
	role   *directory.Role
	policy managedPolicy
}

// findSubject finds what an ARN names, of the account or of AWS.
func findSubject(c *service.Call, r *directory.Reader, text string) (subject, error) {
	name, err := arn.Parse(text)
	if err != nil || name.Service != "iam" || name.Region != "" || name.Partition != c.Partition {
		return subject{}, badSubject(text)
	}
	var s subject
	found := false
	switch name.ResourceType() {
	case "policy":
		s.policy, err = lookUpPolicy(c, r, text, noSuchSubject)
		return s, err
	case "user":
		if s.user, found = r.User(c.Account, name.ResourceName()); found {
			found = s.user.ARN(c.Partition) == text
		}
	case "group":
		if s.group, found = r.Group(c.Account, name.ResourceName()); found {
			found = s.group.ARN(c.Partition) == text
		}
	case "role":
		if s.role, found = r.Role(c.Account, name.ResourceName()); found {
			found = s.role.ARN(c.Partition) == text
		}
	default:
		return subject{}, badSubject(text)
	}
	if !found {
		return subject{}, noSuchSubject(text)
	}
	return s, nil
}

// badSubject has words of our own.
func badSubject(arn string) error {
	return invalidInput("ARN %s is not that of an IAM user, group, role or policy of this account.", arn)
}

// noSuchSubject has words of our own.
func noSuchSubject(arn string) error { return noSuchEntity("ARN %s cannot be found.", arn) }

// onSubject needs what an ARN names.
func onSubject(c *service.Call, text string) service.Need {
	n := onARN(text)
	s, err := findSubject(c, &c.View.Reader, text)
	switch {
	case err != nil:
		return n
	case s.user != nil:
		return onEntity(text, "", &s.user.Entity)
	case s.group != nil:
		return onTagged(text, "", nil)
	case s.role != nil:
		return onEntity(text, "", &s.role.Entity)
	}
	n = onPolicy(c, text)
	n.Shown = ""
	return n
}

// onARN needs what an ARN names, of whichever account. A text that is no ARN is
// left to the handler, which refuses it.
func onARN(text string) service.Need {
	name, err := arn.Parse(text)
	if err != nil {
		return service.Need{}
	}
	n := service.Need{Resource: text}
	if account, err := arn.ParseAccountID(name.Account); err == nil {
		n.Owner = account
	}
	return n
}

// source is a policy that gives somebody permissions, and where it stands.
type source struct {
	doc    *policy.Document
	name   string
	arn    string // of a managed one
	kind   string // USER, GROUP or ROLE for an inline one
	holder string // whose inline policy it is
}

// sources are the policies that give the subject permissions: its own and, for
// a user, those of its groups. Boundaries give none.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html
func (s subject) sources(c *service.Call) []source {
	switch {
	case s.user != nil:
		list := sourcesOf(c, &s.user.Entity, "USER")
		c.View.GroupsOf(s.user, func(g *directory.Group) bool {
			list = append(list, sourcesOf(c, &g.Entity, "GROUP")...)
			return true
		})
		return list
	case s.group != nil:
		return sourcesOf(c, &s.group.Entity, "GROUP")
	case s.role != nil:
		return sourcesOf(c, &s.role.Entity, "ROLE")
	case s.policy != nil:
		return []source{managedSource(c, s.policy.ref())}
	}
	return nil
}

func sourcesOf(c *service.Call, e *directory.Entity, kind string) []source {
	var list []source
	for _, in := range e.Inline {
		list = append(list, source{doc: in.Document.Document(), name: in.Name, kind: kind, holder: e.Name})
	}
	for _, ref := range e.Attached {
		list = append(list, managedSource(c, ref))
	}
	return list
}

func managedSource(c *service.Call, ref directory.PolicyRef) source {
	name := refARN(c, &c.View.Reader, ref)
	named := c.PolicyByARN(name)
	return source{doc: named.Document, name: named.Name, arn: name}
}

// grantedBy is what policies grant together.
func grantedBy(sources []source) *granting {
	g := new(granting)
	for _, s := range sources {
		g.add(s.doc)
	}
	return g
}
