package lint_test

// moreTrustCases are further ones of trust policies.
var moreTrustCases = []checked{
	{
		code: "MISMATCHED_ACTION_FOR_PRINCIPAL",
		of:   trust,
		bad:  `"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity"`,
		good: `"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"`,
		says: `The sts:AssumeRoleWithWebIdentity action is invalid with the following principal(s): ec2.amazonaws.com. Use a SAML provider principal with the sts:AssumeRoleWithSAML action or use an OIDC provider principal with the sts:AssumeRoleWithWebIdentity action. Ensure the provider is Federated if you use either of the two options.`,
		at:   "Statement.0.Action",
	},
	{
		code: "MISMATCHED_ACTION_FOR_PRINCIPAL",
		of:   trust,
		bad:  `"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRole"`,
		good: `"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity"`,
		says: `The sts:AssumeRole action is invalid with the following principal(s): accounts.google.com. Use a SAML provider principal with the sts:AssumeRoleWithSAML action or use an OIDC provider principal with the sts:AssumeRoleWithWebIdentity action. Ensure the provider is Federated if you use either of the two options.`,
		at:   "Statement.0.Action",
	},
	{
		code: "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
		of:   trust,
		bad:  `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::1234:saml-provider/a"},"Action":"sts:AssumeRoleWithSAML"`,
		good: `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:saml-provider/okta"},"Action":"sts:AssumeRoleWithSAML"`,
		says: `The principal value specifies a federated principal that does not match the expected format. Update the federated principal to a domain name or a SAML metadata ARN.`,
		at:   "Statement.0.Principal.Federated",
	},
	{
		code: "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY",
		of:   trust,
		bad:  `"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com","rolesanywhere.amazonaws.com"]},"Action":["sts:AssumeRole","sts:TagSession"]`,
		good: `{"Statement":[{"Effect":"Allow","Principal":{"Service":"rolesanywhere.amazonaws.com"},"Action":"sts:AssumeRole"},{"Effect":"Allow","Principal":{"Service":"rolesanywhere.amazonaws.com"},"Action":["sts:TagSession","sts:SetSourceIdentity"]}]}`,
		says: `The rolesanywhere.amazonaws.com service principal requires the sts:AssumeRole, sts:SetSourceIdentity, and sts:TagSession permissions to assume a role. Add the missing permissions to the policy.`,
		at:   "Statement.0.Principal.Service.1",
	},
	{
		code: "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
		of:   trust,
		bad:  `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A1"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}`,
		good: `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A1"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"OIDC.eks.eu-west-1.amazonaws.com/id/a1:aud":"sts.amazonaws.com"}}`,
		says: `Using an Open ID Connect principal without a condition can be overly permissive. Add condition keys with a prefix that matches your federated OIDC principals to ensure that only the intended identity provider assumes the role.`,
		at:   "Statement.0.Principal.Federated",
	},
	{
		code: "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
		of:   trust,
		bad:  `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":["repo:a/b:ref:refs/heads/main","repo:a/*"]}}`,
		good: `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:a/b:ref:refs/heads/main"}}`,
		says: `Using a wildcard (*) in token.actions.githubusercontent.com:sub can allow requests from more sources than you intended. Specify the value of token.actions.githubusercontent.com:sub with the repository and branch name. If the subject claim does not include the branch, specify it in a token.actions.githubusercontent.com:ref condition key.`,
		at:   "Statement.0.Condition.StringLike.token.actions.githubusercontent.com:sub.1",
	},
}

// moreOwnCases are further ones of our own checks.
var moreOwnCases = []checked{
	{
		code: "not-principal",
		of:   resource,
		bad:  `"Effect":"Deny","NotPrincipal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"`,
		good: `"Effect":"Deny","Principal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"`,
		says: `Deny with NotPrincipal denies all who are not named, and for a role its session and its account must be named too; it always denies who has a permissions boundary.`,
		at:   "Statement.0.(NotPrincipal)",
	},
	{
		code: "open-principal",
		of:   resource,
		bad:  `"Effect":"Allow","Principal":{"AWS":["123456789012","*"]},"Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"`,
		good: `"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`,
		says: `Everybody is let in, of every account, and no condition says who.`,
		at:   "Statement.0.Principal.AWS.1",
	},
	{
		code: "oidc-sub",
		of:   trust,
		bad:  `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/app.terraform.io"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"app.terraform.io:aud":"aws.workload.identity"}}`,
		good: `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/app.terraform.io"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"app.terraform.io:sub":"organization:a:project:b:workspace:c:run_phase:*"}}`,
		says: `Nothing is asked of app.terraform.io:sub: every organization of this issuer gets in.`,
		at:   "Statement.0.Principal.Federated",
	},
	{
		code: "oidc-sub",
		of:   trust,
		bad:  `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/idp.example.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"idp.example.com:sub":"*"}}`,
		good: `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/idp.example.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"idp.example.com:aud":"me"}}`,
		says: `* is the subject of every token of this issuer.`,
		at:   "Statement.0.Condition.StringLike.idp.example.com:sub",
	},
	{
		code: "principal-arn-condition",
		of:   bucket,
		bad:  `"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*","Condition":{"StringLike":{"aws:PrincipalArn":"arn:aws:sts::123456789012:assumed-role/a/*"}}`,
		good: `"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:sts::123456789012:assumed-role/a/*"}}`,
		says: `aws:PrincipalArn is a role's ARN, also for its sessions, and never arn:aws:sts::123456789012:assumed-role/a/*.`,
		at:   "Statement.0.Condition.StringLike.aws:PrincipalArn",
	},
	{
		code: "confused-deputy",
		of:   trust,
		bad:  `"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com","vpc-flow-logs.amazonaws.com"]},"Action":"sts:AssumeRole"`,
		good: `"Effect":"Allow","Principal":{"Service":"vpc-flow-logs.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:ec2:us-east-1:123456789012:vpc-flow-log/*"}}`,
		says: `vpc-flow-logs.amazonaws.com acts for customers of other accounts too. Without aws:SourceArn, aws:SourceAccount or aws:SourceOrgID, one of theirs may make it act on this role.`,
		at:   "Statement.0.Principal.Service.1",
	},
}
