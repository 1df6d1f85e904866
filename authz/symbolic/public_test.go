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
	conditioned := func(c string) string { return put(everybody + `,"Condition":{` + c + `}`) }
	cases := []struct {
		name, policy, want string
		own                []string
	}{
		{"everybody", put(everybody), "0", nil},
		{"users of a provider open to all", put(`"Principal":{"Federated":"graph.facebook.com"}`), "0", nil},
		{"a VPC with a wildcard", conditioned(`"StringLike":{"aws:SourceVpc":"vpc-*"}`), "0", nil},
		{"a fixed VPC", conditioned(`"StringEquals":{"aws:SourceVpc":"vpc-91237329"}`), "", nil},
		{"a fixed VPC with StringLike", conditioned(`"StringLike":{"aws:SourceVpc":"vpc-91237329"}`), "", nil},
		{"all but a VPC", conditioned(`"StringNotEquals":{"aws:SourceVpc":"vpc-91237329"}`), "0", nil},
		{"a fixed VPC, if there is one", conditioned(`"StringEqualsIfExists":{"aws:SourceVpc":"vpc-91237329"}`), "0", nil},
		{"a variable", conditioned(`"StringEquals":{"aws:SourceVpc":"${aws:PrincipalTag/vpc}"}`), "0", nil},
		{"an organization", conditioned(`"StringEquals":{"aws:PrincipalOrgID":"o-abcdefghij"}`), "", nil},
		{"addresses", conditioned(`"IpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/32","10.0.0.0/8"]}`), "", nil},
		{"a very broad range", conditioned(`"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}`), "0", nil},
		{"a very broad range of IPv6", conditioned(`"IpAddress":{"aws:SourceIp":"2000::/3"}`), "0", nil},
		{"all addresses but some", conditioned(`"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}`), "0", nil},
		{"encrypted transport", conditioned(`"Bool":{"aws:SecureTransport":"true"}`), "0", nil},
		{"a key of another resource", conditioned(`"StringEquals":{"kms:CallerAccount":"111122223333"}`), "0", nil},
		{"a key of the resource", conditioned(`"StringEquals":{"kms:CallerAccount":"111122223333"}`), "", []string{"kms:CallerAccount"}},
		{"an account", put(`"Principal":{"AWS":"111122223333"}`), "", nil},
		{"a user (AWS CLI reference, check-no-public-access)", statements(allow(`"Principal":{"AWS":"arn:aws:iam::111122223333:user/JohnDoe"},"Action":["s3:GetObject"]`)), "", nil},
		{"everybody, without a Resource (SDK example of CheckNoPublicAccess)", statements(allow(`"Sid":"Bob","Principal":"*","Action":["s3:GetObject"]`)), "0", nil},
		{"a service", put(`"Principal":{"Service":"cloudtrail.amazonaws.com"}`), "", nil},
		{"all but one", put(`"NotPrincipal":{"AWS":"111122223333"}`), "0!", nil},
		{"everybody, and a Deny for all but a VPC",
			statements(allow(`"Principal":"*","Action":"s3:*","Resource":"*"`), deny(`"Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}`)), "", nil},
		{"everybody, and a Deny for all but a VPC, if there is one",
			statements(allow(`"Principal":"*","Action":"s3:*","Resource":"*"`), deny(`"Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:SourceVpc":"vpc-1"}}`)), "", nil},
		{"everybody, and a Deny of another action",
			statements(allow(`"Principal":"*","Action":"s3:*","Resource":"*"`), deny(`"Principal":"*","Action":"s3:PutObject","Resource":"*"`)), "0", nil},
		{"the third statement of three", statements(
			allow(`"Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:*","Resource":"*"`),
			allow(`"Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"`), allow(`"Principal":"*","Action":"s3:GetObject","Resource":"*"`)), "2", nil},
		{"a role for a provider open to all", statements(allow(`"Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity"`)), "0", nil},
		{"with its application's ID", statements(allow(`"Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"accounts.google.com:aud":"app"}}`)), "", nil},
		{"a role for an OIDC provider's audience, which all its users may have", statements(allow(`"Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}`)), "0", nil},
		{"and for one subject", statements(allow(`"Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:o/r:ref:refs/heads/main"}}`)), "", nil},
		{"a role for SAML", statements(allow(`"Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/okta"},"Action":"sts:AssumeRoleWithSAML"`)), "", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			found := Public(parse(t, c.policy), c.own...)
			if got := told(found); got != c.want {
				t.Errorf("statements %q, want %q\n%s", got, c.want, c.policy)
				for _, f := range found {
					t.Logf("%+v", f.Witness)
				}
			}
		})
	}
}
