package ssoadmin

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) applicationAssignmentOperations() []service.Operation {
	return []service.Operation{
		bind(ssoadmin.PutApplicationAssignmentConfiguration, func(in *ssoadmin.PutApplicationAssignmentConfigurationInput) target {
			return target{application: in.ApplicationArn}
		}, s.PutApplicationAssignmentConfiguration),
		bind(ssoadmin.GetApplicationAssignmentConfiguration, func(in *ssoadmin.GetApplicationAssignmentConfigurationInput) target {
			return target{application: in.ApplicationArn}
		}, s.GetApplicationAssignmentConfiguration),
		bind(ssoadmin.CreateApplicationAssignment, func(in *ssoadmin.CreateApplicationAssignmentInput) target {
			return target{application: in.ApplicationArn}
		}, s.CreateApplicationAssignment),
		bind(ssoadmin.DescribeApplicationAssignment, func(in *ssoadmin.DescribeApplicationAssignmentInput) target {
			return target{application: in.ApplicationArn}
		}, s.DescribeApplicationAssignment),
		bind(ssoadmin.DeleteApplicationAssignment, func(in *ssoadmin.DeleteApplicationAssignmentInput) target {
			return target{application: in.ApplicationArn}
		}, s.DeleteApplicationAssignment),
		bind(ssoadmin.ListApplicationAssignments, func(in *ssoadmin.ListApplicationAssignmentsInput) target {
			return target{application: in.ApplicationArn}
		}, s.ListApplicationAssignments),
		bind(ssoadmin.ListApplicationAssignmentsForPrincipal, func(in *ssoadmin.ListApplicationAssignmentsForPrincipalInput) target {
			return target{instance: in.InstanceArn}
		}, s.ListApplicationAssignmentsForPrincipal),
	}
}

// PutApplicationAssignmentConfiguration says whether an assignment is needed.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutApplicationAssignmentConfiguration.html
func (s *Service) PutApplicationAssignmentConfiguration(ctx context.Context, c scope, in *ssoadmin.PutApplicationAssignmentConfigurationInput) (*ssoadmin.PutApplicationAssignmentConfigurationOutput, error) {
	return &ssoadmin.PutApplicationAssignmentConfigurationOutput{}, c.changeApplication(ctx, in.ApplicationArn, func(_ *directory.Tx, a *directory.Application) error {
		a.Unassigned = !in.AssignmentRequired
		return nil
	})
}

// GetApplicationAssignmentConfiguration tells whether it is.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetApplicationAssignmentConfiguration.html
func (s *Service) GetApplicationAssignmentConfiguration(_ context.Context, c scope, in *ssoadmin.GetApplicationAssignmentConfigurationInput) (*ssoadmin.GetApplicationAssignmentConfigurationOutput, error) {
	a, err := c.application(&c.View.Reader, in.ApplicationArn)
	if err != nil {
		return nil, err
	}
	return &ssoadmin.GetApplicationAssignmentConfigurationOutput{AssignmentRequired: !a.Unassigned}, nil
}

// CreateApplicationAssignment lets a user or group use an application.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateApplicationAssignment.html
func (s *Service) CreateApplicationAssignment(ctx context.Context, c scope, in *ssoadmin.CreateApplicationAssignmentInput) (*ssoadmin.CreateApplicationAssignmentOutput, error) {
	return &ssoadmin.CreateApplicationAssignmentOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		a, err := c.application(&tx.Reader, in.ApplicationArn)
		if err != nil {
			return err
		}
		if !principalExists(&tx.Reader, c.instance.Store, directory.Assignment{Type: in.PrincipalType, Principal: in.PrincipalId}) {
			return notFound(in.PrincipalType, in.PrincipalId)
		}
		if tx.AppAssigned(a.Instance, a.ID, in.PrincipalType, in.PrincipalId) {
			return conflict("%s %s is already assigned to the application.", in.PrincipalType, in.PrincipalId)
		}
		tx.PutAppAssignment(a, in.PrincipalType, in.PrincipalId)
		return nil
	})
}

func notAssigned(principalType, id string) error {
	return missing("%s %s is not assigned to the application.", principalType, id)
}

// DescribeApplicationAssignment tells that an assignment is there.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeApplicationAssignment.html
func (s *Service) DescribeApplicationAssignment(_ context.Context, c scope, in *ssoadmin.DescribeApplicationAssignmentInput) (*ssoadmin.DescribeApplicationAssignmentOutput, error) {
	a, err := c.application(&c.View.Reader, in.ApplicationArn)
	if err != nil {
		return nil, err
	}
	if !c.View.AppAssigned(a.Instance, a.ID, in.PrincipalType, in.PrincipalId) {
		return nil, notAssigned(in.PrincipalType, in.PrincipalId)
	}
	return &ssoadmin.DescribeApplicationAssignmentOutput{ApplicationArn: in.ApplicationArn, PrincipalId: in.PrincipalId, PrincipalType: in.PrincipalType}, nil
}

// DeleteApplicationAssignment takes an application away from a user or group.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteApplicationAssignment.html
func (s *Service) DeleteApplicationAssignment(ctx context.Context, c scope, in *ssoadmin.DeleteApplicationAssignmentInput) (*ssoadmin.DeleteApplicationAssignmentOutput, error) {
	return &ssoadmin.DeleteApplicationAssignmentOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		a, err := c.application(&tx.Reader, in.ApplicationArn)
		if err != nil {
			return err
		}
		if !tx.AppAssigned(a.Instance, a.ID, in.PrincipalType, in.PrincipalId) {
			return notAssigned(in.PrincipalType, in.PrincipalId)
		}
		tx.DeleteAppAssignment(a, in.PrincipalType, in.PrincipalId)
		return nil
	})
}

// ListApplicationAssignments tells who may use an application.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListApplicationAssignments.html
func (s *Service) ListApplicationAssignments(_ context.Context, c scope, in *ssoadmin.ListApplicationAssignmentsInput) (*ssoadmin.ListApplicationAssignmentsOutput, error) {
	page, err := newPage[ssoadmin.ApplicationAssignment](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	a, err := c.application(&c.View.Reader, in.ApplicationArn)
	if err != nil {
		return nil, err
	}
	c.View.AppAssignments(a.Instance, a.ID, page.After, func(principal string) bool {
		principalType, id, _ := strings.Cut(principal, "/")
		return page.Add(principal, ssoadmin.ApplicationAssignment{ApplicationArn: in.ApplicationArn, PrincipalId: id, PrincipalType: principalType})
	})
	return &ssoadmin.ListApplicationAssignmentsOutput{ApplicationAssignments: page.Items, NextToken: page.NextToken()}, nil
}

// ListApplicationAssignmentsForPrincipal tells the applications that are
// assigned to a user or group itself.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListApplicationAssignmentsForPrincipal.html
func (s *Service) ListApplicationAssignmentsForPrincipal(_ context.Context, c scope, in *ssoadmin.ListApplicationAssignmentsForPrincipalInput) (*ssoadmin.ListApplicationAssignmentsForPrincipalOutput, error) {
	page, err := newPage[ssoadmin.ApplicationAssignmentForPrincipal](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	if !principalExists(&c.View.Reader, c.instance.Store, directory.Assignment{Type: in.PrincipalType, Principal: in.PrincipalId}) {
		return nil, notFound(in.PrincipalType, in.PrincipalId)
	}
	c.View.AppsAssignedTo(c.instance.ID, in.PrincipalType, in.PrincipalId, page.After, func(id string) bool {
		a, ok := c.View.Application(c.instance.ID, id)
		if !ok || in.Filter != nil && in.Filter.ApplicationArn != "" && in.Filter.ApplicationArn != c.applicationARN(a) {
			return true
		}
		return page.Add(id, ssoadmin.ApplicationAssignmentForPrincipal{ApplicationArn: c.applicationARN(a), PrincipalId: in.PrincipalId, PrincipalType: in.PrincipalType})
	})
	return &ssoadmin.ListApplicationAssignmentsForPrincipalOutput{ApplicationAssignments: page.Items, NextToken: page.NextToken()}, nil
}
