package world

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// File is a file to read.
type File struct {
	Name string
	Text []byte
	// Folder is the folder that was given instead of the file, empty where the
	// file itself was; Name begins with it.
	Folder string
}

// Options say what files do not.
type Options struct {
	// Account is that of plans, templates and folders that name none; the account
	// of AWS's examples where it is zero.
	Account arn.AccountID
	// Region is that of templates, and of plans whose provider names none;
	// us-east-1 where it is empty.
	Region string
	// Parameters are values of templates' parameters, by name. Each is of a
	// template that is read.
	Parameters map[string]string
	// Wrong takes in policies that cannot be read, for Documents: nothing is to be
	// asked then.
	Wrong bool
}

// defaultAccount is the account of AWS's own examples.
const defaultAccount = "123456789012"

// World is what files say.
type World struct {
	accounts     []*account
	organization *organization
	resources    map[string]resource // by ARN; buckets without their objects
	sources      map[string]string   // places of policies, by homeKey
	sets         []*permissionSet
	unguarded    []unnamedPolicy
	controls     map[string]document // policies of organizations, by type and name
	unknowns     []Unknown
	warnings     []Warning
	unnamed      []string           // what has no name yet, in words
	setRoles     map[string]setRole // of permission sets, by setKey
	arns         map[string]bool    // of users, groups, roles and policies
	madeUp       map[string]bool    // unique ids that no file tells
	unplaced     map[string]Unknown // accounts of which the place in the organization is not told, by their digits
	idless       map[string]Unknown // the users and roles that have them, by idlessKey
}

// Unknown is one thing that the files do not tell yet.
type Unknown struct {
	Place Place
	What  string // a sentence without its full stop
}

// String is a sentence with the file it is about.
func (u Unknown) String() string {
	if u.Place.Line > 0 {
		return u.Place.String() + ": " + u.What
	}
	if u.Place.File == "" {
		return u.What
	}
	return u.Place.File + ": " + u.What
}

// Warnings are what somebody should know of the files.
func (w *World) Warnings() []Warning { return w.warnings }

// Read reads files. Its error is an *Error, or one of package moving that names
// the place as well.
func Read(files []File, o Options) (*World, error) {
	s, err := newSetup(o)
	if err != nil {
		return nil, err
	}
	folders := make(map[string][]File)
	for _, f := range files {
		if f.Folder != "" && laidOut(f) {
			folders[f.Folder] = append(folders[f.Folder], f)
			continue
		}
		if err := s.file(f); err != nil {
			return nil, err
		}
	}
	for _, name := range sortedKeys(folders) {
		if err := s.folder(name, folders[name]); err != nil {
			return nil, err
		}
	}
	if err := s.assemble(); err != nil {
		return nil, err
	}
	s.defaultsTo(o)
	for _, read := range s.second {
		if err := read(); err != nil {
			return nil, err
		}
	}
	if err := s.finish(); err != nil {
		return nil, err
	}
	return &s.World, nil
}

// form is a kind of file.
type form struct {
	name string
	// members are names of which the file's object has one.
	members []string
	read    func(*setup, File, *node) error
}

// forms are the kinds of files that are told by their members, in the order in
// which they are looked for.
func forms() []form {
	return []form{
		{"plan", []string{"planned_values", "resource_changes", "terraform_version"}, last((*setup).terraform)},
		{"template", []string{"Resources", "AWSTemplateFormatVersion", "Transform"}, last((*setup).template)},
		{"organization", []string{"management", "root"}, (*setup).organizationFile},
		{"organizations", []string{"Organization", "Roots", "Policy", "Policies", "Targets", "OrganizationalUnits", "Accounts", "Children", "Parents"}, (*setup).organizations},
		{"event", []string{"Records", "Events", "eventName", "CloudTrailEvent"}, refuse("this is an event of CloudTrail: that is a question; give it with --event")},
		{"policy", []string{"Statement"}, refuse(
			"this is a policy, and nothing tells whose; lay it into a folder such as roles/NAME/ (rolecall docs inputs), or give it with --resource-policy")},
		{"state", []string{"lineage", "serial"}, refuse("this is Terraform's own file; give what terraform show -json prints of it")},
	}
}

// last reads a file when all that plans and templates add to are read.
func last(read func(*setup, File, *node) error) func(*setup, File, *node) error {
	return func(s *setup, f File, n *node) error {
		s.second = append(s.second, func() error { return read(s, f, n) })
		return nil
	}
}

func refuse(message string) func(*setup, File, *node) error {
	return func(_ *setup, f File, _ *node) error { return Place{File: f.Name}.wrong("%s", message) }
}

// file reads a file that stands by itself.
func (s *setup) file(f File) error {
	if s.seen[f.Name] {
		return Place{File: f.Name}.wrong("this file is given twice")
	}
	s.seen[f.Name] = true
	n, ok, err := s.content(&f)
	if err != nil {
		return err
	}
	if !ok {
		return s.export(f)
	}
	for _, form := range forms() {
		if slices.ContainsFunc(form.members, func(name string) bool { return n.get(name) != nil }) {
			return form.read(s, f, n)
		}
	}
	return Place{File: f.Name}.wrong("this is nothing that rolecall knows: an account's details, a plan, a template, an organization (rolecall docs inputs)")
}

// content reads the text of a file. It answers false for the details of an
// account: those are left to the reader that imports them.
func (s *setup) content(f *File) (*node, bool, error) {
	at := Place{File: f.Name}
	isJSON, err := s.clean(f)
	if err != nil {
		return nil, false, err
	}
	var n *node
	if isJSON {
		export, ofOrganizations := isExport(f.Text)
		if export && !ofOrganizations {
			return nil, false, nil
		}
		n, err = readJSON(f.Text, at, 1)
	} else {
		n, err = readYAML(f.Text, at)
	}
	if err == nil && n.kind != object {
		err = at.wrong("this is %s, not an object", n.kind)
	}
	return n, true, err
}

// clean takes from a file what JSON does not have, and tells whether it is JSON.
func (s *setup) clean(f *File) (bool, error) {
	at := Place{File: f.Name}
	f.Text = bytes.TrimPrefix(f.Text, []byte("\ufeff"))
	switch {
	case bytes.HasPrefix(f.Text, []byte("\xff\xfe")) || bytes.HasPrefix(f.Text, []byte("\xfe\xff")):
		return false, at.wrong("the file is UTF-16, as PowerShell writes it; save it as UTF-8")
	case bytes.HasPrefix(f.Text, []byte("PK\x03\x04")):
		return false, at.wrong("this is a saved plan; give what terraform show -json %s prints", f.Name)
	case bytes.IndexByte(f.Text, 0) >= 0:
		return false, at.wrong("there is a NUL byte in the file: this is no text")
	}
	begin := bytes.TrimLeft(f.Text, " \t\r\n")
	if len(begin) == 0 {
		return false, at.wrong("the file is empty")
	}
	if !bytes.ContainsAny(begin[:1], "{[/\"") {
		return false, nil
	}
	r := relax(f.Text)
	f.Text = r.text
	s.pointOut(f.Name, r.comments, "a comment; AWS refuses JSON that has one")
	s.pointOut(f.Name, r.commas, "a comma that nothing follows; AWS refuses JSON that has one")
	return true, nil
}

// pointedOut is how many of the same are pointed out in one file.
const pointedOut = 5

func (s *setup) pointOut(file string, lines []int, what string) {
	for i, line := range lines {
		if i == pointedOut {
			s.warn(Place{File: file, Line: line}, fmt.Sprintf("and %d more such lines from here", len(lines)-i))
			return
		}
		s.warn(Place{File: file, Line: line}, what)
	}
}

func (s *setup) warn(at Place, message string) {
	s.warnings = append(s.warnings, Warning{at, message})
}

// homeKey names a policy by where it lives.
func homeKey(parts ...string) string { return strings.Join(parts, "|") }
