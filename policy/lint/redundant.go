package lint

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// redundant looks for what may be left out.
func (l *linter) redundant(s *statement) {
	if e := s.either("Action"); e != nil {
		lower := make([]word, len(s.act))
		for i, w := range s.act {
			lower[i] = w
			lower[i].text = strings.ToLower(w.text)
		}
		if found := contained(lower); len(found) > 0 {
			f := l.add("REDUNDANT_ACTION", e.spot, number(len(found)), s.act[found[0]].text)
			l.leaveOut(f, s.act, found)
		}
	}
	if e := s.either("Resource"); e != nil {
		if found := contained(s.res); len(found) > 0 {
			l.leaveOut(l.add("REDUNDANT_RESOURCE", e.spot, number(len(found))), s.res, found)
		}
	}
	l.repeated(s)
}

// leaveOut says which of the values may go.
func (l *linter) leaveOut(f *Finding, words []word, found []int) {
	const shown = 3
	var names []string
	for _, i := range found[:min(len(found), shown)] {
		names = append(names, words[i].text)
	}
	f.Change = "leave out " + strings.Join(names, ", ")
	if len(found) > shown {
		f.Change += " and more"
	}
}

// mostCompared bounds the work for a list of nothing but patterns.
const mostCompared = 1 << 18

// contained are the places in a list of values that others of it contain.
func contained(words []word) []int {
	first := make(map[string]int, len(words))
	var patterns []int
	for i, w := range words {
		if _, ok := first[w.text]; ok {
			continue
		}
		first[w.text] = i
		if strings.ContainsAny(w.text, "*?") {
			patterns = append(patterns, i)
		}
	}
	compared := 0
	var found []int
	for i, w := range words {
		if first[w.text] != i || slices.ContainsFunc(patterns, func(p int) bool {
			compared++
			return p != i && compared < mostCompared && within(words[p].text, w.text)
		}) {
			found = append(found, i)
		}
	}
	return found
}

// within tells whether all that one pattern matches another does too. A
// question mark is one character, and no star.
func within(pattern, other string) bool {
	if strings.Contains(pattern, "?") && strings.ContainsAny(other, "*?") || strings.Contains(other, "${") {
		return false
	}
	return policy.Matches(pattern, other)
}

// repeated reports a statement that stands twice.
func (l *linter) repeated(s *statement) {
	text := l.withoutSid(s)
	if l.seen == nil {
		l.seen = make(map[string]spot, len(l.statements))
	}
	if was, ok := l.seen[text]; ok {
		l.add("REDUNDANT_STATEMENT", s.spot).also(was)
		return
	}
	l.seen[text] = s.spot
}

// withoutSid is what the statement says but for its Sid, whatever the order of
// its elements and the white space.
func (l *linter) withoutSid(s *statement) string {
	var parts []string
	for _, e := range s.elements {
		if e.name != "Sid" {
			parts = append(parts, strconv.Quote(e.name)+string(plain(nil, e.value)))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, ",")
}

// plain appends a value without white space.
func plain(b []byte, v policy.Value) []byte {
	switch v.Shape {
	case policy.Object:
		b = append(b, '{')
		for _, m := range v.Members {
			b = plain(append(strconv.AppendQuote(b, m.Name.Value), ':'), m.Value)
		}
		return append(b, '}')
	case policy.Array:
		b = append(b, '[')
		for _, e := range v.Elements {
			b = append(plain(b, e), ',')
		}
		return append(b, ']')
	case policy.String:
		return strconv.AppendQuote(b, v.Text.Value)
	default:
		return append(b, v.Text.Value...)
	}
}
