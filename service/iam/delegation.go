package iam

import (
	"context"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
)

// Requests for temporary delegation. AWS lets only partners create them that it
// has registered, with templates of permissions that it has approved. No
// account here is such a partner, so there are no requests: all that name one
// are answered as AWS answers where there is none.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateDelegationRequest.html ("This API is not
// available for general use"),
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation-partner-guide.html

func (s *Service) delegationOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.CreateDelegationRequest, one(needCreateDelegation), s.CreateDelegationRequest),
		service.Bind(iam.GetDelegationRequest, one(func(c *service.Call, in *iam.GetDelegationRequestInput) service.Need {
			return onDelegation(c, in.DelegationRequestId)
		}), s.GetDelegationRequest),
		service.Bind(iam.ListDelegationRequests, one(needListDelegations), s.ListDelegationRequests),
		service.Bind(iam.UpdateDelegationRequest, one(func(c *service.Call, in *iam.UpdateDelegationRequestInput) service.Need {
			return onDelegation(c, in.DelegationRequestId)
		}), s.UpdateDelegationRequest),
		service.Bind(iam.AssociateDelegationRequest, one(func(c *service.Call, in *iam.AssociateDelegationRequestInput) service.Need {
			return onDelegation(c, in.DelegationRequestId)
		}), s.AssociateDelegationRequest),
		service.Bind(iam.AcceptDelegationRequest, one(func(c *service.Call, in *iam.AcceptDelegationRequestInput) service.Need {
			return onDelegation(c, in.DelegationRequestId)
		}), s.AcceptDelegationRequest),
		service.Bind(iam.RejectDelegationRequest, one(func(c *service.Call, in *iam.RejectDelegationRequestInput) service.Need {
			return onDelegation(c, in.DelegationRequestId)
		}), s.RejectDelegationRequest),
		service.Bind(iam.SendDelegationToken, one(func(c *service.Call, in *iam.SendDelegationTokenInput) service.Need {
			return onDelegation(c, in.DelegationRequestId)
		}), s.SendDelegationToken),
		service.Bind(iam.GetHumanReadableSummary, one(func(_ *service.Call, in *iam.GetHumanReadableSummaryInput) service.Need {
			return onARN(in.EntityArn)
		}), s.GetHumanReadableSummary),
	}
}

// delegationKind is the type in a request's ARN.
const delegationKind = "delegation-request"

// onDelegation needs the request that is named.
func onDelegation(c *service.Call, id string) service.Need {
	return service.Need{Resource: iamARN(c, delegationKind, "/", id)}
}

// needCreateDelegation needs any request: the new one has no id yet.
func needCreateDelegation(c *service.Call, in *iam.CreateDelegationRequestInput) service.Need {
	n := onDelegation(c, "*")
	setKey(&n, "iam:DelegationDuration", strconv.Itoa(int(in.SessionDuration)))
	setKey(&n, "iam:NotificationChannel", in.NotificationChannel)
	if p := in.Permissions; p != nil && p.PolicyTemplateArn != "" {
		setKey(&n, "iam:TemplateArn", p.PolicyTemplateArn)
	}
	return n
}

// needListDelegations needs the list, with the owner that is asked for.
func needListDelegations(_ *service.Call, in *iam.ListDelegationRequestsInput) service.Need {
	n := service.Need{}
	if in.OwnerId != "" {
		setKey(&n, "iam:DelegationRequestOwner", in.OwnerId)
	}
	return n
}

// CreateDelegationRequest is refused to every account.
func (s *Service) CreateDelegationRequest(ctx context.Context, _ *iam.CreateDelegationRequestInput) (*iam.CreateDelegationRequestOutput, error) {
	return nil, notPartner(service.CallOf(ctx).Account.String())
}

// GetDelegationRequest finds no request.
func (s *Service) GetDelegationRequest(_ context.Context, in *iam.GetDelegationRequestInput) (*iam.GetDelegationRequestOutput, error) {
	return nil, noSuchDelegation(in.DelegationRequestId)
}

// ListDelegationRequests lists no requests.
func (s *Service) ListDelegationRequests(_ context.Context, in *iam.ListDelegationRequestsInput) (*iam.ListDelegationRequestsOutput, error) {
	itself := func(r iam.DelegationRequest) string { return r.DelegationRequestId }
	p, err := pageOf(in.Marker, in.MaxItems, itself, inOrder(nil, itself))
	if err != nil {
		return nil, err
	}
	return &iam.ListDelegationRequestsOutput{DelegationRequests: p.Items, IsTruncated: p.IsTruncated}, nil
}

// UpdateDelegationRequest finds no request.
func (s *Service) UpdateDelegationRequest(_ context.Context, in *iam.UpdateDelegationRequestInput) (*iam.UpdateDelegationRequestOutput, error) {
	return nil, noSuchDelegation(in.DelegationRequestId)
}

// AssociateDelegationRequest finds no request.
func (s *Service) AssociateDelegationRequest(_ context.Context, in *iam.AssociateDelegationRequestInput) (*iam.AssociateDelegationRequestOutput, error) {
	return nil, noSuchDelegation(in.DelegationRequestId)
}

// AcceptDelegationRequest finds no request.
func (s *Service) AcceptDelegationRequest(_ context.Context, in *iam.AcceptDelegationRequestInput) (*iam.AcceptDelegationRequestOutput, error) {
	return nil, noSuchDelegation(in.DelegationRequestId)
}

// RejectDelegationRequest finds no request.
func (s *Service) RejectDelegationRequest(_ context.Context, in *iam.RejectDelegationRequestInput) (*iam.RejectDelegationRequestOutput, error) {
	return nil, noSuchDelegation(in.DelegationRequestId)
}

// SendDelegationToken finds no request.
func (s *Service) SendDelegationToken(_ context.Context, in *iam.SendDelegationTokenInput) (*iam.SendDelegationTokenOutput, error) {
	return nil, noSuchDelegation(in.DelegationRequestId)
}

// GetHumanReadableSummary finds no request to summarize. AWS knows summaries of
// nothing else.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetHumanReadableSummary.html
func (s *Service) GetHumanReadableSummary(ctx context.Context, in *iam.GetHumanReadableSummaryInput) (*iam.GetHumanReadableSummaryOutput, error) {
	id, ok := strings.CutPrefix(in.EntityArn, iamARN(service.CallOf(ctx), delegationKind, "/", ""))
	if !ok || id == "" {
		return nil, noSummary(in.EntityArn)
	}
	return nil, noSuchDelegation(id)
}

// notPartner has words of our own.
func notPartner(account string) error {
	return invalidInput("Account %s is not registered to create delegation requests.", account)
}

// noSuchDelegation has words of our own.
func noSuchDelegation(id string) error {
	return noSuchEntity("The delegation request with id %s cannot be found.", id)
}

// noSummary has words of our own.
func noSummary(arn string) error {
	return invalidInput("ARN %s is not that of a delegation request of this account.", arn)
}
