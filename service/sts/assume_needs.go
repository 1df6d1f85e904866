package sts

import (
	"strings"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// assumeNeeds is what AssumeRole demands (rules V4 and V8): sts:AssumeRole,
// with tags of its own or inherited ones sts:TagSession too, with a source
// identity sts:SetSourceIdentity too; each by the caller's policies and the
// role's trust policy together.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
func assumeNeeds(c *service.Call, in *sts.AssumeRoleInput) []service.Need {
	assume := service.Need{
		Resource:  in.RoleArn,
		MustTrust: true,
		Keys:      map[string]string{"sts:RoleSessionName": in.RoleSessionName},
	}
	if role, ok := roleOf(c, in.RoleArn); ok {
		assume.Trust, assume.Owner = role, role.Account
		assume.ResourceTags = resourceTags(role, inheritedTags(c))
		for _, t := range assume.ResourceTags {
			assume.Keys["iam:ResourceTag/"+t.Key] = t.Value
		}
	} else if a, err := arn.Parse(in.RoleArn); err == nil {
		assume.Owner, _ = arn.ParseAccountID(a.Account)
	}
	if in.ExternalId != "" {
		assume.Keys["sts:ExternalId"] = in.ExternalId
	}
	if in.TokenCode != "" { // it was verified before anything is decided
		assume.Keys["aws:MultiFactorAuthPresent"], assume.Keys["aws:MultiFactorAuthAge"] = "true", "0"
	}
	identity := in.SourceIdentity
	if identity == "" {
		identity = sourceIdentity(c)
	}
	if identity != "" {
		assume.Keys["sts:SourceIdentity"] = identity
	}
	for _, t := range in.Tags {
		assume.RequestTags = append(assume.RequestTags, directory.Tag{Key: t.Key, Value: t.Value})
	}
	if in.TransitiveTagKeys != nil {
		assume.MultiKeys = map[string][]string{"sts:TransitiveTagKeys": in.TransitiveTagKeys}
	}
	needs := []service.Need{assume}
	if len(in.Tags) > 0 || len(inheritedTags(c)) > 0 {
		needs = append(needs, as(assume, "sts:TagSession"))
	}
	if identity != "" {
		needs = append(needs, as(assume, "sts:SetSourceIdentity"))
	}
	return needs
}

func as(n service.Need, action string) service.Need {
	n.Action = action
	return n
}

// roleOf finds the role that an ARN names: its account, path and name must
// all be the role's, its name in the role's own letters.
func roleOf(c *service.Call, name string) (*directory.Role, bool) {
	a, err := arn.Parse(name)
	if err != nil || a.ResourceType() != "role" {
		return nil, false
	}
	account, err := arn.ParseAccountID(a.Account)
	if err != nil {
		return nil, false
	}
	role, ok := c.View.Role(account, a.ResourceName())
	if !ok || role.ARN(c.Partition) != name {
		return nil, false
	}
	return role, true
}

// resourceTags are the role's tags as its trust policy sees them: a
// transitive tag of the calling session takes the place of the role's.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
func resourceTags(role *directory.Role, inherited []session.Tag) []directory.Tag {
	tags := append([]directory.Tag(nil), role.Tags...)
	for _, t := range inherited {
		for i := range tags {
			if strings.EqualFold(tags[i].Key, t.Key) {
				tags[i].Value = t.Value
			}
		}
	}
	return tags
}

// sourceIdentity is the one that the caller's session carries, if any.
func sourceIdentity(c *service.Call) string {
	if c.Caller.Session == nil {
		return ""
	}
	return c.Caller.Session.SourceIdentity
}

// inheritedTags are the transitive tags of the caller's session.
func inheritedTags(c *service.Call) []session.Tag {
	if c.Caller.Session == nil {
		return nil
	}
	var tags []session.Tag
	for _, t := range c.Caller.Session.Tags {
		if t.Transitive {
			tags = append(tags, t)
		}
	}
	return tags
}

// sessionTags are the tags of the new session: those asked for and those
// inherited, which stay transitive.
func sessionTags(c *service.Call, tags []sts.Tag, transitive []string) []session.Tag {
	out := inheritedTags(c)
	for _, t := range tags {
		tag := session.Tag{Key: t.Key, Value: t.Value}
		for _, key := range transitive {
			tag.Transitive = tag.Transitive || strings.EqualFold(key, t.Key)
		}
		out = append(out, tag)
	}
	return out
}
