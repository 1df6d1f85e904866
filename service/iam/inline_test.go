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

func done(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestInlinePolicyLifecycle(t *testing.T) {
	each(t, func(t *testing.T, h *house, e entity) {
		document := "{ \"Version\":\"2012-10-17\",\n\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":[\"arn:aws:s3:::example_bucket\"]} }"
		done(t, e.put("One", document))
		entity, name, shown, err := e.get("One")
		done(t, err)
		if got, err := url.PathUnescape(shown); err != nil || got != document || strings.ContainsAny(shown, " +\"") {
			t.Errorf("the document comes back as %s", shown)
		}
		if entity != e.name || name != "One" {
			t.Errorf("it is policy %s of %s", name, entity)
		}
		done(t, e.put("One", readBuckets))
		if _, _, shown, _ := e.get("One"); !strings.Contains(shown, "s3%3AListBucket") || strings.Contains(shown, "example_bucket") {
			t.Errorf("a second Put does not take the place of the first: %s", shown)
		}
		done(t, e.remove("One"))
		gone := refusal{404, "NoSuchEntity", "The " + e.kind + " policy with name One cannot be found."}
		_, _, _, err = e.get("One")
		mustRefuse(t, err, gone)             // recorded for roles: test_iam_roles, get-deleted-policy-error; groups: get-nonexistent-policy
		mustRefuse(t, e.remove("One"), gone) // recorded for roles: delete-nonexistent-policy-error
	})
}

func TestInlinePoliciesInPages(t *testing.T) {
	each(t, func(t *testing.T, h *house, e entity) {
		for _, name := range []string{"c", "a", "d", "b", "e"} {
			done(t, e.put(name, readBuckets))
		}
		line := ""
		var marker *string
		for {
			names, next, err := e.list(marker, aws.Int32(2))
			done(t, err)
			line += strings.Join(names, " ") + " | "
			if marker = next; marker == nil {
				break
			}
		}
		if line != "a b | c d | e | " {
			t.Errorf("the pages are %s", line)
		}
	})
}

func TestRefusalsOfInlinePolicies(t *testing.T) {
	each(t, func(t *testing.T, h *house, e entity) {
		mustRefuse(t, e.put("Bad", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*"}]}`),
			refusal{400, "MalformedPolicyDocument", "Policy statement must contain actions."}) // recorded: test_create_policy_invalid_document
		mustRefuse(t, e.put("Bad", "no policy"), refusal{400, "MalformedPolicyDocument", "Syntax errors in policy."})
	})
	h, ctx, nobody := open(t), context.Background(), aws.String("nobody")
	_, err := h.admin.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: nobody, PolicyName: aws.String("P"), PolicyDocument: aws.String(readBuckets)})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The user with name nobody cannot be found."})
	_, err = h.admin.GetGroupPolicy(ctx, &iam.GetGroupPolicyInput{GroupName: nobody, PolicyName: aws.String("P")})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The group with name nobody cannot be found."})
	_, err = h.admin.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: nobody})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The role with name nobody cannot be found."})
}

// The quota is for all inline policies of an entity together, and white space
// does not count (AlexsLemonade/refinebio#1270; reference_iam-quotas).
func TestAllInlinePoliciesOfAnEntityShareOneQuota(t *testing.T) {
	each(t, func(t *testing.T, h *house, e entity) {
		half := e.inline / 2
		done(t, e.put("First", sized(half)))
		done(t, e.put("Second", sized(half)))
		tooLarge := refusal{409, "LimitExceeded", fmt.Sprintf("Maximum policy size of %d bytes exceeded for %s %s", e.inline, e.kind, e.name)}
		mustRefuse(t, e.put("Third", sized(200)), tooLarge)
		mustRefuse(t, e.put("First", sized(half+1)), tooLarge)
		done(t, e.put("First", sized(half-200)))
		done(t, e.put("Third", sized(200)))
	})
}

func TestAnInlinePolicyCountsAtOnceForWhoHasIt(t *testing.T) {
	h, ctx := open(t), context.Background()
	bob := h.user("bob", "")
	may := func() bool {
		_, err := bob.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{})
		return err == nil
	}
	if may() {
		t.Fatal("bob may without any policy")
	}
	must(h.admin.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String("bob"), PolicyName: aws.String("P"),
		PolicyDocument: aws.String(strings.Replace(readBuckets, "s3:ListBucket", "iam:GetAccountSummary", 1))}))(t)
	if !may() {
		t.Error("bob may not with the policy")
	}
	must(h.admin.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: aws.String("bob"), PolicyName: aws.String("P")}))(t)
	if may() {
		t.Error("bob may although the policy is gone")
	}
}
