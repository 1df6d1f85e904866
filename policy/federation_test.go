package policy

import "testing"

const needSub = "A condition on token.actions.githubusercontent.com:sub must be present for the OIDC provider token.actions.githubusercontent.com"
const needAud = "A condition block must be present for the Cognito provider"
const gitLab = "arn:aws:iam::111122223333:oidc-provider/gitlab.com"
const sentinel = "arn:aws:iam::111122223333:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"

// sharedProviderCases are trust policies with and without the condition that
// tells a provider's tenants apart.
var sharedProviderCases = []refusal{
	{
		"GitHub with its subject",
		federating(gitHub, `{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:org/repo:*"}}`),
		"", "",
	},
	{
		"GitHub with its subject in capitals: keys have no case (C14)",
		federating(gitHub, `{"StringEquals":{"Token.Actions.GithubUserContent.com:SUB":"repo:org/repo:ref:refs/heads/main"}}`),
		"", "",
	},
	{
		"GitHub with any of several subjects",
		federating(gitHub, `{"ForAnyValue:StringLike":{"token.actions.githubusercontent.com:sub":["repo:a/*","repo:b/*"]}}`),
		"", "",
	},
	{"GitHub without a condition", federating(gitHub, `{}`), needSub, `"arn`},
	{
		"GitHub with its audience alone",
		federating(gitHub, `{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}`),
		needSub, `"arn`,
	},
	{
		"GitHub with any subject",
		federating(gitHub, `{"StringLike":{"token.actions.githubusercontent.com:sub":"*"}}`),
		needSub, `"arn`,
	},
	{
		"GitHub with any of several, one of them any",
		federating(gitHub, `{"StringLike":{"token.actions.githubusercontent.com:sub":["repo:a/*","*?*"]}}`),
		needSub, `"arn`,
	},
	{
		"GitHub with no value",
		federating(gitHub, `{"StringLike":{"token.actions.githubusercontent.com:sub":[]}}`),
		needSub, `"arn`,
	},
	{
		"GitHub with all but a subject",
		federating(gitHub, `{"StringNotLike":{"token.actions.githubusercontent.com:sub":"repo:a/*"}}`),
		needSub, `"arn`,
	},
	{
		"GitHub with a subject if there is one",
		federating(gitHub, `{"StringLikeIfExists":{"token.actions.githubusercontent.com:sub":"repo:a/*"}}`),
		needSub, `"arn`,
	},
	{
		"GitHub with all of no subjects",
		federating(gitHub, `{"ForAllValues:StringLike":{"token.actions.githubusercontent.com:sub":"repo:a/*"}}`),
		needSub, `"arn`,
	},
	{
		"GitHub where a subject is there",
		federating(gitHub, `{"Null":{"token.actions.githubusercontent.com:sub":"false"}}`),
		needSub, `"arn`,
	},
	{
		"GitHub denied needs no condition",
		statement(`"Effect":"Deny","Principal":{"Federated":"` + gitHub + `"},"Action":"sts:AssumeRoleWithWebIdentity"`),
		"", "",
	},
	{
		"GitLab without a condition",
		federating(gitLab, `{}`),
		"A condition on gitlab.com:sub must be present for the OIDC provider gitlab.com", `"arn`,
	},
	{
		"Cognito with its pool",
		federating(cognito, `{"StringEquals":{"cognito-identity.amazonaws.com:aud":"us-east-1:12345678-dead-beef-cafe-123456790ab"}}`),
		"", "",
	},
	{"Cognito without a condition (E2)", federating(cognito, `{}`), needAud, `"cognito`},
	{
		"Cognito with the wrong key (E2)",
		federating(cognito, `{"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"authenticated"}}`),
		needAud, `"cognito`,
	},
	{
		"Sentinel with a session name",
		federating(sentinel, `{"StringEquals":{"sts:RoleSessionName":"MicrosoftSentinel_x"}}`),
		"", "",
	},
	{
		"Sentinel without",
		federating(sentinel, `{}`),
		"A condition on sts:RoleSessionName must be present for the OIDC provider sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d",
		`"arn`,
	},
	{
		"a provider of one's own",
		federating("arn:aws:iam::111122223333:oidc-provider/idp.example.com/tenant", `{}`),
		"", "",
	},
}

// TestSharedProviders is AWS's page id_roles_providers_oidc_secure-by-default.
func TestSharedProviders(t *testing.T) {
	for _, test := range sharedProviderCases {
		test.check(t, Trust, "MalformedPolicyDocument", trustEnvironment())
	}
}
