package trail

import (
	"encoding/json"
	"testing"

	"github.com/rolecall-iam/rolecall/api/sts"
)

// The examples are AWS's, as in record_test.go.

func TestARoleAssumedWithSAMLIsTheRecordOfAWSsExample(t *testing.T) {
	audience, issuer, qualifier, subject, kind := "https://signin.aws.amazon.com/saml", "https://server.example.com/idp/shibboleth",
		"bdGOnTesti4+ExamplexL/jEvs=", "SamlExample", "transient"
	all := tell(t, Event{
		Time: at(t, "2019-11-01T19:14:36Z"), Operation: sts.AssumeRoleWithSAML.Operation, Recipient: account(t, "444455556666"),
		Identity: Identity{Type: "SAMLUser", PrincipalID: "SampleUkh1i4+ExamplexL/jEvs=:SamlExample", UserName: "SamlExample", Provider: qualifier},
		Region:   "us-east-2", SourceIP: "192.0.2.101", UserAgent: "aws-cli/1.16.263", RequestID: "6EXAMPLE-e595-11e5-b2c7-c974fEXAMPLE",
		Input: &sts.AssumeRoleWithSAMLInput{
			RoleArn: "arn:aws:iam::444455556666:role/SAMLTestRoleShibboleth", PrincipalArn: "arn:aws:iam::444455556666:saml-provider/Shibboleth",
			SAMLAssertion: "the assertion", DurationSeconds: 3600,
		},
		Carried: &Carried{
			AssertionID: "_c0046cEXAMPLEb9d4b8eEXAMPLE2619aEXAMPLE", SourceIdentity: "MySAMLUser",
			PrincipalTags:     []Tag{{"CostCenter", "987654"}, {"Project", "Unicorn"}, {"Department", "Engineering"}},
			TransitiveTagKeys: []string{"CostCenter", "Project"},
		},
		Output: &sts.AssumeRoleWithSAMLOutput{
			SubjectType: &kind, Issuer: &issuer, NameQualifier: &qualifier, Subject: &subject, Audience: &audience, SourceIdentity: "MySAMLUser",
			Credentials: &sts.Credentials{
				AccessKeyId: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "the secret", SessionToken: "the token", Expiration: at(t, "2016-03-23T02:39:57Z"),
			},
			AssumedRoleUser: &sts.AssumedRoleUser{
				AssumedRoleId: "AROAD35QRSTUVWEXAMPLE:MyAssignedRoleSessionName",
				Arn:           "arn:aws:sts::444455556666:assumed-role/SAMLTestRoleShibboleth/MyAssignedRoleSessionName",
			},
		},
	})
	if len(all) != 1 {
		t.Fatalf("%d records", len(all))
	}
	same(t, all[0], `{
		"eventVersion": "1.11",
		"userIdentity": {
			"type": "SAMLUser", "principalId": "SampleUkh1i4+ExamplexL/jEvs=:SamlExample", "userName": "SamlExample",
			"identityProvider": "bdGOnTesti4+ExamplexL/jEvs="
		},
		"eventTime": "2019-11-01T19:14:36Z", "eventSource": "sts.amazonaws.com", "eventName": "AssumeRoleWithSAML", "awsRegion": "us-east-2",
		"sourceIPAddress": "192.0.2.101", "userAgent": "aws-cli/1.16.263",
		"requestParameters": {
			"sAMLAssertionID": "_c0046cEXAMPLEb9d4b8eEXAMPLE2619aEXAMPLE", "sourceIdentity": "MySAMLUser",
			"principalTags": {"CostCenter": "987654", "Project": "Unicorn", "Department": "Engineering"},
			"transitiveTagKeys": ["CostCenter", "Project"], "durationSeconds": 3600,
			"roleArn": "arn:aws:iam::444455556666:role/SAMLTestRoleShibboleth",
			"principalArn": "arn:aws:iam::444455556666:saml-provider/Shibboleth"
		},
		"responseElements": {
			"subjectType": "transient", "issuer": "https://server.example.com/idp/shibboleth", "sourceIdentity": "MySAMLUser",
			"credentials": {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "expiration": "Mar 23, 2016 2:39:57 AM"},
			"nameQualifier": "bdGOnTesti4+ExamplexL/jEvs=",
			"assumedRoleUser": {
				"assumedRoleId": "AROAD35QRSTUVWEXAMPLE:MyAssignedRoleSessionName",
				"arn": "arn:aws:sts::444455556666:assumed-role/SAMLTestRoleShibboleth/MyAssignedRoleSessionName"
			},
			"subject": "SamlExample", "audience": "https://signin.aws.amazon.com/saml"
		},
		"resources": [
			{"ARN": "arn:aws:iam::444455556666:role/SAMLTestRoleShibboleth", "accountId": "444455556666", "type": "AWS::IAM::Role"},
			{"ARN": "arn:aws:iam::444455556666:saml-provider/Shibboleth", "accountId": "444455556666", "type": "AWS::IAM::SAMLProvider"}
		],
		"requestID": "6EXAMPLE-e595-11e5-b2c7-c974fEXAMPLE", "eventID": "GUID", "readOnly": true, "managementEvent": true,
		"eventCategory": "Management", "eventType": "AwsApiCall", "recipientAccountId": "444455556666"
	}`)
}

// The elements are those of
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
func TestWhoCalledIsToldInCloudTrailsForms(t *testing.T) {
	mine := account(t, "123456789012")
	created := at(t, "2013-11-02T01:06:28Z")
	attributes := `"attributes":{"creationDate":"2013-11-02T01:06:28Z","mfaAuthenticated":"false"}`
	tests := []struct {
		name, want, username string
		identity             Identity
	}{
		{"a user's own key", `{"type":"IAMUser","principalId":"AIDAJ45Q7YFFAREXAMPLE","arn":"arn:aws:iam::123456789012:user/Alice",
			"accountId":"123456789012","accessKeyId":"AKIAIOSFODNN7EXAMPLE","userName":"Alice"}`, "Alice",
			Identity{Type: "IAMUser", PrincipalID: "AIDAJ45Q7YFFAREXAMPLE", ARN: "arn:aws:iam::123456789012:user/Alice", Account: mine,
				AccessKeyID: "AKIAIOSFODNN7EXAMPLE", UserName: "Alice"}},
		{"a role's session, by web identity", `{"type":"AssumedRole","principalId":"AROAIDPPEZS35WEXAMPLE:MySession",
			"arn":"arn:aws:sts::123456789012:assumed-role/Role/MySession","accountId":"123456789012","sessionContext":{
			"sessionIssuer":{"type":"Role","principalId":"AROAIDPPEZS35WEXAMPLE","arn":"arn:aws:iam::123456789012:role/Role","accountId":"123456789012","userName":"Role"},
			"webIdFederationData":{"federatedProvider":"accounts.google.com","attributes":{}},` + attributes + `,"sourceIdentity":"Saanvi"}}`, "MySession",
			Identity{Type: "AssumedRole", PrincipalID: "AROAIDPPEZS35WEXAMPLE:MySession", ARN: "arn:aws:sts::123456789012:assumed-role/Role/MySession",
				Account: mine, Session: &Session{Created: created, SourceIdentity: "Saanvi", Provider: "accounts.google.com",
					Issuer: Issuer{"Role", "AROAIDPPEZS35WEXAMPLE", "arn:aws:iam::123456789012:role/Role", "Role", mine}}}},
		{"a federated user", `{"type":"FederatedUser","principalId":"123456789012:Bob","arn":"arn:aws:sts::123456789012:federated-user/Bob",
			"accountId":"123456789012","sessionContext":{"sessionIssuer":{"type":"IAMUser","principalId":"AIDA","arn":"arn:aws:iam::123456789012:user/Alice",
			"accountId":"123456789012","userName":"Alice"},` + attributes + `}}`, "Bob",
			Identity{Type: "FederatedUser", PrincipalID: "123456789012:Bob", ARN: "arn:aws:sts::123456789012:federated-user/Bob", Account: mine,
				Session: &Session{Created: created, Issuer: Issuer{"IAMUser", "AIDA", "arn:aws:iam::123456789012:user/Alice", "Alice", mine}}}},
		{"the root user, called by the account's alias", `{"type":"Root","principalId":"123456789012","arn":"arn:aws:iam::123456789012:root",
			"accountId":"123456789012","userName":"acme"}`, "root",
			Identity{Type: "Root", PrincipalID: "123456789012", ARN: "arn:aws:iam::123456789012:root", Account: mine, UserName: "acme"}},
		{"a member account's root session", `{"type":"AssumedRole","principalId":"a:b","sessionContext":{` + attributes + `,"assumedRoot":"true"}}`, "b",
			Identity{Type: "AssumedRole", PrincipalID: "a:b", Session: &Session{Created: created, AssumedRoot: true}}},
		{"a user of a token's issuer", `{"type":"WebIdentityUser","principalId":"accounts.google.com:app:user","userName":"user",
			"identityProvider":"accounts.google.com"}`, "user",
			Identity{Type: "WebIdentityUser", PrincipalID: "accounts.google.com:app:user", UserName: "user", Provider: "accounts.google.com"}},
		{"another account", `{"type":"AWSAccount","principalId":"AIDA","accountId":"123456789012"}`, "",
			Identity{Type: "AWSAccount", PrincipalID: "AIDA", Account: mine}},
		{"a service", `{"type":"AWSService","invokedBy":"ec2.amazonaws.com"}`, "", Identity{Type: "AWSService", InvokedBy: "ec2.amazonaws.com"}},
		{"nobody who could be proven", `{"type":"Unknown","accountId":"123456789012","accessKeyId":"AKIA"}`, "",
			Identity{Type: "Unknown", Account: mine, AccessKeyID: "AKIA"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := benchEvent(t)
			e.Identity, e.Recipient = tt.identity, mine
			same(t, tell(t, *e)[0]["userIdentity"].(map[string]any), tt.want)
			h := open(t, Options{})
			e.Time = h.clock.time()
			h.Record(e)
			page, err := h.Lookup(t.Context(), Query{Account: mine, Limit: 1})
			if err != nil || len(page.Events) != 1 || page.Events[0].UserName != tt.username {
				t.Errorf("%+v, %v: want the user %q", page.Events, err, tt.username)
			}
		})
	}
}

func TestWhatACallCarriesStandsBeforeItsInput(t *testing.T) {
	full := Carried{IncomingTags: []Tag{{"a\"b", "1"}, {"c", "\n"}, {"c", "twice"}}, TransitiveTagKeys: []string{"x", "y\""}}
	tests := []struct {
		name, input, want string
		carried           Carried
	}{
		{"nothing", `{"roleArn":"r"}`, `{"roleArn":"r"}`, Carried{}},
		{"nothing, of no input", ``, ``, Carried{}},
		{"of no input", ``, `{"incomingTransitiveTags":{"a\"b":"1","c":"\n"},"transitiveTagKeys":["x","y\""]}`, full},
		{"and an input", `{"r":1}`, `{"incomingTransitiveTags":{"a\"b":"1","c":"\n"},"transitiveTagKeys":["x","y\""],"r":1}`, full},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := string(tt.carried.before([]byte(tt.input)))
			if got != tt.want || got != "" && !json.Valid([]byte(got)) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
