package wire

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// translations are the patterns that Go's expressions cannot say, or would
// read differently than Java, each with an equivalent in Go's words.
var translations = map[string]string{
	// Go has no look-ahead: no two hyphens in a row, 3 to 63 characters. The
	// length is the constraint's own min and max.
	`^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$`: `[a-z0-9]+(-[a-z0-9]+)*`,
	// An ISO 8601 duration. The look-ahead wants a digit after P or PT; what
	// follows may then be empty only as PT, which Java refuses as well.
	`(-?)P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)([DW]))?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?`: `-?P(?:` +
		`\d+Y(?:\d+M)?(?:\d+[DW])?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?` +
		`|\d+M(?:\d+[DW])?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?` +
		`|\d+[DW](?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?` +
		`|T\d+H(?:\d+M)?(?:\d+(?:\.\d+)?S)?` +
		`|T\d+M(?:\d+(?:\.\d+)?S)?` +
		`|T\d+(?:\.\d+)?S)`,
	// Java's \u takes four digits, so the last two ranges come out as U+1000,
	// "0" to U+10FF and "FF"; AWS means all of XML's characters.
	`[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+`: `[\t\n\r\x20-\x7E\x{85}\x{A0}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]+`,
	// Surrogates: Java means the characters beyond U+FFFF by them.
	`[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*`: `[\x20-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}\t]*`,
}

// translatePattern turns a Java expression for a whole value into Go's.
func translatePattern(java string) string {
	expr, ok := translations[java]
	if !ok {
		expr = rewriteEscapes(java)
	}
	return `\A(?:` + expr + `)\z`
}

// rewriteEscapes turns \uXXXX into \x{XXXX}; all else in the models' patterns
// means the same in both languages.
func rewriteEscapes(java string) string {
	var b strings.Builder
	for i := 0; i < len(java); i++ {
		if java[i] != '\\' || i+1 == len(java) {
			b.WriteByte(java[i])
			continue
		}
		if java[i+1] == 'u' && i+6 <= len(java) {
			b.WriteString(`\x{` + java[i+2:i+6] + `}`)
			i += 5
			continue
		}
		b.WriteString(java[i : i+2])
		i++
	}
	return b.String()
}

// compilePattern gives a test for whole values. Most of AWS's patterns are one
// class of characters repeated; these are tested without an expression. A
// pattern that cannot be compiled matches nothing: a test walks all models to
// show that there is none.
func compilePattern(java string) func(string) bool {
	expr := translatePattern(java)
	parsed, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return func(string) bool { return false }
	}
	if class := repeatedClass(parsed); class != nil {
		return class.matches
	}
	return regexp.MustCompile(expr).MatchString
}

// class is a set of characters, all of which a value must be made of.
type class struct {
	ascii    [128]bool
	ranges   []rune // pairs, ascending
	nonEmpty bool
}

// repeatedClass recognises \A(?:[class]*)\z and \A(?:[class]+)\z.
func repeatedClass(re *syntax.Regexp) *class {
	if re.Op != syntax.OpConcat || len(re.Sub) != 3 ||
		re.Sub[0].Op != syntax.OpBeginText || re.Sub[2].Op != syntax.OpEndText {
		return nil
	}
	inner := re.Sub[1]
	if inner.Op != syntax.OpStar && inner.Op != syntax.OpPlus || inner.Sub[0].Op != syntax.OpCharClass {
		return nil
	}
	c := &class{ranges: inner.Sub[0].Rune, nonEmpty: inner.Op == syntax.OpPlus}
	for r := range rune(len(c.ascii)) {
		c.ascii[r] = c.contains(r)
	}
	return c
}

func (c *class) contains(r rune) bool {
	at, _ := slices.BinarySearch(c.ranges, r)
	// At an even place r is the start of a range or lies before it.
	return at < len(c.ranges) && (at%2 == 1 || c.ranges[at] == r)
}

func (c *class) matches(s string) bool {
	for i, r := range s {
		if r < utf8.RuneSelf {
			if !c.ascii[r] {
				return false
			}
			continue
		}
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") || !c.contains(r) {
			return false
		}
	}
	return s != "" || !c.nonEmpty
}
