package ssoadmin

import (
	"context"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// What a request's status is.
const (
	inProgress = "IN_PROGRESS"
	succeeded  = "SUCCEEDED"
	failure    = "FAILED"
)

func (s *Service) statusOperations() []service.Operation {
	return []service.Operation{
		bind(ssoadmin.DescribeAccountAssignmentCreationStatus, func(in *ssoadmin.DescribeAccountAssignmentCreationStatusInput) target {
			return target{instance: in.InstanceArn}
		}, s.DescribeAccountAssignmentCreationStatus),
		bind(ssoadmin.DescribeAccountAssignmentDeletionStatus, func(in *ssoadmin.DescribeAccountAssignmentDeletionStatusInput) target {
			return target{instance: in.InstanceArn}
		}, s.DescribeAccountAssignmentDeletionStatus),
		bind(ssoadmin.DescribePermissionSetProvisioningStatus, func(in *ssoadmin.DescribePermissionSetProvisioningStatusInput) target {
			return target{instance: in.InstanceArn}
		}, s.DescribePermissionSetProvisioningStatus),
		bind(ssoadmin.ListAccountAssignmentCreationStatus, func(in *ssoadmin.ListAccountAssignmentCreationStatusInput) target {
			return target{instance: in.InstanceArn}
		}, s.ListAccountAssignmentCreationStatus),
		bind(ssoadmin.ListAccountAssignmentDeletionStatus, func(in *ssoadmin.ListAccountAssignmentDeletionStatusInput) target {
			return target{instance: in.InstanceArn}
		}, s.ListAccountAssignmentDeletionStatus),
		bind(ssoadmin.ListPermissionSetProvisioningStatus, func(in *ssoadmin.ListPermissionSetProvisioningStatusInput) target {
			return target{instance: in.InstanceArn}
		}, s.ListPermissionSetProvisioningStatus),
	}
}

// begun is the answer to a request that was just taken.
func (s scope) begun(q *directory.SSORequest) *ssoadmin.AccountAssignmentOperationStatus {
	shown := s.assignment(q)
	shown.Status, shown.FailureReason = inProgress, nil
	return shown
}

func (s scope) assignment(q *directory.SSORequest) *ssoadmin.AccountAssignmentOperationStatus {
	return &ssoadmin.AccountAssignmentOperationStatus{
		CreatedDate: q.Created, FailureReason: reasonOf(q), PermissionSetArn: setARN(s.Partition, s.instance.ID, q.PermissionSet),
		PrincipalId: q.Principal, PrincipalType: q.Type, RequestId: q.ID, Status: q.Status,
		TargetId: q.Account.String(), TargetType: oneAccount,
	}
}

func (s scope) provisioning(q *directory.SSORequest, status string) *ssoadmin.PermissionSetProvisioningStatus {
	shown := &ssoadmin.PermissionSetProvisioningStatus{
		CreatedDate: q.Created, PermissionSetArn: setARN(s.Partition, s.instance.ID, q.PermissionSet), RequestId: q.ID, Status: status,
	}
	if status != inProgress {
		shown.FailureReason = reasonOf(q)
	}
	if !q.Account.IsZero() {
		shown.AccountId = q.Account.String()
	}
	return shown
}

func reasonOf(q *directory.SSORequest) *string {
	if q.Failure == "" {
		return nil
	}
	return &q.Failure
}

func (s scope) request(kind directory.SSOKind, id string) (*directory.SSORequest, error) {
	q, ok := s.View.SSORequest(s.instance.ID, kind, id)
	if !ok {
		return nil, notFound("Request", id)
	}
	return q, nil
}

// DescribeAccountAssignmentCreationStatus tells how an assignment went.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeAccountAssignmentCreationStatus.html
func (s *Service) DescribeAccountAssignmentCreationStatus(_ context.Context, c scope, in *ssoadmin.DescribeAccountAssignmentCreationStatusInput) (*ssoadmin.DescribeAccountAssignmentCreationStatusOutput, error) {
	q, err := c.request(directory.SSOAssign, in.AccountAssignmentCreationRequestId)
	if err != nil {
		return nil, err
	}
	return &ssoadmin.DescribeAccountAssignmentCreationStatusOutput{AccountAssignmentCreationStatus: c.assignment(q)}, nil
}

// DescribeAccountAssignmentDeletionStatus tells how an assignment's end went.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeAccountAssignmentDeletionStatus.html
func (s *Service) DescribeAccountAssignmentDeletionStatus(_ context.Context, c scope, in *ssoadmin.DescribeAccountAssignmentDeletionStatusInput) (*ssoadmin.DescribeAccountAssignmentDeletionStatusOutput, error) {
	q, err := c.request(directory.SSOUnassign, in.AccountAssignmentDeletionRequestId)
	if err != nil {
		return nil, err
	}
	return &ssoadmin.DescribeAccountAssignmentDeletionStatusOutput{AccountAssignmentDeletionStatus: c.assignment(q)}, nil
}

// DescribePermissionSetProvisioningStatus tells how a provisioning went.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribePermissionSetProvisioningStatus.html
func (s *Service) DescribePermissionSetProvisioningStatus(_ context.Context, c scope, in *ssoadmin.DescribePermissionSetProvisioningStatusInput) (*ssoadmin.DescribePermissionSetProvisioningStatusOutput, error) {
	q, err := c.request(directory.SSOProvision, in.ProvisionPermissionSetRequestId)
	if err != nil {
		return nil, err
	}
	return &ssoadmin.DescribePermissionSetProvisioningStatusOutput{PermissionSetProvisioningStatus: c.provisioning(q, q.Status)}, nil
}

// requests tells the requests of a kind, the oldest first.
func requests[T any](c scope, kind directory.SSOKind, filter *ssoadmin.OperationStatusFilter, token *string, size int32, show func(*directory.SSORequest) T) ([]T, *string, error) {
	page, err := newPage[T](token, size)
	if err != nil {
		return nil, nil, err
	}
	c.View.SSORequests(c.instance.ID, kind, page.After, func(q *directory.SSORequest) bool {
		return filter != nil && filter.Status != "" && filter.Status != q.Status || page.Add(q.ID, show(q))
	})
	return page.Items, page.NextToken(), nil
}

func briefAssignment(q *directory.SSORequest) ssoadmin.AccountAssignmentOperationStatusMetadata {
	return ssoadmin.AccountAssignmentOperationStatusMetadata{CreatedDate: q.Created, RequestId: q.ID, Status: q.Status}
}

// ListAccountAssignmentCreationStatus tells how assignments went.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentCreationStatus.html
func (s *Service) ListAccountAssignmentCreationStatus(_ context.Context, c scope, in *ssoadmin.ListAccountAssignmentCreationStatusInput) (*ssoadmin.ListAccountAssignmentCreationStatusOutput, error) {
	if in.Filter != nil && in.Filter.Status == inProgress {
		return c.assignmentsUnderWay(in)
	}
	items, next, err := requests(c, directory.SSOAssign, in.Filter, in.NextToken, in.MaxResults, briefAssignment)
	return &ssoadmin.ListAccountAssignmentCreationStatusOutput{AccountAssignmentsCreationStatus: items, NextToken: next}, err
}

// assignmentsUnderWay are those that wait: the few among the requests of ninety
// days, found without reading these.
func (s scope) assignmentsUnderWay(in *ssoadmin.ListAccountAssignmentCreationStatusInput) (*ssoadmin.ListAccountAssignmentCreationStatusOutput, error) {
	page, err := newPage[ssoadmin.AccountAssignmentOperationStatusMetadata](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	s.View.AllWaiting(s.instance.ID, page.After, func(key, request string, _ directory.Assignment) bool {
		q, ok := s.View.SSORequest(s.instance.ID, directory.SSOAssign, request)
		return !ok || page.Add(key, briefAssignment(q))
	})
	return &ssoadmin.ListAccountAssignmentCreationStatusOutput{AccountAssignmentsCreationStatus: page.Items, NextToken: page.NextToken()}, nil
}

// ListAccountAssignmentDeletionStatus tells how assignments' ends went.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentDeletionStatus.html
func (s *Service) ListAccountAssignmentDeletionStatus(_ context.Context, c scope, in *ssoadmin.ListAccountAssignmentDeletionStatusInput) (*ssoadmin.ListAccountAssignmentDeletionStatusOutput, error) {
	items, next, err := requests(c, directory.SSOUnassign, in.Filter, in.NextToken, in.MaxResults, briefAssignment)
	return &ssoadmin.ListAccountAssignmentDeletionStatusOutput{AccountAssignmentsDeletionStatus: items, NextToken: next}, err
}

// ListPermissionSetProvisioningStatus tells how provisionings went.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSetProvisioningStatus.html
func (s *Service) ListPermissionSetProvisioningStatus(_ context.Context, c scope, in *ssoadmin.ListPermissionSetProvisioningStatusInput) (*ssoadmin.ListPermissionSetProvisioningStatusOutput, error) {
	items, next, err := requests(c, directory.SSOProvision, in.Filter, in.NextToken, in.MaxResults, func(q *directory.SSORequest) ssoadmin.PermissionSetProvisioningStatusMetadata {
		return ssoadmin.PermissionSetProvisioningStatusMetadata{CreatedDate: q.Created, RequestId: q.ID, Status: q.Status}
	})
	return &ssoadmin.ListPermissionSetProvisioningStatusOutput{PermissionSetsProvisioningStatus: items, NextToken: next}, err
}
