package accessanalyzer

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api/accessanalyzer"
	"github.com/rolecall-iam/rolecall/wire"
)

// many is a document with six findings of AWS's and one of our own.
const many = `{"Version":"2012-10-17","Statement":[
{"Sid":"","Effect":"Allow","Action":["s3:A","s3:B","s3:C","*"],"Resource":"*"},
{"Sid":"ä b","Effect":"Allow","NotAction":"s3:*","Resource":"aws:s3:::ä"}]}`

func validate(t *testing.T, in accessanalyzer.ValidatePolicyInput) *accessanalyzer.ValidatePolicyOutput {
	t.Helper()
	if err := checkValidatePolicy(nil, &in); err != nil {
		t.Fatal(err)
	}
	out, err := New().ValidatePolicy(t.Context(), &in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func issues(findings []accessanalyzer.ValidatePolicyFinding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, f.IssueCode)
	}
	return all
}

// Pages of every size together are the findings, each once; checks of our own
// are none of AWS's and are left out.
func TestPagesTogetherAreAllFindings(t *testing.T) {
	whole := validate(t, accessanalyzer.ValidatePolicyInput{PolicyDocument: many, PolicyType: "IDENTITY_POLICY"})
	want := issues(whole.Findings)
	if len(want) < 8 || whole.NextToken != nil || slices.ContainsFunc(want, func(s string) bool { return s != strings.ToUpper(s) }) {
		t.Fatalf("found %v, next %v", want, whole.NextToken)
	}
	for size := range int32(10) {
		size++
		var got []string
		var token *string
		for {
			out := validate(t, accessanalyzer.ValidatePolicyInput{
				PolicyDocument: many, PolicyType: "IDENTITY_POLICY", MaxResults: &size, NextToken: token,
			})
			got = append(got, issues(out.Findings)...)
			if token = out.NextToken; token == nil {
				break
			}
			if len(out.Findings) != int(size) {
				t.Fatalf("%d a page: a page of %d", size, len(out.Findings))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d a page: %v, want %v", size, got, want)
		}
	}
}

// Lines count from 1, columns and offsets from 0, all in characters.
//
// Source: https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Position.html
func TestPlacesCountAsAWSDoes(t *testing.T) {
	out := validate(t, accessanalyzer.ValidatePolicyInput{PolicyDocument: many, PolicyType: "IDENTITY_POLICY"})
	i := slices.Index(issues(out.Findings), "INVALID_ARN_PREFIX")
	if i < 0 {
		t.Fatal(issues(out.Findings))
	}
	f := out.Findings[i]
	span := f.Locations[0].Span
	before, _, _ := strings.Cut(many, `"aws:s3:::ä"`)
	offset := int32(len([]rune(before)))
	if *span.Start != (accessanalyzer.Position{Line: 3, Column: 60, Offset: offset}) || span.End.Offset != offset+12 || span.End.Column != 72 {
		t.Errorf("from %+v to %+v, want offset %d", span.Start, span.End, offset)
	}
	path := f.Locations[0].Path
	if len(path) != 3 || *path[0].Value != "Statement" || *path[1].Index != 1 || *path[2].Value != "Resource" {
		t.Errorf("path %+v", path)
	}
	for _, f := range out.Findings {
		if f.FindingDetails == "" || f.FindingType == "" || !strings.HasPrefix(f.LearnMoreLink, "https://") || len(f.Locations) == 0 {
			t.Errorf("not whole: %+v", f)
		}
	}
}

// What is no document, or no document of its type, is a finding and no error.
func TestWhatIsNoDocumentIsAFinding(t *testing.T) {
	for text, want := range map[string]string{
		"": "JSON_SYNTAX_ERROR", "{": "JSON_SYNTAX_ERROR", "\xff": "JSON_SYNTAX_ERROR", `"a"`: "DATA_TYPE_MISMATCH", "{}": "MISSING_STATEMENT",
		strings.Repeat("[", 10_000): "JSON_SYNTAX_ERROR",
	} {
		for _, kind := range []string{"IDENTITY_POLICY", "RESOURCE_POLICY", "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"} {
			out := validate(t, accessanalyzer.ValidatePolicyInput{PolicyDocument: text, PolicyType: kind})
			if !slices.Contains(issues(out.Findings), want) {
				t.Errorf("%.20q as %s: %v, want %s", text, kind, issues(out.Findings), want)
			}
		}
	}
}

func TestWhatMakesNoSenseIsRefused(t *testing.T) {
	zero, many := int32(0), int32(1001)
	token := "made up"
	for name, test := range map[string]struct {
		in    accessanalyzer.ValidatePolicyInput
		field string
	}{
		"no findings on a page":                         {accessanalyzer.ValidatePolicyInput{MaxResults: &zero}, "maxResults"},
		"too many findings on a page":                   {accessanalyzer.ValidatePolicyInput{MaxResults: &many}, "maxResults"},
		"a token that nobody gave":                      {accessanalyzer.ValidatePolicyInput{NextToken: &token}, "nextToken"},
		"a type of resource for an identity's document": {accessanalyzer.ValidatePolicyInput{ValidatePolicyResourceType: "AWS::S3::Bucket"}, "validatePolicyResourceType"},
		"a document that is longer than any":            {accessanalyzer.ValidatePolicyInput{PolicyDocument: strings.Repeat(" ", 1<<17+1)}, "policyDocument"},
	} {
		test.in.PolicyType = "IDENTITY_POLICY"
		err := checkValidatePolicy(nil, &test.in)
		if err == nil {
			_, err = New().ValidatePolicy(t.Context(), &test.in)
		}
		var refusal *wire.Error
		if !errors.As(err, &refusal) || refusal.Code != "ValidationException" || refusal.Fields["reason"] != "fieldValidationFailed" {
			t.Errorf("%s: %v", name, err)
			continue
		}
		fields, _ := refusal.Fields["fieldList"].([]map[string]any)
		if len(fields) != 1 || fields[0]["name"] != test.field || fields[0]["message"] != refusal.Message {
			t.Errorf("%s: of %v", name, fields)
		}
	}
}
