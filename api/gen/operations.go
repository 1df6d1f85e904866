package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
)

// writeOperations writes the service, its operations and their errors.
func (p *pkg) writeOperations(b *bytes.Buffer) {
	m := p.model.Metadata
	fmt.Fprintf(b, "package %s\n\nimport %q\n\n", p.name, module+"/api")
	fmt.Fprintf(b, "// Service is %s.\nvar Service = api.Service{\n", m.ServiceFullName)
	fmt.Fprintf(b, "Name: %q, ID: %q, Title: %q, Model: %q,\n", p.name, m.ServiceID, m.ServiceFullName, p.file)
	fmt.Fprintf(b, "SigningName: %q, EndpointPrefix: %q, Version: %q,\n",
		cmp.Or(m.SigningName, m.EndpointPrefix), m.EndpointPrefix, m.APIVersion)
	fmt.Fprintf(b, "Protocol: api.%s, TargetPrefix: %q, Namespace: %q, Tables: tables{},\n}\n\n",
		protocol(m), m.TargetPrefix, m.namespaceURI())
	p.writeTables(b)
	b.WriteString("// The operations.\nvar (\n")
	for _, op := range p.model.Operations {
		fmt.Fprintf(b, "%s = api.Op[%sInput, %sOutput]{Operation: &op%s}\n", op.Name, op.Name, op.Name, op.Name)
	}
	b.WriteString(")\n\n")
	for _, op := range p.model.Operations {
		p.writeOperation(b, op.Name, op.Value)
	}
	p.writeFailures(b)
}

// writeTables writes the type through which tables in a circle are reached.
func (p *pkg) writeTables(b *bytes.Buffer) {
	b.WriteString("type tables struct{}\n\nfunc (tables) Operations() []*api.Operation { return operations }\n\n")
	b.WriteString("func (tables) Shape(name string) *api.Shape {\n")
	if len(p.again) > 0 {
		b.WriteString("switch name {\n")
		for _, name := range sortedNames(p.again) {
			fmt.Fprintf(b, "case %q:\nreturn &shape%s\n", name, capital(name))
		}
		b.WriteString("}\n")
	}
	b.WriteString("return nil\n}\n\nvar operations = []*api.Operation{\n")
	var names []string
	for _, op := range p.model.Operations {
		names = append(names, op.Name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(b, "&op%s,\n", name)
	}
	b.WriteString("}\n\n")
}

func protocol(m metadata) string {
	switch m.Protocol {
	case "query":
		return "Query"
	case "rest-json":
		return "RestJSON"
	case "rest-xml":
		return "RestXML"
	case "json":
		if m.JSONVersion == "1.0" {
			return "JSON10"
		}
		return "JSON11"
	}
	panic("unknown protocol " + m.Protocol)
}

func (p *pkg) writeOperation(b *bytes.Buffer, name string, op operation) {
	fmt.Fprintf(b, "var op%s = api.Operation{\nService: &Service, Name: %q, Method: %q, URI: %q, Status: %d,\n",
		name, name, op.HTTP.Method, op.HTTP.RequestURI, cmp.Or(op.HTTP.ResponseCode, 200))
	fmt.Fprintf(b, "Input: &in%s, Output: &out%s", name, name)
	if op.Output != nil {
		field(b, "Wrapper", op.Output.ResultWrapper)
	}
	if op.Input != nil {
		field(b, "Root", op.Input.LocationName)
	}
	flag(b, "Unsigned", op.AuthType == "none")
	flag(b, "ReadOnly", op.ReadOnly)
	flag(b, "Deprecated", op.Deprecated)
	fmt.Fprintf(b, ",\nIn: (*%sInput)(nil), Out: (*%sOutput)(nil),\n", name, name)
	if len(op.Errors) > 0 {
		b.WriteString("Errors: []*api.Failure{")
		for _, e := range op.Errors {
			fmt.Fprintf(b, "&fail%s,", capital(e.Shape))
		}
		b.WriteString("},\n")
	}
	b.WriteString("}\n\n")
}

// writeFailures writes one variable for each error that an operation lists.
func (p *pkg) writeFailures(b *bytes.Buffer) {
	listed := map[string]bool{}
	for _, op := range p.model.Operations {
		for _, e := range op.Value.Errors {
			listed[e.Shape] = true
		}
	}
	for _, name := range sortedNames(listed) {
		s := p.model.Shapes[name]
		code, status := name, 400
		if s.Fault {
			status = 500
		}
		if s.Error != nil {
			code, status = cmp.Or(s.Error.Code, code), cmp.Or(s.Error.HTTPStatusCode, status)
		}
		fmt.Fprintf(b, "var fail%s = api.Failure{Name: %q, Code: %q, Status: %d", capital(name), name, code, status)
		flag(b, "Fault", s.Fault || status >= 500)
		b.WriteString("}\n\n")
	}
}
