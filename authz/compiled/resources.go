package compiled

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

const (
	// maxLengths is how many lengths of text before the first wildcard a
	// segment tells apart; one probe each.
	maxLengths = 12
	// maxPrefix is how much of that text counts.
	maxPrefix = 128
)

// resourceIndex answers which statements of a segment list a resource. A
// pattern is found by the hash of its text before the first wildcard or
// variable, and then compared.
type resourceIndex struct {
	everything bitset // statements that list "*"
	unreadable bitset // statements that list what is no ARN
	lengths    []int  // of the prefixes in the table
	prefixes   table
	patterns   []resourcePattern
}

// resourcePattern is one resource of a policy.
type resourcePattern struct {
	set    bitset
	prefix string
	// Without wildcards in its first five parts the ARN is compared as one
	// text, last, else part by part.
	last    pattern
	parts   *[4]pattern // partition to account
	unknown bool        // a wildcard for the service leaves the answer open
}

// target is the request's resource, made ready to be looked up.
type target struct {
	text   string
	colons [5]int // where the first five are
	any    bool   // the resource is "*"
	hashed int    // how many of the hashes are made
	hashes [maxPrefix/8 + 1]uint64
}

// split finds the colons, and answers whether the text is an ARN.
func (t *target) split() bool {
	if !strings.HasPrefix(t.text, "arn:") {
		return false
	}
	n := 0
	for i := len("arn"); i < len(t.text); i++ {
		if t.text[i] != ':' {
			continue
		}
		t.colons[n] = i
		if n++; n == len(t.colons) {
			return i+1 < len(t.text) && t.part(partition) != "" && t.part(serviceOf) != ""
		}
	}
	return false
}

// The parts of an ARN that are asked for by name.
const (
	partition = 1
	serviceOf = 2
	accountOf = 4
	last      = 5
)

// part is one of the parts after "arn".
func (t *target) part(i int) string {
	if i == last {
		return t.text[t.colons[last-1]+1:]
	}
	return t.text[t.colons[i-1]+1 : t.colons[i]]
}

// prefixHash is the hash of the first n bytes. The words before the last,
// incomplete one are hashed once a request.
func (t *target) prefixHash(n int) uint64 {
	full := n / 8
	for ; t.hashed < full; t.hashed++ {
		t.hashes[t.hashed+1] = mix(t.hashes[t.hashed]^load8(t.text, 8*t.hashed), prime)
	}
	return mix(t.hashes[full]^tail(t.text, 8*full, n%8)^uint64(n)<<56, prime)
}

// tail reads n bytes of s, fewer than eight, from i on.
func tail(s string, i, n int) uint64 {
	mask := uint64(1)<<(8*n) - 1
	switch {
	case i+8 <= len(s):
		return load8(s, i) & mask
	case len(s) >= 8:
		return load8(s, len(s)-8) >> (8 * (i + 8 - len(s))) & mask
	}
	return head8(s[i:]) & mask
}

// lookup adds the statements that list the resource, and those of which that
// cannot be told. Statements other than the wanted ones may be left out.
func (x *resourceIndex) lookup(e *evaluation, wanted, listed, unknown *scratch) {
	x.everything.mergeInto(listed)
	if e.target.any {
		return
	}
	x.unreadable.mergeInto(unknown)
	for _, n := range x.lengths {
		if n > len(e.target.text) {
			break
		}
		h := e.target.prefixHash(n)
		for i, next, ok := x.prefixes.find(h, h); ok; i, next, ok = x.prefixes.find(h, next) {
			p := &x.patterns[i]
			if !p.set.meets(wanted) || !p.matches(e) {
				continue
			}
			if p.unknown {
				p.set.mergeInto(unknown)
			} else {
				p.set.mergeInto(listed)
			}
		}
	}
}

// mayList tells whether any pattern begins as the resource does; a hash may say
// so of one that does not.
func (x *resourceIndex) mayList(t *target) bool {
	for _, n := range x.lengths {
		if t.any || n > len(t.text) {
			break
		}
		h := t.prefixHash(n)
		if _, _, found := x.prefixes.find(h, h); found {
			return true
		}
	}
	return false
}

// matches compares the request's resource. A variable without a value matches
// none.
func (p *resourcePattern) matches(e *evaluation) bool {
	if !strings.HasPrefix(e.target.text, p.prefix) {
		return false
	}
	if p.parts != nil {
		for i := range p.parts {
			if !(matcher{}).match(p.parts[i].runs, e.target.part(i+1)) {
				return false
			}
		}
		return e.matches(&p.last, e.target.part(last))
	}
	return e.matches(&p.last, e.target.text)
}

// addResource lists one resource of a policy.
func (b *builder) addResource(statement int, text string) {
	x := &b.segment.resources
	if text == "*" {
		b.set(&x.everything).add(statement)
		return
	}
	if set, known := b.resourceSets[text]; known {
		set.add(statement)
		return
	}
	parts, n := splitARN(text)
	if parts[0] != "arn" {
		b.set(&x.unreadable).add(statement)
		return
	}
	p := resourcePattern{prefix: b.prefix(text)}
	b.set(&p.set).add(statement)
	if b.resourceSets != nil {
		b.resourceSets[text] = p.set
	}
	whole := n == len(parts) && !strings.ContainsAny(text[:len(text)-len(parts[5])], "*?")
	for ; n < len(parts); n++ {
		parts[n] = "*" // what the author left off stands for anything
	}
	p.unknown = strings.ContainsAny(parts[2], "*?")
	head := text[:len(text)-len(parts[5])]
	switch {
	case whole && !strings.Contains(head, "${"):
		p.last = split(text, true, b.variables)
	case whole: // a variable there is plain text
		p.last = split(parts[5], true, b.variables).after(head)
	default:
		p.last = split(parts[5], true, b.variables)
		p.parts = new([4]pattern)
		for i := range p.parts {
			p.parts[i] = split(parts[i+1], true, false)
		}
	}
	x.patterns = append(x.patterns, p)
}

// after is the pattern with a text before it.
func (p pattern) after(text string) pattern {
	if len(p.runs) > 0 && p.runs[0].kind == literal {
		p.runs[0].text = text + p.runs[0].text
		return p
	}
	p.runs = slices.Insert(p.runs, 0, run{kind: literal, text: text})
	return p
}

// prefix is the text before the first wildcard or variable.
func (b *builder) prefix(text string) string {
	if i := strings.IndexAny(text, "*?"); i >= 0 {
		text = text[:i]
	}
	if i := strings.Index(text, "${"); i >= 0 && b.variables {
		text = text[:i]
	}
	return text[:min(len(text), maxPrefix)]
}

// addResources lists a whole element.
func (b *builder) addResources(statement int, set policy.Set) {
	b.segment.resources.patterns = slices.Grow(b.segment.resources.patterns, len(set.Values))
	for i := range set.Values {
		b.addResource(statement, set.Values[i].Value)
	}
}

// finish makes the table. Where there are too many lengths to probe, prefixes
// count up to one of those that are kept.
func (x *resourceIndex) finish() {
	if len(x.patterns) == 0 {
		return
	}
	for i := range x.patterns {
		if n := len(x.patterns[i].prefix); !slices.Contains(x.lengths, n) {
			x.lengths = append(x.lengths, n)
		}
	}
	slices.Sort(x.lengths)
	if all := x.lengths; len(all) > maxLengths {
		x.lengths = make([]int, maxLengths)
		for i := range x.lengths {
			x.lengths[i] = all[i*len(all)/maxLengths]
		}
	}
	hashes := make([]uint64, len(x.patterns))
	for i := range x.patterns {
		text := x.patterns[i].prefix
		at, found := slices.BinarySearch(x.lengths, len(text))
		if !found {
			at--
		}
		t := target{text: text}
		hashes[i] = t.prefixHash(x.lengths[at])
	}
	x.prefixes = makeTable(hashes)
}

// arnParts are the six parts of an ARN, or of a pattern for one.
type arnParts [6]string

// splitARN splits at the first five colons and answers how many parts there
// are.
func splitARN(s string) (parts arnParts, n int) {
	for n < len(parts)-1 {
		colon := strings.IndexByte(s, ':')
		if colon < 0 {
			break
		}
		parts[n] = s[:colon]
		s = s[colon+1:]
		n++
	}
	parts[n] = s
	return parts, n + 1
}
