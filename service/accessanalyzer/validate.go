package accessanalyzer

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/api/accessanalyzer"
	"github.com/rolecall-iam/rolecall/policy/lint"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/service/internal/paging"
)

const (
	mostOnPage   = 100 // findings, where nobody says
	largestPages = 1000
)

// checkValidatePolicy refuses what makes no sense whatever the document says.
func checkValidatePolicy(_ *service.Call, in *accessanalyzer.ValidatePolicyInput) error {
	switch {
	case in.MaxResults != nil && (*in.MaxResults < 1 || *in.MaxResults > largestPages):
		return invalid("maxResults", fmt.Sprintf("maxResults must be between 1 and %d.", largestPages))
	case in.ValidatePolicyResourceType != "" && lint.Type(in.PolicyType) != lint.Resource:
		return invalid("validatePolicyResourceType", "validatePolicyResourceType can only be specified for the policy type RESOURCE_POLICY.")
	case len(in.PolicyDocument) > lint.MaxSize:
		return invalid("policyDocument", fmt.Sprintf("The policy document is longer than %d characters.", lint.MaxSize))
	}
	return nil
}

// ValidatePolicy tells all that is wrong or doubtful in a document. A document
// that is no JSON has that for a finding and is no error of the call. Findings
// are in English, whatever the locale.
//
// Source: https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html
func (s *Service) ValidatePolicy(_ context.Context, in *accessanalyzer.ValidatePolicyInput) (*accessanalyzer.ValidatePolicyOutput, error) {
	size := int32(mostOnPage)
	if in.MaxResults != nil {
		size = *in.MaxResults
	}
	token := ""
	if in.NextToken != nil {
		token = *in.NextToken
	}
	page, err := paging.New[accessanalyzer.ValidatePolicyFinding](token, size, largestPages)
	if err != nil {
		return nil, badToken()
	}
	found := lint.Find(lint.Document{
		Text: in.PolicyDocument, Type: lint.Type(in.PolicyType), Resource: in.ValidatePolicyResourceType,
	}, s.reference)
	for i, f := range found {
		key := fmt.Sprintf("%06d", i)
		if f.Own() || key <= page.After {
			continue
		}
		if !page.Add(key, wireFinding(in.PolicyDocument, f)) {
			break
		}
	}
	return &accessanalyzer.ValidatePolicyOutput{Findings: page.Items, NextToken: page.NextToken()}, nil
}

func wireFinding(text string, f lint.Finding) accessanalyzer.ValidatePolicyFinding {
	out := accessanalyzer.ValidatePolicyFinding{
		FindingDetails: f.Details, FindingType: string(f.Severity), IssueCode: f.Code, LearnMoreLink: f.Link(),
	}
	for _, l := range f.Locations {
		location := accessanalyzer.Location{Path: []accessanalyzer.PathElement{}, Span: &accessanalyzer.Span{
			Start: wirePosition(text, l.Start.Offset, l.Start.Line, l.Start.Column),
			End:   wirePosition(text, l.End.Offset, l.End.Line, l.End.Column),
		}}
		for _, step := range l.Path {
			location.Path = append(location.Path, wireStep(step))
		}
		out.Locations = append(out.Locations, location)
	}
	return out
}

// wirePosition counts as AWS does: lines from 1, columns and offsets from 0,
// in characters. A document without a place is at its begin.
//
// Source: https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Position.html
func wirePosition(text string, offset, line, column int) *accessanalyzer.Position {
	return &accessanalyzer.Position{
		Line: int32(max(line, 1)), Column: int32(max(column-1, 0)), Offset: int32(utf8.RuneCountInString(text[:offset])),
	}
}

func wireStep(s lint.Step) accessanalyzer.PathElement {
	switch s.Kind {
	case lint.ToIndex:
		index := int32(s.Index)
		return accessanalyzer.PathElement{Index: &index}
	case lint.ToName:
		return accessanalyzer.PathElement{Key: &s.Name}
	default:
		return accessanalyzer.PathElement{Value: &s.Name}
	}
}
