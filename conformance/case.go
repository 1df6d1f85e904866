package conformance

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
)

//go:embed cases
var suite embed.FS

// Suite is the folder of cases that comes with the package.
func Suite() fs.FS {
	sub, err := fs.Sub(suite, "cases")
	if err != nil {
		panic(err) // the folder is part of the binary
	}
	return sub
}

// Decide is an engine: authz.Decide, or one to compare with it.
type Decide func(authz.Request, authz.Policies) authz.Decision

// Case is one thing that AWS is known to do.
type Case struct {
	Name   string   // a sentence, after the title of its section
	Group  string   // the folder
	File   string   // with the folder
	Line   int      // where in File the case begins
	Rules  []string // such as V6, "peer 10" or "question 1"
	Source string   // where AWS documents it
	check  check
}

// check is the part of a case that can be held against an engine: a decision
// or a document. The answer says what is wrong, or nothing.
type check interface{ run(Decide) string }

// Run holds the case against an engine. The error tells what AWS does and
// what the engine does instead.
func (c Case) Run(decide Decide) error {
	if wrong := c.check.run(decide); wrong != "" {
		return fmt.Errorf("%s:%d: %s (%s): %s", c.File, c.Line, c.Name, strings.Join(c.Rules, ", "), wrong)
	}
	return nil
}

// namesFile holds $names for all files.
const namesFile = "names.txt"

// Read reads all cases below a folder. The error has every file's first fault.
func Read(fsys fs.FS) ([]Case, error) {
	shared, err := readNames(fsys)
	if err != nil {
		return nil, err
	}
	var cases []Case
	var faults []error
	err = fs.WalkDir(fsys, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(file) != ".txt" || file == namesFile {
			return err
		}
		some, err := readFile(fsys, file, shared)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", file, err))
		}
		cases = append(cases, some...)
		return nil
	})
	return cases, errors.Join(append(faults, err)...)
}

// readNames reads the names that all files share, if there are any.
func readNames(fsys fs.FS) (fields, error) {
	text, err := fs.ReadFile(fsys, namesFile)
	if errors.Is(err, fs.ErrNotExist) {
		return fields{}, nil
	}
	if err != nil {
		return nil, err
	}
	shared, cases, err := split(string(text))
	if err == nil && len(cases) > 0 {
		err = errors.New("cases do not belong here")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", namesFile, err)
	}
	return shared, nil
}

func readFile(fsys fs.FS, file string, shared fields) ([]Case, error) {
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, err
	}
	_, raws, err := split(string(text))
	if err != nil {
		return nil, err
	}
	var cases []Case
	seen := map[string]int{}
	for _, r := range raws {
		if first, twice := seen[r.name]; twice {
			return nil, fmt.Errorf("line %d: line %d has a case of the same name", r.line, first)
		}
		seen[r.name] = r.line
		all := maps.Clone(shared)
		maps.Copy(all, r.fields)
		c, err := makeCase(r.name, all)
		if err != nil {
			return nil, fmt.Errorf("line %d: %s: %w", r.line, r.name, err)
		}
		c.Group, c.File, c.Line = path.Dir(file), file, r.line
		cases = append(cases, c)
	}
	return cases, nil
}

// makeCase reads the fields of a case and refuses those that it does not know.
func makeCase(name string, f fields) (Case, error) {
	rules, err1 := f.take("rule")
	source, err2 := f.take("source")
	if err := errors.Join(err1, err2); err != nil {
		return Case{}, err
	}
	if strings.HasSuffix(name, ": ") || name == "" || rules == "" || source == "" {
		return Case{}, errors.New("a case has a name, a rule and a source")
	}
	c := Case{Name: name, Source: source}
	for rule := range strings.SplitSeq(rules, ",") {
		c.Rules = append(c.Rules, strings.TrimSpace(rule))
	}
	var err error
	if _, isDocument := f["document"]; isDocument {
		c.check, err = readDocument(f)
	} else {
		c.check, err = readDecision(f)
	}
	if err != nil {
		return Case{}, err
	}
	for _, field := range slices.Sorted(maps.Keys(f)) {
		if !strings.HasPrefix(field, "$") {
			return Case{}, fmt.Errorf("there is no field %s here", field)
		}
	}
	return c, nil
}
