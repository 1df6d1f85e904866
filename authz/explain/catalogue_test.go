package explain

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every known mistake has a page, every page a mistake, and the index has all.
func TestEveryMistakeHasAPage(t *testing.T) {
	const dir = "../../docs/denials"
	index, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range catalogue() {
		names = append(names, c.name+".md")
		page, err := os.ReadFile(filepath.Join(dir, c.name+".md"))
		if err != nil {
			t.Error(err)
		}
		for _, want := range []string{"**" + c.name + "**", "```json", "Source: https://docs.aws.amazon.com/"} {
			if !strings.Contains(string(page), want) {
				t.Errorf("%s has no %q", c.name, want)
			}
		}
		if !strings.Contains(string(index), "("+c.name+".md)") {
			t.Errorf("the index has no %s", c.name)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name() != "README.md" && !slices.Contains(names, f.Name()) {
			t.Errorf("%s is the page of nothing", f.Name())
		}
	}
}
