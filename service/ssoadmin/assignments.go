package ssoadmin

import (
	"context"
	"errors"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) assignmentOperations() []service.Operation {
	return []service.Operation{
		bind(ssoadmin.CreateAccountAssignment, func(in *ssoadmin.CreateAccountAssignmentInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn, account: in.TargetId}
		}, s.CreateAccountAssignment),
		bind(ssoadmin.DeleteAccountAssignment, func(in *ssoadmin.DeleteAccountAssignmentInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn, account: in.TargetId}
		}, s.DeleteAccountAssignment),
		bind(ssoadmin.ListAccountAssignments, func(in *ssoadmin.ListAccountAssignmentsInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn, account: in.AccountId}
		}, s.ListAccountAssignments),
		bind(ssoadmin.ListAccountAssignmentsForPrincipal, func(in *ssoadmin.ListAccountAssignmentsForPrincipalInput) target {
			return target{instance: in.InstanceArn}
		}, s.ListAccountAssignmentsForPrincipal),
	}
}

// reachesAccounts tells whether the instance is an organization's, or that of
// an account in none: that of a member has no permission sets.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/account-instances-identity-center.html
func (s scope) reachesAccounts(r *directory.Reader) bool {
	if _, ok := r.Member(s.instance.Account); !ok {
		return true
	}
	_, manages := organizationOf(r, s.instance.Account)
	return manages
}

// reach finds an account that the caller may bring permission sets to. The
// account that manages the organization is its own alone to give access to.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html
func (s scope) reach(r *directory.Reader, digits string) (arn.AccountID, error) {
	account, err := reachable(r, s.instance, digits)
	if err == nil && account == s.instance.Account && s.Account != account {
		return arn.AccountID{}, notYours()
	}
	return account, err
}

// reachable finds an account that an instance brings permission sets to.
func reachable(r *directory.Reader, i *directory.Instance, digits string) (arn.AccountID, error) {
	account, err := arn.ParseAccountID(digits)
	if err != nil {
		return arn.AccountID{}, notFound("Account", digits)
	}
	if account == i.Account {
		return account, nil
	}
	o, ok := organizationOf(r, i.Account)
	if !ok {
		return arn.AccountID{}, notFound("Account", digits)
	}
	if m, ok := r.Member(account); !ok || m.Organization != o.ID || m.State != "" {
		return arn.AccountID{}, notFound("Account", digits)
	}
	return account, nil
}

// asked is an assignment as an operation names it, with its permission set.
func (s scope) asked(r *directory.Reader, set, digits, principalType, principal string) (*directory.PermissionSet, directory.Assignment, error) {
	p, err := s.set(r, set)
	if err != nil {
		return nil, directory.Assignment{}, err
	}
	account, err := s.reach(r, digits)
	return p, directory.Assignment{Account: account, PermissionSet: p.ID, Type: principalType, Principal: principal}, err
}

func (s scope) newRequest(kind directory.SSOKind) (*directory.SSORequest, error) {
	id, err := requestID(s.Rand, s.Now)
	return &directory.SSORequest{ID: id, Kind: kind, Created: second(s.Now), Status: succeeded}, err
}

// about tells what a request was for.
func about(q *directory.SSORequest, a directory.Assignment) {
	q.Account, q.PermissionSet, q.Type, q.Principal = a.Account, a.PermissionSet, a.Type, a.Principal
}

// CreateAccountAssignment lets a user or group use a permission set in an
// account, which is brought there if it is not there as it is now. Of the same
// one only one request is under way at a time.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html
func (s *Service) CreateAccountAssignment(ctx context.Context, c scope, in *ssoadmin.CreateAccountAssignmentInput) (*ssoadmin.CreateAccountAssignmentOutput, error) {
	q, err := c.newRequest(directory.SSOAssign)
	if err != nil {
		return nil, err
	}
	s.assigning.Add(1)
	defer s.assigning.Add(-1)
	wait := s.mustWait(c)
	err = c.Update(ctx, func(tx *directory.Tx) error {
		q.Status, q.Failure = succeeded, ""
		if _, err := c.in(tx); err != nil {
			return err
		}
		p, a, err := c.asked(&tx.Reader, in.PermissionSetArn, in.TargetId, in.PrincipalType, in.PrincipalId)
		if err != nil {
			return err
		}
		if !principalExists(&tx.Reader, c.instance.Store, a) {
			return notFound(a.Type, a.Principal)
		}
		if _, ok := tx.Waiting(c.instance.ID, a); ok {
			return underWay()
		}
		about(q, a)
		if wait {
			q.Status = inProgress
			tx.PutWaiting(c.instance.ID, a, q.ID)
		} else {
			err = assign(tx, c.maker(), p, a)
		}
		if why, ok := errors.AsType[failed](err); ok {
			q.Status, q.Failure, err = failure, string(why), nil
		}
		tx.AddSSORequest(c.instance.ID, q)
		return err
	})
	if wait && err == nil {
		s.wake()
	}
	return &ssoadmin.CreateAccountAssignmentOutput{AccountAssignmentCreationStatus: c.begun(q)}, err
}

func principalExists(r *directory.Reader, store string, a directory.Assignment) bool {
	if a.Type == directory.PrincipalGroup {
		_, ok := r.PersonGroup(store, a.Principal)
		return ok
	}
	_, ok := r.Person(store, a.Principal)
	return ok
}

func assign(tx *directory.Tx, m *maker, p *directory.PermissionSet, a directory.Assignment) error {
	at, err := m.provision(tx, p, a.Account)
	if err != nil {
		return err
	}
	if !tx.Assigned(p.Instance, a) {
		tx.PutAssignment(p.Instance, a)
		at.Assignments++
	}
	tx.PutProvisioned(p.Instance, at)
	return nil
}

// DeleteAccountAssignment takes a permission set in an account away from a user
// or group. With the last one the account's role goes, and with it its sessions.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteAccountAssignment.html
func (s *Service) DeleteAccountAssignment(ctx context.Context, c scope, in *ssoadmin.DeleteAccountAssignmentInput) (*ssoadmin.DeleteAccountAssignmentOutput, error) {
	q, err := c.newRequest(directory.SSOUnassign)
	if err != nil {
		return nil, err
	}
	err = c.Update(ctx, func(tx *directory.Tx) error {
		i, err := c.in(tx)
		if err != nil {
			return err
		}
		p, a, err := c.asked(&tx.Reader, in.PermissionSetArn, in.TargetId, in.PrincipalType, in.PrincipalId)
		if err != nil {
			return err
		}
		if _, ok := tx.Waiting(i.ID, a); ok {
			return underWay()
		}
		was, ok := tx.Provisioned(i.ID, p.ID, a.Account)
		if !ok || !tx.Assigned(i.ID, a) {
			return missing("PermissionSet with id %s is not assigned to %s %s in account %s.", p.ID, a.Type, a.Principal, a.Account)
		}
		about(q, a)
		tx.DeleteAssignment(i.ID, a)
		at := *was
		if at.Assignments--; at.Assignments > 0 {
			tx.PutProvisioned(i.ID, &at)
		} else {
			withdraw(tx, i, &at)
		}
		tx.AddSSORequest(i.ID, q)
		return nil
	})
	return &ssoadmin.DeleteAccountAssignmentOutput{AccountAssignmentDeletionStatus: c.begun(q)}, err
}

// ListAccountAssignments tells who may use a permission set in an account.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignments.html
func (s *Service) ListAccountAssignments(_ context.Context, c scope, in *ssoadmin.ListAccountAssignmentsInput) (*ssoadmin.ListAccountAssignmentsOutput, error) {
	page, err := newPage[ssoadmin.AccountAssignment](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	p, err := c.set(&c.View.Reader, in.PermissionSetArn)
	if err != nil {
		return nil, err
	}
	account, err := arn.ParseAccountID(in.AccountId)
	if err != nil {
		return nil, notFound("Account", in.AccountId)
	}
	c.View.Assignments(p.Instance, account, p.ID, page.After, func(a directory.Assignment) bool {
		return page.Add(a.Type+"/"+a.Principal, ssoadmin.AccountAssignment{
			AccountId: in.AccountId, PermissionSetArn: in.PermissionSetArn, PrincipalId: a.Principal, PrincipalType: a.Type,
		})
	})
	return &ssoadmin.ListAccountAssignmentsOutput{AccountAssignments: page.Items, NextToken: page.NextToken()}, nil
}

// ListAccountAssignmentsForPrincipal tells what a user or group may use; of a
// user, by way of its groups too.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentsForPrincipal.html
func (s *Service) ListAccountAssignmentsForPrincipal(_ context.Context, c scope, in *ssoadmin.ListAccountAssignmentsForPrincipalInput) (*ssoadmin.ListAccountAssignmentsForPrincipalOutput, error) {
	page, err := newPage[ssoadmin.AccountAssignmentForPrincipal](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	principals := []directory.Assignment{{Type: in.PrincipalType, Principal: in.PrincipalId}}
	if !principalExists(&c.View.Reader, c.instance.Store, principals[0]) {
		return nil, notFound(in.PrincipalType, in.PrincipalId)
	}
	if in.PrincipalType == directory.PrincipalUser {
		c.View.GroupsOfPerson(c.instance.Store, in.PrincipalId, "", func(m *directory.Membership) bool {
			principals = append(principals, directory.Assignment{Type: directory.PrincipalGroup, Principal: m.Group})
			return true
		})
	}
	for i, of := range principals {
		more := true
		c.View.AssignmentsTo(c.instance.ID, of.Type, of.Principal, "", func(a directory.Assignment) bool {
			if in.Filter != nil && in.Filter.AccountId != "" && in.Filter.AccountId != a.Account.String() {
				return true
			}
			key := string(rune('0'+min(i, 1))) + of.Principal + "/" + a.Account.String() + "/" + a.PermissionSet // the user's own first
			more = page.AddAfter(key, ssoadmin.AccountAssignmentForPrincipal{
				AccountId: a.Account.String(), PermissionSetArn: setARN(c.Partition, c.instance.ID, a.PermissionSet),
				PrincipalId: a.Principal, PrincipalType: a.Type,
			})
			return more
		})
		if !more {
			break
		}
	}
	return &ssoadmin.ListAccountAssignmentsForPrincipalOutput{AccountAssignments: page.Items, NextToken: page.NextToken()}, nil
}
