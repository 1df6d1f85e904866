package service_test

import (
	"encoding/json"
	"testing"
	"time"
)

// org calls an operation of Organizations and answers what it says.
func (h *house) org(k key, operation string, in map[string]any) map[string]any {
	h.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		h.t.Fatal(err)
	}
	a := h.send(k, organizations("AWSOrganizationsV20161128."+operation, jsonType, string(body)))
	out := map[string]any{}
	if a.status != 200 || len(a.body) > 0 && json.Unmarshal([]byte(a.body), &out) != nil {
		h.t.Fatalf("%s: %s %s", operation, a, a.body)
	}
	return out
}

// assumeRoot is AssumeRoot for a task, in the account given.
func assumeRoot(target, task string) message {
	return form("sts", "AssumeRoot", "TargetPrincipal", target, "TaskPolicyArn.arn", "arn:aws:iam::aws:policy/root-task/"+task)
}

// The management account of an organization that has enabled root sessions acts
// as the root user of a member for one task, for at most 15 minutes, and as
// nobody's elsewhere.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-assumedroot;
// the event as aws-samples/service-control-policy-examples#6 quotes it
func TestRootSessionsOfAnOrganization(t *testing.T) {
	h := open(t)
	h.org(admin, "CreateOrganization", map[string]any{"FeatureSet": "ALL"})
	status := h.org(admin, "CreateAccount", map[string]any{"AccountName": "member", "Email": "member@example.com"})["CreateAccountStatus"].(map[string]any)
	status = h.org(admin, "DescribeCreateAccountStatus", map[string]any{"CreateAccountRequestId": status["Id"]})["CreateAccountStatus"].(map[string]any)
	member, _ := status["AccountId"].(string)
	if member == "" {
		t.Fatalf("no account: %v", status)
	}
	audit := assumeRoot(member, "IAMAuditRootUserCredentials")
	const me = "User: arn:aws:iam::" + account + ":user/admin is not authorized to perform: sts:AssumeRoot on resource: "
	denied := refusal{403, "AccessDenied", me + "arn:aws:iam::" + member + ":root"}
	check(t, h.send(admin, audit), denied)
	h.org(admin, "EnableAWSServiceAccess", map[string]any{"ServicePrincipal": "iam.amazonaws.com"})
	check(t, h.send(admin, audit), denied)
	h.call(admin, "iam", "EnableOrganizationsRootSessions")

	t.Run("a task", func(t *testing.T) {
		made := h.send(admin, audit)
		check(t, made, refusal{})
		if want := start.Add(15 * time.Minute).Format(time.RFC3339); made.value("Expiration") != want {
			t.Errorf("until %s, want %s", made.value("Expiration"), want)
		}
		s := made.session()
		who := h.call(s, "sts", "GetCallerIdentity")
		if who.value("Arn") != "arn:aws:iam::"+member+":root" || who.value("Account") != member || who.value("UserId") != member {
			t.Error(who.body)
		}
		check(t, h.send(s, form("iam", "ListAccessKeys")), refusal{})
		check(t, h.send(s, form("iam", "GetAccountSummary")), refusal{})
		check(t, h.send(s, form("iam", "ListUsers")), refusal{403, "AccessDenied", "User: arn:aws:iam::" + member +
			":root is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::" + member + ":user/ with an explicit deny in a session policy: " +
			"arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"})
		if a := h.send(s, form("iam", "CreateUser", "UserName", "back-door")); a.code != "AccessDenied" {
			t.Error(a)
		}
		check(t, h.send(s, form("sts", "GetSessionToken")), refusal{403, "AccessDenied", "Cannot call GetSessionToken with session credentials"})
		check(t, h.send(s, audit), refusal{403, "AccessDenied", "Root sessions may not be begun by root accounts."})
		h.pass(15 * time.Minute)
		check(t, h.send(s, whoAmI), expiredToken)
	})
	t.Run("who and where", func(t *testing.T) {
		check(t, h.send(admin, assumeRoot(account, "IAMAuditRootUserCredentials")), refusal{403, "AccessDenied", me + "arn:aws:iam::" + account + ":root"})
		check(t, h.send(admin, assumeRoot("999999999999", "IAMAuditRootUserCredentials")), refusal{403, "AccessDenied", me + "arn:aws:iam::999999999999:root"})
		ann := h.user("ann", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRoot","Resource":"arn:aws:iam::*:root","Condition":`+
			`{"StringEquals":{"sts:TaskPolicyArn":"arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy","aws:ResourceAccount":"`+member+`"}}}}`)
		check(t, h.send(ann, assumeRoot("arn:aws:iam::"+member+":root", "S3UnlockBucketPolicy")), refusal{})
		if a := h.send(ann, audit); a.code != "AccessDenied" {
			t.Errorf("another task: %s", a)
		}
	})
	t.Run("the trail and the condition key", func(t *testing.T) {
		s := h.send(admin, audit).session()
		h.call(s, "iam", "GetAccountSummary")
		e := h.last(h.assume(admin, "arn:aws:iam::"+member+":role/OrganizationAccountAccessRole"), "GetAccountSummary")
		holds(t, e.record(t), map[string]string{"userIdentity": `{"type":"Root","principalId":"` + member + `","arn":"arn:aws:iam::` + member +
			`:root","accountId":"` + member + `","accessKeyId":"` + s.id + `","sessionContext":{"attributes":{"creationDate":"` +
			h.time().Format(time.RFC3339) + `","mfaAuthenticated":"false"},"assumedRoot":"true"}}`})
		h.org(admin, "EnablePolicyType", map[string]any{"RootId": h.org(admin, "ListRoots", map[string]any{})["Roots"].([]any)[0].(map[string]any)["Id"], "PolicyType": "SERVICE_CONTROL_POLICY"})
		made := h.org(admin, "CreatePolicy", map[string]any{"Name": "no-root", "Description": "", "Type": "SERVICE_CONTROL_POLICY",
			"Content": `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"Bool":{"aws:AssumedRoot":"true"}}}}`})
		id := made["Policy"].(map[string]any)["PolicySummary"].(map[string]any)["Id"]
		h.org(admin, "AttachPolicy", map[string]any{"PolicyId": id, "TargetId": member})
		if a := h.send(s, form("iam", "GetAccountSummary")); a.code != "AccessDenied" {
			t.Errorf("under a policy against assumed root: %s", a)
		}
	})
}
