package main

import (
	"bytes"
	"fmt"
	"go/format"
	"maps"
	"slices"
	"strings"
)

// pkg is one package in the making.
type pkg struct {
	name  string // of the package
	file  string // of the model
	model *model
	types map[string]bool // nested structures by shape name
	tops  map[string]bool // XInput and XOutput
	again map[string]bool // shapes that contain themselves
	used  map[string]bool // shapes that need a variable of their own
}

func newPackage(m *model, file string) *pkg {
	p := &pkg{
		name: strings.ReplaceAll(file, "-", ""), file: file, model: m,
		types: map[string]bool{}, tops: map[string]bool{}, again: map[string]bool{}, used: map[string]bool{},
	}
	for _, op := range m.Operations {
		p.tops[op.Name+"Input"], p.tops[op.Name+"Output"] = true, true
		for _, r := range []*ref{op.Value.Input, op.Value.Output} {
			if r != nil {
				p.walk(m.Shapes[r.Shape], nil)
			}
		}
	}
	return p
}

// walk notes all shapes below s, and which of them contain themselves.
func (p *pkg) walk(s *shape, above []string) {
	for _, r := range s.refs() {
		if slices.Contains(above, r.Shape) {
			p.again[r.Shape] = true
			continue
		}
		p.used[r.Shape] = true
		inner := p.model.Shapes[r.Shape]
		if inner.Type == "structure" && !inner.Document {
			p.types[r.Shape] = true
		}
		p.walk(inner, append(slices.Clip(above), r.Shape))
	}
}

// refs are the shapes that s is made of.
func (s *shape) refs() []ref {
	var refs []ref
	for _, m := range s.Members {
		refs = append(refs, m.Value)
	}
	for _, r := range []*ref{s.Member, s.Key, s.Value} {
		if r != nil {
			refs = append(refs, *r)
		}
	}
	return refs
}

// write adds the package's files.
func (p *pkg) write(files map[string][]byte) error {
	if err := p.checkNames(); err != nil {
		return err
	}
	for file, body := range map[string]func(*bytes.Buffer){
		"doc.go": p.writeDoc, "types.gen.go": p.writeTypes,
		"operations.gen.go": p.writeOperations, "shapes.gen.go": p.writeShapes,
	} {
		var b bytes.Buffer
		b.WriteString(header)
		body(&b)
		data, err := format.Source(b.Bytes())
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		files[p.name+"/"+file] = data
	}
	return nil
}

// checkNames refuses a model whose names would meet in one Go package.
func (p *pkg) checkNames() error {
	taken := map[string]bool{"Service": true}
	for _, op := range p.model.Operations {
		taken[op.Name] = true
	}
	for name := range p.tops {
		taken[name] = true
	}
	for _, name := range sortedNames(p.types) {
		if taken[capital(name)] {
			return fmt.Errorf("the name %s is wanted twice", capital(name))
		}
		taken[capital(name)] = true
	}
	return nil
}

func (p *pkg) writeDoc(b *bytes.Buffer) {
	m := p.model.Metadata
	fmt.Fprintf(b, "// Package %s has the types and tables of %s (%s),\n", p.name, m.ServiceFullName, m.APIVersion)
	fmt.Fprintf(b, "// from api/models/%s.json. Package api tells how to read them.\npackage %s\n", p.file, p.name)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func sortedNames(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
