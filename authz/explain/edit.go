package explain

import (
	"encoding/json"
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// splice is the replacement of a piece of a text.
type splice struct {
	from, to int // bytes
	text     string
}

func (s splice) apply(text string) string { return text[:s.from] + s.text + text[s.to:] }

// quote is a JSON string.
func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

// before is the offset of the last byte before at that is no white space, or
// -1; after that of the first from at on, or len(text).
func before(text string, at int) int {
	for at--; at >= 0 && isSpace(text[at]); at-- {
	}
	return at
}

func after(text string, at int) int {
	for at < len(text) && isSpace(text[at]) {
		at++
	}
	return at
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// inArray tells whether a value stands in an array.
func inArray(text string, s policy.Span) bool {
	at := before(text, s.Start.Offset)
	return at >= 0 && (text[at] == '[' || text[at] == ',')
}

// margin is the white space that a line begins with, line break included, where
// only it stands before an offset; else nothing.
func margin(text string, at int) string {
	start := before(text, at) + 1
	if line := strings.LastIndexByte(text[start:at], '\n'); line >= 0 {
		return text[start+line : at]
	}
	return ""
}

// addValue puts values beside those of an element: behind the last where they
// are a list, else the element becomes one.
func addValue(text string, last policy.Span, values ...string) splice {
	from, to := last.Start.Offset, last.End.Offset
	gap := " "
	if inArray(text, last) && margin(text, from) != "" {
		gap = margin(text, from)
	}
	more := ""
	for _, value := range values {
		more += "," + gap + quote(value)
	}
	if !inArray(text, last) {
		return splice{from, to, "[" + text[from:to] + more + "]"}
	}
	return splice{to, to, more}
}

// setValue puts a value in another's place.
func setValue(s policy.Span, value string) splice {
	return splice{s.Start.Offset, s.End.Offset, quote(value)}
}

// removeValue takes a value out of a list. A list of one is left alone.
func removeValue(text string, s policy.Span) (splice, bool) {
	if !inArray(text, s) {
		return splice{}, false
	}
	from, to := before(text, s.Start.Offset), after(text, s.End.Offset)
	switch {
	case text[from] == ',':
		return splice{from, s.End.Offset, ""}, true
	case to < len(text) && text[to] == ',':
		return splice{s.Start.Offset, after(text, to+1), ""}, true
	}
	return splice{}, false
}

// addPrincipal puts a principal into a Principal element: beside the last of
// its kind, or as a kind of its own behind the last.
func addPrincipal(text string, set policy.PrincipalSet, kind policy.PrincipalType, value string) (splice, bool) {
	if !set.Present || set.Negated || len(set.Values) == 0 {
		return splice{}, false
	}
	for i := len(set.Values) - 1; i >= 0; i-- {
		switch p := set.Values[i]; p.Type {
		case policy.Everyone:
			return splice{}, false // everybody is in it
		case kind:
			return addValue(text, p.Span, value), true
		}
	}
	last := set.Values[len(set.Values)-1].Span
	end := last.End.Offset
	if inArray(text, last) {
		bracket := strings.IndexByte(text[end:], ']')
		if bracket < 0 {
			return splice{}, false
		}
		end += bracket + 1
	}
	return splice{end, end, ", " + quote(string(kind)) + ": " + quote(value)}, true
}

// addStatement puts a statement behind the last.
func addStatement(doc *policy.Document, statement string) splice {
	text, first := doc.Text, doc.Statements[0]
	last := doc.Statements[len(doc.Statements)-1]
	end := last.End.Offset
	gap := margin(text, last.Start.Offset)
	if gap == "" {
		gap = " "
	}
	if inArray(text, first.Span) {
		return splice{end, end, "," + gap + indented(statement, gap)}
	}
	from := first.Start.Offset
	return splice{from, end, "[" + text[from:end] + "," + gap + indented(statement, gap) + "]"}
}

// indented begins the further lines of a statement at the margin of the others;
// where those are not on lines of their own, it becomes one line.
func indented(statement, gap string) string {
	if strings.HasPrefix(gap, "\n") {
		return strings.ReplaceAll(statement, "\n", gap)
	}
	var b strings.Builder
	for i, line := range strings.Split(statement, "\n") {
		line = strings.TrimSpace(line)
		if i > 0 && b.Len() > 0 && !strings.HasSuffix(b.String(), "{") && line != "}" {
			b.WriteByte(' ')
		}
		b.WriteString(line)
	}
	return b.String()
}

// removeStatement takes a statement out. The last one stays: a policy has at
// least one.
func removeStatement(doc *policy.Document, index int) (splice, bool) {
	if len(doc.Statements) < 2 {
		return splice{}, false
	}
	return removeValue(doc.Text, doc.Statements[index].Span)
}

// addCondition puts a condition into a statement: into the operator's block
// where there is one, else as a block of its own.
func addCondition(doc *policy.Document, index int, operator, key, value string) splice {
	s := &doc.Statements[index]
	for _, c := range s.Conditions {
		if c.Operator.Value == operator {
			at := c.Key.Start.Offset
			return splice{at, at, quote(key) + ": " + quote(value) + ", "}
		}
	}
	block := quote(operator) + ": {" + quote(key) + ": " + quote(value) + "}"
	if len(s.Conditions) > 0 {
		at := s.Conditions[0].Operator.Start.Offset
		return splice{at, at, block + ", "}
	}
	at := before(doc.Text, s.End.Offset-1) + 1
	gap := margin(doc.Text, after(doc.Text, s.Start.Offset+1))
	if gap == "" {
		gap = " "
	}
	return splice{at, at, "," + gap + `"Condition": {` + block + "}"}
}
