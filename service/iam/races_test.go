package iam_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// atOnce runs do n times at once and counts how often it was done. What was
// not done must have been refused as want says.
func atOnce(t *testing.T, n int, want refusal, do func() error) int {
	t.Helper()
	var group sync.WaitGroup
	var done atomic.Int32
	for range n {
		group.Go(func() {
			if err := do(); err == nil {
				done.Add(1)
			} else if refusalOf(err) != want {
				t.Errorf("%v", err)
			}
		})
	}
	group.Wait()
	return int(done.Load())
}

func TestRequestsAtOnceComeOutAsOneAfterTheOther(t *testing.T) {
	h, ctx := open(t), context.Background()
	name := aws.String("rush")
	taken := refusal{409, "EntityAlreadyExists", "User with name rush already exists."}
	if n := atOnce(t, 12, taken, func() error {
		_, err := h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: name})
		return err
	}); n != 1 {
		t.Errorf("%d of 12 created the user", n)
	}
	if n := atOnce(t, 12, refusal{409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2"}, func() error {
		_, err := h.admin.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: name})
		return err
	}); n != 2 {
		t.Errorf("%d of 12 made a key", n)
	}
	if keys := must(h.admin.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: name}))(t); len(keys.AccessKeyMetadata) != 2 {
		t.Errorf("the user has %d keys", len(keys.AccessKeyMetadata))
	}
}

// Nobody ends up a member of a group that is gone, whichever comes first.
func TestAGroupIsNotDeletedWhileSomebodyJoins(t *testing.T) {
	h, ctx := open(t), context.Background()
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("rush")}))(t)
	for range 20 {
		must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("ops")}))(t)
		var group sync.WaitGroup
		var joined, deleted error
		group.Go(func() {
			_, joined = h.admin.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("ops"), UserName: aws.String("rush")})
		})
		group.Go(func() { _, deleted = h.admin.DeleteGroup(ctx, &iam.DeleteGroupInput{GroupName: aws.String("ops")}) })
		group.Wait()
		if (joined == nil) == (deleted == nil) {
			t.Fatalf("joined: %v; deleted: %v", joined, deleted)
		}
		if deleted == nil {
			continue
		}
		must(h.admin.RemoveUserFromGroup(ctx, &iam.RemoveUserFromGroupInput{GroupName: aws.String("ops"), UserName: aws.String("rush")}))(t)
		must(h.admin.DeleteGroup(ctx, &iam.DeleteGroupInput{GroupName: aws.String("ops")}))(t)
	}
	must(h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("rush")}))(t)
}
