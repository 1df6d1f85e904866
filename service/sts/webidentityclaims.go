package sts

import (
	"path"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/authn/oidc"
	"github.com/rolecall-iam/rolecall/authn/session"
)

// issuerClaims are the issuers of whose own claims AWS makes condition keys,
// and those claims. A star stands for one part of a name. Of other issuers, and
// of other claims, there are none.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html#awssecuritytokenservice-policy-keys
var issuerClaims = [...]struct {
	issuers []string // without scheme
	claims  []string
}{
	{
		[]string{"token.actions.githubusercontent.com", "token.actions.githubusercontent.com/*", "token.actions.*.ghe.com", "github.com/enterprises/*"},
		[]string{
			"actor", "actor_id", "enterprise_id", "environment", "job_workflow_ref", "ref", "repository", "repository_id",
			"repository_owner_id", "workflow",
		},
	},
	{
		[]string{"gitlab.com"},
		[]string{
			"namespace_id", "pipeline_source", "project_id", "ref_protected", "runner_environment", "user_access_level",
			"user_email", "user_id", "user_login",
		},
	},
	{
		[]string{"agent.buildkite.com", "agent.*.buildkite.dev", "agent.*.buildkite.site"},
		[]string{"build_branch", "cluster_id", "cluster_name", "organization_id", "organization_slug", "pipeline_id", "pipeline_slug"},
	},
	{[]string{"accounts.google.com"}, []string{"google/organization_number"}},
	{[]string{"oidc.circleci.com/org/*"}, []string{"oidc.circleci.com/project-id"}},
	{[]string{"idcs-*.identity.oraclecloud.com"}, []string{"rpst_id"}},
}

// claimsOf are the names of an issuer's own claims that make condition keys.
func claimsOf(issuer string) []string {
	for _, known := range issuerClaims {
		for _, pattern := range known.issuers {
			if fits, err := path.Match(pattern, issuer); err == nil && fits {
				return known.claims
			}
		}
	}
	return nil
}

// trustClaims are the condition keys of a token, for the role's trust policy:
// aud is the authorized party where there is one and oaud the audience.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
func trustClaims(who *provider, id *oidc.Identity) []session.Claim {
	keys := []session.Claim{
		{Key: who.prefix + ":aud", Values: []string{id.Audience}},
		{Key: who.prefix + ":sub", Values: []string{id.Subject}},
		{Key: who.prefix + ":oaud", Values: []string{id.Intended}},
	}
	if len(id.Methods) > 0 {
		keys = append(keys, session.Claim{Key: who.prefix + ":amr", Values: id.Methods})
	}
	names := claimsOf(who.prefix)
	if len(names) == 0 {
		return keys
	}
	found := id.Claims(names...)
	for _, name := range names {
		if values := found[name]; len(values) == 1 {
			keys = append(keys, session.Claim{Key: who.prefix + ":" + name, Values: values})
		}
	}
	return keys
}

// keptClaims are the condition keys that a session keeps.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
// ("Available in session")
var keptClaims = [...]string{"aud", "sub", "amr"}

// sessionClaims are those of a token's condition keys that its session keeps.
func sessionClaims(all []session.Claim) []session.Claim {
	var kept []session.Claim
	for _, c := range all {
		name := c.Key[strings.LastIndexByte(c.Key, ':')+1:]
		if slices.Contains(keptClaims[:], name) {
			kept = append(kept, c)
		}
	}
	return kept
}

// tagsAreSound holds the tags of a token to what the model says of those of a
// request.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html
func tagsAreSound(tags []sts.Tag, transitive []string) bool {
	if len(tags) > maxTags || len(transitive) > maxTags {
		return false
	}
	for _, t := range tags {
		if !isTag(t.Key, []string{t.Value}) {
			return false
		}
	}
	return true
}
