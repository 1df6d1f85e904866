package reach

import "strings"

// covers tells whether all that pattern q matches is matched by pattern p: a ?
// of p takes any character of q but a *, which may stand for none or many.
func covers(p, q string) bool { return glob(p, q, false) }

// matches tells whether a pattern matches a text, without regard to case.
func matches(pattern, text string) bool { return glob(pattern, text, true) }

func glob(p, q string, fold bool) bool {
	star, back := -1, 0
	i, j := 0, 0
	for j < len(q) {
		switch {
		case i < len(p) && p[i] == '*':
			star, back = i, j
			i++
			continue
		case i < len(p) && (p[i] == q[j] || fold && lower(p[i]) == lower(q[j]) || p[i] == '?' && (fold || q[j] != '*')):
			i++
			j++
			continue
		case star < 0:
			return false
		}
		back++
		i, j = star+1, back
	}
	return strings.Trim(p[i:], "*") == ""
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// overlap tells whether there is a text that both patterns match. Patterns are
// short; those that are not count as overlapping.
func overlap(p, q string) bool {
	if len(p) > mostPattern || len(q) > mostPattern {
		return true
	}
	// reached[j] tells whether p[:i] and q[:j] can match the same text.
	reached := make([]bool, len(q)+1)
	reached[0] = true
	for j := 0; j < len(q) && q[j] == '*'; j++ {
		reached[j+1] = true
	}
	for i := range len(p) {
		next := make([]bool, len(q)+1)
		next[0] = reached[0] && p[i] == '*'
		for j := range len(q) {
			switch {
			case p[i] == '*':
				next[j+1] = reached[j+1] || next[j]
			case q[j] == '*':
				next[j+1] = next[j] || reached[j+1]
			default:
				next[j+1] = reached[j] && (p[i] == q[j] || p[i] == '?' || q[j] == '?')
			}
		}
		reached = next
	}
	return reached[len(q)]
}

const mostPattern = 2048

// form is the pattern of a kind of resource: a * for each gap of its ARN.
func form(arn, partition string) string {
	var b strings.Builder
	for {
		before, after, gap := strings.Cut(arn, "${")
		b.WriteString(before)
		name, rest, closed := strings.Cut(after, "}")
		if !gap || !closed {
			return b.String()
		}
		if name == "Partition" {
			b.WriteString(partition)
		} else {
			b.WriteString("*")
		}
		arn = rest
	}
}

// fits tells whether a pattern can mean resources of a form. The part behind
// the account is compared by itself, so that a wildcard before it does not
// reach into it; and a bucket's name has no slash.
func fits(pattern, form string) bool {
	if pattern == "*" || form == "*" {
		return true
	}
	p, f := parts(pattern), parts(form)
	for i := range p {
		if !overlap(p[i], f[i]) {
			return false
		}
	}
	return !(f[2] == "s3" && f[5] == "*" && strings.Contains(p[5], "/"))
}

// parts are the six parts of an ARN's pattern; those that are left off are
// anything.
func parts(pattern string) [6]string {
	all := [6]string{"*", "*", "*", "*", "*", "*"}
	copy(all[:], strings.SplitN(pattern, ":", 6))
	return all
}

// intersection is a pattern of what two have in common, part by part; false
// where there is none, or none that one pattern could say.
func intersection(p, q string) (string, bool) {
	if covers(p, q) {
		return q, true
	}
	if covers(q, p) {
		return p, true
	}
	a, b := parts(p), parts(q)
	for i := range a {
		switch {
		case covers(a[i], b[i]):
			a[i] = b[i]
		case covers(b[i], a[i]):
		case joined(a[i], b[i]) != "":
			a[i] = joined(a[i], b[i])
		case joined(b[i], a[i]) != "":
			a[i] = joined(b[i], a[i])
		default:
			return "", false
		}
	}
	return strings.Join(a[:], ":"), true
}

// joined is begin*end of begin* and *end; empty for other patterns.
func joined(p, q string) string {
	begin, ok := strings.CutSuffix(p, "*")
	end, ends := strings.CutPrefix(q, "*")
	if !ok || !ends || strings.ContainsAny(begin+end, "*?") {
		return ""
	}
	return begin + "*" + end
}

// anything stands for what a * of a resource's pattern stands for, and one for a
// ?'s, in a request: no policy has them.
const (
	anything = "\ue000\ue000\ue000\ue000\ue000\ue000\ue000"
	one      = "\ue001"
)

// instance is the resource of a request for all that a pattern matches.
func instance(pattern string) string {
	if pattern == "*" {
		return pattern
	}
	p := parts(pattern)
	return strings.NewReplacer("*", anything, "?", one).Replace(strings.Join(p[:], ":"))
}
