package iam

import (
	"errors"
	"net/http"

	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/service"
)

// The refusals that concern policies. "Recorded" means an answer of AWS that
// LocalStack's tests keep in tests/aws/services/iam/*.snapshot.json.

// badPolicyARN refuses what is not the ARN of a managed policy of this
// partition. Recorded (test_role_managed_policy_errors, 2026): ValidationError;
// in 2023 the code was InvalidInput.
func badPolicyARN(arn string) error { return validationError("ARN %s is not valid.", arn) }

// noSuchPolicy is recorded for tagging and detaching.
func noSuchPolicy(arn string) error { return noSuchEntity("Policy %s was not found.", arn) }

// notAttachable is recorded for attaching.
func notAttachable(arn string) error {
	return noSuchEntity("Policy %s does not exist or is not attachable.", arn)
}

// noSuchVersion is recorded for a policy that does not exist, too.
func noSuchVersion(arn, version string) error {
	return noSuchEntity("Policy %s version %s does not exist or is not attachable.", arn, version)
}

// noSuchInline is recorded for roles and groups.
func noSuchInline(kind, name string) error {
	return noSuchEntity("The %s policy with name %s cannot be found.", kind, name)
}

// policyExists is recorded.
func policyExists(name string) error {
	return alreadyExists("A policy called %s already exists. Duplicate names are not allowed.", name)
}

// tooManyVersions is recorded, and quoted in 99designs/iamy#21.
func tooManyVersions(c *service.Call) error {
	return refuse(http.StatusConflict, "LimitExceeded", "A managed policy can have up to %d versions. "+
		"Before you create a new version, you must delete an existing version.", versionsPerPolicy.limit(c))
}

// inlineTooLarge is quoted in AlexsLemonade/refinebio#1270.
func inlineTooLarge(kind, name string, quota int) error {
	return refuse(http.StatusConflict, "LimitExceeded", "Maximum policy size of %d bytes exceeded for %s %s", quota, kind, name)
}

// policyInUse is quoted in serverless/components#312.
func policyInUse() error {
	return refuse(http.StatusConflict, "DeleteConflict", "Cannot delete a policy attached to entities.")
}

// versionsLeft is quoted in rebuy-de/aws-nuke#1.
func versionsLeft() error {
	return refuse(http.StatusConflict, "DeleteConflict", "This policy has more than one version. "+
		"Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.")
}

// defaultVersion is recorded, and quoted in redradrat/aws-iam-operator#13.
func defaultVersion() error {
	return refuse(http.StatusConflict, "DeleteConflict", "Cannot delete the default version of a policy.")
}

// serviceRolePolicy is quoted in aws/aws-cdk#6131 for a role.
func serviceRolePolicy(kind string) error {
	return refuse(http.StatusBadRequest, "PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer %s.", kind)
}

// duplicatePolicyTags is recorded: the tag keys of policies, unlike those of
// users and roles, differ by case.
func duplicatePolicyTags() error { return invalidInput("Duplicate tag keys found.") }

// awsOwned refuses to change one of AWS's policies. The decision refuses it
// before, whatever policies say (rule V12); this is what still holds where it
// does not ask, as for the root user. It has the words of that refusal.
func awsOwned(c *service.Call, action, arn string) error {
	return refuse(http.StatusForbidden, "AccessDenied", "User: %s is not authorized to perform: iam:%s on resource: policy %s",
		c.Caller.ARN(), action, arn)
}

// validDocument checks an identity policy as AWS does when it is stored.
func validDocument(c *service.Call, text string, kind policy.Kind) error {
	_, err := policy.Validate(text, kind, policy.Environment{Partition: c.Partition})
	return badDocument(err)
}

// badDocument is what Validate says, as an answer.
func badDocument(err error) error {
	if refused, ok := errors.AsType[*policy.Error](err); ok {
		return refuse(http.StatusBadRequest, refused.Code, "%s", refused.Message)
	}
	return err
}
