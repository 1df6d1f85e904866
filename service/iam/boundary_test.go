package iam_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

func eachBounded(t *testing.T, test func(t *testing.T, h *house, e entity)) {
	each(t, func(t *testing.T, h *house, e entity) {
		if e.bound == nil {
			t.Skip("groups have no boundary")
		}
		test(t, h, e)
	})
}

func TestBoundaryLifecycle(t *testing.T) {
	eachBounded(t, func(t *testing.T, h *house, e entity) {
		own := h.managed("/", "Bound"+e.title)
		uses := func(arn string) int32 {
			return *must(h.admin.GetPolicy(context.Background(), &iam.GetPolicyInput{PolicyArn: &arn}))(t).Policy.PermissionsBoundaryUsageCount
		}
		done(t, e.bound(own))
		if b := e.boundary(); b == nil || *b.PermissionsBoundaryArn != own || uses(own) != 1 {
			t.Fatalf("the boundary is %v, used %d times", b, uses(own))
		}
		aws := awsPolicies + "PowerUserAccess"
		before := uses(aws)
		done(t, e.bound(aws)) // in place of the other
		if b := e.boundary(); b == nil || *b.PermissionsBoundaryArn != aws || uses(own) != 0 || uses(aws) != before+1 {
			t.Fatalf("the boundary is %v; the counts are %d and %d", b, uses(own), uses(aws))
		}
		done(t, e.unbound())
		if b := e.boundary(); b != nil || uses(aws) != before {
			t.Errorf("the boundary is %v, used %d times", b, uses(aws))
		}
		done(t, e.unbound()) // AWS documents no error for an entity without one
	})
}

func TestRefusalsOfBoundaries(t *testing.T) {
	eachBounded(t, func(t *testing.T, h *house, e entity) {
		tests := []struct {
			name, arn string
			want      refusal
		}{
			{"a policy that is not there (quoted from rosa's tests with status 404)", ownPolicies + "none",
				refusal{404, "NoSuchEntity", "Scope ARN: " + ownPolicies + "none does not exist or is not attachable."}},
			{"one that AWS has not", awsPolicies + "none",
				refusal{404, "NoSuchEntity", "Scope ARN: " + awsPolicies + "none does not exist or is not attachable."}},
			{"another account's", "arn:aws:iam::210987654321:policy/Theirs",
				refusal{404, "NoSuchEntity", "Scope ARN: arn:aws:iam::210987654321:policy/Theirs does not exist or is not attachable."}},
			{"no ARN (as recorded for attaching)", "longpolicynamebutnoarn",
				refusal{400, "ValidationError", "ARN longpolicynamebutnoarn is not valid."}},
			{"a service-linked role's (API_PutRolePermissionsBoundary: PolicyNotAttachable)",
				awsPolicies + "aws-service-role/AWSOrganizationsServiceTrustPolicy",
				refusal{400, "PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer " + e.title + "."}},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) { mustRefuse(t, e.bound(tt.arn), tt.want) })
		}
	})
	h, ctx, nobody := open(t), context.Background(), aws.String("nobody")
	_, err := h.admin.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{
		UserName: nobody, PermissionsBoundary: aws.String(awsPolicies + "ReadOnlyAccess")})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The user with name nobody cannot be found."})
	_, err = h.admin.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: nobody})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The role with name nobody cannot be found."})
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func TestABoundaryLimitsWhoHasIt(t *testing.T) {
	h, ctx := open(t), context.Background()
	bob := h.user("bob", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}`)
	may := func() bool {
		_, err := bob.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{})
		return err == nil
	}
	must(h.admin.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{
		UserName: aws.String("bob"), PermissionsBoundary: aws.String(awsPolicies + "AmazonS3ReadOnlyAccess")}))(t)
	if may() {
		t.Error("bob may what the boundary does not allow")
	}
	must(h.admin.DeleteUserPermissionsBoundary(ctx, &iam.DeleteUserPermissionsBoundaryInput{UserName: aws.String("bob")}))(t)
	if !may() {
		t.Error("bob may not although the boundary is gone")
	}
}
