package world

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
)

// Document is one policy of the files, and where it stands.
type Document struct {
	Place Place
	Of    string // what it is and whose, such as "trust policy of arn:aws:iam::111111111111:role/deploy"
	Type  string // identity, trust, bucket, resource, scp or rcp
	// Text is what is known of it; empty where that is nothing.
	Text string
	// Column is where the text begins on the place's line, where it stands in the
	// file word for word; else 0.
	Column int
	// Open are sentences about what is not known of it yet. Statements are the
	// places in the whole policy of the statements that Text has, where that is
	// not all of them.
	Open       []Unknown
	Statements []int
}

// Documents are the policies that the files hold, in the order of their places:
// those of users, groups and roles, managed policies in their default version,
// of permission sets, resources and organizations. What a plan or a template
// replaces is left out, and so is what only AWS can change: its own managed
// policies, and service-linked roles.
func (w *World) Documents() ([]Document, error) {
	c := collected{World: w, seen: make(map[Place]string)}
	for _, set := range w.sets {
		for _, p := range set.holder.inline {
			c.add(p.document, "identity", "inline policy of the permission set "+set.name)
		}
	}
	for _, a := range w.accounts {
		for _, p := range a.policies {
			of := a.arn("policy", p.path, p.name)
			if strings.HasPrefix(p.name, unknownBoundary) {
				of = "permissions boundary"
			}
			c.add(p.document, "identity", of)
		}
		for _, e := range a.entities {
			c.entity(a, e)
		}
		for i := range a.exports {
			if err := c.export(&a.exports[i]); err != nil {
				return nil, err
			}
		}
	}
	for _, name := range sortedKeys(w.resources) {
		c.add(w.resources[name].document, resourceType(name), "policy of "+name)
	}
	for _, u := range w.unguarded {
		c.add(u.document, u.kind, u.of)
	}
	for _, name := range sortedKeys(w.controls) {
		c.control(name, w.controls[name])
	}
	slices.SortStableFunc(c.all, func(a, b Document) int {
		if a.Place.File != b.Place.File {
			return strings.Compare(a.Place.File, b.Place.File)
		}
		return a.Place.Line - b.Place.Line
	})
	return c.all, nil
}

// unnamedPolicy is a policy of a resource that has no name yet, or of which
// nothing is asked.
type unnamedPolicy struct {
	document
	kind, of string // as Document's Type and Of
}

// notNamed is what has a policy and no name yet.
const notNamed = "policy of what is not named yet"

// resourceType is the type of a resource's policy.
func resourceType(name string) string {
	if strings.Contains(name, "s3:::") {
		return "bucket"
	}
	return "resource"
}

// collected are the documents of a world while they are found.
type collected struct {
	*World
	all  []Document
	seen map[Place]string // what stands at a place: one that many have is one
}

// awsOwn tells a path of roles that AWS makes, trust policy included.
func awsOwn(path string) bool { return strings.HasPrefix(path, "/aws-reserved/") }

// serviceLinked tells a path of roles that only AWS can change.
func serviceLinked(path string) bool { return strings.HasPrefix(path, "/aws-service-role/") }

// entity adds the policies of a user, a group or a role.
func (c *collected) entity(a *account, e *entity) {
	if serviceLinked(e.path) {
		return
	}
	name := a.arn(e.kind, e.path, e.name)
	if e.kind == "role" && !awsOwn(e.path) && e.trust.text != lambdaTrust { // SAM writes that one
		c.add(e.trust, "trust", "trust policy of "+name)
	}
	for _, p := range e.inline {
		if strings.HasPrefix(p.name, "unknown-") {
			c.add(p.document, "identity", "a policy of "+name)
			continue
		}
		c.add(p.document, "identity", "inline policy "+p.name+" of "+name)
	}
}

// control adds a policy of an organization; name is its type and its name.
func (c *collected) control(name string, d document) {
	policyType, name, _ := strings.Cut(name, "/")
	switch policyType {
	case service.ServiceControlPolicy:
		c.add(d, "scp", "service control policy "+name)
	case service.ResourceControlPolicy:
		c.add(d, "rcp", "resource control policy "+name)
	}
}

// add takes in a document, what is known of it apart from what is not.
func (c *collected) add(d document, kind, of string) {
	if d.text == "" || c.seen[d.at] == d.text {
		return
	}
	c.seen[d.at] = d.text
	doc := Document{Place: d.at, Of: of, Type: kind, Text: d.text, Column: d.column}
	if d.line > 0 {
		doc.Place.Line = d.line
	}
	if d.wrong != "" {
		doc.Text = d.wrong
	} else if strings.Contains(d.text, mark) {
		c.part(&doc)
	}
	c.all = append(c.all, doc)
}

// part leaves in a document the statements that are known.
func (c *collected) part(d *Document) {
	n, err := readJSON([]byte(d.Text), d.Place, 1)
	if err != nil || !n.is(object) {
		return
	}
	var known []*node
	for i, st := range n.get("Statement").list() {
		m := marked.FindStringSubmatch(st.get("Sid").str())
		if m == nil {
			known, d.Statements = append(known, st), append(d.Statements, i)
			continue
		}
		if which, err := strconv.Atoi(m[1]); err == nil && which < len(c.unknowns) && !slices.Contains(d.Open, c.unknowns[which]) {
			d.Open = append(d.Open, c.unknowns[which])
		}
	}
	switch {
	case len(d.Open) == 0:
		d.Statements = nil // the mark is in what somebody wrote
	case len(known) == 0:
		d.Text, d.Column = "", 0
	default:
		n.set("Statement", listNode(0, known))
		d.Text, d.Column = n.render(), 0
	}
}

// ownARN is the name of a policy in an export, empty where it is AWS's own.
func ownARN(name string) string {
	if parsed, err := arn.Parse(name); err != nil || parsed.Account == "aws" {
		return ""
	}
	return name
}
