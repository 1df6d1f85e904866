package compiled

import (
	"math/bits"
	"slices"

	"github.com/rolecall-iam/rolecall/policy"
)

// segment is up to segmentSize statements of one document and one effect,
// with their indexes.
type segment struct {
	words      int // in each set
	statements []statement
	blocks     []block
	actions    actionIndex
	resources  resourceIndex

	// Sets of the statements that have an element in its Not form, not at all
	// (or empty), or, of Resource, in any form.
	notAction, noAction                 bitset
	notResource, noResource, aboutItems bitset

	// narrow tells that the statements are many and that each lists resources,
	// none of them "*": then most requests are for nothing of what they list.
	narrow bool
}

// manyStatements is from how many on it is worth to ask for resources first.
const manyStatements = 4

// statement is what is left of one beside the indexes.
type statement struct {
	index int // in its document
	block int // its conditions, or -1
	who   principals
}

// found is what a search of a segment came to.
type found struct {
	index   int // in the document; -1 if nothing was
	truth   truth
	closest grant
}

// search looks for the first statement that matches; for a Deny also one that
// could. Of the allowing statements of a resource's policy the closest grant
// counts, so there it goes on.
func (e *evaluation) search(s *segment, deny bool) found {
	f := found{index: -1}
	if !e.candidates(s, deny) {
		return f
	}
	sure, open := &e.sets.sure, &e.sets.open
	var m memo
	for w := range s.words {
		for left := sure[w] | open[w]; left != 0; left &= left - 1 {
			bit := bits.TrailingZeros64(left)
			t := truth(unknown)
			if sure[w]>>bit&1 == 1 {
				t = yes
			}
			st := &s.statements[64*w+bit]
			t, g := e.rest(s, st, t, deny, &m)
			if t == no || t == unknown && !deny {
				continue
			}
			if f.index < 0 {
				f.index, f.truth = st.index, t
			}
			if f.closest = max(f.closest, g); deny || !e.grades || f.closest == bySelf {
				return f
			}
		}
	}
	return f
}

// sets are of the statements of the segment being searched.
type sets struct {
	listed, unsure scratch // list what is asked for, for sure or perhaps
	wanted         scratch // match by action, for sure or perhaps
	sure, open     scratch // match by all that was looked at so far
}

// candidates answers which statements match by action and resource, for sure
// or perhaps. An Allow that matches perhaps does not count.
func (e *evaluation) candidates(s *segment, deny bool) bool {
	x := &e.sets
	if s.narrow && !e.trust && !s.resources.mayList(&e.target) {
		return false
	}
	for w := range s.words {
		x.listed[w], x.unsure[w] = 0, 0
	}
	s.actions.lookup(&e.action, &x.listed, &x.unsure)
	some := uint64(0)
	for w := range s.words {
		x.open[w] = x.unsure[w]&^x.listed[w] | s.noAction[w]
		x.sure[w] = (x.listed[w] ^ s.notAction[w]) &^ x.open[w]
		if !deny {
			x.open[w] = 0
		}
		x.wanted[w] = x.sure[w] | x.open[w]
		some |= x.wanted[w]
		x.listed[w], x.unsure[w] = 0, 0
	}
	if some == 0 {
		return false
	}
	if e.trust {
		return e.withoutResource(s)
	}
	s.resources.lookup(e, &x.wanted, &x.listed, &x.unsure)
	some = 0
	for w := range s.words {
		perhaps := x.unsure[w]&^x.listed[w] | s.noResource[w]
		certain := (x.listed[w] ^ s.notResource[w]) &^ perhaps
		x.sure[w] &= certain
		if deny {
			x.open[w] = x.wanted[w] & (certain | perhaps) &^ x.sure[w]
		}
		some |= x.sure[w] | x.open[w]
	}
	return some != 0
}

// withoutResource is for role trust policies, which speak of their role and
// have no Resource element.
func (e *evaluation) withoutResource(s *segment) bool {
	some := uint64(0)
	for w := range s.words {
		e.sets.open[w] |= e.sets.sure[w] & s.aboutItems[w]
		e.sets.sure[w] &^= s.aboutItems[w]
		some |= e.sets.sure[w] | e.sets.open[w]
	}
	return some != 0
}

// rest adds what principal and conditions say to what action and resource do.
func (e *evaluation) rest(s *segment, st *statement, t truth, deny bool, m *memo) (truth, grant) {
	g := byNobody
	if e.named {
		var who truth
		who, g = e.who(&st.who, deny)
		t = min(t, who)
	} else if st.who.present {
		t = unknown
	}
	if t == no || t == unknown && !deny || st.block < 0 {
		return t, g
	}
	return min(t, e.block(s, st.block, m)), g
}

// memo remembers what the first blocks of a segment came to. What is unknown
// ends the search for a Deny, and to one for an Allow it is a no.
type memo struct{ known, yes uint64 }

// memoSize is how many blocks a memo has room for.
const memoSize = 64

// block tells whether the conditions of a statement hold.
func (e *evaluation) block(s *segment, n int, m *memo) truth {
	if n >= memoSize {
		return e.holds(s.blocks[n])
	}
	bit := uint64(1) << n
	if m.known&bit != 0 {
		return truthOf(m.yes&bit != 0)
	}
	t := e.holds(s.blocks[n])
	m.known |= bit
	if t == yes {
		m.yes |= bit
	}
	return t
}

// builder makes a segment.
type builder struct {
	segment   *segment
	variables bool
	// What statements share is kept once; one statement shares nothing.
	actionSets, resourceSets map[string]bitset
	sources                  [][]policy.Condition // of the first blocks
	free                     []uint64
}

// set makes an empty set, unless there is one.
func (b *builder) set(to *bitset) bitset {
	if *to == nil {
		n := b.segment.words
		if len(b.free) < n {
			b.free = make([]uint64, n*max(len(b.segment.statements), 8))
		}
		*to, b.free = b.free[:n:n], b.free[n:]
	}
	return *to
}

// buildSegment compiles statements of one effect, given by their places in
// the document.
func buildSegment(doc *policy.Document, places []int) segment {
	s := segment{words: wordsFor(len(places)), statements: make([]statement, len(places))}
	b := builder{segment: &s, variables: doc.Version == policy.Version2012}
	if len(places) > 1 {
		b.actionSets, b.resourceSets = map[string]bitset{}, map[string]bitset{}
	}
	for _, to := range []*bitset{&s.notAction, &s.noAction, &s.notResource, &s.noResource, &s.aboutItems} {
		b.set(to)
	}
	for i, place := range places {
		b.addStatement(i, place, &doc.Statements[place])
	}
	s.actions.finish()
	s.resources.finish()
	s.narrow = len(places) >= manyStatements && s.resources.everything == nil && s.resources.unreadable == nil && isEmpty(s.notResource) && isEmpty(s.noResource)
	return s
}

func (b *builder) addStatement(i, place int, from *policy.Statement) {
	s := b.segment
	s.statements[i] = statement{place, b.addBlock(from.Conditions), readPrincipals(from.Principals)}
	b.addActions(i, from.Actions)
	b.addResources(i, from.Resources)
	addForm(from.Actions, i, s.notAction, s.noAction)
	addForm(from.Resources, i, s.notResource, s.noResource)
	if from.Resources.Present {
		s.aboutItems.add(i)
	}
}

// addForm notes in what form a statement has an element.
func addForm(set policy.Set, i int, negated, absent bitset) {
	switch {
	case !set.Present || len(set.Values) == 0:
		absent.add(i)
	case set.Negated:
		negated.add(i)
	}
}

// addBlock answers the number of a statement's conditions, which it shares
// with earlier statements that have the same.
func (b *builder) addBlock(conditions []policy.Condition) int {
	if len(conditions) == 0 {
		return -1
	}
	for n := range b.sources {
		if sameConditions(b.sources[n], conditions) {
			return n
		}
	}
	if len(b.sources) < memoSize {
		b.sources = append(b.sources, conditions)
	}
	compiled := make(block, len(conditions))
	for i := range conditions {
		compiled[i] = readCondition(&conditions[i], b.variables)
	}
	b.segment.blocks = append(b.segment.blocks, compiled)
	return len(b.segment.blocks) - 1
}

func sameConditions(a, b []policy.Condition) bool {
	sameText := func(a, b policy.Text) bool { return a.Value == b.Value }
	return slices.EqualFunc(a, b, func(a, b policy.Condition) bool {
		return a.Operator.Value == b.Operator.Value && a.Key.Value == b.Key.Value &&
			slices.EqualFunc(a.Values, b.Values, sameText)
	})
}
