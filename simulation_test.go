package rolecall_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/service/iam/moving"
)

// offlineAccount has a user who may assume every role, and roles that trust him,
// that trust him with an external id, that trust another, and that deny him.
const offlineAccount = `{
 "UserDetailList": [{"Path":"/","UserName":"ann","UserId":"AIDAANNXXXXXXXXXXXXX","Arn":"arn:aws:iam::111111111111:user/ann","CreateDate":"2024-01-01T00:00:00Z",
  "UserPolicyList":[{"PolicyName":"all","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:*","s3:*"],"Resource":"*"}]}}],
  "GroupList":[],"AttachedManagedPolicies":[],"Tags":[]}],
 "GroupDetailList":[],"Policies":[],
 "RoleDetailList":[ROLES]}`

func offlineRole(name, trust string) string {
	return `{"Path":"/","RoleName":"` + name + `","RoleId":"AROA` + (strings.ToUpper(name) + "XXXXXXXXXXXXXXXX")[:16] + `","Arn":"arn:aws:iam::111111111111:role/` + name +
		`","CreateDate":"2024-01-01T00:00:00Z","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[` + trust + `]},` +
		`"InstanceProfileList":[],"RolePolicyList":[{"PolicyName":"read","PolicyDocument":{"Version":"2012-10-17","Statement":[` +
		`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}}],"AttachedManagedPolicies":[],"Tags":[{"Key":"team","Value":"` + name + `"}]}`
}

func offline(t *testing.T) *rolecall.Server {
	t.Helper()
	s, err := rolecall.New(rolecall.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	const ann = `"Principal":{"AWS":"arn:aws:iam::111111111111:user/ann"},"Action":"sts:AssumeRole"`
	text := strings.Replace(offlineAccount, "ROLES", strings.Join([]string{
		offlineRole("open", `{"Effect":"Allow",`+ann+`}`),
		offlineRole("guarded", `{"Effect":"Allow",`+ann+`,"Condition":{"StringEquals":{"sts:ExternalId":"7f"}}}`),
		offlineRole("other", `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/open"},"Action":"sts:AssumeRole"}`),
		offlineRole("denying", `{"Effect":"Allow",`+ann+`},{"Effect":"Deny","Principal":"*","Action":"*"}`),
		offlineRole("tagged", `{"Effect":"Allow",`+ann+`,"Condition":{"StringEquals":{"aws:ResourceTag/team":"tagged"}}}`),
	}, ","), 1)
	if _, err := s.Import(context.Background(), rolecall.Import{Files: []moving.File{{Name: "account.json", Text: []byte(text)}}}); err != nil {
		t.Fatal(err)
	}
	return s
}

const offlineAnn, offlineRoles = "arn:aws:iam::111111111111:user/ann", "arn:aws:iam::111111111111:role/"

// TestSimulatedTrust: beyond AWS's simulator, who assumes a role is decided by
// the role's trust policy too.
func TestSimulatedTrust(t *testing.T) {
	s := offline(t)
	for _, c := range []struct {
		rule, role string
		context    map[string][]string
		want       string
	}{
		{"a role that trusts the user", "open", nil, "allowed"},
		{"a condition on a key that is not given", "guarded", nil, "implicitDeny missing sts:ExternalId"},
		{"and with it", "guarded", map[string][]string{"sts:ExternalId": {"7f"}}, "allowed"},
		{"a role that trusts another", "other", nil, "implicitDeny"},
		{"a role that denies", "denying", nil, "explicitDeny"},
	} {
		results, err := s.Simulate(context.Background(), rolecall.Simulation{
			Source: offlineAnn, Actions: []string{"sts:AssumeRole"}, Resources: []string{offlineRoles + c.role}, Context: c.context, Region: "us-east-1",
		})
		if err != nil || len(results) != 1 {
			t.Fatal(c.rule, err)
		}
		one := results[0].ResourceSpecificResults[0]
		got := one.EvalResourceDecision
		if len(one.MissingContextValues) > 0 {
			got += " missing " + strings.Join(one.MissingContextValues, ",")
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.rule, got, c.want)
		}
	}
}

// TestSimulationsRefused: what cannot be simulated is told, never decided.
func TestSimulationsRefused(t *testing.T) {
	s := offline(t)
	const allow = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	for _, c := range []struct {
		rule string
		in   rolecall.Simulation
		want string
	}{
		{"a source that is no ARN", rolecall.Simulation{Source: "ann"}, "ann is no ARN"},
		{"of no account", rolecall.Simulation{Source: "arn:aws:iam:::user/ann"}, "names no account"},
		{"of an account that is not here", rolecall.Simulation{Source: "arn:aws:iam::222222222222:user/ann"}, "account 222222222222"},
		{"who does not exist", rolecall.Simulation{Source: "arn:aws:iam::111111111111:user/bob"}, "The user with name bob cannot be found."},
		{"no policy", rolecall.Simulation{Policies: []string{"{"}}, "PolicyInputList.1: "},
		{"no boundary", rolecall.Simulation{Policies: []string{allow}, Boundary: "[]"}, "PermissionsBoundaryPolicyInputList.1: "},
		{"no resource", rolecall.Simulation{Policies: []string{allow}, Resources: []string{"b"}}, "not in a valid ARN format"},
		{"a role that is not here", rolecall.Simulation{Source: offlineAnn, Actions: []string{"sts:AssumeRole"}, Resources: []string{offlineRoles + "none"}}, "nobody knows whom it trusts"},
		{"a pattern", rolecall.Simulation{Policies: []string{allow}, Actions: []string{"s3:*"}}, "is not the name of one action"},
	} {
		if c.in.Actions == nil {
			c.in.Actions = []string{"s3:GetObject"}
		}
		c.in.Region = "us-east-1"
		_, err := s.Simulate(context.Background(), c.in)
		if _, ok := errors.AsType[*rolecall.SimulationError](err); !ok || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.rule, err, c.want)
		}
	}
}

// TestCanAssume: the roles that somebody may assume, with what the roles ask
// for; of a role that is here all tags are known.
func TestCanAssume(t *testing.T) {
	s := offline(t)
	can, err := s.Can(context.Background(), rolecall.CanAsk{Ask: rolecall.Ask{Principal: offlineAnn}, Service: "sqs", Roles: true})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range can.Roles {
		got = append(got, strings.TrimPrefix(r.Role, offlineRoles)+strings.Join(r.Conditions, " "))
	}
	if want := "guardedonly if StringEquals sts:ExternalId 7f, open, tagged"; strings.Join(got, ", ") != want || len(can.Services) != 0 {
		t.Errorf("\n got %s\nwant %s", strings.Join(got, ", "), want)
	}
}

// TestWhatCannotBeAsked: an *AskError tells what is wrong.
func TestWhatCannotBeAsked(t *testing.T) {
	s := offline(t)
	for principal, want := range map[string]string{
		"ann": "is neither an ARN nor a service", "arn:aws:iam::111111111111:user/bob": "there is no user", "ec2.amazonaws.com": "belongs to no account",
		"anonymous": "belongs to no account",
	} {
		_, err := s.Can(context.Background(), rolecall.CanAsk{Ask: rolecall.Ask{Principal: principal}})
		if _, ok := errors.AsType[*rolecall.AskError](err); !ok || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", principal, err)
		}
	}
	_, err := s.Can(context.Background(), rolecall.CanAsk{Ask: rolecall.Ask{Principal: offlineAnn, Resource: "arn:aws:s3:::b", ResourcePolicy: "{"}})
	if _, ok := errors.AsType[*rolecall.AskError](err); !ok || !strings.Contains(err.Error(), "the resource's policy") {
		t.Error(err)
	}
}
