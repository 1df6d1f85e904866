package policy

import "slices"

// Question is one on which AWS's documentation and those who observed AWS
// disagree, or which nobody answers, with what is chosen here.
type Question struct {
	Number   int // stable, and no other question's here or in package authz
	Question string
	Choice   string
	Source   string
	Test     string // the test case that holds the choice
}

// Disputed is the whole list.
func Disputed() []Question { return slices.Clone(disputed[:]) }

var disputed = [...]Question{
	{
		7, "What does AWS say of \"Principal\": \"*\" in a trust policy?",
		"AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".",
		"aws/aws-cdk issue 5732, from 2020, which CDK still avoids; versitygw has \"Principal must be a JSON object.\"",
		"everyone as the bare star (aws-cdk issue 5732, section 10 item 7)",
	},
	{
		15, "Which documents must be of version 2012-10-17?",
		"Managed policies. Inline, session and trust policies may be of 2008-10-17 or say nothing.",
		"moto's table for managed policies; IAM User Guide, Version element, calls 2008-10-17 valid everywhere",
		"a managed policy needs Version 2012-10-17 (E1.2)",
	},
	{
		16, "How are refusals worded that nobody quoted from AWS?",
		"As moto words them for permission policies and versitygw for trust policies.",
		"moto's and versitygw's tables, which their authors tried at AWS",
		"an empty Principal",
	},
	{
		19, "What is a byte order mark before a document?",
		"A syntax error, as is all that is not white space.",
		"inferred from RFC 8259, section 8.1, and from S3's \"the first byte must be '{'\"",
		"a byte order mark (G15, section 10 item 19)",
	},
	{
		23, "What does STS say of a session policy that is no JSON?",
		"The policy is not in the valid JSON format.",
		"Apache Hadoop's S3A page on assumed roles; since 2025 STS shows its parser's own words with a place in them (ansible-collections/amazon.aws pull request 2778)",
		"a session policy that is no JSON, in the words of Hadoop's S3A pages",
	},
	{
		24, "What is said of a federated provider that does not exist?",
		"Invalid principal in policy: \"FEDERATED\":\"…\", by analogy with \"SERVICE\".",
		"nobody quoted it",
		"a provider that does not exist",
	},
	{
		25, "What is said of a trust policy that lets a shared OIDC provider in without looking at its tenants' claim?",
		"Words of rolecall's own that name key and provider.",
		"IAM User Guide, identity-provider controls for shared OIDC providers, has the rule and not the words",
		"GitHub without a condition",
	},
	{
		26, "Which service principals exist?",
		"All of a valid form, except where names are known to differ between partitions.",
		"AWS publishes no list; hashicorp/terraform-provider-aws checks the form",
		"China's name of a service elsewhere (pulumi-eks pull request 1864)",
	},
	{
		27, "What is a member that stands twice?",
		"A syntax error, in documents of every kind.",
		"IAM User Guide, grammar: \"the policy does not allow duplicate keys\"; which call answers what is not documented",
		"an element twice is a syntax error (E1.1, G14)",
	},
	{
		28, "Is Null stored with ForAllValues or ForAnyValue?",
		"No: nothing says what it would mean.",
		"IAM User Guide, Null operator, shows it alone; moto takes it",
		"Null over a set is a syntax error",
	},
	{
		29, "Which domain names may stand under Federated?",
		"Those of the four providers that AWS has built in.",
		"AWS's message speaks of \"valid domain names\"; IAM User Guide, principals, shows no others",
		"another domain under Federated",
	},
	{
		30, "Is an ARN with fewer than six parts stored in Resource?",
		"Only where it ends in \":*\" and no part is empty. Others fail legacy parsing.",
		"AWS Elemental MediaLive's pages write arn:aws:medialive:* (aws-cloudformation/cfn-lint issue 3384); " +
			"graylog-plugin-aws issue 172 saw legacy parsing fail; moto takes what has no empty part",
		"a short ARN that ends in a wildcard (section 10 item 6)",
	},
	{
		31, "Where in the order of checks does a permission policy's Principal stand?",
		"After version and Effect, before all that is missing.",
		"versitygw; trust policies used as permission policies, which have no Resource either, are told of their Principal (hashicorp/terraform issue 13449)",
		"a trust policy in its place is told of its Principal, not of its missing Resource",
	},
	{
		32, "What is a permission policy told that is used as a trust policy?",
		"Of its Resource, before its missing Principal and its actions.",
		"kubernetes-sigs/external-dns issue 3085; nobody documents the order",
		"a permission policy in the place of a trust policy (external-dns issue 3085)",
	},
}
