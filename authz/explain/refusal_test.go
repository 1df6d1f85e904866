package explain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// Refusals that are no denials lead to a page, as the aws CLI prints them.
//
// Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_policies.html
func TestARefusalLeadsToItsPage(t *testing.T) {
	for text, want := range map[string]string{
		"An error occurred (ValidationError) when calling the AssumeRole operation: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.":                     "duration",
		"An error occurred (ValidationError) when calling the AssumeRole operation: The requested DurationSeconds exceeds the 1 hour session limit for roles\nassumed by role chaining.": "duration",
		"An error occurred (MalformedPolicyDocument) when calling the PutRolePolicy operation: Policy document should not specify a principal. Has prohibited field Principal":           "prohibited-element",
		"An error occurred (MalformedPolicyDocument) when calling the PutRolePolicy operation: Policy document should not specify a principal.":                                          "prohibited-element",
		"An error occurred (MalformedPolicyDocument) when calling the CreateRole operation: Invalid principal in policy: \"SERVICE\":\"ec2\"":                                            "service-principal",
		"MalformedPolicyDocument: Has prohibited field Resource":                                                                                         "prohibited-element",
		"MalformedPolicyDocument: Invalid principal in policy: \"AWS\":\"arn:aws:iam::111111111111:role/gone\"":                                          "deleted-principal",
		"An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity": "oidc-claim",
		"InvalidIdentityToken: No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com":                          "oidc-claim",
		"Your request included an invalid SAML response. To logout, click here.":                                                                         "saml-response",
		"MultiFactorAuthentication failed with invalid MFA one time pass code.":                                                                          "mfa",
		"MalformedPolicyDocument: Syntax errors in policy.":                                                                                              "json-comments",
		"AccessDenied: Roles may not be assumed by root accounts.":                                                                                       "root-assumes-role",
		"An error occurred (AccessDenied) when calling the GetFederationToken operation: Cannot call GetFederationToken with session credentials":        "session-credentials",
		"An error occurred (InvalidClientTokenId) when calling the ListUsers operation: The security token included in the request is invalid":           "session-credentials",
		"Throttling: Rate exceeded": "",
	} {
		found := explain.ReadRefusal(text)
		if name := ""; want == "" {
			if len(found) > 0 {
				t.Errorf("%s: %+v", text, found)
			}
		} else if len(found) == 1 {
			if name = found[0].Name; name != want || found[0].Text == "" {
				t.Errorf("%s: %s, want %s", text, name, want)
			}
		} else {
			t.Errorf("%s: %+v, want %s", text, found, want)
		}
	}
}

// Whatever is pasted: at most one page is named, the same for the same text in
// other letters and lines.
func FuzzReadRefusal(f *testing.F) {
	f.Add("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	f.Add("MalformedPolicyDocument: Syntax errors in policy.")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		found := explain.ReadRefusal(text)
		if len(found) > 1 || len(found) == 1 && !slices.Contains(explain.MistakeNames(), found[0].Name) {
			t.Errorf("%q: %+v", text, found)
		}
		if again := explain.ReadRefusal(" " + strings.ReplaceAll(text, " ", "\n  ")); len(again) != len(found) {
			t.Errorf("%q: %+v, in lines %+v", text, found, again)
		}
	})
}
