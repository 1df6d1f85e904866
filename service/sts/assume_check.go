package sts

import (
	"errors"
	"net/http"
	"strings"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/wire"
)

// maxPolicyARNs is how many managed session policies a session may have;
// maxPolicyText how many characters all its policies may have together.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const (
	maxPolicyARNs = 10
	maxPolicyText = 2048
)

// checkAssume refuses what no policy could allow: malformed names, policies
// and tags (rules S1, S6, S7, S8), and at last a code that does not hold (rule
// S9): a request that is wrong anyway uses none up.
func (s *Service) checkAssume(c *service.Call, in *sts.AssumeRoleInput) error {
	if err := checkAssumeInput(c, in); err != nil {
		return err
	}
	if _, err := s.providedContext(c, in); err != nil {
		return err
	}
	return s.verifyMFA(c, in.SerialNumber, in.TokenCode)
}

func checkAssumeInput(c *service.Call, in *sts.AssumeRoleInput) error {
	if _, err := arn.Parse(in.RoleArn); err != nil {
		return invalidARN(in.RoleArn)
	}
	if strings.HasPrefix(strings.ToLower(in.SourceIdentity), "aws:") {
		return sourceIdentityReserved()
	}
	if was := sourceIdentity(c); was != "" && in.SourceIdentity != "" && in.SourceIdentity != was {
		return sourceIdentityFixed()
	}
	if err := checkTags(c, in.Tags, in.TransitiveTagKeys); err != nil {
		return err
	}
	return checkSessionPolicies(c, in.Policy, in.PolicyArns)
}

// checkTags holds the tags to rule S6. Keys are compared without regard to
// case, also with the transitive ones that the caller's session brings along.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
func checkTags(c *service.Call, tags []sts.Tag, transitive []string) error {
	seen := make(map[string]bool, len(tags))
	for _, t := range tags {
		key := strings.ToLower(t.Key)
		if seen[key] {
			return duplicateTagKeys()
		}
		if strings.HasPrefix(key, "aws:") {
			return reservedTagKey()
		}
		seen[key] = true
	}
	for _, key := range transitive {
		if !seen[strings.ToLower(key)] {
			return transitiveWithoutTag()
		}
	}
	for _, t := range inheritedTags(c) {
		if seen[strings.ToLower(t.Key)] {
			return transitiveConflict()
		}
	}
	return nil
}

// checkSessionPolicies holds the session policies to rule G8.
func checkSessionPolicies(c *service.Call, text string, arns []sts.PolicyDescriptorType) error {
	if len(arns) > maxPolicyARNs {
		return tooManyPolicyARNs()
	}
	for _, p := range arns {
		if _, err := arn.Parse(p.Arn); err != nil {
			return invalidARN(p.Arn)
		}
	}
	if text == "" {
		return nil
	}
	return validateSessionPolicy(c, text)
}

func validateSessionPolicy(c *service.Call, text string) error {
	_, err := policy.Validate(text, policy.Session, policy.Environment{Partition: c.Partition})
	var refused *policy.Error
	if errors.As(err, &refused) {
		return &wire.Error{Code: refused.Code, Status: http.StatusBadRequest, Message: refused.Message}
	}
	return err
}
