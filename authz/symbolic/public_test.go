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
		{
			name:   "everybody",
			policy: put(everybody),
			want:   "0",
			of:     bucket,
		},
		{
			name:   "users of a provider open to all",
			policy: put(`"Principal":{"Federated":"graph.facebook.com"}`),
			want:   "0",
			of:     bucket,
		},
		{
			name:   "a VPC with a wildcard",
			policy: conditioned(`"StringLike":{"aws:SourceVpc":"vpc-*"}`),
			want:   "0",
			of:     bucket,
		},
		{
			name:   "a fixed VPC",
			policy: conditioned(`"StringEquals":{"aws:SourceVpc":"vpc-91237329"}`),
			want:   "",
			of:     bucket,
		},
		{
			name:   "a fixed VPC with StringLike",
			policy: conditioned(`"StringLike":{"aws:SourceVpc":"vpc-91237329"}`),
			want:   "",
			of:     bucket,
		},
		{
			name:   "all but a VPC",
			policy: conditioned(`"StringNotEquals":{"aws:SourceVpc":"vpc-91237329"}`),
			want:   "0",
			of:     bucket,
		},
		{
			name:   "a fixed VPC, if there is one",
			policy: conditioned(`"StringEqualsIfExists":{"aws:SourceVpc":"vpc-91237329"}`),
			want:   "0",
			of:     bucket,
		},
		{
			name:   "a variable",
			policy: conditioned(`"StringEquals":{"aws:SourceVpc":"${aws:PrincipalTag/vpc}"}`),
			want:   "0",
			of:     bucket,
		},
		{
			name:   "an organization",
			policy: conditioned(`"StringEquals":{"aws:PrincipalOrgID":"o-abcdefghij"}`),
			want:   "",
			of:     bucket,
		},
		{
			name:   "addresses",
			policy: conditioned(`"IpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/32","10.0.0.0/8"]}`),
			want:   "",
			of:     bucket,
		},
		{
			name:   "a very broad range",
			policy: conditioned(`"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}`),
			want:   "0",
			of:     bucket,
		},
		{
			name:   "a very broad range of IPv6",
			policy: conditioned(`"IpAddress":{"aws:SourceIp":"2000::/3"}`),
			want:   "0",
			of:     bucket,
		},
		{
			name:   "all addresses but some",
			policy: conditioned(`"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}`),
			want:   "0",
			of:     bucket,
		},
		{
			name:   "encrypted transport",
			policy: conditioned(`"Bool":{"aws:SecureTransport":"true"}`),
			want:   "0",
			of:     bucket,
		},
		{
			name:   "a key of another resource",
			policy: conditioned(`"StringEquals":{"kms:CallerAccount":"111122223333"}`),
			want:   "0",
			of:     bucket,
		},
		{
			name:   "a key of the resource",
			policy: conditioned(`"StringEquals":{"kms:CallerAccount":"111122223333"}`),
			want:   "",
			of:     "AWS::KMS::Key",
		},
		{
			name:   "access points of an account",
			policy: conditioned(`"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:123456789012:accesspoint/*"}`),
			want:   "",
			of:     bucket,
		},
		{
			name:   "access points of any account",
			policy: conditioned(`"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:*:accesspoint/*"}`),
			want:   "0",
			of:     bucket,
		},
		{
			name:   "access points in an access point's policy",
			policy: conditioned(`"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:123456789012:accesspoint/*"}`),
			want:   "0",
			of:     "AWS::S3::AccessPoint",
		},
		{
			name:   "an account",
			policy: put(`"Principal":{"AWS":"111122223333"}`),
			want:   "",
			of:     bucket,
		},
		{
			name:   "a user (AWS CLI reference, check-no-public-access)",
			policy: statements(allow(`"Principal":{"AWS":"arn:aws:iam::111122223333:user/JohnDoe"},"Action":["s3:GetObject"]`)),
			want:   "",
			of:     bucket,
		},
		{
			name:   "everybody, without a Resource (SDK example of CheckNoPublicAccess)",
			policy: statements(allow(`"Sid":"Bob","Principal":"*","Action":["s3:GetObject"]`)),
			want:   "0",
			of:     bucket,
		},
		{
			name:   "a service",
			policy: put(`"Principal":{"Service":"cloudtrail.amazonaws.com"}`),
			want:   "",
			of:     bucket,
		},
		{
			name:   "all but one",
			policy: put(`"NotPrincipal":{"AWS":"111122223333"}`),
			want:   "0!",
			of:     bucket,
		},
		{
			name:   "everybody, and a Deny for all but a VPC",
			policy: statements(allow(`"Principal":"*","Action":"s3:*","Resource":"*"`), deny(`"Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}`)),
			want:   "",
			of:     bucket,
		},
		{
			name:   "everybody, and a Deny for all but a VPC, if there is one",
			policy: statements(allow(`"Principal":"*","Action":"s3:*","Resource":"*"`), deny(`"Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:SourceVpc":"vpc-1"}}`)),
			want:   "",
			of:     bucket,
		},
		{
			name:   "everybody, and a Deny of another action",
			policy: statements(allow(`"Principal":"*","Action":"s3:*","Resource":"*"`), deny(`"Principal":"*","Action":"s3:PutObject","Resource":"*"`)),
			want:   "0",
			of:     bucket,
		},
		{
			name: "the third statement of three",
			policy: statements(
				allow(`"Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:*","Resource":"*"`),
				allow(`"Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"`), allow(`"Principal":"*","Action":"s3:GetObject","Resource":"*"`)),
			want: "2",
			of:   bucket,
		},
		{
			name:   "a role for a provider open to all",
			policy: statements(allow(`"Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity"`)),
			want:   "0",
			of:     bucket,
		},
		{
			name:   "with its application's ID",
			policy: statements(allow(`"Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"accounts.google.com:aud":"app"}}`)),
			want:   "",
			of:     bucket,
		},
		{
			name:   "a role for an OIDC provider's audience, which all its users may have",
			policy: statements(allow(`"Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}`)),
			want:   "0",
			of:     bucket,
		},
		{
			name:   "and for one subject",
			policy: statements(allow(`"Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:o/r:ref:refs/heads/main"}}`)),
			want:   "",
			of:     bucket,
		},
		{
			name:   "a role for SAML",
			policy: statements(allow(`"Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/okta"},"Action":"sts:AssumeRoleWithSAML"`)),
			want:   "",
			of:     bucket,
		},
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
