package compiled

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// actionIndex answers which statements of a segment list an action. Most
// policies spell actions out or end them with a *: the first are in a hash
// table, the second in a short list for each service.
type actionIndex struct {
	everything bitset // statements that list "*"
	unreadable bitset // statements that list what is no action
	exact      table
	names      []namedAction
	services   table
	vendors    []vendor
	oddVendors []oddAction // with a wildcard in the service
}

// namedAction is an action that is spelled out.
type namedAction struct {
	text string
	set  bitset
}

// vendor is the actions of one service that have wildcards.
type vendor struct {
	name     string
	prefixes []actionPrefix
	others   []oddAction
}

// actionPrefix is an action whose only wildcard is a * at its end. Its first
// eight characters are compared at once.
type actionPrefix struct {
	word, mask uint64
	rest       string // after the first eight
	set        bitset
}

// oddAction is an action with wildcards anywhere.
type oddAction struct {
	vendor, name pattern
	set          bitset
}

// action is the request's, made ready to be looked up.
type action struct {
	text, service, operation string
	hash, serviceHash        uint64
	word                     uint64 // the operation's first characters, small
}

func readyAction(text, service, operation string) action {
	return action{text, service, operation, foldHash(text), foldHash(service), lower8(head8(operation))}
}

// lookup adds the statements that list the action, and those of which that
// cannot be told.
func (x *actionIndex) lookup(a *action, listed, unknown *scratch) {
	x.everything.mergeInto(listed)
	x.unreadable.mergeInto(unknown)
	if x.exact.slots != nil {
		for n, next, ok := x.exact.find(a.hash, a.hash); ok; n, next, ok = x.exact.find(a.hash, next) {
			if name := &x.names[n]; sameFolded(a.text, name.text) {
				name.set.mergeInto(listed)
			}
		}
	}
	if x.services.slots != nil {
		for n, next, ok := x.services.find(a.serviceHash, a.serviceHash); ok; n, next, ok = x.services.find(a.serviceHash, next) {
			if v := &x.vendors[n]; sameFolded(a.service, v.name) {
				v.lookup(a, listed)
			}
		}
	}
	fold := matcher{fold: true}
	for i := range x.oddVendors {
		odd := &x.oddVendors[i]
		if fold.match(odd.vendor.runs, a.service) && fold.match(odd.name.runs, a.operation) {
			odd.set.mergeInto(unknown)
		}
	}
}

func (v *vendor) lookup(a *action, listed *scratch) {
	for i := range v.prefixes {
		p := &v.prefixes[i]
		if a.word&p.mask == p.word && (p.rest == "" || len(a.operation) > 8 && hasFolded(a.operation[8:], p.rest)) {
			p.set.mergeInto(listed)
		}
	}
	fold := matcher{fold: true}
	for i := range v.others {
		if o := &v.others[i]; fold.match(o.name.runs, a.operation) {
			o.set.mergeInto(listed)
		}
	}
}

// addAction lists one action of a policy. Neither "*" nor what has no service need
// be looked for.
func (b *builder) addAction(statement int, text string) {
	x := &b.segment.actions
	service, name, ok := strings.Cut(text, ":")
	switch {
	case text == "*":
		b.set(&x.everything).add(statement)
		return
	case !ok:
		b.set(&x.unreadable).add(statement)
		return
	}
	if set, known := b.actionSets[text]; known {
		set.add(statement)
		return
	}
	var set bitset
	b.set(&set).add(statement)
	if b.actionSets != nil {
		b.actionSets[text] = set
	}
	switch {
	case !strings.ContainsAny(text, "*?"):
		x.names = append(x.names, namedAction{text, set})
	case strings.ContainsAny(service, "*?"):
		x.oddVendors = append(x.oddVendors, oddAction{split(service, true, false), split(name, true, false), set})
	default:
		b.vendor(service).add(split(name, true, false), set)
	}
}

// vendor is the service of that name, which may be new.
func (b *builder) vendor(name string) *vendor {
	x := &b.segment.actions
	for i := range x.vendors {
		if sameFolded(x.vendors[i].name, name) {
			return &x.vendors[i]
		}
	}
	x.vendors = append(x.vendors, vendor{name: name})
	return &x.vendors[len(x.vendors)-1]
}

// add lists the name of an action with wildcards.
func (v *vendor) add(name pattern, set bitset) {
	prefix := ""
	switch {
	case len(name.runs) == 1 && name.runs[0].kind == anyCharacters:
	case len(name.runs) == 2 && name.runs[0].kind == literal && name.runs[1].kind == anyCharacters:
		prefix = name.runs[0].text
	default:
		v.others = append(v.others, oddAction{name: name, set: set})
		return
	}
	p := actionPrefix{word: lower8(head8(prefix)), mask: ^uint64(0), set: set}
	if len(prefix) < 8 {
		p.mask = 1<<(8*len(prefix)) - 1
	} else {
		p.rest = prefix[8:]
	}
	v.prefixes = append(v.prefixes, p)
}

// addActions lists a whole element.
func (b *builder) addActions(statement int, set policy.Set) {
	b.segment.actions.names = slices.Grow(b.segment.actions.names, len(set.Values))
	for i := range set.Values {
		b.addAction(statement, set.Values[i].Value)
	}
}

// finish makes the tables.
func (x *actionIndex) finish() {
	hashes := make([]uint64, 0, max(len(x.names), len(x.vendors)))
	for i := range x.names {
		hashes = append(hashes, foldHash(x.names[i].text))
	}
	x.exact = makeTable(hashes)
	hashes = hashes[:0]
	for i := range x.vendors {
		hashes = append(hashes, foldHash(x.vendors[i].name))
	}
	x.services = makeTable(hashes)
}
