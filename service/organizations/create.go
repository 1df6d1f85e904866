package organizations

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// accessRole is the role through which the management account gets into the
// accounts it makes.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
const accessRole = "OrganizationAccountAccessRole"

// The role of the service itself that every member has.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services.html#orgs_integrate_services-using_slrs
const (
	linkedRole   = "AWSServiceRoleForOrganizations"
	linkedPath   = "/aws-service-role/organizations.amazonaws.com/"
	linkedTrust  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"organizations.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	linkedPolicy = directory.PolicyRef("aws:/aws-service-role/AWSOrganizationsServiceTrustPolicy")
)

// CreateAccount makes an account with the role of the management account in
// it. The answer says IN_PROGRESS, as AWS's does; DescribeCreateAccountStatus
// tells how it ended, which is at once.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
func (s *Service) CreateAccount(ctx context.Context, c scope, in *organizations.CreateAccountInput) (*organizations.CreateAccountOutput, error) {
	tags, err := mergeTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	id, err := newID(c.Rand, "car-", requestLetters)
	if err != nil {
		return nil, err
	}
	account, err := newAccountID(c.Rand)
	if err != nil {
		return nil, err
	}
	now := second(c.Now)
	var request *directory.AccountRequest
	err = c.Update(ctx, func(tx *directory.Tx) error {
		o, ok := tx.Organization(c.org.ID)
		if !ok {
			return notInUse()
		}
		request = &directory.AccountRequest{
			ID: id, Organization: o.ID, Name: in.AccountName, State: "SUCCEEDED", Account: account, Requested: now, Completed: now,
		}
		if _, taken := tx.EmailAccount(in.Email); taken {
			request.State, request.Failure, request.Account = "FAILED", "EMAIL_ALREADY_EXISTS", arn.AccountID{}
		} else if err := putAccount(tx, c, o, account, in, tags); err != nil {
			return err
		}
		tx.PutAccountRequest(request)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &organizations.CreateAccountOutput{CreateAccountStatus: &organizations.CreateAccountStatus{
		Id: &request.ID, AccountName: request.Name, State: "IN_PROGRESS", RequestedTimestamp: request.Requested,
	}}, nil
}

func putAccount(tx *directory.Tx, c scope, o *directory.Organization, id arn.AccountID, in *organizations.CreateAccountInput, tags []directory.Tag) error {
	now := second(c.Now)
	tx.PutAccount(&directory.Account{ID: id, Name: in.AccountName, Email: in.Email, Created: now})
	tx.PutEmail(in.Email, id)
	tx.PutMember(nil, &directory.Member{
		Node:    directory.Node{ID: id.String(), Attached: inherited(o), Tags: tags},
		Account: id, Organization: o.ID, Parent: o.Root.ID, Joined: now, Method: "CREATED",
	})
	name := accessRole
	if in.RoleName != nil && *in.RoleName != "" {
		name = *in.RoleName
	}
	role, err := newRole(c.Rand, id, name, "/", now)
	if err != nil {
		return err
	}
	role.Trust = directory.NewPolicyText(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` +
		directory.RootARN(c.Partition, o.Management) + `"},"Action":"sts:AssumeRole"}]}`)
	role.Attached = []directory.PolicyRef{"aws:/AdministratorAccess"}
	tx.CreateRole(role)
	return putLinkedRole(tx, c.Rand, id, now)
}

// putLinkedRole gives an account the role of the service, if it has none.
func putLinkedRole(tx *directory.Tx, rand io.Reader, account arn.AccountID, now time.Time) error {
	if _, ok := tx.Role(account, linkedRole); ok {
		return nil
	}
	role, err := newRole(rand, account, linkedRole, linkedPath, now)
	if err != nil {
		return err
	}
	role.Description = new("Service-linked role used by AWS Organizations to enable integration of other AWS services with Organizations.")
	role.Trust = directory.NewPolicyText(linkedTrust)
	role.Attached = []directory.PolicyRef{linkedPolicy}
	tx.CreateRole(role)
	return nil
}

func newRole(rand io.Reader, account arn.AccountID, name, path string, now time.Time) (*directory.Role, error) {
	id, err := arn.NewID(arn.RolePrefix, account, rand)
	if err != nil {
		return nil, err
	}
	return &directory.Role{
		Entity:             directory.Entity{ID: id, Account: account, Name: name, Path: path, Created: now},
		MaxSessionDuration: 3600,
	}, nil
}

// DescribeCreateAccountStatus tells how the making of an account went.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeCreateAccountStatus.html
func (s *Service) DescribeCreateAccountStatus(_ context.Context, c scope, in *organizations.DescribeCreateAccountStatusInput) (*organizations.DescribeCreateAccountStatusOutput, error) {
	a, ok := c.View.AccountRequest(c.org.ID, in.CreateAccountRequestId)
	if !ok {
		return nil, missing("CreateAccountStatusNotFoundException", "a create account request")
	}
	return &organizations.DescribeCreateAccountStatusOutput{CreateAccountStatus: new(shownRequest(a))}, nil
}

func shownRequest(a *directory.AccountRequest) organizations.CreateAccountStatus {
	shown := organizations.CreateAccountStatus{
		Id: &a.ID, AccountName: a.Name, State: a.State, FailureReason: a.Failure,
		RequestedTimestamp: a.Requested, CompletedTimestamp: a.Completed,
	}
	if !a.Account.IsZero() {
		shown.AccountId = new(a.Account.String())
	}
	return shown
}

// ListCreateAccountStatus tells how the makings of all accounts went.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListCreateAccountStatus.html
func (s *Service) ListCreateAccountStatus(_ context.Context, c scope, in *organizations.ListCreateAccountStatusInput) (*organizations.ListCreateAccountStatusOutput, error) {
	p, err := newPage[organizations.CreateAccountStatus](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	c.View.AccountRequests(c.org.ID, p.After, func(a *directory.AccountRequest) bool {
		return len(in.States) > 0 && !slices.Contains(in.States, a.State) || p.Add(a.ID, shownRequest(a))
	})
	return &organizations.ListCreateAccountStatusOutput{CreateAccountStatuses: p.Items, NextToken: p.NextToken()}, nil
}

// fullAccess are AWS's own policies, which all that is made has from the start.
func fullAccess() []directory.OrgPolicyRef {
	var refs []directory.OrgPolicyRef
	for _, id := range []string{"p-FullAWSAccess", "p-RCPFullAWSAccess"} {
		if p, ok := awsPolicy(id); ok {
			refs = append(refs, directory.OrgPolicyRef{Type: p.Type, ID: id})
		}
	}
	return refs
}

func requestTags(tags []organizations.Tag) []directory.Tag {
	out := make([]directory.Tag, len(tags))
	for i, t := range tags {
		out[i] = directory.Tag{Key: t.Key, Value: t.Value}
	}
	return out
}

// mostTags is how many tags a resource may have.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tagging.html
const mostTags = 50

// mergeTags sets tags beside those that are there.
func mergeTags(old []directory.Tag, set []organizations.Tag) ([]directory.Tag, error) {
	merged := slices.Clone(old)
	for i, t := range set {
		if strings.HasPrefix(strings.ToLower(t.Key), "aws:") {
			return nil, invalid("INVALID_SYSTEM_TAGS_PARAMETER", "You specified a tag key that is a system tag. You can't add, edit, or delete system tag keys because they're reserved for AWS use.")
		}
		if slices.ContainsFunc(set[:i], func(o organizations.Tag) bool { return strings.EqualFold(o.Key, t.Key) }) {
			return nil, invalid("DUPLICATE_TAG_KEY", "Tag keys must be unique among the tags attached to the same entity.")
		}
		at := slices.IndexFunc(merged, func(o directory.Tag) bool { return o.Key == t.Key })
		if at < 0 {
			merged = append(merged, directory.Tag{Key: t.Key, Value: t.Value})
		} else {
			merged[at].Value = t.Value
		}
	}
	if len(merged) > mostTags {
		return nil, constraint("MAX_TAG_LIMIT_EXCEEDED", "You have exceeded the number of tags allowed on this resource.")
	}
	return merged, nil
}
