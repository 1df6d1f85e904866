package service

import (
	"strings"

	"github.com/rolecall-iam/rolecall/store/directory"
)

// PrincipalTags are the caller's tags as its requests are decided with them: the
// entity's, with those of the session in place of equal keys.
func (c *Caller) PrincipalTags() []directory.Tag {
	var tags []directory.Tag
	for _, t := range c.tags() {
		fresh := true
		for i := range tags {
			if strings.EqualFold(tags[i].Key, t.Key) {
				tags[i], fresh = directory.Tag{Key: t.Key, Value: t.Value}, false
			}
		}
		if fresh {
			tags = append(tags, directory.Tag{Key: t.Key, Value: t.Value})
		}
	}
	return tags
}

// OrganizationPath is the organization that the caller's account is in, and its
// place there, as aws:PrincipalOrgID and aws:PrincipalOrgPaths have them; empty
// for an account in none.
func (c *Call) OrganizationPath() (id, path string) {
	p := c.placeOf(c.Account)
	if p.org == nil {
		return "", ""
	}
	return p.org.ID, p.path()
}
