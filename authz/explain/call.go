package explain

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// The permissions that assuming a role asks for besides: with session tags, and
// with a source identity.
const (
	tagSession        = "sts:TagSession"
	setSourceIdentity = "sts:SetSourceIdentity"
)

// actions are all that the call needs: the one that is asked about, and those
// beside it.
func (q *Question) actions() []string { return append([]string{q.Request.Action}, q.Also...) }

// assumes is the action among them by which a role is assumed; empty where none
// is.
func (q *Question) assumes() string {
	for _, a := range q.actions() {
		if a = strings.ToLower(a); strings.HasPrefix(a, "sts:assumerole") {
			return a
		}
	}
	return ""
}

// need adds an action to those that the call needs.
func (q *Question) need(action string) {
	if !slices.ContainsFunc(q.actions(), func(a string) bool { return strings.EqualFold(a, action) }) {
		q.Also = append(slices.Clone(q.Also), action)
	}
}

// decide decides all that the call needs. Where another action than the one that
// was asked about is denied, that is the one that is asked about from then on.
func (q *Question) decide() authz.Decision {
	d := authz.Decide(q.Request, q.Policies)
	for i := 0; i < len(q.Also) && d.Allowed; i++ {
		r := q.Request
		r.Action = q.Also[i]
		if d = authz.Decide(r, q.Policies); !d.Allowed {
			q.Also = slices.Clone(q.Also)
			q.Also[i], q.Request.Action = q.Request.Action, r.Action
		}
	}
	return d
}

// lack is an action of the call that a layer does not allow yet.
type lack struct {
	action string
	trace  authz.Trace
}

// lacking are the actions beside the one that is asked about which the layer that
// has to allow it does not allow either.
func (q *Question) lacking(why authz.ImplicitDeny) (list []lack) {
	for _, action := range q.Also {
		r := q.Request
		r.Action = action
		l := lack{action, authz.Explain(r, q.Policies, false)}
		if !l.trace.Decision.Allowed && !l.allowedBy(why) {
			list = append(list, l)
		}
	}
	return list
}

func (l *lack) allowedBy(why authz.ImplicitDeny) bool {
	for _, t := range l.trace.Layers {
		if t.Layer != why.Layer || t.Level != why.Level {
			continue
		}
		for _, p := range t.Policies {
			if slices.ContainsFunc(p.Statements, func(s authz.StatementTrace) bool {
				return s.Matches == authz.Holds && p.Policy.Document.Statements[s.Index].Effect == policy.Allow
			}) {
				return true
			}
		}
	}
	return false
}

// namedBy tells whether a statement speaks of the action.
func (l *lack) namedBy(ref Ref, index int) bool {
	for _, t := range l.trace.Layers {
		if t.Layer == ref.Layer && t.Level == ref.Level && ref.Index < len(t.Policies) && index < len(t.Policies[ref.Index].Statements) {
			return t.Policies[ref.Index].Statements[index].Action != authz.Fails
		}
	}
	return false
}

// among are the actions that a statement has to name: the one that is asked
// about, and those that are lacking.
func (q *Question) among(missing []lack) []string {
	all := []string{q.Request.Action}
	for _, l := range missing {
		all = append(all, l.action)
	}
	return all
}

// both joins words as people do.
func both(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}
