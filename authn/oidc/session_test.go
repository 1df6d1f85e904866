package oidc_test

import (
	"reflect"
	"testing"

	"github.com/rolecall-iam/rolecall/authn/oidc"
)

// Tags come in AWS's claim, or in a claim each from issuers that nest nothing.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
func TestSessionsThatTokensAskFor(t *testing.T) {
	const (
		tags     = "https://aws.amazon.com/tags"
		identity = "https://aws.amazon.com/source_identity"
	)
	type session = oidc.Session
	for _, c := range []struct {
		rule   string
		claims map[string]string // raw JSON
		want   session
		bad    string // the claim that is bad
	}{
		{"none", nil, session{}, ""},
		{"AWS's example", map[string]string{tags: `{"principal_tags":{"Project":["Automation"],"CostCenter":["987654"]},"transitive_tag_keys":["Project","CostCenter"]}`},
			session{Tags: []oidc.Tag{{"Project", "Automation"}, {"CostCenter", "987654"}}, TransitiveKeys: []string{"Project", "CostCenter"}}, ""},
		{"tags without a list", map[string]string{tags: `{"principal_tags":{"Project":"Automation"}}`}, session{Tags: []oidc.Tag{{"Project", "Automation"}}}, ""},
		{"an empty value", map[string]string{tags: `{"principal_tags":{"Project":[""]}}`}, session{Tags: []oidc.Tag{{"Project", ""}}}, ""},
		{"one claim each", map[string]string{tags + "/principal_tags/Project": `"Automation"`, tags + "/principal_tags/A/B": `["1"]`, tags + "/transitive_tag_keys": `["Project"]`},
			session{Tags: []oidc.Tag{{"A/B", "1"}, {"Project", "Automation"}}, TransitiveKeys: []string{"Project"}}, ""},
		{"a source identity", map[string]string{identity: `"Admin"`}, session{SourceIdentity: "Admin"}, ""},
		{"no transitive keys", map[string]string{tags: `{"principal_tags":{"Project":"a"},"transitive_tag_keys":null}`}, session{Tags: []oidc.Tag{{"Project", "a"}}}, ""},
		{"two values", map[string]string{tags: `{"principal_tags":{"Project":["a","b"]}}`}, session{}, tags},
		{"no value", map[string]string{tags: `{"principal_tags":{"Project":[]}}`}, session{}, tags},
		{"a number", map[string]string{tags: `{"principal_tags":{"Project":7}}`}, session{}, tags},
		{"tags in a list", map[string]string{tags: `{"principal_tags":[{"Project":["a"]}]}`}, session{}, tags},
		{"a list around it, as Ceph documents", map[string]string{tags: `[{"principal_tags":{"Project":["a"]}}]`}, session{}, tags},
		{"a text", map[string]string{tags: `"x"`}, session{}, tags},
		{"a line break in a key", map[string]string{tags: `{"principal_tags":{"a\nb":["a"]}}`}, session{}, tags},
		{"a NUL in a value", map[string]string{tags: `{"principal_tags":{"a":["\u0000"]}}`}, session{}, tags},
		{"transitive keys that are numbers", map[string]string{tags: `{"transitive_tag_keys":[1]}`}, session{}, tags},
		{"a claim with two values", map[string]string{tags + "/principal_tags/Project": `["a","b"]`}, session{}, tags + "/principal_tags/*"},
		{"transitive keys in an object", map[string]string{tags + "/transitive_tag_keys": `{}`}, session{}, tags + "/transitive_tag_keys"},
		{"a source identity in a list", map[string]string{identity: `["Admin"]`}, session{}, identity},
		{"one with a line break", map[string]string{identity: `"a\nb"`}, session{}, identity},
	} {
		t.Run(c.rule, func(t *testing.T) {
			p := sound()
			for name, value := range c.claims {
				p[name] = rawJSON(value)
			}
			who, err := verify(token(t, p), usualKeys(t), rules)
			if c.bad != "" {
				refused, ok := err.(*oidc.Error)
				if !ok || refused.Reason != oidc.BadClaim || refused.Claim != c.bad {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(who.Session, c.want) {
				t.Errorf("%+v, want %+v", who.Session, c.want)
			}
		})
	}
}
