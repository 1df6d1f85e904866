package lint_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/policy/lint"
)

const pages = "../../docs/denials"

// Every page that a finding leads to is there, and in the index.
func TestEveryPageIsThere(t *testing.T) {
	index, err := os.ReadFile(filepath.Join(pages, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range lint.Checks() {
		if c.Page == "" {
			continue
		}
		page, err := os.ReadFile(filepath.Join(pages, c.Page+".md"))
		if err != nil {
			t.Error(err)
		}
		if !strings.Contains(string(index), "("+c.Page+".md)") {
			t.Errorf("the index has no %s", c.Page)
		}
		own := lint.Finding{Code: c.Code}.Own()
		if own && !strings.Contains(string(page), "`rolecall validate` call") {
			t.Errorf("the page of %s does not say that rolecall validate calls it so", c.Code)
		}
	}
}

// examples are the blocks of JSON on a page: what is wrong, and what is right.
func examples(t *testing.T, page string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(pages, page+".md"))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for i, part := range strings.Split(string(text), "```") {
		if block, ok := strings.CutPrefix(part, "json\n"); ok && i%2 == 1 {
			blocks = append(blocks, `{"Version": "2012-10-17", "Statement": [`+block+"]}")
		}
	}
	return blocks
}

// The first example of a page of ours has the mistake, and the second has not,
// nor any other.
func TestExamplesOfPages(t *testing.T) {
	ref := reference.NewLookup()
	for page, of := range map[string]lint.Document{
		"allow-everything": identity, "bare-account": trust, "confused-deputy": trust, "not-action": identity,
		"oidc-sub": trust, "open-principal": trust, "comment": identity,
	} {
		blocks := examples(t, page)
		if len(blocks) != 2 {
			t.Errorf("%s has %d examples", page, len(blocks))
			continue
		}
		for i, block := range blocks {
			plain, comments := lint.WithoutComments(block)
			found := append(codes(comments), codes(find(of, plain, ref))...)
			if slices.Contains(found, page) != (i == 0) {
				t.Errorf("example %d of %s has %v", i+1, page, found)
			}
			if i == 1 && len(found) > 0 {
				t.Errorf("what is right on the page of %s has %v", page, found)
			}
		}
	}
}

// docs/validate.md names every check.
func TestTheDocumentationNamesEveryCheck(t *testing.T) {
	text, err := os.ReadFile("../../docs/validate.md")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.FieldsFunc(string(text), func(r rune) bool { return !strings.ContainsRune(wordRunes, r) })
	for _, c := range lint.Checks() {
		if !slices.Contains(words, c.Code) {
			t.Errorf("docs/validate.md has no %s", c.Code)
		}
	}
}

const wordRunes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
