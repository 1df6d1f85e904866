package symbolic

import "testing"

// put is a statement of S3's page on the meaning of public.
func put(rest string) string {
	return statements(allow(`"Resource":"*","Action":"s3:PutObject",` + rest))
}

// TestPublic is S3's page on the meaning of "public", with its examples.
//
// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
func TestPublic(t *testing.T) {
	everybody := `"Principal":"*"`
	const bucket = "AWS::S3::Bucket"
	conditioned := func(c string) string { return put(everybody + `,"Condition":{` + c + `}`) }
	cases := []struct {
		name, policy, want string
		of                 string
	}{
		{"everybody", put(everybody), "0", bucket},
		{"users of a provider open to all", put(`"Principal":{"Federated":"graph.facebook.com"}`), "0", bucket},
		{"a VPC with a wildcard", conditioned(`"StringLike":{"aws:SourceVpc":"vpc-*"}`), "0", bucket},
		{"a fixed VPC", conditioned(`"StringEquals":{"aws:SourceVpc":"vpc-91237329"}`), "", bucket},
		{"a fixed VPC with StringLike", conditioned(`"StringLike":{"aws:SourceVpc":"vpc-91237329"}`), "", bucket},
		{"all but a VPC", conditioned(`"StringNotEquals":{"aws:SourceVpc":"vpc-91237329"}`), "0", bucket},
		{"a fixed VPC, if there is one", conditioned(`"StringEqualsIfExists":{"aws:SourceVpc":"vpc-91237329"}`), "0", bucket},
		{"a variable", conditioned(`"StringEquals":{"aws:SourceVpc":"${aws:PrincipalTag/vpc}"}`), "0", bucket},
		{"an organization", conditioned(`"StringEquals":{"aws:PrincipalOrgID":"o-abcdefghij"}`), "", bucket},
		{"addresses", conditioned(`"IpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/32","10.0.0.0/8"]}`), "", bucket},
		{"a very broad range", conditioned(`"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}`), "0", bucket},
		{"a very broad range of IPv6", conditioned(`"IpAddress":{"aws:SourceIp":"2000::/3"}`), "0", bucket},
		{"all addresses but some", conditioned(`"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}`), "0", bucket},
		{"encrypted transport", conditioned(`"Bool":{"aws:SecureTransport":"true"}`), "0", bucket},
		{"a key of another resource", conditioned(`"StringEquals":{"kms:CallerAccount":"111122223333"}`), "0", bucket},
		{"a key of the resource", conditioned(`"StringEquals":{"kms:CallerAccount":"111122223333"}`), "", "AWS::KMS::Key"},
		{"access points of an account", conditioned(`"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:123456789012:accesspoint/*"}`), "", bucket},
		{"access points of any account", conditioned(`"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:*:accesspoint/*"}`), "0", bucket},
		{"access points in an access point's policy", conditioned(`"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:123456789012:accesspoint/*"}`), "0", "AWS::S3::AccessPoint"},
		{"an account", put(`"Principal":{"AWS":"111122223333"}`), "", bucket},
		{"a user (AWS CLI reference, check-no-public-access)", statements(allow(`"Principal":{"AWS":"arn:aws:iam::111122223333:user/JohnDoe"},"Action":["s3:GetObject"]`)), "", bucket},
		{"everybody, without a Resource (SDK example of CheckNoPublicAccess)", statements(allow(`"Sid":"Bob","Principal":"*","Action":["s3:GetObject"]`)), "0", bucket},
		{"a service", put(`"Principal":{"Service":"cloudtrail.amazonaws.com"}`), "", bucket},
		{"all but one", put(`"NotPrincipal":{"AWS":"111122223333"}`), "0!", bucket},
		{"everybody, and a Deny for all but a VPC",
			statements(allow(`"Principal":"*","Action":"s3:*","Resource":"*"`), deny(`"Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}`)), "", bucket},
		{"everybody, and a Deny for all but a VPC, if there is one",
			statements(allow(`"Principal":"*","Action":"s3:*","Resource":"*"`), deny(`"Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:SourceVpc":"vpc-1"}}`)), "", bucket},
		{"everybody, and a Deny of another action",
			statements(allow(`"Principal":"*","Action":"s3:*","Resource":"*"`), deny(`"Principal":"*","Action":"s3:PutObject","Resource":"*"`)), "0", bucket},
		{"the third statement of three", statements(
			allow(`"Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:*","Resource":"*"`),
			allow(`"Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"`), allow(`"Principal":"*","Action":"s3:GetObject","Resource":"*"`)), "2", bucket},
		{"a role for a provider open to all", statements(allow(`"Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity"`)), "0", bucket},
		{"with its application's ID", statements(allow(`"Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"accounts.google.com:aud":"app"}}`)), "", bucket},
		{"a role for an OIDC provider's audience, which all its users may have", statements(allow(`"Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}`)), "0", bucket},
		{"and for one subject", statements(allow(`"Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:o/r:ref:refs/heads/main"}}`)), "", bucket},
		{"a role for SAML", statements(allow(`"Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/okta"},"Action":"sts:AssumeRoleWithSAML"`)), "", bucket},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			found, ok := Public(parse(t, c.policy), c.of)
			if !ok {
				t.Fatal("no type", c.of)
			}
			if got := told(found); got != c.want {
				t.Errorf("statements %q, want %q\n%s", got, c.want, c.policy)
				for _, f := range found {
					t.Logf("%+v", f.Witness)
				}
			}
		})
	}
}

func TestPublicKnowsNoOtherType(t *testing.T) {
	if _, ok := Public(parse(t, put(`"Principal":"*"`)), "AWS::EC2::Instance"); ok {
		t.Error("an instance has no policy")
	}
}
