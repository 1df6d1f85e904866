package authz

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

const keysPage = userGuide + "reference_policies_condition-keys"

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// absent marks a key that must not be there; no value is it.
const absent = "\x00absent"

func TestCallerKeys(t *testing.T) {
	temporary := noon.Add(-time.Hour)
	session := withProvider("arn:aws:iam::111111111111:saml-provider/okta")
	for _, c := range []struct {
		name   string // a sentence of section 6
		caller Caller
		want   []string // names and values in turn
	}{
		{"a user with long-term keys", Caller{Principal: alice}, []string{
			"aws:PrincipalArn", "arn:aws:iam::111111111111:user/team/alice", "aws:PrincipalAccount", "111111111111",
			"aws:PrincipalType", "User", "aws:userid", "AIDAALICEALICEALICEAL", "aws:username", "alice",
			"aws:PrincipalIsAWSService", "false",
			"aws:MultiFactorAuthPresent", absent, "aws:MultiFactorAuthAge", absent, "aws:TokenIssueTime", absent,
			"aws:SourceIdentity", absent, "aws:FederatedProvider", absent, "aws:PrincipalOrgID", absent, "aws:SourceAccount", absent,
		}},
		{"a user with GetSessionToken's keys and no MFA", Caller{Principal: alice, IssuedAt: temporary}, []string{
			"aws:username", "alice", "aws:MultiFactorAuthPresent", "false", "aws:MultiFactorAuthAge", absent,
			"aws:TokenIssueTime", "2026-11-21T11:00:00Z",
		}},
		{"a user with GetSessionToken's keys and MFA", Caller{Principal: alice, IssuedAt: temporary, MFAAt: temporary}, []string{
			"aws:MultiFactorAuthPresent", "true", "aws:MultiFactorAuthAge", "3600",
		}},
		{"MFA does not count with long-term keys", Caller{Principal: alice, MFAAt: temporary}, []string{
			"aws:MultiFactorAuthPresent", absent, "aws:MultiFactorAuthAge", absent,
		}},
		{"an age is never negative", Caller{Principal: alice, IssuedAt: noon, MFAAt: noon.Add(time.Second)}, []string{"aws:MultiFactorAuthAge", "0"}},
		{"a role session", Caller{Principal: session, IssuedAt: temporary, SourceIdentity: "alice", Tags: []Tag{{"team", "red"}, {"Team", "blue"}}}, []string{
			"aws:PrincipalArn", "arn:aws:iam::111111111111:role/ci/Deployer", "aws:PrincipalType", "AssumedRole",
			"aws:userid", "AROADEPLOYERDEPLOYERD:build-7", "aws:username", absent, "aws:SourceIdentity", "alice",
			"aws:FederatedProvider", "arn:aws:iam::111111111111:saml-provider/okta", "aws:PrincipalTag/TEAM", "blue",
			"aws:MultiFactorAuthPresent", "false",
		}},
		{"the root user", Caller{Principal: root}, []string{
			"aws:PrincipalArn", "arn:aws:iam::111111111111:root", "aws:PrincipalType", "Account",
			"aws:userid", "111111111111", "aws:username", absent,
		}},
		{"a federated user", Caller{Principal: visitor, IssuedAt: temporary}, []string{
			"aws:PrincipalArn", "arn:aws:sts::111111111111:federated-user/visitor", "aws:PrincipalType", "FederatedUser",
			"aws:userid", "111111111111:visitor", "aws:username", absent, "aws:PrincipalAccount", "111111111111",
		}},
		{"the anonymous", Caller{}, []string{
			"aws:PrincipalArn", absent, "aws:PrincipalAccount", "anonymous", "aws:PrincipalType", "Anonymous",
			"aws:userid", "anonymous", "aws:PrincipalIsAWSService", absent,
		}},
		{"a service", Caller{Principal: lambda, ServiceNames: []string{"lambda.amazonaws.com", "lambda.us-east-1.amazonaws.com"}}, []string{
			"aws:PrincipalIsAWSService", "true", "aws:PrincipalServiceName", "lambda.amazonaws.com",
			"aws:PrincipalServiceNamesList", "lambda.amazonaws.com,lambda.us-east-1.amazonaws.com",
			"aws:PrincipalArn", absent, "aws:username", absent,
		}},
		{"a member of an organization", Caller{Principal: alice, OrganizationID: "o-a1b2", OrganizationPath: "o-a1b2/r-c3/"}, []string{
			"aws:PrincipalOrgID", "o-a1b2", "aws:PrincipalOrgPaths", "o-a1b2/r-c3/",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var context Context
			context.AddCaller(c.caller, noon)
			checkKeys(t, context, c.want)
		})
	}
}

func checkKeys(t *testing.T, context Context, want []string) {
	t.Helper()
	for i := 0; i < len(want); i += 2 {
		values, ok := context.Get(want[i])
		got := strings.Join(values, ",")
		if !ok {
			got = absent
		}
		if got != want[i+1] {
			t.Errorf("%s is %q, want %q\nsource: %s", want[i], got, want[i+1], keysPage)
		}
	}
}

func TestCallKeys(t *testing.T) {
	var context Context
	context.AddCall(Call{
		Time: noon, SecureTransport: true, SourceIP: netip.MustParseAddr("::ffff:192.0.2.1"),
		UserAgent: "aws-cli/2", Region: "eu-west-1",
	})
	checkKeys(t, context, []string{
		"aws:CurrentTime", "2026-11-21T12:00:00Z", "aws:EpochTime", "1795262400", "aws:SecureTransport", "true",
		"aws:SourceIp", "192.0.2.1", "aws:UserAgent", "aws-cli/2", "aws:RequestedRegion", "eu-west-1",
		"aws:ViaAWSService", "false", "aws:SourceAccount", absent, "aws:TagKeys", absent,
	})
	var inside Context
	inside.AddCall(Call{Time: noon, ViaService: true})
	checkKeys(t, inside, []string{"aws:SourceIp", absent, "aws:ViaAWSService", "true", "aws:SecureTransport", "false", "aws:UserAgent", ""})
}

func TestResourceAndTagKeys(t *testing.T) {
	var context Context
	context.AddResource(theirs, []Tag{{"env", "prod"}})
	context.AddRequestTags([]Tag{{"team", "red"}, {"cost", ""}})
	checkKeys(t, context, []string{
		"aws:ResourceAccount", "222222222222", "aws:ResourceTag/Env", "prod",
		"aws:RequestTag/team", "red", "aws:RequestTag/cost", "", "aws:TagKeys", "team,cost",
	})
	var empty Context
	empty.AddResource(alice.AccountID(), nil)
	empty.AddRequestTags(nil)
	checkKeys(t, empty, []string{"aws:TagKeys", "", "aws:RequestTag/team", absent, "aws:ResourceAccount", "111111111111"})
}

func TestContext(t *testing.T) {
	var c Context
	c.Set("aws:A", "1")
	c.SetMany("aws:B", "x", "y")
	copied := c.Clone()
	copied.Set("AWS:a", "2")
	if got, _ := c.Get("aws:a"); !slices.Equal(got, []string{"1"}) {
		t.Errorf("changing a clone changed the original to %v", got)
	}
	if got, _ := copied.Get("aws:a"); !slices.Equal(got, []string{"2"}) {
		t.Errorf("Set in another case gave %v", got)
	}
	var names []string
	for name, values := range copied.All() {
		names = append(names, name+"="+strings.Join(values, "+"))
	}
	if want := []string{"AWS:a=2", "aws:B=x+y"}; !slices.Equal(names, want) {
		t.Errorf("All gives %v, want %v", names, want)
	}
	for range copied.All() {
		break
	}
	if _, ok := c.Get("aws:c"); ok {
		t.Error("a key that nobody set is there")
	}
}
