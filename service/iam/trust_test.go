package iam_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// trusting is a trust policy that trusts one principal.
func trusting(principal string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":"sts:AssumeRole"}]}`
}

// trust is a role's trust policy as GetRole shows it.
func (h *house) trust(role string) string {
	h.t.Helper()
	out, err := h.admin.GetRole(context.Background(), &iam.GetRoleInput{RoleName: &role})
	if err != nil {
		h.t.Fatal(err)
	}
	document, err := url.PathUnescape(*out.Role.AssumeRolePolicyDocument)
	if err != nil {
		h.t.Fatal(err)
	}
	return document
}

// Rule E6. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func TestATrustPolicyShowsTheARNOfAPrincipalWhileItLivesAndItsIdAfterwards(t *testing.T) {
	h, ctx := open(t), context.Background()
	frank := aws.String("frank")
	id := *must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: frank, Path: aws.String("/dev/")}))(t).User.UserId
	h.role("Deploy", trusting("arn:aws:iam::123456789012:user/dev/frank"))
	if got := h.trust("Deploy"); got != trusting("arn:aws:iam::123456789012:user/dev/frank") {
		t.Errorf("while frank lives: %s", got)
	}
	must(h.admin.UpdateUser(ctx, &iam.UpdateUserInput{UserName: frank, NewUserName: aws.String("francis")}))(t)
	if got := h.trust("Deploy"); got != trusting("arn:aws:iam::123456789012:user/dev/francis") {
		t.Errorf("after a new name: %s", got)
	}
	must(h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("francis")}))(t)
	if got := h.trust("Deploy"); got != trusting(id) {
		t.Errorf("after his end: %s", got)
	}
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("francis"), Path: aws.String("/dev/")}))(t)
	if got := h.trust("Deploy"); got != trusting(id) {
		t.Errorf("after another took the name: %s", got)
	}
}

func TestATrustPolicyMayNameASessionOfARole(t *testing.T) {
	h := open(t)
	h.role("Source", trustAccount)
	session := "arn:aws:sts::123456789012:assumed-role/Source/me"
	h.role("Deploy", trusting(session))
	if got := h.trust("Deploy"); got != trusting(session) {
		t.Errorf("shown as %s", got)
	}
}

func TestTrustPoliciesThatAreRefused(t *testing.T) {
	h, ctx := open(t), context.Background()
	h.role("Deploy", trustAccount)
	malformed := func(message string) refusal { return refusal{400, "MalformedPolicyDocument", message} }
	cases := []struct {
		rule, document string
		want           refusal
	}{
		{"no JSON (recorded: test_update_assume_role_policy_errors)", "this is not json", malformed("This policy contains invalid Json")},
		{"an action that assumes no role (recorded: invalid-action-error)",
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"s3:GetObject"}]}`,
			malformed("AssumeRole policy may only specify STS AssumeRole actions.")},
		{"a resource (recorded: resource-field-error; no full stop)",
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole","Resource":"*"}]}`,
			malformed("Has prohibited field Resource")},
		{"a user who does not exist (hashicorp/terraform-provider-aws#8905)", trusting("arn:aws:iam::123456789012:user/nobody"),
			malformed(`Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/nobody"`)},
		{"a role that exists under another path", trusting("arn:aws:iam::123456789012:role/other/Deploy"),
			malformed(`Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/other/Deploy"`)},
		{"2,048 characters without white space (rule E3, kubeflow/dashboard#29)",
			strings.Replace(trustAccount, `"sts:AssumeRole"`, `["sts:AssumeRole"`+strings.Repeat(`,"sts:AssumeRole"`, 120)+"]", 1),
			refusal{409, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048"}},
	}
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			_, err := h.admin.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String("Deploy"), PolicyDocument: &c.document})
			mustRefuse(t, err, c.want)
			_, err = h.admin.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("Other"), AssumeRolePolicyDocument: &c.document})
			mustRefuse(t, err, c.want)
		})
	}
	if got := h.trust("Deploy"); got != trustAccount {
		t.Errorf("a refused document was kept: %s", got)
	}
}

// Source: rule G3: blanks do not count.
func TestWhiteSpaceDoesNotCountAgainstTheSizeOfATrustPolicy(t *testing.T) {
	h := open(t)
	h.role("Deploy", strings.Replace(trustAccount, ",", ","+strings.Repeat(" ", 4000), 1))
}
