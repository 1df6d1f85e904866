package iam_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html ("Names are not distinguished by
// case. For example, you cannot create resources named both "MyResource" and "myresource""), and the same of
// CreateUser, CreateGroup, CreatePolicy and of the new names of UpdateUser and UpdateGroup.
func TestNoTwoNamesDifferByCaseAlone(t *testing.T) {
	h, ctx := open(t), context.Background()
	create := map[string]func(name string) error{
		"User": func(name string) error {
			return second(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: &name}))
		},
		"Group": func(name string) error {
			return second(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: &name}))
		},
		"Role": func(name string) error {
			return second(h.admin.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(trustAccount)}))
		},
		"policy": func(name string) error {
			return second(h.admin.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: aws.String(readBuckets)}))
		},
		"Instance Profile": func(name string) error {
			return second(h.admin.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: &name}))
		},
	}
	for kind, make := range create {
		if err := make("MyResource"); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		want := refusal{409, "EntityAlreadyExists", kind + " with name myresource already exists."}
		if kind == "policy" {
			want.Message = "A policy called myresource already exists. Duplicate names are not allowed."
		}
		if kind == "Instance Profile" {
			want.Message = "Instance Profile myresource already exists."
		}
		if got := refusalOf(make("myresource")); got != want {
			t.Errorf("%s: %+v", kind, got)
		}
		if err := make("other"); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	_, err := h.admin.UpdateUser(ctx, &iam.UpdateUserInput{UserName: aws.String("other"), NewUserName: aws.String("MYRESOURCE")})
	mustRefuse(t, err, refusal{409, "EntityAlreadyExists", "User with name MYRESOURCE already exists."})
	_, err = h.admin.UpdateGroup(ctx, &iam.UpdateGroupInput{GroupName: aws.String("other"), NewGroupName: aws.String("MYRESOURCE")})
	mustRefuse(t, err, refusal{409, "EntityAlreadyExists", "Group with name MYRESOURCE already exists."})
	must(h.admin.UpdateUser(ctx, &iam.UpdateUserInput{UserName: aws.String("MyResource"), NewUserName: aws.String("MYRESOURCE")}))(t)
	if got := must(h.admin.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("myresource")}))(t).User; *got.UserName != "MYRESOURCE" {
		t.Errorf("a rename to another case of its own name: %s", *got.UserName)
	}
}
