package explain_test

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// What people ask about, as they had it set up: the true cause is named first,
// and the first fix, applied as it is printed, lets the call through.
func TestWhatPeopleAskAbout(t *testing.T) {
	const (
		power      = "arn:aws:iam::" + account + ":role/PowerUser@kevin.hakanson@example.com"
		powerRole  = "arn:aws:iam::" + account + ":role/PowerUser"
		sso        = ssoPath + "us-west-2/AWSReservedSSO_test_sso_role_1a2s3d4f5g6h7j8k@ann"
		ssoRole    = ssoPath + "us-west-2/AWSReservedSSO_test_sso_role_1a2s3d4f5g6h7j8k"
		lambda     = `"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"`
		everything = `"Effect":"Allow","Action":"*","Resource":"*"`
		theirs     = "arn:aws:iam::" + other + ":role/CrossAccountRole"
		provider   = "arn:aws:iam::" + account + ":saml-provider/ExampleCorp"
		cognito    = "arn:aws:iam::" + account + ":role/Cognito_Domain_IdP_Auth_Role@CognitoIdentityCredentials"
		page       = "arn:aws:s3:::site/secured/index.html"
	)
	for _, c := range []struct {
		asked   string // in the words of who asked
		scene   scene
		mistake string // "" where none of the catalogue was made
		verdict string
		fix     string
	}{
		{
			asked: "the trust policy names the firehose service, and an SSO user is to assume the role",
			scene: scene{
				caller: sso, action: "sts:AssumeRole", resource: "arn:aws:iam::" + account + ":role/service-role/KinesisFirehose",
				identity: []string{statement(mayAssume)},
				trust:    statement(`"Effect":"Allow","Principal":{"Service":"firehose.amazonaws.com"},"Action":"sts:AssumeRole"`),
			},
			verdict: "the role's trust policy does not allow it",
			fix:     "let " + ssoRole + " in",
		},
		{
			asked: "the session's ARN was added to the trust policy, and a colleague comes",
			scene: scene{
				caller: ssoRole + "@bob", action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
				trust: statement(`"Effect":"Allow","Principal":{"AWS":"arn:aws:sts::` + account + `:assumed-role/AWSReservedSSO_test_sso_role_1a2s3d4f5g6h7j8k/ann"},"Action":"sts:AssumeRole"`),
			},
			mistake: "session-arn",
			verdict: "speaks of arn:aws:sts::",
			fix:     "let " + ssoRole + " in",
		},
		{
			asked: "the account is trusted with ArnLike on the role, and the pattern lacks the region",
			scene: scene{
				caller: sso, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
				trust: statement(trustByPath + `["` + ssoPath + `AWSReservedSSO_test_sso_role_*"]}}`),
			},
			mistake: "sso-role-region",
			verdict: "needs aws:PrincipalArn to be like",
			fix:     "put the region us-west-2 into the path of aws:PrincipalArn",
		},
		{
			asked: "a permission set may only assume one role, whose trust policy names the SAML provider of SSO",
			scene: scene{
				caller: sso, action: "sts:AssumeRole", resource: "arn:aws:iam::" + account + ":role/test_sso_role",
				identity: []string{statement(`"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::` + account + `:role/test_sso_role"`)},
				trust:    statement(`"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::` + account + `:saml-provider/AWSSSO_a1b2c3d4e5f6g8_DO_NOT_DELETE"},"Action":"sts:AssumeRoleWithSAML"`),
			},
			mistake: "wrong-operation",
			verdict: "the role's trust policy does not allow it",
			fix:     "let " + ssoRole + " in",
		},
		{
			asked: "the user was allowed AssumeRoleWithSAML, and calls AssumeRole",
			scene: scene{
				caller: annARN, action: "sts:AssumeRole", resource: target,
				identity: []string{statement(`"Effect":"Allow","Action":["sts:AssumeRoleWithSAML"],"Resource":"` + target + `"`)},
				trust:    statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"`),
			},
			verdict: "no identity-based policy allows it",
			fix:     "add sts:AssumeRole to Action",
		},
		{
			asked: "PowerUser may assume roles, and this one trusts EC2 alone",
			scene: scene{
				caller: power, action: "sts:AssumeRole", resource: "arn:aws:iam::" + account + ":role/kjh-s3-encryption-test1-role",
				identity: []string{statement(mayAssume)},
				trust:    statement(`"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"`),
			},
			verdict: "speaks of ec2.amazonaws.com",
			fix:     "let " + powerRole + " in",
		},
		{
			asked: "the role may read objects, and not who owns them",
			scene: scene{
				caller: power, action: "s3:GetObjectAcl", resource: "arn:aws:s3:::kjh-encryption-test1/cli-s3api-kms/QBF.txt.enc",
				identity: []string{statement(`"Effect":"Allow","Action":["s3:DeleteObject","s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::kjh-encryption-test1/*"]`)},
			},
			verdict: "no identity-based policy allows it",
			fix:     "add s3:GetObjectAcl to Action",
		},
		{
			asked: "the other account trusts this one, and the user has no permission of their own",
			scene: scene{
				caller: annARN, action: "sts:AssumeRole", resource: theirs,
				trust: statement(`"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + account + `:root"},"Action":"sts:AssumeRole","Condition":{}`),
			},
			mistake: "one-side",
			verdict: "no identity-based policy allows it",
			fix:     "allow sts:AssumeRole on " + theirs + " with an inline policy",
		},
		{
			asked: "the user may, and the other account does not trust this one",
			scene: scene{
				caller: annARN, action: "sts:AssumeRole", resource: theirs,
				identity: []string{statement(`"Effect":"Allow","Action":"sts:AssumeRole","Resource":"` + theirs + `"`)},
				trust:    statement(`"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::333333333333:root"},"Action":"sts:AssumeRole","Condition":{}`),
			},
			mistake: "one-side",
			verdict: "the role's trust policy does not allow it",
			fix:     "let " + annARN + " in",
		},
		{
			asked: "a third party forgets the external id",
			scene: scene{
				caller: annARN, action: "sts:AssumeRole", resource: theirs, identity: []string{statement(mayAssume)},
				trust: statement(`"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + account + `:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"my-unique-external-id-12345"}}`),
			},
			mistake: "one-side",
			verdict: "the request has no sts:ExternalId",
			fix:     "pass the external id my-unique-external-id-12345",
		},
		{
			asked: "the trust policy asks for MFA, and the keys are long-term ones",
			scene: scene{
				caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
				trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`),
			},
			mistake: "mfa",
			verdict: "the request has no aws:MultiFactorAuthPresent",
			fix:     "use MFA",
		},
		{
			asked: "only sessions called admin-… are taken",
			scene: scene{
				caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
				trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"StringLike":{"sts:RoleSessionName":"admin-*"}}`),
				keys:  map[string]string{"sts:RoleSessionName": "test-session"},
			},
			mistake: "session-name",
			verdict: "the request has test-session",
			fix:     "name the session admin-session",
		},
		{
			asked: "a service was named without its domain",
			scene: scene{
				caller: "ec2.amazonaws.com", action: "sts:AssumeRole", resource: target,
				trust: statement(`"Effect":"Allow","Principal":{"Service":"ec2"},"Action":"sts:AssumeRole"`),
			},
			mistake: "service-principal",
			verdict: "speaks of ec2, not of ec2.amazonaws.com",
			fix:     "let ec2.amazonaws.com in",
		},
		{
			asked: "a role for Lambda is to be assumed by a developer as well",
			scene: scene{
				caller: devRole + "@ann", action: "sts:AssumeRole", resource: target,
				identity: []string{statement(everything)}, trust: statement(lambda),
			},
			verdict: "speaks of lambda.amazonaws.com",
			fix:     "let " + devRole + " in",
		},
		{
			asked: "the assertion comes to another address than the trust policy asks for",
			scene: scene{
				caller: provider, action: "sts:AssumeRoleWithSAML", resource: target,
				keys:  map[string]string{"saml:aud": "https://signin.aws.amazon.com/saml"},
				trust: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRoleWithSAML","Principal":{"Federated":"` + provider + `"},"Condition":{"StringEquals":{"SAML:aud":"https://us-east-1.signin.aws.amazon.com/saml"}}}}`,
			},
			mistake: "saml-aud",
			verdict: "the request has https://signin.aws.amazon.com/saml",
			fix:     "add https://signin.aws.amazon.com/saml to the values of SAML:aud",
		},
		{
			asked: "a page for users of Cognito, and a denial of everybody that hits them too",
			scene: scene{
				caller: cognito, action: "s3:GetObject", resource: page,
				identity: []string{statement(`"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*"`)},
				bucket: `{"Version":"2012-10-17","Statement":[
					{"Sid":"DenySecured","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::site/secured/*"},
					{"Sid":"Users","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + account + `:role/Cognito_Domain_IdP_Auth_Role"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::site/secured/*"},
					{"Sid":"Web","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*"}]}`,
			},
			mistake: "deny-hits-exempt",
			verdict: "statement DenySecured of the resource-based policy",
			fix:     "leave arn:aws:iam::" + account + ":role/Cognito_Domain_IdP_Auth_Role out of statement DenySecured",
		},
	} {
		t.Run(c.asked, func(t *testing.T) {
			q := c.scene.question(t)
			q.Homes = func(r explain.Ref) explain.Home {
				return explain.Home{Kind: explain.OrganizationPolicy, Policy: place(r)}
			}
			x := explain.Explain(q, true)
			if x.Allowed || !strings.Contains(x.Verdict, c.verdict) {
				t.Errorf("%v %q, want %q", x.Allowed, x.Verdict, c.verdict)
			}
			named := ""
			if len(x.Mistakes) > 0 {
				named = x.Mistakes[0].Name
			}
			if named != c.mistake {
				t.Errorf("mistakes %+v, want %q first", x.Mistakes, c.mistake)
			}
			if len(x.Fixes) == 0 || !strings.HasPrefix(x.Fixes[0].Title, c.fix) {
				t.Fatalf("fixes %q, want %q first", titles(x.Fixes), c.fix)
			}
			if d := decideWith(t, c.scene.question(t), x.Fixes[0]); !d.Allowed {
				t.Errorf("%q, applied: %+v", x.Fixes[0].Title, d)
			}
		})
	}
}
