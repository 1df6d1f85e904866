package world

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

// nobody is the account that every service has: of no file.
const nobody = "000000000000"

// Asked is a World that is asked.
type Asked struct {
	world  *World
	server *rolecall.Server
}

// Open makes a service in memory of the world. Close it when done.
func (w *World) Open(ctx context.Context) (*Asked, error) {
	id, err := arn.ParseAccountID(nobody)
	if err != nil {
		return nil, err
	}
	s, err := rolecall.New(rolecall.Config{AccountID: id, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	if err := w.load(ctx, s); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return &Asked{w, s}, nil
}

// Close ends the service.
func (a *Asked) Close() error { return a.server.Close() }

// Server is the service. What it is asked by itself knows neither the policies
// of resources nor what is unknown.
func (a *Asked) Server() *rolecall.Server { return a.server }

// UnknownError tells that a question has no answer yet, and what it waits for.
type UnknownError struct {
	Unknown []Unknown
	// Who are the principals of a WhoCan that it is about.
	Who []string
}

// Error is one sentence.
func (e *UnknownError) Error() string {
	var b strings.Builder
	b.WriteString("this is not known yet: ")
	for i, u := range e.Unknown {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(u.String())
	}
	return b.String()
}

// Why is the service's, with the policy that the files have of the resource. The
// error is an *UnknownError where the answer depends on what is not known; the
// explanations then are those of the most that it could allow.
func (a *Asked) Why(ctx context.Context, ask rolecall.Ask) ([]explain.Explanation, error) {
	if set, ok := a.world.setOf(ask.Principal); ok {
		return a.whySet(ctx, ask, set)
	}
	return a.why(ctx, ask)
}

// why is Why of a principal that has its name.
func (a *Asked) why(ctx context.Context, ask rolecall.Ask) ([]explain.Explanation, error) {
	if open := a.world.unplacedAmong(ask.Principal, ask.Resource, ask.ResourceAccount.String()); open != nil {
		return nil, open
	}
	if set, ok := a.world.setOf(ask.Resource); ok {
		ask.Resource = set.may[0]
	}
	if open := a.world.nameless(ask.Resource); open != nil {
		return nil, open
	}
	a.complete(&ask)
	answers, err := a.server.Why(ctx, ask)
	if e, ok := errors.AsType[*rolecall.AskError](err); ok && len(a.world.unnamed) > 0 {
		return nil, fmt.Errorf("%w (%s)", e, a.world.someUnnamed())
	}
	if err != nil {
		return nil, err
	}
	if len(answers) > 0 && answers[len(answers)-1].Undecided {
		return answers, &UnknownError{Unknown: []Unknown{a.world.unknownID(ask.Principal)}}
	}
	if unknown := a.dependsOn(answers); len(unknown) > 0 {
		return answers, &UnknownError{Unknown: unknown}
	}
	return answers, nil
}

// WhoCan is the service's, with the policy that the files have of the resource.
// With an *UnknownError come those that may for certain.
func (a *Asked) WhoCan(ctx context.Context, ask rolecall.Ask) ([]string, error) {
	a.complete(&ask)
	can, err := a.server.WhoCan(ctx, ask)
	can = slices.DeleteFunc(can, func(name string) bool { return strings.Contains(name, ":"+nobody+":") })
	var open UnknownError
	can = a.world.setsAmong(can, &open)
	if err != nil || len(a.world.unknowns)+len(a.world.madeUp)+len(a.world.unplaced)+len(open.Who) == 0 {
		return can, err
	}
	var certain []string
	for _, name := range can {
		if _, idless := a.world.idless[idlessKey(name)]; !idless && len(a.world.unknowns)+len(a.world.unplaced) == 0 {
			certain = append(certain, name)
			continue
		}
		ask.Principal, ask.Fixes = name, false
		_, err := a.Why(ctx, ask)
		if u, ok := errors.AsType[*UnknownError](err); ok {
			open.Who, open.Unknown = append(open.Who, name), append(open.Unknown, u.Unknown...)
			continue
		}
		if err != nil {
			return nil, err
		}
		certain = append(certain, name)
	}
	for _, digits := range sortedKeys(a.world.unplaced) {
		open.Unknown = append(open.Unknown, a.world.unplaced[digits])
	}
	if len(open.Unknown) == 0 {
		return certain, nil
	}
	open.Unknown = distinct(open.Unknown)
	return certain, &open
}

func distinct(list []Unknown) []Unknown {
	var out []Unknown
	for _, u := range list {
		if !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}

// nameless tells of a user, group, role or policy that no file has, where some
// have no name yet: it may be one of them.
func (w *World) nameless(name string) *UnknownError {
	parsed, err := arn.Parse(name)
	if err != nil || len(w.unnamed) == 0 || parsed.Service != "iam" || w.arns[name] || strings.ContainsAny(name, "*?") {
		return nil
	}
	switch parsed.ResourceType() {
	case "role", "user", "group", "policy":
	default:
		return nil
	}
	for _, a := range w.accounts {
		if a.id.String() == parsed.Account {
			return &UnknownError{Unknown: []Unknown{{What: name + " is in none of the files; it may be one that has no name yet: " + w.someUnnamed()}}}
		}
	}
	return nil
}

// unplacedAmong tells of accounts, by their digits or the ARNs of what is theirs,
// of which nobody knows what policies of the organization bind them.
func (w *World) unplacedAmong(names ...string) *UnknownError {
	for _, name := range names {
		if parsed, err := arn.Parse(name); err == nil {
			name = parsed.Account
		}
		if open, ok := w.unplaced[name]; ok {
			return &UnknownError{Unknown: []Unknown{open}}
		}
	}
	return nil
}

// someUnnamed are some of what has no name, in words.
func (w *World) someUnnamed() string {
	return strings.Join(w.unnamed[:min(len(w.unnamed), pointedOut)], "; ")
}

// complete adds to a question what the files know of it.
func (a *Asked) complete(ask *rolecall.Ask) {
	ask.Region = a.world.region(ask.Region)
	if set, ok := a.world.setOf(ask.Principal); ok {
		ask.Principal = like(ask.Principal, set.may[0])
	}
	if set, ok := a.world.setOf(ask.Resource); ok {
		ask.Resource = set.may[0]
	}
	from := ""
	if r, ok := a.world.resource(ask.Resource); ok && ask.ResourcePolicy == "" {
		ask.ResourcePolicy, from = r.text, r.at.String()
		if ask.ResourceAccount.IsZero() {
			ask.ResourceAccount = r.account
		}
	}
	if len(a.world.madeUp) > 0 {
		ask.MadeUp = func(id string) bool { return a.world.madeUp[id] }
	}
	ask.Files = func(h explain.Home) string { return a.world.fileOf(h, from) }
}

// region is the one given, or one of the partition that all accounts are of.
func (w *World) region(given string) string {
	partition := ""
	for _, a := range w.accounts {
		if partition != "" && partition != a.partition {
			return given
		}
		partition = a.partition
	}
	if given != "" || partition == "" {
		return given
	}
	return arn.RegionFor("arn:" + partition + ":iam::" + nobody + ":root")
}

// resource finds what has a policy of its own: a bucket for its objects too.
func (w *World) resource(name string) (resource, bool) {
	if r, ok := w.resources[name]; ok {
		return r, true
	}
	parsed, err := arn.Parse(name)
	if err != nil || parsed.Service != "s3" {
		return resource{}, false
	}
	bucket, _, _ := strings.Cut(name, "/")
	r, ok := w.resources[bucket]
	return r, ok
}

// fileOf is the place of a policy, empty where it is not known.
func (w *World) fileOf(h explain.Home, resourceFrom string) string {
	switch h.Kind {
	case explain.RoleTrust, explain.AssignedRoleTrust:
		return w.source(h.Account, "role", h.Owner, homeKey("trust", h.Owner))
	case explain.RoleInline:
		return w.source(h.Account, "role", h.Owner, homeKey("role", h.Owner, h.Policy))
	case explain.UserInline:
		return w.source(h.Account, "user", h.Owner, homeKey("user", h.Owner, h.Policy))
	case explain.GroupInline:
		return w.source(h.Account, "group", h.Owner, homeKey("group", h.Owner, h.Policy))
	case explain.CustomerManaged:
		return w.sources[homeKey(h.Account, h.ARN)]
	case explain.OrganizationPolicy:
		return w.sources[homeKey("organization", h.Policy)]
	case explain.BucketPolicy, 0:
		return resourceFrom
	}
	return ""
}

// source is the place of a policy, or the file of the entity that has it.
func (w *World) source(id, kind, owner, key string) string {
	if at, ok := w.sources[homeKey(id, key)]; ok {
		return at
	}
	return w.sources[homeKey(id, kind+"/"+strings.ToLower(owner))]
}

// dependsOn are the unknowns that have a part in an answer. A denial has none:
// it stands against the most that they could allow.
func (a *Asked) dependsOn(answers []explain.Explanation) []Unknown {
	if len(a.world.unknowns) == 0 || len(answers) == 0 || !answers[len(answers)-1].Allowed {
		return nil
	}
	var found []Unknown
	for _, x := range answers {
		for _, l := range x.Layers {
			found = append(found, a.world.inLayer(l)...)
		}
	}
	return distinct(found)
}

// inLayer are the unknowns of one layer. What could only allow is moot where an
// identity policy allows it for certain.
func (w *World) inLayer(l explain.Layer) []Unknown {
	var found, allowing []Unknown
	certain := false
	for _, p := range l.Policies {
		for _, st := range p.Statements {
			if !st.Matches {
				continue
			}
			m := marked.FindStringSubmatch(st.Sid)
			if m == nil {
				certain = certain || st.Effect == "Allow"
				continue
			}
			i, err := strconv.Atoi(m[1])
			if err != nil || i >= len(w.unknowns) {
				continue
			}
			if m[2] == "Allow" {
				allowing = append(allowing, w.unknowns[i])
			} else {
				found = append(found, w.unknowns[i])
			}
		}
	}
	if certain && l.Name == "identity-based policy" {
		return found
	}
	return append(found, allowing...)
}
