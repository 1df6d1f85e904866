package iam_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

const oidcARN = "arn:aws:iam::" + account + ":oidc-provider/"

var thumbprint = strings.Repeat("a", 40)

// issuer makes an OpenID Connect provider and answers its ARN.
func (h *house) issuer(t *testing.T, url string) *string {
	t.Helper()
	return must(h.admin.CreateOpenIDConnectProvider(context.Background(), &iam.CreateOpenIDConnectProviderInput{Url: &url}))(t).OpenIDConnectProviderArn
}

// Recorded: test_create_open_id_connect_provider, test_get_open_id_connect_provider.
func TestAnOpenIDConnectProviderIsKnownByItsURLWithoutScheme(t *testing.T) {
	h, ctx := open(t), context.Background()
	made := must(h.admin.CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{
		Url: aws.String("https://oidc.eks.eu-west-1.amazonaws.com/id/ABC"), ClientIDList: []string{"sts.amazonaws.com", "b", "b"},
		ThumbprintList: []string{thumbprint}, Tags: tags("k", "v"),
	}))(t)
	if *made.OpenIDConnectProviderArn != oidcARN+"oidc.eks.eu-west-1.amazonaws.com/id/ABC" || text(made.Tags) != "k=v " {
		t.Errorf("made %s with %s", *made.OpenIDConnectProviderArn, text(made.Tags))
	}
	got := must(h.admin.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: made.OpenIDConnectProviderArn}))(t)
	if *got.Url != "oidc.eks.eu-west-1.amazonaws.com/id/ABC" || fmt.Sprint(got.ClientIDList) != "[sts.amazonaws.com b]" ||
		fmt.Sprint(got.ThumbprintList) != "["+thumbprint+"]" || text(got.Tags) != "k=v " || got.CreateDate == nil {
		t.Errorf("got %+v", got)
	}
	bare := h.issuer(t, "https://token.actions.githubusercontent.com")
	got = must(h.admin.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: bare}))(t)
	if got.ClientIDList == nil || got.ThumbprintList == nil || got.Tags == nil || len(got.ClientIDList)+len(got.ThumbprintList)+len(got.Tags) != 0 {
		t.Errorf("lists of a bare provider: %+v", got)
	}
	list := ""
	for _, p := range must(h.admin.ListOpenIDConnectProviders(ctx, &iam.ListOpenIDConnectProvidersInput{}))(t).OpenIDConnectProviderList {
		list += strings.TrimPrefix(*p.Arn, oidcARN) + " "
	}
	if list != "oidc.eks.eu-west-1.amazonaws.com/id/ABC token.actions.githubusercontent.com " {
		t.Errorf("listed %s", list)
	}
	if n := must(h.admin.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap["Providers"]; n != 2 {
		t.Errorf("the summary counts %d", n)
	}
	must(h.admin.DeleteOpenIDConnectProvider(ctx, &iam.DeleteOpenIDConnectProviderInput{OpenIDConnectProviderArn: bare}))(t)
	_, err := h.admin.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: bare})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "OpenIDConnect Provider not found for arn " + *bare})
}

// Recorded where not said otherwise: TestOIDCProviderCreateErrors,
// test_delete_open_id_connect_provider.
func TestRefusalsOfOpenIDConnectProviders(t *testing.T) {
	h := open(t)
	h.issuer(t, "https://example.com/a")
	badURL := refusal{400, "ValidationError", "Invalid Open ID Connect Provider URL"}
	missing := refusal{404, "NoSuchEntity", "OpenIDConnect Provider not found for arn " + oidcARN + "none.example.com"}
	none := "OpenIDConnectProviderArn=" + oidcARN + "none.example.com"
	list := func(name string, n int, value func(int) string) (parameters string) {
		for i := range n {
			parameters += fmt.Sprintf("&%s.member.%d=%s", name, i+1, value(i))
		}
		return parameters
	}
	thumbprints := list("ThumbprintList", 6, func(i int) string { return strings.Repeat(fmt.Sprint(i), 40) })
	h.refuses(t, []struct {
		rule, action, parameters string
		want                     refusal
	}{
		{"no scheme", "CreateOpenIDConnectProvider", "Url=example.org", badURL},
		{"plain HTTP (API_CreateOpenIDConnectProvider)", "CreateOpenIDConnectProvider", "Url=http://example.org", badURL},
		{"a query (API_CreateOpenIDConnectProvider)", "CreateOpenIDConnectProvider", "Url=https://example.org/a%3Fb", badURL},
		{"an empty query (the same)", "CreateOpenIDConnectProvider", "Url=https://example.org/a%3F", badURL},
		{"a fragment (the same)", "CreateOpenIDConnectProvider", "Url=https://example.org/%23b", badURL},
		{"somebody's name (the same)", "CreateOpenIDConnectProvider", "Url=https://a@example.org", badURL},
		{"no host (the same)", "CreateOpenIDConnectProvider", "Url=https://", badURL},
		{"a path alone (the same)", "CreateOpenIDConnectProvider", "Url=https:///a", badURL},
		{"a host with a blank (the same)", "CreateOpenIDConnectProvider", "Url=https://a b", badURL},
		{"a host with a star (the same)", "CreateOpenIDConnectProvider", "Url=https://*.example.com", badURL},
		{"a backslash (the same)", "CreateOpenIDConnectProvider", "Url=https://example.com%5C@b", badURL},
		{"the URL is taken", "CreateOpenIDConnectProvider", "Url=https://example.com/a", refusal{409, "EntityAlreadyExists", "Provider with url https://example.com/a already exists."}},
		{"six thumbprints", "CreateOpenIDConnectProvider", "Url=https://b" + thumbprints, refusal{400, "InvalidInput", "Thumbprint list must contain fewer than 5 entries."}},
		{"six thumbprints for a provider", "UpdateOpenIDConnectProviderThumbprint", "OpenIDConnectProviderArn=" + oidcARN + "example.com/a" + thumbprints,
			refusal{400, "InvalidInput", "Thumbprint list must contain fewer than 5 entries."}},
		{"101 client ids", "CreateOpenIDConnectProvider", "Url=https://b" + list("ClientIDList", 101, func(i int) string { return fmt.Sprint(i) }),
			refusal{409, "LimitExceeded", "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100"}},
		{"a tag key given twice (recorded for policies)", "CreateOpenIDConnectProvider", "Url=https://b&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=a&Tags.member.2.Value=c",
			refusal{400, "InvalidInput", "Duplicate tag keys found."}},
		{"none to read", "GetOpenIDConnectProvider", none, missing},
		{"none to delete", "DeleteOpenIDConnectProvider", none, refusal{404, "NoSuchEntity", "OpenId connect Provider " + oidcARN + "none.example.com cannot be found."}},
		{"none to add to (words recorded for reading)", "AddClientIDToOpenIDConnectProvider", none + "&ClientID=a", missing},
		{"none to remove from (the same)", "RemoveClientIDFromOpenIDConnectProvider", none + "&ClientID=a", missing},
		{"none to change (the same)", "UpdateOpenIDConnectProviderThumbprint", none + "&ThumbprintList.member.1=" + thumbprint, missing},
		{"none to tag (the same)", "TagOpenIDConnectProvider", none + "&Tags.member.1.Key=a&Tags.member.1.Value=b", missing},
		{"none to untag (the same)", "UntagOpenIDConnectProvider", none + "&TagKeys.member.1=a", missing},
		{"none to list the tags of (the same)", "ListOpenIDConnectProviderTags", none, missing},
		{"another kind's ARN", "GetOpenIDConnectProvider", "OpenIDConnectProviderArn=arn:aws:iam::123456789012:role/example.com/a",
			refusal{404, "NoSuchEntity", "OpenIDConnect Provider not found for arn arn:aws:iam::123456789012:role/example.com/a"}},
		{"another account's ARN", "GetOpenIDConnectProvider", "OpenIDConnectProviderArn=arn:aws:iam::210987654321:oidc-provider/example.com/a",
			refusal{404, "NoSuchEntity", "OpenIDConnect Provider not found for arn arn:aws:iam::210987654321:oidc-provider/example.com/a"}},
		{"no ARN (words recorded for policies)", "GetOpenIDConnectProvider", "OpenIDConnectProviderArn=https://example.com/a/b",
			refusal{400, "ValidationError", "ARN https://example.com/a/b is not valid."}},
	})
}

// Source: API_AddClientIDToOpenIDConnectProvider and
// API_RemoveClientIDFromOpenIDConnectProvider ("This operation is idempotent").
func TestClientIDsAndThumbprintsOfAProviderAreChanged(t *testing.T) {
	h, ctx := open(t), context.Background()
	arn := h.issuer(t, "https://example.com")
	add := func(id string) error {
		_, err := h.admin.AddClientIDToOpenIDConnectProvider(ctx, &iam.AddClientIDToOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn, ClientID: &id})
		return err
	}
	for _, id := range []string{"b", "a", "b"} {
		if err := add(id); err != nil {
			t.Error(err)
		}
	}
	for _, id := range []string{"b", "none"} {
		must(h.admin.RemoveClientIDFromOpenIDConnectProvider(ctx, &iam.RemoveClientIDFromOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn, ClientID: &id}))(t)
	}
	must(h.admin.UpdateOpenIDConnectProviderThumbprint(ctx, &iam.UpdateOpenIDConnectProviderThumbprintInput{
		OpenIDConnectProviderArn: arn, ThumbprintList: []string{strings.Repeat("c", 40), strings.Repeat("d", 40)},
	}))(t)
	got := must(h.admin.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn}))(t)
	if fmt.Sprint(got.ClientIDList) != "[a]" || len(got.ThumbprintList) != 2 || got.ThumbprintList[0][0] != 'c' {
		t.Errorf("got %v and %v", got.ClientIDList, got.ThumbprintList)
	}
	for i := range 99 {
		if err := add(fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	mustRefuse(t, add("one too many"), refusal{409, "LimitExceeded", "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100"})
	if err := add("a"); err != nil {
		t.Errorf("one that is there already: %v", err)
	}
}

// Recorded: TestOIDCProviderTags.
func TestTagsOfAnOpenIDConnectProvider(t *testing.T) {
	h, ctx := open(t), context.Background()
	arn := h.issuer(t, "https://example.com")
	must(h.admin.TagOpenIDConnectProvider(ctx, &iam.TagOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn, Tags: tags("k2", "v2", "k1", "v1")}))(t)
	page := must(h.admin.ListOpenIDConnectProviderTags(ctx, &iam.ListOpenIDConnectProviderTagsInput{OpenIDConnectProviderArn: arn, MaxItems: aws.Int32(1)}))(t)
	rest := must(h.admin.ListOpenIDConnectProviderTags(ctx, &iam.ListOpenIDConnectProviderTagsInput{OpenIDConnectProviderArn: arn, Marker: page.Marker}))(t)
	if text(page.Tags) != "k1=v1 " || !page.IsTruncated || text(rest.Tags) != "k2=v2 " || rest.IsTruncated {
		t.Errorf("pages %s and %s", text(page.Tags), text(rest.Tags))
	}
	must(h.admin.UntagOpenIDConnectProvider(ctx, &iam.UntagOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn, TagKeys: []string{"k2"}}))(t)
	if got := must(h.admin.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn}))(t); text(got.Tags) != "k1=v1 " {
		t.Errorf("tags %s", text(got.Tags))
	}
	var many []string
	for i := range 50 {
		many = append(many, fmt.Sprint("key", i), "")
	}
	_, err := h.admin.TagOpenIDConnectProvider(ctx, &iam.TagOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn, Tags: tags(many...)})
	mustRefuse(t, err, refusal{409, "LimitExceeded", "The number of tags has reached the maximum limit."})
}

// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
func TestIdentityProvidersAreDecidedOnByARNAndTags(t *testing.T) {
	h, ctx := open(t), context.Background()
	red, blue := h.issuer(t, "https://red.example.com"), h.issuer(t, "https://blue.example.com")
	must(h.admin.TagOpenIDConnectProvider(ctx, &iam.TagOpenIDConnectProviderInput{OpenIDConnectProviderArn: red, Tags: tags("Team", "red")}))(t)
	get := func(arn *string) func(*iam.Client) error {
		return func(c *iam.Client) error {
			_, err := c.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn})
			return err
		}
	}
	create := func(url string, keysAndValues ...string) func(*iam.Client) error {
		return func(c *iam.Client) error {
			_, err := c.CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{Url: &url, Tags: tags(keysAndValues...)})
			return err
		}
	}
	h.check("judy", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"iam:GetOpenIDConnectProvider","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/Team":"red"}}},
		{"Effect":"Allow","Action":["iam:CreateOpenIDConnectProvider"],"Resource":"arn:aws:iam::123456789012:oidc-provider/new.example.com*"},
		{"Effect":"Allow","Action":"iam:ListSAMLProviders","Resource":"*"}]}`,
		[]can{
			{"a provider with the tag", true, get(red)},
			{"a provider without it", false, get(blue)},
			{"a provider that is not there is denied, not missing", false, get(aws.String(oidcARN + "none.example.com"))},
			{"what is no ARN is denied, too", false, get(aws.String("https://example.com/a/b"))},
			{"make one under the ARN", true, create("https://new.example.com/a")},
			{"make one elsewhere", false, create("https://example.com")},
			{"make one with tags, without iam:TagOpenIDConnectProvider", false, create("https://new.example.com/b", "Team", "red")},
			{"list", true, func(c *iam.Client) error {
				_, err := c.ListSAMLProviders(ctx, &iam.ListSAMLProvidersInput{})
				return err
			}},
		})
}
