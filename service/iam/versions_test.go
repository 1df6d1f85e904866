package iam_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/rolecall-iam/rolecall"
)

// version makes a version of a policy and answers its id.
func (h *house) version(arn, document string, makeDefault bool) string {
	h.t.Helper()
	out := must(h.admin.CreatePolicyVersion(context.Background(), &iam.CreatePolicyVersionInput{
		PolicyArn: &arn, PolicyDocument: &document, SetAsDefault: makeDefault,
	}))(h.t)
	return *out.PolicyVersion.VersionId
}

// versions lists a policy's versions on one line, the default one with a star.
func (h *house) versions(arn string) string {
	h.t.Helper()
	line := ""
	for _, v := range must(h.admin.ListPolicyVersions(context.Background(), &iam.ListPolicyVersionsInput{PolicyArn: &arn}))(h.t).Versions {
		line += *v.VersionId
		if v.IsDefaultVersion {
			line += "*"
		}
		line += " "
	}
	return line
}

// Recorded: test_policy_version_lifecycle, _set_default and _limit.
func TestVersionNumbersNeverComeAgain(t *testing.T) {
	h, ctx := open(t), context.Background()
	arn := h.managed("/", "P")
	drop := func(id string) {
		t.Helper()
		must(h.admin.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: &arn, VersionId: &id}))(t)
	}
	h.version(arn, readBuckets, true)
	h.version(arn, readBuckets, false)
	if got := h.versions(arn); got != "v3 v2* v1 " {
		t.Errorf("the versions are %s, want v3 v2* v1", got)
	}
	must(h.admin.SetDefaultPolicyVersion(ctx, &iam.SetDefaultPolicyVersionInput{PolicyArn: &arn, VersionId: aws.String("v1")}))(t)
	if got := h.versions(arn); got != "v3 v2 v1* " {
		t.Errorf("the versions are %s, want v3 v2 v1*", got)
	}
	drop("v3")
	h.version(arn, readBuckets, false)
	h.version(arn, readBuckets, false)
	if id := h.version(arn, readBuckets, false); id != "v6" {
		t.Errorf("the version after v5 is %s", id)
	}
	drop("v6")
	if id := h.version(arn, readBuckets, false); id != "v7" {
		t.Errorf("a number came again: %s after v6 was deleted, want v7", id)
	}
	if got := h.versions(arn); got != "v7 v5 v4 v2 v1* " {
		t.Errorf("the versions are %s, want v7 v5 v4 v2 v1*", got)
	}
}

// What background article 004 shows: GetPolicy tells version v5 and no
// document; GetPolicyVersion tells the document.
func TestGetPolicyThenGetPolicyVersionV5(t *testing.T) {
	h, ctx := open(t), context.Background()
	arn := h.managed("/", "kjh-s3-encryption-test1")
	for range 3 {
		h.version(arn, readBuckets, true)
	}
	must(h.admin.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: &arn, VersionId: aws.String("v1")}))(t)
	document := "{\n  \"Version\": \"2012-10-17\",\n\t\"Statement\": [ { \"Effect\": \"Allow\", " +
		"\"Action\": [\"s3:GetObject\", \"s3:PutObject\"], \"Resource\": \"arn:aws:s3:::kjh-encryption-test1/*?+&=%20é\" } ]\n}"
	h.version(arn, document, true)
	p := must(h.admin.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn}))(t).Policy
	if *p.DefaultVersionId != "v5" {
		t.Errorf("GetPolicy answers version %s, want v5", *p.DefaultVersionId)
	}
	v := must(h.admin.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &arn, VersionId: aws.String("v5")}))(t).PolicyVersion
	if strings.ContainsAny(*v.Document, "+ \"{") {
		t.Errorf("the document is not encoded as RFC 3986 says: %s", *v.Document)
	}
	if got, err := url.PathUnescape(*v.Document); err != nil || got != document {
		t.Errorf("the document is not the author's, byte for byte:\n%s\n%s", got, document)
	}
	if !v.IsDefaultVersion || *v.VersionId != "v5" || v.CreateDate == nil {
		t.Errorf("the version is %+v", v)
	}
}

func TestCreatePolicyVersionAnswersNoDocument(t *testing.T) {
	h := open(t)
	arn := h.managed("/", "P")
	_, body := h.post(url.Values{"Action": {"CreatePolicyVersion"}, "PolicyArn": {arn}, "PolicyDocument": {readBuckets}})
	if !strings.Contains(body, "<IsDefaultVersion>false</IsDefaultVersion>") || strings.Contains(body, "<Document") {
		t.Errorf("want IsDefaultVersion false and no Document (recorded: create-version-v3) in\n%s", body)
	}
	_, body = h.post(url.Values{"Action": {"ListPolicyVersions"}, "PolicyArn": {arn}})
	if strings.Contains(body, "<Document") || !strings.Contains(body, "<IsTruncated>false</IsTruncated>") {
		t.Errorf("want no Document and IsTruncated (recorded: list-versions) in\n%s", body)
	}
}

func TestRefusalsOfVersions(t *testing.T) {
	h, ctx := open(t), context.Background()
	arn, missing := h.managed("/", "P"), ownPolicies+"TestNonExistingPolicy"
	get := func(arn, id string) error {
		_, err := h.admin.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &arn, VersionId: &id})
		return err
	}
	remove := func(arn, id string) error {
		_, err := h.admin.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: &arn, VersionId: &id})
		return err
	}
	set := func(arn, id string) error {
		_, err := h.admin.SetDefaultPolicyVersion(ctx, &iam.SetDefaultPolicyVersionInput{PolicyArn: &arn, VersionId: &id})
		return err
	}
	create := func(arn, document string) error {
		_, err := h.admin.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: &arn, PolicyDocument: &document})
		return err
	}
	list := func(arn string) error {
		_, err := h.admin.ListPolicyVersions(ctx, &iam.ListPolicyVersionsInput{PolicyArn: &arn})
		return err
	}
	noVersion := func(arn, id string) refusal {
		return refusal{404, "NoSuchEntity", "Policy " + arn + " version " + id + " does not exist or is not attachable."}
	}
	gone := refusal{404, "NoSuchEntity", "Policy " + missing + " was not found."}
	tests := []struct {
		name string
		err  error
		want refusal
	}{ // recorded, where a key is named: test_policy_version_errors
		{"err-get-version-nonexistent-policy", get(missing, "v1"), noVersion(missing, "v1")},
		{"err-get-nonexistent-version", get(arn, "v9"), noVersion(arn, "v9")},
		{"a version that AWS's policy never had", get(awsPolicies+"AdministratorAccess", "v99"), noVersion(awsPolicies+"AdministratorAccess", "v99")},
		{"err-delete-default-version", remove(arn, "v1"), refusal{409, "DeleteConflict", "Cannot delete the default version of a policy."}},
		{"err-delete-nonexistent-version", remove(arn, "v9"), noVersion(arn, "v9")},
		{"err-set-default-nonexistent-policy", set(missing, "v1"), noVersion(missing, "v1")},
		{"err-set-default-nonexistent-version", set(arn, "v4"), noVersion(arn, "v4")},
		{"err-set-default-invalid-version-format", set(arn, "1"), refusal{400, "ValidationError", "1 validation error detected: " +
			"Value at 'versionId' failed to satisfy constraint: Member must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?"}},
		{"a version of a policy that is not there", create(missing, readBuckets), gone},
		{"the versions of a policy that is not there", list(missing), gone},
		{"a document that is no policy", create(arn, `{}`), refusal{400, "MalformedPolicyDocument", "Syntax errors in policy."}},
		{"more than 6,144 characters (decisions E3)", create(arn, sized(6145)),
			refusal{409, "LimitExceeded", "Cannot exceed quota for PolicySize: 6144"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { mustRefuse(t, tt.err, tt.want) })
	}
	for range 4 {
		h.version(arn, readBuckets, false)
	}
	mustRefuse(t, create(arn, readBuckets), refusal{409, "LimitExceeded", // recorded: err-version-limit-exceeded
		"A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version."})
}

func TestADeletedVersionIsGoneAndTheDefaultOneDecides(t *testing.T) {
	h, ctx := open(t), context.Background()
	arn := h.managed("/", "P")
	bob := h.user("bob", "")
	must(h.admin.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("bob"), PolicyArn: &arn}))(t)
	ask := func() bool {
		_, err := bob.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{})
		return err == nil
	}
	h.version(arn, strings.Replace(readBuckets, "s3:ListBucket", "iam:GetAccountSummary", 1), false)
	if ask() {
		t.Error("a version that is not the default one allows")
	}
	must(h.admin.SetDefaultPolicyVersion(ctx, &iam.SetDefaultPolicyVersionInput{PolicyArn: &arn, VersionId: aws.String("v2")}))(t)
	if !ask() {
		t.Error("the new default version does not decide at once")
	}
	must(h.admin.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: &arn, VersionId: aws.String("v1")}))(t)
	if _, err := h.admin.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &arn, VersionId: aws.String("v1")}); err == nil {
		t.Error("a deleted version is still shown")
	}
}

func TestVersionsOfAWSManagedPolicies(t *testing.T) {
	h, ctx := open(t), context.Background()
	arn := aws.String(awsPolicies + "IAMUserChangePassword")
	p := must(h.admin.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: arn}))(t).Policy
	v := must(h.admin.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: arn, VersionId: p.DefaultVersionId}))(t).PolicyVersion
	document, err := url.PathUnescape(*v.Document)
	if err != nil || !v.IsDefaultVersion || !strings.Contains(document, "iam:ChangePassword") {
		t.Errorf("its default version is %s: %s (%v)", *v.VersionId, document, err)
	}
	list := must(h.admin.ListPolicyVersions(ctx, &iam.ListPolicyVersionsInput{PolicyArn: arn}))(t).Versions
	if len(list) == 0 || *list[0].VersionId != *p.DefaultVersionId || !list[0].IsDefaultVersion {
		t.Errorf("the versions are %v", list)
	}
}

func TestListPolicyVersionsInPages(t *testing.T) {
	h := open(t)
	arn := h.managed("/", "P")
	for range 4 {
		h.version(arn, readBuckets, false)
	}
	line := ""
	pages := iam.NewListPolicyVersionsPaginator(h.admin, &iam.ListPolicyVersionsInput{PolicyArn: &arn, MaxItems: aws.Int32(2)})
	for pages.HasMorePages() {
		for _, v := range must(pages.NextPage(context.Background()))(t).Versions {
			line += *v.VersionId + " "
		}
		line += "| "
	}
	if line != "v5 v4 | v3 v2 | v1 | " {
		t.Errorf("the pages are %s", line)
	}
}

// UpdateDate is when the newest version was made, whichever is in force.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html
func TestUpdateDateIsThatOfTheNewestVersion(t *testing.T) {
	var late atomic.Int64 // how far the server's clock goes ahead
	h := openWith(t, rolecall.Config{Now: func() time.Time { return time.Now().Add(time.Duration(late.Load())) }})
	ctx, arn := context.Background(), h.managed("/", "P")
	dates := func() (created, updated time.Time) {
		p := must(h.admin.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn}))(t).Policy
		return *p.CreateDate, *p.UpdateDate
	}
	created, first := dates()
	late.Store(int64(time.Minute))
	must(h.admin.TagPolicy(ctx, &iam.TagPolicyInput{PolicyArn: &arn, Tags: tags("k", "v")}))(t)
	if _, updated := dates(); !updated.Equal(first) {
		t.Errorf("a tag moves UpdateDate from %v to %v", first, updated)
	}
	h.version(arn, readBuckets, false)
	again, second := dates()
	if !again.Equal(created) || second.Sub(first) < 59*time.Second {
		t.Errorf("a version moves CreateDate from %v to %v and UpdateDate from %v to %v", created, again, first, second)
	}
	late.Store(int64(2 * time.Minute))
	must(h.admin.SetDefaultPolicyVersion(ctx, &iam.SetDefaultPolicyVersionInput{PolicyArn: &arn, VersionId: aws.String("v2")}))(t)
	if _, updated := dates(); !updated.Equal(second) {
		t.Errorf("another default version moves UpdateDate from %v to %v", second, updated)
	}
	versions := must(h.admin.ListPolicyVersions(ctx, &iam.ListPolicyVersionsInput{PolicyArn: &arn}))(t).Versions
	if !versions[0].CreateDate.Equal(second) || !versions[1].CreateDate.Equal(created) {
		t.Errorf("the versions were made %v and %v", versions[0].CreateDate, versions[1].CreateDate)
	}
}

// Ten at once: each that is told yes has a number of its own, and no more than
// five versions come to be.
func TestManyVersionsAtOnce(t *testing.T) {
	h := open(t)
	arn := h.managed("/", "P")
	var mu sync.Mutex
	var all sync.WaitGroup
	made := map[string]int{}
	for range 10 {
		all.Go(func() {
			out, err := h.admin.CreatePolicyVersion(context.Background(), &iam.CreatePolicyVersionInput{PolicyArn: &arn, PolicyDocument: aws.String(readBuckets)})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				made[refusalOf(err).Code]++
				return
			}
			made[*out.PolicyVersion.VersionId]++
		})
	}
	all.Wait()
	if got, want := fmt.Sprint(made), "map[LimitExceeded:6 v2:1 v3:1 v4:1 v5:1]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
