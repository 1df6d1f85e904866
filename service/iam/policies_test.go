package iam_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// In the comments of this and the other tests of policies, "recorded" is an
// answer of AWS that LocalStack keeps in tests/aws/services/iam/, in the file
// test_iam_policies.snapshot.json where no other is named.

const (
	ownPolicies = "arn:aws:iam::" + account + ":policy/"
	awsPolicies = "arn:aws:iam::aws:policy/"

	readBuckets = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}`
)

// managed makes a managed policy that lets list buckets, and answers its ARN.
func (h *house) managed(path, name string) string {
	h.t.Helper()
	out := must(h.admin.CreatePolicy(context.Background(), &iam.CreatePolicyInput{
		PolicyName: &name, Path: aws.String(path), PolicyDocument: aws.String(readBuckets),
	}))(h.t)
	return *out.Policy.Arn
}

func TestPolicyLifecycle(t *testing.T) {
	h, ctx := open(t), context.Background()
	made := must(h.admin.CreatePolicy(ctx, &iam.CreatePolicyInput{
		PolicyName: aws.String("Buckets"), Path: aws.String("/test/path/"), PolicyDocument: aws.String(readBuckets),
		Description: aws.String("testing"), Tags: tags("b", "2", "a", "1", "A", ""),
	}))(t).Policy
	arn := ownPolicies + "test/path/Buckets"
	if *made.Arn != arn || *made.Path != "/test/path/" || !strings.HasPrefix(*made.PolicyId, "ANPA") || len(*made.PolicyId) != 21 {
		t.Errorf("CreatePolicy answers the ARN %s, path %s and id %s", *made.Arn, *made.Path, *made.PolicyId)
	}
	if made.Description != nil {
		t.Error("CreatePolicy answers the description; AWS does not (recorded: test_policy_tag_lifecycle)")
	}
	if got := text(made.Tags); got != "b=2 a=1 A= " {
		t.Errorf("CreatePolicy answers the tags %q, not those given in their order (recorded: create-with-case-sensitive-tags)", got)
	}
	got := must(h.admin.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn}))(t).Policy
	if *got.Description != "testing" || text(got.Tags) != "A= a=1 b=2 " {
		t.Errorf("GetPolicy answers description %s and tags %q", *got.Description, text(got.Tags))
	}
	if *got.DefaultVersionId != "v1" || *got.AttachmentCount != 0 || *got.PermissionsBoundaryUsageCount != 0 || !got.IsAttachable {
		t.Errorf("GetPolicy answers version %s, counts %d and %d, attachable %v",
			*got.DefaultVersionId, *got.AttachmentCount, *got.PermissionsBoundaryUsageCount, got.IsAttachable)
	}
	if !got.CreateDate.Equal(*got.UpdateDate) || got.CreateDate.Nanosecond() != 0 {
		t.Errorf("it was created %v and updated %v; both are one whole second", got.CreateDate, got.UpdateDate)
	}
	must(h.admin.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: &arn}))(t)
	_, err := h.admin.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "Policy " + arn + " was not found."})
}

// What is there although it is empty, and what is not there, as AWS's answers
// were recorded (test_policy_lifecycle).
func TestElementsOfPolicyAnswers(t *testing.T) {
	h := open(t)
	arn := h.managed("/", "Plain")
	tests := []struct {
		name      string
		form      url.Values
		has, lack string
	}{
		{"CreatePolicy answers no Tags where there are none",
			url.Values{"Action": {"CreatePolicy"}, "PolicyName": {"Other"}, "PolicyDocument": {readBuckets}}, "<PolicyId>", "<Tags"},
		{"GetPolicy answers Tags even where there are none",
			url.Values{"Action": {"GetPolicy"}, "PolicyArn": {arn}}, "<Tags", "<Description"},
		{"ListPolicies answers no Tags",
			url.Values{"Action": {"ListPolicies"}, "Scope": {"Local"}}, "<PermissionsBoundaryUsageCount>0<", "<Tags"},
		{"ListPolicies answers IsTruncated always",
			url.Values{"Action": {"ListPolicies"}, "Scope": {"Local"}}, "<IsTruncated>false<", "<Marker"},
		{"ListPolicyTags answers Tags even where there are none",
			url.Values{"Action": {"ListPolicyTags"}, "PolicyArn": {arn}}, "<Tags", "<member>"},
		{"ListEntitiesForPolicy answers all three lists",
			url.Values{"Action": {"ListEntitiesForPolicy"}, "PolicyArn": {arn}}, "<PolicyGroups", "<member>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h.t = t
			status, body := h.post(tt.form)
			if status != 200 || !strings.Contains(body, tt.has) || strings.Contains(body, tt.lack) {
				t.Errorf("status %d; want %s and no %s in\n%s", status, tt.has, tt.lack, body)
			}
		})
	}
}

func TestRefusalsOfPolicies(t *testing.T) {
	h, ctx := open(t), context.Background()
	arn := h.managed("/some/", "Taken")
	missing := ownPolicies + "NotAPolicy"
	create := func(name, document string, tag ...string) error {
		_, err := h.admin.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: &document, Tags: tags(tag...)})
		return err
	}
	get := func(arn string) error {
		_, err := h.admin.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn})
		return err
	}
	remove := func(arn string) error {
		_, err := h.admin.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: &arn})
		return err
	}
	exists := func(name string) refusal {
		return refusal{409, "EntityAlreadyExists", "A policy called " + name + " already exists. Duplicate names are not allowed."}
	}
	tests := []struct {
		name string
		err  error
		want refusal
	}{
		{"a name that is taken, under whichever path (recorded: test_policy_errors)", create("Taken", readBuckets), exists("Taken")},
		{"a name that is taken in other case (IAM User Guide, reference_iam-quotas: not distinguished by case)",
			create("TAKEN", readBuckets), exists("TAKEN")},
		{"two tags of one key (recorded: test_policy_tag_create_errors)", create("T", readBuckets, "k", "1", "k", "2"),
			refusal{400, "InvalidInput", "Duplicate tag keys found."}},
		{"a document that is no policy (recorded: test_create_policy_invalid_document)", create("D", `{"Version":"2012-10-17"}`),
			refusal{400, "MalformedPolicyDocument", "Syntax errors in policy."}},
		{"a document of 2008 (recorded: invalid-1)", create("D", strings.Replace(readBuckets, "2012-10-17", "2008-10-17", 1)),
			refusal{400, "MalformedPolicyDocument", "Policy document must be version 2012-10-17 or greater."}},
		{"more than 6,144 characters (decisions E3; reference_iam-quotas)", create("D", sized(6145)),
			refusal{409, "LimitExceeded", "Cannot exceed quota for PolicySize: 6144"}},
		{"getting what is not there (recorded for tagging: err-tag-nonexistent-policy)", get(missing),
			refusal{404, "NoSuchEntity", "Policy " + missing + " was not found."}},
		{"a path that the policy is not under", get(ownPolicies + "Taken"),
			refusal{404, "NoSuchEntity", "Policy " + ownPolicies + "Taken was not found."}},
		{"a name in other case: ARNs are case-sensitive", get(ownPolicies + "some/taken"),
			refusal{404, "NoSuchEntity", "Policy " + ownPolicies + "some/taken was not found."}},
		{"one that AWS does not have", get(awsPolicies + "Nope"),
			refusal{404, "NoSuchEntity", "Policy " + awsPolicies + "Nope was not found."}},
		{"no ARN (recorded: test_iam_roles, test_role_managed_policy_errors)", get("longpolicynamebutnoarn"),
			refusal{400, "ValidationError", "ARN longpolicynamebutnoarn is not valid."}},
		{"the ARN of a role", get("arn:aws:iam::" + account + ":role/Deploy"),
			refusal{400, "ValidationError", "ARN arn:aws:iam::" + account + ":role/Deploy is not valid."}},
		{"another partition's ARN", get("arn:aws-cn:iam::aws:policy/ReadOnlyAccess"),
			refusal{400, "ValidationError", "ARN arn:aws-cn:iam::aws:policy/ReadOnlyAccess is not valid."}},
		{"deleting what is not there", remove(missing), refusal{404, "NoSuchEntity", "Policy " + missing + " was not found."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { mustRefuse(t, tt.err, tt.want) })
	}
	must(h.admin.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: &arn}))(t)
}

// sized is a valid document of so many characters, and as many blanks, which
// do not count.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
func sized(n int) string {
	const head, tail = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::`, `"}]}`
	return head + strings.Repeat("b", n-len(head)-len(tail)) + tail + strings.Repeat(" ", n)
}

func TestWhiteSpaceDoesNotCountAgainstThePolicySize(t *testing.T) {
	h := open(t)
	must(h.admin.CreatePolicy(context.Background(), &iam.CreatePolicyInput{
		PolicyName: aws.String("Full"), PolicyDocument: aws.String(sized(6144)),
	}))(t)
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html;
// the words are those of the other quotas.
func TestFifteenHundredPoliciesToAnAccount(t *testing.T) {
	h, ctx := open(t), context.Background()
	for i := range 1500 {
		h.managed("/", fmt.Sprint("P", i))
	}
	_, err := h.admin.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("One"), PolicyDocument: aws.String(readBuckets)})
	mustRefuse(t, err, refusal{409, "LimitExceeded", "Cannot exceed quota for PoliciesPerAccount: 1500"})
}

// Each refusal is quoted in the issue named.
func TestDeletePolicyRefusesWhatIsStillUsed(t *testing.T) {
	h, ctx := open(t), context.Background()
	inUse := refusal{409, "DeleteConflict", "Cannot delete a policy attached to entities."} // serverless/components#312
	remove := func(arn string) error {
		_, err := h.admin.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: &arn})
		return err
	}
	h.user("bob", "")
	arn := h.managed("/", "Attached")
	must(h.admin.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("bob"), PolicyArn: &arn}))(t)
	mustRefuse(t, remove(arn), inUse)

	bound := h.managed("/", "Bounding")
	must(h.admin.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{UserName: aws.String("bob"), PermissionsBoundary: &bound}))(t)
	mustRefuse(t, remove(bound), inUse) // gruntwork-io/cloud-nuke#972

	versions := h.managed("/", "Versions")
	must(h.admin.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: &versions, PolicyDocument: aws.String(readBuckets)}))(t)
	mustRefuse(t, remove(versions), refusal{409, "DeleteConflict", // rebuy-de/aws-nuke#1
		"This policy has more than one version. Before you delete a policy, you must delete the policy's versions. " +
			"The default version is deleted with the policy."})
}

func TestAWSManagedPoliciesAreThereAndNobodyChangesThem(t *testing.T) {
	h, ctx := open(t), context.Background()
	arn := aws.String(awsPolicies + "job-function/SystemAdministrator")
	p := must(h.admin.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: arn}))(t).Policy
	if *p.Path != "/job-function/" || *p.PolicyName != "SystemAdministrator" || !p.IsAttachable || *p.AttachmentCount != 0 {
		t.Errorf("GetPolicy answers path %s, name %s, attachable %v, count %d", *p.Path, *p.PolicyName, p.IsAttachable, *p.AttachmentCount)
	}
	for who, client := range map[string]*iam.Client{"user/admin": h.admin, "root": h.root} {
		changes := map[string]func() error{
			"DeletePolicy": func() error {
				_, err := client.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: arn})
				return err
			},
			"CreatePolicyVersion": func() error {
				_, err := client.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: arn, PolicyDocument: aws.String(readBuckets)})
				return err
			},
			"SetDefaultPolicyVersion": func() error {
				_, err := client.SetDefaultPolicyVersion(ctx, &iam.SetDefaultPolicyVersionInput{PolicyArn: arn, VersionId: aws.String("v1")})
				return err
			},
			"DeletePolicyVersion": func() error {
				_, err := client.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: arn, VersionId: aws.String("v1")})
				return err
			},
			"TagPolicy": func() error {
				_, err := client.TagPolicy(ctx, &iam.TagPolicyInput{PolicyArn: arn, Tags: tags("k", "v")})
				return err
			},
			"UntagPolicy": func() error {
				_, err := client.UntagPolicy(ctx, &iam.UntagPolicyInput{PolicyArn: arn, TagKeys: []string{"k"}})
				return err
			},
		}
		for action, change := range changes {
			t.Run(fmt.Sprintf("%s by %s (rule V12)", action, who), func(t *testing.T) {
				got := refusalOf(change())
				want := fmt.Sprintf("User: arn:aws:iam::%s:%s is not authorized to perform: iam:%s on resource: policy %s", account, who, action, *arn)
				if got.Status != 403 || got.Code != "AccessDenied" || !strings.HasPrefix(got.Message, want) {
					t.Errorf("%+v, want AccessDenied, %s", got, want)
				}
			})
		}
	}
}

func TestAPolicyOfAnotherAccountIsOutOfReach(t *testing.T) {
	h, ctx := open(t), context.Background()
	other := "arn:aws:iam::210987654321:policy/Theirs"
	_, err := h.admin.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &other})
	if got := refusalOf(err); got.Code != "AccessDenied" || got.Status != 403 {
		t.Errorf("%+v, want AccessDenied: IAM has no way to share a policy", got)
	}
	h.user("bob", "")
	_, err = h.admin.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("bob"), PolicyArn: &other})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "Policy " + other + " does not exist or is not attachable."})
}

// In China and GovCloud ARNs begin otherwise, and AWS's policies with them.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func TestPartitionOfPolicyARNsFollowsTheRegion(t *testing.T) {
	h, ctx := open(t), context.Background()
	china := func(o *iam.Options) { o.Region = "cn-north-1" }
	arn := "arn:aws-cn:iam::aws:policy/ReadOnlyAccess"
	got := must(h.admin.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn}, china))(t).Policy
	if *got.Arn != arn {
		t.Errorf("the ARN is %s, want %s", *got.Arn, arn)
	}
	own := must(h.admin.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("P"), PolicyDocument: aws.String(readBuckets)}, china))(t)
	if want := "arn:aws-cn:iam::" + account + ":policy/P"; *own.Policy.Arn != want {
		t.Errorf("the ARN is %s, want %s", *own.Policy.Arn, want)
	}
	h.user("bob", "")
	must(h.admin.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("bob"), PolicyArn: &arn}, china))(t)
	list := must(h.admin.ListAttachedUserPolicies(ctx, &iam.ListAttachedUserPoliciesInput{UserName: aws.String("bob")}, china))(t)
	if len(list.AttachedPolicies) != 1 || *list.AttachedPolicies[0].PolicyArn != arn {
		t.Errorf("attached are %v", list.AttachedPolicies)
	}
}

func names(list []types.Policy) string {
	line := ""
	for _, p := range list {
		line += *p.PolicyName + " "
	}
	return line
}
