package lint

import (
	"strings"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/policy"
)

// WithoutComments replaces comments in JSON, // to the end of the line and
// /* to */, by blanks, so that all else stays where it was, and answers a
// finding for each. A text without any is returned as it is.
func WithoutComments(text string) (plain string, found []Finding) {
	var b []byte
	line, counted, column, c := 1, 0, 1, check("comment")
	newline := func(i int) { line, counted, column = line+1, i+1, 1 }
	place := func(i int) policy.Position {
		column, counted = column+utf8.RuneCountInString(text[counted:i]), i
		return policy.Position{Offset: i, Line: line, Column: column}
	}
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\n':
			newline(i)
		case text[i] == '"':
			i = endOfString(text, i)
		case strings.HasPrefix(text[i:], "//") || strings.HasPrefix(text[i:], "/*"):
			end := endOfComment(text, i)
			start := place(i)
			if b == nil {
				b = []byte(text)
			}
			for ; i < end; i++ {
				if text[i] == '\n' {
					newline(i)
				} else {
					b[i] = ' '
				}
			}
			if len(found) < most {
				found = append(found, Finding{Code: c.Code, Severity: c.Severity, Details: c.Details, Page: c.Page,
					Change: "take the comment out", Locations: []Location{{Span: policy.Span{Start: start, End: place(end)}}}})
			}
			i--
		}
	}
	if b == nil {
		return text, nil
	}
	return string(b), found
}

// endOfString is where a string ends, which begins at i.
func endOfString(text string, i int) int {
	for i++; i < len(text) && text[i] != '"' && text[i] != '\n'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	if i < len(text) && text[i] == '\n' {
		return i - 1 // no string of JSON; the line still counts
	}
	return i
}

// endOfComment is the place behind a comment that begins at i.
func endOfComment(text string, i int) int {
	end, skip := "\n", 0
	if text[i+1] == '*' {
		end, skip = "*/", 2
	}
	n := strings.Index(text[i+2:], end)
	if n < 0 {
		return len(text)
	}
	return i + 2 + n + skip
}
