package iam_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// recorded is where answers of AWS itself are kept that the tests hold to.
const recorded = "localstack/localstack tests/aws/services/iam/*.snapshot.json"

func TestAUserIsCreatedReadListedAndDeletedAsRecordedAtAWS(t *testing.T) {
	h, ctx := open(t), context.Background()
	made := must(h.admin.CreateUser(ctx, &iam.CreateUserInput{
		UserName: aws.String("alice"), Path: aws.String("/dev/"), Tags: tags("Environment", "Test", "Team", "Platform"),
	}))(t).User
	if *made.Arn != "arn:aws:iam::123456789012:user/dev/alice" || *made.Path != "/dev/" || !strings.HasPrefix(*made.UserId, "AIDA") || len(*made.UserId) != 21 {
		t.Errorf("created %s %s %s", *made.Arn, *made.Path, *made.UserId)
	}
	if made.CreateDate.Nanosecond() != 0 {
		t.Errorf("CreateDate %v has parts of a second", made.CreateDate)
	}
	if got := text(made.Tags); got != "Environment=Test Team=Platform " {
		t.Errorf("created with tags %s", got)
	}
	got := must(h.admin.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("ALICE")}))(t).User
	if *got.UserName != "alice" || *got.UserId != *made.UserId || text(got.Tags) != text(made.Tags) || !got.CreateDate.Equal(*made.CreateDate) {
		t.Errorf("read %+v, created %+v", got, made)
	}
	list := must(h.admin.ListUsers(ctx, &iam.ListUsersInput{PathPrefix: aws.String("/de")}))(t)
	if len(list.Users) != 1 || *list.Users[0].UserName != "alice" || list.Users[0].Tags != nil || list.IsTruncated {
		t.Errorf("listed %+v", list)
	}
	must(h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("alice")}))(t)
	_, err := h.admin.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("alice")})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The user with name alice cannot be found."})
}

// A user who is deleted and made again is another: nothing that referred to
// the first refers to the second.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func TestAUserMadeAgainHasANewId(t *testing.T) {
	h, ctx := open(t), context.Background()
	in := &iam.CreateUserInput{UserName: aws.String("bob")}
	first := must(h.admin.CreateUser(ctx, in))(t).User.UserId
	must(h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("bob")}))(t)
	if second := must(h.admin.CreateUser(ctx, in))(t).User.UserId; *first == *second {
		t.Errorf("both are %s", *first)
	}
}

func TestUpdateUserKeepsTheIdAndAllThatRefersToIt(t *testing.T) {
	h, ctx := open(t), context.Background()
	own := h.user("carol", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}}`)
	must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("ops")}))(t)
	must(h.admin.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("ops"), UserName: aws.String("carol")}))(t)
	before := must(own.GetUser(ctx, &iam.GetUserInput{}))(t).User
	must(h.admin.UpdateUser(ctx, &iam.UpdateUserInput{
		UserName: aws.String("carol"), NewUserName: aws.String("Caroline"), NewPath: aws.String("/staff/"),
	}))(t)
	after := must(own.GetUser(ctx, &iam.GetUserInput{}))(t).User
	if *after.Arn != "arn:aws:iam::123456789012:user/staff/Caroline" || *after.UserId != *before.UserId {
		t.Errorf("%s %s became %s %s", *before.Arn, *before.UserId, *after.Arn, *after.UserId)
	}
	group := must(h.admin.GetGroup(ctx, &iam.GetGroupInput{GroupName: aws.String("ops")}))(t)
	if len(group.Users) != 1 || *group.Users[0].UserName != "Caroline" {
		t.Errorf("the group has %+v", group.Users)
	}
	_, err := h.admin.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("carol")})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The user with name carol cannot be found."})
	// A name may change in case alone.
	must(h.admin.UpdateUser(ctx, &iam.UpdateUserInput{UserName: aws.String("Caroline"), NewUserName: aws.String("caroline")}))(t)
	if got := must(own.GetUser(ctx, &iam.GetUserInput{}))(t).User.UserName; *got != "caroline" {
		t.Errorf("the user is called %s", *got)
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
// and what clients need of it for the root user.
func TestGetUserWithoutANameAnswersTheCaller(t *testing.T) {
	h, ctx := open(t), context.Background()
	root := must(h.root.GetUser(ctx, &iam.GetUserInput{}))(t).User
	if *root.Arn != "arn:aws:iam::123456789012:root" || *root.UserId != account || root.UserName != nil && *root.UserName != "" {
		t.Errorf("root is %s %s %v", *root.Arn, *root.UserId, root.UserName)
	}
	if own := must(h.admin.GetUser(ctx, &iam.GetUserInput{}))(t).User; *own.UserName != "admin" {
		t.Errorf("admin is %s", *own.UserName)
	}
	_, err := h.session("Night").GetUser(ctx, &iam.GetUserInput{})
	mustRefuse(t, err, refusal{400, "ValidationError", "Must specify userName when calling with non-User credentials"})
	list := must(h.admin.ListUsers(ctx, &iam.ListUsersInput{}))(t)
	if len(list.Users) != 1 || *list.Users[0].UserName != "admin" {
		t.Errorf("root is among the users, or admin is not: %+v", list.Users)
	}
}

func TestTheAdminIsAUserLikeAnyOther(t *testing.T) {
	h, ctx := open(t), context.Background()
	name := aws.String("admin")
	must(h.root.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: name, AccessKeyId: &adminKey.AccessKeyID}))(t)
	must(h.root.DetachUserPolicy(ctx, &iam.DetachUserPolicyInput{
		UserName: name, PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess"),
	}))(t)
	must(h.root.DeleteUser(ctx, &iam.DeleteUserInput{UserName: name}))(t)
	_, err := h.admin.ListUsers(ctx, &iam.ListUsersInput{})
	mustRefuse(t, err, refusal{403, "InvalidClientTokenId", "The security token included in the request is invalid."})
}

func TestWhatIsLeftOfAUserKeepsItFromBeingDeleted(t *testing.T) {
	h, ctx := open(t), context.Background()
	dave := aws.String("dave")
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: dave}))(t)
	must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("ops")}))(t)
	var key *string
	policy, document := aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess"), aws.String(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`)
	cases := []struct {
		rule    string
		do      func() error
		undo    func() error
		message string
	}{
		{"a membership (mozilla-services/userplex#17)", func() error {
			_, err := h.admin.AddUserToGroup(ctx, &iam.AddUserToGroupInput{UserName: dave, GroupName: aws.String("ops")})
			return err
		}, func() error {
			_, err := h.admin.RemoveUserFromGroup(ctx, &iam.RemoveUserFromGroupInput{UserName: dave, GroupName: aws.String("ops")})
			return err
		}, "Cannot delete entity, must remove users from group first."},
		{"an access key (aws-controllers-k8s/community#2229)", func() error {
			out, err := h.admin.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: dave})
			if err == nil {
				key = out.AccessKey.AccessKeyId
			}
			return err
		}, func() error {
			_, err := h.admin.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: dave, AccessKeyId: key})
			return err
		}, "Cannot delete entity, must delete access keys first."},
		{"an inline policy (" + recorded + ")", func() error {
			_, err := h.admin.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: dave, PolicyName: aws.String("p"), PolicyDocument: document})
			return err
		}, func() error {
			_, err := h.admin.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: dave, PolicyName: aws.String("p")})
			return err
		}, "Cannot delete entity, must delete policies first."},
		{"an attached policy (" + recorded + ")", func() error {
			_, err := h.admin.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: dave, PolicyArn: policy})
			return err
		}, func() error {
			_, err := h.admin.DetachUserPolicy(ctx, &iam.DetachUserPolicyInput{UserName: dave, PolicyArn: policy})
			return err
		}, "Cannot delete entity, must detach all policies first."},
	}
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			if err := c.do(); err != nil {
				t.Fatal(err)
			}
			_, err := h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: dave})
			mustRefuse(t, err, refusal{409, "DeleteConflict", c.message})
			if err := c.undo(); err != nil {
				t.Fatal(err)
			}
		})
	}
	must(h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: dave}))(t)
}
