package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/docs"
	"github.com/rolecall-iam/rolecall/policy/lint"
)

// docsOutput is what rolecall docs prints, and its exit code.
func docsOutput(args ...string) (stdout, stderr string, code int) {
	var out, wrong bytes.Buffer
	code = run(append([]string{"docs"}, args...), nil, &out, &wrong)
	return out.String(), wrong.String(), code
}

// Who has only the binary can read every page that an explanation or a finding
// names.
func TestEveryPageThatIsNamedIsInTheBinary(t *testing.T) {
	named := explain.MistakeNames()
	for _, c := range lint.Checks() {
		if c.Page != "" {
			named = append(named, c.Page)
		}
	}
	if len(named) < 35 {
		t.Fatalf("only %d pages are named", len(named))
	}
	for _, name := range named {
		args := strings.Fields(strings.TrimPrefix(pageCommand(name), "rolecall docs "))
		if text, _, code := docsOutput(args...); code != 0 || !strings.HasPrefix(text, "# ") || !strings.Contains(text, "**"+name+"**") {
			t.Errorf("%s: %d, %.80q", name, code, text)
		}
	}
}

// Every page of the folder is listed, and is printed as it is.
func TestEveryPageIsListedAndPrinted(t *testing.T) {
	list, _, code := docsOutput()
	if code != 0 || len(docs.Pages()) < 40 {
		t.Fatalf("%d: %s", code, list)
	}
	for _, folder := range []string{"../../docs", "../../docs/denials"} {
		files, err := filepath.Glob(folder + "/*.md")
		if err != nil || len(files) == 0 {
			t.Fatal(err)
		}
		for _, file := range files {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "../../docs/"), ".md")
			for _, given := range []string{name, name + ".md", "docs/" + name + ".md"} {
				if text, _, _ := docsOutput(given); text != string(want) {
					t.Errorf("%s: %.80q", given, text)
				}
			}
			if !strings.HasSuffix(name, "README") && !strings.Contains(list, "\n"+name+" ") && !strings.HasPrefix(list, name+" ") {
				t.Errorf("%s is not listed", name)
			}
		}
	}
	if text, _, _ := docsOutput("denials"); !strings.HasPrefix(text, "# Why a request is denied") {
		t.Errorf("%.80q", text)
	}
	for _, none := range []string{"nothing", "../README", "denials/../../README", "/etc/passwd", "pages.go"} {
		if text, wrong, code := docsOutput(none); code != 2 || text != "" || !strings.Contains(wrong, "rolecall docs lists") {
			t.Errorf("%s: %d %q %q", none, code, text, wrong)
		}
	}
}

// Nothing that is printed names a file of the source.
func TestNothingNamesAPageThatOnlyTheSourceHas(t *testing.T) {
	for _, folder := range []string{".", "../../world", "../../authz/explain", "../../policy/lint", "../../policytest"} {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(folder, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			set := token.NewFileSet()
			tree, err := parser.ParseFile(set, file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING && strings.Contains(text.Value, "docs/") && !strings.Contains(text.Value, "/docs") {
					t.Errorf("%s: %s", set.Position(text.Pos()), text.Value)
				}
				return true
			})
		}
	}
}
