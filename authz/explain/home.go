package explain

import "strings"

// Home is where a policy lives, so that a command can be told that changes it.
type Home struct {
	Kind    HomeKind
	Owner   string // name of the role, user, group or bucket it belongs to
	Policy  string // its name, or id in an organization
	ARN     string // of a managed policy
	Account string // whose administrators may change it
	File    string // that it was read from, if from one
}

// HomeKind is what a policy is attached to, or where it is kept.
type HomeKind uint8

// The kinds of home. The zero kind is unknown.
const (
	_ HomeKind = iota
	RoleTrust
	RoleInline
	UserInline
	GroupInline
	CustomerManaged
	AWSManaged
	OrganizationPolicy
	BucketPolicy
	SessionPolicy
)

// changeable tells whether anybody can write another text into a policy.
func (h Home) changeable() bool { return h.Kind != AWSManaged && h.Kind != SessionPolicy }

// String names the home for people.
func (h Home) String() string {
	switch h.Kind {
	case RoleTrust:
		return "trust policy of role " + h.Owner
	case RoleInline:
		return "inline policy " + h.Policy + " of role " + h.Owner
	case UserInline:
		return "inline policy " + h.Policy + " of user " + h.Owner
	case GroupInline:
		return "inline policy " + h.Policy + " of group " + h.Owner
	case CustomerManaged, AWSManaged:
		return "managed policy " + h.ARN
	case OrganizationPolicy:
		return "organization policy " + h.Policy
	case BucketPolicy:
		return "policy of bucket " + h.Owner
	case SessionPolicy:
		return "session policy"
	}
	return ""
}

// command is the aws CLI's line that writes a text into a policy; empty where
// there is none.
func (h Home) command(document string) string {
	text := shellQuote(oneLine(document))
	switch h.Kind {
	case RoleTrust:
		return "aws iam update-assume-role-policy --role-name " + h.Owner + " --policy-document " + text
	case RoleInline:
		return "aws iam put-role-policy --role-name " + h.Owner + " --policy-name " + h.Policy + " --policy-document " + text
	case UserInline:
		return "aws iam put-user-policy --user-name " + h.Owner + " --policy-name " + h.Policy + " --policy-document " + text
	case GroupInline:
		return "aws iam put-group-policy --group-name " + h.Owner + " --policy-name " + h.Policy + " --policy-document " + text
	case CustomerManaged:
		return "aws iam create-policy-version --policy-arn " + h.ARN + " --set-as-default --policy-document " + text
	case OrganizationPolicy:
		return "aws organizations update-policy --policy-id " + h.Policy + " --content " + text
	case BucketPolicy:
		return "aws s3api put-bucket-policy --bucket " + h.Owner + " --policy " + text
	}
	return ""
}

// shellQuote is a word that a shell takes as it is.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
