package lint

import (
	"slices"
	"strings"
)

// control looks at what only resource control policies are held to.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
func (l *linter) control(s *statement) {
	if l.Type != ResourceControl {
		return
	}
	everyone := len(s.who) == 1 && s.who[0].kind == "*" && !s.negatedWho
	if e := s.either("Principal"); e != nil && !everyone {
		l.add("RCP_SYNTAX_ERROR_PRINCIPAL", e.key).Change = `write "Principal": "*"`
	}
	if e := s.element("NotAction"); e != nil {
		l.add("RCP_SYNTAX_ERROR_NOTACTION", e.key)
	}
	everything := len(s.res) == 1 && s.res[0].text == "*" && !s.negatedRes
	if s.allows() && (!everyone || !everything || s.element("Condition") != nil) {
		l.add("RCP_SYNTAX_ERROR_ALLOW", s.element("Effect").spot)
	}
	for _, w := range s.act {
		prefix, _, _ := strings.Cut(w.text, ":")
		service := l.service(prefix)
		if w.text == "*" && !s.allows() || service != nil && !service.UnderRCP(prefix) {
			l.add("RCP_SYNTAX_ERROR_ACTION", w.spot)
		}
	}
	l.controlKeys(s)
}

// whoKeys and whenceKeys tell of callers: the former of people and roles, the
// latter of services. Each are absent where the other are there.
var (
	whoKeys    = [...]string{"aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn"}
	whenceKeys = [...]string{"aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceaccount", "aws:sourcearn"}
)

// controlKeys: what denies by a key of one kind of caller must leave the other
// kind out.
func (l *linter) controlKeys(s *statement) {
	if s.allows() {
		return
	}
	told := s.has("aws:principalisawsservice")
	checked := slices.ContainsFunc(s.cond, func(c condition) bool {
		return c.base == "Null" && (strings.EqualFold(c.key.text, "aws:SourceAccount") || strings.EqualFold(c.key.text, "aws:SourceArn"))
	})
	for _, c := range s.cond {
		lower := strings.ToLower(c.key.text)
		switch {
		case c.base == "Null":
		case slices.Contains(whoKeys[:], lower) && !told:
			l.add("RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY", c.key.spot, c.key.text)
		case slices.Contains(whenceKeys[:], lower):
			if !told {
				l.add("RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY", c.key.spot, c.key.text)
			}
			if !checked && lower != "aws:sourcearn" {
				l.add("RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK", c.key.spot, c.key.text)
			}
		}
	}
}
