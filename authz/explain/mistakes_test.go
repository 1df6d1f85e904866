package explain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// Each mistake is found in a question that makes it and nothing else; the
// sources are on its page in docs/denials.
func TestKnownMistakesAreNamed(t *testing.T) {
	const (
		ann      = "arn:aws:iam::" + account + ":user/ann"
		dev      = "arn:aws:iam::" + account + ":role/Dev@ann"
		saml     = "arn:aws:iam::" + account + ":saml-provider/Corp"
		github   = "arn:aws:iam::" + account + ":oidc-provider/token.actions.githubusercontent.com"
		anything = `"Effect":"Allow","Action":"*","Resource":"*"`
		inAssume = `"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"`
	)
	assume := func(caller, trust string) scene {
		return scene{caller: caller, action: "sts:AssumeRole", resource: target, identity: []string{statement(anything)}, trust: statement(trust)}
	}
	for _, c := range []struct {
		name  string
		scene scene
		text  string
	}{
		{"principal-arn-condition", assume(dev, inAssume+`,"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:sts::`+account+`:assumed-role/Dev/*"}}`), "write arn:aws:iam::" + account + ":role/Dev"},
		{"deleted-principal", assume(dev, `"Effect":"Allow","Principal":{"AWS":"AROADELETEDDELETEDDEL"},"Action":"sts:AssumeRole"`), "AROADELETEDDELETEDDEL is the id"},
		{"role-path", assume("arn:aws:iam::"+account+":role/team/Dev@ann", `"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::`+account+`:role/Dev"},"Action":"sts:AssumeRole"`), "which is arn:aws:iam::" + account + ":role/team/Dev"},
		{"role-path", assume("arn:aws:iam::"+account+":role/team/Dev@ann", inAssume+`,"Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::`+account+`:role/other/Dev"}}`), "Nobody is called arn:aws:iam::" + account + ":role/other/Dev"},
		{"service-principal", assume("ec2.amazonaws.com", `"Effect":"Allow","Principal":{"Service":"ec2"},"Action":"sts:AssumeRole"`), "such as ec2.amazonaws.com"},
		{"prohibited-element", assume(ann, inAssume+`,"Resource":"*"`), "has no Resource"},
		{"one-side", scene{caller: dev, action: "sts:AssumeRole", resource: "arn:aws:iam::" + other + ":role/x", identity: []string{statement(anything)},
			trust: statement(`"Effect":"Allow","Principal":{"AWS":"333333333333"},"Action":"sts:AssumeRole"`)}, "account " + other + " does not"},
		{"source-identity", scene{caller: dev, action: "sts:SetSourceIdentity", resource: target, identity: []string{statement(anything)}, trust: statement(inAssume)}, "sts:SetSourceIdentity is needed"},
		{"saml-aud", scene{caller: saml, action: "sts:AssumeRoleWithSAML", resource: target, keys: map[string]string{"saml:aud": "https://signin.aws.amazon.com/saml"},
			trust: statement(`"Effect":"Allow","Principal":{"Federated":"` + saml + `"},"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"SAML:aud":"urn:amazon:webservices"}}`)}, "has https://signin.aws.amazon.com/saml"},
		{"saml-attribute", scene{caller: saml, action: "sts:AssumeRoleWithSAML", resource: target, keys: map[string]string{"saml:edupersonorgdn": "Other"},
			trust: statement(`"Effect":"Allow","Principal":{"Federated":"` + saml + `"},"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"saml:edupersonorgdn":"ExampleOrg"}}`)}, "ExampleOrg, and the request has Other"},
		{"oidc-claim", scene{caller: github, action: "sts:AssumeRoleWithWebIdentity", resource: target, keys: map[string]string{"token.actions.githubusercontent.com:sub": "repo:octo/app:ref:refs/heads/main"},
			trust: statement(`"Effect":"Allow","Principal":{"Federated":"` + github + `"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:octo/app:*"}}`)}, "StringLike is meant"},
		{"not-principal", scene{caller: dev, action: "s3:GetObject", resource: "arn:aws:s3:::b/k", identity: []string{statement(anything)},
			bucket: statement(`"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::` + account + `:role/Dev"},"Action":"s3:*","Resource":"*"`)}, "NotPrincipal"},
		{"variables-2008", scene{caller: ann, action: "s3:GetObject", resource: "arn:aws:s3:::b/ann/k",
			identity: []string{`{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}/*"}]}`}}, "plain text"},
		{"sso-role-trust", scene{caller: dev, action: "sts:AssumeRole", resource: ssoPath + "AWSReservedSSO_Admin_0123456789abcdef", identity: []string{statement(anything)},
			trust: statement(`"Effect":"Allow","Principal":{"Federated":"` + saml + `"},"Action":"sts:AssumeRoleWithSAML"`)}, "permission set Admin, and its trust policy cannot be changed"},
		{"confused-deputy", scene{caller: "sns.amazonaws.com", action: "sts:AssumeRole", resource: target,
			trust: statement(`"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"` + other + `"}}`)}, "the request has none. So that nobody"},
		{"not-action", scene{caller: ann, action: "s3:GetObject", resource: "arn:aws:s3:::b/k", identity: []string{statement(anything), statement(`"Effect":"Deny","NotAction":"iam:*","Resource":"*"`)}}, "denies every action but iam:*"},
		{"not-action", scene{caller: ann, action: "s3:GetObject", resource: "arn:aws:s3:::b/k", identity: []string{statement(`"Effect":"Allow","NotAction":"s3:*","Resource":"*"`)}}, "allows every action but s3:*"},
		{"oidc-subject", scene{caller: github, action: "sts:AssumeRoleWithWebIdentity", resource: target, keys: map[string]string{"token.actions.githubusercontent.com:sub": "repo:octo/app:ref:refs/heads/main"},
			trust: statement(`"Effect":"Allow","Principal":{"Federated":"` + github + `"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"octo/app:*"}}`)}, "begin with repo:"},
		{"root-assumes-role", scene{caller: "arn:aws:iam::" + account + ":root", action: "sts:AssumeRole", resource: target, trust: statement(inAssume)}, "root user"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := explain.Explain(c.scene.question(t), true)
			i := slices.IndexFunc(x.Mistakes, func(m explain.Mistake) bool { return m.Name == c.name })
			if x.Allowed || i < 0 || !strings.Contains(x.Mistakes[i].Text, c.text) {
				t.Errorf("allowed %v, mistakes %+v, want %s: %q", x.Allowed, x.Mistakes, c.name, c.text)
			}
		})
	}
	x := explain.Explain(assume(ann, inAssume).question(t), true)
	if !x.Allowed || len(x.Mistakes)+len(x.Fixes) > 0 || x.Message != "" {
		t.Errorf("nothing is wrong: %+v", x)
	}
}
