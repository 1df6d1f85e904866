package policy

import "testing"

// managedRefusals is table E1, as CreatePolicy answers.
var managedRefusals = []refusal{
	{"words are not a policy (E1.1)", "not a policy", syntaxErrors, "not"},
	{"half a document is not one (E1.1)", `{"Version":"2012-10-17","Statement":[`, syntaxErrors, ""},
	{
		"an unknown element is a syntax error (E1.1, G10)",
		statement(listBucket + `,"Actions":"*"`),
		syntaxErrors, `"Actions"`,
	},
	{
		"an element twice is a syntax error (E1.1, G14)",
		statement(listBucket + `,` + bucketARN),
		syntaxErrors, `"Resource"`,
	},
	{
		"a version that never was is a syntax error (E1.1, G18)",
		`{"Version":"2013-10-17","Statement":{` + listBucket + `}}`,
		syntaxErrors, `"2013`,
	},
	{"no Statement is a syntax error (E1.1)", `{"Version":"2012-10-17"}`, syntaxErrors, "{"},
	{
		"an empty Statement is a syntax error (E1.1)",
		`{"Version":"2012-10-17","Statement":[]}`,
		syntaxErrors, "[]",
	},
	{
		"a statement that is a string is a syntax error (E1.1)",
		`{"Version":"2012-10-17","Statement":["a"]}`,
		syntaxErrors, `"a"`,
	},
	{
		"no Effect is a syntax error (E1.1)",
		statement(`"Action":"a:b","Resource":"*"`),
		syntaxErrors, "{",
	},
	{
		"a wrong Effect is a syntax error (E1.1)",
		statement(`"Effect":"Permit","Action":"a:b","Resource":"*"`),
		syntaxErrors, `"Permit"`,
	},
	{"an Action that is an object is a syntax error (E1.1, G12)", action(`{}`), syntaxErrors, `{}`},
	{
		"Action beside NotAction is a syntax error (E1.1, G13)",
		statement(listBucket + `,"NotAction":[]`),
		syntaxErrors, "{",
	},
	{
		"Resource beside NotResource is a syntax error (E1.1, G13)",
		statement(listBucket + `,"NotResource":"*"`),
		syntaxErrors, "{",
	},
	{"a Condition that is a string is a syntax error (E1.1)", condition(`"a"`), syntaxErrors, `"a"`},
	{
		"an operator with a string is a syntax error (E1.1)",
		condition(`{"Bool":"b"}`),
		syntaxErrors, `"b"`,
	},
	{
		"an unknown operator is a syntax error (E1.1)",
		condition(`{"x":{"a":"1"}}`),
		syntaxErrors, `"x"`,
	},
	{
		"an operator in another case is a syntax error (C2)",
		condition(`{"stringEquals":{"a":"1"}}`),
		syntaxErrors, `"stringEquals"`,
	},
	{
		"NullIfExists is a syntax error (E1.1, C3)",
		condition(`{"NullIfExists":{"a":"true"}}`),
		syntaxErrors, `"NullIf`,
	},
	{
		"Null over a set is a syntax error",
		condition(`{"ForAllValues:Null":{"a":"true"}}`),
		syntaxErrors, `"ForAll`,
	},
	{
		"two colons in an operator are a syntax error (E1.1)",
		condition(`{"ForAnyValue::StringEquals":{"a":"b"}}`),
		syntaxErrors, `"ForAny`,
	},
	{
		"a set prefix without operator is a syntax error (E1.1)",
		condition(`{"ForAnyValue:":{"a":"b"}}`),
		syntaxErrors, `"ForAny`,
	},
	{
		"IfExists without operator is a syntax error (E1.1)",
		condition(`{"IfExists":{"a":"b"}}`),
		syntaxErrors, `"IfExists`,
	},
	{
		"two operators in one name are a syntax error (E1.1)",
		condition(`{"Bool Null":{"a":"b"}}`),
		syntaxErrors, `"Bool`,
	},

	{
		"a managed policy needs a Version (E1.2)",
		`{"Statement":{` + listBucket + `}}`,
		"Policy document must be version 2012-10-17 or greater.", "{",
	},
	{
		"a managed policy needs Version 2012-10-17 (E1.2)",
		`{"Version":"2008-10-17","Statement":{` + listBucket + `}}`,
		"Policy document must be version 2012-10-17 or greater.", "{",
	},
	{
		"the version goes before legacy parsing (E1.2 before E1.3)",
		`{"Statement":{"Effect":"denY","Action":"a:b","Resource":"*"}}`,
		"Policy document must be version 2012-10-17 or greater.", "{",
	},

	{
		"a blank before the document fails legacy parsing (G15, awslambdaproxy issue 3)",
		" " + statement(listBucket),
		legacy, " ",
	},
	{
		"an Effect in another case fails legacy parsing (E1.3, G11)",
		statement(`"Effect":"denY","Action":"a:b","Resource":"*"`),
		legacy, `"denY"`,
	},
	{
		"a word is not a date (E1.3)",
		condition(`{"DateGreaterThan":{"a":"tomorrow"}}`),
		legacy, `"tomorrow"`,
	},
	{
		"a date fails before missing actions (E1.3 before E1.5)",
		statement(`"Effect":"Allow","Condition":{"DateLessThan":{"a":"x"}}`),
		legacy, `"x"`,
	},
	{
		"a date fails with set prefix and IfExists too (E1.3)",
		condition(`{"ForAnyValue:DateLessThanIfExists":{"a":"x"}}`),
		legacy, `"x"`,
	},
	{
		"an ARN of five parts with an empty one fails legacy parsing (E1.3)",
		resource(`"arn:aws:s3::b"`),
		legacy, `"arn`,
	},
	{
		"an ARN of IAM with one colon too few fails legacy parsing (E1.3, graylog-plugin-aws issue 172)",
		resource(`"arn:aws:iam:111122223333:user/x"`),
		legacy, `"arn`,
	},
	{
		"an ARN without a service fails legacy parsing (E1.3)",
		resource(`"arn:aws::::b"`),
		legacy, `"arn`,
	},
	{
		"a NotResource is judged like a Resource (E1.3)",
		statement(`"Effect":"Deny","Action":"a:b","NotResource":"arn:aws:s3::b"`),
		legacy, `"arn`,
	},
	{
		"legacy parsing goes before missing actions (E1.3 before E1.5)",
		statement(`"Effect":"Allow","Resource":"arn:aws:s3::b"`),
		legacy, `"arn`,
	},
	{
		"legacy parsing goes before Sids (E1.3 before E1.4)",
		`{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"aLLow","Action":"a:b","Resource":"*"},{"Sid":"a","Effect":"Deny"}]}`,
		legacy, `"aLLow"`,
	},

	{
		"a short ARN goes before Sids (E1.3 before E1.4)",
		statement(`"Sid":"a b","Effect":"Deny","Action":"a:b","Resource":"arn:aws:s3::b"`),
		legacy, `"arn`,
	},
	{
		"a permission policy has no Principal (E1, hashicorp/terraform issue 13449)",
		statement(listBucket + `,"Principal":"*"`),
		"Policy document should not specify a principal.", `"*"`,
	},
	{
		"a permission policy has no NotPrincipal (E1)",
		statement(listBucket + `,"NotPrincipal":{"AWS":"*"}`),
		"Policy document should not specify a principal.", `{"AWS"`,
	},
	{
		"a trust policy in its place is told of its Principal, not of its missing Resource",
		statement(`"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"`),
		"Policy document should not specify a principal.", `{"Service"`,
	},

	{
		"two statements have one Sid (E1.4)",
		`{"Version":"2012-10-17","Statement":[{"Sid":"a",` + listBucket + `},{"Sid":"a","Effect":"Allow"}]}`,
		"Statement IDs (SID) in a single policy must be unique.", `"a","Effect":"Allow"}]`,
	},
	{
		"a Sid with a blank (E1.4b, splunk/attack_data T1580)",
		statement(`"Sid":"a b",` + listBucket),
		"Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
		`"a b"`,
	},
	{
		"a Sid with a letter outside ASCII (E1.4b)",
		statement(`"Sid":"é",` + listBucket),
		"Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
		`"é"`,
	},

	{"no Action (E1.5)", statement(`"Effect":"Allow",` + bucketARN), needActions, "{"},
	{"an empty Action (E1.5)", action(`[]`), needActions, "{"},
	{
		"an empty NotAction (E1.5)",
		statement(`"Effect":"Allow","NotAction":[],` + bucketARN),
		needActions, "{",
	},
	{"neither Action nor Resource (E1.5 before E1.8)", statement(`"Effect":"Deny"`), needActions, "{"},

	{
		"a resource that is no ARN (E1.6)",
		resource(`"bucket b"`),
		`Resource bucket b must be in ARN format or "*".`, `"bucket`,
	},
	{"an empty resource (E1.6)", resource(`""`), `Resource  must be in ARN format or "*".`, `""`},
	{
		"a resource that begins like no ARN (E1.6)",
		resource(`"urn:aws:s3:::b"`),
		`Resource urn:aws:s3:::b must be in ARN format or "*".`, `"urn`,
	},
	{
		"a resource goes before an action (E1.6 before E1.7)",
		statement(`"Effect":"Allow","Action":"a:b:c","Resource":"b"`),
		`Resource b must be in ARN format or "*".`, `"b"`,
	},
	{
		"the first bad resource is named (E1.6)",
		resource(`["*","one","two"]`),
		`Resource one must be in ARN format or "*".`, `"one"`,
	},
	{
		"another partition (E1.6, aws/chalice issue 777)",
		resource(`"arn:aws-cn:s3:::b"`),
		`Partition "aws-cn" is not valid for resource "arn:aws-cn:s3:::b".`, `"arn`,
	},
	{
		"a partition with more parts than six (E1.6)",
		resource(`"arn:x:c:d:e:f:g:h"`),
		`Partition "x" is not valid for resource "arn:x:c:d:e:f:g:h".`, `"arn`,
	},
	{
		"an ARN that ends in its partition shows the rest as * (E1.6)",
		resource(`"arn:x"`),
		`Partition "x" is not valid for resource "arn:x:*:*:*:*".`, `"arn`,
	},
	{
		"an ARN that ends in its service shows the rest as * (E1.6)",
		resource(`"arn:x:y"`),
		`Partition "x" is not valid for resource "arn:x:y:*:*:*".`, `"arn`,
	},
	{
		"an ARN without its arn: is taken for one (E1.6)",
		resource(`"aws:s3:::b"`),
		`Partition "s3" is not valid for resource "arn:s3:::b:*".`, `"aws`,
	},
	{
		"a wildcard for the partition (E1.6)",
		resource(`"arn:*:s3:::b"`),
		`Partition "*" is not valid for resource "arn:*:s3:::b".`, `"arn`,
	},
	{
		"nothing after the partition (E1.6)",
		resource(`"arn:aws"`),
		"Resource vendor must be fully qualified and cannot contain regexes.", `"arn`,
	},
	{
		"a wildcard for the service (E1.6, M3)",
		resource(`"arn:aws:*:*:*:*"`),
		"Resource vendor must be fully qualified and cannot contain regexes.", `"arn`,
	},
	{
		"IAM has no regions (E1.6)",
		resource(`"arn:aws:iam:us-east-1::user/x"`),
		"IAM resource arn:aws:iam:us-east-1::user/x cannot contain region information.", `"arn`,
	},
	{
		"buckets have no regions (E1.6)",
		resource(`"arn:aws:s3:us-east-1::b"`),
		"Resource arn:aws:s3:us-east-1::b can not contain region information.", `"arn`,
	},
	{"IAM has no such type of resource (E1.6)", resource(`"arn:aws:iam:::b"`), iamPath, `"arn`},
	{
		"a wildcard for IAM's type of resource (E1.6, duo-labs/parliament pull request 177)",
		resource(`"arn:aws:iam::111122223333:*/*"`),
		iamPath, `"arn`,
	},

	{"an action without a service (E1.7)", action(`"ListBucket"`), needVendor, `"ListBucket"`},
	{
		"an empty NotAction value (E1.7)",
		statement(`"Effect":"Allow","NotAction":"",` + bucketARN),
		needVendor, `""`,
	},
	{
		"an action with two colons (E1.7, garnaat/kappa issue 111)",
		action(`["s3:*","s3:List:Bucket"]`),
		"Actions/Condition can contain only one colon.", `"s3:List`,
	},
	{"a service with a blank (E1.7)", action(`"s 3:ListBucket"`), "Vendor s 3 is not valid", `"s 3`},
	{
		"a service with a wildcard (E1.7, M2)",
		action(`"s*:ListBucket"`),
		"Vendor s* is not valid", `"s*`,
	},
	{"an empty service (E1.7)", action(`":ListBucket"`), "Vendor  is not valid", `":List`},
	{
		"an action goes before missing resources (E1.7 before E1.8)",
		statement(`"Effect":"Allow","Action":"x"`),
		needVendor, `"x"`,
	},

	{
		"no Resource (E1.8, terraform-aws-iam issue 603)",
		statement(`"Effect":"Allow","Action":"s3:ListBucket"`),
		needARNs, "{",
	},
	{"an empty Resource (E1.8)", resource(`[]`), needARNs, "{"},
	{"a Resource of nothing but null (E1.8)", resource(`[null]`), needARNs, "{"},
	{
		"an empty NotResource (E1.8)",
		statement(`"Effect":"Allow","Action":"a:b","NotResource":[]`),
		needARNs, "{",
	},
}

func TestManagedPolicyIsRefused(t *testing.T) {
	for _, test := range managedRefusals {
		test.check(t, Managed, "MalformedPolicyDocument", Environment{})
	}
}
