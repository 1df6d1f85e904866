package world

import (
	"strings"
	"testing"
)

// event is an event of CloudTrail.
func event(kind, identity, source, name, parameters string) string {
	return `{"eventVersion":"1.08","eventTime":"2024-05-01T10:00:00Z","eventSource":"` + source + `","eventName":"` + name +
		`","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2","userIdentity":{"type":"` + kind + `",` + identity +
		`},"requestParameters":` + parameters + `,"recipientAccountId":"111111111111","eventID":"e-` + name + `","errorCode":"AccessDenied"}`
}

// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
func TestAnEventIsAQuestion(t *testing.T) {
	session := `"arn":"arn:aws:sts::111111111111:assumed-role/ci/build"`
	for _, c := range []struct{ rule, event, principal, action, resource string }{
		{"a session assumes a role", event("AssumedRole", session, "sts.amazonaws.com", "AssumeRole", `{"roleArn":"arn:aws:iam::222222222222:role/x"}`),
			"arn:aws:sts::111111111111:assumed-role/ci/build", "sts:AssumeRole", "arn:aws:iam::222222222222:role/x"},
		{"the root user", event("Root", `"arn":"arn:aws:iam::111111111111:root"`, "s3.amazonaws.com", "ListBuckets", `{}`),
			"arn:aws:iam::111111111111:root", "s3:ListAllMyBuckets", "*"},
		{"an object", event("IAMUser", `"arn":"arn:aws:iam::111111111111:user/ann"`, "s3.amazonaws.com", "HeadObject", `{"bucketName":"b","key":"a/k"}`),
			"arn:aws:iam::111111111111:user/ann", "s3:GetObject", "arn:aws:s3:::b/a/k"},
		{"a bucket's configuration", event("IAMUser", `"arn":"arn:aws:iam::111111111111:user/ann"`, "s3.amazonaws.com", "PutBucketEncryption", `{"bucketName":"b"}`),
			"arn:aws:iam::111111111111:user/ann", "s3:PutEncryptionConfiguration", "arn:aws:s3:::b"},
		{"a service with another prefix", event("AssumedRole", session, "monitoring.amazonaws.com", "PutMetricData", `null`),
			"arn:aws:sts::111111111111:assumed-role/ci/build", "cloudwatch:PutMetricData", "*"},
		{"an operation with its version", event("AssumedRole", session, "lambda.amazonaws.com", "UpdateFunctionCode20150331v2", `{"functionName":"f"}`),
			"arn:aws:sts::111111111111:assumed-role/ci/build", "lambda:UpdateFunctionCode", "arn:aws:lambda:eu-west-1:111111111111:function:f"},
		{"a queue by its URL", event("AssumedRole", session, "sqs.amazonaws.com", "DeleteQueue", `{"queueUrl":"https://sqs.eu-west-1.amazonaws.com/111111111111/q"}`),
			"arn:aws:sts::111111111111:assumed-role/ci/build", "sqs:DeleteQueue", "arn:aws:sqs:eu-west-1:111111111111:q"},
		{"a user of IAM", event("AssumedRole", session, "iam.amazonaws.com", "DeleteUser", `{"userName":"bob"}`),
			"arn:aws:sts::111111111111:assumed-role/ci/build", "iam:DeleteUser", "arn:aws:iam::111111111111:user/bob"},
		{"a service", event("AWSService", `"invokedBy":"ec2.amazonaws.com"`, "sts.amazonaws.com", "AssumeRole", `{"roleArn":"arn:aws:iam::111111111111:role/x"}`),
			"ec2.amazonaws.com", "sts:AssumeRole", "arn:aws:iam::111111111111:role/x"},
		{"a SAML user", event("SAMLUser", `"principalId":"x:ann","identityProvider":"x"`, "sts.amazonaws.com", "AssumeRoleWithSAML",
			`{"principalArn":"arn:aws:iam::111111111111:saml-provider/idp","roleArn":"arn:aws:iam::111111111111:role/x"}`),
			"arn:aws:iam::111111111111:saml-provider/idp", "sts:AssumeRoleWithSAML", "arn:aws:iam::111111111111:role/x"},
		{"a web identity", event("WebIdentityUser", `"principalId":"x","userName":"u","identityProvider":"gitlab.com"`, "sts.amazonaws.com", "AssumeRoleWithWebIdentity",
			`{"roleArn":"arn:aws:iam::111111111111:role/x"}`),
			"arn:aws:iam::111111111111:oidc-provider/gitlab.com", "sts:AssumeRoleWithWebIdentity", "arn:aws:iam::111111111111:role/x"},
		{"somebody unnamed", event("AWSAccount", `"accountId":"anonymous"`, "s3.amazonaws.com", "GetObject", `{"bucketName":"b","key":"k"}`),
			"anonymous", "s3:GetObject", "arn:aws:s3:::b/k"},
		{"the text of the denial says more", strings.Replace(event("AssumedRole", session, "ec2.amazonaws.com", "RunInstances", `{}`), `"errorCode"`,
			`"errorMessage":"User: arn:aws:sts::111111111111:assumed-role/ci/build is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111111111111:role/app/web because","errorCode"`, 1),
			"arn:aws:sts::111111111111:assumed-role/ci/build", "iam:PassRole", "arn:aws:iam::111111111111:role/app/web"},
		{"what the event lists", strings.Replace(event("AssumedRole", session, "kms.amazonaws.com", "Decrypt", `{}`), `"errorCode"`,
			`"resources":[{"ARN":"arn:aws:kms:eu-west-1:222222222222:key/1","accountId":"222222222222"}],"errorCode"`, 1),
			"arn:aws:sts::111111111111:assumed-role/ci/build", "kms:Decrypt", "arn:aws:kms:eu-west-1:222222222222:key/1"},
	} {
		ask, err := ReadEvent(File{Name: "e.json", Text: []byte(c.event)}, "")
		if err != nil || ask.Principal != c.principal || ask.Action != c.action || ask.Resource != c.resource || ask.Region != "eu-west-1" {
			t.Errorf("%s: %+v %v", c.rule, ask, err)
		}
	}
}

func TestWhatAnEventTellsOfItsCircumstances(t *testing.T) {
	web := event("WebIdentityUser", `"principalId":"arn:aws:iam::111111111111:oidc-provider/gitlab.com:aud-1:project:x","userName":"project:x",`+
		`"identityProvider":"arn:aws:iam::111111111111:oidc-provider/gitlab.com"`, "sts.amazonaws.com", "AssumeRoleWithWebIdentity",
		`{"roleArn":"arn:aws:iam::111111111111:role/x","roleSessionName":"job","durationSeconds":7200}`)
	role := event("AssumedRole", `"arn":"arn:aws:sts::111111111111:assumed-role/ci/build","invokedBy":"cloudformation.amazonaws.com","sessionContext":{"sourceIdentity":"ann",`+
		`"attributes":{"mfaAuthenticated":"true","creationDate":"2024-05-01T09:00:00Z"}}`, "sts.amazonaws.com", "AssumeRole",
		`{"roleArn":"arn:aws:iam::222222222222:role/x","externalId":"abc","tags":[{"key":"team","value":"web"}],"transitiveTagKeys":["team"]}`)
	for _, c := range []struct{ rule, event, key, value string }{
		{"from where", role, "aws:SourceIp", "203.0.113.9"},
		{"when", role, "aws:CurrentTime", "2024-05-01T10:00:00Z"},
		{"with MFA", role, "aws:MultiFactorAuthPresent", "true"},
		{"since when", role, "aws:TokenIssueTime", "2024-05-01T09:00:00Z"},
		{"for whom", role, "aws:SourceIdentity", "ann"},
		{"through what", role, "aws:CalledViaFirst", "cloudformation.amazonaws.com"},
		{"the external id", role, "sts:ExternalId", "abc"},
		{"a tag of the session", role, "aws:RequestTag/team", "web"},
		{"the tags' names", role, "aws:TagKeys", "team"},
		{"tags that go on", role, "sts:TransitiveTagKeys", "team"},
		{"the session's name", web, "sts:RoleSessionName", "job"},
		{"a token's subject", web, "gitlab.com:sub", "project:x"},
		{"a token's audience", web, "gitlab.com:aud", "aud-1"},
	} {
		ask, err := ReadEvent(File{Name: "e.json", Text: []byte(c.event)}, "")
		if err != nil || strings.Join(ask.Context[c.key], ",") != c.value {
			t.Errorf("%s: %v %v", c.rule, ask.Context[c.key], err)
		}
	}
	if ask, _ := ReadEvent(File{Text: []byte(web)}, ""); ask.Duration != 7200 {
		t.Errorf("for how long: %d", ask.Duration)
	}
}

func TestOneOfSeveralEvents(t *testing.T) {
	session := `"arn":"arn:aws:sts::111111111111:assumed-role/ci/build"`
	get := event("AssumedRole", session, "s3.amazonaws.com", "GetObject", `{"bucketName":"b","key":"k"}`)
	put := event("AssumedRole", session, "s3.amazonaws.com", "PutObject", `{"bucketName":"b","key":"k"}`)
	done := strings.Replace(put, `,"errorCode":"AccessDenied"`, "", 1)
	for _, c := range []struct{ rule, text, id, action, says string }{
		{"the only one that was denied", `{"Records":[` + done + `,` + get + `]}`, "", "s3:GetObject", ""},
		{"the one that is named", `{"Records":[` + put + `,` + get + `]}`, "e-PutObject", "s3:PutObject", ""},
		{"one that is not there", `{"Records":[` + put + `]}`, "e-None", "", "there is no event e-None in it"},
		{"of two denied ones none is taken", `{"Records":[` + put + `,` + get + `]}`, "", "", "tell which with --event-id: e-PutObject (2024-05-01T10:00:00Z PutObject), e-GetObject"},
		{"as aws cloudtrail lookup-events has them", `{"Events":[{"EventId":"x","CloudTrailEvent":` + quoted(get) + `}]}`, "", "s3:GetObject", ""},
		{"as EventBridge has one", `{"detail-type":"AWS API Call via CloudTrail","detail":` + get + `}`, "", "s3:GetObject", ""},
		{"one on each line", done + "\n" + get + "\n", "", "s3:GetObject", ""},
		{"none", `{"Records":[]}`, "", "", "there is no event in it"},
		{"something else", `{"a":1}`, "", "", "this is no event of CloudTrail"},
		{"a sign-in", strings.Replace(get, "s3.amazonaws.com", "signin.amazonaws.com", 1), "", "", "is a sign-in, which no policy decides"},
		{"a caller of another account whom the event does not name", strings.Replace(get, `"AssumedRole",`+session, `"AWSAccount","accountId":"333333333333","principalId":"AROAX:y"`, 1), "", "",
			"does not name the caller, AROAX:y of account 333333333333"},
		{"cut off", get[:40], "", "", "e.json:1: the file ends in the middle of the JSON"},
	} {
		ask, err := ReadEvent(File{Name: "e.json", Text: []byte(c.text)}, c.id)
		if c.says == "" && (err != nil || ask.Action != c.action) || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %s %v", c.rule, ask.Action, err)
		}
	}
}
