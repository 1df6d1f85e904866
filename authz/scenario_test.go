package authz

import "testing"

// TestGuides are the policies that AWS's guides print for a purpose, with
// requests that they are meant to let through and to stop.
func TestGuides(t *testing.T) {
	abac := func(t *testing.T) Policies {
		return Policies{Identity: named(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"secretsmanager:*","Resource":"*",
			"Condition":{"StringEquals":{"aws:ResourceTag/project":"${aws:PrincipalTag/project}"},
			"ForAllValues:StringEquals":{"aws:TagKeys":["project","team"]},
			"StringEqualsIfExists":{"aws:RequestTag/project":"${aws:PrincipalTag/project}"}}}}`)}
	}
	secret := func(pairs ...string) Request {
		return Request{
			Principal: deployer, Action: "secretsmanager:GetSecretValue", ResourceAccount: ours,
			Resource: "arn:aws:secretsmanager:us-east-1:111111111111:secret:db-AbCdEf", Context: keys(pairs...),
		}
	}
	mfa := func(t *testing.T) Policies {
		return Policies{Identity: named(t, allowAll, `{"Version":"2012-10-17","Statement":{"Sid":"DenyAllExceptListedIfNoMFA","Effect":"Deny",
			"NotAction":["iam:CreateVirtualMFADevice","iam:EnableMFADevice","sts:GetSessionToken"],"Resource":"*",
			"Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}}`)}
	}
	region := func(t *testing.T) Policies {
		return Policies{Identity: named(t, allowAll), SCPs: [][]Named{named(t, allowAll, `{"Version":"2012-10-17","Statement":{"Effect":"Deny",
			"NotAction":["iam:*","sts:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]},
			"ArnNotLike":{"aws:PrincipalARN":"arn:aws:iam::*:role/BreakGlass"}}}}`)}}
	}
	perimeter := func(t *testing.T) Policies {
		return Policies{Resource: resourcePolicy(t, OrdinaryPolicy, public("Allow")), RCPs: [][]Named{named(t, public("Allow"),
			`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{
			"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-ours"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}}`)}}
	}
	deputy := func(t *testing.T) Policies {
		return Policies{Resource: resourcePolicy(t, TrustPolicy, `{"Version":"2012-10-17","Statement":{"Effect":"Allow",
			"Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole",
			"Condition":{"StringEquals":{"aws:SourceAccount":"111111111111"},"ArnLike":{"aws:SourceArn":"arn:aws:lambda:*:111111111111:function:*"}}}}`)}
	}
	home := func(t *testing.T) Policies {
		return Policies{Identity: named(t, `{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::home","Condition":{"StringLike":{"s3:prefix":["","home/","home/${aws:username}/*"]}}},
			{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::home/home/${aws:username}","arn:aws:s3:::home/home/${aws:username}/*"]}]}`)}
	}
	asks := func(p Principal, action, resource string, pairs ...string) Request {
		return Request{Principal: p, Action: action, Resource: resource, ResourceAccount: ours, Context: keys(pairs...)}
	}
	source := func(account string) Request {
		return asks(lambda, "sts:AssumeRole", role, "aws:SourceAccount", account, "aws:SourceArn", "arn:aws:lambda:us-east-1:"+account+":function:f")
	}
	const allowed, refused = "allowed by identity-based policy", "denied for want of identity-based policy"
	runOrder(t, userGuide+"example policies; AWS Organizations User Guide, example SCPs and RCPs", []orderCase{
		{"attribute-based: the project is the same", secret("aws:ResourceTag/project", "x", "aws:PrincipalTag/project", "x"), abac, allowed},
		{"attribute-based: another project", secret("aws:ResourceTag/project", "y", "aws:PrincipalTag/project", "x"), abac, refused},
		{"attribute-based: a principal without project", secret("aws:ResourceTag/project", "x"), abac, refused},
		{"attribute-based: neither has a project", secret(), abac, refused},
		{"attribute-based: a tag that is not on the list", secret("aws:ResourceTag/project", "x", "aws:PrincipalTag/project", "x", "aws:TagKeys[]", "cost"), abac, refused},
		{"attribute-based: another project's tag in the request", secret("aws:ResourceTag/project", "x", "aws:PrincipalTag/project", "x", "aws:RequestTag/project", "y", "aws:TagKeys[]", "project"), abac, refused},
		{"no MFA: long-term keys", asks(alice, "s3:GetObject", bucket), mfa, "denied explicitly by identity-based policy"},
		{"no MFA: temporary keys", asks(alice, "s3:GetObject", bucket, "aws:MultiFactorAuthPresent", "false"), mfa, "denied explicitly by identity-based policy"},
		{"no MFA: enabling a device", asks(alice, "iam:EnableMFADevice", alice.ARN.String()), mfa, allowed},
		{"MFA", asks(alice, "s3:GetObject", bucket, "aws:MultiFactorAuthPresent", "true"), mfa, allowed},
		{"a region that is not on the list", asks(alice, "s3:GetObject", bucket, "aws:RequestedRegion", "us-east-1", "aws:PrincipalArn", alice.ARN.String()), region, "denied explicitly by service control policy"},
		{"a region on the list", asks(alice, "s3:GetObject", bucket, "aws:RequestedRegion", "eu-west-1", "aws:PrincipalArn", alice.ARN.String()), region, allowed},
		{"another region for a service that has none", asks(alice, "iam:GetRole", role, "aws:RequestedRegion", "us-east-1", "aws:PrincipalArn", alice.ARN.String()), region, allowed},
		{"another region for the excepted role", asks(deployer, "s3:GetObject", bucket, "aws:RequestedRegion", "us-east-1", "aws:PrincipalArn", "arn:aws:iam::111111111111:role/BreakGlass"), region, allowed},
		{"a perimeter stops another organization", asks(alice, "s3:GetObject", bucket, "aws:PrincipalOrgID", "o-theirs", "aws:PrincipalIsAWSService", "false"), perimeter, "denied explicitly by resource control policy"},
		{"a perimeter stops the anonymous", asks(Anonymous{}, "s3:GetObject", bucket), perimeter, "denied explicitly by resource control policy"},
		{"a perimeter lets its own through", asks(alice, "s3:GetObject", bucket, "aws:PrincipalOrgID", "o-ours", "aws:PrincipalIsAWSService", "false"), perimeter, "allowed by resource-based policy"},
		{"a perimeter lets services through", asks(lambda, "s3:GetObject", bucket, "aws:PrincipalIsAWSService", "true"), perimeter, "allowed by resource-based policy"},
		{"a service for a function of ours", source("111111111111"), deputy, "allowed by resource-based policy"},
		{"a service for a function of others", source("222222222222"), deputy, "denied for want of resource-based policy"},
		{"a service that does not say for whom", asks(lambda, "sts:AssumeRole", role), deputy, "denied for want of resource-based policy"},
		{"the user's own home", asks(alice, "s3:PutObject", "arn:aws:s3:::home/home/alice/a/b", "aws:username", "alice"), home, allowed},
		{"another's home", asks(alice, "s3:PutObject", "arn:aws:s3:::home/home/bob/a", "aws:username", "alice"), home, refused},
		{"a list of the user's own home", asks(alice, "s3:ListBucket", "arn:aws:s3:::home", "aws:username", "alice", "s3:prefix", "home/alice/x"), home, allowed},
		{"a list of everything", asks(alice, "s3:ListBucket", "arn:aws:s3:::home", "aws:username", "alice"), home, refused},
		{"a role has no name and no home", asks(deployer, "s3:PutObject", "arn:aws:s3:::home/home//a"), home, refused},
	})
}
