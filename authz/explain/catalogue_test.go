package explain

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/policy/lint"
)

// Every known mistake has a page, every page a mistake, and the index has all.
func TestEveryMistakeHasAPage(t *testing.T) {
	const dir = "../../docs/denials"
	index, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range MistakeNames() {
		names = append(names, name+".md")
		page, err := os.ReadFile(filepath.Join(dir, name+".md"))
		if err != nil {
			t.Error(err)
		}
		for _, want := range []string{"**" + name + "**", "```", "Source: https://docs.aws.amazon.com/"} {
			if !strings.Contains(string(page), want) {
				t.Errorf("%s has no %q", name, want)
			}
		}
		if !strings.Contains(string(index), "("+name+".md)") {
			t.Errorf("the index has no %s", name)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range lint.Checks() { // those of documents
		names = append(names, c.Page+".md")
	}
	for _, f := range files {
		if f.Name() != "README.md" && !slices.Contains(names, f.Name()) {
			t.Errorf("%s is the page of nothing", f.Name())
		}
	}
}
