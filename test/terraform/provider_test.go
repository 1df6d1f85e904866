package terraform

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// providerBinary finds Terraform, and AWS's provider for it.
func providerBinary(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("terraform"); err != nil {
		t.Skip("SKIPPED: terraform is not installed")
	}
	home, _ := os.UserHomeDir()
	for _, base := range []string{os.Getenv("TF_PLUGIN_CACHE_DIR"), filepath.Join(home, ".terraform.d", "plugins"), "/usr/share/terraform/plugins", "/opt/*"} {
		found, _ := filepath.Glob(filepath.Join(base, "*", "hashicorp", "aws", "*", "*", "terraform-provider-aws*"))
		for _, path := range found {
			if base != "" && filepath.Ext(path) != ".zip" {
				return path
			}
		}
	}
	t.Skip("SKIPPED: Terraform's AWS provider is not installed")
	return ""
}

// startProvider starts the provider by itself, as its developers do, and
// answers the setting with which Terraform finds it.
//
// Source: https://developer.hashicorp.com/terraform/plugin/debugging
func startProvider(t *testing.T, env []string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), providerBinary(t), "-debug")
	cmd.Env = env
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	said := bufio.NewScanner(out)
	for said.Scan() {
		if _, setting, ok := strings.Cut(said.Text(), "TF_REATTACH_PROVIDERS="); ok {
			return "TF_REATTACH_PROVIDERS=" + strings.Trim(strings.TrimSpace(setting), "'")
		}
	}
	t.Fatalf("the provider did not say how to reach it: %v", said.Err())
	return ""
}

// clean is the environment without what would lead AWS's clients elsewhere. A
// CA bundle is among it: a provider that has one cannot be configured twice.
func clean(environ []string) []string {
	var kept []string
	for _, v := range environ {
		if !strings.HasPrefix(v, "AWS_") && !strings.HasPrefix(v, "TF_") {
			kept = append(kept, v)
		}
	}
	return append(kept, "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true",
		"TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE=/dev/null", "CHECKPOINT_DISABLE=1")
}
