package world

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/api/iam"
)

// Can is the service's, with the policy that the files have of the resource.
// What depends on what is not known yet has that as a condition.
func (a *Asked) Can(ctx context.Context, ask rolecall.CanAsk) (rolecall.Can, error) {
	if set, ok := a.world.setOf(ask.Principal); ok && len(set.may) > 1 {
		return rolecall.Can{}, &UnknownError{Unknown: []Unknown{set.unknown()}}
	}
	if open := a.world.unplacedAmong(ask.Principal, ask.Resource); open != nil {
		return rolecall.Can{}, open
	}
	a.complete(&ask.Ask)
	if len(a.world.unknowns) > 0 {
		ask.Holes = a.world.hole
	}
	can, err := a.server.Can(ctx, ask)
	can.Roles = slices.DeleteFunc(can.Roles, func(r rolecall.CanAssume) bool { return strings.Contains(r.Role, ":"+nobody+":") })
	return can, err
}

// Simulate is the service's. What depends on what is not known yet is refused.
func (a *Asked) Simulate(ctx context.Context, in rolecall.Simulation) ([]iam.EvaluationResult, error) {
	if open := a.world.unplacedAmong(in.Source); open != nil {
		return nil, open
	}
	if len(a.world.unknowns) > 0 {
		in.Holes = a.world.hole
	}
	in.Region = a.world.region(in.Region)
	return a.server.Simulate(ctx, in)
}

// hole is what the statement with a Sid waits for; empty of those that wait for
// nothing.
func (w *World) hole(sid string) string {
	m := marked.FindStringSubmatch(sid)
	if m == nil {
		return ""
	}
	i, err := strconv.Atoi(m[1])
	if err != nil || i >= len(w.unknowns) {
		return "something that is not known yet"
	}
	return w.unknowns[i].String()
}
