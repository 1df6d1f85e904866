package world

import "bytes"

// relaxed is JSON with what editors and people add to it.
type relaxed struct {
	text []byte // as long as it was, line for line, with blanks for what was added
	// comments and commas are the lines of comments, and of commas that nothing
	// follows.
	comments, commas []int
}

// relax takes comments and commas before a closing bracket out of a JSON text.
// Where there are none the text is the same one.
func relax(text []byte) relaxed {
	r := relaxed{text: text}
	line, copied := 1, false
	blank := func(from, to int) {
		if !copied {
			r.text, copied = bytes.Clone(text), true
		}
		for i := from; i < to; i++ {
			if r.text[i] != '\n' {
				r.text[i] = ' '
			}
		}
	}
	comma, commaLine := -1, 0
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '"':
			end := endOfString(text, i)
			line += bytes.Count(text[i:end], []byte("\n"))
			i, comma = end, -1
			continue
		case c == '/' && i+1 < len(text) && (text[i+1] == '/' || text[i+1] == '*'):
			end := endOfComment(text, i)
			r.comments = append(r.comments, line)
			blank(i, end)
			line += bytes.Count(text[i:end], []byte("\n"))
			i = end
			continue
		case c == '\n':
			line++
		case c == ',':
			comma, commaLine = i, line
		case (c == '}' || c == ']') && comma >= 0:
			r.commas = append(r.commas, commaLine)
			blank(comma, comma+1)
			comma = -1
		case c != ' ' && c != '\t' && c != '\r':
			comma = -1
		}
		i++
	}
	return r
}

// endOfString is the offset behind the string that begins at from, or the end
// of the text.
func endOfString(text []byte, from int) int {
	for i := from + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// endOfComment is the offset behind the comment that begins at from, or the end
// of the text. The line's end is not part of it.
func endOfComment(text []byte, from int) int {
	end := []byte("\n")
	if text[from+1] == '*' {
		end = []byte("*/")
	}
	n := bytes.Index(text[from+2:], end)
	switch {
	case n < 0:
		return len(text)
	case text[from+1] == '*':
		return from + 2 + n + len(end)
	}
	return from + 2 + n
}
