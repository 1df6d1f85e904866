package organizations

import (
	"context"

	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/service"
)

// What has no meaning here is answered as AWS answers an organization without
// it: there is no GovCloud beside this partition, nobody pays another's bills,
// and what policies come to is never invalid.

func (s *Service) elsewhereOperations() []service.Operation {
	return []service.Operation{
		bind(organizations.CreateGovCloudAccount, managers, func(_ scope, in *organizations.CreateGovCloudAccountInput) service.Need {
			return service.Need{RequestTags: requestTags(in.Tags)}
		}, s.CreateGovCloudAccount),
		bind(organizations.ListAccountsWithInvalidEffectivePolicy, readers, func(_ scope, in *organizations.ListAccountsWithInvalidEffectivePolicyInput) service.Need {
			return withType(service.Need{}, in.PolicyType)
		}, s.ListAccountsWithInvalidEffectivePolicy),
		bind(organizations.ListEffectivePolicyValidationErrors, readers, func(c scope, in *organizations.ListEffectivePolicyValidationErrorsInput) service.Need {
			return withType(c.on(in.AccountId), in.PolicyType)
		}, s.ListEffectivePolicyValidationErrors),
		bind(organizations.ListInboundResponsibilityTransfers, managers, everything, s.ListInboundResponsibilityTransfers),
		bind(organizations.ListOutboundResponsibilityTransfers, managers, everything, s.ListOutboundResponsibilityTransfers),
		bind(organizations.DescribeResponsibilityTransfer, managers, everything, s.DescribeResponsibilityTransfer),
		bind(organizations.UpdateResponsibilityTransfer, managers, everything, s.UpdateResponsibilityTransfer),
		bind(organizations.TerminateResponsibilityTransfer, managers, everything, s.TerminateResponsibilityTransfer),
		bind(organizations.InviteOrganizationToTransferResponsibility, managers, everything, s.InviteOrganizationToTransferResponsibility),
	}
}

// CreateGovCloudAccount is refused: the account is not enabled for GovCloud.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateGovCloudAccount.html
func (s *Service) CreateGovCloudAccount(context.Context, scope, *organizations.CreateGovCloudAccountInput) (*organizations.CreateGovCloudAccountOutput, error) {
	return nil, constraint("MASTER_ACCOUNT_NOT_GOVCLOUD_ENABLED", "To complete this operation, you must have an associated account in the AWS GovCloud (US) Region.")
}

// ListAccountsWithInvalidEffectivePolicy tells none.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsWithInvalidEffectivePolicy.html
func (s *Service) ListAccountsWithInvalidEffectivePolicy(_ context.Context, c scope, in *organizations.ListAccountsWithInvalidEffectivePolicyInput) (*organizations.ListAccountsWithInvalidEffectivePolicyOutput, error) {
	if !c.org.Has(in.PolicyType) {
		return nil, noSuchEffective()
	}
	return &organizations.ListAccountsWithInvalidEffectivePolicyOutput{Accounts: []organizations.Account{}, PolicyType: in.PolicyType}, nil
}

// ListEffectivePolicyValidationErrors tells none.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListEffectivePolicyValidationErrors.html
func (s *Service) ListEffectivePolicyValidationErrors(_ context.Context, c scope, in *organizations.ListEffectivePolicyValidationErrorsInput) (*organizations.ListEffectivePolicyValidationErrorsOutput, error) {
	if _, ok := memberOf(&c.View.Reader, c.org, in.AccountId); !ok {
		return nil, noAccount()
	}
	return &organizations.ListEffectivePolicyValidationErrorsOutput{
		AccountId: &in.AccountId, PolicyType: in.PolicyType, EvaluationTimestamp: second(c.Now),
		EffectivePolicyValidationErrors: []organizations.EffectivePolicyValidationError{},
	}, nil
}

// ListInboundResponsibilityTransfers tells none.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListInboundResponsibilityTransfers.html
func (s *Service) ListInboundResponsibilityTransfers(context.Context, scope, *organizations.ListInboundResponsibilityTransfersInput) (*organizations.ListInboundResponsibilityTransfersOutput, error) {
	return &organizations.ListInboundResponsibilityTransfersOutput{ResponsibilityTransfers: []organizations.ResponsibilityTransfer{}}, nil
}

// ListOutboundResponsibilityTransfers tells none.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOutboundResponsibilityTransfers.html
func (s *Service) ListOutboundResponsibilityTransfers(context.Context, scope, *organizations.ListOutboundResponsibilityTransfersInput) (*organizations.ListOutboundResponsibilityTransfersOutput, error) {
	return &organizations.ListOutboundResponsibilityTransfersOutput{ResponsibilityTransfers: []organizations.ResponsibilityTransfer{}}, nil
}

func noTransfer() error {
	return missing("ResponsibilityTransferNotFoundException", "a responsibility transfer")
}

// DescribeResponsibilityTransfer finds none.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeResponsibilityTransfer.html
func (s *Service) DescribeResponsibilityTransfer(context.Context, scope, *organizations.DescribeResponsibilityTransferInput) (*organizations.DescribeResponsibilityTransferOutput, error) {
	return nil, noTransfer()
}

// UpdateResponsibilityTransfer finds none.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdateResponsibilityTransfer.html
func (s *Service) UpdateResponsibilityTransfer(context.Context, scope, *organizations.UpdateResponsibilityTransferInput) (*organizations.UpdateResponsibilityTransferOutput, error) {
	return nil, noTransfer()
}

// TerminateResponsibilityTransfer finds none.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_TerminateResponsibilityTransfer.html
func (s *Service) TerminateResponsibilityTransfer(context.Context, scope, *organizations.TerminateResponsibilityTransferInput) (*organizations.TerminateResponsibilityTransferOutput, error) {
	return nil, noTransfer()
}

// InviteOrganizationToTransferResponsibility is refused: there are no bills.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteOrganizationToTransferResponsibility.html
func (s *Service) InviteOrganizationToTransferResponsibility(context.Context, scope, *organizations.InviteOrganizationToTransferResponsibilityInput) (*organizations.InviteOrganizationToTransferResponsibilityOutput, error) {
	return nil, constraint("UNSUPPORTED_PRICING", "Bills cannot be transferred here: there are none.")
}
