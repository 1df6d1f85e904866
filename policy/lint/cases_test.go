package lint_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/policy/lint"
)

// The types of document of the tables.
var (
	identity = lint.Document{Type: lint.Identity}
	resource = lint.Document{Type: lint.Resource}
	bucket   = lint.Document{Type: lint.Resource, Resource: lint.Bucket}
	table    = lint.Document{Type: lint.Resource, Resource: lint.Table}
	trust    = lint.Document{Type: lint.Resource, Resource: lint.Trust}
	scp      = lint.Document{Type: lint.ServiceControl}
	rcp      = lint.Document{Type: lint.ResourceControl}
)

// checked is one check with a statement that it finds something in and one,
// as like it as can be, that it does not. What begins with { or is no object
// is the whole document.
type checked struct {
	code string
	of   lint.Document
	bad  string
	good string
	says string // Details of the finding, letter by letter
	at   string // where, as where writes it
}

// allCases are all tables.
var allCases = [][]checked{
	elementCases, actionCases, resourceCases, principalCases, conditionCases, valueCases, grantCases, trustCases, ownCases,
	moreElementCases, moreActionCases, moreResourceCases, morePrincipalCases, moreConditionCases, moreValueCases, moreTrustCases, moreOwnCases,
}

// document wraps a statement.
func document(text string) string {
	if strings.HasPrefix(text, `"`) && strings.Contains(text, `":`) {
		return `{"Version":"2012-10-17","Statement":[{` + text + `}]}`
	}
	return text
}

func find(of lint.Document, text string, ref lint.Reference) []lint.Finding {
	of.Text = document(text)
	return lint.Find(of, ref)
}

// where writes the path of a location: names and numbers with dots between, and
// in brackets where the name itself is meant.
func where(l lint.Location) string {
	var path []string
	for _, s := range l.Path {
		switch s.Kind {
		case lint.ToIndex:
			path = append(path, strconv.Itoa(s.Index))
		case lint.ToName:
			path = append(path, "("+s.Name+")")
		default:
			path = append(path, s.Name)
		}
	}
	return strings.Join(path, ".")
}

func codes(found []lint.Finding) []string {
	var all []string
	for _, f := range found {
		all = append(all, f.Code)
	}
	return all
}

// Every check of the table finds what it is for and leaves alone what is
// right; the words of AWS's are on the page that the finding links to.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
func TestEveryCheck(t *testing.T) {
	ref := reference.NewLookup()
	seen := map[string]bool{}
	for _, cases := range allCases {
		for _, c := range cases {
			seen[c.code] = true
			found := find(c.of, c.bad, ref)
			if i := slices.Index(codes(found), c.code); i < 0 {
				t.Errorf("%s is not found in\n\t%s\nbut %v", c.code, document(c.bad), codes(found))
			} else if f := found[i]; f.Details != c.says || where(f.Locations[0]) != c.at {
				t.Errorf("%s says at %s\n\t%s\nwant at %s\n\t%s", c.code, where(f.Locations[0]), f.Details, c.at, c.says)
			}
			if found := find(c.of, c.good, ref); slices.Contains(codes(found), c.code) {
				t.Errorf("%s is found in\n\t%s", c.code, document(c.good))
			}
		}
	}
	for _, c := range lint.Checks() {
		if !seen[c.Code] && c.Code != "comment" {
			t.Errorf("%s has no case", c.Code)
		}
	}
}

// The good halves are right in everything else too, but for what suggestions
// and warnings are about: no good half has an error that is not expected.
func TestNothingIsFoundInWhatIsRight(t *testing.T) {
	ref := reference.NewLookup()
	for name, test := range map[string]struct {
		of   lint.Document
		text string
	}{
		"reading one bucket": {identity, `"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::a","arn:aws:s3:::a/*"]`},
		"a home folder":      {identity, `"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::home/${aws:username}/*"`},
		"a trusted role":     {trust, `"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/ci"},"Action":"sts:AssumeRole"`},
		"a trusted service":  {trust, `"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"`},
		"a role for GitHub": {trust, `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},` +
			`"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com",` +
			`"token.actions.githubusercontent.com:sub":"repo:a/b:ref:refs/heads/main"}}`},
		"a role for a pod": {trust, `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A1"},` +
			`"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"oidc.eks.eu-west-1.amazonaws.com/id/A1:sub":"system:serviceaccount:a:b"}}`},
		"a role for SAML": {trust, `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:saml-provider/okta"},` +
			`"Action":["sts:AssumeRoleWithSAML","sts:TagSession"],"Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}`},
		"a bucket of one account": {bucket, `"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"`},
		"regions by an SCP":       {scp, `"Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}}`},
		"an organization by an RCP": {rcp, `"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1"},` +
			`"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}`},
	} {
		if found := find(test.of, test.text, ref); len(found) > 0 {
			t.Errorf("%s: %s: %s", name, found[0].Code, found[0].Details)
		}
	}
}
