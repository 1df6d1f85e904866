package explain

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// The beginnings of the keys of tags.
const (
	principalTag = "aws:principaltag/"
	resourceTag  = "aws:resourcetag/"
	iamTag       = "iam:resourcetag/"
)

// someValue stands for the value of a tag that may have any.
const someValue = "VALUE"

// owned is a tag of the caller's, or of the resource's.
type owned struct {
	resource bool
	key      string
}

// ownedBy tells whose tag a condition key is about; false for other keys.
func ownedBy(key string) (owned, bool) {
	lower := strings.ToLower(key)
	for _, begin := range []string{principalTag, resourceTag, iamTag} {
		if strings.HasPrefix(lower, begin) && len(key) > len(begin) {
			return owned{begin != principalTag, key[len(begin):]}, true
		}
	}
	return owned{}, false
}

// variable is the key of a value that is one variable as a whole; empty for
// others.
func variable(value string) string {
	if name, ok := strings.CutPrefix(value, "${"); ok && strings.IndexByte(name, '}') == len(name)-1 {
		return strings.TrimSuffix(name, "}")
	}
	return ""
}

// unfilled are the variables in the values of a condition that have no value.
func (q *Question) unfilled(c *policy.Condition) (keys []string) {
	for _, v := range c.Values {
		if !strings.Contains(v.Value, "${") {
			continue
		}
		for _, piece := range strings.Split(v.Value, "${")[1:] {
			name, _, closed := strings.Cut(piece, "}")
			_, present := q.Request.Context.Get(name)
			if _, filled := q.Request.Expand("${" + name + "}"); closed && !filled && !present && !slices.Contains(keys, name) {
				keys = append(keys, name)
			}
		}
	}
	return keys
}

// untagged tells who lacks the tag that an absent key is about; nothing for
// other keys.
func (q *Question) untagged(key string) string {
	tag, ok := ownedBy(key)
	if !ok {
		return ""
	}
	who, tail := "the resource", ""
	if own, known := q.ownARN(); !tag.resource {
		if who = "the caller"; known {
			who = own.ResourceType() + " " + own.ResourceName()
		}
		if _, session := q.Request.Principal.(authz.RoleSession); session {
			tail = ", nor has its session"
		}
	} else if a, err := arn.Parse(q.Request.Resource); err == nil && a.Service == "iam" {
		who = a.ResourceType() + " " + a.ResourceName()
	}
	return who + " has no tag " + tag.key + tail
}

// tagged are the changes of tags by which a condition holds: of the caller's
// user or role, or of the resource. Where both lack what is compared, the caller
// is tagged first, with a value to be chosen.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction_attribute-based-access-control.html
func (q *Question) tagged(c *policy.Condition) []candidate {
	var list []candidate
	offer := func(tag owned, value string) {
		if t, ok := q.tag(tag, value); ok {
			list = append(list, t)
		}
	}
	has, present := q.Request.Context.Get(c.Key.Value)
	own, isTag := ownedBy(c.Key.Value)
	if values := q.plainValues(c); isTag && len(values) > 0 {
		offer(own, values[0])
	}
	if isTag && !present && baseOperator(c.Operator.Value) == "null" {
		offer(own, someValue)
	}
	for _, v := range c.Values {
		name := variable(v.Value)
		tag, ok := ownedBy(name)
		_, filled := q.Request.Context.Get(name)
		switch {
		case ok && len(has) == 1:
			offer(tag, has[0])
		case ok && isTag && !present && !filled && own.resource != tag.resource:
			offer(owned{false, map[bool]string{true: tag.key, false: own.key}[own.resource]}, someValue)
		}
	}
	return list
}

// tag is the change that gives a tag a value; false where it has that already,
// or nobody can.
func (q *Question) tag(tag owned, value string) (candidate, bool) {
	a, known := q.ownARN()
	key, warning, cost := "aws:PrincipalTag/"+tag.key, "everything that policies give for this tag is then open to it", costCallerTag
	if tag.resource {
		parsed, err := arn.Parse(q.Request.Resource)
		a, known = parsed, err == nil
		key, warning, cost = "aws:ResourceTag/"+tag.key, "it is then open to everybody to whom policies give what has this tag", costResourceTag
	}
	has, _ := q.Request.Context.Get(key)
	command, ok := tagCommand(a, tag.key, value)
	session := !tag.resource && slices.ContainsFunc(q.SessionTags, func(k string) bool { return strings.EqualFold(k, tag.key) })
	if !known || !ok || value == "" || session || slices.Contains(has, value) {
		return candidate{}, false
	}
	who := a.ResourceType() + " " + a.ResourceName()
	if a.Service != "iam" {
		who = a.String()
	}
	c := candidate{
		Edit: Edit{Title: "tag " + who + " with " + tag.key + "=" + value, Target: "tags of " + who, Command: command},
		cost: cost, warnings: []string{warning},
		apply: func(q *Question) { q.retag(a, tag.key, value) },
	}
	if len(has) == 1 {
		c.warnings = append(c.warnings, "its tag "+tag.key+" is then no longer "+has[0]+", which other policies may ask for")
	}
	if value == someValue && !tag.resource {
		c.Title, c.cost, c.goOn = c.Title+", with a value of yours", costAnyTag, true
	}
	if a.Account != "" && a.Account != q.Request.Principal.AccountID().String() {
		c.Account = a.Account
	}
	return c, true
}

// retag gives a user, role or other resource a tag: the caller may be the
// resource too.
func (q *Question) retag(a arn.ARN, key, value string) {
	if own, ok := q.ownARN(); ok && own == a {
		q.Request.Context.Set("aws:PrincipalTag/"+key, value)
	}
	if a.String() != q.Request.Resource {
		return
	}
	q.Request.Context.Set("aws:ResourceTag/"+key, value)
	if kind := a.ResourceType(); a.Service == "iam" && (kind == "user" || kind == "role") {
		q.Request.Context.Set("iam:ResourceTag/"+key, value)
	}
}

// tagCommand is the aws CLI's line that gives something a tag; false where
// nobody may: of roles that AWS keeps, and of objects, which have none of these.
//
// Source: https://docs.aws.amazon.com/cli/latest/reference/iam/tag-role.html,
// https://docs.aws.amazon.com/cli/latest/reference/resourcegroupstaggingapi/tag-resources.html
func tagCommand(a arn.ARN, key, value string) (string, bool) {
	kind, tags := a.ResourceType(), " --tags "+shellQuote(tagJSON(key, value))
	switch {
	case a.Service == "iam" && (kind == "user" || kind == "role"):
		return "aws iam tag-" + kind + " --" + kind + "-name " + word(a.ResourceName()) + tags, !strings.HasPrefix(a.Resource, "role/aws-")
	case a.Service == "iam" && kind == "policy":
		return "aws iam tag-policy --policy-arn " + word(a.String()) + tags, a.Account != "aws"
	case a.Service == "iam", a.Account == "", a.Service == "sts", strings.ContainsAny(a.String(), "*?"):
		return "", false
	}
	command := "aws resourcegroupstaggingapi tag-resources"
	if a.Region != "" {
		command += " --region " + word(a.Region)
	}
	return command + " --resource-arn-list " + word(a.String()) + " --tags " + shellQuote("{"+quote(key)+":"+quote(value)+"}"), true
}
