package trail

import (
	"strings"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/arn"
)

// readPrefixes begin the names of operations that change nothing.
var readPrefixes = []string{"Get", "List", "Describe", "Lookup", "Simulate", "Head", "Search", "Check", "Validate", "IsMember"}

// otherReads change nothing either. CloudTrail calls those of STS read-only,
// and IAM's access levels the two reports.
var otherReads = map[string]bool{
	"AssumeRole": true, "AssumeRoleWithSAML": true, "AssumeRoleWithWebIdentity": true,
	"DecodeAuthorizationMessage": true,
	"GenerateCredentialReport":   true, "GenerateServiceLastAccessedDetails": true, "GenerateOrganizationsAccessReport": true,
}

// readOnly tells whether an operation changes nothing.
func readOnly(op *api.Operation) bool {
	if op.ReadOnly || otherReads[op.Name] {
		return true
	}
	for _, prefix := range readPrefixes {
		if strings.HasPrefix(op.Name, prefix) {
			return true
		}
	}
	return false
}

// showsOutput tells whether an event has responseElements: where something was
// changed, and where STS gave credentials.
func showsOutput(op *api.Operation) bool {
	if !readOnly(op) {
		return true
	}
	if op.Service.SigningName != "sts" {
		return false
	}
	for i := range op.Output.Members {
		if op.Output.Members[i].Name == "Credentials" {
			return true
		}
	}
	return false
}

// manages tells management events from data events, which are not in the event
// history: of S3 what is done with objects.
func manages(op *api.Operation) bool {
	return op.Service.SigningName != "s3" || strings.Contains(op.Name, "Bucket")
}

// eventSource is the host name by which CloudTrail calls a service.
func eventSource(s *api.Service) string {
	if s.SigningName == "awsssoportal" {
		return "sso.amazonaws.com"
	}
	return s.SigningName + ".amazonaws.com"
}

// homes are the regions in which the global services of a partition are.
var homes = map[string]string{"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}

// awsRegion is the region that an event names: that of the endpoint, and for a
// global service the partition's home.
func awsRegion(s *api.Service, signed string) string {
	global := s.SigningName == "iam" || s.SigningName == "organizations"
	if !global && signed != "" && signed != "aws-global" {
		return signed
	}
	if home, ok := homes[arn.PartitionOf(signed)]; ok {
		return home
	}
	return signed
}

// errorCode is the name by which CloudTrail reports an error: the exception's,
// such as NoSuchEntityException where clients see NoSuchEntity.
func errorCode(op *api.Operation, code string) string {
	for _, f := range op.Errors {
		if f.Code == code {
			return f.Name
		}
	}
	return code
}

// denied tells errors of calls that were refused before their parameters were
// looked at; their events have none.
func denied(code string) bool {
	switch code {
	case "AccessDenied", "AccessDeniedException", "NotImplemented":
		return true
	}
	return false
}
