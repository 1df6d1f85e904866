package sts

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api/reference"
)

// The claims that make condition keys are those of AWS's reference, no more and
// no fewer.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html#awssecuritytokenservice-policy-keys
func TestTheClaimsAreThoseOfTheReference(t *testing.T) {
	entry, ok := reference.Service("sts")
	if !ok {
		t.Fatal("the reference has no sts")
	}
	variable := regexp.MustCompile(`\$\{[A-Za-z]+\}`)
	listed := map[string][]string{} // claims by issuer
	for k := range entry.ConditionKeys() {
		cut := strings.LastIndexByte(k.Name, ':')
		issuer, claim := variable.ReplaceAllString(k.Name[:cut], "x1"), k.Name[cut+1:]
		switch issuer {
		case "aws", "sts", "saml", "iam", "graph.facebook.com", "www.amazon.com":
			continue
		}
		if !slices.Contains([]string{"aud", "oaud", "sub", "amr"}, claim) {
			listed[issuer] = append(listed[issuer], claim)
		}
	}
	if len(listed) < 10 {
		t.Errorf("only %d issuers", len(listed))
	}
	for issuer, want := range listed {
		got := slices.Sorted(slices.Values(claimsOf(issuer)))
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", issuer, got, want)
		}
	}
	for _, issuer := range []string{"idp.example.com", "token.actions.githubusercontent.com.example.com", "evil.token.actions.githubusercontent.com", "gitlab.com/x", "agent.buildkite.dev", ""} {
		if got := claimsOf(issuer); got != nil {
			t.Errorf("%s: %v", issuer, got)
		}
	}
}
