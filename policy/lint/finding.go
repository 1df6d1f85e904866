package lint

import (
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// Type is what a document is for, in AWS's words.
type Type string

// The types of document that ValidatePolicy knows.
const (
	Identity        Type = "IDENTITY_POLICY"
	Resource        Type = "RESOURCE_POLICY"
	ServiceControl  Type = "SERVICE_CONTROL_POLICY"
	ResourceControl Type = "RESOURCE_CONTROL_POLICY"
)

// The types of resource that a document of type Resource may be for.
const (
	Bucket                 = "AWS::S3::Bucket"
	AccessPoint            = "AWS::S3::AccessPoint"
	MultiRegionAccessPoint = "AWS::S3::MultiRegionAccessPoint"
	ObjectLambda           = "AWS::S3ObjectLambda::AccessPoint"
	Trust                  = "AWS::IAM::AssumeRolePolicyDocument"
	Table                  = "AWS::DynamoDB::Table"
)

// Severity is how grave a finding is, in AWS's words.
type Severity string

// The severities, the gravest first.
const (
	Error           Severity = "ERROR"
	SecurityWarning Severity = "SECURITY_WARNING"
	Warning         Severity = "WARNING"
	Suggestion      Severity = "SUGGESTION"
)

// Finding is one thing that is wrong or doubtful.
type Finding struct {
	Code      string // such as INVALID_ACTION, or of our own such as bare-account
	Severity  Severity
	Details   string
	Change    string // what to write instead; empty where Details says it
	Page      string // its page in docs/denials, without .md; empty where it has none
	Locations []Location
}

// Own tells that the check is rolecall's and not AWS's.
func (f Finding) Own() bool { return strings.ToLower(f.Code) == f.Code }

// Link is AWS's page for the check, and empty for one of our own.
func (f Finding) Link() string {
	if f.Own() {
		return ""
	}
	return learnMore + anchors[f.Severity] + "-" + strings.ReplaceAll(strings.ToLower(f.Code), "_", "-")
}

const learnMore = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html" +
	"#access-analyzer-reference-policy-checks-"

// anchors are how the page's anchors begin.
var anchors = map[Severity]string{
	Error: "error", SecurityWarning: "security-warning", Warning: "general-warning", Suggestion: "suggestion",
}

// Location is a place in the document: how to get there and where it stands.
type Location struct {
	Path []Step
	policy.Span
}

// Step is one step into a document: to the value of a member, to an element
// of an array, or to the name of a member.
type Step struct {
	Kind  StepKind
	Name  string // of a member
	Index int    // of an element
}

// StepKind is where a Step leads.
type StepKind uint8

// The kinds of Step.
const (
	_ StepKind = iota
	ToValue
	ToIndex
	ToName
)
