package compiled

import "strings"

// arnPattern is an ARN of a policy, split at its colons.
type arnPattern [6]pattern

// asARN splits a pattern without variables at its first five colons. It
// answers false for what is no ARN.
func (p *pattern) asARN() (a arnPattern, ok bool) {
	part, from := 0, 0
	runs := make([]run, 0, len(p.runs)+len(a)) // of all parts, one after another
	for _, r := range p.runs {
		for r.kind == literal && part < len(a)-1 {
			before, rest, found := strings.Cut(r.text, ":")
			if !found {
				break
			}
			if before != "" {
				runs = append(runs, run{kind: literal, text: before})
			}
			a[part].runs, from = runs[from:len(runs):len(runs)], len(runs)
			part++
			r.text = rest
		}
		if r.kind != literal || r.text != "" {
			runs = append(runs, r)
		}
	}
	a[part].runs = runs[from:len(runs):len(runs)]
	first, plain := a[0].plain()
	return a, part == len(a)-1 && plain && first == "arn"
}

// matchesARN compares part by part. What is not an ARN is like none; the
// negated operators leave that open, as AWS does.
func (e *evaluation) matchesARN(c *condition, have string) truth {
	open := no
	if c.negated {
		open = unknown
	}
	if e.arn.text != have || !e.arn.read {
		parts, n := splitARN(have)
		e.arn = readARN{have, parts, n == len(parts) && parts[0] == "arn", true}
	}
	if !e.arn.ok {
		return e.openIfAny(c, open)
	}
	matched := no
	for i := range c.arns {
		if c.arns[i].matches(&e.arn.parts) {
			return yes
		}
	}
	for i := range c.patterns {
		var with values
		if e.expand(&c.patterns[i], &with) {
			matched = max(matched, e.like(&c.patterns[i], &with, open))
		}
	}
	return matched
}

// openIfAny is the answer where the request has no ARN: open, if the policy
// has a value at all.
func (e *evaluation) openIfAny(c *condition, open truth) truth {
	if len(c.arns) > 0 {
		return open
	}
	for i := range c.patterns {
		var with values
		if e.expand(&c.patterns[i], &with) {
			return open
		}
	}
	return no
}

func (a *arnPattern) matches(have *arnParts) bool {
	for i := range a {
		if !(matcher{}).match(a[i].runs, have[i]) {
			return false
		}
	}
	return true
}

// maxRuns is how many pieces an ARN with variables may fall into; the literal
// evaluator takes those with more.
const maxRuns = 24

// like compares an ARN with variables, which may hold colons themselves.
func (e *evaluation) like(p *pattern, with *values, open truth) truth {
	var room [maxRuns]run
	var ends [6]int
	n, part := 0, 0
	m := matcher{with: with}
	for i := range p.runs {
		r := p.runs[i]
		isText := r.kind == literal || r.kind == ofVariable
		if isText {
			r = run{kind: literal, text: m.text(&r)}
		}
		for cut := 0; isText && part < len(ends)-1; part++ {
			if cut = strings.IndexByte(r.text, ':'); cut < 0 {
				break
			}
			if n == len(room) {
				e.stuck = true
				return no
			}
			room[n] = run{kind: literal, text: r.text[:cut]}
			n++
			ends[part] = n
			r.text = r.text[cut+1:]
		}
		if n == len(room) {
			e.stuck = true
			return no
		}
		room[n] = r
		n++
	}
	if part < len(ends)-1 || !spells(room[:ends[0]], "arn") {
		return open
	}
	ends[5] = n
	from := 0
	for i, end := range ends {
		if !m.match(room[from:end], e.arn.parts[i]) {
			return no
		}
		from = end
	}
	return yes
}

// spells tells whether runs are that text and nothing else.
func spells(runs []run, text string) bool {
	for i := range runs {
		rest, ok := strings.CutPrefix(text, runs[i].text)
		if runs[i].kind != literal || !ok {
			return false
		}
		text = rest
	}
	return text == ""
}
