package iam

import (
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// trustPolicy reads a trust policy and answers what is kept of it: the
// author's text with the unique id of each user and role that it names, so
// that one who is deleted and made again under the same name is not trusted.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func trustPolicy(c *service.Call, r *directory.Reader, text string) (directory.PolicyText, error) {
	doc, err := policy.Validate(text, policy.Trust, policy.Environment{Partition: c.Partition, Principals: r})
	if err != nil {
		return directory.PolicyText{}, badDocument(err)
	}
	if policy.Size(text) > aclSizePerRole.limit(c) {
		return directory.PolicyText{}, overQuota(c, aclSizePerRole)
	}
	return directory.NewPolicyText(doc.ReplacePrincipals(func(p policy.Principal) (string, bool) {
		id, ok := r.PrincipalID(p)
		return id, ok && id != ""
	})), nil
}
