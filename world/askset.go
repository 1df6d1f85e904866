package world

import (
	"context"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

// setOf finds the role of a permission set that a name means: the ARN of the role
// or of a session of it, without the letters that AWS chooses.
func (w *World) setOf(name string) (setRole, bool) {
	if len(w.setRoles) == 0 {
		return setRole{}, false
	}
	parsed, err := arn.Parse(name)
	if err != nil {
		return setRole{}, false
	}
	role := parsed.ResourceName()
	if parsed.Service == "sts" {
		_, role, _ = strings.Cut(parsed.Resource, "/")
		role, _, _ = strings.Cut(role, "/")
	}
	role = role[strings.LastIndexByte(role, '/')+1:]
	found, ok := w.setRoles[setKey(parsed.Account, role)]
	return found, ok
}

// like is the ARN of a role in the form of a name that meant it: of a session
// again one of a session.
func like(name, role string) string {
	parsed, err := arn.Parse(name)
	full, wrong := arn.Parse(role)
	if err != nil || wrong != nil || parsed.Service != "sts" {
		return role
	}
	_, rest, _ := strings.Cut(parsed.Resource, "/")
	_, session, _ := strings.Cut(rest, "/")
	last := full.Resource[strings.LastIndexByte(full.Resource, '/')+1:]
	return "arn:" + parsed.Partition + ":sts::" + parsed.Account + ":assumed-role/" + last + "/" + session
}

// whySet asks for the role of a permission set by each name that it may have.
// Where the answer depends on that, there is none yet.
func (a *Asked) whySet(ctx context.Context, ask rolecall.Ask, set setRole) ([]explain.Explanation, error) {
	var first []explain.Explanation
	for i, role := range set.may {
		one := ask
		one.Principal = like(ask.Principal, role)
		answers, err := a.why(ctx, one)
		if err != nil {
			return answers, err
		}
		if i == 0 {
			first = answers
		} else if allowed(answers) != allowed(first) {
			return first, &UnknownError{Unknown: []Unknown{set.unknown()}}
		}
	}
	return first, nil
}

func (r setRole) unknown() Unknown {
	return Unknown{What: "AWS chooses the last letters of the name of " + r.plain + ", and " + r.named + " names such a role with its letters"}
}

func allowed(answers []explain.Explanation) bool {
	return len(answers) > 0 && answers[len(answers)-1].Allowed
}

// setsAmong puts the names by which the roles of permission sets are asked for in
// the place of those that stand in. Whose answer depends on the name is in open.
func (w *World) setsAmong(names []string, open *UnknownError) []string {
	for _, key := range sortedKeys(w.setRoles) {
		r := w.setRoles[key]
		if !strings.HasSuffix(r.may[0], standInSuffix) {
			continue
		}
		count := 0
		names = slices.DeleteFunc(names, func(name string) bool {
			is := slices.Contains(r.may, name)
			if is {
				count++
			}
			return is
		})
		switch count {
		case 0:
		case len(r.may):
			names = append(names, r.plain)
		default:
			open.Who, open.Unknown = append(open.Who, r.plain), append(open.Unknown, r.unknown())
		}
	}
	return names
}
