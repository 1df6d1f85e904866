package service

import (
	"strings"

	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// setInlineName is the name under which a role has its permission set's inline
// policy.
const setInlineName = "AwsSSOInlinePolicy"

// madeOfSet tells whether a role is one that IAM Identity Center made of a
// permission set, and nobody else may change.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
func madeOfSet(role *directory.Role) bool {
	return strings.HasPrefix(role.Path, "/aws-reserved/sso.amazonaws.com/")
}

// setHomes gives what the caller's role has of a permission set its place
// there, and behind all homes the place of an inline policy that the set has
// not got yet.
func (c *Call) setHomes(homes []explain.Home) []explain.Home {
	set := c.setHome()
	missing := true
	for i := range homes {
		if homes[i].Kind == explain.RoleInline && homes[i].Policy == setInlineName {
			homes[i], missing = set, false
		}
	}
	if missing {
		homes = append(homes, set)
	}
	return homes
}

// setRegion is where the instance is that made a role: in the path, but for
// us-east-1.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
func setRegion(role *directory.Role) string {
	if region := strings.Trim(strings.TrimPrefix(role.Path, "/aws-reserved/sso.amazonaws.com/"), "/"); region != "" {
		return region
	}
	return "us-east-1"
}

// setHome is the permission set that the caller's role was made of: as it is
// kept here, or, in an account that came from elsewhere, by the role's name.
func (c *Call) setHome() explain.Home {
	role := c.Caller.Role
	name := strings.TrimPrefix(role.Name, "AWSReservedSSO_")
	if at := strings.LastIndexByte(name, '_'); at > 0 {
		name = name[:at]
	}
	home := explain.Home{Kind: explain.PermissionSetInline, Owner: name, Region: setRegion(role)}
	c.View.Instances(func(i *directory.Instance) bool {
		p, ok := c.View.PermissionSetNamed(i.ID, name)
		if !ok {
			return true
		}
		at, ok := c.View.Provisioned(i.ID, p.ID, role.Account)
		if !ok || at.Role != role.ID {
			return true
		}
		home.Instance = "arn:" + c.Partition + ":sso:::instance/" + i.ID
		home.ARN = "arn:" + c.Partition + ":sso:::permissionSet/" + i.ID + "/" + p.ID
		home.Account = i.Account.String()
		return false
	})
	return home
}
