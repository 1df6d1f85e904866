package symbolic

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode"
)

// token is one piece of a pattern.
type token struct {
	kind tokenKind
	char rune // of letter and folded; of variable the character that stands for it
}

type tokenKind uint8

const (
	letter   tokenKind = iota // one character
	folded                    // one character in either case
	anyOne                    // one character, whichever
	anyText                   // any characters
	partOne                   // one character other than a colon
	partText                  // any characters other than colons
	variable                  // the value of a policy variable
	end                       // nothing more
)

// firstVariable is the first of the characters that stand for variables; no
// text has them.
const firstVariable = unicode.MaxRune + 1

// pattern is a set of texts. A loose one is larger than what it stands for,
// and may not be taken away from anything.
type pattern struct {
	tokens []token
	loose  bool
}

// text answers the pattern's only text, if it has no more than one.
func (p pattern) text() (string, bool) {
	var out strings.Builder
	for _, t := range p.tokens {
		if t.kind != letter {
			return "", false
		}
		out.WriteRune(t.char)
	}
	return out.String(), true
}

// everything tells whether every text is in the pattern.
func (p pattern) everything() bool {
	return len(p.tokens) > 0 && !slices.ContainsFunc(p.tokens, func(t token) bool { return t.kind != anyText })
}

// hasVariables tells whether the pattern has the value of a variable in it.
func (p pattern) hasVariables() bool {
	return slices.ContainsFunc(p.tokens, func(t token) bool { return t.kind == variable })
}

// spelling is the pattern in one string, equal to those of equal patterns.
func (p pattern) spelling() string {
	out := make([]byte, 0, 2*len(p.tokens))
	for _, t := range p.tokens {
		out = append(out, byte(t.kind))
		out = binary.AppendUvarint(out, uint64(t.char))
	}
	return string(out)
}

// all is the pattern of every text, nonempty of every text but "".
var (
	all      = pattern{tokens: []token{{kind: anyText}}}
	nonempty = pattern{tokens: []token{{kind: anyOne}, {kind: anyText}}}
)

// literal is the pattern of one text.
func literal(text string) pattern {
	var p pattern
	for _, c := range text {
		p.tokens = append(p.tokens, token{letter, c})
	}
	return p
}

// name is a policy variable: two that are equal have the same value. A folded
// one is compared without regard to case, and so equals no other.
type name struct {
	key, fallback      string
	hasDefault, folded bool
}

// names are the variables of the policies that are compared, by the character
// that stands for each.
type names struct{ list []name }

func (n *names) char(v name) rune {
	i := slices.Index(n.list, v)
	if i < 0 {
		i = len(n.list)
		n.list = append(n.list, v)
	}
	return firstVariable + rune(i)
}

// reading is how a text of a policy becomes a pattern.
type reading struct {
	variables bool // the document has them
	wildcards bool
	parts     bool // no wildcard stands for a colon
	fold      bool
}

// read makes tokens of a text.
func (n *names) read(text string, how reading) []token {
	var tokens []token
	for text != "" {
		if how.variables && strings.HasPrefix(text, "${") {
			if v, length, ok := parseVariable(text); ok {
				tokens = append(tokens, n.value(v, how.fold))
				text = text[length:]
				continue
			}
		}
		c := []rune(text[:runeLen(text)])[0]
		tokens = append(tokens, how.token(c))
		text = text[runeLen(text):]
	}
	return tokens
}

// token is one character of a policy's text.
func (how reading) token(c rune) token {
	switch {
	case c == '*' && how.wildcards && how.parts:
		return token{kind: partText}
	case c == '*' && how.wildcards:
		return token{kind: anyText}
	case c == '?' && how.wildcards && how.parts:
		return token{kind: partOne}
	case c == '?' && how.wildcards:
		return token{kind: anyOne}
	case how.fold:
		return token{folded, c}
	}
	return token{letter, c}
}

// value is the token for a variable; ${*}, ${?} and ${$} are the characters.
func (n *names) value(v name, fold bool) token {
	switch v.key {
	case "*", "?", "$":
		return token{letter, rune(v.key[0])}
	}
	v.folded = fold
	return token{variable, n.char(v)}
}

// parseVariable reads the variable that s begins with, as package authz does.
func parseVariable(s string) (v name, length int, ok bool) {
	stop := strings.IndexByte(s, '}')
	if stop < 0 {
		return name{}, 0, false
	}
	body := s[len("${"):stop]
	key, _, quoted := strings.Cut(body, ", '")
	if quoted {
		rest := s[len("${")+len(key)+len(", '"):]
		if fallback, _, closed := strings.Cut(rest, "'}"); closed {
			length := len("${") + len(key) + len(", '") + len(fallback) + len("'}")
			return name{key: lower(key), fallback: fallback, hasDefault: true}, length, true
		}
	}
	return name{key: lower(body)}, stop + 1, true
}

// lower turns A to Z into a to z and leaves every other byte alone.
func lower(s string) string {
	return strings.Map(func(c rune) rune {
		if 'A' <= c && c <= 'Z' {
			return c + 'a' - 'A'
		}
		return c
	}, s)
}

func runeLen(s string) int {
	for i := range s {
		if i > 0 {
			return i
		}
	}
	return len(s)
}

// arnShape is every text with the six parts of an ARN.
func arnShape() pattern {
	tokens := literal("arn:").tokens
	for range 4 {
		tokens = append(tokens, token{kind: partText}, token{letter, ':'})
	}
	return pattern{tokens: append(tokens, token{kind: anyText})}
}

// splitARN splits at the first five colons.
func splitARN(s string) []string { return strings.SplitN(s, ":", 6) }
