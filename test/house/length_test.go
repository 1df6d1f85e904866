package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// measure is how long a thing is.
type measure struct {
	what  string
	lines int
}

// held reports what breaks a rule of two limits: nine things in ten below
// usual, none above most.
func held(t *testing.T, kind string, all []measure, usual, most int) {
	t.Helper()
	slices.SortFunc(all, func(a, b measure) int { return b.lines - a.lines })
	long := 0
	for _, m := range all {
		if m.lines > most {
			t.Errorf("%s: %d lines; no %s may have more than %d", m.what, m.lines, kind, most)
		}
		if m.lines >= usual {
			long++
		}
	}
	if allowed := len(all) / 10; long > allowed {
		var list strings.Builder
		for _, m := range all[:long] {
			fmt.Fprintf(&list, "\n\t%s: %d lines", m.what, m.lines)
		}
		t.Errorf("%d of %d %ss have %d lines or more; %d may:%s", long, len(all), kind, usual, allowed, list.String())
	}
}

func TestNineFilesInTenAreUnder450LinesAndNoneIsOver700(t *testing.T) {
	var all []measure
	for _, s := range handWritten(t) {
		all = append(all, measure{s.name, s.lines()})
	}
	held(t, "file", all, 450, 700)
}

func TestNineFunctionsInTenAreUnder40LinesAndNoneIsOver80(t *testing.T) {
	var all []measure
	for _, s := range handWritten(t) {
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil || isOneSwitch(s, f) {
				continue
			}
			all = append(all, measure{s.at(f.Pos()) + " " + f.Name.Name, s.line(f.End()) - s.line(f.Pos()) + 1 - tableLines(s, f)})
		}
	}
	held(t, "function", all, 40, 80)
}

// isOneSwitch tells whether a switch, or a select, is three quarters of a
// function or more.
func isOneSwitch(s *source, f *ast.FuncDecl) bool {
	all := s.line(f.End()) - s.line(f.Pos())
	for _, stmt := range f.Body.List {
		switch stmt.(type) {
		case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
			if s.line(stmt.End())-s.line(stmt.Pos()) >= all*3/4 {
				return true
			}
		}
	}
	return false
}

// tableLines is how many of a function's lines are rows of tables: composite
// literals of three lines or more, but not the functions inside them.
func tableLines(s *source, f *ast.FuncDecl) int {
	rows := 0
	ast.Inspect(f, func(n ast.Node) bool {
		table, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		lines := linesBetween(s, table.Lbrace, table.Rbrace)
		if lines < 3 {
			return true
		}
		rows += lines - functionLines(s, table)
		return false
	})
	return rows
}

// functionLines is how many lines of a table belong to functions in it.
func functionLines(s *source, table *ast.CompositeLit) int {
	lines := 0
	ast.Inspect(table, func(n ast.Node) bool {
		f, ok := n.(*ast.FuncLit)
		if ok {
			lines += linesBetween(s, f.Body.Lbrace, f.Body.Rbrace)
		}
		return !ok
	})
	return lines
}

// linesBetween is how many lines lie between two places, their own not
// counted.
func linesBetween(s *source, from, to token.Pos) int {
	return max(0, s.line(to)-s.line(from)-1)
}

// decidingRooms are the rooms whose mistakes let somebody in.
var decidingRooms = []string{"policy", "authz", "authn"}

func TestPackagesThatDecideHaveAsManyLinesOfTestAsOfCode(t *testing.T) {
	codeLines, testLines := map[string]int{}, map[string]int{}
	for _, s := range handWritten(t) {
		if !slices.Contains(decidingRooms, s.room()) || s.file.Name.Name == "main" {
			continue
		}
		if s.test {
			testLines[s.folder()] += s.lines()
		} else {
			codeLines[s.folder()] += s.lines()
		}
	}
	for folder, lines := range codeLines {
		if tests := testLines[folder]; tests < lines && !onlyDoc(t, folder) {
			t.Errorf("%s: %d lines of test for %d lines of code; it needs as many", folder, tests, lines)
		}
	}
}

// onlyDoc tells whether a package has nothing but its story.
func onlyDoc(t *testing.T, folder string) bool {
	for _, s := range code(t) {
		if s.folder() == folder && len(s.file.Decls) > 0 {
			return false
		}
	}
	return true
}
