package trail

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/arn"
)

func account(tb testing.TB, digits string) arn.AccountID {
	tb.Helper()
	id, err := arn.ParseAccountID(digits)
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

func at(tb testing.TB, text string) time.Time {
	tb.Helper()
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		tb.Fatal(err)
	}
	return when
}

// tell answers the records of an event as documents, with the ids that are
// random in place of themselves.
func tell(t *testing.T, e Event) []map[string]any {
	t.Helper()
	var all []map[string]any
	for _, text := range recordsOf(t, &e) {
		var doc map[string]any
		if err := json.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		for _, id := range []string{"eventID", "sharedEventID"} {
			if text, ok := doc[id].(string); ok && len(text) == 36 {
				doc[id] = "GUID"
			}
		}
		all = append(all, doc)
	}
	return all
}

// recordsOf are the CloudTrail records of an event.
func recordsOf(tb testing.TB, e *Event) (all []string) {
	tb.Helper()
	p := new(page)
	newRecorder(rand.Reader).write(p, e)
	end := frames(string(p.frames), func(f frame) {
		r, err := decode(f.text)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, r.found().JSON)
	})
	if end != len(p.frames) || len(all) != p.records {
		tb.Fatalf("%d of %d bytes, %d of %d records", end, len(p.frames), len(all), p.records)
	}
	return all
}

// same holds a record against one in AWS's documentation.
func same(t *testing.T, got map[string]any, want string) {
	t.Helper()
	var doc any
	if err := json.Unmarshal([]byte(want), &doc); err != nil {
		t.Fatal(err)
	}
	have, _ := json.MarshalIndent(got, "", " ")
	wanted, _ := json.MarshalIndent(doc, "", " ")
	if !bytes.Equal(have, wanted) {
		t.Errorf("got %s\nwant %s", have, wanted)
	}
}

// The examples are those of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
// with the members that CloudTrail added to records since they were written
// (readOnly, managementEvent, eventCategory), today's eventVersion, IAM's own
// region, and without session tokens.

func TestAnIAMCallIsTheRecordOfAWSsExample(t *testing.T) {
	mine := account(t, "444455556666")
	all := tell(t, Event{
		Time: at(t, "2014-07-15T21:40:14Z"), Operation: iam.GetUserPolicy.Operation, Recipient: mine,
		Identity: Identity{
			Type: "IAMUser", PrincipalID: "AIDACKCEVSQ6C2EXAMPLE", ARN: "arn:aws:iam::444455556666:user/JaneDoe",
			Account: mine, AccessKeyID: "AKIAI44QH8DHBEXAMPLE", UserName: "JaneDoe",
			Session: &Session{Created: at(t, "2014-07-15T21:39:40Z")},
		},
		Region: "us-east-2", SourceIP: "192.0.2.101", UserAgent: "aws-cli/1.11.10", RequestID: "9EXAMPLE-0c68-11e4-a24e-d5e16EXAMPLE",
		Input:  &iam.GetUserPolicyInput{UserName: "JaneDoe", PolicyName: "ReadOnlyAccess-JaneDoe-201407151307"},
		Output: &iam.GetUserPolicyOutput{UserName: "JaneDoe"},
	})
	if len(all) != 1 {
		t.Fatalf("%d records", len(all))
	}
	same(t, all[0], `{
		"eventVersion": "1.11",
		"userIdentity": {
			"type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE", "arn": "arn:aws:iam::444455556666:user/JaneDoe",
			"accountId": "444455556666", "accessKeyId": "AKIAI44QH8DHBEXAMPLE", "userName": "JaneDoe",
			"sessionContext": {"attributes": {"mfaAuthenticated": "false", "creationDate": "2014-07-15T21:39:40Z"}}
		},
		"eventTime": "2014-07-15T21:40:14Z", "eventSource": "iam.amazonaws.com", "eventName": "GetUserPolicy",
		"awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.101", "userAgent": "aws-cli/1.11.10",
		"requestParameters": {"userName": "JaneDoe", "policyName": "ReadOnlyAccess-JaneDoe-201407151307"},
		"responseElements": null,
		"requestID": "9EXAMPLE-0c68-11e4-a24e-d5e16EXAMPLE", "eventID": "GUID",
		"readOnly": true, "eventType": "AwsApiCall", "managementEvent": true,
		"recipientAccountId": "444455556666", "eventCategory": "Management"
	}`)
}

const sharedParts = `
	"eventTime": "2014-07-18T15:07:39Z", "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole",
	"awsRegion": "us-east-2", "sourceIPAddress": "192.0.2.101", "userAgent": "aws-cli/1.11.10",
	"requestParameters": {
		"roleArn": "arn:aws:iam::111122223333:role/EC2-dev", "roleSessionName": "JohnDoe-EC2-dev",
		"sourceIdentity": "JohnDoe", "serialNumber": "arn:aws:iam::777788889999:mfa"
	},
	"responseElements": {
		"credentials": {"accessKeyId": "AKIAQRSTUVWXYZEXAMPLE", "expiration": "Jul 18, 2014 4:07:39 PM"},
		"assumedRoleUser": {
			"assumedRoleId": "AIDAQRSTUVWXYZEXAMPLE:JohnDoe-EC2-dev",
			"arn": "arn:aws:sts::111122223333:assumed-role/EC2-dev/JohnDoe-EC2-dev"
		},
		"sourceIdentity": "JohnDoe"
	},
	"resources": [{"ARN": "arn:aws:iam::111122223333:role/EC2-dev", "accountId": "111122223333", "type": "AWS::IAM::Role"}],
	"requestID": "4EXAMPLE-0e8d-11e4-96e4-e55c0EXAMPLE", "sharedEventID": "GUID", "eventID": "GUID",
	"readOnly": true, "managementEvent": true, "eventCategory": "Management", "eventType": "AwsApiCall",
	"eventVersion": "1.11"`

func TestBothAccountsAreToldOfARoleAssumedAcrossThem(t *testing.T) {
	caller := account(t, "777788889999")
	all := tell(t, Event{
		Time: at(t, "2014-07-18T15:07:39Z"), Operation: sts.AssumeRole.Operation, Recipient: caller,
		Identity: Identity{
			Type: "IAMUser", PrincipalID: "AIDAQRSTUVWXYZEXAMPLE", ARN: "arn:aws:iam::777788889999:user/JohnDoe",
			Account: caller, AccessKeyID: "AKIAQRSTUVWXYZEXAMPLE", UserName: "JohnDoe",
		},
		Region: "us-east-2", SourceIP: "192.0.2.101", UserAgent: "aws-cli/1.11.10", RequestID: "4EXAMPLE-0e8d-11e4-96e4-e55c0EXAMPLE",
		Input: &sts.AssumeRoleInput{
			RoleArn: "arn:aws:iam::111122223333:role/EC2-dev", RoleSessionName: "JohnDoe-EC2-dev", SourceIdentity: "JohnDoe",
			SerialNumber: "arn:aws:iam::777788889999:mfa", TokenCode: "123456",
		},
		Output: &sts.AssumeRoleOutput{
			Credentials: &sts.Credentials{
				AccessKeyId: "AKIAQRSTUVWXYZEXAMPLE", SecretAccessKey: "the secret", SessionToken: "the token",
				Expiration: at(t, "2014-07-18T16:07:39Z"),
			},
			AssumedRoleUser: &sts.AssumedRoleUser{
				AssumedRoleId: "AIDAQRSTUVWXYZEXAMPLE:JohnDoe-EC2-dev",
				Arn:           "arn:aws:sts::111122223333:assumed-role/EC2-dev/JohnDoe-EC2-dev",
			},
			SourceIdentity: "JohnDoe",
		},
	})
	if len(all) != 2 {
		t.Fatalf("%d records", len(all))
	}
	same(t, all[0], `{`+sharedParts+`, "recipientAccountId": "777788889999", "userIdentity": {
		"type": "IAMUser", "principalId": "AIDAQRSTUVWXYZEXAMPLE", "arn": "arn:aws:iam::777788889999:user/JohnDoe",
		"accountId": "777788889999", "accessKeyId": "AKIAQRSTUVWXYZEXAMPLE", "userName": "JohnDoe"
	}}`)
	same(t, all[1], `{`+sharedParts+`, "recipientAccountId": "111122223333", "userIdentity": {
		"type": "AWSAccount", "principalId": "AIDAQRSTUVWXYZEXAMPLE", "accountId": "777788889999"
	}}`)
}

func TestARoleThatAssumesARoleIsTheRecordOfAWSsExample(t *testing.T) {
	mine := account(t, "111111111111")
	all := tell(t, Event{
		Time: at(t, "2019-10-02T22:12:29Z"), Operation: sts.AssumeRole.Operation, Recipient: mine,
		Identity: Identity{
			Type: "AssumedRole", PrincipalID: "AROAIN5ATK5U7KEXAMPLE:JohnRole1",
			ARN: "arn:aws:sts::111111111111:assumed-role/JohnDoe/JohnRole1", Account: mine, AccessKeyID: "AKIAI44QH8DHBEXAMPLE",
			Session: &Session{
				Created: at(t, "2019-10-02T21:50:54Z"), SourceIdentity: "JohnDoe",
				Issuer: Issuer{Type: "Role", ID: "AROAIN5ATK5U7KEXAMPLE", ARN: "arn:aws:iam::111111111111:role/JohnRole1", Account: mine, Name: "JohnDoe"},
			},
		},
		Region: "us-east-2", SourceIP: "123.145.67.89", UserAgent: "aws-cli/1.16.248", RequestID: "b96b0e4e-e561-11e9-8b3f-7b396EXAMPLE",
		Input: &sts.AssumeRoleInput{
			RoleArn: "arn:aws:iam::111111111111:role/JohnRole2", RoleSessionName: "Role2WithTags", SourceIdentity: "JohnDoe",
			Tags:              []sts.Tag{{Key: "Email", Value: "johndoe@example.com"}, {Key: "CostCenter", Value: "12345"}},
			TransitiveTagKeys: []string{"Email", "CostCenter"}, DurationSeconds: 3600,
		},
		Output: &sts.AssumeRoleOutput{
			Credentials: &sts.Credentials{
				AccessKeyId: "ASIAWHOJDLGPOEXAMPLE", SecretAccessKey: "the secret", SessionToken: "the token",
				Expiration: at(t, "2019-10-02T23:12:29Z"),
			},
			AssumedRoleUser: &sts.AssumedRoleUser{
				AssumedRoleId: "AROAIFR7WHDTSOYQYHFUE:Role2WithTags", Arn: "arn:aws:sts::111111111111:assumed-role/test-role/Role2WithTags",
			},
			SourceIdentity: "JohnDoe",
		},
		Carried: &Carried{IncomingTags: []Tag{{"Department", "Engineering"}}},
	})
	if len(all) != 1 {
		t.Fatalf("%d records", len(all))
	}
	same(t, all[0], `{
		"eventVersion": "1.11",
		"userIdentity": {
			"type": "AssumedRole", "principalId": "AROAIN5ATK5U7KEXAMPLE:JohnRole1",
			"arn": "arn:aws:sts::111111111111:assumed-role/JohnDoe/JohnRole1", "accountId": "111111111111",
			"accessKeyId": "AKIAI44QH8DHBEXAMPLE",
			"sessionContext": {
				"attributes": {"mfaAuthenticated": "false", "creationDate": "2019-10-02T21:50:54Z"},
				"sessionIssuer": {
					"type": "Role", "principalId": "AROAIN5ATK5U7KEXAMPLE", "arn": "arn:aws:iam::111111111111:role/JohnRole1",
					"accountId": "111111111111", "userName": "JohnDoe"
				},
				"sourceIdentity": "JohnDoe"
			}
		},
		"eventTime": "2019-10-02T22:12:29Z", "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole", "awsRegion": "us-east-2",
		"sourceIPAddress": "123.145.67.89", "userAgent": "aws-cli/1.16.248",
		"requestParameters": {
			"incomingTransitiveTags": {"Department": "Engineering"},
			"tags": [{"value": "johndoe@example.com", "key": "Email"}, {"value": "12345", "key": "CostCenter"}],
			"roleArn": "arn:aws:iam::111111111111:role/JohnRole2", "roleSessionName": "Role2WithTags", "sourceIdentity": "JohnDoe",
			"transitiveTagKeys": ["Email", "CostCenter"], "durationSeconds": 3600
		},
		"responseElements": {
			"credentials": {"accessKeyId": "ASIAWHOJDLGPOEXAMPLE", "expiration": "Oct 2, 2019 11:12:29 PM"},
			"assumedRoleUser": {
				"assumedRoleId": "AROAIFR7WHDTSOYQYHFUE:Role2WithTags", "arn": "arn:aws:sts::111111111111:assumed-role/test-role/Role2WithTags"
			},
			"sourceIdentity": "JohnDoe"
		},
		"requestID": "b96b0e4e-e561-11e9-8b3f-7b396EXAMPLE", "eventID": "GUID",
		"resources": [{"ARN": "arn:aws:iam::111111111111:role/JohnRole2", "accountId": "111111111111", "type": "AWS::IAM::Role"}],
		"readOnly": true, "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": "111111111111",
		"eventCategory": "Management"
	}`)
}

func TestTheMembersOfARecordStandInCloudTrailsOrder(t *testing.T) {
	e := benchEvent(t)
	e.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, CipherSuite: tls.TLS_AES_128_GCM_SHA256}
	e.Host = "sts.amazonaws.com"
	text := recordsOf(t, e)[0]
	last := -1
	for _, name := range []string{
		"eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent",
		"requestParameters", "responseElements", "requestID", "eventID", "readOnly", "resources", "eventType", "managementEvent",
		"recipientAccountId", "eventCategory", "tlsDetails",
	} {
		found := strings.Index(text, `"`+name+`":`)
		if found <= last {
			t.Errorf("%s is not where it belongs in %s", name, text)
		}
		last = found
	}
	if want := `{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"sts.amazonaws.com"}`; !strings.Contains(text, want) {
		t.Errorf("no %s in %s", want, text)
	}
}

// Of a proxy that ends TLS nothing is known but that it did.
func TestAProxysTLSIsNotMadeUp(t *testing.T) {
	e := benchEvent(t)
	e.TLS, e.Host = &tls.ConnectionState{}, "iam.example.com"
	if text := recordsOf(t, e)[0]; !strings.Contains(text, `"tlsDetails":{"clientProvidedHostHeader":"iam.example.com"}`) {
		t.Error(text)
	}
}

func TestWhatAnEventLeavesOut(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Event)
		want   map[string]any
	}{
		{"a denied call has no parameters", func(e *Event) {
			e.ErrorCode, e.ErrorMessage = "AccessDenied", "User: x is not authorized to perform: sts:AssumeRole on resource: y"
		}, map[string]any{
			"errorCode": "AccessDenied", "errorMessage": "User: x is not authorized to perform: sts:AssumeRole on resource: y",
			"requestParameters": nil, "responseElements": nil,
		}},
		{"a failed call has its parameters and the exception's name (IAM API reference, errors of GetRole)", func(e *Event) {
			e.Operation, e.Input = iam.GetRole.Operation, &iam.GetRoleInput{RoleName: "R"}
			e.ErrorCode, e.ErrorMessage = "NoSuchEntity", "The role with name R cannot be found."
		}, map[string]any{
			"errorCode": "NoSuchEntityException", "requestParameters": map[string]any{"roleName": "R"}, "responseElements": nil,
		}},
		{"a call whose parameters could not be read has none", func(e *Event) {
			e.Input, e.ErrorCode = nil, "ValidationError"
		}, map[string]any{"errorCode": "ValidationError", "requestParameters": nil, "responseElements": nil}},
		{"a call without parameters has null (GetCallerIdentity)", func(e *Event) {
			e.Operation, e.Input, e.Output = sts.GetCallerIdentity.Operation, &sts.GetCallerIdentityInput{}, &sts.GetCallerIdentityOutput{Arn: "x"}
		}, map[string]any{"requestParameters": nil, "responseElements": nil, "readOnly": true}},
		{"a deletion answers nothing", func(e *Event) {
			e.Operation, e.Input, e.Output = iam.DeleteRole.Operation, &iam.DeleteRoleInput{RoleName: "R"}, &iam.DeleteRoleOutput{}
		}, map[string]any{"requestParameters": map[string]any{"roleName": "R"}, "responseElements": nil, "readOnly": false}},
		{"parameters over 100 KB are omitted (CloudTrail record contents)", func(e *Event) {
			e.Operation, e.Output = iam.CreatePolicy.Operation, nil
			e.Input = &iam.CreatePolicyInput{PolicyName: "P", PolicyDocument: strings.Repeat("x", 200_000)}
		}, map[string]any{"requestParameters": map[string]any{
			"omitted": true, "originalSize": 200038.0, "reason": "requestParameters too large",
		}}},
		{"a long user agent is cut (CloudTrail record contents)", func(e *Event) { e.UserAgent = strings.Repeat("é", 2000) },
			map[string]any{"userAgent": strings.Repeat("é", 510) + "..."}},
		{"a global service is at home in its partition", func(e *Event) {
			e.Operation, e.Input, e.Output, e.Region = organizations.ListRoots.Operation, nil, nil, "cn-northwest-1"
		}, map[string]any{"awsRegion": "cn-north-1", "eventSource": "organizations.amazonaws.com"}},
		{"a call to the global endpoint of STS", func(e *Event) { e.Region = "aws-global" }, map[string]any{"awsRegion": "us-east-1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := benchEvent(t)
			tt.change(e)
			got := tell(t, *e)[0]
			for name, want := range tt.want {
				have, _ := json.Marshal(got[name])
				wanted, _ := json.Marshal(want)
				if !bytes.Equal(have, wanted) {
					t.Errorf("%s is %s, want %s", name, have, wanted)
				}
			}
		})
	}
}

func TestWhichOperationsChangeNothing(t *testing.T) {
	tests := map[*api.Operation]bool{
		iam.GetRole.Operation: true, iam.ListUsers.Operation: true, iam.SimulateCustomPolicy.Operation: true,
		iam.GenerateCredentialReport.Operation: true, iam.CreateRole.Operation: false, iam.TagUser.Operation: false,
		iam.UpdateAccessKey.Operation: false, iam.DeleteUser.Operation: false, sts.AssumeRole.Operation: true,
		sts.GetSessionToken.Operation: true, organizations.DescribeOrganization.Operation: true,
	}
	for op, want := range tests {
		if got := readOnly(op); got != want {
			t.Errorf("%s: read-only %v, want %v", op.Name, got, want)
		}
	}
}
