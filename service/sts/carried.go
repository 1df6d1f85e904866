package sts

import (
	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/trail"
)

// carriedBy is what the trail shows of the session that a token or an assertion
// asks for.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html (SAML)
func carriedBy(wanted *sts.AssumeRoleInput) *trail.Carried {
	c := &trail.Carried{SourceIdentity: wanted.SourceIdentity, TransitiveTagKeys: wanted.TransitiveTagKeys}
	for _, t := range wanted.Tags {
		c.PrincipalTags = append(c.PrincipalTags, trail.Tag{Key: t.Key, Value: t.Value})
	}
	return c
}

// carried is that of an assertion.
func (p *samlProof) carried() *trail.Carried {
	c := carriedBy(&sts.AssumeRoleInput{SourceIdentity: p.sourceIdentity, Tags: p.tags, TransitiveTagKeys: p.transitive})
	c.AssertionID = p.assertion.ID
	return c
}
