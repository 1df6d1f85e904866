package explain

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// statements are edits that give a layer a statement of its own for the
// request: in each of its policies that can be changed, and for a user or role
// in an inline policy of its own.
func (q *Question) statements(trace authz.Trace, why authz.ImplicitDeny) []candidate {
	text := q.ownStatement(why)
	title := "allow " + q.Request.Action + " on " + q.Request.Resource
	if why.Trust {
		_, name := principalOf(q.Request.Principal)
		title = "let " + name + " in"
	}
	var list []candidate
	for _, l := range trace.Layers {
		if l.Layer != why.Layer || l.Level != why.Level {
			continue
		}
		for i, p := range l.Policies {
			ref := Ref{l.Layer, l.Level, i}
			if p.Policy.Document == nil || len(p.Policy.Document.Statements) == 0 {
				continue
			}
			cost := costStatement
			if q.home(ref).Kind == CustomerManaged {
				cost += costWider // others may have it attached
			}
			changed := addStatement(p.Policy.Document, text).apply(p.Policy.Document.Text)
			if c, ok := q.change(ref, title+" with a statement", changed, cost); ok {
				list = append(list, c)
			}
		}
	}
	if why.Layer == authz.IdentityLayer {
		if c, ok := q.inline(title, text); ok {
			list = append(list, c)
		}
	}
	return list
}

// ownStatement is the statement that allows the request and nothing else.
func (q *Question) ownStatement(why authz.ImplicitDeny) string {
	lines := []string{`"Effect": "Allow"`}
	if why.Layer == authz.ResourceLayer || why.Layer == authz.EndpointLayer || why.Layer == authz.ResourceControlLayer {
		kind, name := principalOf(q.Request.Principal)
		lines = append(lines, `"Principal": {`+quote(string(kind))+": "+quote(name)+"}")
	}
	lines = append(lines, `"Action": `+quote(q.Request.Action))
	if !why.Trust {
		lines = append(lines, `"Resource": `+quote(q.Request.Resource))
	}
	return "{\n  " + strings.Join(lines, ",\n  ") + "\n}"
}

// inline is the edit that gives the caller's user or role a policy of its own.
func (q *Question) inline(title, statement string) (candidate, bool) {
	var home Home
	var ok bool
	switch p := q.Request.Principal.(type) {
	case authz.User:
		home = Home{Kind: UserInline, Owner: p.ARN.ResourceName(), Account: p.ARN.Account}
	case authz.RoleSession:
		if strings.HasPrefix(p.Role.Resource, "role/aws-service-role/") {
			return candidate{}, false // the service's own
		}
		if strings.HasPrefix(p.Role.Resource, "role/aws-reserved/") {
			if home, ok = q.newSetPolicy(p.Role); !ok {
				return candidate{}, false
			}
			break
		}
		home = Home{Kind: RoleInline, Owner: p.Role.ResourceName(), Account: p.Role.Account}
	default:
		return candidate{}, false
	}
	if home.Kind != PermissionSetInline {
		_, operation, _ := strings.Cut(q.Request.Action, ":")
		home.Policy = "Allow" + operation
	}
	text := "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    " + strings.ReplaceAll(statement, "\n", "\n    ") + "\n  ]\n}"
	doc, err := policy.Parse(text)
	if err != nil {
		return candidate{}, false
	}
	c := candidate{
		Edit: Edit{
			Title: title + " with an " + home.String(), Target: home.String(), Diff: diff("", text),
			Document: text, Command: home.command(text), Terraform: home.newResource(text),
		},
		cost: costStatement - 1,
		apply: func(q *Question) {
			q.Policies.Identity = append(q.Policies.Identity, authz.Named{Name: home.Policy, Document: doc})
		},
	}
	if home.Kind == PermissionSetInline {
		c.cost += costWider
		c.warnings = append(c.warnings, openedBySet(home))
	}
	return c, true
}

// newSetPolicy is the home of the inline policy that a permission set is to be
// given; false where it has one, which a new one would replace.
func (q *Question) newSetPolicy(role arn.ARN) (Home, bool) {
	set, ok := ssoRole(role)
	if !ok {
		return Home{}, false
	}
	for i := range q.Policies.Identity {
		if q.home(Ref{Layer: authz.IdentityLayer, Index: i}).Kind == PermissionSetInline {
			return Home{}, false
		}
	}
	if home := q.home(Ref{Layer: authz.IdentityLayer, Index: len(q.Policies.Identity)}); home.Kind == PermissionSetInline {
		return home, true
	}
	return Home{Kind: PermissionSetInline, Owner: set}, true
}

// openedBySet is what else a change of a permission set opens.
func openedBySet(home Home) string {
	return "everybody with permission set " + home.Owner + " may then do it, in every account where it is assigned"
}
