package iam_test

import (
	"context"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// Each row is a request that AWS refuses as the source in its rule says.
// "Recorded" is an answer of AWS itself; see recorded.
func TestRefusalsOfEntities(t *testing.T) {
	h, ctx := open(t), context.Background()
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("mallory")}))(t)
	must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("ops")}))(t)
	must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("dev")}))(t)
	h.role("Deploy", trustAccount)
	missing := func(kind, name string) refusal {
		return refusal{404, "NoSuchEntity", "The " + kind + " with name " + name + " cannot be found."}
	}
	taken := func(kind, name string) refusal {
		return refusal{409, "EntityAlreadyExists", kind + " with name " + name + " already exists."}
	}
	cases := []refused{
		{"a user's name is taken in whatever case (recorded: create-duplicate-user-error)", "CreateUser", "UserName=Mallory", taken("User", "Mallory")},
		{"a new name is taken", "UpdateUser", "UserName=mallory&NewUserName=ADMIN", taken("User", "ADMIN")},
		{"a group's name is taken (recorded: create-group-duplicate)", "CreateGroup", "GroupName=OPS", taken("Group", "OPS")},
		{"a group's new name is taken (recorded: update-duplicate-name)", "UpdateGroup", "GroupName=ops&NewGroupName=dev", taken("Group", "dev")},
		{"a role's name is taken (aws-ia/terraform-aws-control_tower_account_factory#166)", "CreateRole",
			"RoleName=deploy&AssumeRolePolicyDocument=" + url.QueryEscape(trustAccount), taken("Role", "deploy")},

		{"no such user to read (recorded)", "GetUser", "UserName=nobody", missing("user", "nobody")},
		{"no such user to change (recorded)", "UpdateUser", "UserName=nobody", missing("user", "nobody")},
		{"no such user to delete (recorded)", "DeleteUser", "UserName=nobody", missing("user", "nobody")},
		{"no such user to tag (recorded)", "TagUser", "UserName=nobody&Tags.member.1.Key=a&Tags.member.1.Value=b", missing("user", "nobody")},
		{"no such user to untag (recorded)", "UntagUser", "UserName=nobody&TagKeys.member.1=a", missing("user", "nobody")},
		{"no such user whose tags to list (recorded)", "ListUserTags", "UserName=nobody", missing("user", "nobody")},
		{"no such user whose groups to list", "ListGroupsForUser", "UserName=nobody", missing("user", "nobody")},
		{"no such user to make a key for (recorded)", "CreateAccessKey", "UserName=nobody", missing("user", "nobody")},
		{"no such user whose keys to list", "ListAccessKeys", "UserName=nobody", missing("user", "nobody")},
		{"no such key (recorded)", "UpdateAccessKey", "UserName=mallory&AccessKeyId=AKIAIOSFODNN7EXAMPLE&Status=Active",
			refusal{404, "NoSuchEntity", "The Access Key with id AKIAIOSFODNN7EXAMPLE cannot be found."}},

		{"no such group to read (recorded)", "GetGroup", "GroupName=none", missing("group", "none")},
		{"no such group to change (recorded)", "UpdateGroup", "GroupName=none&NewPath=/x/", missing("group", "none")},
		{"no such group to delete (recorded)", "DeleteGroup", "GroupName=none", missing("group", "none")},
		{"no such user to add (recorded)", "AddUserToGroup", "GroupName=ops&UserName=nobody", missing("user", "nobody")},
		{"no such group to add to (recorded)", "AddUserToGroup", "GroupName=none&UserName=mallory", missing("group", "none")},
		{"neither user nor group: the user is named (recorded: remove-from-unknown-group)", "RemoveUserFromGroup", "GroupName=none&UserName=nobody", missing("user", "nobody")},

		{"no such role to read (recorded)", "GetRole", "RoleName=None", missing("role", "None")},
		{"no such role to change (recorded)", "UpdateRole", "RoleName=None", missing("role", "None")},
		{"no such role to describe", "UpdateRoleDescription", "RoleName=None&Description=x", missing("role", "None")},
		{"no such role to trust with", "UpdateAssumeRolePolicy", "RoleName=None&PolicyDocument=" + url.QueryEscape(trustAccount), missing("role", "None")},
		{"no such role to delete (recorded)", "DeleteRole", "RoleName=None", missing("role", "None")},
		{"no such role to tag (recorded)", "TagRole", "RoleName=None&Tags.member.1.Key=a&Tags.member.1.Value=b", missing("role", "None")},
		{"no such role to untag (recorded)", "UntagRole", "RoleName=None&TagKeys.member.1=a", missing("role", "None")},
		{"no such role whose tags to list (recorded)", "ListRoleTags", "RoleName=None", missing("role", "None")},

		{"a boundary that is no policy", "CreateUser", "UserName=new&PermissionsBoundary=arn:aws:iam::123456789012:policy/none",
			refusal{404, "NoSuchEntity", "Scope ARN: arn:aws:iam::123456789012:policy/none does not exist or is not attachable."}},
		{"a boundary that is no ARN (recorded of attaching: ValidationError)", "CreateUser", "UserName=new&PermissionsBoundary=a-long-name-but-no-ARN",
			refusal{400, "ValidationError", "ARN a-long-name-but-no-ARN is not valid."}},
		{"a path that is AWS's own (tilfin/aws-iam-policy-tool#9)", "CreateRole",
			"RoleName=AWSServiceRoleForECS&Path=/aws-service-role/ecs.amazonaws.com/&AssumeRolePolicyDocument=" + url.QueryEscape(trustAccount),
			refusal{400, "InvalidInput", "Path prefix &#39;/aws-service-role/&#39; can only be used for AWS Service linked Roles"}},
	}
	h.refused(cases)
}
