package iam

import (
	"errors"
	"net/http"

	"github.com/rolecall-iam/rolecall/policy"
)

// The refusals of the policy simulator. Where no source is named, the words
// are our own: AWS documents the code only.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html

// unclearEntity is quoted in aws/aws-cli issues and by those who pass the ARN of
// a session.
func unclearEntity(arn string) error {
	return invalidInput("Invalid Entity Arn: %s does not clearly define entity type and name.", arn)
}

// policiesElsewhere is quoted from calls across accounts.
func policiesElsewhere(own, other string) error {
	return invalidInput("Invalid Policy Source Arn: caller's account %s does not have access to policies in account %s", own, other)
}

// badSimulatedResource is quoted in aws-containers/amazon-ecs-exec-checker#35.
func badSimulatedResource(arn string) error {
	return invalidInput("ResourceNames are not in a valid ARN format: %s.", arn)
}

// badResourceOwner is quoted in boto/botocore#1346.
func badResourceOwner(arn string) error {
	return invalidInput("'%s' is not a valid as a Resource Owner.", arn)
}

func badSimulatedAction(name string) error {
	return invalidInput("Invalid Input Actions: %q is not the name of one action of a service.", name)
}

func manyBoundaries() error {
	return invalidInput("The list of Permissions Boundary policies cannot exceed 1 items.")
}

func callerNeeded() error {
	return invalidInput("CallerArn, the ARN of an IAM user, is required with a ResourcePolicy.")
}

func badContextEntry(name, why string) error {
	return invalidInput("Invalid context entry %s: %s.", name, why)
}

func badHandlingOption(option string) error {
	return invalidInput("%s is not a valid ResourceHandlingOption.", option)
}

func resourceNeeded(option, kind string) error {
	return invalidInput("ResourceHandlingOption %s requires the ARN of a resource of type %s.", option, kind)
}

func tooMuchToSimulate() error {
	return invalidInput("The simulation is too large: pass fewer resources or policies.")
}

// badSimulatedPolicy says of a document what storing it would say. The code is
// the one that versitygw met at AWS, for a document with a member twice.
func badSimulatedPolicy(where string, err error) error {
	if refused, ok := errors.AsType[*policy.Error](err); ok {
		return invalidInput("%s: %s", where, refused.Message)
	}
	return invalidInput("%s: %s", where, err)
}

// nobodyNamed is what S3 says of a bucket policy without principals.
func nobodyNamed() error { return invalidInput("ResourcePolicy: Missing required field Principal") }

// unreadablePolicy is about a policy that an older version stored. The status
// is the model's.
func unreadablePolicy(name string) error {
	return refuse(http.StatusInternalServerError, "PolicyEvaluation", "The policy %s cannot be read.", name)
}
