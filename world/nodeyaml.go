package world

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
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
	d := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	switch err := d.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, at.wrong("there is nothing in the file")
	case err != nil:
		return nil, yamlError(err, at)
	}
	switch err := d.Decode(&more); {
	case err == nil:
		at.Line = more.Line
		return nil, at.wrong("there is more than one document in the file")
	case !errors.Is(err, io.EOF):
		return nil, yamlError(err, at)
	}
	y := yamlReader{at: at}
	return y.value(&doc, 0)
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

// yamlLine is the line in an error of the library.
var yamlLine = regexp.MustCompile(`^line ([0-9]+): `)

func yamlError(err error, at Place) error {
	message, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "yaml: "), "\n")
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		at.Line, _ = strconv.Atoi(m[1])
		message = message[len(m[0]):]
	}
	return at.wrong("this is no YAML: %s", message)
}

// yamlReader makes nodes of the library's.
type yamlReader struct {
	at    Place
	count int
}

func (y *yamlReader) value(n *yaml.Node, depth int) (*node, error) {
	at := y.at
	at.Line = n.Line
	if y.count++; y.count > most/10 || depth > 2*maxNests {
		return nil, at.wrong("there is more in the file than can be read: does an alias contain itself?")
	}
	out := &node{line: n.Line}
	if tag := n.Tag; strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!") {
		out.tag = tag
	}
	switch n.Kind {
	case yaml.DocumentNode:
		return y.value(n.Content[0], depth+1)
	case yaml.AliasNode:
		return y.value(n.Alias, depth+1)
	case yaml.SequenceNode:
		out.kind = list
		for _, c := range n.Content {
			item, err := y.value(c, depth+1)
			if err != nil {
				return nil, err
			}
			out.items = append(out.items, item)
		}
		return out, nil
	case yaml.MappingNode:
		return out, y.mapping(out, n, depth)
	}
	y.scalar(out, n)
	return out, nil
}

// scalar reads a text as it is written: an account's id may begin with 0, and
// a version is no date.
func (y *yamlReader) scalar(out *node, n *yaml.Node) {
	out.kind, out.text = text, n.Value
	if out.tag != "" || n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return
	}
	switch n.ShortTag() {
	case "!!null":
		out.kind, out.text = null, ""
	case "!!bool":
		if low := strings.ToLower(n.Value); low == "true" || low == "false" {
			out.kind, out.text = boolean, low
		}
	case "!!int":
		if d := n.Value; strings.Trim(d, "0123456789") == "" && len(d) < 19 && (d == "0" || d[:1] != "0") {
			out.kind = number
		}
	}
}

func (y *yamlReader) mapping(out *node, n *yaml.Node, depth int) error {
	out.kind = object
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, at := n.Content[i], y.at
		at.Line = key.Line
		switch {
		case key.Kind != yaml.ScalarNode:
			return at.wrong("a name here is no text")
		case key.ShortTag() == "!!merge":
			return at.wrong("YAML's merge keys (<<) are not read here")
		case seen[key.Value]:
			return at.wrong("%s stands there twice", key.Value)
		}
		seen[key.Value] = true
		item, err := y.value(n.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		if item.kind == object || item.kind == list {
			item.line = key.Line
		}
		out.names, out.items = append(out.names, key.Value), append(out.items, item)
	}
	return nil
}
