package iam

import (
	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// What operations are decided on. An entity that exists is meant by its whole
// ARN, path included, and brings its tags; one that does not is meant by the
// name as given, so that a caller who may not look learns nothing.
//
// AWS's denials name an entity that is looked up by its kind and name alone
// ("on resource: role Deploy"), those of creating and listing operations by
// ARN. Source: denials quoted in aws/aws-cdk#27067 (GetRole, DeleteRole),
// DataBiosphere/azul#4370 (UntagRole), aws-samples/aws-hpc-tutorials#175
// (AttachRolePolicy), torchbox/buckup#13 (CreateAccessKey) and
// ministryofjustice/cloud-platform-environments#4030 (CreateUser).

// one is the needs of an operation that demands one thing.
func one[I any](need func(*service.Call, *I) service.Need) func(*service.Call, *I) []service.Need {
	return func(c *service.Call, in *I) []service.Need { return []service.Need{need(c, in)} }
}

// onUser needs the user that is named, or else the caller's own.
func onUser(c *service.Call, name string) service.Need {
	if name == "" {
		return onCaller(c)
	}
	u, ok := c.View.User(c.Account, name)
	if !ok {
		return onEntity(iamARN(c, "user", "/", name), "user "+name, nil)
	}
	return onEntity(u.ARN(c.Partition), "user "+name, &u.Entity)
}

// onCaller needs the caller's own user, shown with its ARN as
// realestate-com-au/credulous#79 quotes it. Credentials of no user need what
// no ARN stands for.
func onCaller(c *service.Call) service.Need {
	switch {
	case c.Caller.User != nil:
		return onEntity(c.Caller.User.ARN(c.Partition), "", &c.Caller.User.Entity)
	case c.Caller.IsRoot():
		return service.Need{Resource: directory.RootARN(c.Partition, c.Account)}
	}
	return service.Need{Shown: "user null"}
}

// onGroup needs the group that is named.
func onGroup(c *service.Call, name string) service.Need {
	g, ok := c.View.Group(c.Account, name)
	if !ok {
		return onTagged(iamARN(c, "group", "/", name), "group "+name, nil)
	}
	return onTagged(g.ARN(c.Partition), "group "+name, nil)
}

// onRole needs the role that is named.
func onRole(c *service.Call, name string) service.Need {
	r, ok := c.View.Role(c.Account, name)
	if !ok {
		return onEntity(iamARN(c, "role", "/", name), "role "+name, nil)
	}
	return onEntity(r.ARN(c.Partition), "role "+name, &r.Entity)
}

// onBoundedRole is onRole for the operations on roles that
// iam:PermissionsBoundary is a condition key of: the role's own boundary.
func onBoundedRole(c *service.Call, name string) service.Need {
	return withBoundary(onRole(c, name), roleBoundary(c, name))
}

// onTagged needs something with tags.
func onTagged(arn, shown string, tags []directory.Tag) service.Need {
	return service.Need{Resource: arn, Shown: shown, ResourceTags: tags}
}

// onEntity needs a user or role, whose tags are iam:ResourceTag/… as well.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html ("the identity
// resource (user or role)")
func onEntity(arn, shown string, e *directory.Entity) service.Need {
	if e == nil {
		return onTagged(arn, shown, nil)
	}
	n := onTagged(arn, shown, e.Tags)
	for _, t := range e.Tags {
		setKey(&n, "iam:ResourceTag/"+t.Key, t.Value)
	}
	return n
}

// onNew needs what is to be created.
func onNew(c *service.Call, kind, path, name string) service.Need {
	return service.Need{Resource: iamARN(c, kind, pathOr(path), name)}
}

// onPath needs what a list shows: everything of a kind below a path.
func onPath(c *service.Call, kind, prefix string) service.Need {
	return service.Need{Resource: iamARN(c, kind, pathOr(prefix), "")}
}

// withRequestTags adds aws:RequestTag/… and aws:TagKeys.
func withRequestTags(n service.Need, tags []iam.Tag) service.Need {
	n.RequestTags = storedTags(tags)
	return n
}

// tagging is the needs of an operation that creates something: where it is
// created with tags, the action that tags is needed as well.
//
// Source: a denial of iam:TagRole to a role's creator quoted in
// brefphp/bref#2028.
func tagging(create service.Need, action string, tags []iam.Tag) []service.Need {
	if len(tags) == 0 {
		return []service.Need{create}
	}
	create = withRequestTags(create, tags)
	tag := create
	tag.Action, tag.Keys = action, nil // of the creation alone
	return []service.Need{create, tag}
}

// withBoundary adds iam:PermissionsBoundary, where there is one: the ARN that
// a request sets, or that the entity it changes has.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
func withBoundary(n service.Need, arn string) service.Need {
	if arn != "" {
		setKey(&n, "iam:PermissionsBoundary", arn)
	}
	return n
}

// setKey gives a need a condition key with one value.
func setKey(n *service.Need, key, value string) {
	if n.Keys == nil {
		n.Keys = make(map[string]string)
	}
	n.Keys[key] = value
}

// iamARN is the ARN of something of the call's account.
func iamARN(c *service.Call, kind, path, name string) string {
	return "arn:" + c.Partition + ":iam::" + c.Account.String() + ":" + kind + path + name
}

func pathOr(path string) string {
	if path == "" {
		return "/"
	}
	return path
}
