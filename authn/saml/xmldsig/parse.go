package xmldsig

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	// deepest is how deep elements may be nested.
	deepest = 32
	// most is how many attributes and declarations an element may have.
	most = 64
)

// Parse reads a document. Its error tells what is wrong with it, without a
// word of what it says.
func Parse(text string) (*Element, error) { return parse(text, nil) }

// ParseIn reads an element that stands inside another, whose namespaces it may
// use: what was encrypted, in the place of its encryption.
func ParseIn(text string, around *Element) (*Element, error) { return parse(text, around) }

func parse(text string, around *Element) (*Element, error) {
	if err := checkCharacters(text); err != nil {
		return nil, err
	}
	p := &parser{rest: text}
	if around == nil {
		if err := p.declaration(); err != nil {
			return nil, err
		}
	}
	if err := p.outside(); err != nil {
		return nil, err
	}
	root, err := p.element(around, 1)
	if err != nil {
		return nil, err
	}
	if err := p.outside(); err != nil {
		return nil, err
	}
	if p.rest != "" {
		return nil, errors.New("there is more than one root element")
	}
	return root, nil
}

// checkCharacters refuses what is not UTF-8 and what XML 1.0 has no place for.
func checkCharacters(text string) error {
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if c < 0x20 && c != '\t' && c != '\n' && c != '\r' {
				return errors.New("there is a control character")
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size == 1 {
			return errors.New("the document is not UTF-8")
		}
		if r == 0xfffe || r == 0xffff || r == 0xfeff && i == 0 {
			return errors.New("there is a byte order mark or no character")
		}
		i += size
	}
	return nil
}

// parser is a document on its way through Parse.
type parser struct {
	rest string
	raw  []rawAttr // of the tag at hand
	open []node    // what was read of the elements that are open

	elements []Element // room for more
	nodes    []node
	attrs    []attr
}

type rawAttr struct{ prefix, local, value string }

// declaration reads <?xml version="1.0" encoding="UTF-8"?> where it is there.
func (p *parser) declaration() error {
	inside, ok := strings.CutPrefix(p.rest, "<?xml")
	if !ok {
		return nil
	}
	inside, rest, ok := strings.Cut(inside, "?>")
	if !ok || inside == "" || !isSpace(inside[0]) {
		return errors.New("the XML declaration is malformed")
	}
	next := 0
	for _, field := range strings.Fields(strings.ReplaceAll(inside, "'", `"`)) {
		place := strings.IndexByte("ves", field[0])
		if place < next {
			return errors.New("the XML declaration is malformed")
		}
		next = place + 1
		switch strings.ToLower(field) {
		case `version="1.0"`, `encoding="utf-8"`, `standalone="yes"`, `standalone="no"`:
		default:
			return errors.New("the document is not XML 1.0 in UTF-8")
		}
	}
	p.rest = rest
	return nil
}

// outside skips what may stand around the root element.
func (p *parser) outside() error {
	for {
		p.space()
		if !strings.HasPrefix(p.rest, "<!--") {
			return nil
		}
		if err := p.comment(); err != nil {
			return err
		}
	}
}

func (p *parser) space() {
	i := 0
	for i < len(p.rest) && isSpace(p.rest[i]) {
		i++
	}
	p.rest = p.rest[i:]
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (p *parser) comment() error {
	inside, rest, ok := strings.Cut(p.rest[len("<!--"):], "--")
	_ = inside
	if !ok || !strings.HasPrefix(rest, ">") {
		return errors.New("a comment is malformed")
	}
	p.rest = rest[1:]
	return nil
}

// element reads an element whose < is next.
func (p *parser) element(parent *Element, depth int) (*Element, error) {
	if depth > deepest {
		return nil, fmt.Errorf("elements are nested more than %d deep", deepest)
	}
	if !strings.HasPrefix(p.rest, "<") {
		return nil, errors.New("there is no element where one has to be")
	}
	p.rest = p.rest[1:]
	opened := p.rest
	prefix, local, err := p.name()
	if err != nil {
		return nil, err
	}
	name := opened[:len(opened)-len(p.rest)]
	e := p.newElement()
	e.prefix, e.Local, e.parent = prefix, local, parent
	if err := p.attributes(e); err != nil {
		return nil, err
	}
	if strings.HasPrefix(p.rest, "/>") {
		p.rest = p.rest[2:]
		return e, nil
	}
	if !strings.HasPrefix(p.rest, ">") {
		return nil, errors.New("a tag is malformed")
	}
	p.rest = p.rest[1:]
	if err := p.content(e, depth); err != nil {
		return nil, err
	}
	rest, ok := strings.CutPrefix(p.rest, name)
	if p.rest = rest; !ok {
		return nil, errors.New("an end tag does not fit its start tag")
	}
	p.space()
	if !strings.HasPrefix(p.rest, ">") {
		return nil, errors.New("an end tag does not fit its start tag")
	}
	p.rest = p.rest[1:]
	return e, nil
}

func (p *parser) newElement() *Element {
	if len(p.elements) == 0 {
		p.elements = make([]Element, 32)
	}
	e := &p.elements[0]
	p.elements = p.elements[1:]
	return e
}

// take is a slice of n out of room, of which there is more where it is needed.
func take[T any](room *[]T, n int) []T {
	if len(*room) < n {
		*room = make([]T, max(n, 64))
	}
	taken := (*room)[:n:n]
	*room = (*room)[n:]
	return taken
}

// content reads what is in an element, up to and with the </ of its end.
func (p *parser) content(e *Element, depth int) error {
	first := len(p.open)
	for {
		next := strings.IndexByte(p.rest, '<')
		if next < 0 {
			return errors.New("an element is not closed")
		}
		if next > 0 {
			text, err := characters(p.rest[:next])
			if err != nil {
				return err
			}
			p.open = append(p.open, node{text: text})
			p.rest = p.rest[next:]
		}
		switch {
		case strings.HasPrefix(p.rest, "</"):
			p.rest = p.rest[2:]
			e.nodes = take(&p.nodes, len(p.open)-first)
			copy(e.nodes, p.open[first:])
			p.open = p.open[:first]
			return nil
		case strings.HasPrefix(p.rest, "<!--"):
			if err := p.comment(); err != nil {
				return err
			}
		case strings.HasPrefix(p.rest, "<![CDATA["):
			text, rest, ok := strings.Cut(p.rest[len("<![CDATA["):], "]]>")
			if !ok {
				return errors.New("a CDATA section is not closed")
			}
			p.open = append(p.open, node{text: lineEnds(text)})
			p.rest = rest
		case strings.HasPrefix(p.rest, "<!"):
			return errors.New("a declaration is not allowed")
		case strings.HasPrefix(p.rest, "<?"):
			return errors.New("a processing instruction is not allowed")
		default:
			child, err := p.element(e, depth+1)
			if err != nil {
				return err
			}
			p.open = append(p.open, node{element: child})
		}
	}
}

// name reads a name with or without a prefix.
func (p *parser) name() (prefix, local string, err error) {
	first := nameLength(p.rest)
	if first == 0 {
		return "", "", errors.New("a name is malformed, or not ASCII")
	}
	local, p.rest = p.rest[:first], p.rest[first:]
	if !strings.HasPrefix(p.rest, ":") {
		return "", local, nil
	}
	prefix, p.rest = local, p.rest[1:]
	second := nameLength(p.rest)
	if second == 0 {
		return "", "", errors.New("a name is malformed, or not ASCII")
	}
	local, p.rest = p.rest[:second], p.rest[second:]
	return prefix, local, nil
}

// nameLength is how long the name at the start of text is.
func nameLength(text string) int {
	for i := range len(text) {
		c := text[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_':
		case i > 0 && ('0' <= c && c <= '9' || c == '-' || c == '.'):
		default:
			return i
		}
	}
	return len(text)
}
