package policytest_test

import (
	"os"
	"strings"
	"testing"
)

// TestTheDocumentsExampleIsTheScripts: what docs/policy-tests.md shows first is
// what test/script/testdata/policy_tests.txtar runs.
func TestTheDocumentsExampleIsTheScripts(t *testing.T) {
	page, err := os.ReadFile("../docs/policy-tests.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("../test/script/testdata/policy_tests.txtar")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(page), "```yaml\n")
	shown, _, _ = strings.Cut(shown, "```")
	if shown == "" || !strings.Contains(string(script), "-- deploy.test.yaml --\n"+shown+"-- ") {
		t.Error("the example of docs/policy-tests.md is not deploy.test.yaml of the script")
	}
}

// TestTheDocumentNamesEveryKey: the reference is whole.
func TestTheDocumentNamesEveryKey(t *testing.T) {
	page, err := os.ReadFile("../docs/policy-tests.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{
		"from", "defaults", "context", "resource_policy", "tests", "name", "principal", "action", "resource", "region", "resource_account", "expect", "because",
	} {
		if !strings.Contains(string(page), "| `"+key+"` |") {
			t.Errorf("docs/policy-tests.md does not tell of %s", key)
		}
	}
}
