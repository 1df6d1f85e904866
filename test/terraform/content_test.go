package terraform

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/rolecall-iam/rolecall"
)

func newClient(endpoint string, keys rolecall.Credentials) *iam.Client {
	return iam.New(iam.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(endpoint),
		Credentials: credentials.NewStaticCredentialsProvider(keys.AccessKeyID, keys.SecretAccessKey, ""),
	})
}

// content is everything that an account has, as far as IAM shows or counts it.
func content(t *testing.T, client *iam.Client) string {
	t.Helper()
	details, err := client.GetAccountAuthorizationDetails(t.Context(), &iam.GetAccountAuthorizationDetailsInput{})
	if err != nil {
		t.Fatal(err)
	}
	summary, err := client.GetAccountSummary(t.Context(), &iam.GetAccountSummaryInput{})
	if err != nil {
		t.Fatal(err)
	}
	aliases, err := client.ListAccountAliases(t.Context(), &iam.ListAccountAliasesInput{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(map[string]any{
		"users": details.UserDetailList, "groups": details.GroupDetailList, "roles": details.RoleDetailList,
		"policies": len(details.Policies), "counts": summary.SummaryMap, "aliases": aliases.AccountAliases,
	}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// mentioned matches a resource or data source of a configuration.
var mentioned = regexp.MustCompile(`(?m)^(resource|data) "(aws_(?:iam|organizations|ssoadmin|identitystore)_[a-z0-9_]+)"`)

func TestEveryResourceAndDataSourceIsInAConfiguration(t *testing.T) {
	there := map[string]bool{}
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile("testdata/" + f.Name() + "/main.tf")
		if err != nil {
			continue
		}
		for _, m := range mentioned.FindAllStringSubmatch(string(text), -1) {
			there[m[1]+" "+m[2]] = true
		}
	}
	list, err := os.ReadFile("testdata/resources.txt")
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Split(strings.TrimSpace(string(list)), "\n")
	for _, name := range names {
		if !there[name] {
			t.Errorf("no configuration has a %s", name)
		}
		delete(there, name)
	}
	if len(there) > 0 || !slices.IsSorted(names) {
		t.Errorf("resources.txt has not, or not in order: %v", there)
	}
}
