package world

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// The bounds of a YAML text: AWS takes templates of 1 MB, and nothing that
// people write is nested deeply.
const (
	maxYAML  = 4 << 20
	maxNests = 200
)

// readYAML reads a YAML text of one document.
func readYAML(text []byte, at Place) (n *node, err error) {
	if len(text) > maxYAML {
		return nil, at.wrong("a YAML file of more than %d MiB is not read", maxYAML>>20)
	}
	if line := tooNested(text); line > 0 {
		at.Line = line
		return nil, at.wrong("this is nested more than %d deep", maxNests)
	}
	defer func() { // the library is not proof against every text
		if r := recover(); r != nil {
			n, err = nil, at.wrong("this is no YAML that can be read")
		}
	}()
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, yamlError(err, at)
	}
	y := yamlReader{at: at, anchors: make(map[string]ast.Node)}
	var found *node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if found != nil {
			at.Line = doc.Body.GetToken().Position.Line
			return nil, at.wrong("there is more than one document in the file")
		}
		if found, err = y.value(doc.Body, 0); err != nil {
			return nil, err
		}
	}
	if found == nil {
		return nil, at.wrong("there is nothing in the file")
	}
	return found, nil
}

// tooNested answers the line on which brackets or indents are nested too deeply;
// 0 where they are not.
func tooNested(text []byte) int {
	depth, line := 0, 0
	for l := range bytes.Lines(text) {
		line++
		trimmed := bytes.TrimLeft(l, " -")
		if len(l)-len(trimmed) > 4*maxNests {
			return line
		}
		for _, c := range l {
			switch c {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(0, depth-1)
			}
		}
		if depth > maxNests {
			return line
		}
	}
	return 0
}

func yamlError(err error, at Place) error {
	var e yaml.Error
	if errors.As(err, &e) {
		if t := e.GetToken(); t != nil && t.Position != nil {
			at.Line = t.Position.Line
		}
		return at.wrong("this is no YAML: %s", firstLine(e.GetMessage()))
	}
	return at.wrong("this is no YAML: %s", firstLine(err.Error()))
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// yamlReader makes nodes of a syntax tree.
type yamlReader struct {
	at      Place
	anchors map[string]ast.Node
	count   int
}

func (y *yamlReader) value(n ast.Node, depth int) (*node, error) {
	at := y.at
	if t := n.GetToken(); t != nil && t.Position != nil {
		at.Line = t.Position.Line
	}
	if y.count++; y.count > most/10 || depth > 2*maxNests {
		return nil, at.wrong("there is more in the file than can be read: does an alias contain itself?")
	}
	switch n := n.(type) {
	case *ast.TagNode:
		v, err := y.tagged(n, at.Line, depth)
		return v, err
	case *ast.AnchorNode:
		y.anchors[n.Name.GetToken().Value] = n.Value
		return y.value(n.Value, depth+1)
	case *ast.AliasNode:
		to, ok := y.anchors[n.Value.GetToken().Value]
		if !ok {
			return nil, at.wrong("there is no anchor %s", n.Value.GetToken().Value)
		}
		return y.value(to, depth+1)
	case *ast.SequenceNode:
		return y.sequence(n, at.Line, depth)
	case *ast.MappingNode:
		return y.mapping(n.Values, at, depth)
	case *ast.MappingValueNode:
		return y.mapping([]*ast.MappingValueNode{n}, at, depth)
	}
	return y.scalar(n, at)
}

func (y *yamlReader) scalar(n ast.Node, at Place) (*node, error) {
	switch n := n.(type) {
	case *ast.StringNode:
		return textNode(at.Line, n.Value), nil
	case *ast.LiteralNode:
		return textNode(at.Line, n.Value.Value), nil
	case *ast.NullNode:
		return &node{kind: null, line: at.Line}, nil
	case *ast.BoolNode:
		return &node{kind: boolean, line: at.Line, text: fmt.Sprint(n.Value)}, nil
	case *ast.IntegerNode:
		return scalarNode(n.GetToken(), at.Line), nil
	case *ast.FloatNode:
		return scalarNode(n.GetToken(), at.Line), nil
	}
	return nil, at.wrong("YAML such as this (%s) is not read here", n.Type())
}

// scalarNode is a number as it is written: an account's id may begin with 0.
func scalarNode(t *token.Token, line int) *node {
	if digits := t.Value; strings.Trim(digits, "0123456789") == "" && len(digits) < 19 && (digits == "0" || digits[:1] != "0") {
		return &node{kind: number, line: line, text: digits}
	}
	return textNode(line, t.Value)
}

func (y *yamlReader) tagged(n *ast.TagNode, line, depth int) (*node, error) {
	tag := n.GetToken().Value
	if n.Value == nil {
		return &node{kind: null, line: line, tag: tag}, nil
	}
	v, err := y.value(n.Value, depth+1)
	if err != nil || strings.HasPrefix(tag, "!!") {
		return v, err
	}
	tagged := *v
	tagged.tag, tagged.line = tag, line
	return &tagged, nil
}

func (y *yamlReader) sequence(n *ast.SequenceNode, line, depth int) (*node, error) {
	out := listNode(line, nil)
	for _, v := range n.Values {
		item, err := y.value(v, depth+1)
		if err != nil {
			return nil, err
		}
		out.items = append(out.items, item)
	}
	return out, nil
}

func (y *yamlReader) mapping(values []*ast.MappingValueNode, at Place, depth int) (*node, error) {
	out := &node{kind: object, line: at.Line}
	for _, v := range values {
		key := v.Key.GetToken()
		if _, merges := v.Key.(*ast.MergeKeyNode); merges || key == nil {
			return nil, at.wrong("YAML's merge keys (<<) are not read here")
		}
		at.Line = key.Position.Line
		if v.Value == nil {
			return nil, at.wrong("%s has no value", key.Value)
		}
		item, err := y.value(v.Value, depth+1)
		if err != nil {
			return nil, err
		}
		if out.get(key.Value) != nil {
			return nil, at.wrong("%s stands there twice", key.Value)
		}
		if item.line < at.Line || item.kind == object || item.kind == list {
			item.line = at.Line
		}
		out.names, out.items = append(out.names, key.Value), append(out.items, item)
	}
	return out, nil
}
