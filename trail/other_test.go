package trail

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api/sso"
)

// The member eventVersion is today's, and what is empty in AWS's example (arn,
// accessKeyId) is left out here as everywhere.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/sign-in-events-examples.html
func TestASignInIsTheRecordOfAWSsExample(t *testing.T) {
	mine := account(t, "111122223333")
	all := tell(t, Event{
		Time: at(t, "2020-12-08T20:40:27Z"), Recipient: mine, Region: "us-east-1", SourceIP: "203.0.113.0", UserAgent: "Mozilla/5.0",
		RequestID: "c40a691f-eeb1-4352-b286-5e909f96f318",
		Identity: Identity{Type: "IdentityCenterUser", Account: mine, OnBehalf: OnBehalf{
			UserID: "94d00cd8-e9e6-4810-b177-b08e84725435", StoreARN: "arn:aws:identitystore::111122223333:identitystore/d-1234567890",
			Credential: "8f761cae-883d-4a3d-af67-3abf46488f71",
		}},
		Other:      &Other{Source: "signin.amazonaws.com", Name: "CredentialVerification", Details: `{"CredentialVerification":"Success"}`},
		Additional: `{"AuthWorkflowID":"303486b5-fce1-4d59-ba1d-eb3acb790729","CredentialType":"TOTP"}`,
	})
	same(t, all[0], `{
		"eventVersion": "1.11",
		"userIdentity": {
			"type": "IdentityCenterUser", "accountId": "111122223333",
			"onBehalfOf": {
				"userId": "94d00cd8-e9e6-4810-b177-b08e84725435",
				"identityStoreArn": "arn:aws:identitystore::111122223333:identitystore/d-1234567890"
			},
			"credentialId": "8f761cae-883d-4a3d-af67-3abf46488f71"
		},
		"eventTime": "2020-12-08T20:40:27Z", "eventSource": "signin.amazonaws.com", "eventName": "CredentialVerification",
		"awsRegion": "us-east-1", "sourceIPAddress": "203.0.113.0", "userAgent": "Mozilla/5.0",
		"requestParameters": null, "responseElements": null,
		"additionalEventData": {"AuthWorkflowID": "303486b5-fce1-4d59-ba1d-eb3acb790729", "CredentialType": "TOTP"},
		"requestID": "c40a691f-eeb1-4352-b286-5e909f96f318", "eventID": "GUID", "readOnly": false,
		"eventType": "AwsServiceEvent", "managementEvent": true, "eventCategory": "Management", "recipientAccountId": "111122223333",
		"serviceEventDetails": {"CredentialVerification": "Success"}
	}`)
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/scim-logging-using-cloudtrail.html
func TestACallOfSCIMIsTheRecordOfAWSsExample(t *testing.T) {
	mine := account(t, "123456789012")
	e := Event{
		Time: at(t, "2024-10-10T13:23:45Z"), Recipient: mine, Region: "us-east-1", SourceIP: "203.0.113.0", UserAgent: "Go-http-client/2.0", RequestID: "r",
		Identity: Identity{Type: "WebIdentityUser", Account: mine, AccessKeyID: "0011223344556677"},
		Other: &Other{
			Source: "identitystore-scim.amazonaws.com", Name: "CreateUser", Input: `{"httpBody":{"active":true},"tenantId":"d-1234567890"}`,
			Output: `{"id":"c4488478-a0e1-700e-3d75-96c6bb641596"}`,
		},
	}
	same(t, tell(t, e)[0], `{
		"eventVersion": "1.11",
		"userIdentity": {"type": "WebIdentityUser", "accountId": "123456789012", "accessKeyId": "0011223344556677"},
		"eventTime": "2024-10-10T13:23:45Z", "eventSource": "identitystore-scim.amazonaws.com", "eventName": "CreateUser",
		"awsRegion": "us-east-1", "sourceIPAddress": "203.0.113.0", "userAgent": "Go-http-client/2.0",
		"requestParameters": {"httpBody": {"active": true}, "tenantId": "d-1234567890"},
		"responseElements": {"id": "c4488478-a0e1-700e-3d75-96c6bb641596"},
		"requestID": "r", "eventID": "GUID", "readOnly": false,
		"eventType": "AwsApiCall", "managementEvent": true, "eventCategory": "Management", "recipientAccountId": "123456789012"
	}`)
	e.ErrorCode, e.ErrorMessage, e.Other.Output = "ConflictException", strings.Repeat("x", 3000), ""
	failed := tell(t, e)[0]
	if text, _ := failed["errorMessage"].(string); failed["errorCode"] != "ConflictException" || len(text) != maxText || failed["responseElements"] != nil {
		t.Errorf("%v", failed)
	}
	e.Other.Input = `"` + strings.Repeat("x", maxParameters) + `"`
	if in, _ := tell(t, e)[0]["requestParameters"].(map[string]any); in["omitted"] != true {
		t.Errorf("parameters of %d bytes are in the record", maxParameters)
	}
}

func TestAnEventOfNothingIsNotRecorded(t *testing.T) {
	for _, e := range []Event{{Recipient: account(t, "123456789012")}, {Operation: sso.Logout.Operation}} {
		(&Trail{}).Record(&e)
	}
}
