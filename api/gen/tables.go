package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

var kinds = map[string]string{
	"structure": "Structure", "list": "List", "map": "Map", "string": "String", "integer": "Integer", "long": "Long",
	"float": "Float", "double": "Double", "boolean": "Boolean", "timestamp": "Timestamp", "blob": "Blob",
}

// writeShapes writes one variable for each shape.
func (p *pkg) writeShapes(b *bytes.Buffer) {
	fmt.Fprintf(b, "package %s\n\nimport %q\n\n", p.name, module+"/api")
	for _, name := range sortedNames(p.used) {
		fmt.Fprintf(b, "var shape%s = ", capital(name))
		p.writeShape(b, name, p.model.Shapes[name])
	}
	for _, op := range p.model.Operations {
		for _, top := range []struct {
			prefix string
			ref    *ref
		}{{"in", op.Value.Input}, {"out", op.Value.Output}} {
			name := ""
			if top.ref != nil {
				name = top.ref.Shape
			}
			fmt.Fprintf(b, "var %s%s = ", top.prefix, op.Name)
			p.writeShape(b, name, p.shapeOf(top.ref))
		}
	}
}

func (p *pkg) writeShape(b *bytes.Buffer, name string, s *shape) {
	kind := kinds[s.Type]
	if s.Document {
		kind = "Document"
	}
	fmt.Fprintf(b, "api.Shape{Name: %q, Kind: api.%s", name, kind)
	if s.Min != nil {
		fmt.Fprintf(b, ", HasMin: true, Min: %s", bound(s.Min.String()))
	}
	if s.Max != nil {
		fmt.Fprintf(b, ", HasMax: true, Max: %s", bound(s.Max.String()))
	}
	field(b, "Pattern", s.Pattern)
	field(b, "WireName", s.LocationName)
	field(b, "Payload", s.Payload)
	flag(b, "Flattened", s.Flattened)
	flag(b, "Sensitive", s.Sensitive)
	flag(b, "Union", s.Union)
	flag(b, "Events", s.EventStream)
	if f := map[string]string{"iso8601": "ISO8601", "rfc822": "RFC822", "unixTimestamp": "Unix"}[s.TimestampFormat]; f != "" {
		fmt.Fprintf(b, ", Time: api.%s", f)
	}
	if len(s.Enum) > 0 {
		fmt.Fprintf(b, ", Enum: %#v", s.Enum)
	}
	if s.Key != nil {
		b.WriteString(", Key: &api.Member")
		p.writeMember(b, "key", *s.Key, false)
	}
	for _, r := range []*ref{s.Member, s.Value} {
		if r != nil {
			b.WriteString(", Elem: &api.Member")
			p.writeMember(b, map[bool]string{true: "member", false: "value"}[r == s.Member], *r, false)
		}
	}
	if len(s.Members) > 0 {
		b.WriteString(", Members: []api.Member{\n")
		for _, m := range s.Members {
			p.writeMember(b, m.Name, m.Value, slices.Contains(s.Required, m.Name))
			b.WriteString(",\n")
		}
		b.WriteString("}")
	}
	b.WriteString("}\n\n")
}

// bound cuts a bound to a whole number: models write some as 1.0.
func bound(s string) string { return strings.TrimSuffix(s, ".0") }

func (p *pkg) writeMember(b *bytes.Buffer, name string, r ref, required bool) {
	fmt.Fprintf(b, "{Name: %q", name)
	if p.again[r.Shape] {
		fmt.Fprintf(b, ", Again: api.Again{Tables: tables{}, Name: %q}", r.Shape)
	} else {
		fmt.Fprintf(b, ", Of: &shape%s", capital(r.Shape))
	}
	if r.LocationName != name {
		field(b, "WireName", r.LocationName)
	}
	flag(b, "Required", required)
	if l := map[string]string{"header": "Header", "headers": "Headers", "querystring": "QueryString", "uri": "Path"}[r.Location]; l != "" {
		fmt.Fprintf(b, ", Location: api.%s", l)
	}
	flag(b, "Flattened", r.Flattened)
	flag(b, "Streaming", r.Streaming)
	flag(b, "Attribute", r.XMLAttribute)
	flag(b, "Token", r.IdempotencyToken)
	ns := r.XMLNamespace
	if ns == nil {
		ns = p.model.Shapes[r.Shape].XMLNamespace
	}
	if ns != nil {
		field(b, "Prefix", ns.Prefix)
		field(b, "Namespace", ns.URI)
	}
	b.WriteString("}")
}

func field(b *bytes.Buffer, name, value string) {
	if value != "" {
		fmt.Fprintf(b, ", %s: %q", name, value)
	}
}

func flag(b *bytes.Buffer, name string, on bool) {
	if on {
		fmt.Fprintf(b, ", %s: true", name)
	}
}
