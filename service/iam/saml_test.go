package iam_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

const samlARN = "arn:aws:iam::" + account + ":saml-provider/"

// metadata is a SAML provider's, with a new certificate, attributes of its root
// element, and so many characters in all.
func metadata(t *testing.T, id, attributes string, length int) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	text := `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + id + `" ` + attributes + `>
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>` +
		base64.StdEncoding.EncodeToString(der) + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
</md:IDPSSODescriptor></md:EntityDescriptor>`
	return text + "<!--" + strings.Repeat("x", max(length-len(text)-7, 0)) + "-->"
}

func (h *house) saml(t *testing.T, name, document string) *string {
	t.Helper()
	return must(h.admin.CreateSAMLProvider(context.Background(), &iam.CreateSAMLProviderInput{Name: &name, SAMLMetadataDocument: &document}))(t).SAMLProviderArn
}

func (h *house) getSAML(t *testing.T, arn *string) *iam.GetSAMLProviderOutput {
	t.Helper()
	return must(h.admin.GetSAMLProvider(context.Background(), &iam.GetSAMLProviderInput{SAMLProviderArn: arn}))(t)
}

// Recorded: test_create_saml_provider, test_get_saml_provider,
// test_update_saml_provider, test_list_saml_providers; for the id and the
// hundred years hashicorp/terraform-provider-aws#45699.
func TestASAMLProviderIsKeptWithItsMetadata(t *testing.T) {
	h, ctx := open(t), context.Background()
	document := metadata(t, "https://idp.example.com/", "", 2000)
	made := must(h.admin.CreateSAMLProvider(ctx, &iam.CreateSAMLProviderInput{Name: aws.String("Corp"), SAMLMetadataDocument: &document, Tags: tags("k", "v")}))(t)
	if *made.SAMLProviderArn != samlARN+"Corp" || text(made.Tags) != "k=v " {
		t.Errorf("made %s with %s", *made.SAMLProviderArn, text(made.Tags))
	}
	got := h.getSAML(t, made.SAMLProviderArn)
	if *got.SAMLMetadataDocument != document || got.AssertionEncryptionMode != types.AssertionEncryptionModeTypeAllowed ||
		got.PrivateKeyList == nil || len(got.PrivateKeyList) != 0 || text(got.Tags) != "k=v " || !regexp.MustCompile(`^SAMLSP[A-Z0-9]{16,}$`).MatchString(*got.SAMLProviderUUID) {
		t.Errorf("got %+v", got)
	}
	if want := got.CreateDate.AddDate(100, 0, 0); !got.ValidUntil.Equal(want) {
		t.Errorf("valid until %v, want %v", got.ValidUntil, want)
	}
	changed := metadata(t, "https://other.example.com/", `validUntil="2031-02-03T04:05:06Z"`, 2000)
	updated := must(h.admin.UpdateSAMLProvider(ctx, &iam.UpdateSAMLProviderInput{SAMLProviderArn: made.SAMLProviderArn, SAMLMetadataDocument: &changed}))(t)
	after := h.getSAML(t, updated.SAMLProviderArn)
	if *after.SAMLMetadataDocument != changed || *after.SAMLProviderUUID != *got.SAMLProviderUUID || !after.CreateDate.Equal(*got.CreateDate) ||
		text(after.Tags) != "k=v " || after.ValidUntil.Format(time.RFC3339) != "2031-02-03T04:05:06Z" {
		t.Errorf("after a change: %+v", after)
	}
	list := must(h.admin.ListSAMLProviders(ctx, &iam.ListSAMLProvidersInput{}))(t).SAMLProviderList
	if len(list) != 1 || *list[0].Arn != samlARN+"Corp" || !list[0].CreateDate.Equal(*got.CreateDate) || !list[0].ValidUntil.Equal(*after.ValidUntil) {
		t.Errorf("listed %+v", list)
	}
	if n := must(h.admin.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap["Providers"]; n != 1 {
		t.Errorf("the summary counts %d", n)
	}
	must(h.admin.DeleteSAMLProvider(ctx, &iam.DeleteSAMLProviderInput{SAMLProviderArn: made.SAMLProviderArn}))(t)
	_, err := h.admin.GetSAMLProvider(ctx, &iam.GetSAMLProviderInput{SAMLProviderArn: made.SAMLProviderArn})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "Manifest not found for arn " + samlARN + "Corp"})
}

// Source: API_CreateSAMLProvider (1,000 to 10,000,000 characters), and the
// limit of a transaction, which is less.
func TestMetadataMayBeTenMillionCharactersLong(t *testing.T) {
	h, ctx := open(t), context.Background()
	arn := h.saml(t, "Small", metadata(t, "https://idp.example.com/", "", 1000))
	for _, length := range []int{10_000_000, 3 << 18, 3<<18 + 1, 1000} {
		document := metadata(t, "https://idp.example.com/", "", length)
		must(h.admin.UpdateSAMLProvider(ctx, &iam.UpdateSAMLProviderInput{SAMLProviderArn: arn, SAMLMetadataDocument: &document}))(t)
		if got := *h.getSAML(t, arn).SAMLMetadataDocument; got != document {
			t.Errorf("of %d characters %d came back", len(document), len(got))
		}
	}
	large := metadata(t, "https://idp.example.com/", "", 2_000_000)
	if got := *h.getSAML(t, h.saml(t, "Large", large)).SAMLMetadataDocument; got != large {
		t.Errorf("of %d characters %d came back", len(large), len(got))
	}
	_, err := h.admin.CreateSAMLProvider(ctx, &iam.CreateSAMLProviderInput{Name: aws.String("Large"), SAMLMetadataDocument: &large})
	mustRefuse(t, err, refusal{409, "EntityAlreadyExists", "Provider with name Large already exists."})
	long := metadata(t, "https://idp.example.com/", "", 10_000_001)
	_, err = h.admin.UpdateSAMLProvider(ctx, &iam.UpdateSAMLProviderInput{SAMLProviderArn: arn, SAMLMetadataDocument: &long})
	mustRefuse(t, err, refusal{400, "ValidationError",
		"1 validation error detected: Value at 'sAMLMetadataDocument' failed to satisfy constraint: Member must have length less than or equal to 10000000"})
}

// Recorded where not said otherwise: test_get_saml_provider_not_found,
// test_delete_saml_provider_not_found.
func TestRefusalsOfSAMLProviders(t *testing.T) {
	h := open(t)
	good := metadata(t, "https://idp.example.com/", "", 1000)
	h.saml(t, "Corp", good)
	missing := refusal{404, "NoSuchEntity", "Manifest not found for arn " + samlARN + "None"}
	none, unreadable := "SAMLProviderArn="+samlARN+"None", refusal{400, "InvalidInput", "Could not parse metadata"}
	with := func(document string) string { return "&SAMLMetadataDocument=" + url.QueryEscape(document) }
	h.refuses(t, []struct {
		rule, action, parameters string
		want                     refusal
	}{
		{"the name is taken (org-formation/aws-resource-providers#59)", "CreateSAMLProvider", "Name=Corp" + with(good),
			refusal{409, "EntityAlreadyExists", "Provider with name Corp already exists."}},
		{"what is not metadata (troubleshoot_saml)", "CreateSAMLProvider", "Name=New" + with(strings.Repeat("x", 1000)), unreadable},
		{"metadata cut off (the same)", "CreateSAMLProvider", "Name=New" + with(good[:len(good)-3]+strings.Repeat("x", 9)), unreadable},
		{"new metadata that is none (the same)", "UpdateSAMLProvider", "SAMLProviderArn=" + samlARN + "Corp" + with(strings.Repeat("x", 1000)), unreadable},
		{"less than 1,000 characters (the model)", "CreateSAMLProvider", "Name=New" + with(strings.Repeat("x", 999)),
			refusal{400, "ValidationError", "1 validation error detected: Value at 'sAMLMetadataDocument' failed to satisfy constraint: Member must have length greater than or equal to 1000"}},
		{"a private key that is none (words of our own)", "CreateSAMLProvider", "Name=New&AddPrivateKey=x" + with(good),
			refusal{400, "InvalidInput", "The private key is not an RSA key in PEM format."}},
		{"a private key that is not there (words of our own)", "UpdateSAMLProvider", "SAMLProviderArn=" + samlARN + "Corp&RemovePrivateKey=AAAAAAAAAAAAAAAAAAAAAA",
			refusal{404, "NoSuchEntity", "The private key with id AAAAAAAAAAAAAAAAAAAAAA cannot be found."}},
		{"a tag key given twice (recorded for policies)", "CreateSAMLProvider", "Name=New&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=a&Tags.member.2.Value=c" + with(good),
			refusal{400, "InvalidInput", "Duplicate tag keys found."}},
		{"none to read", "GetSAMLProvider", none, missing},
		{"none to delete", "DeleteSAMLProvider", none, missing},
		{"none to change (words recorded for reading)", "UpdateSAMLProvider", none + with(good), missing},
		{"none to tag (the same)", "TagSAMLProvider", none + "&Tags.member.1.Key=a&Tags.member.1.Value=b", missing},
		{"none to untag (the same)", "UntagSAMLProvider", none + "&TagKeys.member.1=a", missing},
		{"none to list the tags of (the same)", "ListSAMLProviderTags", none, missing},
		{"another account's ARN", "GetSAMLProvider", "SAMLProviderArn=arn:aws:iam::210987654321:saml-provider/Corp",
			refusal{404, "NoSuchEntity", "Manifest not found for arn arn:aws:iam::210987654321:saml-provider/Corp"}},
		{"no ARN (words recorded for policies)", "GetSAMLProvider", "SAMLProviderArn=a-name-that-is-no-ARN", refusal{400, "ValidationError", "ARN a-name-that-is-no-ARN is not valid."}},
	})
}

// Source: API_UpdateSAMLProvider (AddPrivateKey, RemovePrivateKey; at most two).
func TestPrivateKeysOfASAMLProvider(t *testing.T) {
	h, ctx := open(t), context.Background()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	first := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	second := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	document := metadata(t, "https://idp.example.com/", "", 1000)
	arn := must(h.admin.CreateSAMLProvider(ctx, &iam.CreateSAMLProviderInput{
		Name: aws.String("Corp"), SAMLMetadataDocument: &document, AddPrivateKey: &first, AssertionEncryptionMode: "Required",
	}))(t).SAMLProviderArn
	update := func(in *iam.UpdateSAMLProviderInput) error {
		in.SAMLProviderArn = arn
		_, err := h.admin.UpdateSAMLProvider(ctx, in)
		return err
	}
	if err := update(&iam.UpdateSAMLProviderInput{AddPrivateKey: &second}); err != nil {
		t.Fatal(err)
	}
	got := h.getSAML(t, arn)
	if len(got.PrivateKeyList) != 2 || !regexp.MustCompile(`^[A-Z0-9]{22,64}$`).MatchString(*got.PrivateKeyList[0].KeyId) || got.PrivateKeyList[0].Timestamp == nil ||
		got.AssertionEncryptionMode != "Required" || *got.SAMLMetadataDocument != document {
		t.Errorf("got %s, %+v", got.AssertionEncryptionMode, got.PrivateKeyList)
	}
	mustRefuse(t, update(&iam.UpdateSAMLProviderInput{AddPrivateKey: &first}), refusal{409, "LimitExceeded", "Cannot exceed quota for PrivateKeysPerSAMLProvider: 2"})
	in := &iam.UpdateSAMLProviderInput{AddPrivateKey: &first, RemovePrivateKey: got.PrivateKeyList[0].KeyId, AssertionEncryptionMode: "Allowed"}
	if err := update(in); err != nil {
		t.Errorf("one for another: %v", err)
	}
	after := h.getSAML(t, arn)
	if len(after.PrivateKeyList) != 2 || *after.PrivateKeyList[0].KeyId != *got.PrivateKeyList[1].KeyId || after.AssertionEncryptionMode != "Allowed" {
		t.Errorf("after a change %s, %+v", after.AssertionEncryptionMode, after.PrivateKeyList)
	}
}

func TestTagsOfASAMLProvider(t *testing.T) {
	h, ctx := open(t), context.Background()
	arn := h.saml(t, "Corp", metadata(t, "https://idp.example.com/", "", 1000))
	must(h.admin.TagSAMLProvider(ctx, &iam.TagSAMLProviderInput{SAMLProviderArn: arn, Tags: tags("b", "1", "a", "1")}))(t)
	page := must(h.admin.ListSAMLProviderTags(ctx, &iam.ListSAMLProviderTagsInput{SAMLProviderArn: arn, MaxItems: aws.Int32(1)}))(t)
	rest := must(h.admin.ListSAMLProviderTags(ctx, &iam.ListSAMLProviderTagsInput{SAMLProviderArn: arn, Marker: page.Marker}))(t)
	if text(page.Tags) != "a=1 " || !page.IsTruncated || text(rest.Tags) != "b=1 " {
		t.Errorf("pages %s and %s", text(page.Tags), text(rest.Tags))
	}
	must(h.admin.UntagSAMLProvider(ctx, &iam.UntagSAMLProviderInput{SAMLProviderArn: arn, TagKeys: []string{"a"}}))(t)
	if got := h.getSAML(t, arn); text(got.Tags) != "b=1 " {
		t.Errorf("tags %s", text(got.Tags))
	}
	var many []string
	for i := range 50 {
		many = append(many, fmt.Sprint("key", i), "")
	}
	_, err := h.admin.TagSAMLProvider(ctx, &iam.TagSAMLProviderInput{SAMLProviderArn: arn, Tags: tags(many...)})
	mustRefuse(t, err, refusal{409, "LimitExceeded", "The number of tags has reached the maximum limit."})
}

// Of several who register one provider at once with metadata that takes more
// than one transaction, one does, and its metadata is whole.
func TestOfManyWhoRegisterAProviderAtOnceOneDoes(t *testing.T) {
	h, ctx := open(t), context.Background()
	done := make(chan string)
	for i := range 4 {
		document := metadata(t, fmt.Sprintf("https://%d.example.com/", i), "", 1_500_000)
		go func() {
			_, err := h.admin.CreateSAMLProvider(ctx, &iam.CreateSAMLProviderInput{Name: aws.String("Corp"), SAMLMetadataDocument: &document})
			if err != nil && refusalOf(err).Code != "EntityAlreadyExists" {
				t.Error(err)
			}
			if err != nil {
				document = ""
			}
			done <- document
		}()
	}
	var won []string
	for range 4 {
		if document := <-done; document != "" {
			won = append(won, document)
		}
	}
	if len(won) != 1 || *h.getSAML(t, aws.String(samlARN+"Corp")).SAMLMetadataDocument != won[0] {
		t.Errorf("%d won", len(won))
	}
}
