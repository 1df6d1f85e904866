package explain_test

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

// What a role of IAM Identity Center may do is changed in its permission set:
// AWS refuses to change the role. All with the set may then do it, which is
// said.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
func TestARoleOfIdentityCenterIsMendedInItsPermissionSet(t *testing.T) {
	for _, c := range []struct {
		rule     string
		identity []string
		home     explain.Home
		title    string
		command  []string
	}{
		{"without an inline policy, found by its name", nil, explain.Home{},
			"with an inline policy of permission set AWSAdministratorAccess",
			[]string{`= 'AWSAdministratorAccess' ]; then aws sso-admin put-inline-policy-to-permission-set --instance-arn "$INSTANCE" --permission-set-arn "$SET"`, "provision-permission-set"}},
		{"without an inline policy, by its ARN", nil,
			explain.Home{Kind: explain.PermissionSetInline, Owner: "Admins", ARN: "arn:aws:sso:::permissionSet/ssoins-1/ps-1", Instance: "arn:aws:sso:::instance/ssoins-1"},
			"with an inline policy of permission set Admins",
			[]string{"aws sso-admin put-inline-policy-to-permission-set --instance-arn arn:aws:sso:::instance/ssoins-1 --permission-set-arn arn:aws:sso:::permissionSet/ssoins-1/ps-1 --inline-policy '{",
				" && aws sso-admin provision-permission-set --instance-arn arn:aws:sso:::instance/ssoins-1 --permission-set-arn arn:aws:sso:::permissionSet/ssoins-1/ps-1 --target-type ALL_PROVISIONED_ACCOUNTS"}},
		{"with one, which is not replaced", []string{statement(`"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::c/*"`)},
			explain.Home{Kind: explain.PermissionSetInline, Owner: "Admins"}, "add " + object + " to Resource", []string{`"arn:aws:s3:::c/*","` + object + `"`}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			q := scene{caller: regional, action: "s3:GetObject", resource: object, identity: c.identity}.question(t)
			q.Homes = func(r explain.Ref) explain.Home {
				if r.Layer == authz.IdentityLayer && r.Index == 0 {
					return c.home
				}
				return explain.Home{}
			}
			x := explain.Explain(q, true)
			if len(x.Fixes) == 0 || !strings.HasSuffix(x.Fixes[0].Title, c.title) {
				t.Fatalf("%v", titles(x.Fixes))
			}
			f := x.Fixes[0]
			for _, want := range c.command {
				if !strings.Contains(f.Edits[0].Command, want) {
					t.Errorf("%s\nhas no %s", f.Edits[0].Command, want)
				}
			}
			if !strings.Contains(strings.Join(f.Warnings, ""), "in every account where it is assigned") {
				t.Errorf("%v", f.Warnings)
			}
			for _, other := range x.Fixes {
				if strings.Contains(other.Edits[0].Command, "put-role-policy") || c.identity != nil && strings.Contains(other.Title, "with an inline policy") {
					t.Errorf("%s: %s", other.Title, other.Edits[0].Command)
				}
			}
		})
	}
}

// Who may come to such a role is not in anybody's hands but by an assignment.
func TestTheTrustPolicyOfARoleOfIdentityCenterIsLeftAlone(t *testing.T) {
	role := strings.TrimSuffix(regional, "@yangci.ou")
	s := scene{caller: devRole + "@ann", action: "sts:AssumeRole", resource: role, identity: []string{statement(mayAssume)},
		trust: statement(`"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::` + account + `:saml-provider/AWSSSO_1_DO_NOT_DELETE"},"Action":["sts:AssumeRoleWithSAML","sts:TagSession"]`)}
	q := s.question(t)
	q.Homes = func(r explain.Ref) explain.Home {
		if r.Layer == authz.ResourceLayer {
			return explain.Home{Kind: explain.AssignedRoleTrust, Owner: "AWSReservedSSO_AWSAdministratorAccess_9999999999999999"}
		}
		return explain.Home{}
	}
	x := explain.Explain(q, true)
	if x.Allowed || len(x.Fixes) > 0 {
		t.Errorf("%v", titles(x.Fixes))
	}
	if len(x.Mistakes) == 0 || x.Mistakes[0].Name != "sso-role-trust" || !strings.Contains(x.Mistakes[0].Text, "permission set AWSAdministratorAccess") {
		t.Errorf("%+v", x.Mistakes)
	}
}
