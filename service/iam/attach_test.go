package iam_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func attachedNames(list []types.AttachedPolicy) string {
	line := ""
	for _, p := range list {
		line += *p.PolicyName + " "
	}
	return line
}

func TestAttachAndDetach(t *testing.T) {
	each(t, func(t *testing.T, h *house, e entity) {
		own := h.managed("/some/"+e.kind+"/", "Own"+e.title)
		lambda := awsPolicies + "service-role/AWSLambdaBasicExecutionRole"
		count := func(arn string) int32 {
			return *must(h.admin.GetPolicy(context.Background(), &iam.GetPolicyInput{PolicyArn: &arn}))(t).Policy.AttachmentCount
		}
		before := count(lambda)
		done(t, e.attach(own))
		done(t, e.attach(lambda))
		done(t, e.attach(own)) // again is no error, and no second attachment
		list, _, err := e.attached(nil, nil, nil)
		done(t, err)
		if got := attachedNames(list); got != "AWSLambdaBasicExecutionRole Own"+e.title+" " || *list[0].PolicyArn != lambda || *list[1].PolicyArn != own {
			t.Errorf("attached are %s", got)
		}
		if count(own) != 1 || count(lambda) != before+1 {
			t.Errorf("they are attached %d and %d times, want 1 and %d", count(own), count(lambda), before+1)
		}
		list, _, err = e.attached(aws.String("/some/"), nil, nil)
		done(t, err)
		if got := attachedNames(list); got != "Own"+e.title+" " {
			t.Errorf("under /some/ are %s", got)
		}
		done(t, e.detach(own))
		// Recorded: test_iam_users, detach-unattached-policy-error; the same for groups and roles.
		mustRefuse(t, e.detach(own), refusal{404, "NoSuchEntity", "Policy " + own + " was not found."})
		if list, _, _ := e.attached(nil, nil, nil); attachedNames(list) != "AWSLambdaBasicExecutionRole " || count(own) != 0 {
			t.Errorf("after detaching %s is attached; the count is %d", attachedNames(list), count(own))
		}
	})
}

func TestRefusalsOfAttaching(t *testing.T) {
	each(t, func(t *testing.T, h *house, e entity) {
		noSuch := func(arn string) refusal {
			return refusal{404, "NoSuchEntity", "Policy " + arn + " does not exist or is not attachable."}
		}
		tests := []struct {
			name string
			err  error
			want refusal
		}{
			{"no ARN (recorded: test_iam_roles, non-existent-malformed-policy-arn)", e.attach("longpolicynamebutnoarn"),
				refusal{400, "ValidationError", "ARN longpolicynamebutnoarn is not valid."}},
			{"detaching no ARN", e.detach("longpolicynamebutnoarn"),
				refusal{400, "ValidationError", "ARN longpolicynamebutnoarn is not valid."}},
			{"no such policy (recorded: attach-nonexistent-policy-error)", e.attach(ownPolicies + "nonexistent"), noSuch(ownPolicies + "nonexistent")},
			{"AWS's policy without its path (hashicorp/terraform#31748)", e.attach(awsPolicies + "AWSLambdaRole"), noSuch(awsPolicies + "AWSLambdaRole")},
			{"a service-linked role's policy (aws/aws-cdk#6131, of a role)",
				e.attach(awsPolicies + "aws-service-role/AWSOrganizationsServiceTrustPolicy"),
				refusal{400, "PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer " + e.title + "."}},
			{"detaching what does not exist", e.detach(ownPolicies + "nonexistent"),
				refusal{404, "NoSuchEntity", "Policy " + ownPolicies + "nonexistent was not found."}},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) { mustRefuse(t, tt.err, tt.want) })
		}
	})
	h, ctx, arn := open(t), context.Background(), aws.String(awsPolicies+"ReadOnlyAccess")
	_, err := h.admin.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("nobody"), PolicyArn: arn})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The user with name nobody cannot be found."})
	_, err = h.admin.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: aws.String("nobody"), PolicyArn: arn})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The role with name nobody cannot be found."})
	_, err = h.admin.ListAttachedGroupPolicies(ctx, &iam.ListAttachedGroupPoliciesInput{GroupName: aws.String("nobody")})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The group with name nobody cannot be found."})
}

// aws/eks-hybrid#741 quotes it for a role.
func TestTenPoliciesToAnEntity(t *testing.T) {
	each(t, func(t *testing.T, h *house, e entity) {
		var arns []string
		for i := range 11 {
			arns = append(arns, h.managed("/", fmt.Sprintf("%s%02d", e.kind, i)))
		}
		for _, arn := range arns[:10] {
			done(t, e.attach(arn))
		}
		mustRefuse(t, e.attach(arns[10]), refusal{409, "LimitExceeded", "Cannot exceed quota for PoliciesPer" + e.title + ": 10"})
		done(t, e.attach(arns[3])) // it is there already
		first, marker, err := e.attached(nil, nil, aws.Int32(7))
		done(t, err)
		rest, none, err := e.attached(nil, marker, aws.Int32(7))
		done(t, err)
		if len(first) != 7 || len(rest) != 3 || none != nil || *rest[0].PolicyArn != arns[7] {
			t.Errorf("the pages are %s and %s", attachedNames(first), attachedNames(rest))
		}
	})
}

// A policy may have the name of one of AWS's: pages tell them apart.
func TestAttachedPoliciesOfOneName(t *testing.T) {
	each(t, func(t *testing.T, h *house, e entity) {
		own := ownPolicies + "ReadOnlyAccess"
		if e.kind == "user" { // the first of the three
			h.managed("/", "ReadOnlyAccess")
		}
		done(t, e.attach(own))
		done(t, e.attach(awsPolicies+"ReadOnlyAccess"))
		one, marker, err := e.attached(nil, nil, aws.Int32(1))
		done(t, err)
		two, _, err := e.attached(nil, marker, aws.Int32(1))
		done(t, err)
		if len(one) != 1 || len(two) != 1 || *one[0].PolicyArn == *two[0].PolicyArn {
			t.Errorf("the pages are %v and %v", one, two)
		}
	})
}

func TestListEntitiesForPolicy(t *testing.T) {
	h, ctx := open(t), context.Background()
	arn, bounding := h.managed("/", "P"), h.managed("/", "B")
	for _, e := range entities(t, h) {
		done(t, e.attach(arn))
		if e.bound != nil {
			done(t, e.bound(bounding))
		}
	}
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("Eve"), Path: aws.String("/team/"), PermissionsBoundary: &arn}))(t)
	tests := []struct {
		name string
		in   iam.ListEntitiesForPolicyInput
		want string
	}{
		{"all that use it", iam.ListEntitiesForPolicyInput{PolicyArn: &arn}, "group Ada, role Ada, user Ada, user Eve, "},
		{"users only", iam.ListEntitiesForPolicyInput{PolicyArn: &arn, EntityFilter: "User"}, "user Ada, user Eve, "},
		{"roles only", iam.ListEntitiesForPolicyInput{PolicyArn: &arn, EntityFilter: "Role"}, "role Ada, "},
		{"groups only", iam.ListEntitiesForPolicyInput{PolicyArn: &arn, EntityFilter: "Group"}, "group Ada, "},
		{"policies: none is attached to a policy", iam.ListEntitiesForPolicyInput{PolicyArn: &arn, EntityFilter: "LocalManagedPolicy"}, ""},
		{"entities of a path", iam.ListEntitiesForPolicyInput{PolicyArn: &arn, PathPrefix: aws.String("/team/")}, "user Eve, "},
		{"whom it permits", iam.ListEntitiesForPolicyInput{PolicyArn: &arn, PolicyUsageFilter: "PermissionsPolicy"}, "group Ada, role Ada, user Ada, "},
		{"whom it bounds", iam.ListEntitiesForPolicyInput{PolicyArn: &arn, PolicyUsageFilter: "PermissionsBoundary"}, "user Eve, "},
		{"a boundary of two", iam.ListEntitiesForPolicyInput{PolicyArn: &bounding}, "role Ada, user Ada, "},
		{"a policy of AWS", iam.ListEntitiesForPolicyInput{PolicyArn: aws.String(awsPolicies + "AdministratorAccess")}, "user admin, "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := entitiesOf(must(h.admin.ListEntitiesForPolicy(ctx, &tt.in))(t)); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
	must(h.admin.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("Eve"), PolicyArn: &arn}))(t)
	line := "" // Eve, whom the policy permits and bounds, is there once
	pages := iam.NewListEntitiesForPolicyPaginator(h.admin, &iam.ListEntitiesForPolicyInput{PolicyArn: &arn, MaxItems: aws.Int32(3)})
	for pages.HasMorePages() {
		line += entitiesOf(must(pages.NextPage(ctx))(t)) + "| "
	}
	if want := "group Ada, role Ada, user Ada, | user Eve, | "; line != want {
		t.Errorf("the pages are %s, want %s", line, want)
	}
	missing := ownPolicies + "NotAPolicy"
	_, err := h.admin.ListEntitiesForPolicy(ctx, &iam.ListEntitiesForPolicyInput{PolicyArn: &missing})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "Policy " + missing + " was not found."})
}

func entitiesOf(out *iam.ListEntitiesForPolicyOutput) string {
	line := ""
	for _, g := range out.PolicyGroups {
		line += "group " + *g.GroupName + ", "
	}
	for _, r := range out.PolicyRoles {
		line += "role " + *r.RoleName + ", "
	}
	for _, u := range out.PolicyUsers {
		line += "user " + *u.UserName + ", "
	}
	return line
}

// Whichever of the two comes first, nobody is left with a policy that is gone.
func TestAttachingAndDeletingAtOnce(t *testing.T) {
	h, ctx := open(t), context.Background()
	h.user("bob", "")
	for i := range 20 {
		arn := h.managed("/", fmt.Sprint("P", i))
		var both sync.WaitGroup
		var attachErr, deleteErr error
		both.Go(func() {
			_, attachErr = h.admin.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("bob"), PolicyArn: &arn})
		})
		both.Go(func() { _, deleteErr = h.admin.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: &arn}) })
		both.Wait()
		if (attachErr == nil) == (deleteErr == nil) {
			t.Fatalf("attaching: %v; deleting: %v; want one of them refused", attachErr, deleteErr)
		}
		if attachErr == nil {
			must(h.admin.DetachUserPolicy(ctx, &iam.DetachUserPolicyInput{UserName: aws.String("bob"), PolicyArn: &arn}))(t)
		}
	}
}
