package house

import (
	"go/ast"
	"go/token"
	"testing"
)

func TestNoVariableOfAPackageIsWrittenTo(t *testing.T) {
	variables := map[string]map[string]bool{} // by folder
	for _, s := range code(t) {
		if variables[s.folder()] == nil {
			variables[s.folder()] = map[string]bool{}
		}
		for _, name := range packageVariables(s) {
			variables[s.folder()][name] = true
		}
	}
	for _, s := range code(t) {
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			for _, id := range writtenOutside(f) {
				if variables[s.folder()][id.Name] {
					t.Errorf("%s: %s belongs to the package and is written to", s.at(id.Pos()), id.Name)
				}
			}
		}
	}
}

// packageVariables answers what a file declares with var outside functions.
func packageVariables(s *source) []string {
	var names []string
	for _, d := range s.file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, spec := range g.Specs {
			for _, name := range specNames(spec) {
				names = append(names, name.Name)
			}
		}
	}
	return names
}

// writtenOutside answers the names that a function writes to, or to an element
// or field of, and does not declare itself.
func writtenOutside(f *ast.FuncDecl) []*ast.Ident {
	declared := map[string]bool{}
	var targets []*ast.Ident
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			declare(declared, n.Names)
		case *ast.ValueSpec:
			declare(declared, n.Names)
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				if n.Tok == token.DEFINE {
					declare(declared, identifiers(x))
				} else {
					targets = append(targets, identifiers(x)...)
				}
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				declare(declared, append(identifiers(n.Key), identifiers(n.Value)...))
			}
		case *ast.IncDecStmt:
			targets = append(targets, identifiers(n.X)...)
		}
		return true
	})
	var outside []*ast.Ident
	for _, id := range targets {
		if !declared[id.Name] && id.Name != "_" {
			outside = append(outside, id)
		}
	}
	return outside
}

func declare(declared map[string]bool, names []*ast.Ident) {
	for _, id := range names {
		declared[id.Name] = true
	}
}

// identifiers answers the variable that an expression to assign to belongs to:
// m of m[k], x of x.f and of *x.
func identifiers(x ast.Expr) []*ast.Ident {
	switch x := x.(type) {
	case *ast.Ident:
		return []*ast.Ident{x}
	case *ast.IndexExpr:
		return identifiers(x.X)
	case *ast.SelectorExpr:
		return identifiers(x.X)
	case *ast.StarExpr:
		return identifiers(x.X)
	case *ast.ParenExpr:
		return identifiers(x.X)
	}
	return nil
}
