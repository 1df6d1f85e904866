package iam_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOutboundWebIdentityFederation.html,
// API_DisableOutboundWebIdentityFederation.html and API_GetOutboundWebIdentityFederationInfo.html. That the
// issuer stays is said nowhere; "unique for your account" would mean little otherwise.
func TestOutboundFederationIsTurnedOnAndOffAndKeepsItsIssuer(t *testing.T) {
	h, ctx := open(t), context.Background()
	off := refusal{404, "FeatureDisabled", "Outbound identity federation is not enabled for your AWS account."}
	_, err := h.admin.GetOutboundWebIdentityFederationInfo(ctx, &iam.GetOutboundWebIdentityFederationInfoInput{})
	mustRefuse(t, err, off)
	_, err = h.admin.DisableOutboundWebIdentityFederation(ctx, &iam.DisableOutboundWebIdentityFederationInput{})
	mustRefuse(t, err, off)
	issuer := *must(h.admin.EnableOutboundWebIdentityFederation(ctx, &iam.EnableOutboundWebIdentityFederationInput{}))(t).IssuerIdentifier
	if rest, ok := strings.CutPrefix(issuer, h.url+"/_/issuer/"); !ok || !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(rest) {
		t.Errorf("the issuer is %s", issuer)
	}
	_, err = h.admin.EnableOutboundWebIdentityFederation(ctx, &iam.EnableOutboundWebIdentityFederationInput{})
	mustRefuse(t, err, refusal{409, "FeatureEnabled", "Outbound identity federation is already enabled for your AWS account."})
	info := must(h.admin.GetOutboundWebIdentityFederationInfo(ctx, &iam.GetOutboundWebIdentityFederationInfoInput{}))(t)
	if *info.IssuerIdentifier != issuer || !info.JwtVendingEnabled {
		t.Errorf("shown as %s, %v", *info.IssuerIdentifier, info.JwtVendingEnabled)
	}
	must(h.admin.DisableOutboundWebIdentityFederation(ctx, &iam.DisableOutboundWebIdentityFederationInput{}))(t)
	_, err = h.admin.GetOutboundWebIdentityFederationInfo(ctx, &iam.GetOutboundWebIdentityFederationInfoInput{})
	mustRefuse(t, err, off)
	again := *must(h.admin.EnableOutboundWebIdentityFederation(ctx, &iam.EnableOutboundWebIdentityFederationInput{}))(t).IssuerIdentifier
	if again != issuer {
		t.Errorf("the issuer was %s and is %s", issuer, again)
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html
func TestAccountSummaryFollowsTheTokenPreference(t *testing.T) {
	h, ctx := open(t), context.Background()
	for version, want := range map[types.GlobalEndpointTokenVersion]int32{"v2Token": 2, "v1Token": 1} {
		must(h.admin.SetSecurityTokenServicePreferences(ctx, &iam.SetSecurityTokenServicePreferencesInput{GlobalEndpointTokenVersion: version}))(t)
		summary := must(h.admin.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap
		if got := summary["GlobalEndpointTokenVersion"]; got != want {
			t.Errorf("after %s it is %d, want %d", version, got, want)
		}
	}
	_, err := h.admin.SetSecurityTokenServicePreferences(ctx, &iam.SetSecurityTokenServicePreferencesInput{GlobalEndpointTokenVersion: "v3Token"})
	if got := refusalOf(err); got.Status != 400 || got.Code != "ValidationError" {
		t.Errorf("a version that is none: %+v", got)
	}
}
