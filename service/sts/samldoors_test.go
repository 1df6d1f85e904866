package sts

import "testing"

// Source: https://docs.aws.amazon.com/general/latest/gr/signin-service.html; for the forms with /acs/
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html and its page on encryption;
// https://docs.amazonaws.cn/en_us/aws/latest/userguide/iam.html (China), https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-iam.html
func TestDoorsThatResponsesAreMeantFor(t *testing.T) {
	const id = "SAMLSPABCDEFGHIJKLMNOP"
	aws := signInDoors{partition: "aws", provider: id, own: "https://iam.example.com"}
	china := signInDoors{partition: "aws-cn", provider: id}
	gov := signInDoors{partition: "aws-us-gov", provider: id}
	for _, c := range []struct {
		doors               signInDoors
		name                string
		audience, recipient bool
	}{
		{aws, "urn:amazon:webservices", true, false},
		{aws, "https://signin.aws.amazon.com/saml", true, true},
		{aws, "https://signin.aws.amazon.com/saml#2", true, false},
		{aws, "https://signin.aws.amazon.com#/saml", false, false},
		{aws, "https://us-east-1.signin.aws.amazon.com/saml", true, true},
		{aws, "https://ap-southeast-2.signin.aws.amazon.com/saml", true, true},
		{aws, "https://eu-isoe-west-1.signin.aws.amazon.com/saml", true, true},
		{aws, "https://signin.aws.amazon.com/saml/acs/" + id, true, true},
		{aws, "https://eu-west-1.signin.aws.amazon.com/saml/acs/" + id, true, true},
		{aws, "https://iam.example.com/_/signin/saml", true, true},
		{aws, "https://iam.example.com/_/signin/saml/acs/" + id, true, true},
		{aws, "https://signin.aws.amazon.com/saml/acs/SAMLSPOTHEROTHEROTHERO", false, false},
		{aws, "https://signin.aws.amazon.com/saml/acs/", false, false},
		{aws, "https://signin.aws.amazon.com/saml2", false, false},
		{aws, "https://signin.aws.amazon.com/", false, false},
		{aws, "https://signin.aws.amazon.com", false, false},
		{aws, "https://east.signin.aws.amazon.com/saml", false, false},
		{aws, "https://us-east-x.signin.aws.amazon.com/saml", false, false},
		{aws, "https://us--1.signin.aws.amazon.com/saml", false, false},
		{aws, "https://a-b-c-d-1.signin.aws.amazon.com/saml", false, false},
		{aws, "https://us-east-1xsignin.aws.amazon.com/saml", false, false},
		{aws, "https://signin.amazonaws.cn/saml", false, false},
		{aws, "https://iam.example.com/_/signin/saml?x", false, false},
		{aws, "https://iam.example.com", false, false},
		{aws, "", false, false},
		{china, "urn:amazon:webservices:cn-north-1", true, false},
		{china, "https://signin.amazonaws.cn/saml", true, true},
		{china, "https://cn-north-1.signin.amazonaws.cn/saml", true, true},
		{china, "https://signin.aws.amazon.com/saml", false, false},
		{china, "/_/signin/saml", false, false},
		{gov, "urn:amazon:webservices:govcloud", true, false},
		{gov, "https://signin.amazonaws-us-gov.com/saml", true, true},
		{gov, "https://us-gov-west-1.signin.amazonaws-us-gov.com/saml", true, true},
		{gov, "https://signin.aws.amazon.com/saml", false, false},
	} {
		if got := c.doors.audience(c.name); got != c.audience {
			t.Errorf("in %s %q is an audience: %v", c.doors.partition, c.name, got)
		}
		if got := c.doors.recipient(c.name); got != c.recipient {
			t.Errorf("in %s %q is a recipient: %v", c.doors.partition, c.name, got)
		}
	}
}

func TestPairsOfRoleAndProvider(t *testing.T) {
	const role, provider = "arn:aws:iam::123456789012:role/a", "arn:aws:iam::123456789012:saml-provider/p"
	for pair, good := range map[string]bool{
		role + "," + provider:            true,
		provider + "," + role:            true,
		"\n " + role + " ,\t" + provider: true,
		role:                             false,
		"":                               false,
		role + "," + provider + ",x":     false,
	} {
		r, p, ok := splitPair(pair)
		if ok != good || good && (r != role || p != provider) {
			t.Errorf("%q: %q and %q, %v", pair, r, p, ok)
		}
	}
}
