package walk

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/api"
)

var javaEscape = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

// expression is a shape's pattern in Go's words; nil where it has none, or one
// that Go cannot say.
func expression(s *api.Shape) *syntax.Regexp {
	if s.Pattern == "" {
		return nil
	}
	re, err := syntax.Parse(javaEscape.ReplaceAllString(s.Pattern, `\x{$1}`), syntax.Perl)
	if err != nil {
		return nil
	}
	return re
}

// fits tells whether a text is of the shape's pattern.
func fits(s *api.Shape, text string) bool {
	re := expression(s)
	return re == nil || regexp.MustCompile(`\A(?:`+re.String()+`)\z`).MatchString(text)
}

// satisfies tells whether a text breaks no constraint of a shape.
func satisfies(s *api.Shape, text string) bool {
	n := int64(utf8.RuneCountInString(text))
	return fits(s, text) && (!s.HasMin || n >= s.Min) && (!s.HasMax || n <= s.Max) &&
		(len(s.Enum) == 0 || slices.Contains(s.Enum, text))
}

// plain are texts for what a pattern cannot tell, or can only tell in a way
// that Go does not read.
var plain = []string{"walk", "123456", "/", "PT1H", "walk-walk"}

// validText is a text that satisfies a shape.
func validText(s *api.Shape) string {
	if len(s.Enum) > 0 {
		return s.Enum[0]
	}
	for _, text := range plain {
		for s.HasMin && int64(len(text)) < s.Min {
			text += text[len(text)-1:]
		}
		if fits(s, text) && (!s.HasMax || int64(len(text)) <= s.Max) {
			return text
		}
	}
	if text, ok := textOfLength(s, max(s.Min, 1)); ok {
		return text
	}
	return strings.Repeat("a", int(max(s.Min, 1)))
}

// textOfLength is a text of the shape's pattern that is as long, or longer.
func textOfLength(s *api.Shape, length int64) (string, bool) {
	re := expression(s)
	if re == nil {
		return strings.Repeat("a", int(length)), s.Pattern == ""
	}
	for times := 0; times < 8; times++ {
		if text := textOf(re, times); int64(len(text)) >= length && fits(s, text) {
			return text, true
		}
	}
	// All that a pattern lets grow without bound lets its last letter grow.
	if text := textOf(re, 2); text != "" {
		if missing := length - int64(len(text)); missing > 0 {
			text += strings.Repeat(text[len(text)-1:], int(missing))
		}
		return text, fits(s, text)
	}
	return "", false
}

// textOf is a text that an expression matches, with what may repeat repeated so
// often, as far as it may.
func textOf(re *syntax.Regexp, times int) string {
	switch re.Op {
	case syntax.OpLiteral:
		return string(re.Rune)
	case syntax.OpCharClass:
		return string(letter(re))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "a"
	case syntax.OpCapture:
		return textOf(re.Sub[0], times)
	case syntax.OpStar:
		return strings.Repeat(textOf(re.Sub[0], times), times)
	case syntax.OpPlus:
		return strings.Repeat(textOf(re.Sub[0], times), max(times, 1))
	case syntax.OpQuest:
		return strings.Repeat(textOf(re.Sub[0], times), min(times, 1))
	case syntax.OpRepeat:
		n := max(times, re.Min)
		if re.Max >= 0 {
			n = min(n, re.Max)
		}
		return strings.Repeat(textOf(re.Sub[0], times), n)
	case syntax.OpAlternate:
		return textOf(re.Sub[0], times)
	case syntax.OpConcat:
		var b strings.Builder
		for _, sub := range re.Sub {
			b.WriteString(textOf(sub, times))
		}
		return b.String()
	}
	return ""
}

// letter is the most ordinary one of a class.
func letter(class *syntax.Regexp) rune {
	for _, r := range "a1A-/" {
		for i := 0; i+1 < len(class.Rune); i += 2 {
			if class.Rune[i] <= r && r <= class.Rune[i+1] {
				return r
			}
		}
	}
	return class.Rune[0]
}

// foreign are letters that most patterns do not know, the likeliest first.
var foreign = []string{" ", "!", "\\", "é", "\x01", "\x00", "☃"}

// misfit is a valid text with one letter that the pattern does not know.
func misfit(s *api.Shape, text string) (string, bool) {
	if s.Pattern == "" {
		return "", false
	}
	for _, letter := range foreign {
		broken := letter
		if text != "" {
			broken = text[:len(text)-1] + letter
		}
		if expression(s) == nil || !fits(s, broken) {
			return broken, true
		}
	}
	return "", false
}
