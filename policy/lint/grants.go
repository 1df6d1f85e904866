package lint

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// grants looks for statements that let roles be passed, or service-linked
// roles be made, beyond what they name.
func (l *linter) grants(s *statement) {
	if l.Type != Identity || !s.allows() {
		return
	}
	if !s.has("iam:passedtoservice") || s.negatedRes {
		l.grant(s, "PASS_ROLE", "iam:passrole", "")
	}
	l.grant(s, "CREATE_SLR", "iam:createservicelinkedrole", "aws-service-role/")
}

// grant reports a statement that allows an action on roles without saying
// which. Roles below the path in their name are all meant alike.
func (l *linter) grant(s *statement, code, action, path string) {
	how, by := granting(s, action)
	if how == 0 {
		return
	}
	switch e := s.either("Resource"); {
	case e == nil:
	case s.negatedRes:
		l.add(code+[...]string{"", "_WITH_NOT_RESOURCE", "_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE", "_WITH_NOT_ACTION_AND_NOT_RESOURCE"}[how], by).also(e.key)
	default:
		i := slices.IndexFunc(s.res, func(w word) bool { return anyRole(w.text, path) })
		if i >= 0 {
			l.add(code+[...]string{"", "_WITH_STAR_IN_RESOURCE", "_WITH_STAR_IN_ACTION_AND_RESOURCE", "_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION"}[how], by).also(s.res[i].spot)
		}
	}
}

// granting tells how a statement names an action, and where: 1 by its name, 2
// by a pattern, 3 by not leaving it out; 0 is not at all.
func granting(s *statement, action string) (how int, by spot) {
	for _, w := range s.act {
		lower := strings.ToLower(w.text)
		switch {
		case !policy.Matches(lower, action):
		case s.negatedAct:
			return 0, by
		case lower == action:
			return 1, w.spot
		case how == 0:
			how, by = 2, w.spot
		}
	}
	if s.negatedAct && len(s.act) > 0 {
		return 3, s.element("NotAction").key
	}
	return how, by
}

// anyRole tells whether a resource means roles of every name.
func anyRole(resource, path string) bool {
	if strings.Trim(resource, "*") == "" {
		return resource != ""
	}
	parts := splitARN(resource)
	if len(parts) < 6 || !overlap(parts[2], "iam") {
		return false
	}
	name, ok := strings.CutPrefix(parts[5], "role/")
	if !ok {
		return strings.HasPrefix(parts[5], "*")
	}
	name = strings.TrimPrefix(name, path)
	return strings.HasPrefix(name, "*")
}
