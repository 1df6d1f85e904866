package terraform

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
)

// plugins finds a folder that Terraform can take AWS's provider from.
func plugins(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("terraform"); err != nil {
		t.Skip("SKIPPED: terraform is not installed")
	}
	home, _ := os.UserHomeDir()
	for _, base := range []string{os.Getenv("TF_PLUGIN_CACHE_DIR"), filepath.Join(home, ".terraform.d", "plugins"), "/usr/share/terraform/plugins", "/opt/*"} {
		if found, _ := filepath.Glob(filepath.Join(base, "*", "hashicorp", "aws")); base != "" && len(found) > 0 {
			return filepath.Dir(filepath.Dir(filepath.Dir(found[0])))
		}
	}
	t.Skip("SKIPPED: Terraform's AWS provider is not installed")
	return ""
}

// terraform runs Terraform in a folder against a server.
type terraform struct {
	t   *testing.T
	dir string
	env []string
}

func newTerraform(t *testing.T, configuration string) terraform {
	mirror := plugins(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(configuration)); err != nil {
		t.Fatal(err)
	}
	settings := filepath.Join(dir, "settings.tfrc")
	text := "provider_installation {\n  filesystem_mirror {\n    path = \"" + mirror + "\"\n  }\n}\n"
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := rolecall.New(rolecall.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(func() { server.Close(); _ = s.Close() })
	first, _ := s.FirstStart()
	tf := terraform{t, dir, append(os.Environ(),
		"TF_CLI_CONFIG_FILE="+settings, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"AWS_ENDPOINT_URL="+server.URL, "AWS_ACCESS_KEY_ID="+first.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+first.SecretAccessKey,
		"AWS_SESSION_TOKEN=", "AWS_REGION=us-east-1", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
		"AWS_EC2_METADATA_DISABLED=true")}
	tf.run("init", "-input=false")
	return tf
}

func (tf terraform) run(args ...string) string {
	tf.t.Helper()
	cmd := exec.CommandContext(tf.t.Context(), "terraform", append(args, "-no-color")...)
	cmd.Dir, cmd.Env = tf.dir, tf.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		tf.t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestIAMIsAppliedWithoutADifferenceAndDestroyed(t *testing.T) {
	tf := newTerraform(t, "testdata/iam")
	tf.run("apply", "-auto-approve", "-input=false")
	tf.run("plan", "-detailed-exitcode", "-input=false") // exit code 2 where there is a difference

	// A change, and again no difference; what was not changed stays.
	tf.run("apply", "-auto-approve", "-input=false", "-var", "hours=3", "-var", "team=b")
	tf.run("plan", "-detailed-exitcode", "-input=false", "-var", "hours=3", "-var", "team=b")
	if shown := tf.run("state", "show", "aws_iam_role.r"); !strings.Contains(shown, "10800") || !strings.Contains(shown, "made by terraform") {
		t.Errorf("the role is now\n%s", shown)
	}
	out := tf.run("destroy", "-auto-approve", "-input=false", "-var", "hours=3", "-var", "team=b")
	if !strings.Contains(out, "Destroy complete!") {
		t.Errorf("destroy said\n%s", out)
	}
}
