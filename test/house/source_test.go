package house

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// root is the module's folder, seen from this package's.
const root = "../.."

const module = "github.com/rolecall-iam/rolecall"

// source is a Go file that git tracks.
type source struct {
	name      string // from the module's folder, with slashes
	text      []byte
	file      *ast.File
	files     *token.FileSet
	test      bool // its name ends in _test.go
	generated bool
}

// folder is the package's folder; "." is the root package's.
func (s *source) folder() string { return path.Dir(s.name) }

// room is the first folder of the file's path: rooms are what the dependency
// rule speaks of. The root package's room is "rolecall".
func (s *source) room() string { return roomOf(s.folder()) }

func roomOf(folder string) string {
	if folder == "." || folder == "" {
		return "rolecall"
	}
	room, _, _ := strings.Cut(folder, "/")
	return room
}

// lines is how many lines the file has.
func (s *source) lines() int { return bytes.Count(s.text, []byte("\n")) }

// line is the line that a position stands on.
func (s *source) line(at token.Pos) int { return s.files.Position(at).Line }

// at names a place for people to click on.
func (s *source) at(where token.Pos) string { return fmt.Sprintf("%s:%d", s.name, s.line(where)) }

// imported answers the name under which the file imports a package; it is
// empty if it does not.
func (s *source) imported(importPath string) string {
	for _, i := range s.file.Imports {
		if p, _ := strconv.Unquote(i.Path.Value); p == importPath {
			if i.Name != nil {
				return i.Name.Name
			}
			return path.Base(importPath)
		}
	}
	return ""
}

// uses finds every mention of one of a package's names, such as "time",
// "Sleep".
func (s *source) uses(importPath string, names ...string) []token.Pos {
	pkg := s.imported(importPath)
	if pkg == "" {
		return nil
	}
	var found []token.Pos
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == pkg && slices.Contains(names, sel.Sel.Name) {
			found = append(found, sel.Pos())
		}
		return true
	})
	return found
}

// tracked is the names of all files that git tracks and that are there, in
// order. It reads git's index too, so that the go command runs these tests
// again when a file was added.
var tracked = sync.OnceValues(func() ([]string, error) {
	if _, err := os.ReadFile(filepath.Join(root, ".git", "index")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	out, err := exec.Command("git", "-C", root, "ls-files", "-z").Output()
	if err != nil {
		return nil, fmt.Errorf("list the files that git tracks: %w", err)
	}
	var names []string
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(name))); err == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
})

// parsed is every tracked Go file outside testdata.
var parsed = sync.OnceValues(func() ([]*source, error) {
	names, err := tracked()
	if err != nil {
		return nil, err
	}
	var all []*source
	for _, name := range names {
		if path.Ext(name) != ".go" || strings.Contains(name, "testdata/") {
			continue
		}
		s := &source{name: name, files: token.NewFileSet(), test: strings.HasSuffix(name, "_test.go")}
		if s.text, err = os.ReadFile(filepath.Join(root, filepath.FromSlash(name))); err != nil {
			return nil, err
		}
		if s.file, err = parser.ParseFile(s.files, name, s.text, parser.ParseComments); err != nil {
			return nil, err
		}
		s.generated = ast.IsGenerated(s.file)
		all = append(all, s)
	}
	return all, nil
})

// handWritten answers the tracked Go files that people write.
func handWritten(t *testing.T) []*source {
	t.Helper()
	all, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(slices.Clone(all), func(s *source) bool { return s.generated })
}

// code answers the hand-written files that are no tests.
func code(t *testing.T) []*source {
	t.Helper()
	return slices.DeleteFunc(handWritten(t), func(s *source) bool { return s.test })
}
