package directory

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// PolicyRef names a managed policy in what is stored: the unique id of a
// customer managed policy, or, for one of AWS's own, "aws:" and its path and
// name. It names no partition: that is the asking region's.
type PolicyRef string

// AWSPolicy refers to one of AWS's own managed policies by its ARN, such as
// arn:aws:iam::aws:policy/service-role/AWSLambdaRole. It answers false for any
// other ARN; it does not ask whether AWS has that policy.
func AWSPolicy(name arn.ARN) (PolicyRef, bool) {
	rest, ok := strings.CutPrefix(name.Resource, "policy")
	if !ok || name.Service != "iam" || name.Account != "aws" || !strings.HasPrefix(rest, "/") {
		return "", false
	}
	return PolicyRef("aws:" + rest), true
}

// AWSManaged answers the ARN of the AWS managed policy that r refers to, or
// false where r is a customer's.
func (r PolicyRef) AWSManaged(partition string) (string, bool) {
	rest, ok := strings.CutPrefix(string(r), "aws:")
	if !ok {
		return "", false
	}
	return "arn:" + partition + ":iam::aws:policy" + rest, true
}
