package explain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// A statement of its own never opens a role to others than who asks without
// saying so: who signs in with the same provider, who uses the same service,
// or who does not show what the policy asks for.
//
// Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
func TestAStatementOfItsOwnLetsNoStrangersIn(t *testing.T) {
	const (
		github   = "arn:aws:iam::" + account + ":oidc-provider/token.actions.githubusercontent.com"
		corp     = "arn:aws:iam::" + account + ":saml-provider/Corp"
		sub, aud = "token.actions.githubusercontent.com:sub", "token.actions.githubusercontent.com:aud"
		lambda   = `"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"`
	)
	for _, c := range []struct {
		rule     string
		scene    scene
		has      []string // in the statement; nothing if none is offered
		warnings []string
	}{
		{"a token's subject and audience are asked for",
			scene{caller: github, action: "sts:AssumeRoleWithWebIdentity", resource: target, trust: statement(lambda), keys: map[string]string{sub: "repo:octo/app:ref:refs/heads/main", aud: "sts.amazonaws.com"}},
			[]string{`"Federated": "` + github + `"`, `"` + sub + `": "repo:octo/app:ref:refs/heads/main"`, `"` + aud + `": "sts.amazonaws.com"`}, nil},
		{"whoever signs in is let in by nothing",
			scene{caller: github, action: "sts:AssumeRoleWithWebIdentity", resource: target, trust: statement(lambda)}, nil, nil},
		{"an audience alone is everybody's",
			scene{caller: corp, action: "sts:AssumeRoleWithSAML", resource: target, trust: statement(lambda), keys: map[string]string{"SAML:aud": "https://signin.aws.amazon.com/saml"}},
			[]string{`"SAML:aud": "https://signin.aws.amazon.com/saml"`}, []string{"everybody who signs in with this provider may then do it"}},
		{"a service is let in on behalf of whom it asks for",
			scene{caller: "ec2.amazonaws.com", action: "sts:AssumeRole", resource: target, trust: statement(lambda), keys: map[string]string{"aws:SourceAccount": account}},
			[]string{`"aws:SourceAccount": "` + account + `"`}, nil},
		{"a condition is not gone around without a word",
			scene{caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
				trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x-1"},"Bool":{"aws:MultiFactorAuthPresent":"true"}}`)},
			[]string{`"AWS": "` + annARN + `"`}, []string{"it goes around the condition that the policy has on sts:ExternalId, aws:MultiFactorAuthPresent"}},
		{"nor beside others in a statement without conditions",
			scene{caller: corp, action: "sts:AssumeRoleWithSAML", resource: target, trust: statement(`"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":["sts:AssumeRole","sts:AssumeRoleWithSAML"]`)}, nil, nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			x := explained(t, c.scene)
			i := slices.IndexFunc(x.Fixes, func(f explain.Fix) bool { return strings.HasSuffix(f.Title, "with a statement") })
			if i < 0 {
				if c.has != nil || len(x.Fixes) > 0 {
					t.Fatalf("offered: %q", titles(x.Fixes))
				}
				return
			}
			if c.has == nil {
				t.Fatalf("offered: %s", x.Fixes[i].Edits[0].Document)
			}
			for _, part := range c.has {
				if !strings.Contains(x.Fixes[i].Edits[0].Document, part) {
					t.Errorf("%s has no %s", x.Fixes[i].Edits[0].Document, part)
				}
			}
			if !slices.Equal(x.Fixes[i].Warnings, c.warnings) {
				t.Errorf("warns %q, want %q", x.Fixes[i].Warnings, c.warnings)
			}
		})
	}
}
