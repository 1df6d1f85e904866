package iam_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// toldOfRole is told, with what each side said where the role is another
// account's.
func toldOfRole(r types.EvaluationResult) string {
	text, _, _ := strings.Cut(told(r), "\n")
	if len(r.ResourceSpecificResults) != 1 {
		return text
	}
	own := r.ResourceSpecificResults[0]
	if len(own.MissingContextValues) > 0 {
		text += " missing " + strings.Join(own.MissingContextValues, ",")
	}
	for _, side := range slices.Sorted(maps.Keys(own.EvalDecisionDetails)) {
		text += fmt.Sprintf(" %s=%s", side, own.EvalDecisionDetails[side])
	}
	return text
}

const (
	trustedUser = "arn:aws:iam::" + account + ":user/my-user"
	idleUser    = "arn:aws:iam::" + account + ":user/idle"
)

// trusted makes two users, of whom one may assume roles, and roles that trust in
// different ways, one of them in another account.
func (h *house) trusted() (roles map[string]string) {
	h.t.Helper()
	h.user("my-user", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:*","Resource":"*"}}`)
	h.user("idle", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`)
	member, other := h.member(allowAll)
	const root = `{"AWS":"arn:aws:iam::` + account + `:root"}`
	statement := func(effect, principal, rest string) string {
		return `{"Effect":"` + effect + `","Principal":` + principal + `,"Action":"sts:AssumeRole"` + rest + `}`
	}
	roles = map[string]string{"Absent": "arn:aws:iam::" + account + ":role/Absent"}
	for _, r := range []struct {
		client           *iam.Client
		name, statements string
	}{
		{h.admin, "Trusting", statement("Allow", root, "")},
		{h.admin, "Named", statement("Allow", `{"AWS":"`+idleUser+`"}`, "")},
		{h.admin, "Service", statement("Allow", `{"Service":"ec2.amazonaws.com"}`, "")},
		{h.admin, "External", statement("Allow", root, `,"Condition":{"StringEquals":{"sts:ExternalId":"7"}}`)},
		{h.admin, "Denying", statement("Deny", `{"AWS":"`+trustedUser+`"}`, "") + "," + statement("Allow", root, "")},
		{member, "Closed", statement("Allow", `{"AWS":"arn:aws:iam::`+other+`:root"}`, "")},
	} {
		made := must(r.client.CreateRole(context.Background(), &iam.CreateRoleInput{
			RoleName: &r.name, AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[` + r.statements + `]}`),
		}))(h.t)
		roles[r.name] = *made.Role.Arn
	}
	return roles
}

// TestSimulatedTrust: to assume a role that is here, the role's trust policy
// decides as it does when the role is assumed; the places of its statements are
// those of the text that GetRole shows. AWS's simulator does not know trust
// policies (aws/aws-cli#10314); all that they have no part in is its answer.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
func TestSimulatedTrust(t *testing.T) {
	h := open(t)
	roles := h.trusted()
	const own = ` [user_my-user_test "IAM Policy" 1/38-1/87]`
	const deny = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*"}}`
	for _, c := range []struct {
		rule, source, action, role string
		more                       iam.SimulatePrincipalPolicyInput
		want                       string
	}{
		{"the account is trusted, and the user's own policy allows", trustedUser, "sts:AssumeRole", "Trusting", iam.SimulatePrincipalPolicyInput{},
			`allowed [trust policy of Trusting "Resource Policy" 1/38-1/135]` + own},
		{"the account is trusted, and the user has no permission", idleUser, "sts:AssumeRole", "Trusting", iam.SimulatePrincipalPolicyInput{}, "implicitDeny"},
		{"the user is trusted by name, which is enough in its account", idleUser, "sts:AssumeRole", "Named", iam.SimulatePrincipalPolicyInput{},
			`allowed [trust policy of Named "Resource Policy" 1/38-1/140]`},
		{"a service is trusted, and nobody else", trustedUser, "sts:AssumeRole", "Service", iam.SimulatePrincipalPolicyInput{}, "implicitDeny"},
		{"a statement of the trust policy that denies wins", trustedUser, "sts:AssumeRole", "Denying", iam.SimulatePrincipalPolicyInput{},
			`explicitDeny [trust policy of Denying "Resource Policy" 1/38-1/142]`},
		{"a condition key of the trust policy is missing", trustedUser, "sts:AssumeRole", "External", iam.SimulatePrincipalPolicyInput{}, "implicitDeny missing sts:ExternalId"},
		{"and is passed", trustedUser, "sts:AssumeRole", "External", iam.SimulatePrincipalPolicyInput{ContextEntries: []types.ContextEntry{entry("sts:ExternalId", "string", "7")}},
			`allowed [trust policy of External "Resource Policy" 1/38-1/187]` + own},
		{"AWS's answer for another account's role: whom it trusts is not this account's to learn", trustedUser, "sts:AssumeRole", "Closed", iam.SimulatePrincipalPolicyInput{},
			"allowed" + own},
		{"a trust policy allows no operation but those it names", trustedUser, "sts:AssumeRoleWithSAML", "Trusting", iam.SimulatePrincipalPolicyInput{}, "implicitDeny"},
		{"AWS's answer for a role that is not here", trustedUser, "sts:AssumeRole", "Absent", iam.SimulatePrincipalPolicyInput{}, "allowed" + own},
		{"AWS's answer for what is not to assume a role", trustedUser, "sts:TagSession", "Service", iam.SimulatePrincipalPolicyInput{}, "allowed" + own},
		{"a policy that is passed takes the trust policy's place", trustedUser, "sts:AssumeRole", "Trusting", iam.SimulatePrincipalPolicyInput{ResourcePolicy: aws.String(deny)},
			`explicitDeny [ResourcePolicy "Resource Policy" 1/38-1/102]`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			in := c.more
			in.PolicySourceArn, in.ActionNames, in.ResourceArns = &c.source, []string{c.action}, []string{roles[c.role]}
			out := must(h.admin.SimulatePrincipalPolicy(context.Background(), &in))(t)
			if got := strings.Replace(toldOfRole(out.EvaluationResults[0]), " "+roles[c.role], "", 1); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestSimulatedTrustOfSeveral: of several roles the worst decision is told above,
// and each role has its own trust policy; SimulateCustomPolicy, whose policies
// are nobody's, asks none.
func TestSimulatedTrustOfSeveral(t *testing.T) {
	h, ctx := open(t), context.Background()
	roles := h.trusted()
	list := []string{roles["Trusting"], roles["Service"], roles["Absent"]}
	out := must(h.admin.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{
		PolicySourceArn: aws.String(trustedUser), ActionNames: []string{"sts:AssumeRole", "sts:GetCallerIdentity"}, ResourceArns: list,
	}))(t)
	for i, want := range []string{"implicitDeny allowed implicitDeny allowed", "allowed allowed allowed allowed"} {
		r := out.EvaluationResults[i]
		got := string(r.EvalDecision)
		for _, each := range r.ResourceSpecificResults {
			got += " " + string(each.EvalResourceDecision)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", *r.EvalActionName, got, want)
		}
	}
	custom := must(h.admin.SimulateCustomPolicy(ctx, &iam.SimulateCustomPolicyInput{
		PolicyInputList: []string{allowAll}, CallerArn: aws.String(trustedUser), ActionNames: []string{"sts:AssumeRole"}, ResourceArns: list,
	}))(t)
	if got := custom.EvaluationResults[0].EvalDecision; got != "allowed" {
		t.Errorf("policies that are nobody's: %s, want AWS's answer", got)
	}
}
