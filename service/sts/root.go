package sts

import (
	"context"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// rootTaskSession is how long a privileged session lasts at most, and if nobody
// says.
const rootTaskSession = 900

// rootTasks are the policies of AWS's that a privileged session may have, below
// policy/root-task/.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
var rootTasks = []string{
	"IAMAuditRootUserCredentials", "IAMCreateRootUserPassword", "IAMDeleteRootUserCredentials", "S3UnlockBucketPolicy", "SQSUnlockQueuePolicy",
}

// AssumeRoot makes a session of the root user of a member account for one task.
// Only an organization that has enabled root sessions lets its management
// account, or one that administers IAM for it, do so.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html
func (s *Service) AssumeRoot(ctx context.Context, in *sts.AssumeRootInput) (*sts.AssumeRootOutput, error) {
	c := service.CallOf(ctx)
	target, _ := rootOf(c, in.TargetPrincipal)
	if !administersRoot(c, target) {
		return nil, notAuthorized(c.Caller.ARN(), "sts:AssumeRoot", directory.RootARN(c.Partition, target))
	}
	made := session.Session{
		Kind:           session.AssumedRoot,
		Issuer:         c.Caller.ARN(),
		PolicyARNs:     []string{in.TaskPolicyArn.Arn},
		SourceIdentity: sourceIdentity(c),
	}
	if c.Caller.Temporary() {
		made.ChainDepth = c.Caller.Session.ChainDepth + 1
	}
	seconds := int32(rootTaskSession)
	if in.DurationSeconds != nil && *in.DurationSeconds > 0 {
		seconds = *in.DurationSeconds
	}
	credentials, err := s.credentials(c, target, made, seconds)
	if err != nil {
		return nil, sealError(err)
	}
	return &sts.AssumeRootOutput{Credentials: credentials, SourceIdentity: made.SourceIdentity}, nil
}

// administersRoot tells whether the caller's account may act as the root user of
// another account of its organization.
func administersRoot(c *service.Call, target arn.AccountID) bool {
	mine, ok := c.View.Member(c.Account)
	if !ok {
		return false
	}
	theirs, ok := c.View.Member(target)
	if !ok || theirs.Organization != mine.Organization || theirs.State != "" {
		return false
	}
	org, ok := c.View.Organization(mine.Organization)
	if !ok || target == org.Management || !slices.Contains(org.RootFeatures, "RootSessions") {
		return false
	}
	return c.Account == org.Management || slices.ContainsFunc(mine.Delegated, func(d directory.Delegation) bool { return d.Service == "iam.amazonaws.com" })
}

// checkRoot refuses what no policy could allow: a target that is no account, a
// policy that is for no task, and the root user as the caller.
func checkRoot(c *service.Call, in *sts.AssumeRootInput) error {
	if c.Caller.IsRoot() {
		return rootAssumesRoot()
	}
	if _, ok := rootOf(c, in.TargetPrincipal); !ok {
		return invalidARN(in.TargetPrincipal)
	}
	name, ok := strings.CutPrefix(in.TaskPolicyArn.Arn, "arn:"+c.Partition+":iam::aws:policy/root-task/")
	if !ok || !slices.Contains(rootTasks, name) {
		return invalidARN(in.TaskPolicyArn.Arn)
	}
	return nil
}

// rootOf is the account that a target means: its twelve digits, or the ARN of
// its root user.
func rootOf(c *service.Call, target string) (arn.AccountID, bool) {
	digits := target
	if a, err := arn.Parse(target); err == nil {
		digits = a.Account
	}
	account, err := arn.ParseAccountID(digits)
	return account, err == nil && (target == digits || target == directory.RootARN(c.Partition, account))
}

// rootNeeds is what AssumeRoot demands: its own action on the root user, which
// the caller's own policies decide: an account has no policy of its root user's.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
func rootNeeds(c *service.Call, in *sts.AssumeRootInput) []service.Need {
	target, _ := rootOf(c, in.TargetPrincipal)
	return []service.Need{{
		Resource: directory.RootARN(c.Partition, target),
		Keys:     map[string]string{"aws:ResourceAccount": target.String(), "sts:TaskPolicyArn": in.TaskPolicyArn.Arn},
	}}
}
