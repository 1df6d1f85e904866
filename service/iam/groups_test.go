package iam_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

func TestAGroupIsCreatedChangedListedAndDeleted(t *testing.T) {
	h, ctx := open(t), context.Background()
	made := must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("ops"), Path: aws.String("/some/location/")}))(t).Group
	if *made.Arn != "arn:aws:iam::123456789012:group/some/location/ops" || !strings.HasPrefix(*made.GroupId, "AGPA") {
		t.Errorf("created %s %s", *made.Arn, *made.GroupId)
	}
	must(h.admin.UpdateGroup(ctx, &iam.UpdateGroupInput{
		GroupName: aws.String("ops"), NewGroupName: aws.String("sre"), NewPath: aws.String("/new-path/"),
	}))(t)
	got := must(h.admin.GetGroup(ctx, &iam.GetGroupInput{GroupName: aws.String("sre")}))(t)
	if *got.Group.Arn != "arn:aws:iam::123456789012:group/new-path/sre" || *got.Group.GroupId != *made.GroupId || len(got.Users) != 0 {
		t.Errorf("read %s %s", *got.Group.Arn, *got.Group.GroupId)
	}
	_, err := h.admin.GetGroup(ctx, &iam.GetGroupInput{GroupName: aws.String("ops")})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The group with name ops cannot be found."})
	list := must(h.admin.ListGroups(ctx, &iam.ListGroupsInput{PathPrefix: aws.String("/new-path/")}))(t)
	if len(list.Groups) != 1 || *list.Groups[0].GroupName != "sre" {
		t.Errorf("listed %+v", list.Groups)
	}
	must(h.admin.DeleteGroup(ctx, &iam.DeleteGroupInput{GroupName: aws.String("sre")}))(t)
}

func TestMembersComeAndGoAndComingTwiceIsComingOnce(t *testing.T) {
	h, ctx := open(t), context.Background()
	must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("ops")}))(t)
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("eve")}))(t)
	add := &iam.AddUserToGroupInput{GroupName: aws.String("OPS"), UserName: aws.String("Eve")}
	for range 2 {
		must(h.admin.AddUserToGroup(ctx, add))(t)
	}
	if got := must(h.admin.GetGroup(ctx, &iam.GetGroupInput{GroupName: aws.String("ops")}))(t); len(got.Users) != 1 || *got.Users[0].UserName != "eve" {
		t.Errorf("members are %+v", got.Users)
	}
	if got := must(h.admin.ListGroupsForUser(ctx, &iam.ListGroupsForUserInput{UserName: aws.String("eve")}))(t); len(got.Groups) != 1 || *got.Groups[0].GroupName != "ops" {
		t.Errorf("groups are %+v", got.Groups)
	}
	_, err := h.admin.DeleteGroup(ctx, &iam.DeleteGroupInput{GroupName: aws.String("ops")})
	mustRefuse(t, err, refusal{409, "DeleteConflict", "Cannot delete entity, must remove users from group first."}) // go-to-k/delstack#40
	remove := &iam.RemoveUserFromGroupInput{GroupName: aws.String("ops"), UserName: aws.String("eve")}
	for range 2 { // who is no member is removed without an error: cloud-custodian/cloud-custodian#4730
		must(h.admin.RemoveUserFromGroup(ctx, remove))(t)
	}
	must(h.admin.DeleteGroup(ctx, &iam.DeleteGroupInput{GroupName: aws.String("ops")}))(t)
}

func TestAGroupShowsItsMembersInPages(t *testing.T) {
	h, ctx := open(t), context.Background()
	must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("ops")}))(t)
	for i := range 5 {
		name := aws.String(fmt.Sprintf("member-%d", i))
		must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: name}))(t)
		must(h.admin.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("ops"), UserName: name}))(t)
	}
	var names []string
	pages := iam.NewGetGroupPaginator(h.admin, &iam.GetGroupInput{GroupName: aws.String("ops"), MaxItems: aws.Int32(2)})
	count := 0
	for ; pages.HasMorePages(); count++ {
		for _, u := range must(pages.NextPage(ctx))(t).Users {
			names = append(names, *u.UserName)
		}
	}
	if got := strings.Join(names, " "); got != "member-0 member-1 member-2 member-3 member-4" || count != 3 {
		t.Errorf("%d pages: %s", count, got)
	}
}

// A group of ten is the last that a user may join.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func TestAUserBelongsToAtMostTenGroups(t *testing.T) {
	h, ctx := open(t), context.Background()
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("eve")}))(t)
	var err error
	for i := range 11 {
		group := aws.String(fmt.Sprintf("group-%d", i))
		must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: group}))(t)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.admin.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: group, UserName: aws.String("eve")})
	}
	mustRefuse(t, err, refusal{409, "LimitExceeded", "Cannot exceed quota for GroupsPerUser: 10"})
	if got := must(h.admin.ListGroupsForUser(ctx, &iam.ListGroupsForUserInput{UserName: aws.String("eve")}))(t); len(got.Groups) != 10 {
		t.Errorf("the user belongs to %d groups", len(got.Groups))
	}
}

// Source: recorded answers (test_get_group_with_path): Users and IsTruncated
// are there where nobody is.
func TestAnEmptyListIsThere(t *testing.T) {
	h := open(t)
	if _, err := h.admin.CreateGroup(context.Background(), &iam.CreateGroupInput{GroupName: aws.String("ops")}); err != nil {
		t.Fatal(err)
	}
	_, body := h.post(url.Values{"Action": {"GetGroup"}, "GroupName": {"ops"}})
	for _, want := range []string{"<IsTruncated>false</IsTruncated>", "<Users"} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is not in %s", want, body)
		}
	}
	if strings.Contains(body, "<Marker") {
		t.Errorf("there is a Marker in %s", body)
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func TestAnAccountHasAtMostThreeHundredGroups(t *testing.T) {
	h, ctx := open(t), context.Background()
	create := func(i int) error {
		_, err := h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String(fmt.Sprintf("group-%d", i))})
		return err
	}
	for i := range 300 {
		if err := create(i); err != nil {
			t.Fatal(err)
		}
	}
	mustRefuse(t, create(300), refusal{409, "LimitExceeded", "Cannot exceed quota for GroupsPerAccount: 300"})
}
