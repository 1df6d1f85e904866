package compiled_test

import (
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
)

// elementCase asks one statement, whose other elements match.
type elementCase struct {
	name    string
	element string
	asked   string // the action or resource
	want    string
}

// TestActions is rules M2 and M6.
func TestActions(t *testing.T) {
	const source = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html"
	for _, c := range []elementCase{
		{"M2 everything", `"Action":"*"`, "s3:GetObject", "yes"},
		{"M2 spelled out", `"Action":"s3:GetObject"`, "s3:GetObject", "yes"},
		{"M2 in another case", `"Action":"S3:getOBJECT"`, "s3:GetObject", "yes"},
		{"M2 asked in another case", `"Action":"s3:GetObject"`, "S3:GETOBJECT", "yes"},
		{"M2 another action", `"Action":"s3:GetObject"`, "s3:PutObject", "no"},
		{"M2 a longer action", `"Action":"s3:GetObject"`, "s3:GetObjectTagging", "no"},
		{"M2 a shorter action", `"Action":"s3:GetObjectTagging"`, "s3:GetObject", "no"},
		{"M2 another service", `"Action":"s3:GetObject"`, "s4:GetObject", "no"},
		{"M2 one of several", `"Action":["s3:PutObject","s3:GetObject"]`, "s3:GetObject", "yes"},
		{"M2 the whole service", `"Action":"s3:*"`, "s3:GetObject", "yes"},
		{"M2 the whole of another service", `"Action":"s3:*"`, "s3express:GetObject", "no"},
		{"M2 a beginning of fewer than eight letters", `"Action":"s3:Get*"`, "s3:GetObject", "yes"},
		{"M2 a beginning in another case", `"Action":"s3:gET*"`, "s3:GetObject", "yes"},
		{"M2 a beginning of eight letters", `"Action":"s3:GetObjec*"`, "s3:GetObject", "yes"},
		{"M2 a beginning of more", `"Action":"s3:GetObjectT*"`, "s3:GetObjectTagging", "yes"},
		{"M2 a beginning of more in another case", `"Action":"s3:GetObjectTAG*"`, "s3:GetObjectTagging", "yes"},
		{"M2 another beginning of more", `"Action":"s3:GetObjectV*"`, "s3:GetObjectTagging", "no"},
		{"M2 a beginning that is the whole", `"Action":"s3:GetObject*"`, "s3:GetObject", "yes"},
		{"M2 a beginning longer than the whole", `"Action":"s3:GetObjectX*"`, "s3:GetObject", "no"},
		{"M2 an end", `"Action":"s3:*Object"`, "s3:GetObject", "yes"},
		{"M2 an end in another case", `"Action":"s3:*oBJECT"`, "s3:GetObject", "yes"},
		{"M2 another end", `"Action":"s3:*Objects"`, "s3:GetObject", "no"},
		{"M2 a middle", `"Action":"s3:*obj*"`, "s3:GetObjectTagging", "yes"},
		{"M2 two middles in order", `"Action":"s3:*o*t*g"`, "s3:GetObjectTagging", "yes"},
		{"M2 two middles out of order", `"Action":"s3:*tag*obj*"`, "s3:GetObjectTagging", "no"},
		{"M2 one character", `"Action":"s3:?etObject"`, "s3:GetObject", "yes"},
		{"M2 one character too many", `"Action":"s3:?GetObject"`, "s3:GetObject", "no"},
		{"M2 two stars are one", `"Action":"s3:Get**"`, "s3:GetObject", "yes"},
		{"M2 a wildcard in the service", `"Action":"s*:GetObject"`, "s3:GetObject", "open"},
		{"M2 a wildcard in another service", `"Action":"i*:GetObject"`, "s3:GetObject", "no"},
		{"M2 a wildcard in the service, beside what matches", `"Action":["s*:GetObject","s3:Get*"]`, "s3:GetObject", "yes"},
		{"M2 no service", `"Action":"GetObject"`, "s3:GetObject", "open"},
		{"M2 a space", `"Action":"s3:GetObject "`, "s3:GetObject", "no"},
		{"M2 a comma", `"Action":"s3:GetObject,s3:PutObject"`, "s3:GetObject", "no"},
		{"M2 letters that fold from outside of ASCII are others", `"Action":"ſ3:GetObject"`, "s3:GetObject", "no"},
		{"M6 not the action", `"NotAction":"s3:PutObject"`, "s3:GetObject", "yes"},
		{"M6 not the action, and it is", `"NotAction":["s3:PutObject","s3:Get*"]`, "s3:GetObject", "no"},
		{"M6 not everything", `"NotAction":"*"`, "s3:GetObject", "no"},
		{"M6 not what is no action", `"NotAction":"GetObject"`, "s3:GetObject", "open"},
		{"M6 not a wildcard in the service", `"NotAction":"s*:GetObject"`, "s3:GetObject", "open"},
		{"M6 not a wildcard in another service", `"NotAction":"i*:GetObject"`, "s3:GetObject", "yes"},
		{"M6 not a wildcard in the service, nor what matches", `"NotAction":["s*:GetObject","s3:*"]`, "s3:GetObject", "no"},
		{"no actions", `"Action":[]`, "s3:GetObject", "open"},
		{"not no actions", `"NotAction":[]`, "s3:GetObject", "open"},
		{"neither element", `"Sid":"x"`, "s3:GetObject", "open"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := reads(alice)
			r.Action = c.asked
			if got := answer(t, r, v2012, c.element+`,"Resource":"*"`); got != c.want {
				t.Errorf("%s says of %s: %s, want %s; %s", c.element, c.asked, got, c.want, source)
			}
		})
	}
}

// TestResources is rules M3 to M6.
func TestResources(t *testing.T) {
	const source = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html"
	const queue = "arn:aws:sqs:eu-west-1:111111111111:jobs"
	for _, c := range []elementCase{
		{"M3 everything", `"Resource":"*"`, object, "yes"},
		{"M3 spelled out", `"Resource":"arn:aws:s3:::reports/2026/q3.csv"`, object, "yes"},
		{"M3 in another case", `"Resource":"arn:aws:s3:::Reports/2026/q3.csv"`, object, "no"},
		{"M3 a beginning", `"Resource":"arn:aws:s3:::reports/*"`, object, "yes"},
		{"M3 another beginning", `"Resource":"arn:aws:s3:::report/*"`, object, "no"},
		{"M3 a longer resource", `"Resource":"arn:aws:s3:::reports"`, object, "no"},
		{"M3 a shorter resource", `"Resource":"arn:aws:s3:::reports/2026/q3.csv.gz"`, object, "no"},
		{"M3 an end", `"Resource":"arn:aws:s3:::*.csv"`, object, "yes"},
		{"M3 beginning and end", `"Resource":"arn:aws:s3:::reports/*.csv"`, object, "yes"},
		{"M3 beginning and end do not overlap", `"Resource":"arn:aws:s3:::reports/2026/q3.csv*csv"`, object, "no"},
		{"M3 a middle", `"Resource":"arn:aws:s3:::*/2026/*"`, object, "yes"},
		{"M3 one character", `"Resource":"arn:aws:s3:::reports/2026/q?.csv"`, object, "yes"},
		{"M3 one character of several bytes", `"Resource":"arn:aws:s3:::reports/?mlaut"`, "arn:aws:s3:::reports/ümlaut", "yes"},
		{"M3 one of several", `"Resource":["arn:aws:s3:::reports","arn:aws:s3:::reports/*"]`, object, "yes"},
		{"M3 any region", `"Resource":"arn:aws:sqs:*:111111111111:jobs"`, queue, "yes"},
		{"M3 any account", `"Resource":"arn:aws:sqs:eu-west-1:*:jobs"`, queue, "yes"},
		{"M3 a * is of its own part", `"Resource":"arn:aws:sqs:*:jobs"`, queue, "no"},
		{"M3 another region", `"Resource":"arn:aws:sqs:us-*:111111111111:jobs"`, queue, "no"},
		{"M3 a region in part", `"Resource":"arn:aws:sqs:eu-?est-1:111111111111:jobs"`, queue, "yes"},
		{"M3 any partition", `"Resource":"arn:*:sqs:eu-west-1:111111111111:jobs"`, queue, "yes"},
		{"M3 another partition", `"Resource":"arn:aws-cn:sqs:eu-west-1:111111111111:jobs"`, queue, "no"},
		{"M3 case of the first parts", `"Resource":"arn:AWS:sqs:eu-west-1:111111111111:jobs"`, queue, "no"},
		{"M3 any service", `"Resource":"arn:aws:*:eu-west-1:111111111111:jobs"`, queue, "open"},
		{"M3 any service, beside what matches", `"Resource":["arn:aws:*:*:*:*","arn:aws:sqs:*:*:jobs"]`, queue, "yes"},
		{"M3 any service, another queue", `"Resource":"arn:aws:*:eu-west-1:111111111111:tasks"`, queue, "no"},
		{"M3 the last part keeps its colons", `"Resource":"arn:aws:lambda:*:*:function:*:1"`, "arn:aws:lambda:us-east-1:111111111111:function:f:1", "yes"},
		{"M4 what is left off stands for anything", `"Resource":"arn:aws:s3"`, object, "yes"},
		{"M4 ... of another service", `"Resource":"arn:aws:iam"`, object, "no"},
		{"M4 ... after a partition with a wildcard", `"Resource":"arn:*"`, object, "open"},
		{"M4 arn alone", `"Resource":"arn"`, object, "open"},
		{"M3 what is no ARN", `"Resource":"reports/*"`, object, "open"},
		{"M3 what is no ARN, beside what matches", `"Resource":["reports/*","arn:aws:s3:::reports/*"]`, object, "yes"},
		{"M3 an empty text", `"Resource":""`, object, "open"},
		{"M5 no resource: everything", `"Resource":"*"`, "*", "yes"},
		{"M5 no resource: a star in an ARN", `"Resource":"arn:aws:s3:::*"`, "*", "no"},
		{"M5 no resource: not a resource", `"NotResource":"arn:aws:s3:::reports"`, "*", "yes"},
		{"M5 no resource: what is no ARN", `"Resource":"reports"`, "*", "no"},
		{"M6 not the resource", `"NotResource":"arn:aws:s3:::secrets/*"`, object, "yes"},
		{"M6 not the resource, and it is", `"NotResource":["arn:aws:s3:::secrets/*","arn:aws:s3:::reports/*"]`, object, "no"},
		{"M6 not everything", `"NotResource":"*"`, object, "no"},
		{"M6 not what is no ARN", `"NotResource":"reports"`, object, "open"},
		{"M6 not any service", `"NotResource":"arn:aws:*:::reports/*"`, object, "open"},
		{"no resources", `"Resource":[]`, object, "open"},
		{"neither element", `"Sid":"x"`, object, "open"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := reads(alice)
			r.Resource = c.asked
			if got := answer(t, r, v2012, c.element+`,"Action":"*"`); got != c.want {
				t.Errorf("%s says of %s: %s, want %s; %s", c.element, c.asked, got, c.want, source)
			}
		})
	}
}

// TestElementsTogether: rule M1, and what is open in one element is not made
// certain by another.
func TestElementsTogether(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"M1 all match", `"Action":"s3:*","Resource":"arn:aws:s3:::reports/*"`, "yes"},
		{"M1 the action does not", `"Action":"sqs:*","Resource":"arn:aws:s3:::reports/*"`, "no"},
		{"M1 the resource does not", `"Action":"s3:*","Resource":"arn:aws:s3:::secrets/*"`, "no"},
		{"M1 the condition does not", `"Action":"s3:*","Resource":"*","Condition":{"Bool":{"k":"true"}}`, "no"},
		{"an open action", `"Action":"s*:*","Resource":"arn:aws:s3:::reports/*"`, "open"},
		{"an open action and another resource", `"Action":"s*:*","Resource":"arn:aws:s3:::secrets/*"`, "no"},
		{"an open action and a condition that fails", `"Action":"s*:*","Resource":"*","Condition":{"Bool":{"k":"true"}}`, "no"},
		{"an open resource", `"Action":"s3:*","Resource":"reports"`, "open"},
		{"an open resource and an open action", `"Action":"s*:*","Resource":"reports"`, "open"},
		{"an open resource and an open condition", `"Action":"s3:*","Resource":"reports","Condition":{"Odd":{"k":"true"}}`, "open"},
		{"a principal in a policy that is attached to one", `"Action":"s3:*","Resource":"*","Principal":"*"`, "open"},
		{"a principal, and another action", `"Action":"sqs:*","Resource":"*","Principal":"*"`, "no"},
		{"both Not forms", `"NotAction":"sqs:*","NotResource":"arn:aws:s3:::secrets/*"`, "yes"},
		{"both Not forms, and the action is", `"NotAction":"s3:*","NotResource":"arn:aws:s3:::secrets/*"`, "no"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := answer(t, reads(alice), v2012, c.body); got != c.want {
				t.Errorf("%s is %s, want %s", c.body, got, c.want)
			}
		})
	}
}

// TestVariables is rules M7 and M8.
func TestVariables(t *testing.T) {
	const source = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"
	const home = "arn:aws:s3:::home/alice/a"
	for _, c := range []struct {
		name, version, element, resource string
		pairs                            []string
		want                             string
	}{
		{"M7 in the resource", v2012, `"Resource":"arn:aws:s3:::home/${aws:username}/*"`, home, []string{"aws:username", "alice"}, "yes"},
		{"M7 another's", v2012, `"Resource":"arn:aws:s3:::home/${aws:username}/*"`, home, []string{"aws:username", "bob"}, "no"},
		{"M7 the key's name has no case", v2012, `"Resource":"arn:aws:s3:::home/${AWS:UserName}/*"`, home, []string{"aws:username", "alice"}, "yes"},
		{"M7 no value", v2012, `"Resource":"arn:aws:s3:::home/${aws:username}/*"`, home, nil, "no"},
		{"M6 no value in NotResource", v2012, `"NotResource":"arn:aws:s3:::home/${aws:username}/*"`, home, nil, "yes"},
		{"M7 a default", v2012, `"Resource":"arn:aws:s3:::home/${aws:username, 'alice'}/*"`, home, nil, "yes"},
		{"M7 a value beats the default", v2012, `"Resource":"arn:aws:s3:::home/${aws:username, 'alice'}/*"`, home, []string{"aws:username", "bob"}, "no"},
		{"M7 a default spelled otherwise is none", v2012, `"Resource":"arn:aws:s3:::home/${aws:username,'alice'}/*"`, home, nil, "no"},
		{"M7 a multivalued key has none", v2012, `"Resource":"arn:aws:s3:::home/${aws:username}/*"`, home, []string{"aws:username[]", "alice"}, "no"},
		{"M7 a wildcard in a value is literal", v2012, `"Resource":"arn:aws:s3:::home/${aws:username}/*"`, home, []string{"aws:username", "*"}, "no"},
		{"M7 ... and equals itself", v2012, `"Resource":"arn:aws:s3:::home/${aws:username}/*"`, "arn:aws:s3:::home/*/a", []string{"aws:username", "*"}, "yes"},
		{"M7 a star by name", v2012, `"Resource":"arn:aws:s3:::home/${*}/a"`, "arn:aws:s3:::home/*/a", nil, "yes"},
		{"M7 a star by name is no wildcard", v2012, `"Resource":"arn:aws:s3:::home/${*}/a"`, home, nil, "no"},
		{"M7 a question mark and a dollar by name", v2012, `"Resource":"arn:aws:s3:::home/${?}${$}{a}"`, "arn:aws:s3:::home/?${a}", nil, "yes"},
		{"M7 two", v2012, `"Resource":"arn:aws:s3:::${a}/${b}/*"`, home, []string{"a", "home", "b", "alice"}, "yes"},
		{"M7 two beside each other", v2012, `"Resource":"arn:aws:s3:::home/${a}${b}/a"`, home, []string{"a", "al", "b", "ice"}, "yes"},
		{"M7 an empty value", v2012, `"Resource":"arn:aws:s3:::home/${a}alice/a"`, home, []string{"a", ""}, "yes"},
		{"M7 after a *", v2012, `"Resource":"arn:aws:s3:::*/${a}/a"`, home, []string{"a", "alice"}, "yes"},
		{"M7 between two", v2012, `"Resource":"arn:aws:s3:::*/${a}/*"`, home, []string{"a", "alice"}, "yes"},
		{"M7 at the end after a *", v2012, `"Resource":"arn:aws:s3:::*${a}"`, home, []string{"a", "e/a"}, "yes"},
		{"M7 before the fifth colon it is plain text", v2012, `"Resource":"arn:aws:s3:${a}::home/alice/a"`, home, []string{"a", ""}, "no"},
		{"M7 in an ARN with a wildcard before", v2012, `"Resource":"arn:aws:s3:*:*:home/${a}/a"`, home, []string{"a", "alice"}, "yes"},
		{"M7 without a closing brace it is plain text", v2012, `"Resource":"arn:aws:s3:::home/${a*"`, "arn:aws:s3:::home/${abc", nil, "yes"},
		{"G18 version 2008 has none", `"Version":"2008-10-17",`, `"Resource":"arn:aws:s3:::home/${aws:username}/*"`, home, []string{"aws:username", "alice"}, "no"},
		{"G18 no version has none", ``, `"Resource":"arn:aws:s3:::home/${a}/*"`, "arn:aws:s3:::home/${a}/b", []string{"a", "alice"}, "yes"},
		{"eight, as many as there may be here", v2012, `"Resource":"arn:aws:s3:::home/${a}${a}${a}${a}${a}${a}${a}${a}/a"`, "arn:aws:s3:::home/xxxxxxxx/a", []string{"a", "x"}, "yes"},
		{"nine, which the literal evaluator takes", v2012, `"Resource":"arn:aws:s3:::home/${a}${a}${a}${a}${a}${a}${a}${a}${a}/a"`, "arn:aws:s3:::home/xxxxxxxxx/a", []string{"a", "x"}, "yes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := reads(alice, c.pairs...)
			r.Resource = c.resource
			if got := answer(t, r, c.version, c.element+`,"Action":"*"`); got != c.want {
				t.Errorf("%s says of %s: %s, want %s; %s", c.element, c.resource, got, c.want, source)
			}
		})
	}
}

func TestVariablesInConditions(t *testing.T) {
	runConditions(t, v2012, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html", []conditionCase{
		{"M7 StringEquals", `"StringEquals":{"k":"${l}"}`, "k=red|l=red", "yes"},
		{"M7 StringEquals, the wildcard of a value", `"StringEquals":{"k":"${l}"}`, "k=red|l=r*", "no"},
		{"M7 StringLike, the wildcard of a value", `"StringLike":{"k":"${l}"}`, "k=red|l=r*", "no"},
		{"M7 StringLike, the policy's own wildcard", `"StringLike":{"k":"${l}*"}`, "k=red|l=r", "yes"},
		{"M7 StringLike, a star by name", `"StringLike":{"k":"r${*}"}`, "k=r*", "yes"},
		{"M7 no value", `"StringEquals":{"k":"${l}"}`, "k=red", "no"},
		{"M8 no value, negated", `"StringNotEquals":{"k":"${l}"}`, "k=red", "yes"},
		{"M7 no value, beside what matches", `"StringEquals":{"k":["${l}","red"]}`, "k=red", "yes"},
		{"M7 ignoring case", `"StringEqualsIgnoreCase":{"k":"${l}"}`, "k=red|l=RED", "yes"},
		{"M7 ignoring case, put together", `"StringEqualsIgnoreCase":{"k":"a-${l}"}`, "k=A-red|l=RED", "yes"},
		{"M7 Bool", `"Bool":{"k":"${l}"}`, "k=true|l=True", "yes"},
		{"M7 Bool of another text", `"Bool":{"k":"${l}"}`, "k=yes|l=yes", "no"},
		{"M7 Bool, put together", `"Bool":{"k":"${l}ue"}`, "k=true|l=tr", "yes"},
		{"M7 ArnLike", `"ArnLike":{"k":"arn:aws:iam::${l}:role/*"}`, "k=arn:aws:iam::111111111111:role/a|l=111111111111", "yes"},
		{"M7 ArnLike, another account", `"ArnLike":{"k":"arn:aws:iam::${l}:role/*"}`, "k=arn:aws:iam::111111111111:role/a|l=222222222222", "no"},
		{"M7 ArnLike, a whole ARN", `"ArnLike":{"k":"${l}"}`, "k=arn:aws:iam::111111111111:role/a|l=arn:aws:iam::111111111111:role/a", "yes"},
		{"M7 ArnLike, part of an ARN with colons", `"ArnLike":{"k":"arn:${l}:role/*"}`, "k=arn:aws:iam::111111111111:role/a|l=aws:iam::111111111111", "yes"},
		{"M7 ArnLike, arn in two pieces", `"ArnLike":{"k":"ar${l}:aws:iam::111111111111:role/a"}`, "k=arn:aws:iam::111111111111:role/a|l=n", "yes"},
		{"M7 ArnLike, the wildcard of a value", `"ArnLike":{"k":"arn:aws:iam::111111111111:role/${l}"}`, "k=arn:aws:iam::111111111111:role/a|l=*", "no"},
		{"M7 ArnLike, too few colons", `"ArnLike":{"k":"arn:${l}"}`, "k=arn:aws:iam::111111111111:role/a|l=aws", "no"},
		{"M7 ArnNotLike, too few colons", `"ArnNotLike":{"k":"arn:${l}"}`, "k=arn:aws:iam::111111111111:role/a|l=aws", "open"},
		{"M7 ArnLike, the first part is arn", `"ArnLike":{"k":"a*:aws:iam::${l}:role/a"}`, "k=arn:aws:iam::1:role/a|l=1", "no"},
		{"M7 ArnNotLike, the first part is not arn", `"ArnNotLike":{"k":"a*:aws:iam::${l}:role/a"}`, "k=arn:aws:iam::1:role/a|l=1", "open"},
		{"M7 ArnNotLike, the first part is another", `"ArnNotLike":{"k":"brn:aws:iam::${l}:role/a"}`, "k=arn:aws:iam::1:role/a|l=1", "open"},
		{"M8 ArnNotLike, no value", `"ArnNotLike":{"k":"arn:aws:iam::${l}:role/*"}`, "k=arn:aws:iam::111111111111:role/a", "yes"},
		{"M8 ArnNotLike, no value and no ARN", `"ArnNotLike":{"k":"arn:aws:iam::${l}:role/*"}`, "k=x", "yes"},
		{"M7 ArnNotLike, a value and no ARN", `"ArnNotLike":{"k":"arn:aws:iam::${l}:role/*"}`, "k=x|l=1", "open"},
		{"M7 ArnLike of very many pieces", `"ArnLike":{"k":"arn:aws:iam::1:${l}*a*a*a*a*a*a*a*a*a*a*a*a*"}`, "k=arn:aws:iam::1:role/aaaaaaaaaaaaa|l=role/", "yes"},
		{"M7 addresses have no variables", `"IpAddress":{"k":"${l}"}`, "k=192.0.2.7|l=192.0.2.7", "open"},
		{"M7 dates have none", `"DateEquals":{"k":"${l}"}`, "k=2026|l=2026", "open"},
		{"M7 bytes have none", `"BinaryEquals":{"k":"${l}"}`, "k=QQ==|l=QQ==", "open"},
		{"M7 Null has none", `"Null":{"k":"${l}"}`, "k=x|l=false", "open"},
	})
	runConditions(t, "", "documents without a version have no variables (G18)", []conditionCase{
		{"G18 StringEquals", `"StringEquals":{"k":"${l}"}`, "k=red|l=red", "no"},
		{"G18 StringEquals of the text itself", `"StringEquals":{"k":"${l}"}`, "k=${l}|l=red", "yes"},
		{"G18 StringLike", `"StringLike":{"k":"${*}"}`, "k=${anything}", "yes"},
	})
}

// TestPoliciesOfManyStatements: indexes hold up to 512 statements and sets 64
// in a word; what stands at the borders is found.
func TestPoliciesOfManyStatements(t *testing.T) {
	for _, n := range []int{2, 63, 64, 65, 512, 513} {
		p := tenPolicies(t, 10*n)
		for _, i := range []int{0, n - 1, n, 9*n + n - 2} {
			if i < 0 {
				continue
			}
			r := asks(alice, "s3:PutObject", bucketOf(i))
			if got := decided(t, r, p); got != "allowed by identity-based policy" && i != 5*n {
				t.Errorf("%d statements, the bucket of number %d: %s", n, i, got)
			}
		}
		if got := decided(t, asks(alice, "s3:PutObject", bucketOf(5*n)), p); got != "denied explicitly by identity-based policy" {
			t.Errorf("%d statements, what the last denies: %s", n, got)
		}
		if got := decided(t, asks(alice, "s3:PutObject", bucketOf(10*n)), p); got != "denied for want of identity-based policy" {
			t.Errorf("%d statements, no bucket of theirs: %s", n, got)
		}
	}
}

// TestLengthsOfPrefixes: more lengths than are told apart, and longer ones
// than count.
func TestLengthsOfPrefixes(t *testing.T) {
	name, texts := "arn:aws:s3:::", `"arn:aws:s3:::x"`
	for i := range 200 {
		name += string(rune('a' + i%26))
		texts += `,"` + name + `/*"`
	}
	p := authz.Policies{Identity: named(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":[`+texts+`]}}`)}
	for n := len("arn:aws:s3:::") + 1; n <= len(name); n++ {
		r := reads(alice)
		r.Resource = name[:n] + "/object"
		if got := decided(t, r, p); got != "allowed by identity-based policy" {
			t.Errorf("%s: %s", r.Resource, got)
		}
		r.Resource = name[:n] + "?/object"
		if got := decided(t, r, p); got != "denied for want of identity-based policy" {
			t.Errorf("%s: %s", r.Resource, got)
		}
	}
}

// TestStatementsThatShareConditions: what statements have in common is asked
// once; what differs in one operator, key or value is asked for itself.
func TestStatementsThatShareConditions(t *testing.T) {
	const first = `"StringEquals":{"k":["red","blue"]},"Bool":{"b":"true"}`
	for _, c := range []struct{ name, second, want string }{
		{"the same conditions", first, "denied for want of identity-based policy"},
		{"another operator", `"StringNotEquals":{"k":["red","blue"]},"Bool":{"b":"true"}`, "allowed by identity-based policy"},
		{"another key", `"StringEquals":{"l":["red","blue"]},"Bool":{"b":"true"}`, "allowed by identity-based policy"},
		{"another value", `"StringEquals":{"k":["red","green"]},"Bool":{"b":"true"}`, "allowed by identity-based policy"},
		{"a value more", `"StringEquals":{"k":["red","blue","green"]},"Bool":{"b":"true"}`, "allowed by identity-based policy"},
		{"a condition less", `"Bool":{"b":"true"}`, "allowed by identity-based policy"},
		{"no condition", ``, "allowed by identity-based policy"},
	} {
		statement := func(action, conditions string) string {
			return `{"Effect":"Allow","Action":"` + action + `","Resource":"*","Condition":{` + conditions + `}}`
		}
		r := reads(alice, "k", "green", "l", "blue", "b", "true")
		p := authz.Policies{Identity: named(t, `{"Version":"2012-10-17","Statement":[`+
			statement("s3:GetObject", first)+","+statement("s3:Get*", first)+","+statement("s3:*", c.second)+`]}`)}
		if got := decided(t, r, p); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

// TestOpenConditionsInCommon: a condition that several statements share and
// that cannot be told allows by none of them and denies by each.
func TestOpenConditionsInCommon(t *testing.T) {
	open := func(effect, action, principal string) string {
		return `{"Effect":"` + effect + `","Action":"` + action + `","Resource":"*"` + principal + `,"Condition":{"NumericLessThan":{"k":"1"}}}`
	}
	document := func(statements string) string { return `{"Version":"2012-10-17","Statement":[` + statements + `]}` }
	r := reads(alice, "k", "many")
	p := authz.Policies{Identity: named(t, document(open("Allow", "s3:Get*", "")+","+open("Allow", "s3:*", "")))}
	if got := decided(t, r, p); got != "denied for want of identity-based policy" {
		t.Errorf("two that would allow: %s", got)
	}
	p.Identity = named(t, allowAll, document(open("Deny", "sqs:*", "")+","+open("Deny", "s3:*", "")))
	if got := decided(t, r, p); got != "denied explicitly by identity-based policy" {
		t.Errorf("two that would deny: %s", got)
	}
	p.Identity = named(t, allowAll)
	p.Resource = resourcePolicy(t, authz.OrdinaryPolicy, document(
		open("Deny", "s3:*", `,"Principal":{"AWS":"222222222222"}`)+","+open("Deny", "s3:*", `,"Principal":{"AWS":"111111111111"}`)))
	if got := decided(t, r, p); got != "denied explicitly by resource-based policy" {
		t.Errorf("two of which one speaks of the caller: %s", got)
	}
	r.Principal = build
	p.Resource = resourcePolicy(t, authz.OrdinaryPolicy, document(open("Deny", "s3:*", `,"Principal":{"AWS":"222222222222"}`)))
	if got := decided(t, r, p); got != "allowed by identity-based policy" {
		t.Errorf("one that speaks of somebody else: %s", got)
	}
}
