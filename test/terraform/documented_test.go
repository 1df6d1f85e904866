package terraform

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
)

// TestTheDocumentedProviderReachesTheServer applies the configuration of
// docs/terraform.md, without an endpoint in the environment.
func TestTheDocumentedProviderReachesTheServer(t *testing.T) {
	page, err := os.ReadFile("../../docs/terraform.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), "```hcl\n")
	configuration, _, _ := strings.Cut(rest, "```")
	if !found {
		t.Fatal("docs/terraform.md has no configuration")
	}
	s, err := rolecall.New(rolecall.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(func() { server.Close(); _ = s.Close() })
	first, _ := s.FirstStart()
	env := append(clean(os.Environ()), "AWS_ACCESS_KEY_ID="+first.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+first.SecretAccessKey)
	env = append(env, startProvider(t, env))
	tf := terraform{t, t.TempDir(), env}
	configuration = strings.ReplaceAll(configuration, "http://127.0.0.1:4680", server.URL)
	if err := os.WriteFile(filepath.Join(tf.dir, "main.tf"), []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	tf.run("init", "-input=false")
	if out := tf.run("apply", "-auto-approve", "-input=false"); !strings.Contains(out, `account = "123456789012"`) {
		t.Errorf("it says\n%s", out)
	}
}
