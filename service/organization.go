package service

import (
	"strings"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The policy types of an organization that decide.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html
const (
	ServiceControlPolicy  = "SERVICE_CONTROL_POLICY"
	ResourceControlPolicy = "RESOURCE_CONTROL_POLICY"
)

// fullAccess are the policies of AWS's own that allow everything, by their ids.
// An organization attaches them to whatever it makes.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
var fullAccess = map[string]string{
	"p-FullAWSAccess":    `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
	"p-RCPFullAWSAccess": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`,
}

// place is where an account is in an organization. The zero value is nowhere.
type place struct {
	org    *directory.Organization
	nodes  []*directory.Node // from the root to the account
	closed bool              // the account was closed
}

// placeOf finds an account's place.
func (c *Call) placeOf(account arn.AccountID) place {
	if account.IsZero() {
		return place{}
	}
	org, nodes, m, ok := c.View.Path(account)
	if !ok {
		return place{}
	}
	return place{org, nodes, m.State != ""}
}

// accountClosed refuses all that has to do with a closed account. The words
// are our own: AWS documents none.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_close.html
func accountClosed(s *api.Service) error { return accessDenied(s, "The account is closed.") }

// path is the place as aws:PrincipalOrgPaths and aws:ResourceOrgPaths show it:
// the organization, the root and the units, each with a slash behind.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
func (p place) path() string {
	var b strings.Builder
	b.WriteString(p.org.ID + "/")
	for _, n := range p.nodes[:len(p.nodes)-1] {
		b.WriteString(n.ID + "/")
	}
	return b.String()
}

// manages tells whether the account manages the organization: its policies do
// not bind that one.
func (p place) manages() bool { return p.nodes[len(p.nodes)-1].ID == p.org.Management.String() }

// levels are the policies of one type over an account, the root's first; nil
// where none bind it.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
func (c *Call) levels(p place, policyType string) [][]authz.Named {
	if p.org == nil || p.manages() || !p.org.Has(policyType) {
		return nil
	}
	levels := make([][]authz.Named, len(p.nodes))
	for i, n := range p.nodes {
		for _, ref := range n.Attached {
			if ref.Type == policyType {
				levels[i] = append(levels[i], c.orgPolicy(p.org, ref))
			}
		}
	}
	return levels
}

// controls are the resource control policies over an action on what an account
// has.
func (c *Call) controls(p place, action string) [][]authz.Named {
	if p.org == nil || !controlled(action) {
		return nil
	}
	return c.levels(p, ResourceControlPolicy)
}

// addPrincipalPlace and addResourcePlace set the condition keys that tell of
// the organization of the caller and of the resource.
func addPrincipalPlace(keys *authz.Context, p place) {
	if p.org != nil {
		keys.Set("aws:PrincipalOrgID", p.org.ID)
		keys.SetMany("aws:PrincipalOrgPaths", p.path())
	}
}

func addResourcePlace(keys *authz.Context, p place) {
	if p.org != nil {
		keys.Set("aws:ResourceOrgID", p.org.ID)
		keys.SetMany("aws:ResourceOrgPaths", p.path())
	}
}

// orgPolicy is one policy. What is not there any more has no document, and so
// denies.
func (c *Call) orgPolicy(org *directory.Organization, ref directory.OrgPolicyRef) authz.Named {
	named := authz.Named{Name: ref.ID, ARN: OrgPolicyARN(c.Partition, org, ref)}
	if _, ok := fullAccess[ref.ID]; ok {
		named.Document = c.door.fullAccess[ref.ID]
		return named
	}
	if p, ok := c.View.OrgPolicy(org.ID, ref.ID); ok {
		named.Name, named.Document = p.Name, p.Content.Document()
	}
	return named
}

// OrgPolicyARN is the name of an organization's policy, or of one of AWS's.
func OrgPolicyARN(partition string, org *directory.Organization, ref directory.OrgPolicyRef) string {
	kind := strings.ToLower(ref.Type)
	if _, ok := fullAccess[ref.ID]; ok {
		return "arn:" + partition + ":organizations::aws:policy/" + kind + "/" + ref.ID
	}
	return "arn:" + partition + ":organizations::" + org.Management.String() + ":policy/" + org.ID + "/" + kind + "/" + ref.ID
}

// FullAccessPolicy is the text of one of AWS's own policies, by its id.
func FullAccessPolicy(id string) (string, bool) {
	text, ok := fullAccess[id]
	return text, ok
}

// controlled are the services whose actions resource control policies bind.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services
func controlled(action string) bool {
	service, _, _ := strings.Cut(action, ":")
	switch strings.ToLower(service) {
	case "s3", "sts", "kms", "sqs", "secretsmanager", "ecr", "aoss", "cognito-idp", "cognito-identity", "dynamodb", "logs":
		return true
	}
	return false
}
