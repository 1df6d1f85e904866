package lint

import (
	"slices"
	"strings"
)

// tags looks for conditions on a resource's tags beside actions that never
// come with them.
func (l *linter) tags(s *statement) {
	for i := range s.cond {
		c := &s.cond[i]
		if !strings.HasPrefix(strings.ToLower(c.key.text), "aws:resourcetag/") || c.ifExists || c.base == "Null" || negated(c.base) {
			continue
		}
		effect := "DENY"
		if s.allows() {
			effect = "ALLOW"
		}
		if s.negatedAct {
			l.add(effect+"_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", c.key.spot, c.key.text)
			continue
		}
		if without := l.untagged(s); without != nil {
			l.add(effect+"_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", c.key.spot, c.key.text, strings.Join(without, ", "))
		}
	}
}

// untagged are the services of which a statement names actions without tags of
// a resource.
func (l *linter) untagged(s *statement) []string {
	var without []string
	for _, w := range s.act {
		prefix, name, _ := strings.Cut(w.text, ":")
		service := l.service(prefix)
		if service == nil || slices.Contains(without, service.prefix) {
			continue
		}
		found := service.matching(name)
		if len(found) > 0 && !slices.ContainsFunc(found, func(a action) bool { return service.with(a, "aws:ResourceTag/${TagKey}") }) {
			without = append(without, service.prefix)
		}
	}
	return without
}
