package policy

import (
	"errors"
	"strings"
	"testing"
)

// refusal is a document, the message that AWS refuses it with, and the text
// from where the reason stands. An empty message is a document that AWS takes.
type refusal struct {
	name    string
	text    string
	message string
	at      string
}

func (r refusal) check(t *testing.T, kind Kind, code string, env Environment) {
	t.Helper()
	d, err := Validate(r.text, kind, env)
	if r.message == "" {
		if err != nil {
			t.Errorf("%s: refused with %q", r.name, err)
		} else if d.Text != r.text {
			t.Errorf("%s: the text was changed to %s", r.name, d.Text)
		}
		return
	}
	var refused *Error
	if !errors.As(err, &refused) || d != nil {
		t.Errorf("%s: accepted, want %q", r.name, r.message)
		return
	}
	if refused.Message != r.message || refused.Code != code {
		t.Errorf("%s:\nrefused with %s: %s\nwant         %s: %s", r.name, refused.Code, refused.Message, code, r.message)
	}
	if rest := r.text[refused.Position.Offset:]; !strings.HasPrefix(rest, r.at) {
		t.Errorf("%s: the reason stands at %.20q, want %q", r.name, rest, r.at)
	}
	if want := position(r.text, refused.Position.Offset); refused.Position != want {
		t.Errorf("%s: the place is %+v, want %+v", r.name, refused.Position, want)
	}
}

const (
	syntaxErrors = "Syntax errors in policy."
	legacy       = "The policy failed legacy parsing"
	bucketARN    = `"Resource":"arn:aws:s3:::b"`
	listBucket   = `"Effect":"Allow","Action":"s3:ListBucket",` + bucketARN
	needVendor   = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
	needActions  = "Policy statement must contain actions."
	needARNs     = "Policy statement must contain resources."
	iamPath      = `IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, ` +
		`instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.`
)

func resource(values string) string {
	return statement(`"Effect":"Allow","Action":"s3:ListBucket","Resource":` + values)
}

func action(values string) string {
	return statement(`"Effect":"Allow","Action":` + values + `,` + bucketARN)
}

func condition(block string) string { return statement(listBucket + `,"Condition":` + block) }
