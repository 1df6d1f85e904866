package terraform

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
)

// centerAccount manages an organization of its own, which outlives the accounts
// that are closed in it, and so has an instance of IAM Identity Center.
const centerAccount = "222222222222"

// ofCenter are the configurations that are applied there.
var ofCenter = []string{"identitystore", "ssoadmin"}

// home is where configurations are applied: an account, and what the
// environment of Terraform says to get there.
type home struct {
	client *iam.Client
	env    []string
}

// newCenter makes that account with its organization.
func newCenter(t *testing.T, s *rolecall.Server, url string, environ []string) home {
	t.Helper()
	id, err := arn.ParseAccountID(centerAccount)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := s.CreateAccount(t.Context(), rolecall.NewAccount{ID: id})
	if err != nil {
		t.Fatal(err)
	}
	createOrganization(t, url, keys)
	h := newHome(t, url, keys, environ)
	h.env = append(h.env, "TF_VAR_account="+centerAccount)
	return h
}

// newHome starts a provider for an account: one process of it serves one
// configuration of itself.
func newHome(t *testing.T, url string, keys rolecall.Credentials, environ []string) home {
	t.Helper()
	env := append(slices.Clip(environ), "AWS_ENDPOINT_URL="+url, "AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID="+keys.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+keys.SecretAccessKey)
	return home{newClient(url, keys), append(env, startProvider(t, env))}
}

// nothingReserved holds the account to having no role of a permission set left.
func (h home) nothingReserved(t *testing.T) {
	t.Helper()
	left, err := h.client.ListRoles(t.Context(), &iam.ListRolesInput{PathPrefix: aws.String("/aws-reserved/")})
	if err != nil || len(left.Roles) > 0 {
		t.Errorf("roles of permission sets are left: %+v, %v", left, err)
	}
}

func createOrganization(t *testing.T, url string, keys rolecall.Credentials) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSOrganizationsV20161128.CreateOrganization")
	sum := sha256.Sum256([]byte("{}"))
	err = signer.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey},
		r, hex.EncodeToString(sum[:]), "organizations", "us-east-1", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	if w.StatusCode != http.StatusOK {
		t.Fatal(w.Status)
	}
}
