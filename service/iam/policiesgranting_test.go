package iam_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html: the
// entity is shown for inline policies alone; policies of groups count, boundaries do not.
func TestPoliciesThatGrantAServiceAreListed(t *testing.T) {
	h, ctx := open(t), context.Background()
	look := h.managed("/", "Look")
	h.user("ann", usesIAM)
	must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("ops")}))(t)
	must(h.admin.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("ops"), UserName: aws.String("ann")}))(t)
	must(h.admin.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: aws.String("ops"), PolicyArn: &look}))(t)
	must(h.admin.PutGroupPolicy(ctx, &iam.PutGroupPolicyInput{GroupName: aws.String("ops"), PolicyName: aws.String("in"), PolicyDocument: aws.String(allowAll)}))(t)
	must(h.admin.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{
		UserName: aws.String("ann"), PermissionsBoundary: aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess"),
	}))(t)
	list := func(arn string, namespaces ...string) string {
		out := must(h.admin.ListPoliciesGrantingServiceAccess(ctx, &iam.ListPoliciesGrantingServiceAccessInput{Arn: &arn, ServiceNamespaces: namespaces}))(t)
		text := ""
		for _, e := range out.PoliciesGrantingServiceAccess {
			text += *e.ServiceNamespace + ":"
			for _, p := range e.Policies {
				text += fmt.Sprintf(" %s(%s %s %s %s)", *p.PolicyName, p.PolicyType, aws.ToString(p.PolicyArn), p.EntityType, aws.ToString(p.EntityName))
			}
			text += "\n"
		}
		return text
	}
	ann, ops := "arn:aws:iam::"+account+":user/ann", "arn:aws:iam::"+account+":group/ops"
	managed := "Look(MANAGED " + look + "  )"
	for _, c := range []struct{ rule, got, want string }{
		{"a user's own and its groups'", list(ann, "s3", "ec2"),
			"s3: " + managed + " in(INLINE  GROUP ops) test(INLINE  USER ann)\nec2: in(INLINE  GROUP ops)\n"},
		{"a group's", list(ops, "iam", "s3"), "iam: in(INLINE  GROUP ops)\ns3: " + managed + " in(INLINE  GROUP ops)\n"},
	} {
		if c.got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.rule, c.got, c.want)
		}
	}
	must(h.admin.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String("ann"), PolicyName: aws.String("no"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}`)}))(t)
	if got := list(ann, "s3"); got != "s3:\n" {
		t.Errorf("a service that another policy denies: %s", got)
	}
	for arn, want := range map[string]refusal{
		look:                                  {400, "InvalidInput", "ARN " + look + " is not that of an IAM user, group, role or policy of this account."},
		"arn:aws:iam::" + account + ":user/x": {404, "NoSuchEntity", "ARN arn:aws:iam::" + account + ":user/x cannot be found."},
	} {
		_, err := h.admin.ListPoliciesGrantingServiceAccess(ctx, &iam.ListPoliciesGrantingServiceAccessInput{Arn: &arn, ServiceNamespaces: []string{"s3"}})
		mustRefuse(t, err, want) // words of our own
	}
	_, err := h.admin.ListPoliciesGrantingServiceAccess(ctx, &iam.ListPoliciesGrantingServiceAccessInput{Arn: &ann, ServiceNamespaces: []string{"nowhere"}})
	mustRefuse(t, err, refusal{400, "InvalidInput", "nowhere is not the namespace of a service."}) // words of our own
}
