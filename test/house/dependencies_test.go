package house

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

// mayImport is the dependency rule: the rooms that each room may import,
// itself apart. It runs one way, from the nouns up to the binary.
//
//	arn <- policy <- authz      arn <- authn      arn, policy <- store
//	api <- wire                 arn, api <- trail
//	all of those <- service <- rolecall <- cmd
var mayImport = map[string][]string{
	"arn":         {},
	"policy":      {"arn"},
	"authz":       {"arn", "policy"},
	"authn":       {"arn"},
	"conformance": {"arn", "policy", "authz"},
	"store":       {"arn", "policy"},
	"api":         {},
	"wire":        {"api"},
	"trail":       {"arn", "api"},
	"service":     {"arn", "policy", "authz", "authn", "store", "api", "wire", "trail"},
	"rolecall":    {"arn", "policy", "authz", "authn", "store", "api", "wire", "trail", "service"},
	"policytest":  {"arn", "policy", "authz", "service"},
	"docs":        {},
	"cmd":         {"docs", "policytest", "arn", "policy", "authz", "conformance", "world", "authn", "store", "api", "wire", "trail", "service", "rolecall"},
	"world":       {"arn", "api", "policy", "authz", "service", "rolecall"},
	"bench":       {"arn", "policy", "authz", "authn", "store", "api", "wire", "trail", "service", "rolecall"},
	"test":        {"arn", "policy", "authz", "authn", "store", "api", "wire", "trail", "service", "rolecall"},
}

// clients are modules that only _test.go files import: AWS's SDK is there to
// test with.
var clients = []string{"github.com/aws/aws-sdk-go-v2", "github.com/aws/smithy-go"}

// testTools are modules that the binary never contains. A package whose name
// ends in test, such as storetest, may import them too.
var testTools = []string{"github.com/rogpeppe/go-internal", "pgregory.net/rapid", "testing"}

// unwanted are modules that nobody imports: tests compare with what the
// language has.
var unwanted = []string{
	"github.com/stretchr/testify", "gotest.tools", "github.com/onsi/gomega", "github.com/onsi/ginkgo",
	"github.com/smartystreets/goconvey", "github.com/frankban/quicktest",
}

// listed is a package as the go command lists it.
type listed struct {
	ImportPath   string
	Name         string
	Standard     bool
	Error        *struct{ Err string }
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// folder is the package's folder from the module's, and false for a package
// of another module.
func (p listed) folder() (string, bool) { return folderOf(p.ImportPath) }

func folderOf(importPath string) (string, bool) {
	if importPath == module {
		return ".", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

// packages is every package of the module and all that they need.
var packages = sync.OnceValues(func() ([]listed, error) {
	cmd := exec.Command("go", "list", "-e", "-deps",
		"-json=ImportPath,Name,Standard,Error,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // as the binary is built
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
})

// ours answers the module's own packages.
func ours(t *testing.T) []listed {
	t.Helper()
	all, err := packages()
	if err != nil {
		t.Fatal(err)
	}
	own := slices.DeleteFunc(slices.Clone(all), func(p listed) bool { _, ok := p.folder(); return !ok })
	if len(own) == 0 {
		t.Fatal("the go command lists no package of this module")
	}
	return own
}

func TestDependenciesRunOneWay(t *testing.T) {
	for _, p := range ours(t) {
		folder, _ := p.folder()
		from := roomOf(folder)
		allowed, ok := mayImport[from]
		if !ok {
			t.Errorf("%s: room %q has no rule; add it to mayImport", p.ImportPath, from)
		}
		for _, i := range p.Imports {
			imported, ok := folderOf(i)
			if to := roomOf(imported); ok && to != from && !slices.Contains(allowed, to) {
				t.Errorf("%s imports %s; %s may import %v", p.ImportPath, i, from, allowed)
			}
		}
	}
}

func TestNoServiceImportsAnother(t *testing.T) {
	for _, p := range ours(t) {
		folder, _ := p.folder()
		own, ok := serviceOf(folder)
		if !ok {
			continue
		}
		for _, i := range p.Imports {
			imported, _ := folderOf(i)
			if other, ok := serviceOf(imported); ok && other != own {
				t.Errorf("%s imports %s; what two services share goes down, to service", p.ImportPath, i)
			}
		}
	}
}

// serviceOf answers the service that a folder belongs to. The folder service
// itself, which all share, belongs to none, nor do folders below internal.
func serviceOf(folder string) (string, bool) {
	rest, ok := strings.CutPrefix(folder, "service/")
	if !ok {
		return "", false
	}
	name, _, _ := strings.Cut(rest, "/")
	return name, name != "internal"
}

func TestClientsAndTestToolsAreOnlyInTests(t *testing.T) {
	for _, p := range ours(t) {
		folder, _ := p.folder()
		forTests := strings.HasSuffix(p.Name, "test") || roomOf(folder) == "test"
		for _, i := range p.Imports {
			if within(i, clients) || within(i, testTools) && !forTests {
				t.Errorf("%s imports %s; only _test.go files may", p.ImportPath, i)
			}
		}
	}
}

func TestNobodyImportsAnAssertionLibrary(t *testing.T) {
	for _, p := range ours(t) {
		for _, i := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if within(i, unwanted) {
				t.Errorf("%s imports %s", p.ImportPath, i)
			}
		}
	}
}

// A package that has nothing but files that need cgo is listed with an error.
func TestNothingNeedsCgo(t *testing.T) {
	all, err := packages()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if p.Error != nil {
			t.Errorf("%s without cgo: %s; the binary is static", p.ImportPath, p.Error.Err)
		}
	}
}

// within tells whether an import path belongs to one of the modules.
func within(importPath string, modules []string) bool {
	return slices.ContainsFunc(modules, func(m string) bool {
		return importPath == m || strings.HasPrefix(importPath, m+"/")
	})
}
