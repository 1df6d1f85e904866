package explain

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// statements are edits that give a layer a statement of its own for the
// request: in each of its policies that can be changed, and for a user or role
// in an inline policy of its own.
func (q *Question) statements(trace authz.Trace, why authz.ImplicitDeny, missing []lack) []candidate {
	actions := q.among(missing)
	text, warnings, ok := q.ownStatement(why, actions)
	if !ok {
		return nil
	}
	warnings = append(warnings, goneAround(trace, why)...)
	strangers := 0
	if q.goesAroundLogin(trace, why) {
		warnings, strangers = append(warnings, toStrangers), costStrangers
	}
	title := "allow " + both(actions) + " on " + q.Request.Resource
	if why.Trust {
		_, name := principalOf(q.Request.Principal)
		title = "let " + name + " in"
		if !strings.HasPrefix(strings.ToLower(q.Request.Action), "sts:assumerole") {
			title = "let " + name + " do " + both(actions)
		}
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
			cost := costStatement + len(warnings)*costWider + strangers
			if q.home(ref).Kind == CustomerManaged {
				cost += costShared // others may have it attached
			}
			changed := addStatement(p.Policy.Document, text).apply(p.Policy.Document.Text)
			if c, ok := q.change(ref, title+" with a statement", changed, cost, warnings...); ok {
				list = append(list, c)
			}
		}
	}
	if why.Layer == authz.SessionLayer {
		list = append(list, q.withoutSession()...)
		if c, ok := q.newSessionPolicy(title, text); ok {
			list = append(list, c)
		}
	}
	if why.Layer == authz.IdentityLayer {
		if c, ok := q.inline(title, text); ok {
			c.cost, c.warnings = c.cost+len(warnings)*costWider+strangers, append(c.warnings, warnings...)
			list = append(list, c)
		}
	}
	return list
}

// goneAround tells which conditions a statement of its own goes around: those that
// alone keep another statement from allowing the request.
func goneAround(trace authz.Trace, why authz.ImplicitDeny) []string {
	var keys []string
	for _, l := range trace.Layers {
		if l.Layer != why.Layer || l.Level != why.Level {
			continue
		}
		for _, p := range l.Policies {
			for _, t := range p.Statements {
				s := &p.Policy.Document.Statements[t.Index]
				if s.Effect != policy.Allow || t.Principal != authz.Holds || t.Action != authz.Holds || t.Resource != authz.Holds {
					continue
				}
				for i, o := range t.Conditions {
					if key := s.Conditions[i].Key.Value; o != authz.Holds && !slices.Contains(keys, key) {
						keys = append(keys, key)
					}
				}
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	return []string{"it goes around the condition that the policy has on " + some(keys)}
}

// ownStatement is the statement that allows some actions of the call and nothing
// else, with what it opens all the same; false where it would open a door to
// strangers.
func (q *Question) ownStatement(why authz.ImplicitDeny, actions []string) (text string, warnings []string, ok bool) {
	lines := []string{`"Effect": "Allow"`}
	conditions := ""
	if why.Layer == authz.ResourceLayer || why.Layer == authz.EndpointLayer || why.Layer == authz.ResourceControlLayer {
		kind, name := principalOf(q.Request.Principal)
		if !comesBy(kind, q.Request.Action) {
			return "", nil, false
		}
		lines = append(lines, `"Principal": {`+quote(string(kind))+": "+quote(name)+"}")
		if conditions, warnings, ok = q.whose(); !ok {
			return "", nil, false
		}
	}
	lines = append(lines, `"Action": `+oneOrList(actions))
	if !why.Trust {
		lines = append(lines, `"Resource": `+quote(q.Request.Resource))
	}
	if conditions != "" {
		lines = append(lines, conditions)
	}
	return "{\n  " + strings.Join(lines, ",\n  ") + "\n}", warnings, true
}

// oneOrList is a text, or a list of several, as JSON.
func oneOrList(texts []string) string {
	if len(texts) == 1 {
		return quote(texts[0])
	}
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = quote(text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// whose is the condition that tells the caller from others for whom the same
// principal stands: who signs in with the same provider, or uses the same
// service. False where the request does not tell who signs in.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
func (q *Question) whose() (condition string, warnings []string, ok bool) {
	var own []string
	someone := false
	_, federated := q.Request.Principal.(authz.FederatedIdentity)
	_, service := q.Request.Principal.(authz.ServicePrincipal)
	for key, values := range q.Request.Context.All() {
		lower := strings.ToLower(key)
		subject := federated && strings.HasSuffix(lower, ":sub")
		if !subject && !(federated && strings.HasSuffix(lower, ":aud")) && !(service && (lower == "aws:sourceaccount" || lower == "aws:sourcearn")) {
			continue
		}
		if len(values) == 1 {
			own, someone = append(own, quote(key)+": "+quote(values[0])), someone || subject
		}
	}
	switch {
	case federated && len(own) == 0:
		return "", nil, false
	case federated && !someone:
		warnings = []string{"everybody who signs in with this provider may then do it"}
	case len(own) == 0:
		return "", nil, true
	}
	slices.Sort(own)
	return `"Condition": {"StringEquals": {` + strings.Join(own, ", ") + "}}", warnings, true
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
	text := newDocument(statement)
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

// newDocument is a policy of one statement.
func newDocument(statement string) string {
	return "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    " + strings.ReplaceAll(statement, "\n", "\n    ") + "\n  ]\n}"
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
