package service_test

import (
	"testing"
	"time"
)

// What a federated user may do: what the user behind it and the session
// policies both allow, and without session policies nothing (rule V7).
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getfederationtoken.html
func TestWhatAFederatedUserMayDo(t *testing.T) {
	denied := func(reason string) refusal {
		return refusal{400, "AccessDeniedException", "User: arn:aws:sts::" + account +
			":federated-user/bob is not authorized to perform: cloudtrail:LookupEvents on resource: * " + reason}
	}
	const (
		noSession  = "because no session policy allows the cloudtrail:LookupEvents action"
		noIdentity = "because no identity-based policy allows the cloudtrail:LookupEvents action"
	)
	look := allow("cloudtrail:LookupEvents")
	both := allow("cloudtrail:LookupEvents", "sts:GetFederationToken", "sts:TagSession")
	tagged := []string{"Tags.member.1.Key", "TEAM", "Tags.member.1.Value", "blue"}
	byTag := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:*"],"Resource":"*"},{"Effect":"Allow","Action":"cloudtrail:*","Resource":"*",` +
		`"Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue","aws:PrincipalType":"FederatedUser","aws:userid":"` + account + `:bob",` +
		`"aws:PrincipalArn":"arn:aws:sts::` + account + `:federated-user/bob"},"Null":{"aws:username":"true"},"Bool":{"aws:MultiFactorAuthPresent":"false"}}}]}`
	for _, c := range []struct {
		rule   string
		policy string // of the user behind; "" for the root user
		pairs  []string
		want   refusal
	}{
		{"both allow", both, []string{"Policy", look}, refusal{}},
		{"no session policy", both, nil, denied(noSession)},
		{"the session policy does not allow", both, []string{"Policy", allow("s3:*")}, denied(noSession)},
		{"the session policy denies", both, []string{"Policy", statement("Deny", "Action", "*")}, denied("with an explicit deny in a session policy")},
		{"the user's policy does not allow", allow("sts:GetFederationToken"), []string{"Policy", look}, denied(noIdentity)},
		{"a managed session policy allows", both, []string{"PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/AWSCloudTrail_ReadOnlyAccess"}, refusal{}},
		{"a managed session policy does not", both, []string{"PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}, denied(noSession)},
		{"the root user's, with a session policy", "", []string{"Policy", look}, refusal{}},
		{"the root user's, without", "", nil, denied(noSession)},
		{"by its keys, its tag taking the place of the user's", byTag, append(tagged, "Policy", everything), refusal{}},
		{"by the user's tag, which is another", byTag, []string{"Policy", everything}, denied(noIdentity)},
	} {
		t.Run(c.rule, func(t *testing.T) {
			h := open(t)
			by := root
			if c.policy != "" {
				by = h.user("ann", c.policy)
				h.call(admin, "iam", "TagUser", "UserName", "ann", "Tags.member.1.Key", "team", "Tags.member.1.Value", "red")
			}
			s := h.call(by, "sts", "GetFederationToken", append(c.pairs, "Name", "bob")...).session()
			check(t, h.send(s, lookup("{}")), c.want)
		})
	}
}

// The user behind a federated user is looked up at each use.
func TestAFederatedUserEndsWithTheUserBehindIt(t *testing.T) {
	h := open(t)
	ann := h.user("ann", everything)
	old := h.call(ann, "sts", "GetFederationToken", "Name", "bob", "Policy", everything).session()
	check(t, h.send(old, lookup("{}")), refusal{})
	h.permit("ann", statement("Deny", "Action", "cloudtrail:*"))
	if a := h.send(old, lookup("{}")); a.code != "AccessDeniedException" {
		t.Errorf("with an explicit deny of the user's: %s", a)
	}
	h.call(admin, "iam", "UpdateAccessKey", "UserName", "ann", "AccessKeyId", ann.id, "Status", "Inactive")
	check(t, h.send(old, whoAmI), refusal{})
	h.call(admin, "iam", "DeleteAccessKey", "UserName", "ann", "AccessKeyId", ann.id)
	h.call(admin, "iam", "DeleteUserPolicy", "UserName", "ann", "PolicyName", "test")
	h.call(admin, "iam", "DeleteUser", "UserName", "ann")
	check(t, h.send(old, whoAmI), invalidToken)
	h.user("ann", everything)
	check(t, h.send(old, whoAmI), invalidToken)
}

// "You cannot call any IAM operations using the AWS CLI or the AWS API. You
// cannot call any STS operations except GetCallerIdentity." The code of the
// first is that of jantman/awslimitchecker#139, the words of the second those
// of the two that are on record.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
func TestWhatAFederatedUserCannotDo(t *testing.T) {
	h := open(t)
	arn := h.role("Deploy", trust(account, "sts:AssumeRole"), "")
	bob := h.call(root, "sts", "GetFederationToken", "Name", "bob", "Policy", everything).session()
	cannot := func(action string) refusal {
		return refusal{403, "AccessDenied", "Cannot call " + action + " with session credentials"}
	}
	for _, c := range []struct {
		rule string
		message
		want refusal
	}{
		{"IAM, reading", form("iam", "ListUsers"), invalidToken},
		{"IAM, writing", form("iam", "CreateUser", "UserName", "carl"), invalidToken},
		{"who am I", whoAmI, refusal{}},
		{"AssumeRole", form("sts", "AssumeRole", "RoleArn", arn, "RoleSessionName", "night"), cannot("AssumeRole")},
		{"GetSessionToken", form("sts", "GetSessionToken"), cannot("GetSessionToken")},
		{"GetFederationToken", form("sts", "GetFederationToken", "Name", "carl"), cannot("GetFederationToken")},
		{"GetAccessKeyInfo", form("sts", "GetAccessKeyInfo", "AccessKeyId", admin.id), cannot("GetAccessKeyInfo")},
	} {
		t.Run(c.rule, func(t *testing.T) { check(t, h.send(bob, c.message), c.want) })
	}
	h.pass(time.Hour)
	check(t, h.send(bob, whoAmI), expiredToken)
}

// A federated user in the trail, with whoever asked for its credentials as the
// issuer of the session.
//
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
func TestTheTrailTellsWhoIsBehindAFederatedUser(t *testing.T) {
	h := open(t)
	ann := h.user("ann", everything)
	annID := h.call(admin, "iam", "GetUser", "UserName", "ann").value("UserId")
	for _, c := range []struct {
		rule string
		key
		issuer string
	}{
		{"a user", ann, `{"type":"IAMUser","principalId":"` + annID + `","arn":"arn:aws:iam::` + account + `:user/ann","accountId":"` + account + `","userName":"ann"}`},
		{"the root user", root, `{"type":"Root","principalId":"` + account + `","arn":"arn:aws:iam::` + account + `:root","accountId":"` + account + `"}`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			bob := h.call(c.key, "sts", "GetFederationToken", "Name", "bob").session()
			h.call(bob, "sts", "GetCallerIdentity")
			e := h.last(admin, "GetCallerIdentity")
			if e.Username != "bob" || e.AccessKeyId != bob.id {
				t.Errorf("got %+v", e)
			}
			holds(t, e.record(t), map[string]string{"userIdentity": `{"type":"FederatedUser","principalId":"` + account + `:bob","arn":"arn:aws:sts::` + account +
				`:federated-user/bob","accountId":"` + account + `","accessKeyId":"` + bob.id + `","sessionContext":{"sessionIssuer":` + c.issuer +
				`,"attributes":{"creationDate":"2026-03-01T12:00:00Z","mfaAuthenticated":"false"}}}`})
		})
	}
}
