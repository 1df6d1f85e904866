package policy

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deep a document may nest. The grammar needs six levels; what
// nests deeper is refused anyway, so the limit only bounds the work.
const maxDepth = 32

// scanner reads JSON (RFC 8259) token by token and knows where it is. The
// first thing that is not JSON ends it: every method answers false from then
// on, and failure tells why.
type scanner struct {
	text    string
	offset  int
	line    int // lines before offset
	bol     int // offset of the line's first byte
	wide    int // bytes of the line that continue a character
	depth   int
	failure *SyntaxError
}

func (s *scanner) at() Position {
	return Position{Offset: s.offset, Line: s.line + 1, Column: s.offset - s.bol - s.wide + 1}
}

// byteOrderMark is what editors on Windows write before a text.
const byteOrderMark = "\ufeff"

// fail ends the scan here.
func (s *scanner) fail(kind SyntaxKind, detail string) bool {
	if s.offset == 0 && strings.HasPrefix(s.text, byteOrderMark) {
		detail = "the text begins with a byte order mark, and JSON has none"
	}
	if s.failure == nil {
		s.failure = &SyntaxError{Kind: kind, Position: s.at(), Detail: detail}
	}
	return false
}

// peek skips white space and answers the byte that follows, 0 at the end.
func (s *scanner) peek() byte {
	for ; s.offset < len(s.text); s.offset++ {
		switch c := s.text[s.offset]; c {
		case ' ', '\t', '\r':
		case '\n':
			s.line++
			s.bol, s.wide = s.offset+1, 0
		default:
			return c
		}
	}
	return 0
}

// object reads an object, calling member with each name; member reads the
// value that follows.
func (s *scanner) object(member func(name Text) bool) bool {
	if !s.enter('{', "an object") {
		return false
	}
	if s.peek() == '}' {
		return s.leave()
	}
	for {
		if s.peek() != '"' {
			return s.fail(NotJSON, "expected a member name")
		}
		name, ok := s.str()
		if !ok {
			return false
		}
		if s.peek() != ':' {
			return s.fail(NotJSON, "expected ':' after the member name")
		}
		s.offset++
		if s.peek(); !member(name) {
			return false
		}
		switch s.peek() {
		case ',':
			s.offset++
		case '}':
			return s.leave()
		default:
			return s.fail(NotJSON, "expected ',' or '}' after the member")
		}
	}
}

// array reads an array, calling element where each element begins.
func (s *scanner) array(element func() bool) bool {
	if !s.enter('[', "an array") {
		return false
	}
	if s.peek() == ']' {
		return s.leave()
	}
	for {
		if s.peek(); !element() {
			return false
		}
		switch s.peek() {
		case ',':
			s.offset++
		case ']':
			return s.leave()
		default:
			return s.fail(NotJSON, "expected ',' or ']' after the element")
		}
	}
}

func (s *scanner) enter(open byte, what string) bool {
	if s.failure != nil {
		return false
	}
	if s.peek() != open {
		return s.fail(NotJSON, "expected "+what)
	}
	if s.depth == maxDepth {
		return s.fail(TooDeep, "nested too deep")
	}
	s.depth++
	s.offset++
	return true
}

func (s *scanner) leave() bool {
	s.depth--
	s.offset++
	return true
}

// skip reads any value and forgets it.
func (s *scanner) skip() bool {
	switch s.peek() {
	case '{':
		return s.object(func(Text) bool { return s.skip() })
	case '[':
		return s.array(s.skip)
	case '"':
		_, ok := s.str()
		return ok
	default:
		_, ok := s.scalar()
		return ok
	}
}

// scalar reads a number, true, false or null and keeps its spelling.
func (s *scanner) scalar() (Text, bool) {
	start := s.at()
	rest := s.text[s.offset:]
	n := 0
	for n < len(rest) && strings.IndexByte("+-.0123456789Eabcdefghijklmnopqrstuvwxyz", rest[n]) >= 0 {
		n++
	}
	word := rest[:n]
	if word != "true" && word != "false" && word != "null" && !isNumber(word) {
		return Text{}, s.fail(NotJSON, "expected a value")
	}
	s.offset += n
	return Text{word, Span{start, s.at()}}, true
}

// isNumber tells whether word is a number of RFC 8259, section 6. How large
// it is does not matter: nothing here computes with it.
func isNumber(word string) bool {
	word = strings.TrimPrefix(word, "-")
	digits := func() (n int) {
		for n < len(word) && word[n] >= '0' && word[n] <= '9' {
			n++
		}
		word = word[n:]
		return n
	}
	zero := strings.HasPrefix(word, "0")
	if n := digits(); n == 0 || zero && n > 1 {
		return false
	}
	if fraction, ok := strings.CutPrefix(word, "."); ok {
		if word = fraction; digits() == 0 {
			return false
		}
	}
	if word == "" {
		return true
	}
	if word[0]|0x20 != 'e' {
		return false
	}
	if word = word[1:]; word != "" && (word[0] == '+' || word[0] == '-') {
		word = word[1:]
	}
	return digits() > 0 && word == ""
}

// str reads a string. Without an escape in it, the value is a piece of the
// document's text and costs nothing.
func (s *scanner) str() (Text, bool) {
	start := s.at()
	s.offset++
	begin := s.offset
	for s.offset < len(s.text) {
		switch c := s.text[s.offset]; {
		case c == '"':
			value := s.text[begin:s.offset]
			s.offset++
			return Text{value, Span{start, s.at()}}, true
		case c == '\\':
			value, ok := s.escaped(s.text[begin:s.offset])
			return Text{value, Span{start, s.at()}}, ok
		case !s.character(c):
			return Text{}, false
		}
	}
	return Text{}, s.fail(NotJSON, "the string has no end")
}

// character steps over one character of a string that stands for itself.
func (s *scanner) character(c byte) bool {
	if c < utf8.RuneSelf {
		if c == 0 {
			return s.fail(NotUnicode, "a NUL character")
		}
		if c < ' ' {
			return s.fail(NotJSON, "a control character in a string")
		}
		s.offset++
		return true
	}
	r, size := utf8.DecodeRuneInString(s.text[s.offset:])
	if r == utf8.RuneError && size == 1 {
		return s.fail(NotUnicode, "not UTF-8")
	}
	s.offset += size
	s.wide += size - 1
	return true
}

// escaped reads on in a string whose first escape is here; head is what stood
// before it.
func (s *scanner) escaped(head string) (string, bool) {
	value := append(make([]byte, 0, len(head)+16), head...)
	for s.offset < len(s.text) {
		switch c := s.text[s.offset]; c {
		case '"':
			s.offset++
			return string(value), true
		case '\\':
			r, ok := s.escape()
			if !ok {
				return "", false
			}
			value = utf8.AppendRune(value, r)
		default:
			from := s.offset
			if !s.character(c) {
				return "", false
			}
			value = append(value, s.text[from:s.offset]...)
		}
	}
	return "", s.fail(NotJSON, "the string has no end")
}

// escape reads one escape, a pair of surrogates being one.
func (s *scanner) escape() (rune, bool) {
	if s.offset+1 >= len(s.text) {
		return 0, s.fail(NotJSON, "the string has no end")
	}
	if c := s.text[s.offset+1]; c != 'u' {
		i := strings.IndexByte(`"\/bfnrt`, c)
		if i < 0 {
			return 0, s.fail(NotJSON, "an escape that JSON does not have")
		}
		s.offset += 2
		return rune("\"\\/\b\f\n\r\t"[i]), true
	}
	r, ok := s.hex(s.offset + 2)
	if !ok {
		return 0, s.fail(NotJSON, `\u without four hexadecimal digits`)
	}
	size := 6
	if utf16.IsSurrogate(r) {
		size = 12
		low, ok := s.hex(s.offset + 8)
		if ok = ok && s.text[s.offset+6:s.offset+8] == `\u`; ok {
			r = utf16.DecodeRune(r, low)
		}
		if !ok || r == utf8.RuneError {
			return 0, s.fail(NotUnicode, "half of a surrogate pair")
		}
	}
	if r == 0 {
		return 0, s.fail(NotUnicode, "a NUL character")
	}
	s.offset += size
	return r, true
}

// hex reads the four hexadecimal digits at offset.
func (s *scanner) hex(offset int) (r rune, ok bool) {
	if offset+4 > len(s.text) {
		return 0, false
	}
	for _, c := range []byte(s.text[offset : offset+4]) {
		digit := strings.IndexByte("0123456789abcdef", c|0x20)
		if c < '0' || digit < 0 {
			return 0, false
		}
		r = r<<4 | rune(digit)
	}
	return r, true
}
