package authz

import (
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// unknownPart stands, in the value of an open key, for what is not known of it:
// characters that nobody writes, so that only a wildcard covers them. There are
// as many as the part of a unique id that differs has.
const (
	unknownCharacter = "\ue000"
	unknownFour      = unknownCharacter + unknownCharacter + unknownCharacter + unknownCharacter
	unknownPart      = unknownFour + unknownFour + unknownFour + unknownFour + unknownCharacter
)

// Open tells whether a key is there with a value that is not known as a whole,
// and how that begins and ends.
func (c Context) Open(name string) (begins, ends string, ok bool) {
	k := c.find(name)
	if k == nil || !k.open {
		return "", "", false
	}
	begins, ends, _ = strings.Cut(k.one, unknownPart)
	return begins, ends, true
}

// HasOpen tells whether any key is open.
func (c Context) HasOpen() bool {
	for i := range c.keys {
		if c.keys[i].open {
			return true
		}
	}
	return false
}

// settle answers an element of a statement that an open key leaves unknown, for
// a Hopeful request.
func (e *evaluation) settle(t truth) truth {
	saw := e.sawOpen
	e.sawOpen = false
	if t == unknown && saw && e.r.Hopeful {
		return truthOf(e.effect == policy.Allow)
	}
	return t
}

// orOpen is the outcome of a match, or unknown where it failed only for what is
// not known of one of the two texts.
func (e *evaluation) orOpen(t truth, want glob, have string) truth {
	if t != no || !e.open || !strings.Contains(want.text, unknownPart) && !strings.Contains(have, unknownPart) {
		return t
	}
	wantBegins, wantEnds := known(want.text, "*?")
	haveBegins, haveEnds := known(have, "")
	n, m := min(len(wantBegins), len(haveBegins)), min(len(wantEnds), len(haveEnds))
	if !strings.EqualFold(wantBegins[:n], haveBegins[:n]) || !strings.EqualFold(wantEnds[len(wantEnds)-m:], haveEnds[len(haveEnds)-m:]) {
		return no
	}
	e.sawOpen = true
	return unknown
}

// known are the beginning and the end of a text, as far as they are what they
// are: up to a wildcard or what is not known.
func known(text, wildcards string) (begins, ends string) {
	first := strings.IndexAny(text, wildcards+unknownCharacter)
	if first < 0 {
		return text, text
	}
	last := strings.LastIndexAny(text, wildcards+unknownCharacter)
	return text[:first], text[last+characterLen(text[last:]):]
}

// openID compares a unique identifier in a policy with the caller's, which is
// not known: it may be that of any user or role, as the caller is one.
func (e *evaluation) openID(id string, closest grant) (grant, bool) {
	begins, ends, ok := e.r.Context.Open("aws:userid")
	if !ok || !strings.HasPrefix(id, begins) {
		return byNobody, true
	}
	if _, session, named := strings.Cut(id, ":"); named {
		if ":"+session != ends {
			return byNobody, true
		}
		closest = bySelf
	}
	e.sawOpen = true
	if e.r.Hopeful && e.effect == policy.Allow {
		return closest, true
	}
	return byNobody, false
}
