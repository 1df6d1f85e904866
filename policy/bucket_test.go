package policy

import "testing"

const canonical = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"

// granting is a bucket policy of one statement for everyone.
func granting(actions, resources string) string {
	return statement(`"Effect":"Allow","Principal":"*","Action":` + actions + `,"Resource":` + resources)
}

// letting is a bucket policy for one principal.
func letting(principal string) string {
	return statement(`"Effect":"Allow","Principal":` + principal + `,"Action":"s3:ListBucket",` + bucketARN)
}

const (
	badBucketJSON   = "Policies must be valid JSON and the first byte must be '{'"
	badPrincipal    = "Invalid principal in policy"
	badBucketAction = "Policy has invalid action"
	badBucketARN    = "Policy has invalid resource"
	badApplication  = "Action does not apply to any resource(s) in statement"
)

// bucketRefusals is table E5, and what PutBucketPolicy takes.
var bucketRefusals = []refusal{
	{"words (E5)", "words", badBucketJSON, "words"},
	{"a blank before the document (E5)", "\n" + letting(`"*"`), badBucketJSON, "\n"},
	{"no statement (E5)", `{}`, "Missing required field Statement", "{"},
	{
		"a version that never was",
		`{"Version":"x"}`,
		"The policy must contain a valid version string", `"x"`,
	},
	{
		"an unknown element (peer mistake 3)",
		statement(`"Conditions":{}`),
		"Syntax error in policy.", `"Conditions"`,
	},
	{
		"an unknown operator",
		statement(`"Effect":"Allow","Condition":{"x":{"a":"b"}}`),
		"Syntax error in policy.", `"x"`,
	},
	{
		"one Sid twice",
		`{"Statement":[{"Sid":"a","Effect":"Allow"},{"Sid":"a","Effect":"Deny"}]}`,
		"The Statement Ids in the policy are not unique", `"a","Effect":"Deny"`,
	},
	{"no Effect", statement(`"Principal":"*"`), "Missing required field Effect", "{"},
	{"a wrong Effect", statement(`"Effect":"allow"`), "Invalid effect: allow", `"allow"`},
	{"no Principal (E5)", statement(listBucket), "Missing required field Principal", "{"},
	{
		"NotPrincipal with Allow (M14)",
		statement(listBucket + `,"NotPrincipal":{"AWS":"*"}`),
		"Allow with NotPrincipal is not allowed.", "{",
	},
	{
		"no Action",
		statement(`"Effect":"Allow","Principal":"*",` + bucketARN),
		"Missing required field Action", "{",
	},
	{
		"no Resource",
		statement(`"Effect":"Allow","Principal":"*","Action":"s3:*"`),
		"Missing required field Resource", "{",
	},
	{"an empty Principal (E5)", letting(`{}`), badPrincipal, `{}`},
	{"a type of principal that nobody knows (E5)", letting(`{"Account":"*"}`), badPrincipal, `{"Acc`},
	{
		"a user that does not exist (E5)",
		letting(`{"AWS":"arn:aws:iam::111122223333:user/bob"}`),
		badPrincipal, `"arn`,
	},
	{"a service without its domain", letting(`{"Service":"ec2"}`), badPrincipal, `"ec2"`},
	{
		"a provider that does not exist",
		letting(`{"Federated":"arn:aws:iam::111122223333:saml-provider/x"}`),
		badPrincipal, `"arn`,
	},
	{"a canonical user that is too short", letting(`{"CanonicalUser":"79a5"}`), badPrincipal, `"79a5"`},
	{
		"a canonical user that does not exist",
		letting(`{"CanonicalUser":"` + canonical + `"}`),
		badPrincipal, `"79a5`,
	},
	{
		"an action of another service",
		granting(`"sqs:SendMessage"`, `"arn:aws:s3:::b"`),
		badBucketAction, `"sqs`,
	},
	{
		"an action without service",
		granting(`"GetObject"`, `"arn:aws:s3:::b/*"`),
		badBucketAction, `"GetObject"`,
	},
	{
		"an action with two colons",
		granting(`"s3:Get:Object"`, `"arn:aws:s3:::b/*"`),
		badBucketAction, `"s3:Get`,
	},
	{"all resources (G4)", granting(`"s3:GetObject"`, `"*"`), badBucketARN, `"*"}`},
	{"another bucket (G4)", granting(`"s3:GetObject"`, `"arn:aws:s3:::c/*"`), badBucketARN, `"arn`},
	{
		"a bucket with a longer name (G4)",
		granting(`"s3:GetObject"`, `"arn:aws:s3:::bb/*"`),
		badBucketARN, `"arn`,
	},
	{"another service's resource", granting(`"s3:GetObject"`, `"arn:aws:sqs:::b"`), badBucketARN, `"arn`},
	{
		"another partition's bucket",
		granting(`"s3:GetObject"`, `"arn:aws-cn:s3:::b/*"`),
		badBucketARN, `"arn`,
	},
	{
		"an action on objects for the bucket alone (E5)",
		granting(`"s3:GetObject"`, `"arn:aws:s3:::b"`),
		badApplication, `"s3:Get`,
	},
	{
		"an action on the bucket for objects alone (E5)",
		granting(`["s3:GetObject","s3:ListBucket"]`, `"arn:aws:s3:::b/*"`),
		badApplication, `"s3:List`,
	},

	{name: "everyone", text: letting(`"*"`)},
	{name: "everyone under AWS", text: letting(`{"AWS":"*"}`)},
	{
		name: "a user, a provider and a service",
		text: letting(`{"AWS":"` + alice + `","Federated":["` + saml + `","accounts.google.com"],"Service":"cloudtrail.amazonaws.com"}`),
	},
	{
		name: "CloudFront's users",
		text: letting(`{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity EH1HDMB1FH2TC"}`),
	},
	{
		name: "a Deny for all but one (M14)",
		text: statement(`"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"arn:aws:s3:::b/*"`),
	},
	{
		name: "actions on the bucket and on objects",
		text: granting(`["s3:GetObject","s3:ListBucket"]`, `["arn:aws:s3:::b","arn:aws:s3:::b/*"]`),
	},
	{
		name: "one wildcard for both",
		text: granting(`["s3:GetObject","s3:ListBucket"]`, `"arn:aws:s3:::b*"`),
	},
	{name: "wildcards in actions", text: granting(`["s3:Get*","*"]`, `"arn:aws:s3:::b"`)},
	{
		name: "actions on the bucket that speak of objects",
		text: granting(`"s3:PutBucketObjectLockConfiguration"`, `"arn:aws:s3:::b"`),
	},
	{
		name: "actions on objects that do not speak of them",
		text: granting(`"S3:AbortMultipartUpload"`, `"arn:aws:s3:::b/x"`),
	},
	{
		name: "a Sid in words, which S3 takes (G17)",
		text: statement(`"Sid":"Only these two.","Effect":"Allow","Principal":"*","Action":"s3:*",` + bucketARN),
	},
}

// TestBucketPolicy is table E5, as PutBucketPolicy answers.
func TestBucketPolicy(t *testing.T) {
	env := trustEnvironment()
	env.Bucket = "b"
	for _, test := range bucketRefusals {
		test.check(t, Bucket, "MalformedPolicy", env)
	}
	env.Principals = directory{canonical: canonical}
	refusal{name: "a canonical user", text: letting(`{"CanonicalUser":"` + canonical + `"}`)}.check(t, Bucket, "", env)
}

const badControl = "The provided policy document does not meet the requirements of the specified policy type."
const everyone = `"Principal":"*",`

// controlCases is rules G5 and G6.
var controlCases = []struct {
	refusal
	kind Kind
}{
	{refusal{
		name: "an SCP that allows all",
		text: statement(`"Effect":"Allow","Action":"*","Resource":"*"`),
	}, ServiceControl},
	{refusal{
		name: "an SCP that allows with NotAction, NotResource and a condition (G5, since 2025)",
		text: statement(`"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:s3:::b","Condition":{"Bool":{"a":"true"}}`),
	}, ServiceControl},
	{refusal{
		"an SCP with a Principal (G5)",
		statement(listBucket + `,"Principal":"*"`),
		badControl, "{",
	}, ServiceControl},
	{refusal{
		"an SCP without Action",
		statement(`"Effect":"Deny","Resource":"*"`),
		badControl, "{",
	}, ServiceControl},
	{refusal{
		"an SCP without Resource",
		statement(`"Effect":"Deny","Action":"*"`),
		badControl, "{",
	}, ServiceControl},
	{refusal{
		"an SCP with an action that has no service",
		statement(`"Effect":"Deny","Action":"x","Resource":"*"`),
		badControl, "{",
	}, ServiceControl},
	{refusal{
		"an SCP with a short ARN (M4)",
		resource(`"arn:aws:medialive:*"`),
		badControl, "{",
	}, ServiceControl},
	{refusal{
		"an SCP with an unknown operator",
		condition(`{"x":{"a":"b"}}`),
		badControl, `"x"`,
	}, ServiceControl},
	{refusal{
		"an SCP with one Sid twice",
		`{"Statement":[{"Sid":"a",` + listBucket + `},{"Sid":"a",` + listBucket + `}]}`,
		badControl, `"a",` + listBucket + `}]`,
	}, ServiceControl},
	{refusal{"an SCP that is no JSON", "{", badControl, ""}, ServiceControl},

	{refusal{
		name: "an RCP that denies everyone",
		text: statement(everyone + `"Effect":"Deny","Action":["s3:*"],"Resource":"*"`),
	}, ResourceControl},
	{refusal{
		"an RCP that allows (G6)",
		statement(everyone + `"Effect":"Allow","Action":"s3:*","Resource":"*"`),
		badControl, "{",
	}, ResourceControl},
	{refusal{
		"an RCP for one account (G6)",
		statement(`"Principal":{"AWS":"111122223333"},"Effect":"Deny","Action":"s3:*","Resource":"*"`),
		badControl, "{",
	}, ResourceControl},
	{refusal{
		"an RCP for nobody (G6)",
		statement(`"Effect":"Deny","Action":"s3:*","Resource":"*"`),
		badControl, "{",
	}, ResourceControl},
	{refusal{
		"an RCP with NotPrincipal (G6)",
		statement(`"NotPrincipal":"*","Effect":"Deny","Action":"s3:*","Resource":"*"`),
		badControl, "{",
	}, ResourceControl},
	{refusal{
		"an RCP with NotAction (G6)",
		statement(everyone + `"Effect":"Deny","NotAction":"s3:*","Resource":"*"`),
		badControl, "{",
	}, ResourceControl},
	{refusal{
		"an RCP for all actions (G6)",
		statement(everyone + `"Effect":"Deny","Action":"*","Resource":"*"`),
		badControl, "{",
	}, ResourceControl},
	{refusal{
		"an RCP of 2008-10-17 (G6)",
		`{"Statement":{` + everyone + `"Effect":"Deny","Action":"s3:*","Resource":"*"}}`,
		badControl, "{",
	}, ResourceControl},
}

// TestControlPolicies is rules G5 and G6.
func TestControlPolicies(t *testing.T) {
	for _, test := range controlCases {
		test.check(t, test.kind, "MalformedPolicyDocumentException", Environment{})
	}
}

// TestEndpointPolicy is rule G9.
func TestEndpointPolicy(t *testing.T) {
	const message = "The specified policy document is not a valid JSON policy document."
	for _, test := range []refusal{
		{
			name: "the default policy",
			text: `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`,
		},
		{
			name: "NotPrincipal in a Deny",
			text: statement(`"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"`),
		},
		{"no Principal", statement(listBucket), message, "{"},
		{"no Action", statement(`"Effect":"Allow","Principal":"*","Resource":"*"`), message, "{"},
		{"no Resource", statement(`"Effect":"Allow","Principal":"*","Action":"*"`), message, "{"},
		{"an unknown operator", condition(`{"x":{"a":"b"}}`), message, `"x"`},
		{"no JSON", "", message, ""},
	} {
		test.check(t, Endpoint, "InvalidPolicyDocument", Environment{})
	}
}
