package explain

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// Home is where a policy lives, so that a command can be told that changes it.
type Home struct {
	Kind    HomeKind
	Owner   string // name of the role, user, group, bucket or permission set it belongs to
	Policy  string // its name, or id in an organization
	ARN     string // of a managed policy, or of the permission set where it is known
	Account string // whose administrators may change it
	File    string // that it was read from, if from one
	// Instance is the ARN of a permission set's instance, where it is known.
	Instance string
	// Region is where it is, which its administration is asked in.
	Region string
	// Address is the Terraform address of the resource that makes it, if one
	// does. Where it is empty it is looked for in File.
	Address string
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
	// PermissionSetInline is the inline policy of a permission set of IAM
	// Identity Center, and of the roles that are made of it.
	PermissionSetInline
	// AssignedRoleTrust is the trust policy of such a role, which nobody can
	// change.
	AssignedRoleTrust
)

// changeable tells whether anybody can write another text into a policy.
func (h Home) changeable() bool {
	return h.Kind != AWSManaged && h.Kind != SessionPolicy && h.Kind != AssignedRoleTrust
}

// String names the home for people.
func (h Home) String() string {
	switch h.Kind {
	case RoleTrust, AssignedRoleTrust:
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
	case PermissionSetInline:
		return "inline policy of permission set " + h.Owner
	}
	return ""
}

// command is the aws CLI's line that writes a text into a policy; empty where
// there is none.
func (h Home) command(document string) string {
	text, owner, name := shellQuote(oneLine(document)), word(h.Owner), word(h.Policy)
	switch h.Kind {
	case RoleTrust:
		return "aws iam update-assume-role-policy --role-name " + owner + " --policy-document " + text
	case RoleInline:
		return "aws iam put-role-policy --role-name " + owner + " --policy-name " + name + " --policy-document " + text
	case UserInline:
		return "aws iam put-user-policy --user-name " + owner + " --policy-name " + name + " --policy-document " + text
	case GroupInline:
		return "aws iam put-group-policy --group-name " + owner + " --policy-name " + name + " --policy-document " + text
	case CustomerManaged:
		return "aws iam create-policy-version --policy-arn " + word(h.ARN) + " --set-as-default --policy-document " + text
	case OrganizationPolicy:
		return "aws organizations update-policy --policy-id " + name + " --content " + text
	case BucketPolicy:
		return "aws s3api put-bucket-policy --bucket " + owner + " --policy " + text
	case PermissionSetInline:
		return h.setCommand(text)
	}
	return ""
}

// setCommand writes a permission set's inline policy and brings it to the
// accounts. Where the set's ARN is not known it is looked for by its name: a
// role tells no more of its set.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutInlinePolicyToPermissionSet.html
func (h Home) setCommand(text string) string {
	at := "aws sso-admin "
	if h.Region != "" {
		at = "aws --region " + word(h.Region) + " sso-admin "
	}
	write := func(instance, set string) string {
		which := " --instance-arn " + instance + " --permission-set-arn " + set
		return at + "put-inline-policy-to-permission-set" + which + " --inline-policy " + text +
			" && " + at + "provision-permission-set" + which + " --target-type ALL_PROVISIONED_ACCOUNTS"
	}
	if h.ARN != "" && h.Instance != "" {
		return write(word(h.Instance), word(h.ARN))
	}
	return `INSTANCE=$(` + at + `list-instances --query 'Instances[0].InstanceArn' --output text); ` +
		`for SET in $(` + at + `list-permission-sets --instance-arn "$INSTANCE" --query 'PermissionSets[]' --output text); do ` +
		`if [ "$(` + at + `describe-permission-set --instance-arn "$INSTANCE" --permission-set-arn "$SET" --query PermissionSet.Name --output text)" = ` +
		shellQuote(h.Owner) + ` ]; then ` + write(`"$INSTANCE"`, `"$SET"`) + `; fi; done`
}

// shellQuote is a word that a shell takes as it is.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// word is shellQuote but for words that no shell changes.
func word(s string) string {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && !strings.ContainsRune("+=,.@:/_-", rune(c)) {
			return shellQuote(s)
		}
	}
	if s == "" {
		return "''"
	}
	return s
}

// ssoRole is what the roles of IAM Identity Center are told by, and the name of
// the permission set that one was made of.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
func ssoRole(role arn.ARN) (set string, ok bool) {
	if !strings.HasPrefix(role.Resource, ssoRolePath) {
		return "", false
	}
	set, ok = strings.CutPrefix(role.ResourceName(), "AWSReservedSSO_")
	if at := strings.LastIndexByte(set, '_'); at > 0 {
		set = set[:at]
	}
	return set, ok
}

const ssoRolePath = "role/aws-reserved/sso.amazonaws.com/"
