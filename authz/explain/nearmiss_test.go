package explain_test

import (
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// A mistake is not named where it was not made, however much the question
// looks like one that makes it: a wrong hint costs more time than none.
func TestMistakesThatWereNotMadeAreNotNamed(t *testing.T) {
	const (
		anything  = `"Effect":"Allow","Action":"*","Resource":"*"`
		inAssume  = `"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"`
		saml      = "arn:aws:iam::" + account + ":saml-provider/Corp"
		viaSAML   = `"Effect":"Allow","Principal":{"Federated":"` + saml + `"},"Action":"sts:AssumeRoleWithSAML"`
		ssoEast   = ssoPath + "AWSReservedSSO_AWSAdministratorAccess_9999999999999999@ann"
		otherRole = "arn:aws:iam::" + account + ":role/Other@ann"
	)
	assume := func(caller, trust string) scene {
		return scene{
			caller: caller, action: "sts:AssumeRole", resource: target,
			identity: []string{statement(anything)}, trust: statement(trust),
		}
	}
	for _, c := range []struct {
		rule  string
		not   string
		scene scene
	}{
		{
			"the pattern is of another permission set", "sso-role-region",
			assume(regional, trustByPath+`"`+ssoPath+`AWSReservedSSO_ReadOnly_*"}}`),
		},
		{
			"the region is right, and the permission set is not", "sso-role-region",
			assume(regional, trustByPath+`"`+ssoPath+`us-west-2/AWSReservedSSO_ReadOnly_*"}}`),
		},
		{
			"any region is taken, and the account is another", "sso-role-region",
			assume(regional, trustByPath+`"arn:aws:iam::`+other+`:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_AWSAdministratorAccess_*"}}`),
		},
		{
			"the caller is no role of Identity Center's", "sso-role-region",
			assume(devRole+"@ann", trustByPath+`"`+ssoPath+`AWSReservedSSO_AWSAdministratorAccess_*"}}`),
		},
		{
			"an instance in us-east-1 has no region, and none is asked for", "sso-role-region",
			assume(ssoEast, trustByPath+`"`+ssoPath+`AWSReservedSSO_Other_*"}}`),
		},
		{
			"a session of another role is named", "session-arn",
			assume(otherRole, `"Effect":"Allow","Principal":{"AWS":"arn:aws:sts::`+account+`:assumed-role/Dev/bob"},"Action":"sts:AssumeRole"`),
		},
		{
			"a user is asked about, and a session is named", "session-arn",
			assume(annARN, `"Effect":"Allow","Principal":{"AWS":"arn:aws:sts::`+account+`:assumed-role/Dev/bob"},"Action":"sts:AssumeRole"`),
		},
		{
			"aws:PrincipalArn is compared with another role's ARN", "principal-arn-condition",
			assume(devRole+"@ann", inAssume+`,"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::`+account+`:role/Other"}}`),
		},
		{
			"aws:userid is compared with a session, as it may be", "principal-arn-condition",
			assume(devRole+"@ann", inAssume+`,"Condition":{"StringLike":{"aws:userid":"AROAOTHEROTHEROTHERO:*"}}`),
		},
		{
			"the operation is the provider's, and a condition fails", "wrong-operation",
			scene{
				caller: saml, action: "sts:AssumeRoleWithSAML", resource: target,
				trust: statement(viaSAML + `,"Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}`),
			},
		},
		{
			"the account is trusted, and the caller's policy is silent", "wrong-operation",
			scene{
				caller: devRole + "@ann", action: "sts:AssumeRole", resource: target,
				identity: []string{statement(`"Effect":"Allow","Action":"s3:*","Resource":"*"`)}, trust: statement(inAssume),
			},
		},
		{
			"another action than assuming a role", "wrong-operation",
			scene{caller: annARN, action: "iam:GetRole", resource: target},
		},
		{
			"the id is the caller's own, and a condition fails", "deleted-principal",
			assume(devRole+"@ann", `"Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLEEXA"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}`),
		},
		{
			"a service by its whole name", "service-principal",
			assume("ec2.amazonaws.com", `"Effect":"Allow","Principal":{"Service":"ecs.amazonaws.com"},"Action":"sts:AssumeRole"`),
		},
		{
			"a service of China by its name there", "service-principal",
			assume("ec2.amazonaws.com", `"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com.cn"},"Action":"sts:AssumeRole"`),
		},
		{
			"a bucket's policy has both elements", "prohibited-element",
			scene{
				caller: annARN, action: "s3:GetObject", resource: object,
				bucket: statement(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"`),
			},
		},
		{
			"one account, and its own policy is silent", "one-side",
			scene{caller: devRole + "@ann", action: "sts:AssumeRole", resource: target, trust: statement(inAssume)},
		},
		{
			"another account, and an explicit denial", "one-side",
			scene{
				caller: devRole + "@ann", action: "sts:AssumeRole", resource: "arn:aws:iam::" + other + ":role/x",
				identity: []string{statement(`"Effect":"Deny","Action":"sts:*","Resource":"*"`)},
				trust:    statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"`),
			},
		},
		{
			"sts:TagSession is denied explicitly", "tag-session",
			scene{
				caller: devRole + "@ann", action: "sts:TagSession", resource: target,
				identity: []string{statement(`"Effect":"Deny","Action":"sts:TagSession","Resource":"*"`)}, trust: statement(inAssume),
			},
		},
		{
			"the role itself cannot be assumed", "tag-session",
			assume(devRole+"@ann", `"Effect":"Allow","Principal":{"AWS":"`+other+`"},"Action":"sts:AssumeRole"`),
		},
		{
			"MFA was used, and something else fails", "mfa",
			scene{
				caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(anything)},
				trust: statement(inAssume + `,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"},"StringEquals":{"sts:ExternalId":"x"}}`),
				keys:  map[string]string{"aws:MultiFactorAuthPresent": "true"},
			},
		},
		{
			"the external id is right, and the name is not", "external-id",
			scene{
				caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(anything)},
				trust: statement(inAssume + `,"Condition":{"StringEquals":{"sts:ExternalId":"x","sts:RoleSessionName":"y"}}`),
				keys:  map[string]string{"sts:ExternalId": "x", "sts:RoleSessionName": "z"},
			},
		},
		{
			"the name is right, and the external id is not", "session-name",
			scene{
				caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(anything)},
				trust: statement(inAssume + `,"Condition":{"StringEquals":{"sts:ExternalId":"x","sts:RoleSessionName":"y"}}`),
				keys:  map[string]string{"sts:ExternalId": "z", "sts:RoleSessionName": "y"},
			},
		},
		{
			"the recipient is right, and an attribute is not", "saml-aud",
			scene{
				caller: saml, action: "sts:AssumeRoleWithSAML", resource: target,
				keys:  map[string]string{"saml:aud": "a", "saml:sub": "b"},
				trust: statement(viaSAML + `,"Condition":{"StringEquals":{"SAML:aud":"a","saml:sub":"c"}}`),
			},
		},
		{
			"the attribute is right, and the recipient is not", "saml-attribute",
			scene{
				caller: saml, action: "sts:AssumeRoleWithSAML", resource: target,
				keys:  map[string]string{"saml:aud": "a", "saml:sub": "b"},
				trust: statement(viaSAML + `,"Condition":{"StringEquals":{"SAML:aud":"z","saml:sub":"b"}}`),
			},
		},
		{
			"the key is AWS's and no claim", "oidc-claim",
			assume(annARN, inAssume+`,"Condition":{"StringEquals":{"aws:username":"bob"}}`),
		},
		{
			"a denial that leaves somebody else out", "deny-hits-exempt",
			scene{
				caller: devRole + "@ann", action: "s3:GetObject", resource: object, identity: []string{statement(anything)},
				bucket: statement(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::` + account + `:role/Admin"}}`),
			},
		},
		{
			"a denial of everybody, by Principal", "not-principal",
			scene{
				caller: devRole + "@ann", action: "s3:GetObject", resource: object, identity: []string{statement(anything)},
				bucket: statement(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"`),
			},
		},
		{
			"an old policy without variables", "variables-2008",
			scene{
				caller: annARN, action: "s3:GetObject", resource: object,
				identity: []string{`{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::x/*"}]}`},
			},
		},
		{
			"variables in a policy of today", "variables-2008",
			scene{
				caller: annARN, action: "s3:GetObject", resource: object,
				identity: []string{statement(`"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::x/${aws:username}/*"`)},
			},
		},
		{
			"the root user does something else", "root-assumes-role",
			scene{
				caller: "arn:aws:iam::" + account + ":root", action: "s3:GetObject", resource: object,
				bucket: statement(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"`),
			},
		},
	} {
		t.Run(c.not+": "+c.rule, func(t *testing.T) {
			x := explain.Explain(c.scene.question(t), true)
			if x.Allowed {
				t.Fatal("allowed: the case shows nothing")
			}
			for _, m := range x.Mistakes {
				if m.Name == c.not {
					t.Errorf("%s: %s", m.Name, m.Text)
				}
			}
		})
	}
}
