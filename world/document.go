package world

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// document is a policy that can be read, and the place it is from.
type document struct {
	text string
	at   Place
	// line and column are where the text begins in its file, where it stands there
	// word for word; else 0.
	line, column int
	// wrong is the text of a policy that cannot be read; text stands in for it.
	wrong string
}

// use is what a policy is for: which elements a statement of it has.
type use uint8

const (
	_           use = iota
	forIdentity     // attached to a user, group or role, or to accounts: no principal
	forTrust        // of a role: a principal, no resource
	forResource     // of a bucket or another resource, or an RCP: both
)

// mark begins the Sid of a statement that stands for what is not known.
const mark = "RolecallDoesNotKnow"

var marked = regexp.MustCompile(`^` + mark + `([0-9]{1,9})(Deny|Allow)?$`)

// unknown notes something that is not known, and answers the Sid that stands
// for it.
func (s *setup) unknown(at Place, what string) string {
	for i, u := range s.unknowns {
		if u.What == what && u.Place.File == at.File {
			return mark + strconv.Itoa(i)
		}
	}
	s.unknowns = append(s.unknowns, Unknown{at, what})
	return mark + strconv.Itoa(len(s.unknowns)-1)
}

// widest is a statement that allows all that one of the use can.
func widest(sid string, u use) *node {
	st := &node{kind: object}
	st.set("Sid", textNode(0, sid))
	st.set("Effect", textNode(0, "Allow"))
	if u != forIdentity {
		st.set("Principal", textNode(0, "*"))
	}
	st.set("Action", textNode(0, "*"))
	if u != forTrust {
		st.set("Resource", textNode(0, "*"))
	}
	return st
}

// unknownDocument is the policy that stands for one that is not known.
func (s *setup) unknownDocument(at Place, what string, u use) document {
	return document{text: inDocument(widest(s.unknown(at, what), u)).render(), at: at}
}

func inDocument(statements ...*node) *node {
	doc := &node{kind: object}
	doc.set("Version", textNode(0, "2012-10-17"))
	doc.set("Statement", listNode(0, statements))
	return doc
}

// document reads a policy: an object, or a text with one in it, as a whole or
// in part unknown.
func (s *setup) document(n *node, at Place, u use) (document, error) {
	if n != nil && n.line > 0 && at.Line > 0 {
		at.Line = n.line
	}
	switch {
	case !n.has():
		return document{}, at.wrong("there is no policy")
	case n.kind == hole:
		return s.unknownDocument(at, n.text, u), nil
	case n.kind == text:
		return s.documentText(n.text, at, false)
	case n.kind != object:
		return document{}, at.wrong("a policy is an object or a text, and this is %s", n.kind)
	}
	if n.firstHole() != nil {
		if n = s.filled(n, at, u); n == nil {
			return document{}, at.wrong("there is no policy")
		}
	}
	return s.documentText(n.render(), at, false)
}

// documentText reads the text of a policy. ownFile tells that the lines of the
// text are those of the file.
func (s *setup) documentText(body string, at Place, ownFile bool) (document, error) {
	d := document{at: at}
	begin := strings.TrimLeft(body, " \t\r\n")
	if ownFile {
		before := body[:len(body)-len(begin)]
		d.line, d.column = 1+strings.Count(before, "\n"), len(before)-strings.LastIndexByte(before, '\n')
	}
	body = begin
	if !ownFile {
		r := relax([]byte(body))
		if len(r.comments) > 0 {
			s.warn(at, fmt.Sprintf("a comment on line %d of the policy; AWS refuses JSON that has one", r.comments[0]))
		}
		if len(r.commas) > 0 {
			s.warn(at, fmt.Sprintf("a comma that nothing follows on line %d of the policy; AWS refuses JSON that has one", r.commas[0]))
		}
		body = strings.TrimLeft(string(r.text), " \t\r\n")
	}
	_, err := policy.Parse(body)
	if err != nil && s.wrong {
		d.text, d.wrong = s.unknownDocument(at, "this policy cannot be read", forIdentity).text, body
		return d, nil
	}
	if syntax, ok := errors.AsType[*policy.SyntaxError](err); ok {
		if ownFile {
			at.Line = syntax.Position.Line
			return document{}, at.wrong("the policy cannot be read: %s", syntax.Detail)
		}
		return document{}, at.wrong("the policy cannot be read: %s, on line %d of it", syntax.Detail, syntax.Position.Line)
	}
	if err != nil {
		return document{}, at.wrong("the policy cannot be read: %v", err)
	}
	d.text = body
	return d, nil
}

// filled is a policy in which a statement that stands for it is in the place of
// each that is not known as a whole.
func (s *setup) filled(doc *node, at Place, u use) *node {
	statements := doc.get("Statement")
	rest := &node{kind: object}
	for i, name := range doc.names {
		if name != "Statement" {
			rest.set(name, doc.items[i])
		}
	}
	if h := rest.firstHole(); h != nil || statements.is(hole) {
		if h == nil {
			h = statements
		}
		return inDocument(widest(s.unknown(at, h.text), u))
	}
	var out []*node
	for _, st := range statements.list() {
		if h := st.firstHole(); h != nil {
			st = s.filledStatement(st, s.unknown(at, h.text), u)
		}
		out = append(out, st)
	}
	rest.set("Statement", listNode(doc.line, out))
	return rest
}

// filledStatement allows what a statement could have a say in: what it says for
// certain stays, all else becomes as wide as can be.
func (s *setup) filledStatement(st *node, sid string, u use) *node {
	out := widest(sid, u)
	if !st.is(object) {
		return out
	}
	if effect := st.get("Effect").str(); effect == "Deny" || effect == "Allow" {
		out.set("Sid", textNode(0, sid+effect))
	}
	for i, name := range st.names {
		value := st.items[i]
		if value.firstHole() != nil || slices.Contains([]string{"Sid", "Effect"}, name) {
			continue
		}
		if plain, ok := strings.CutPrefix(name, "Not"); ok {
			out.drop(plain)
		}
		out.set(name, value)
	}
	return out
}

// drop takes a member out of an object.
func (n *node) drop(name string) {
	for i, has := range n.names {
		if has == name {
			n.names, n.items = slices.Delete(n.names, i, i+1), slices.Delete(n.items, i, i+1)
			return
		}
	}
}
