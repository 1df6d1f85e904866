package house

import (
	"go/ast"
	"go/token"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

func TestHalfThePackagesExportEightNamesOrFewer(t *testing.T) {
	names := map[string][]string{}
	for _, s := range code(t) {
		names[s.folder()] = append(names[s.folder()], exported(s)...)
	}
	var many []string
	for _, folder := range slices.Sorted(maps.Keys(names)) {
		if len(names[folder]) > 8 {
			many = append(many, folder)
		}
	}
	if len(many) > len(names)/2 {
		t.Errorf("%d of %d packages export more than 8 names; half may: %s", len(many), len(names), strings.Join(many, ", "))
	}
}

// exported answers the names that a file exports. Methods, fields and the
// constants of a named type belong to their types.
func exported(s *source) []string {
	var names []string
	for _, d := range s.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.IsExported() {
				names = append(names, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				for _, name := range specNames(spec) {
					if name.IsExported() && !isOfNamedType(d) {
						names = append(names, name.Name)
					}
				}
			}
		}
	}
	return names
}

// isOfNamedType tells whether a group of constants lists the values of a type,
// as that of a type Effect lists Allow and Deny.
func isOfNamedType(d *ast.GenDecl) bool {
	if d.Tok != token.CONST || !d.Lparen.IsValid() {
		return false
	}
	first, ok := d.Specs[0].(*ast.ValueSpec)
	if !ok {
		return false
	}
	named, ok := first.Type.(*ast.Ident)
	return ok && named.IsExported()
}

func specNames(spec ast.Spec) []*ast.Ident {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		return []*ast.Ident{spec.Name}
	case *ast.ValueSpec:
		return spec.Names
	}
	return nil
}

func TestEveryExportedNameHasAComment(t *testing.T) {
	for _, s := range code(t) {
		for _, d := range s.file.Decls {
			for _, name := range uncommented(d) {
				t.Errorf("%s: %s is exported and has no comment", s.at(name.Pos()), name.Name)
			}
		}
	}
}

// uncommented answers the exported names of a declaration that no comment
// tells of. A comment above a group tells of all in it, and so does one behind
// a name of a group.
func uncommented(d ast.Decl) []*ast.Ident {
	var bare []*ast.Ident
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && receiverIsExported(d) {
			bare = append(bare, d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if d.Doc != nil || specHasComment(spec) {
				continue
			}
			for _, name := range specNames(spec) {
				if name.IsExported() {
					bare = append(bare, name)
				}
			}
		}
	}
	return bare
}

func specHasComment(spec ast.Spec) bool {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		return spec.Doc != nil || spec.Comment != nil
	case *ast.ValueSpec:
		return spec.Doc != nil || spec.Comment != nil
	}
	return false
}

// receiverIsExported is false for a method that nobody outside can name.
func receiverIsExported(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	exported := true
	ast.Inspect(f.Recv.List[0].Type, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			exported = n.IsExported()
			return false
		case *ast.IndexExpr:
			ast.Inspect(n.X, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					exported = id.IsExported()
				}
				return true
			})
			return false
		}
		return true
	})
	return exported
}

func TestACommentBeginsWithTheNameItTellsOf(t *testing.T) {
	for _, s := range code(t) {
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Doc == nil || strings.HasPrefix(f.Doc.List[0].Text, "//go:") {
				continue
			}
			first, _, _ := strings.Cut(strings.TrimPrefix(f.Doc.Text(), "A "), " ")
			if strings.TrimRight(first, ".,:;\n") != f.Name.Name {
				t.Errorf("%s: the comment of %s begins with %q", s.at(f.Pos()), f.Name.Name, first)
			}
		}
	}
}

func TestEveryPackageTellsItsStoryInDocGo(t *testing.T) {
	told := map[string]bool{}
	for _, s := range handWritten(t) {
		told[s.folder()] = told[s.folder()] || false
	}
	all, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if path.Base(s.name) == "doc.go" && s.file.Doc != nil {
			told[s.folder()] = true
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(told)) {
		if !told[folder] {
			t.Errorf("%s: no doc.go with a package comment", folder)
		}
	}
}

func TestThereAreNoInitFunctions(t *testing.T) {
	for _, s := range handWritten(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: an init function", s.at(f.Pos()))
			}
		}
	}
}
