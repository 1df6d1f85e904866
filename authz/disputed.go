package authz

import "slices"

// Question is one on which AWS's documentation and those who observed AWS
// disagree, or which nobody answers, with what is chosen here.
type Question struct {
	Number   int // stable, and no other question's here or in package policy
	Question string
	Choice   string
	Source   string
	Test     string // the test that holds the choice
}

// Disputed is the whole list.
func Disputed() []Question { return slices.Clone(disputed) }

var disputed = []Question{
	{
		1, "Does a session policy limit what a resource policy grants to the session's own ARN?",
		"No. It limits what is granted to the role's ARN.",
		"IAM User Guide, session policies; ceph/s3-tests agrees, iam-simulate does not",
		"session ARN and session policy",
	},
	{
		2, "What does an operator without ForAllValues or ForAnyValue say of a multivalued key?",
		"Nothing that allows: an Allow does not match, a Deny does. Right whichever of the observed answers is AWS's.",
		"IAM User Guide, single-valued and multivalued keys: \"require\" a set operator; iam-simulate never matches, versitygw matches any",
		"multivalued key without set operator",
	},
	{
		3, "Is ForAnyValue with a negated operator true where the key is missing?",
		"No.",
		"IAM User Guide, multivalued keys: \"for no matching key the condition returns false\"; versitygw answers true",
		"ForAnyValue negated on a missing key",
	},
	{
		4, "Do values of Bool have policy variables?",
		"Yes.",
		"IAM User Guide, condition operators: \"can use a policy variable with the Boolean condition operator\"; the page on variables says the opposite",
		"variable in Bool",
	},
	{
		5, "Does a negated operator hold where the policy's variable has no value?",
		"Yes: a value that does not exist equals nothing.",
		"IAM User Guide, policy variables; iam-simulate never matches",
		"negated operator and a variable without value",
	},
	{
		6, "What does an ARN with fewer than six parts match in Resource?",
		"Its missing parts stand for anything.",
		"iam-simulate; moto and versitygw refuse such documents when they are stored, as package policy does",
		"short ARN",
	},
	{
		8, "Does a trust policy that names a caller of its own account need an identity policy beside it?",
		"No; one that names the account does.",
		"STS API reference, AssumeRole: \"You can do either\"; moto and IAMSpy ask for both",
		"trust policy naming the caller",
	},
	{
		9, "Is a key whose value is the empty string null to the Null operator?",
		"Yes.",
		"IAM User Guide, condition operators: false means that \"the key exists and its value is not null\"; iam-simulate and versitygw ask for presence only",
		"Null and the empty string",
	},
	{
		10, "Are partition, service, region and account of an ARN compared without regard to case?",
		"No.",
		"IAM User Guide, Resource element; iam-simulate ignores case there",
		"case in an ARN's first parts",
	},
	{
		11, "Does ArnLike compare the ARN as one string?",
		"No: part by part, so that no * crosses a colon before the last part.",
		"IAM User Guide, ARN condition operators, with its finance/* example; versitygw compares one string",
		"ArnLike part by part",
	},
	{
		12, "In what unit is a date that is written as a number?",
		"Seconds since 1970.",
		"IAM User Guide, date condition operators: \"epoch (UNIX) time\"; iam-simulate takes milliseconds",
		"epoch seconds",
	},
	{
		13, "Whom does NotPrincipal except?",
		"Who is named itself, or by its role, together with its account.",
		"IAM User Guide, NotPrincipal: \"AWS might validate the account first\"; iam-simulate excepts on any match",
		"NotPrincipal names caller and account",
	},
	{
		14, "Which policy type does a denial name where several deny?",
		"The first in the order of the evaluation logic: RCP, SCP, endpoint, resource, identity, boundary, session; " +
			"for want of any Allow in one account, the identity-based policy.",
		"IAM User Guide, policy evaluation logic; nobody documents it for messages",
		"order of named policy types",
	},
	{
		21, "How does the denial end where a role's trust policy does not allow?",
		"After the role's ARN.",
		"what people quote, to 2026 (masterpoint.io on Identity Center ARNs, aws/aws-cli issues); " +
			"IAM User Guide, access denied messages, has \"because no role trust policy allows\"",
		"denial of a trust policy",
	},
	{
		22, "Is a date of four digits a year, or seconds since 1970?",
		"A year.",
		"IAM User Guide, date condition operators: both forms are allowed, W3C's named first; nobody documents which wins",
		"four digits are a year",
	},
	{
		33, "Does a caller need sts:SetSourceIdentity in its own policies for a role of its account whose trust policy names it?",
		"A role session does, a user does not.",
		"IAM User Guide, monitor and control actions taken with assumed roles: \"in both\" for role chaining and across accounts, " +
			"for users \"you can configure this in the role trust policy and in the principal's permissions policy\"",
		"source identity within an account",
	},
	{
		34, "Does the ARN of a role in a Principal element name it without its path, or with another?",
		"No: it is compared whole.",
		"IAM turns the ARN into the role's id as a trust policy is saved, and refuses one that no role has " +
			"(IAM User Guide, Principal element); iam-simulate compares the last part alone",
		"a role by its ARN without the path",
	},
}
