package explain

import "strings"

// refusal is a text of a refusal other than a denial, by parts that it has and
// that tell it from others, and what it means.
type refusal struct {
	parts []string // without regard to case
	name  string   // of the page
	text  string
}

// refusals are those that people are stuck at, the more telling first.
//
// Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html,
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html,
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
func refusals() []refusal {
	return []refusal{
		{[]string{"exceeds the 1 hour session limit for roles assumed by role chaining"}, "duration",
			"A role that is assumed with another role's session lasts an hour at most, whatever its MaxSessionDuration: ask for --duration-seconds 3600 or less, or assume it with a user's keys or by signing in."},
		{[]string{"requested durationseconds exceeds the maxsessionduration"}, "duration",
			"The session was asked to last longer than the role lets sessions last: ask for a smaller --duration-seconds, or raise the role's MaxSessionDuration (aws iam update-role --role-name ROLE --max-session-duration SECONDS, max_session_duration in Terraform), which may be 43200 at most."},
		{[]string{"prohibited field principal"}, "prohibited-element",
			"A permissions policy has no Principal: it speaks of whom it is attached to. A policy with one is a role's trust policy (aws iam update-assume-role-policy) or a resource's."},
		{[]string{"prohibited field resource"}, "prohibited-element",
			"A trust policy has no Resource: it speaks of its own role. A policy with one is a permissions policy (aws iam put-role-policy)."},
		{[]string{"policy document should not specify a principal"}, "prohibited-element",
			"A permissions policy has no Principal: it speaks of whom it is attached to. A policy with one is a role's trust policy (aws iam update-assume-role-policy) or a resource's."},
		{[]string{"invalid principal in policy", `"service":`}, "service-principal",
			"A service is named by its full name, such as ec2.amazonaws.com, and by the name that its partition knows."},
		{[]string{"invalid principal in policy"}, "deleted-principal",
			"A principal that the policy names does not exist, or was deleted: the ARN must be that of a role or user that is there, with its path, and a service must be named with its domain."},
		{[]string{"not authorized to perform sts:assumerolewithwebidentity"}, "oidc-claim",
			"AWS answers this whenever the role's trust policy does not let the token in: the role's name, the provider that Principal Federated names, the action sts:AssumeRoleWithWebIdentity, and the conditions on the token's aud and sub. Ask with --principal PROVIDER-ARN --action sts:AssumeRoleWithWebIdentity --resource ROLE-ARN and the token's claims as -c HOST:sub=… -c HOST:aud=…"},
		{[]string{"not authorized to perform sts:assumerolewithsaml"}, "saml-attribute",
			"The assertion's Role attribute must hold this role and this provider as a pair, the provider be of the role's account, and the role's trust policy let the provider in with sts:AssumeRoleWithSAML and conditions that the assertion fulfils."},
		{[]string{"roles you attempted to assume require", "multi"}, "mfa", "The role asks for MFA: pass --serial-number and --token-code."},
		{[]string{"multifactorauthentication failed"}, "mfa",
			"The code or the device was not taken: the serial number must be that of a device of the user who calls, and each code is taken once."},
		{[]string{"your request included an invalid saml response"}, "saml-response",
			"The response has no assertion that can be read, or lacks the attribute https://aws.amazon.com/SAML/Attributes/Role with pairs of role and provider, or https://aws.amazon.com/SAML/Attributes/RoleSessionName."},
		{[]string{"response signature invalid"}, "saml-response",
			"The signature does not fit the metadata of the SAML provider: upload the identity provider's metadata anew (aws iam update-saml-provider)."},
		{[]string{"issuer not present in specified provider"}, "saml-response",
			"The response's Issuer is not the entityID of the SAML provider's metadata: another provider was named, or its metadata is old."},
		{[]string{"no openidconnect provider found in your account"}, "oidc-claim",
			"The role's account has no OIDC provider with exactly the URL of the token's iss: aws iam create-open-id-connect-provider --url ISS --client-id-list AUD."},
		{[]string{"incorrect token audience"}, "oidc-claim",
			"The token's aud is not among the provider's client ids: aws iam add-client-id-to-open-id-connect-provider."},
		{[]string{"malformedpolicydocument", "syntax error"}, "json-comments",
			"The document is not JSON as AWS reads it: it has no comments, no comma behind the last value, and names and texts in double quotes."},
		{[]string{"policy contains invalid json"}, "json-comments",
			"The document is not JSON as AWS reads it: it has no comments, no comma behind the last value, and names and texts in double quotes."},
		{[]string{"cannot call", "with session credentials"}, "session-credentials",
			"With temporary credentials of GetSessionToken, AssumeRole and GetCallerIdentity are all of STS that can be called, with those of GetFederationToken GetCallerIdentity alone, whatever policies say: call it with the user's own keys, or assume a role (aws sts assume-role) and call it from there."},
		{[]string{"invalidclienttokenid"}, "session-credentials",
			"The access key is not known, was deleted or is inactive, or its session token is missing. Of IAM the same is answered to credentials that cannot call it, whatever policies say: those of GetSessionToken without MFA (get them with aws sts get-session-token --serial-number DEVICE --token-code CODE), and those of GetFederationToken (use the user's own keys, or assume a role)."},
		{[]string{"roles may not be assumed by root accounts"}, "root-assumes-role",
			"The root user of an account cannot assume roles, whatever policies say: use an IAM user or another role."},
	}
}

// ReadRefusal finds in a text of AWS's, other than a denial that ReadMessage
// reads, what people are known to be stuck at; nothing where it is none.
func ReadRefusal(text string) []Mistake {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, r := range refusals() {
		all := true
		for _, part := range r.parts {
			all = all && strings.Contains(text, part)
		}
		if all {
			return []Mistake{{r.name, r.text}}
		}
	}
	return nil
}
