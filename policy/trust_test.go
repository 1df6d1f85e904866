package policy

import (
	"errors"
	"testing"
)

// directory is a store of principals for tests: value to unique ID.
type directory map[string]string

func (d directory) PrincipalID(p Principal) (string, bool) {
	id, ok := d[p.Value]
	return id, ok
}

const (
	gitHub  = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
	saml    = "arn:aws:iam::111122223333:saml-provider/corp"
	badSTS  = "AssumeRole policy may only specify STS AssumeRole actions."
	badFed  = "Federated principals must be valid domain names or SAML metadata ARNs"
	alice   = "arn:aws:iam::111122223333:user/alice"
	pathed  = "arn:aws:iam::111122223333:role/team/app"
	session = "arn:aws:sts::111122223333:assumed-role/app/one"
)

func trustEnvironment() Environment {
	return Environment{Principals: directory{
		alice: "AIDAEXAMPLEEXAMPLE123", pathed: "AROAEXAMPLEEXAMPLE123", session: session,
		"111122223333": "111122223333", "arn:aws:iam::111122223333:root": "arn:aws:iam::111122223333:root",
		saml: saml, gitHub: gitHub, "AROAEXAMPLEEXAMPLE123": "AROAEXAMPLEEXAMPLE123",
		"arn:aws:iam::111122223333:oidc-provider/gitlab.com":                                            "x",
		"arn:aws:iam::111122223333:oidc-provider/idp.example.com/tenant":                                "x",
		"arn:aws:iam::111122223333:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/": "x",
	}}
}

// trusting is a trust policy for one principal, given as "type":values.
func trusting(principal string) string {
	return statement(`"Effect":"Allow","Principal":{` + principal + `},"Action":"sts:AssumeRole"`)
}

// federating is a trust policy for one provider with a Condition.
func federating(provider, condition string) string {
	return statement(`"Effect":"Allow","Principal":{"Federated":"` + provider +
		`"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":` + condition)
}

func assuming(actions string) string {
	return statement(`"Effect":"Allow","Principal":{"AWS":"*"},"Action":` + actions)
}

// trustRefusals is table E2, as CreateRole answers.
var trustRefusals = []refusal{
	{
		"words are no JSON (localstack pull request 8453)",
		"file://trust.json",
		"This policy contains invalid Json", "file",
	},
	{
		"a trailing comma (localstack pull request 8453)",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",}]}`,
		"This policy contains invalid Json", "}]}",
	},
	{
		"a blank before the document (G15)",
		" " + trusting(`"AWS":"*"`),
		"This policy contains invalid Json", " ",
	},
	{
		"a version that never was",
		`{"Version":"2012","Statement":[]}`,
		"The policy must contain a valid version string", `"2012"`,
	},
	{
		"no statement",
		`{"Version":"2012-10-17"}`,
		"Could not parse the policy: Statement is empty!", "{",
	},
	{
		"an empty Statement",
		`{"Version":"2012-10-17","Statement":[]}`,
		"Could not parse the policy: Statement is empty!", "[]",
	},
	{
		"an unknown element",
		statement(`"Effect":"Allow","Principals":{}`),
		"Syntax error in policy.", `"Principals"`,
	},
	{
		"a Principal that is a word",
		statement(`"Effect":"Allow","Principal":"me","Action":"sts:AssumeRole"`),
		"Syntax error in policy.", `"me"`,
	},
	{
		"an unknown operator",
		federating(saml, `{"StringMatches":{"saml:aud":"x"}}`),
		"Syntax error in policy.", `"StringMatches"`,
	},
	{
		"two statements with one Sid",
		`{"Statement":[{"Sid":"a","Effect":"Allow"},{"Sid":"a","Effect":"Deny"}]}`,
		"The Statement Ids in the policy are not unique", `"a","Effect":"Deny"`,
	},
	{
		"a Sid with a point",
		statement(`"Sid":"a.b","Effect":"Allow"`),
		"Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
		`"a.b"`,
	},
	{
		"no Effect",
		statement(`"Principal":{"AWS":"*"},"Action":"sts:AssumeRole"`),
		"Missing required field Effect", "{",
	},
	{
		"an Effect in another case",
		statement(`"Effect":"allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"`),
		"Invalid effect: allow", `"allow"`,
	},
	{"a wrong Effect", statement(`"Effect":"Permit"`), "Invalid effect: Permit", `"Permit"`},

	{
		"a Resource",
		statement(`"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Resource":"*"`),
		"Has prohibited field Resource", `"*"}]`,
	},
	{
		"a permission policy in the place of a trust policy (external-dns issue 3085)",
		statement(`"Effect":"Allow","Action":["route53:ChangeResourceRecordSets"],"Resource":["arn:aws:route53:::hostedzone/*"]`),
		"Has prohibited field Resource", `["arn:aws:route53`,
	},
	{
		"a NotResource",
		statement(`"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","NotResource":"*"`),
		"AssumeRole policy must not contain resources.", `"*"}]`,
	},

	{
		"no Principal",
		statement(`"Effect":"Allow","Action":"sts:AssumeRole"`),
		"Missing required field Principal", "{",
	},
	{
		"an empty Principal",
		statement(`"Effect":"Allow","Principal":{ },"Action":"sts:AssumeRole"`),
		"Missing required field Principal cannot be empty!", "{ }",
	},
	{
		"a Principal of empty lists (terraform-aws-iam issue 47)",
		trusting(`"AWS":[],"Service":[]`),
		"Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: The passed in policy has a statement with no principals!",
		`{"AWS"`,
	},
	{
		"everyone as the bare star (aws-cdk issue 5732, section 10 item 7)",
		statement(`"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"`),
		`AssumeRolepolicy contained an invalid principal: "STAR":"*".`, `"*"`,
	},
	{
		"NotPrincipal with Allow",
		statement(`"Effect":"Allow","NotPrincipal":{"AWS":"*"},"Action":"sts:AssumeRole"`),
		"Allow with NotPrincipal is not allowed.", `{"AWS"`,
	},
	{
		"NotPrincipal with Deny",
		statement(`"Effect":"Deny","NotPrincipal":{"AWS":"*"},"Action":"sts:AssumeRole"`),
		"AssumeRole policy must not contain NotPrincipal field.", `{"AWS"`,
	},
	{
		"a type of principal that nobody knows",
		trusting(`"Account":"111122223333"`),
		`Invalid principal in policy: "Account"`, `"Account"`,
	},
	{
		"a type of principal without a name",
		trusting(`"":"111122223333"`),
		`Invalid principal in policy: ""`, `""`,
	},
	{
		"a canonical user, which only S3 knows (G4)",
		trusting(`"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"`),
		`Invalid principal in policy: "CanonicalUser"`, `"79a5`,
	},

	{
		"a user that does not exist (terraform-provider-aws issue 8905)",
		trusting(`"AWS":"arn:aws:iam::111122223333:user/bob"`),
		`Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/bob"`, `"arn`,
	},
	{
		"a user in another case",
		trusting(`"AWS":["` + alice + `","arn:aws:iam::111122223333:user/Alice"]`),
		`Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/Alice"`,
		`"arn:aws:iam::111122223333:user/Alice`,
	},
	{
		"a role that does not exist (databrickslabs/ucx issue 2269)",
		trusting(`"AWS":"arn:aws:iam::111122223333:role/UC_ROLE"`),
		`Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/UC_ROLE"`, `"arn`,
	},
	{
		"a role without its path",
		trusting(`"AWS":"arn:aws:iam::111122223333:role/app"`),
		`Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/app"`, `"arn`,
	},
	{
		"a session of a role that does not exist",
		trusting(`"AWS":"arn:aws:sts::111122223333:assumed-role/gone/one"`),
		`Invalid principal in policy: "AWS":"arn:aws:sts::111122223333:assumed-role/gone/one"`, `"arn`,
	},
	{
		"an account that does not exist",
		trusting(`"AWS":"999999999999"`),
		`Invalid principal in policy: "AWS":"999999999999"`, `"9999`,
	},
	{
		"an account of eleven digits",
		trusting(`"AWS":"arn:aws:iam::12341341324:root"`),
		`Invalid principal in policy: "AWS":"arn:aws:iam::12341341324:root"`, `"arn`,
	},
	{
		"the unique ID of a role that was deleted (E6)",
		trusting(`"AWS":"AROADELETEDDELETED123"`),
		`Invalid principal in policy: "AWS":"AROADELETEDDELETED123"`, `"AROA`,
	},
	{
		"an IAM group",
		trusting(`"AWS":"arn:aws:iam::111122223333:group/dev"`),
		`Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:group/dev"`, `"arn`,
	},
	{
		"a wildcard in a principal (M9)",
		trusting(`"AWS":"arn:aws:iam::111122223333:role/*"`),
		`Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/*"`, `"arn`,
	},
	{
		"a principal of another partition",
		trusting(`"AWS":"arn:aws-cn:iam::111122223333:root"`),
		`Invalid principal in policy: "AWS":"arn:aws-cn:iam::111122223333:root"`, `"arn`,
	},
	{
		"a principal that is a name",
		trusting(`"AWS":"alice"`),
		`Invalid principal in policy: "AWS":"alice"`, `"alice"`,
	},
	{"an empty principal", trusting(`"AWS":""`), `Invalid principal in policy: "AWS":""`, `""`},

	{
		"a service without its domain (M12)",
		trusting(`"Service":"ec2"`),
		`Invalid principal in policy: "SERVICE":"ec2"`, `"ec2"`,
	},
	{"an empty service", trusting(`"Service":""`), `Invalid principal in policy: "SERVICE":""`, `""`},
	{
		"a service by ARN",
		trusting(`"Service":"` + alice + `"`),
		`Invalid principal in policy: "SERVICE":"` + alice + `"`, `"arn`,
	},
	{
		"China's name of a service elsewhere (pulumi-eks pull request 1864)",
		trusting(`"Service":"eks.amazonaws.com.cn"`),
		`Invalid principal in policy: "SERVICE":"eks.amazonaws.com.cn"`, `"eks`,
	},

	{
		"a federation that is no provider (terraform-aws-iam issue 202)",
		trusting(`"Federated":"cluster"`),
		badFed, `"cluster"`,
	},
	{"an empty federation", trusting(`"Federated":""`), badFed, `""`},
	{
		"a role as federation (Young-ook/terraform-aws-eks issue 139)",
		trusting(`"Federated":"` + pathed + `"`),
		badFed, `"arn`,
	},
	{
		"a provider of an account of eleven digits",
		trusting(`"Federated":"arn:aws:iam::12341341324:saml-provider/x"`),
		badFed, `"arn`,
	},
	{
		"a provider that does not exist",
		trusting(`"Federated":"arn:aws:iam::111122223333:saml-provider/other"`),
		`Invalid principal in policy: "FEDERATED":"arn:aws:iam::111122223333:saml-provider/other"`, `"arn`,
	},

	{
		"no Action",
		statement(`"Effect":"Allow","Principal":{"AWS":"*"}`),
		"Missing required field Action", "{",
	},
	{"an empty Action", assuming(`[]`), "Missing required field Action", "{"},
	{"all actions", assuming(`"*"`), badSTS, `"*"}]`},
	{"all actions with a colon", assuming(`"*:*"`), badSTS, `"*:*"`},
	{"an action of another service", assuming(`["sts:AssumeRole","s3:GetObject"]`), badSTS, `"s3`},
	{
		"an action of STS that does not exist (terraform-provider-aws issue 32872)",
		assuming(`["sts:AssumeRole","sts:TagSessions"]`),
		badSTS, `"sts:TagSessions"`,
	},
	{"an action of STS that assumes nothing", assuming(`"sts:GetCallerIdentity"`), badSTS, `"sts`},
	{
		"a NotAction of another service",
		statement(`"Effect":"Deny","Principal":{"AWS":"*"},"NotAction":"s3:*"`),
		badSTS, `"s3`,
	},
}

func TestTrustPolicyIsRefused(t *testing.T) {
	for _, test := range trustRefusals {
		test.check(t, Trust, "MalformedPolicyDocument", trustEnvironment())
	}
}

func TestTrustPolicyIsAccepted(t *testing.T) {
	for _, test := range []refusal{
		{name: "everyone under AWS (E2)", text: trusting(`"AWS":"*"`)},
		{
			name: "an account by its number (V: CreateRole's reply shows it untouched)",
			text: trusting(`"AWS":"111122223333"`),
		},
		{name: "an account by its root", text: trusting(`"AWS":"arn:aws:iam::111122223333:root"`)},
		{
			name: "a user, a role with its path and a session",
			text: trusting(`"AWS":["` + alice + `","` + pathed + `","` + session + `"]`),
		},
		{name: "the unique ID of a living role (E6)", text: trusting(`"AWS":"AROAEXAMPLEEXAMPLE123"`)},
		{
			name: "services",
			text: trusting(`"Service":["ec2.amazonaws.com","ecs-tasks.amazonaws.com","logs.us-east-1.amazonaws.com","member.org.stacksets.cloudformation.amazonaws.com","alexa-appkit.amazon.com"]`),
		},
		{
			name: "an empty list beside another principal",
			text: trusting(`"AWS":[],"Service":"ec2.amazonaws.com"`),
		},
		{
			name: "a SAML provider with a condition",
			text: statement(`"Effect":"Allow","Principal":{"Federated":"` + saml + `"},"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}`),
		},
		{
			name: "a SAML provider without a condition",
			text: statement(`"Effect":"Allow","Principal":{"Federated":"` + saml + `"},"Action":"sts:AssumeRoleWithSAML"`),
		},
		{
			name: "a built-in provider of web identities (M13)",
			text: trusting(`"Federated":["accounts.google.com","graph.facebook.com","www.amazon.com"]`),
		},
		{
			name: "no Version and 2008-10-17 (G3)",
			text: `{"Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}`,
		},
		{
			name: "tags, source identity and context beside the role",
			text: assuming(`["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity","sts:SetContext"]`),
		},
		{
			name: "wildcards within STS, in any case",
			text: assuming(`["sts:*","STS:assumerole*","sts:AssumeRoleWith????"]`),
		},
		{
			name: "NotAction within STS",
			text: statement(`"Effect":"Deny","Principal":{"AWS":"*"},"NotAction":"sts:TagSession"`),
		},
		{
			name: "an Id and a Sid",
			text: `{"Id":"x","Statement":{"Sid":"First","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}`,
		},
	} {
		test.check(t, Trust, "", trustEnvironment())
	}
}

// TestTrustPolicyInOrder: statements are judged one after the other.
func TestTrustPolicyInOrder(t *testing.T) {
	const two = `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:x"},{"Principal":{"AWS":"*"},"Resource":"*"}]}`
	var refused *Error
	if _, err := Validate(two, Trust, Environment{}); !errors.As(err, &refused) || refused.Message != badSTS {
		t.Errorf("the first statement's fault is not the one named: %v", err)
	}
}
