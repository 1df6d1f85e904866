package world

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// writeText writes a JSON string.
func writeText(b *strings.Builder, s string) {
	quoted, err := jsontext.AppendQuote(nil, strings.ToValidUTF8(s, "\uFFFD"))
	if err != nil {
		quoted = []byte(`""`) // of valid UTF-8 there is none
	}
	b.Write(quoted)
}

// reader reads a JSON text into nodes.
type reader struct {
	d     *jsontext.Decoder
	text  []byte
	at    Place
	seen  int // bytes whose lines are counted
	line  int
	count int
}

// readJSON reads one JSON value with nothing behind it. line is that of the
// first byte.
func readJSON(text []byte, at Place, line int) (*node, error) {
	r := reader{d: jsontext.NewDecoder(bytes.NewReader(text)), text: text, at: at, line: line}
	n, err := r.value()
	if err != nil {
		return nil, r.unreadable(err)
	}
	if _, err := r.d.ReadToken(); !errors.Is(err, io.EOF) {
		r.at.Line = r.lineAt(r.d.InputOffset())
		return nil, r.at.wrong("something follows the end of the JSON")
	}
	return n, nil
}

// lineAt is the line of an offset that is not before the last one asked for.
func (r *reader) lineAt(offset int64) int {
	if to := min(int(offset), len(r.text)); to > r.seen {
		r.line += bytes.Count(r.text[r.seen:to], []byte("\n"))
		r.seen = to
	}
	return r.line
}

func (r *reader) value() (*node, error) {
	token, err := r.d.ReadToken()
	if err != nil {
		return nil, err
	}
	n := &node{line: r.lineAt(r.d.InputOffset())}
	if r.count++; r.count > most {
		return nil, fmt.Errorf("there are more than %d values", most)
	}
	switch token.Kind() {
	case '{', '[':
		n.kind = object
		if token.Kind() == '[' {
			n.kind = list
		}
		return n, r.items(n)
	case '"':
		n.kind, n.text = text, token.String()
	case '0':
		n.kind, n.text = number, token.String()
	case 't', 'f':
		n.kind, n.text = boolean, token.String()
	default:
		n.kind = null
	}
	return n, nil
}

// items reads the items of an object or list to its end.
func (r *reader) items(n *node) error {
	for {
		if k := r.d.PeekKind(); k == '}' || k == ']' {
			_, err := r.d.ReadToken()
			return err
		}
		if n.kind == object {
			name, err := r.d.ReadToken()
			if err != nil {
				return err
			}
			n.names = append(n.names, name.String())
		}
		item, err := r.value()
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
}

// unreadable tells what the reader of JSON came upon.
func (r *reader) unreadable(err error) error {
	offset := r.d.InputOffset()
	syntax, ok := errors.AsType[*jsontext.SyntacticError](err)
	if ok {
		offset = syntax.ByteOffset
	}
	at := r.at
	at.Line = r.lineAt(offset)
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return at.wrong("the file ends in the middle of the JSON")
	case ok && errors.Is(syntax.Err, jsontext.ErrDuplicateName):
		return at.wrong("the member %q stands there twice", syntax.JSONPointer.LastToken())
	case ok:
		return at.wrong("this is no JSON: %v", syntax.Err)
	}
	return at.wrong("%v", err)
}
