package policy

import "testing"

func TestManagedPolicyIsAccepted(t *testing.T) {
	for _, test := range []refusal{
		{
			name: "one statement without array (G10)",
			text: `{"Version":"2012-10-17","Statement":{` + listBucket + `}}`,
		},
		{
			name: "an Id (section 10 item 16: moto's accepted documents)",
			text: `{"Version":"2012-10-17","Id":"x y","Statement":{` + listBucket + `}}`,
		},
		{
			name: "all actions on all resources",
			text: statement(`"Effect":"Allow","Action":"*","Resource":"*"`),
		},
		{name: "all actions with a colon", text: action(`"*:*"`)},
		{name: "an action with blanks, which matches nothing (M2)", text: action(`"iam: a b "`)},
		{name: "services with a point and a hyphen", text: action(`["aws-portal:*","s3.s:Get*"]`)},
		{
			name: "a service that nobody knows",
			text: statement(`"Effect":"Allow","Action":"zz:b","Resource":"arn:aws:zz:x:y:z"`),
		},
		{
			name: "NotAction with NotResource",
			text: statement(`"Effect":"Deny","NotAction":"a:b","NotResource":"*"`),
		},
		{name: "null beside a resource (G12)", text: resource(`[null,"*"]`)},
		{
			name: "variables in the resource part (M7)",
			text: resource(`"arn:aws:iam::*:user/${aws:username}"`),
		},
		{name: "all resources of IAM", text: resource(`"arn:aws:iam::111122223333:*"`)},
		{name: "the root user, as policy/root-task/IAMAuditRootUserCredentials has it", text: resource(`"arn:aws:iam::*:root"`)},
		{
			name: "an access point has a region (E1.6)",
			text: resource(`"arn:aws:s3:us-east-1:111122223333:accesspoint/a"`),
		},
		{
			name: "a short ARN that ends in a wildcard (section 10 item 6)",
			text: resource(`"arn:aws:medialive:*"`),
		},
		{
			name: "a resource with colons of its own",
			text: resource(`"arn:aws:logs:*:*:log-group:a:log-stream:b"`),
		},
		{
			name: "a Sid, and statements without",
			text: `{"Version":"2012-10-17","Statement":[{"Sid":"A1",` + listBucket + `},{"Sid":"",` + listBucket + `},{"Sid":"",` + listBucket + `},{` + listBucket + `}]}`,
		},
		{name: "an empty Condition", text: condition(`{}`)},
		{name: "an operator without keys", text: condition(`{"DateGreaterThan":{}}`)},
		{
			name: "unknown operators without keys, which say nothing (E1.1)",
			text: condition(`{"x":{},"y":{}}`),
		},
		{name: "a key without values", text: condition(`{"DateGreaterThan":{"a":[]}}`)},
		{
			name: "IfExists and a set prefix",
			text: condition(`{"ForAnyValue:StringLikeIfExists":{"a":"b"},"ForAllValues:StringNotLike":{"a":"b"}}`),
		},
		{name: "Null with a word and with a boolean", text: condition(`{"Null":{"a":"true","b":false}}`)},
	} {
		test.check(t, Managed, "", Environment{})
	}
}

func TestInlineAndSessionPolicy(t *testing.T) {
	for _, kind := range []Kind{Inline, Session} {
		for _, test := range []refusal{
			{
				"a policy without Version is read as 2008-10-17 (G18, section 10 item 15)",
				`{"Statement":{` + listBucket + `}}`,
				"", "",
			},
			{
				"a policy of 2008-10-17 (section 10 item 15)",
				`{"Version":"2008-10-17","Statement":{` + listBucket + `}}`,
				"", "",
			},
			{
				"a Principal (G1, G8)",
				statement(listBucket + `,"Principal":"*"`),
				"Policy document should not specify a principal.", `"*"`,
			},
			{"no Resource (G1, G8)", statement(`"Effect":"Allow","Action":"s3:ListBucket"`), needARNs, "{"},
			{"an unknown element", statement(listBucket + `,"x":1`), syntaxErrors, `"x"`},
		} {
			test.check(t, kind, "MalformedPolicyDocument", Environment{})
		}
	}
	refusal{"a session policy that is no JSON, in the words of Hadoop's S3A pages",
		"file://policy.json", "The policy is not in the valid JSON format.", "file"}.
		check(t, Session, "MalformedPolicyDocument", Environment{})
}

func TestPartitionOfResources(t *testing.T) {
	china := Environment{Partition: "aws-cn"}
	refusal{name: "China's resources in China", text: resource(`"arn:aws-cn:s3:::b"`)}.check(t, Managed, "", china)
	refusal{"others' resources in China (aws/chalice issue 777)", resource(`"arn:aws:logs:*:*:*"`),
		`Partition "aws" is not valid for resource "arn:aws:logs:*:*:*".`, `"arn`}.check(t, Managed, "MalformedPolicyDocument", china)
}
