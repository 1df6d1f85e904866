package iam_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateDelegationRequest.html ("not available for
// general use") and the errors of the pages beside it. The words are our own.
func TestThereAreNoDelegationRequests(t *testing.T) {
	h, ctx := open(t), context.Background()
	_, err := h.admin.CreateDelegationRequest(ctx, &iam.CreateDelegationRequestInput{
		Description: aws.String("set up"), NotificationChannel: aws.String("arn:aws:sns:us-east-1:" + account + ":topic"),
		Permissions:         &types.DelegationPermission{PolicyTemplateArn: aws.String("arn:aws:iam::" + account + ":delegation-template/x")},
		RequestorWorkflowId: aws.String("flow-1"), SessionDuration: aws.Int32(3600),
	})
	mustRefuse(t, err, refusal{400, "InvalidInput", "Account " + account + " is not registered to create delegation requests."})
	if list := must(h.admin.ListDelegationRequests(ctx, &iam.ListDelegationRequestsInput{}))(t); len(list.DelegationRequests) != 0 {
		t.Errorf("there are %+v", list.DelegationRequests)
	}
	const id = "dr-0123456789abcdef"
	none := refusal{404, "NoSuchEntity", "The delegation request with id " + id + " cannot be found."}
	for name, err := range map[string]error{
		"Get":       second(h.admin.GetDelegationRequest(ctx, &iam.GetDelegationRequestInput{DelegationRequestId: aws.String(id)})),
		"Update":    second(h.admin.UpdateDelegationRequest(ctx, &iam.UpdateDelegationRequestInput{DelegationRequestId: aws.String(id)})),
		"Associate": second(h.admin.AssociateDelegationRequest(ctx, &iam.AssociateDelegationRequestInput{DelegationRequestId: aws.String(id)})),
		"Accept":    second(h.admin.AcceptDelegationRequest(ctx, &iam.AcceptDelegationRequestInput{DelegationRequestId: aws.String(id)})),
		"Reject":    second(h.admin.RejectDelegationRequest(ctx, &iam.RejectDelegationRequestInput{DelegationRequestId: aws.String(id)})),
		"Send":      second(h.admin.SendDelegationToken(ctx, &iam.SendDelegationTokenInput{DelegationRequestId: aws.String(id)})),
		"Summary": second(h.admin.GetHumanReadableSummary(ctx, &iam.GetHumanReadableSummaryInput{
			EntityArn: aws.String("arn:aws:iam::" + account + ":delegation-request/" + id)})),
	} {
		if got := refusalOf(err); got != none {
			t.Errorf("%s: %+v", name, got)
		}
	}
	_, err = h.admin.GetHumanReadableSummary(ctx, &iam.GetHumanReadableSummaryInput{EntityArn: aws.String("arn:aws:iam::" + account + ":role/x")})
	mustRefuse(t, err, refusal{400, "InvalidInput", "ARN arn:aws:iam::" + account + ":role/x is not that of a delegation request of this account."})
}

// second is the error of an answer.
func second[T any](_ T, err error) error { return err }
