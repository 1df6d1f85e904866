package iam_test

import (
	"context"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/rolecall-iam/rolecall"
)

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html
// and recorded answers (test_access_key_lifecycle, test_access_key_limit).
func TestAUserHasAtMostTwoAccessKeysAndEachWorksUntilItIsTurnedOffOrDeleted(t *testing.T) {
	h, ctx := open(t), context.Background()
	h.user("grace", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}}`)
	grace := aws.String("grace")
	key := must(h.admin.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: grace}))(t).AccessKey
	if !regexp.MustCompile(`^AKIA[A-Z2-7]{16}$`).MatchString(*key.AccessKeyId) || !regexp.MustCompile(`^[A-Za-z0-9+/]{40}$`).MatchString(*key.SecretAccessKey) {
		t.Errorf("the key is %s with a secret of %d characters", *key.AccessKeyId, len(*key.SecretAccessKey))
	}
	if key.Status != types.StatusTypeActive || *key.UserName != "grace" {
		t.Errorf("created %s for %s", key.Status, *key.UserName)
	}
	_, err := h.admin.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: grace})
	mustRefuse(t, err, refusal{409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2"})

	own := h.client(rolecall.Credentials{AccessKeyID: *key.AccessKeyId, SecretAccessKey: *key.SecretAccessKey}, "")
	must(own.GetUser(ctx, &iam.GetUserInput{}))(t)
	list := must(h.admin.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: grace}))(t)
	if len(list.AccessKeyMetadata) != 2 || *list.AccessKeyMetadata[0].UserName != "grace" {
		t.Errorf("listed %+v", list.AccessKeyMetadata)
	}
	must(h.admin.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: grace, AccessKeyId: key.AccessKeyId, Status: types.StatusTypeInactive}))(t)
	gone := refusal{403, "InvalidClientTokenId", "The security token included in the request is invalid."}
	_, err = own.GetUser(ctx, &iam.GetUserInput{})
	mustRefuse(t, err, gone)
	for _, k := range must(h.admin.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: grace}))(t).AccessKeyMetadata {
		if off := *k.AccessKeyId == *key.AccessKeyId; off != (k.Status == types.StatusTypeInactive) {
			t.Errorf("%s is %s", *k.AccessKeyId, k.Status)
		}
	}
	must(h.admin.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: grace, AccessKeyId: key.AccessKeyId, Status: types.StatusTypeActive}))(t)
	must(own.GetUser(ctx, &iam.GetUserInput{}))(t)
	must(h.admin.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: grace, AccessKeyId: key.AccessKeyId}))(t)
	_, err = own.GetUser(ctx, &iam.GetUserInput{})
	mustRefuse(t, err, gone)
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html:
// without a name "IAM determines the user name implicitly".
func TestWithoutANameAccessKeysAreTheCallersOwn(t *testing.T) {
	h, ctx := open(t), context.Background()
	list := func(c *iam.Client) []types.AccessKeyMetadata {
		t.Helper()
		return must(c.ListAccessKeys(ctx, &iam.ListAccessKeysInput{}))(t).AccessKeyMetadata
	}
	key := must(h.admin.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{}))(t).AccessKey
	if *key.UserName != "admin" || len(list(h.admin)) != 2 {
		t.Errorf("admin made a key of %s, and has %d", *key.UserName, len(list(h.admin)))
	}
	must(h.admin.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{AccessKeyId: key.AccessKeyId}))(t)

	root := must(h.root.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{}))(t).AccessKey
	if len(list(h.root)) != 2 {
		t.Errorf("root has %d keys", len(list(h.root)))
	}
	second := h.client(rolecall.Credentials{AccessKeyID: *root.AccessKeyId, SecretAccessKey: *root.SecretAccessKey}, "")
	if got := must(second.GetUser(ctx, &iam.GetUserInput{}))(t).User.Arn; *got != "arn:aws:iam::123456789012:root" {
		t.Errorf("root's new key is of %s", *got)
	}
	must(h.root.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{AccessKeyId: root.AccessKeyId}))(t)

	_, err := h.session("Night").DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{AccessKeyId: aws.String("AKIAIOSFODNN7EXAMPLE")})
	mustRefuse(t, err, refusal{400, "ValidationError", "Must specify userName when calling with non-User credentials"}) // recorded
}

func TestAnotherUsersAccessKeyIsNotFound(t *testing.T) {
	h, ctx := open(t), context.Background()
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("heidi")}))(t)
	want := refusal{404, "NoSuchEntity", "The Access Key with id " + adminKey.AccessKeyID + " cannot be found."}
	_, err := h.admin.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: aws.String("heidi"), AccessKeyId: &adminKey.AccessKeyID})
	mustRefuse(t, err, want)
	_, err = h.admin.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{
		UserName: aws.String("heidi"), AccessKeyId: &adminKey.AccessKeyID, Status: types.StatusTypeInactive,
	})
	mustRefuse(t, err, want)
}

// Source: recorded answers (test_access_key_last_used, test_access_key_errors):
// a key that nobody used has no date, and one that is not the account's is
// denied to an administrator too, in words without a colon.
func TestLastUseOfAnAccessKey(t *testing.T) {
	h, ctx := open(t), context.Background()
	own := h.user("ivan", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}}`)
	id := must(h.admin.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: aws.String("ivan")}))(t).AccessKeyMetadata[0].AccessKeyId
	unused := must(h.admin.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: id}))(t)
	if u := unused.AccessKeyLastUsed; *u.Region != "N/A" || *u.ServiceName != "N/A" || u.LastUsedDate != nil || *unused.UserName != "ivan" {
		t.Errorf("unused: %+v of %s", u, *unused.UserName)
	}
	must(own.GetUser(ctx, &iam.GetUserInput{}))(t)
	used := must(h.admin.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: id}))(t).AccessKeyLastUsed
	if *used.Region != "us-east-1" || *used.ServiceName != "iam" || used.LastUsedDate == nil {
		t.Errorf("used: %s %s %v", *used.Region, *used.ServiceName, used.LastUsedDate)
	}
	_, err := h.admin.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: aws.String("AKIAIOSFODNN7EXAMPLE")})
	mustRefuse(t, err, refusal{403, "AccessDenied", "User: arn:aws:iam::123456789012:user/admin is not authorized to perform " +
		"iam:GetAccessKeyLastUsed on resource: access key AKIAIOSFODNN7EXAMPLE"})
}
