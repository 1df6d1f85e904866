package sso

import (
	"cmp"
	"context"
	"encoding/base64"
	"io"
	"slices"
	"time"

	"github.com/rolecall-iam/rolecall/api/sso"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Sealer makes session tokens; service.Keys is the one of the product.
type Sealer interface {
	SealSession(s *session.Session, rand io.Reader, now time.Time) (string, error)
}

// Service is the portal's API.
type Service struct{ sealer Sealer }

// New makes the service.
func New(sealer Sealer) *Service { return &Service{sealer} }

// Operations are all operations of the model. A bearer token is what each takes
// for a signature.
func (s *Service) Operations() []service.Operation {
	return []service.Operation{
		service.Proven(service.BindOpen(sso.ListAccounts, s.ListAccounts), func(c *service.Call, in *sso.ListAccountsInput) (*service.Caller, error) {
			return prove(c, in.AccessToken)
		}),
		service.Proven(service.BindOpen(sso.ListAccountRoles, s.ListAccountRoles), func(c *service.Call, in *sso.ListAccountRolesInput) (*service.Caller, error) {
			return prove(c, in.AccessToken)
		}),
		service.Proven(service.Bind(sso.GetRoleCredentials, roleNeeds, s.GetRoleCredentials), proveRole),
		service.Proven(service.BindOpen(sso.Logout, s.Logout), func(c *service.Call, in *sso.LogoutInput) (*service.Caller, error) {
			return prove(c, in.AccessToken)
		}),
	}
}

// prove makes the person whose session the token belongs to the caller.
func prove(c *service.Call, token string) (*service.Caller, error) {
	in, ok := service.SignedInBy(&c.View.Reader, token, c.Now, directory.AccessToken, directory.BrowserToken)
	if !ok {
		return nil, unauthorized()
	}
	c.Region, c.Partition = in.Instance.Region, arn.PartitionOf(in.Instance.Region)
	return &service.Caller{
		Principal: authz.Anonymous{},
		UserID:    in.Person.ID,
		Federation: &service.Federation{
			Proof: in,
			Identity: service.PersonIdentity(
				&directory.IdentityStore{ID: in.Instance.Store, Account: in.Instance.Account, Region: in.Instance.Region}, in.Person, in.Session.ID),
			Recipient: in.Instance.Account,
		},
	}, nil
}

// signedIn is what prove found. Nobody gets as far without it.
func signedIn(c *service.Call) service.SignedIn { return c.Caller.Federation.Proof.(service.SignedIn) }

// groupsOf are the ids of the groups that a person is in.
func groupsOf(r *directory.Reader, p *directory.Person) []string {
	var ids []string
	r.GroupsOfPerson(p.Store, p.ID, "", func(m *directory.Membership) bool {
		ids = append(ids, m.Group)
		return true
	})
	return ids
}

// open tells whether an account is there and not closed.
func open(r *directory.Reader, id arn.AccountID) (*directory.Account, bool) {
	a, ok := r.Account(id)
	if !ok {
		return nil, false
	}
	m, ok := r.Member(id)
	return a, !ok || m.State == ""
}

// ListAccounts tells in which accounts a person may use anything.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccounts.html
func (s *Service) ListAccounts(ctx context.Context, in *sso.ListAccountsInput) (*sso.ListAccountsOutput, error) {
	c := service.CallOf(ctx)
	who, r := signedIn(c), &c.View.Reader
	after, err := position(in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &sso.ListAccountsOutput{AccountList: []sso.AccountInfo{}}
	last := ""
	for _, account := range r.AccountsOf(who.Instance.ID, who.Person.ID, groupsOf(r, who.Person)) {
		digits := account.String()
		if digits <= after {
			continue
		}
		a, ok := open(r, account)
		if !ok {
			continue
		}
		if len(out.AccountList) == size(in.MaxResults) {
			out.NextToken = following(last)
			break
		}
		last = digits
		out.AccountList = append(out.AccountList, sso.AccountInfo{
			AccountId: &digits, AccountName: new(cmp.Or(a.Name, digits)), EmailAddress: cmp.Or(a.Email, "root@"+digits+".invalid"),
		})
	}
	return out, nil
}

// ListAccountRoles tells what a person may use in an account, in the order of
// the names.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccountRoles.html
func (s *Service) ListAccountRoles(ctx context.Context, in *sso.ListAccountRolesInput) (*sso.ListAccountRolesOutput, error) {
	c := service.CallOf(ctx)
	who, r := signedIn(c), &c.View.Reader
	after, err := position(in.NextToken)
	if err != nil {
		return nil, err
	}
	names := namesOfSets(r, who, in.AccountId)
	if len(names) == 0 {
		return nil, noAccess()
	}
	slices.Sort(names)
	out := &sso.ListAccountRolesOutput{RoleList: []sso.RoleInfo{}}
	for i, name := range names {
		if name <= after {
			continue
		}
		if len(out.RoleList) == size(in.MaxResults) {
			out.NextToken = following(names[i-1])
			break
		}
		out.RoleList = append(out.RoleList, sso.RoleInfo{AccountId: &in.AccountId, RoleName: &name})
	}
	return out, nil
}

// namesOfSets are the names of the permission sets that a person may use in an
// account.
func namesOfSets(r *directory.Reader, who service.SignedIn, digits string) (names []string) {
	account, err := arn.ParseAccountID(digits)
	if err != nil {
		return nil
	}
	if _, ok := open(r, account); !ok {
		return nil
	}
	for _, set := range r.AccessIn(who.Instance.ID, account, who.Person.ID, groupsOf(r, who.Person)) {
		if p, ok := r.PermissionSet(who.Instance.ID, set); ok {
			names = append(names, p.Name)
		}
	}
	return names
}

// Logout ends the session that the token belongs to, with all its tokens. Role
// sessions run on.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Logout.html
func (s *Service) Logout(ctx context.Context, _ *sso.LogoutInput) (*sso.LogoutOutput, error) {
	c := service.CallOf(ctx)
	who := signedIn(c)
	return &sso.LogoutOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		if in, ok := tx.SSOSession(who.Session.ID); ok {
			tx.DeleteSSOSession(in)
		}
		tx.ForgetExpired(c.Now)
		return nil
	})
}

// mostOnPage is how many items a page holds where nobody says.
const mostOnPage = 100

func size(asked int32) int {
	if asked <= 0 || asked > mostOnPage {
		return mostOnPage
	}
	return int(asked)
}

// tokenPrefix tells our tokens from what a caller made up.
const tokenPrefix = "\x01"

func following(last string) *string {
	token := base64.RawURLEncoding.EncodeToString([]byte(tokenPrefix + last))
	return &token
}

func position(token *string) (string, error) {
	if token == nil || *token == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(*token)
	if err != nil || len(b) < 2 || string(b[:1]) != tokenPrefix {
		return "", badToken()
	}
	return string(b[1:]), nil
}
