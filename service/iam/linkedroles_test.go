package iam_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

const ecsRole = "AWSServiceRoleForECS"

// linked makes the service-linked role of a service.
func (h *house) linked(service string) *types.Role {
	h.t.Helper()
	out, err := h.admin.CreateServiceLinkedRole(context.Background(), &iam.CreateServiceLinkedRoleInput{AWSServiceName: &service})
	if err != nil {
		h.t.Fatal(err)
	}
	return out.Role
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
// and API_DeleteServiceLinkedRole.html
func TestAServiceLinkedRoleIsMadeDescribedAndDeleted(t *testing.T) {
	h, ctx := open(t), context.Background()
	made := h.linked("ecs.amazonaws.com")
	if *made.Arn != "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/"+ecsRole || *made.RoleName != ecsRole || made.Description != nil {
		t.Errorf("made %+v", made)
	}
	trust, _ := url.QueryUnescape(*made.AssumeRolePolicyDocument)
	if trust != `{"Version":"2012-10-17","Statement":[{"Action":["sts:AssumeRole"],"Effect":"Allow","Principal":{"Service":["ecs.amazonaws.com"]}}]}` {
		t.Errorf("it trusts %s", trust)
	}
	attached := must(h.admin.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: aws.String(ecsRole)}))(t).AttachedPolicies
	if len(attached) != 1 || *attached[0].PolicyArn != "arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy" {
		t.Errorf("it has %+v", attached)
	}
	must(h.admin.UpdateRole(ctx, &iam.UpdateRoleInput{RoleName: aws.String(ecsRole), Description: aws.String("mine")}))(t)
	must(h.admin.TagRole(ctx, &iam.TagRoleInput{RoleName: aws.String(ecsRole), Tags: tags("a", "b")}))(t)
	if role := must(h.admin.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(ecsRole)}))(t).Role; *role.Description != "mine" || text(role.Tags) != "a=b " {
		t.Errorf("read %+v", role)
	}
	task := must(h.admin.DeleteServiceLinkedRole(ctx, &iam.DeleteServiceLinkedRoleInput{RoleName: aws.String(ecsRole)}))(t).DeletionTaskId
	if prefix := "task/aws-service-role/ecs.amazonaws.com/" + ecsRole + "/"; !strings.HasPrefix(*task, prefix) || len(*task) != len(prefix)+36 {
		t.Errorf("the task is %s", *task)
	}
	status := must(h.admin.GetServiceLinkedRoleDeletionStatus(ctx, &iam.GetServiceLinkedRoleDeletionStatusInput{DeletionTaskId: task}))(t)
	if status.Status != types.DeletionTaskStatusTypeSucceeded || status.Reason != nil {
		t.Errorf("its status is %+v", status)
	}
	_, err := h.admin.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(ecsRole)})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The role with name " + ecsRole + " cannot be found."})
	h.linked("ecs.amazonaws.com")
}

// Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html
func TestSomeServicesMayHaveSeveralRolesToldApartByASuffix(t *testing.T) {
	h, ctx := open(t), context.Background()
	h.linked("autoscaling.amazonaws.com")
	made := must(h.admin.CreateServiceLinkedRole(ctx, &iam.CreateServiceLinkedRoleInput{
		AWSServiceName: aws.String("autoscaling.amazonaws.com"), CustomSuffix: aws.String("blue"), Description: aws.String("for blue"),
	}))(t).Role
	if *made.RoleName != "AWSServiceRoleForAutoScaling_blue" {
		t.Errorf("made %s", *made.RoleName)
	}
	if role := must(h.admin.GetRole(ctx, &iam.GetRoleInput{RoleName: made.RoleName}))(t).Role; *role.Description != "for blue" {
		t.Errorf("it is described as %s", *role.Description)
	}
}

// Source: rebuy-de/aws-nuke#331, gruntwork-io/cloud-nuke#880 (UnmodifiableEntity);
// DataDog/pathfinding-labs#23 (a name that is taken). The rest has words of our
// own.
func TestRefusalsOfServiceLinkedRoles(t *testing.T) {
	h := open(t)
	h.linked("ecs.amazonaws.com")
	h.role("Deploy", trustAccount)
	h.profile("web", "/")
	if status, body := h.post(url.Values{"Action": {"CreateInstanceProfile"}, "InstanceProfileName": {"empty"}}); status != 200 {
		t.Fatal(body)
	}
	protected := refusal{400, "UnmodifiableEntity", "Cannot perform the operation on the protected role &#39;" + ecsRole + "&#39; - this role is only modifiable by AWS"}
	const role, none = "RoleName=" + ecsRole, "The role with name "
	policy := "&PolicyArn=" + url.QueryEscape("arn:aws:iam::aws:policy/ReadOnlyAccess")
	document := "&PolicyName=p&PolicyDocument=" + url.QueryEscape(readBuckets)
	h.refused([]refused{
		{"the role is there", "CreateServiceLinkedRole", "AWSServiceName=ecs.amazonaws.com",
			refusal{400, "InvalidInput", "Service role name " + ecsRole + " has been taken in this account, please try a different suffix."}},
		{"no suffix for this service", "CreateServiceLinkedRole", "AWSServiceName=es.amazonaws.com&CustomSuffix=a",
			refusal{400, "InvalidInput", "Custom suffix is not allowed for es.amazonaws.com"}},
		{"a service that we do not know the role of", "CreateServiceLinkedRole", "AWSServiceName=x.amazonaws.com",
			refusal{400, "InvalidInput", "The service x.amazonaws.com has no service-linked role."}},
		{"a name that gets too long", "CreateServiceLinkedRole", "AWSServiceName=autoscaling.amazonaws.com&CustomSuffix=" + strings.Repeat("a", 36),
			refusal{400, "InvalidInput", "The role name AWSServiceRoleForAutoScaling_" + strings.Repeat("a", 36) + " is longer than 64 characters."}},
		{"to attach a policy", "AttachRolePolicy", role + policy, protected},
		{"to detach a policy", "DetachRolePolicy", role + policy, protected},
		{"to put a policy", "PutRolePolicy", role + document, protected},
		{"to delete a policy", "DeleteRolePolicy", role + "&PolicyName=p", protected},
		{"to put a boundary", "PutRolePermissionsBoundary", role + "&PermissionsBoundary=" + url.QueryEscape("arn:aws:iam::aws:policy/ReadOnlyAccess"), protected},
		{"to delete a boundary", "DeleteRolePermissionsBoundary", role, protected},
		{"to trust somebody", "UpdateAssumeRolePolicy", role + "&PolicyDocument=" + url.QueryEscape(trustAccount), protected},
		{"to change the longest session", "UpdateRole", role + "&MaxSessionDuration=7200", protected},
		{"to delete it as any role", "DeleteRole", role, protected},
		{"to put it into an instance profile", "AddRoleToInstanceProfile", "InstanceProfileName=empty&" + role, protected},
		{"to delete a role of one's own as one", "DeleteServiceLinkedRole", "RoleName=Deploy", refusal{404, "NoSuchEntity", none + "Deploy cannot be found."}},
		{"none to delete", "DeleteServiceLinkedRole", "RoleName=None", refusal{404, "NoSuchEntity", none + "None cannot be found."}},
		{"no such task", "GetServiceLinkedRoleDeletionStatus", "DeletionTaskId=task/x", refusal{404, "NoSuchEntity", "The deletion task with id task/x cannot be found."}},
	})
}

// Source: iam:AWSServiceName of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
func TestAServiceLinkedRoleIsDecidedOnByItsService(t *testing.T) {
	h, ctx := open(t), context.Background()
	create := func(service string) func(*iam.Client) error {
		return func(c *iam.Client) error {
			_, err := c.CreateServiceLinkedRole(ctx, &iam.CreateServiceLinkedRoleInput{AWSServiceName: &service})
			return err
		}
	}
	h.check("judy", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"*","Condition":{"StringLike":{"iam:AWSServiceName":"rds.amazonaws.com"}}},
		{"Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot"}]}`,
		[]can{
			{"by the key", true, create("rds.amazonaws.com")},
			{"by the role's ARN", true, create("spot.amazonaws.com")},
			{"another", false, create("ecs.amazonaws.com")},
		})
}
