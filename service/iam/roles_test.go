package iam_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// role makes a role with a trust policy, and answers its id.
func (h *house) role(name, trust string) string {
	h.t.Helper()
	out, err := h.admin.CreateRole(context.Background(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust})
	if err != nil {
		h.t.Fatal(err)
	}
	return *out.Role.RoleId
}

// Source: recorded answers (test_create_role_defaults, test_role_with_tags,
// create-role-0): CreateRole answers neither Description nor
// MaxSessionDuration; ListRoles answers both, but no tags.
func TestARoleIsShownByEachOperationAsRecordedAtAWS(t *testing.T) {
	h, ctx := open(t), context.Background()
	boundary := aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess")
	made := must(h.admin.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: aws.String("Deploy"), Path: aws.String("/ci/"), AssumeRolePolicyDocument: aws.String(trustAccount),
		Description: aws.String("Role 0"), Tags: tags("test", "value"), PermissionsBoundary: boundary,
	}))(t).Role
	if made.Description != nil || made.MaxSessionDuration != nil || made.RoleLastUsed != nil || text(made.Tags) != "test=value " {
		t.Errorf("created %+v", made)
	}
	if *made.Arn != "arn:aws:iam::123456789012:role/ci/Deploy" || !strings.HasPrefix(*made.RoleId, "AROA") {
		t.Errorf("created %s %s", *made.Arn, *made.RoleId)
	}
	got := must(h.admin.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("deploy")}))(t).Role
	if *got.Description != "Role 0" || *got.MaxSessionDuration != 3600 || got.RoleLastUsed == nil || text(got.Tags) != "test=value " {
		t.Errorf("read %+v", got)
	}
	if got.PermissionsBoundary == nil || *got.PermissionsBoundary.PermissionsBoundaryArn != *boundary || got.PermissionsBoundary.PermissionsBoundaryType != "Policy" {
		t.Errorf("the boundary is %+v", got.PermissionsBoundary)
	}
	if document, err := url.PathUnescape(*got.AssumeRolePolicyDocument); err != nil || document != trustAccount {
		t.Errorf("the trust policy is %s (%v)", document, err)
	}
	listed := must(h.admin.ListRoles(ctx, &iam.ListRolesInput{PathPrefix: aws.String("/ci/")}))(t).Roles
	if len(listed) != 1 || *listed[0].Description != "Role 0" || *listed[0].MaxSessionDuration != 3600 ||
		listed[0].Tags != nil || listed[0].RoleLastUsed != nil || listed[0].PermissionsBoundary != nil {
		t.Errorf("listed %+v", listed)
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html:
// "URL-encoded compliant with RFC 3986"; a blank is %20, not a plus.
func TestADocumentIsAnsweredPercentEncoded(t *testing.T) {
	h := open(t)
	h.role("Deploy", `{"Version": "2012-10-17", "Statement": [{"Sid": "", "Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "a+b"}}}]}`)
	_, body := h.post(url.Values{"Action": {"GetRole"}, "RoleName": {"Deploy"}})
	for _, want := range []string{"%7B%22Version%22%3A%20%222012-10-17%22", "a%2Bb", "<RoleLastUsed"} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is not in %s", want, body)
		}
	}
}

// Source: client-facing fact of Terraform's AWS provider, and recorded answers
// (test_update_role).
func TestUpdateRoleLeavesAloneWhatIsNotGiven(t *testing.T) {
	h, ctx := open(t), context.Background()
	name := aws.String("Deploy")
	h.role(*name, trustAccount)
	steps := []struct {
		rule        string
		in          *iam.UpdateRoleInput
		description string
		longest     int32
	}{
		{"a description alone", &iam.UpdateRoleInput{RoleName: name, Description: aws.String("first")}, "first", 3600},
		{"a longest session alone", &iam.UpdateRoleInput{RoleName: name, MaxSessionDuration: aws.Int32(7200)}, "first", 7200},
		{"nothing", &iam.UpdateRoleInput{RoleName: name}, "first", 7200},
		{"an empty description", &iam.UpdateRoleInput{RoleName: name, Description: aws.String("")}, "", 7200},
	}
	for _, s := range steps {
		must(h.admin.UpdateRole(ctx, s.in))(t)
		got := must(h.admin.GetRole(ctx, &iam.GetRoleInput{RoleName: name}))(t).Role
		if aws.ToString(got.Description) != s.description || *got.MaxSessionDuration != s.longest {
			t.Errorf("%s: %q, %d", s.rule, aws.ToString(got.Description), *got.MaxSessionDuration)
		}
	}
	told := must(h.admin.UpdateRoleDescription(ctx, &iam.UpdateRoleDescriptionInput{RoleName: name, Description: aws.String("second")}))(t).Role
	if *told.Description != "second" || told.MaxSessionDuration != nil || told.RoleLastUsed != nil {
		t.Errorf("UpdateRoleDescription answered %+v", told)
	}
}

// Source: recorded answers (test_delete_role_with_attached_policy,
// test_delete_role_with_inline_policy).
func TestWhatIsLeftOfARoleKeepsItFromBeingDeleted(t *testing.T) {
	h, ctx := open(t), context.Background()
	name := aws.String("Deploy")
	h.role(*name, trustAccount)
	policy := aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess")
	must(h.admin.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: name, PolicyArn: policy}))(t)
	_, err := h.admin.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: name})
	mustRefuse(t, err, refusal{409, "DeleteConflict", "Cannot delete entity, must detach all policies first."})
	must(h.admin.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: name, PolicyArn: policy}))(t)
	must(h.admin.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
		RoleName: name, PolicyName: aws.String("p"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`),
	}))(t)
	_, err = h.admin.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: name})
	mustRefuse(t, err, refusal{409, "DeleteConflict", "Cannot delete entity, must delete policies first."})
	must(h.admin.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: name, PolicyName: aws.String("p")}))(t)
	must(h.admin.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: name}))(t)
}

func TestRolesAreListedInPages(t *testing.T) {
	h, ctx := open(t), context.Background()
	for _, name := range []string{"delta", "Alpha", "charlie", "Bravo", "echo"} {
		h.role(name, trustAccount)
	}
	first := must(h.admin.ListRoles(ctx, &iam.ListRolesInput{MaxItems: aws.Int32(2)}))(t)
	if len(first.Roles) != 2 || !first.IsTruncated || aws.ToString(first.Marker) == "" {
		t.Fatalf("the first page is %+v", first)
	}
	// What goes away meanwhile does not break the list.
	must(h.admin.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: first.Roles[1].RoleName}))(t)
	rest := must(h.admin.ListRoles(ctx, &iam.ListRolesInput{Marker: first.Marker}))(t)
	var names []string
	for _, r := range append(first.Roles, rest.Roles...) {
		names = append(names, *r.RoleName)
	}
	if got := strings.Join(names, " "); got != "Alpha Bravo charlie delta echo" || rest.IsTruncated || rest.Marker != nil {
		t.Errorf("listed %s", got)
	}
	_, err := h.admin.ListRoles(ctx, &iam.ListRolesInput{Marker: aws.String("made-up")})
	mustRefuse(t, err, refusal{400, "ValidationError", "Invalid Marker."}) // words of our own
}
