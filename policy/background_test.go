package policy

import "testing"

// The policies below are the ones that people asked and wrote about: a forum's
// questions on Identity Center, Cognito and service roles, the IAM user guide
// on SAML, an article on the paths of Identity Center's roles, an article on
// mending trust policies, and a diary of the first AssumeRole. Where an
// account or a service was left out, both are tried: as it was printed, and
// filled in.

// written is a document of those pages.
type written struct {
	refusal
	kind Kind
}

func trustCase(name, statements, message, at string) written {
	return written{refusal{name, document(statements), message, at}, Trust}
}

func permissionCase(name, statements, message, at string) written {
	return written{refusal{name, document(statements), message, at}, Managed}
}

func document(statements string) string {
	return `{"Version": "2012-10-17", "Statement": [` + statements + `]}`
}

// forService is the trust policy of a service role.
func forService(services string) string {
	return `{"Effect": "Allow", "Principal": {"Service": ` + services + `}, "Action": "sts:AssumeRole"}`
}

// forAWS is a trust policy's statement with, perhaps, a Condition.
func forAWS(principals, condition string) string {
	return `{"Effect": "Allow", "Principal": {"AWS": ` + principals + `}, "Action": "sts:AssumeRole"` + condition + `}`
}

var forum = []written{
	permissionCase("a user may assume a service role, by the visual editor", `{"Sid": "VisualEditor0", "Effect": "Allow",
		"Action": ["sts:AssumeRole", "sts:AssumeRoleWithSAML"],
		"Resource": "arn:aws:iam::xxxxxxxxxxxx:role/service-role/KinesisFirehoseServiceRole--us-east-1-xxxxxxxxxxxxx"}`, "", ""),
	trustCase("Firehose's role as printed, its service lost", forService(`""`), `Invalid principal in policy: "SERVICE":""`, `""`),
	trustCase("Firehose's role", forService(`"firehose.amazonaws.com"`), "", ""),
	trustCase("a session of Identity Center beside Firehose, with an account of ten digits",
		forService(`"firehose.amazonaws.com"`)+`, `+forAWS(`"arn:aws:sts::1234567890:assumed-role/AWSReservedSSO_AWSAdministratorAccess_abe68abec87ew/something.username"`, ``),
		`Invalid principal in policy: "AWS":"arn:aws:sts::1234567890:assumed-role/AWSReservedSSO_AWSAdministratorAccess_abe68abec87ew/something.username"`, `"arn`),
	trustCase("a session of Identity Center beside Firehose",
		forService(`"firehose.amazonaws.com"`)+`, `+forAWS(`"arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AWSAdministratorAccess_abe68abec87ew/something.username"`, ``), "", ""),
	trustCase("an account whose number the shell did not fill in", forAWS(`"arn:aws:iam::${ACCOUNT_ID}:root"`, ``),
		`Invalid principal in policy: "AWS":"arn:aws:iam::${ACCOUNT_ID}:root"`, `"arn`),
	trustCase("an account, for roles of Identity Center only", forAWS(`"arn:aws:iam::123456789012:root"`,
		`, "Condition": {"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*"]}}`), "", ""),
	permissionCase("SAM's omnipotent role", `{"Action": "*", "Resource": "*", "Effect": "Allow"}`, "", ""),
	trustCase("SAM's omnipotent role is CloudFormation's", forService(`"cloudformation.amazonaws.com"`), "", ""),
	permissionCase("PowerUserAccess", `{"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
		{"Effect": "Allow", "Action": ["iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole", "iam:ListRoles", "organizations:DescribeOrganization"], "Resource": "*"}`, "", ""),
	permissionCase("a permission set that may assume a role: a resource's account is not looked at", `{"Sid": "VisualEditor0", "Effect": "Allow",
		"Action": "sts:AssumeRole", "Resource": "arn:aws:iam::12341341324:role/test_sso_role"}`, "", ""),
	trustCase("Identity Center's SAML provider with an account of eleven digits", `{"Effect": "Allow",
		"Principal": {"Federated": "arn:aws:iam::12341341324:saml-provider/AWSSSO_a1b2c3d4e5f6g8_DO_NOT_DELETE"},
		"Action": "sts:AssumeRoleWithSAML"}`, badFed, `"arn`),
	trustCase("Identity Center's SAML provider", `{"Effect": "Allow",
		"Principal": {"Federated": "arn:aws:iam::123413413240:saml-provider/AWSSSO_a1b2c3d4e5f6g8_DO_NOT_DELETE"},
		"Action": "sts:AssumeRoleWithSAML"}`, "", ""),
	trustCase("Cognito's role as printed, its names lost", `{"Sid": "", "Effect": "Allow", "Principal": {"Federated": ""},
		"Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"": "us-east-1:12345678-dead-beef-cafe-123456790ab"},
		"ForAnyValue:StringLike": {"": "authenticated"}}}`, badFed, `""`),
	trustCase("Cognito's role", `{"Sid": "", "Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"},
		"Action": "sts:AssumeRoleWithWebIdentity", "Condition": {
		"StringEquals": {"cognito-identity.amazonaws.com:aud": "us-east-1:12345678-dead-beef-cafe-123456790ab"},
		"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}}`, "", ""),
	permissionCase("passing a role to Cognito", `{"Sid": "Stmt1", "Effect": "Allow", "Action": ["iam:PassRole"],
		"Resource": ["arn:aws:iam::123456789012:role/myTestRole"]}`, "", ""),
	trustCase("Lambda's role", `{"Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}, "Effect": "Allow", "Sid": "First"}`, "", ""),
	trustCase("an account whose number was not filled in", forAWS(`"arn:aws:iam::<AccountNumberThatCanAssumeTheRole>:root"`, `, "Condition": {}`),
		`Invalid principal in policy: "AWS":"arn:aws:iam::<AccountNumberThatCanAssumeTheRole>:root"`, `"arn`),
	trustCase("another account", forAWS(`"arn:aws:iam::123456789012:root"`, `, "Condition": {}`), "", ""),
	permissionCase("EC2's trust policy in the place of a permission policy", forService(`"ec2.amazonaws.com"`),
		"Policy document should not specify a principal.", `{"Service"`),
	trustCase("EC2's trust policy in its own place", forService(`"ec2.amazonaws.com"`), "", ""),
	trustCase("a list of services", forService(`["ec2.amazonaws.com", "lambda.amazonaws.com"]`), "", ""),
}

// forumBuckets are the forum's bucket policies.
var forumBuckets = []refusal{
	{"objects for Cognito's users, with any resource", document(`
		{"Sid": "Deny access to objects in the secured directory.", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"},
		{"Sid": "Only allowed authenticated users access to a specific bucket.", "Effect": "Allow",
		 "Principal": {"AWS": "arn:aws:iam::x:role/Cognito_Domain_IdP_Auth_Role"}, "Action": "s3:GetObject", "Resource": "*"},
		{"Sid": "Read access for web hosting.", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}`),
		"Policy has invalid resource", `"*"},`},
	{"objects for Cognito's users, with a role of no account", document(`
		{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::x:role/Cognito_Domain_IdP_Auth_Role"},
		 "Action": "s3:GetObject", "Resource": "arn:aws:s3:::YOUR-BUCKET-NAME/*"}`),
		"Invalid principal in policy", `"arn:aws:iam`},
	{"logs exported to a bucket", document(`
		{"Effect": "Allow", "Principal": {"Service": "logs.us-west-2.amazonaws.com"}, "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::YOUR-BUCKET-NAME"},
		{"Effect": "Allow", "Principal": {"Service": "logs.us-west-2.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::YOUR-BUCKET-NAME/*",
		 "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}}`), "", ""},
}

// samlGuide is the IAM user guide on roles for SAML.
var samlGuide = []written{
	{refusal{"the guide's SAML role, its account not filled in", `{ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "sts:AssumeRoleWithSAML",
		"Principal": {"Federated": "arn:aws:iam::ACCOUNT-ID-WITHOUT-HYPHENS:saml-provider/PROVIDER-NAME"}, "Condition": {"StringEquals": {"SAML:aud": ""}} } }`, badFed, `"arn`}, Trust},
	{refusal{"the guide's SAML role", `{ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "sts:AssumeRoleWithSAML",
		"Principal": {"Federated": "arn:aws:iam::123456789012:saml-provider/PROVIDER-NAME"}, "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}} } }`, "", ""}, Trust},
}

// reservedPath is the article on the paths of Identity Center's roles.
var reservedPath = []written{
	trustCase("the policy that looks correct and names nobody", `{"Effect": "Allow", "Action": "sts:AssumeRole", "Condition": {"ArnLike": {"aws:PrincipalArn": [
		"arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_AWSAdministratorAccess*"]}}}`, "Missing required field Principal", "{"),
	trustCase("the policy that works, with the article's comments in it", forAWS(`"arn:aws:iam::123456789012:root" // We can use this to allow multiple accounts.
		`, ``), "This policy contains invalid Json", "//"),
	trustCase("the policy that works", `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
		"Action": ["sts:AssumeRole", "sts:TagSession"], "Condition": {"ArnLike": {"aws:PrincipalArn": [
		"arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/us-west-2/AWSReservedSSO_AWSAdministratorAccess*"]}}}`, "", ""),
}

// mending is the article on mending trust policies.
var mending = []written{
	trustCase("an account by its root", forAWS(`"arn:aws:iam::123456789012:root"`, `, "Condition": {}`), "", ""),
	trustCase("an account by its number, which the article calls wrong and AWS takes", forAWS(`"123456789012"`, ``), "", ""),
	trustCase("a service without its domain", forService(`"ec2"`), `Invalid principal in policy: "SERVICE":"ec2"`, `"ec2"`),
	trustCase("the article's common services", forService(`["ec2.amazonaws.com", "lambda.amazonaws.com", "ecs-tasks.amazonaws.com", "cloudformation.amazonaws.com", "codepipeline.amazonaws.com"]`), "", ""),
	trustCase("EC2 of China elsewhere", forService(`"ec2.amazonaws.com.cn"`), `Invalid principal in policy: "SERVICE":"ec2.amazonaws.com.cn"`, `"ec2`),
	trustCase("account A not filled in", forAWS(`"arn:aws:iam::ACCOUNT-A-ID:root"`, `, "Condition": {}`), `Invalid principal in policy: "AWS":"arn:aws:iam::ACCOUNT-A-ID:root"`, `"arn`),
	{refusal{"account A's user may assume a role of account B", document(`{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::ACCOUNT-B-ID:role/CrossAccountRole"}`), "", ""}, Inline},
	trustCase("one user of account A", forAWS(`"arn:aws:iam::111122223333:user/specific-user"`, ``), "", ""),
	trustCase("two accounts", forAWS(`["arn:aws:iam::123456789012:root", "arn:aws:iam::210987654321:root"]`, ``), "", ""),
	trustCase("a service and an account", forService(`"lambda.amazonaws.com"`)+`,`+forAWS(`"arn:aws:iam::123456789012:root"`, ``), "", ""),
	trustCase("a third party not filled in", forAWS(`"arn:aws:iam::THIRD-PARTY-ACCOUNT:root"`, `, "Condition": {"StringEquals": {"sts:ExternalId": "my-unique-external-id-12345"}}`),
		`Invalid principal in policy: "AWS":"arn:aws:iam::THIRD-PARTY-ACCOUNT:root"`, `"arn`),
	trustCase("a third party with an external ID", forAWS(`"arn:aws:iam::111122223333:root"`, `, "Condition": {"StringEquals": {"sts:ExternalId": "my-unique-external-id-12345"}}`), "", ""),
	trustCase("MFA", forAWS(`"arn:aws:iam::123456789012:root"`, `, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}`), "", ""),
	trustCase("session names", forAWS(`"arn:aws:iam::123456789012:root"`, `, "Condition": {"StringLike": {"sts:RoleSessionName": "admin-*"}}`), "", ""),
}

// diary is the diary of the first AssumeRole.
var diary = []written{
	trustCase("EC2 and one session", forService(`"ec2.amazonaws.com"`)+`,
		`+forAWS(`"arn:aws:sts::123456789012:assumed-role/PowerUser/kevin.hakanson@example.com"`, ``), "", ""),
	permissionCase("objects and the list of a bucket", `{"Action": ["s3:DeleteObject", "s3:GetObject", "s3:PutObject", "s3:GetObjectAcl"],
		"Resource": ["arn:aws:s3:::kjh-encryption-test1/*"], "Effect": "Allow"},
		{"Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::kjh-encryption-test1"], "Effect": "Allow"}`, "", ""),
}

func TestPoliciesThatPeopleWrote(t *testing.T) {
	for _, page := range [][]written{forum, samlGuide, reservedPath, mending, diary} {
		for _, test := range page {
			test.check(t, test.kind, "MalformedPolicyDocument", Environment{})
		}
	}
	for _, test := range forumBuckets {
		test.check(t, Bucket, "MalformedPolicy", Environment{Bucket: "YOUR-BUCKET-NAME"})
	}
	china := trustCase("EC2 of China in China", forService(`"ec2.amazonaws.com.cn"`), "", "")
	china.check(t, Trust, "", Environment{Partition: "aws-cn"})
	stranger := trustCase("one user of account A who does not exist", forAWS(`"arn:aws:iam::111122223333:user/specific-user"`, ``),
		`Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/specific-user"`, `"arn`)
	stranger.check(t, Trust, "MalformedPolicyDocument", Environment{Principals: directory{}})
}
