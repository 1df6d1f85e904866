package iam_test

import (
	"context"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/console_account-alias.html:
// an account has one alias, and a new one takes the old one's place.
func TestAnAccountHasOneAlias(t *testing.T) {
	h, ctx := open(t), context.Background()
	shows := func(rule string, want ...string) {
		t.Helper()
		if got := must(h.admin.ListAccountAliases(ctx, &iam.ListAccountAliasesInput{}))(t).AccountAliases; !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", rule, got, want)
		}
	}
	shows("at first")
	must(h.admin.CreateAccountAlias(ctx, &iam.CreateAccountAliasInput{AccountAlias: aws.String("acme")}))(t)
	must(h.admin.CreateAccountAlias(ctx, &iam.CreateAccountAliasInput{AccountAlias: aws.String("acme-dev")}))(t)
	shows("after a second", "acme-dev")
	_, err := h.admin.CreateAccountAlias(ctx, &iam.CreateAccountAliasInput{AccountAlias: aws.String("acme-dev")})
	mustRefuse(t, err, refusal{409, "EntityAlreadyExists", "The account alias acme-dev already exists."})
	_, err = h.admin.DeleteAccountAlias(ctx, &iam.DeleteAccountAliasInput{AccountAlias: aws.String("acme")})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The account alias acme cannot be found."}) // words of our own
	must(h.admin.DeleteAccountAlias(ctx, &iam.DeleteAccountAliasInput{AccountAlias: aws.String("acme-dev")}))(t)
	shows("at the end")
}
