package service

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// askedNeeds are the permissions that a question is about.
func (c *Call) askedNeeds(ask Ask) ([]Need, error) {
	service, operation, ok := strings.Cut(ask.Action, ":")
	if !ok || service == "" || operation == "" || strings.ContainsAny(ask.Action, "*? ,") {
		return nil, askError("the action %q is not of the form service:Operation", ask.Action)
	}
	need := Need{Action: ask.Action, Resource: ask.Resource, Owner: ask.ResourceAccount}
	if need.Resource == "" {
		need.Resource = "*"
	}
	a, err := arn.Parse(need.Resource)
	if err != nil && need.Resource != "*" {
		return nil, askError("the resource %q is no ARN", need.Resource)
	}
	if owner, err := arn.ParseAccountID(a.Account); err == nil {
		need.Owner = owner
	}
	if assumes := strings.EqualFold(service, "sts") && strings.HasPrefix(strings.ToLower(operation), "assumerole"); assumes && err == nil && (a.Service != "iam" || a.ResourceType() != "role") {
		return nil, askError("%s", noRole(need.Resource, a))
	}
	if strings.EqualFold(service, "iam") && a.Service == "iam" {
		c.addEntityTags(&need, a)
	}
	if strings.EqualFold(ask.Action, "sts:GetFederationToken") {
		return withFurther([]Need{need}, ask, false), nil
	}
	if !strings.EqualFold(service, "sts") || a.ResourceType() != "role" {
		return []Need{need}, nil
	}
	role, ok := c.View.Role(need.Owner, a.ResourceName())
	if !ok || role.ARN(a.Partition) != need.Resource {
		return nil, askError("%s", noSuch(c.View, need.Resource))
	}
	need.Trust, need.MustTrust = role, true
	c.addEntityTags(&need, a)
	needs := []Need{need}
	if !strings.HasPrefix(strings.ToLower(operation), "assumerole") {
		return needs, nil
	}
	return withFurther(needs, ask, true), nil
}

// withFurther adds what a call of STS needs for the tags and the source identity
// that it passes.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
func withFurther(needs []Need, ask Ask, takesIdentity bool) []Need {
	tags, identity := false, false
	for key := range ask.Context {
		tags = tags || strings.HasPrefix(strings.ToLower(key), "aws:requesttag/")
		identity = identity || takesIdentity && strings.EqualFold(key, "sts:SourceIdentity")
	}
	further := needs[0]
	if tags {
		further.Action = tagSession
		needs = append(needs, further)
	}
	if identity {
		further.Action = setSourceIdentity
		needs = append(needs, further)
	}
	return needs
}

// The permissions that calls of STS need besides their own.
const (
	tagSession        = "sts:TagSession"
	setSourceIdentity = "sts:SetSourceIdentity"
)

// otherActions are those of the needs beside one of them.
func otherActions(needs []Need, one int) (actions []string) {
	for i, n := range needs {
		if i != one {
			actions = append(actions, n.Action)
		}
	}
	return actions
}

// addEntityTags adds the tags of the user or role that a question is about, as
// its own operations are decided with them.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html ("the identity
// resource (user or role)")
func (c *Call) addEntityTags(need *Need, a arn.ARN) {
	var e *directory.Entity
	if role, ok := c.View.Role(need.Owner, a.ResourceName()); ok && a.ResourceType() == "role" && role.ARN(a.Partition) == need.Resource {
		e = &role.Entity
	} else if user, ok := c.View.User(need.Owner, a.ResourceName()); ok && a.ResourceType() == "user" && user.ARN(a.Partition) == need.Resource {
		e = &user.Entity
	}
	if e == nil {
		return
	}
	need.ResourceTags, need.Keys = e.Tags, make(map[string]string, len(e.Tags))
	for _, t := range e.Tags {
		need.Keys["iam:ResourceTag/"+t.Key] = t.Value
	}
}

// sessionTags are the keys of the tags that the caller has, and its role has not
// or with another value: they came with the session, and lie over the role's.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
func (c *Call) sessionTags(r authz.Request) (keys []string) {
	const tag = "aws:principaltag/"
	if c.Caller.Role == nil {
		return nil
	}
	for name, values := range r.Context.All() {
		if len(name) <= len(tag) || !strings.EqualFold(name[:len(tag)], tag) {
			continue
		}
		if !slices.ContainsFunc(c.Caller.Role.Tags, func(t directory.Tag) bool {
			return strings.EqualFold(t.Key, name[len(tag):]) && slices.Equal(values, []string{t.Value})
		}) {
			keys = append(keys, name[len(tag):])
		}
	}
	return keys
}

// untold tells of a key that it is neither given, nor known of the principal and
// the resource: the way in which the request is made is taken for granted.
func (a Ask) untold(keys authz.Context) func(key string) bool {
	return func(key string) bool {
		for given := range a.Context {
			if strings.EqualFold(given, key) {
				return false
			}
		}
		lower := strings.ToLower(key)
		switch lower {
		case "aws:currenttime", "aws:epochtime", "aws:securetransport", "aws:useragent", "aws:requestedregion", "aws:viaawsservice",
			"aws:tokenissuetime", "aws:multifactorauthpresent":
			return true
		case "aws:userid", "aws:username":
			return false
		}
		_, known := keys.Get(key)
		return !known && !strings.HasPrefix(lower, "aws:principal")
	}
}
