package policy

import (
	"strings"
	"testing"
)

// TestServicePrincipalsByPartition is M12.
func TestServicePrincipalsByPartition(t *testing.T) {
	for _, test := range []struct {
		name, service, partition string
		valid                    bool
	}{
		{"EC2 has its own name in China (kops issue 27)", "ec2.amazonaws.com.cn", "aws-cn", true},
		{"and not the one of elsewhere", "ec2.amazonaws.com", "aws-cn", false},
		{"nor a regional one", "ec2.cn-north-1.amazonaws.com.cn", "aws-cn", false},
		{"Lambda is called in China as elsewhere", "lambda.amazonaws.com", "aws-cn", true},
		{
			"RDS monitoring has no name of China (terraform-aws-rds-aurora issue 437)",
			"monitoring.rds.amazonaws.com.cn",
			"aws-cn", false,
		},
		{
			"CloudWatch Logs has regional names in China",
			"logs.cn-north-1.amazonaws.com.cn",
			"aws-cn", true,
		},
		{"and only for China's regions", "logs.us-east-1.amazonaws.com.cn", "aws-cn", false},
		{"China's names are unknown elsewhere", "ec2.amazonaws.com.cn", "aws", false},
		{"GovCloud uses the common names", "ec2.amazonaws.com", "aws-us-gov", true},
		{"capital letters", "EC2.amazonaws.com", "aws", false},
		{"an empty label", "ec2..amazonaws.com", "aws", false},
		{"the domain alone", "amazonaws.com", "aws", false},
		{"a blank", "ec2 .amazonaws.com", "aws", false},
		{"a wildcard (M9)", "*.amazonaws.com", "aws", false},
		{"five labels", "a.b.c.d.e.amazonaws.com", "aws", false},
		{"another domain", "ec2.example.com", "aws", false},
	} {
		_, err := Validate(trusting(`"Service":"`+test.service+`"`), Trust, Environment{Partition: test.partition})
		if valid := err == nil; valid != test.valid {
			t.Errorf("%s: %s in %s: %v", test.name, test.service, test.partition, err)
		}
	}
}

// TestAWSPrincipals is what may stand under "AWS", whoever exists.
func TestAWSPrincipals(t *testing.T) {
	for _, test := range []struct {
		name, value string
		valid       bool
	}{
		{"everyone", "*", true},
		{"an account", "111122223333", true},
		{"an account's root", "arn:aws:iam::111122223333:root", true},
		{"a user", "arn:aws:iam::111122223333:user/alice", true},
		{"a user with a path", "arn:aws:iam::111122223333:user/a/b/alice", true},
		{
			"a role of Identity Center",
			"arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef",
			true,
		},
		{"a session", "arn:aws:sts::111122223333:assumed-role/app/me@example.com", true},
		{"a federated user", "arn:aws:sts::111122223333:federated-user/alice", true},
		{"a unique ID of a user", "AIDACKCEVSQ6C2EXAMPLE", true},
		{"a unique ID of a role", "AROACKCEVSQ6C2EXAMPLE", true},

		{"a user of another partition", "arn:aws-cn:iam::111122223333:user/alice", false},
		{"a unique ID of a group", "AGPACKCEVSQ6C2EXAMPLE", false},
		{"a unique ID in small letters", "AROAckcevsq6c2example", false},
		{"a unique ID cut short", "AROACKC", false},
		{"a unique ID without end", "AROA" + strings.Repeat("A", 200), false},
		{"an account of thirteen digits", "1111222233334", false},
		{"any account's root", "arn:aws:iam::*:root", false},
		{"no account's root", "arn:aws:iam:::root", false},
		{"something behind the root", "arn:aws:iam::111122223333:root/x", false},
		{"a user without a name", "arn:aws:iam::111122223333:user/", false},
		{"a path without a user", "arn:aws:iam::111122223333:user/a/", false},
		{"one character of a user", "arn:aws:iam::111122223333:user/alic?", false},
		{"a user in a region", "arn:aws:iam:us-east-1:111122223333:user/alice", false},
		{"a role of STS", "arn:aws:sts::111122223333:role/app", false},
		{"a session of IAM", "arn:aws:iam::111122223333:assumed-role/app/one", false},
		{"a session without a name", "arn:aws:sts::111122223333:assumed-role/app", false},
		{"a session with a path", "arn:aws:sts::111122223333:assumed-role/path/app/one", false},
		{"a federated user with a path", "arn:aws:sts::111122223333:federated-user/a/b", false},
		{"a provider", "arn:aws:iam::111122223333:saml-provider/corp", false},
		{"a policy", "arn:aws:iam::111122223333:policy/x", false},
		{"a bucket", "arn:aws:s3:::b", false},
		{"a short ARN", "arn:aws:iam::111122223333", false},
		{"a blank before an ARN", " arn:aws:iam::111122223333:root", false},
	} {
		if got := isAWSPrincipal(test.value, "aws"); got != test.valid {
			t.Errorf("%s: isAWSPrincipal(%q) is %t", test.name, test.value, got)
		}
	}
}

// TestFederatedPrincipals is what may stand under "Federated" (rule M13).
func TestFederatedPrincipals(t *testing.T) {
	for _, test := range []struct {
		name, value    string
		builtIn, valid bool
	}{
		{"Cognito", "cognito-identity.amazonaws.com", true, true},
		{"Google", "accounts.google.com", true, true},
		{"Facebook", "graph.facebook.com", true, true},
		{"Amazon", "www.amazon.com", true, true},
		{"a SAML provider", "arn:aws:iam::111122223333:saml-provider/corp", false, true},
		{
			"an OIDC provider with a path (peer mistake 37)",
			"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC",
			false, true,
		},

		{"Google by address", "https://accounts.google.com", false, false},
		{"another domain under Federated", "idp.example.com", false, false},
		{"any provider", "arn:aws:iam::111122223333:saml-provider/*", false, false},
		{"a provider without a name", "arn:aws:iam::111122223333:oidc-provider/", false, false},
		{"a provider of another partition", "arn:aws-cn:iam::111122223333:saml-provider/corp", false, false},
		{"a provider of STS", "arn:aws:sts::111122223333:saml-provider/corp", false, false},
		{"a provider of no account", "arn:aws:iam:::saml-provider/corp", false, false},
		{"a user", "arn:aws:iam::111122223333:user/alice", false, false},
		{"everyone", "*", false, false},
	} {
		builtIn, valid := isFederation(test.value, "aws")
		if builtIn != test.builtIn || valid != test.valid {
			t.Errorf("%s: isFederation(%q) is %t, %t", test.name, test.value, builtIn, valid)
		}
	}
}

// TestAssumeActions is what may stand in a trust policy's Action.
func TestAssumeActions(t *testing.T) {
	for pattern, valid := range map[string]bool{
		"sts:AssumeRole": true, "sts:assumerole": true, "STS:AssumeRoleWithSAML": true, "sts:AssumeRoleWithWebIdentity": true,
		"sts:TagSession": true, "sts:SetSourceIdentity": true, "sts:SetContext": true,
		"sts:*": true, "sts:**": true, "sts:Assume*": true, "sts:*Role": true, "sts:*SAML*": true, "sts:Set?ontext": true,

		"": false, "*": false, "sts": false, "sts:": false, "s*:AssumeRole": false, "sts*": false, "sts:TagSessions": false,
		"sts:AssumeRol": false, "sts:AssumeRole ": false, "sts:Assume?": false, "sts:*Token": false, "sts:AssumeRoot": false,
		"iam:AssumeRole": false, "sts:AssumeRole:x": false, " sts:AssumeRole": false,
	} {
		if got := isAssumeAction(pattern); got != valid {
			t.Errorf("isAssumeAction(%q) is %t", pattern, got)
		}
	}
}
