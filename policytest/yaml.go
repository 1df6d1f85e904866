package policytest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// The bounds of a file of tests: more than anybody writes by hand.
const (
	maxFile  = 1 << 20
	maxDepth = 32
)

// Error is what is wrong with a file, and where: Line and Column are from 1, and
// 0 where it is about the whole file.
type Error struct {
	File         string
	Line, Column int
	Message      string
}

// Error is one sentence that begins with the place.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// reader reads one file and collects what is wrong with it.
type reader struct {
	file   string
	wrongs []error
}

// mostWrongs is how many mistakes of a file are told at once.
const mostWrongs = 10

func (r *reader) wrong(at *yaml.Node, format string, args ...any) {
	e := &Error{File: r.file, Message: fmt.Sprintf(format, args...)}
	if at != nil {
		e.Line, e.Column = at.Line, at.Column
	}
	if len(r.wrongs) < mostWrongs {
		r.wrongs = append(r.wrongs, e)
	}
}

// document parses a text of one document into its tree.
func (r *reader) document(text []byte) *yaml.Node {
	if len(text) > maxFile {
		r.wrong(nil, "the file has more than %d KiB", maxFile>>10)
		return nil
	}
	if line, message := unfit(text); message != "" {
		r.wrongs = append(r.wrongs, &Error{r.file, line, 1, message})
		return nil
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	var first, second yaml.Node
	err := d.Decode(&first)
	if err == nil {
		if err = d.Decode(&second); err == nil {
			r.wrong(&second, "there is a second document in the file: write the tests into one")
			return nil
		}
	}
	switch {
	case !errors.Is(err, io.EOF):
		r.wrongs = append(r.wrongs, r.syntax(err))
		return nil
	case len(first.Content) == 0 || isNull(first.Content[0]):
		r.wrong(nil, "there is nothing in the file")
		return nil
	}
	return first.Content[0]
}

// unfit looks for what is no text or is nested too deeply, before anything
// takes it apart.
func unfit(text []byte) (line int, message string) {
	depth := 0
	for l := range bytes.Lines(text) {
		line++
		if !utf8.Valid(l) || bytes.IndexByte(l, 0) >= 0 {
			return line, "this is not text in UTF-8"
		}
		opened := l[:len(l)-len(bytes.TrimLeft(l, " \t-?"))]
		if bytes.Count(opened, []byte("-"))+bytes.Count(opened, []byte("?")) > maxDepth || len(opened) > 8*maxDepth {
			return line, "this is nested too deeply"
		}
		for _, c := range l {
			switch c {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(0, depth-1)
			}
		}
		if depth > 8*maxDepth {
			return line, "this is nested too deeply"
		}
	}
	return 0, ""
}

// syntax is the parser's error, which begins with its line.
func (r *reader) syntax(err error) error {
	out := &Error{File: r.file, Line: 1, Column: 1}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if after, ok := strings.CutPrefix(text, "line "); ok {
		number, rest, _ := strings.Cut(after, ": ")
		if line, err := strconv.Atoi(number); err == nil {
			out.Line, text = line, rest
		}
	}
	out.Message = "this is no YAML: " + text
	if strings.Contains(text, "alphabetic or numeric character") || strings.Contains(text, "unknown anchor") {
		out.Message += "; " + starInQuotes
	}
	return out
}

// starInQuotes is what people trip over most.
const starInQuotes = "a star that stands for everything is written in quotes, as \"*\""

// pair is one member of a mapping.
type pair struct {
	key   string
	at    *yaml.Node
	value *yaml.Node
}

// pairs are the members of a mapping; false for anything else.
func (r *reader) pairs(n *yaml.Node, what string) ([]pair, bool) {
	if n.Kind != yaml.MappingNode || plainly(n) != "" {
		r.wrong(n, "%s is %s; it has to be a mapping of keys to values", what, kindOf(n))
		return nil, false
	}
	seen := make(map[string]bool, len(n.Content)/2)
	var all []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, ok := r.scalar(n.Content[i], "a key")
		if !ok {
			continue
		}
		if seen[key] {
			r.wrong(n.Content[i], "%s stands there twice", key)
		}
		seen[key] = true
		all = append(all, pair{key, n.Content[i], n.Content[i+1]})
	}
	return all, true
}

// items are the items of a list, or the value itself where it is no list.
func items(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.SequenceNode && plainly(n) == "" {
		return n.Content
	}
	return []*yaml.Node{n}
}

// scalar is a plain value as its author spelled it.
func (r *reader) scalar(n *yaml.Node, what string) (string, bool) {
	if n.Kind == yaml.ScalarNode && plainly(n) == "" && !isNull(n) {
		return n.Value, true
	}
	r.wrong(n, "%s is %s; it has to be a text", what, kindOf(n))
	return "", false
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// text is a value that is not empty.
func (r *reader) text(n *yaml.Node, what string) string {
	s, ok := r.scalar(n, what)
	if ok && strings.TrimSpace(s) == "" {
		r.wrong(n, "%s is empty", what)
	}
	return s
}

// texts are those of a list, or of one value.
func (r *reader) texts(n *yaml.Node, what string) []string {
	var all []string
	for _, item := range items(n) {
		if s := r.text(item, what); s != "" {
			all = append(all, s)
		}
	}
	if len(items(n)) == 0 {
		r.wrong(n, "%s is an empty list", what)
	}
	return all
}

// plainly tells what a node has that is not read here; nothing of most.
func plainly(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.AliasNode:
		return "an alias, which is not read here; " + starInQuotes
	case n.Anchor != "":
		return "an anchor, which is not read here"
	case n.Style&yaml.TaggedStyle != 0:
		return "a tag, which is not read here"
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!merge":
		return "a merge of mappings, which is not read here"
	}
	return ""
}

// kindOf names what a node is, for people.
func kindOf(n *yaml.Node) string {
	if text := plainly(n); text != "" {
		return text
	}
	switch {
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case isNull(n):
		return "empty"
	}
	return "a text"
}
