package lint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/policy/lint"
	"github.com/rolecall-iam/rolecall/policy/managed"
)

// The place is that of the value with its quotes, and of a condition key that
// of its name.
func TestLocations(t *testing.T) {
	const text = `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": ["s3:GetObject",
      "s3:ListBuckets"],
    "Resource": "*",
    "Condition": {"StringEquals": {"näme": "ä"}}
  }
}`
	found := lint.Find(lint.Document{Text: text, Type: lint.Identity}, reference.NewLookup())
	if got := codes(found); !slices.Equal(got, []string{"INVALID_ACTION", "INVALID_CONDITION_KEY_FORMAT"}) {
		t.Fatalf("found %v", got)
	}
	for i, want := range []struct {
		path, text string
		start, end policy.Position
	}{
		{"Statement.Action.1", `"s3:ListBuckets"`, policy.Position{Offset: 106, Line: 6, Column: 7}, policy.Position{Offset: 122, Line: 6, Column: 23}},
		{"Statement.Condition.StringEquals.(näme)", `"näme"`, policy.Position{Offset: 181, Line: 8, Column: 36}, policy.Position{Offset: 188, Line: 8, Column: 42}},
	} {
		l := found[i].Locations[0]
		if where(l) != want.path || l.Start != want.start || l.End != want.end {
			t.Errorf("%s at %s, %+v to %+v", found[i].Code, where(l), l.Start, l.End)
		}
		if got := text[l.Start.Offset:l.End.Offset]; got != want.text {
			t.Errorf("%s is of %q, want %q", found[i].Code, got, want.text)
		}
	}
}

// What is about two places has both.
func TestFurtherLocations(t *testing.T) {
	ref := reference.NewLookup()
	for code, test := range map[string]struct {
		of   lint.Document
		text string
		want []string
	}{
		"UNSUPPORTED_ELEMENT_COMBINATION": {identity, `"Action":"s3:*","NotAction":"s3:*"`, []string{"Statement.0.(NotAction)", "Statement.0.(Action)"}},
		"REDUNDANT_STATEMENT":             {identity, `{"Statement":[{"Sid":"a"},{"Sid":"b"}]}`, []string{"Statement.1", "Statement.0"}},
		"PASS_ROLE_WITH_STAR_IN_RESOURCE": {identity, `"Effect":"Allow","Action":"iam:PassRole","Resource":["arn:aws:iam::123456789012:role/a","*"]`,
			[]string{"Statement.0.Action", "Statement.0.Resource.1"}},
		"allow-everything": {identity, `"Effect":"Allow","Action":"*","Resource":"*"`, []string{"Statement.0.Action", "Statement.0.Resource"}},
	} {
		found := find(test.of, test.text, ref)
		i := slices.Index(codes(found), code)
		if i < 0 {
			t.Errorf("no %s among %v", code, codes(found))
			continue
		}
		var got []string
		for _, l := range found[i].Locations {
			got = append(got, where(l))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s at %v, want %v", code, got, test.want)
		}
	}
}

// Findings come in the order of the text, whichever family of checks they are of.
func TestFindingsAreInTheOrderOfTheText(t *testing.T) {
	found := find(identity, `{"Statement":[{"Effect":"allow","Resource":"aws:s3:::a","Action":"s3:Nothing"},{"Sid":"","Action":"s3","Resource":[]}]}`, reference.NewLookup())
	if len(found) < 8 {
		t.Fatalf("found %v", codes(found))
	}
	for i := 1; i < len(found); i++ {
		if found[i].Locations[0].Start.Offset < found[i-1].Locations[0].Start.Offset {
			t.Errorf("%s comes after %s", found[i].Code, found[i-1].Code)
		}
	}
}

// Links are those of AWS's page; checks of our own have a page here.
func TestLinks(t *testing.T) {
	const page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html#access-analyzer-reference-policy-checks-"
	for _, c := range lint.Checks() {
		f := lint.Finding{Code: c.Code, Severity: c.Severity}
		switch link := f.Link(); {
		case f.Own() && (link != "" || c.Page == ""):
			t.Errorf("%s of our own has the link %q and the page %q", c.Code, link, c.Page)
		case !f.Own() && !strings.HasPrefix(link, page):
			t.Errorf("%s has the link %s", c.Code, link)
		}
	}
	for _, test := range [...]struct {
		code     string
		severity lint.Severity
		anchor   string
	}{
		{"INVALID_ACTION", lint.Error, "error-invalid-action"},
		{"CREATE_SLR_WITH_NOT_RESOURCE", lint.Warning, "general-warning-create-slr-with-not-resource"},
		{"FORALLVALUES_WITH_SINGLE_VALUED_KEY", lint.SecurityWarning, "security-warning-forallvalues-with-single-valued-key"},
		{"EMPTY_ARRAY_CONDITION_FORANYVALUE", lint.Suggestion, "suggestion-empty-array-condition-foranyvalue"},
	} {
		if link := (lint.Finding{Code: test.code, Severity: test.severity}).Link(); link != page+test.anchor {
			t.Errorf("%s has the link %s", test.code, link)
		}
	}
}

// AWS's page lists policies that it manages itself beside some of the checks;
// those of them whose documents are still as they were have the finding, and
// no more errors than what the documents really say.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html,
// the sections "AWS managed policies with this …"
func TestManagedPoliciesHaveTheFindingsThatAWSLists(t *testing.T) {
	ref := reference.NewLookup()
	for arn, want := range map[string]string{
		"AdministratorAccess":                          "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
		"IAMFullAccess":                                "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
		"PowerUserAccess":                              "CREATE_SLR_WITH_STAR_IN_RESOURCE",
		"AlexaForBusinessFullAccess":                   "CREATE_SLR_WITH_STAR_IN_RESOURCE",
		"service-role/AWSQuickSightDescribeRDS":        "",
		"ReadOnlyAccess":                               "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
		"aws-service-role/AWSSupportServiceRolePolicy": "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
		"AdministratorAccess-Amplify":                  "PASS_ROLE_WITH_STAR_IN_RESOURCE",
		"AmazonS3ReadOnlyAccess":                       "",
		"job-function/ViewOnlyAccess":                  "",
		"SecurityAudit":                                "",
	} {
		p, ok := managed.Lookup("arn:aws:iam::aws:policy/" + arn)
		if !ok {
			t.Errorf("there is no %s", arn)
			continue
		}
		got := codes(lint.Find(lint.Document{Text: p.Default().Document(), Type: lint.Identity}, ref))
		for code := range strings.FieldsSeq(want) {
			if !slices.Contains(got, code) {
				t.Errorf("%s has no %s but %v", arn, code, got)
			}
		}
		for _, code := range got {
			if want == "" && strings.HasPrefix(code, "INVALID_") && arn != "SecurityAudit" {
				t.Errorf("%s has %s", arn, code)
			}
		}
	}
}

// Whatever a document of the largest size holds, Find comes back soon with no
// more than a thousand findings: what it does is counted and not timed.
func TestWorkIsBounded(t *testing.T) {
	list := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return strings.TrimSuffix(b.String(), ",")
	}
	for name, text := range map[string]string{
		"actions that are none":      `"Effect":"Allow","Resource":"*","Action":[` + list(`"s3:Nothing%d",`, 2000) + `]`,
		"services that are none":     `"Effect":"Allow","Resource":"*","Action":[` + list(`"service%d:Get",`, 2000) + `]`,
		"nothing but patterns":       `"Effect":"Allow","Resource":"*","Action":[` + list(`"s3:*%d*",`, 2000) + `]`,
		"resources of many stars":    `"Effect":"Allow","Action":"s3:*","Resource":[` + list(`"arn:aws:s3:::*a*b*c*d*%d*",`, 800) + `]`,
		"one resource of many stars": `"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::` + strings.Repeat("*a", 8_000) + `"]`,
		"keys of one operator":       `"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{` + list(`"aws:key%d":"*",`, 1500) + `}}`,
		"keys beside actions": `"Effect":"Allow","Action":["ec2:RunInstances","s3:GetObject","sts:AssumeRole","iam:PassRole",` + list(`"sqs:SendMessage","sns:Publish%d",`, 500) +
			`,"kms:Decrypt"],"Resource":"*","Condition":{"StringEquals":{` + list(`"s3:ExistingObjectTag/%d":"a",`, 1500) + `}}`,
		"principals": `"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":[` + list(`"arn:aws:sts::123456789012:assumed-role/r%d/s",`, 600) + `]}`,
		"statements": `{"Statement":[` + list(`{"Sid":"a%d"},`, 2000) + `]}`,
		"variables":  `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::` + strings.Repeat("${", 50_000) + `"`,
		"deep":       strings.Repeat(`{"a":`, lint.MaxSize/5),
	} {
		for _, of := range []lint.Document{identity, trust} {
			if len(document(text)) > lint.MaxSize+1 {
				t.Fatalf("%s: the case is too long: %d", name, len(document(text)))
			}
			if found := find(of, text, reference.NewLookup()); len(found) > 1000 {
				t.Errorf("%s: %d findings", name, len(found))
			}
		}
	}
}

// The same document has the same findings in the same words, each time.
func TestFindIsTheSameEachTime(t *testing.T) {
	ref := reference.NewLookup()
	const text = `"Effect":"Allow","Action":["s3:GetObjekt","ecs2:Run"],"Resource":"*","Condition":{"stringequals":{"aws:tagkeys":"a"},"stringlike":{"s3:x":"*"}}`
	first := fmt.Sprint(find(identity, text, ref))
	for range 20 {
		if again := fmt.Sprint(find(identity, text, ref)); again != first {
			t.Fatalf("%s\nand then\n%s", first, again)
		}
	}
}
