package wire

import "github.com/rolecall-iam/rolecall/api"

// hidesValues says whether a service leaves the value out of a violation:
// "Value at 'roleName' failed …" (aws/eks-hybrid#113) where STS writes
// "Value ” at 'roleArn' failed …" (mmmorris1975/aws-runas#80).
func hidesValues(s *api.Service) bool { return s.Name == "iam" }

// iamWords is IAM's own sentence for a name or a path of the wrong characters,
// or "" where IAM has none and speaks of the pattern.
//
//   - names: app-sre/qontract-reconcile#2640, cfn-lint#996 (policyName)
//   - path: cfn-lint#722
//   - pathPrefix: aws/aws-cli#5860
func iamWords(s *api.Service, shape *api.Shape, steps []step) string {
	if s.Name != "iam" || len(steps) != 1 {
		return ""
	}
	name := steps[0].name
	say := "The specified value for " + name + " is invalid. It must "
	switch shape.Name {
	case "pathType", "policyPathType", "pathPrefixType":
		if name == "pathPrefix" {
			return say + "begin with the / character and contain only alphanumeric characters and/or / characters."
		}
		return say + "begin and end with / and contain only alphanumeric characters and/or / characters."
	}
	switch shape.Pattern {
	case `[\w+=,.@-]+`, `[\w+=,.@-]*`:
		return say + "contain only alphanumeric characters and/or the following: +=,.@_-"
	}
	return ""
}

// validationCodes are the codes by which services with JSON report a violated
// constraint, the likeliest first: the first that the operation's model lists.
var validationCodes = [...]string{
	"ValidationException", "InvalidParameterException", "InvalidInputException", "InvalidRequestException",
}

// memberCodes are the codes by which CloudTrail's LookupEvents reports a
// violated constraint of one member.
//
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html#API_LookupEvents_Errors
var memberCodes = map[string]string{
	"maxResults": "InvalidMaxResultsException", "lookupAttributes": "InvalidLookupAttributesException",
	"eventCategory": "InvalidEventCategoryException",
}

// validationCode is the error code for violated constraints, the first of
// which is in a member.
func validationCode(op *api.Operation, member string) string {
	if code, ok := memberCodes[member]; ok && op.Service.Name == "cloudtrail" && op.Name == "LookupEvents" {
		return code
	}
	switch op.Service.Protocol {
	case api.Query:
		return "ValidationError"
	case api.RestXML:
		return "InvalidArgument"
	}
	for _, code := range validationCodes {
		for _, f := range op.Errors {
			if f.Code == code {
				return code
			}
		}
	}
	return validationCodes[0]
}
