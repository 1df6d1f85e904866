package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// writeTypes writes a Go type for each input, output and nested structure.
func (p *pkg) writeTypes(b *bytes.Buffer) {
	var body bytes.Buffer
	for _, op := range p.model.Operations {
		p.writeStruct(&body, op.Name+"Input", "is what "+op.Name+" is asked.", p.shapeOf(op.Value.Input))
		p.writeStruct(&body, op.Name+"Output", "is what "+op.Name+" answers.", p.shapeOf(op.Value.Output))
	}
	for _, name := range sortedNames(p.types) {
		p.writeStruct(&body, capital(name), "is the model's "+name+".", p.model.Shapes[name])
	}
	fmt.Fprintf(b, "package %s\n\nimport (\n", p.name)
	for _, imp := range []string{"io", "time"} {
		if strings.Contains(body.String(), " "+imp+".") || strings.Contains(body.String(), "]"+imp+".") {
			fmt.Fprintf(b, "%q\n", imp)
		}
	}
	b.WriteString(")\n\n")
	b.Write(body.Bytes())
}

// shapeOf is the shape of an input or output; the model may have none.
func (p *pkg) shapeOf(r *ref) *shape {
	if r == nil {
		return &shape{Type: "structure"}
	}
	return p.model.Shapes[r.Shape]
}

func (p *pkg) writeStruct(b *bytes.Buffer, name, doc string, s *shape) {
	fmt.Fprintf(b, "// %s %s\ntype %s struct {\n", name, doc, name)
	for _, m := range s.Members {
		fmt.Fprintf(b, "%s %s\n", capital(m.Name), p.fieldType(m.Value, slices.Contains(s.Required, m.Name)))
	}
	b.WriteString("}\n\n")
}

// fieldType is a structure's field: with a pointer only where the zero value
// could be meant.
func (p *pkg) fieldType(r ref, required bool) string {
	s := p.model.Shapes[r.Shape]
	plain := p.plainType(r.Shape)
	atLeastOne := s.Min != nil && s.Min.String() != "0" && !strings.HasPrefix(s.Min.String(), "-")
	switch s.Type {
	case "structure":
		if s.Document {
			return plain
		}
		return "*" + plain
	case "string":
		if required || atLeastOne || len(s.Enum) > 0 {
			return plain
		}
		return "*" + plain
	case "integer", "long", "float", "double":
		if required || atLeastOne {
			return plain
		}
		return "*" + plain
	case "boolean":
		if required {
			return plain
		}
		return "*" + plain
	case "blob":
		if r.Streaming {
			return "io.ReadCloser"
		}
	}
	return plain
}

// plainType is the type of a value that is there.
func (p *pkg) plainType(name string) string {
	s := p.model.Shapes[name]
	switch s.Type {
	case "structure":
		if s.Document {
			return "[]byte"
		}
		return capital(name)
	case "list":
		return "[]" + p.plainType(s.Member.Shape)
	case "map":
		return "map[string]" + p.plainType(s.Value.Shape)
	case "string":
		return "string"
	case "integer":
		return "int32"
	case "long":
		return "int64"
	case "float":
		return "float32"
	case "double":
		return "float64"
	case "boolean":
		return "bool"
	case "timestamp":
		return "time.Time"
	case "blob":
		return "[]byte"
	}
	panic(fmt.Sprintf("shape %s has the unknown type %q", name, s.Type))
}
