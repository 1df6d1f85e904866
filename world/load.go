package world

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy/managed"
	"github.com/rolecall-iam/rolecall/service/iam/moving"
)

// load writes the world into a service.
func (w *World) load(ctx context.Context, s *rolecall.Server) error {
	for _, a := range w.accounts {
		files, err := a.files()
		if err != nil {
			return err
		}
		if _, err := s.Import(ctx, rolecall.Import{Files: files, AccountID: a.id}); err != nil {
			return err
		}
	}
	if w.organization == nil {
		return nil
	}
	return s.ImportOrganization(ctx, w.organization.Organization)
}

// files are the account in the form that is imported.
func (a *account) files() ([]moving.File, error) {
	files := []moving.File{{Name: "account " + a.id.String(), Text: []byte(`{"UserDetailList":[]}`)}}
	for i := range a.exports {
		files = append(files, a.exports[i].rest())
	}
	put := func(at Place, content map[string]any) error {
		text, err := json.Marshal(content)
		files = append(files, moving.File{Name: at.File, Text: text, Part: &moving.Part{Line: at.Line, Where: at.Where}})
		return err
	}
	for _, p := range a.policies {
		if err := put(p.at, map[string]any{"Policies": []any{a.policyForm(p)}}); err != nil {
			return nil, err
		}
	}
	for _, e := range a.entities {
		list := map[string]string{"user": "UserDetailList", "group": "GroupDetailList", "role": "RoleDetailList"}[e.kind]
		content := map[string]any{list: []any{a.entityForm(e)}}
		if e.session != 0 {
			content["Roles"] = []any{map[string]any{"RoleName": e.name, "MaxSessionDuration": e.session}}
		}
		if err := put(e.at, content); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// created is when everything was made of which the files do not tell it.
const created = "2000-01-01T00:00:00Z"

func (a *account) policyForm(p *managedPolicy) map[string]any {
	return map[string]any{
		"PolicyName": p.name, "PolicyId": a.uniqueID(arn.ManagedPolicyPrefix, "policy", p.name),
		"Arn": a.arn("policy", p.path, p.name), "Path": p.path, "DefaultVersionId": "v1", "IsAttachable": true,
		"CreateDate": created, "UpdateDate": created,
		"PolicyVersionList": []any{map[string]any{"Document": p.text, "VersionId": "v1", "IsDefaultVersion": true, "CreateDate": created}},
	}
}

// entityForms are the names that the form has for each kind.
var entityForms = map[string]struct {
	prefix                 arn.IDPrefix
	name, id, policiesList string
}{
	"user":  {arn.UserPrefix, "UserName", "UserId", "UserPolicyList"},
	"group": {arn.GroupPrefix, "GroupName", "GroupId", "GroupPolicyList"},
	"role":  {arn.RolePrefix, "RoleName", "RoleId", "RolePolicyList"},
}

func (a *account) entityForm(e *entity) map[string]any {
	names := entityForms[e.kind]
	inline, attached, tags, groups := []any{}, []any{}, []any{}, []string{}
	for _, p := range e.inline {
		inline = append(inline, map[string]any{"PolicyName": p.name, "PolicyDocument": p.text})
	}
	for _, p := range e.attached {
		attached = append(attached, map[string]any{"PolicyName": p.name[strings.LastIndexByte(p.name, '/')+1:], "PolicyArn": p.name})
	}
	for _, t := range e.tags {
		tags = append(tags, map[string]any{"Key": t.key, "Value": t.value})
	}
	for _, g := range e.groups {
		groups = append(groups, g.name)
	}
	form := map[string]any{
		"Path": e.path, names.name: e.name, names.id: e.id,
		"Arn": a.arn(e.kind, e.path, e.name), "CreateDate": cmp.Or(e.made, created), names.policiesList: inline, "AttachedManagedPolicies": attached,
	}
	if e.kind != "group" {
		form["Tags"] = tags
	}
	if e.kind == "user" {
		form["GroupList"] = groups
	}
	if e.kind == "role" {
		form["AssumeRolePolicyDocument"] = e.trust.text
		if e.profiles != nil {
			form["InstanceProfileList"] = e.profiles
		}
	}
	if e.boundary != nil {
		form["PermissionsBoundary"] = map[string]any{"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": e.boundary.name}
	}
	return form
}

// finish does what needs every file: it holds the accounts against each other
// and settles what refers to what.
func (s *setup) finish() error {
	if err := s.unasked(); err != nil {
		return err
	}
	for _, then := range s.later {
		if err := then(); err != nil {
			return err
		}
	}
	if err := s.merge(); err != nil {
		return err
	}
	for _, a := range s.accounts {
		if err := s.settle(a); err != nil {
			return err
		}
	}
	return nil
}

// unknownBoundary begins the names of boundaries that are not known.
const unknownBoundary = "unknown-boundary-"

func (s *setup) settle(a *account) error {
	index := a.where
	for _, e := range a.entities {
		if err := s.settleEntity(a, e, index); err != nil {
			return err
		}
	}
	for _, e := range a.exports {
		e.names.each(func(item exportName) { s.arns[item.Arn] = true })
	}
	for name, file := range index {
		s.sources[homeKey(a.id.String(), name)] = file.File
	}
	for _, p := range a.policies {
		name := a.arn("policy", p.path, p.name)
		s.sources[homeKey(a.id.String(), name)], s.arns[name] = p.at.String(), true
	}
	return nil
}

// settleEntity finds the policies and groups that an entity refers to. What is
// in no file is not known.
func (s *setup) settleEntity(a *account, e *entity, index map[string]Place) error {
	s.identify(a, e)
	var kept []attachment
	for _, at := range e.attached {
		what, known := s.knows(a, at, index)
		if known {
			kept = append(kept, at)
		} else if err := e.give("unknown-"+strconv.Itoa(len(s.unknowns)), s.unknownDocument(at.at, what, forIdentity)); err != nil {
			return err
		}
	}
	e.attached = kept
	kept = nil
	for _, g := range e.groups {
		_, exported := index["group/"+strings.ToLower(g.name)]
		switch {
		case g.unknown == "" && (exported || a.entity("group", g.name) != nil):
			kept = append(kept, g)
		default:
			what := g.unknown
			if what == "" {
				what = "the group " + g.name + " is in none of the files"
			}
			if err := e.give("unknown-"+strconv.Itoa(len(s.unknowns)), s.unknownDocument(g.at, what, forIdentity)); err != nil {
				return err
			}
		}
	}
	e.groups = kept
	if e.boundary != nil {
		if what, known := s.knows(a, *e.boundary, index); !known {
			p := &managedPolicy{
				name: unknownBoundary + strconv.Itoa(len(s.unknowns)), path: "/",
				document: s.unknownDocument(e.boundary.at, what, forIdentity),
			}
			e.boundary.name = a.arn("policy", p.path, p.name)
			if err := s.addPolicy(a, p); err != nil {
				return err
			}
		}
	}
	s.sourcesOf(a, e)
	return nil
}

// knows tells whether a managed policy is one that can be decided by, or why
// not.
func (s *setup) knows(a *account, at attachment, index map[string]Place) (string, bool) {
	if at.unknown != "" {
		return at.unknown, false
	}
	if _, ok := a.byARN[at.name]; ok {
		return "", true
	}
	if _, ok := index[at.name]; ok {
		return "", true
	}
	if _, ok := managed.Lookup(at.name); ok {
		return "", true
	}
	return "the policy " + at.name + " is in none of the files", false
}

func (s *setup) sourcesOf(a *account, e *entity) {
	id := a.id.String()
	s.arns[a.arn(e.kind, e.path, e.name)] = true
	if e.kind == "role" {
		s.sources[homeKey(id, "trust", e.name)] = e.trust.at.String()
	}
	for _, p := range e.inline {
		s.sources[homeKey(id, e.kind, e.name, p.name)] = p.at.String()
	}
}
