package main

import (
	"fmt"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/symbolic"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/policy/lint"
)

// accessFlags are the checks of what policies grant, as Access Analyzer's
// custom policy checks have them.
type accessFlags struct {
	NoNewAccess    string   `name:"no-new-access" help:"Check that no file grants what this policy does not." placeholder:"OLD.json" type:"path"`
	NotGranted     []string `name:"not-granted" help:"Check that no file grants any of these actions, such as iam:PassRole,s3:Delete*." placeholder:"ACTION,..."`
	NoPublicAccess string   `name:"no-public-access" help:"Check that no file grants access to the public, as the policy of a resource of this type, such as AWS::S3::Bucket." placeholder:"TYPE"`
}

// accessCheck is what the flags ask for, read.
type accessCheck struct {
	accessFlags
	existing *policy.Document
}

// prepare reads the policy to compare with.
func (f accessFlags) prepare(read func(string) (string, error)) (accessCheck, error) {
	c := accessCheck{accessFlags: f}
	nobody, err := policy.Parse(`{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}`)
	if err != nil {
		return c, err
	}
	if _, known := symbolic.Public(nobody, f.NoPublicAccess); f.NoPublicAccess != "" && !known {
		return c, fmt.Errorf("--no-public-access: Access Analyzer checks no resource type %s; one that it does is AWS::S3::Bucket", f.NoPublicAccess)
	}
	for _, action := range f.NotGranted {
		if service, name, ok := strings.Cut(action, ":"); action != "*" && (!ok || name == "" || service == "" || strings.ContainsAny(service, "*?")) {
			return c, fmt.Errorf("--not-granted: %s is no action; one is s3:GetObject", action)
		}
	}
	if f.NoNewAccess == "" {
		return c, nil
	}
	text, err := read(f.NoNewAccess)
	if err != nil {
		return c, err
	}
	plain, _ := lint.WithoutComments(text)
	if c.existing, err = policy.Parse(plain); err != nil {
		return c, fmt.Errorf("%s: %w", f.NoNewAccess, err)
	}
	return c, nil
}

// find checks one document. A document that is not one has lint's findings.
func (c accessCheck) find(d lint.Document) []findingOutcome {
	doc, err := policy.Parse(d.Text)
	if err != nil {
		return nil
	}
	kind := symbolic.Identity
	if d.Type == lint.Resource || d.Type == lint.ResourceControl {
		kind = symbolic.Resource
	}
	var list []findingOutcome
	add := func(found []symbolic.Finding, code, text string) {
		for _, f := range found {
			list = append(list, accessFinding(doc, f, code, text+f.Name()+".", kind == symbolic.Resource))
		}
	}
	if c.existing != nil {
		add(symbolic.NewAccess(doc, c.existing, kind), "NEW_ACCESS", "New access in the statement with ")
	}
	if len(c.NotGranted) > 0 {
		add(symbolic.Granted(doc, kind, symbolic.Access{Actions: c.NotGranted}), "ACCESS_GRANTED", "One or more of the listed actions in the statement with ")
	}
	if c.NoPublicAccess != "" {
		found, _ := symbolic.Public(doc, c.NoPublicAccess)
		add(found, "PUBLIC_ACCESS", "Public access granted in the following statement with ")
	}
	return list
}

// accessFinding tells a statement, and a request that shows it: by whom, where
// the policy says who.
func accessFinding(doc *policy.Document, f symbolic.Finding, code, text string, named bool) findingOutcome {
	at := doc.Statements[f.Index].Span
	return findingOutcome{
		Code: code, Severity: lint.Error, Text: text, Change: shownBy(f.Witness, named), Path: fmt.Sprintf(".Statement[%d]", f.Index),
		Line: max(at.Start.Line, 1), Column: max(at.Start.Column, 1), EndLine: max(at.End.Line, 1), EndCol: max(at.End.Column, 1),
	}
}

// shownBy writes a request on one line.
func shownBy(r *authz.Request, named bool) string {
	if r == nil {
		return "It could not be shown that it grants nothing of the kind."
	}
	line := "For example " + r.Action + " on " + r.Resource
	switch who := r.Principal.(type) {
	case authz.ServicePrincipal:
		line += " by " + who.Name
	case authz.FederatedIdentity:
		line += " by a user of " + who.Provider
	case authz.Anonymous:
		line += " by anybody"
	default:
		if named {
			line += " by " + who.CallerARN()
		}
	}
	var keys []string
	for key, values := range r.Context.All() {
		keys = append(keys, fmt.Sprintf("%s=%s", key, strings.Join(values, ",")))
	}
	if len(keys) > 0 {
		line += " with " + strings.Join(keys, " ")
	}
	return line + "."
}
