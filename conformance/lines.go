package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// fields are the fields of a case by name, the $names among them.
type fields map[string]string

// raw is a case as it stands in its file, with the defaults of its section
// and file filled in.
type raw struct {
	name   string // after the title of its section, if it has one
	line   int
	fields fields
}

// lines takes a file apart. It answers the file's own fields and its cases.
type lines struct {
	file, section fields
	title         string // of the section, with ": " behind it
	cases         []raw
	current       fields // what a field line is added to
	said          map[string]bool
	last          string   // the field that an indented line goes on with
	columns       []string // of the table being read
}

// split reads a file:
//
//	# a comment
//	field: value
//	  that goes on in indented lines
//	== a section, whose fields are defaults for the cases in it
//	== (alone: the section ends)
//	-- a case, named by a sentence
//	| case | field |
//	| a case in a row | value |
func split(text string) (fields, []raw, error) {
	l := lines{file: fields{}}
	l.current, l.said = l.file, map[string]bool{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		if err := l.line(strings.TrimRight(line, " \t\r\n"), number); err != nil {
			return nil, nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	return l.file, l.cases, nil
}

func (l *lines) line(line string, number int) error {
	if !strings.HasPrefix(line, "|") {
		l.columns = nil
	}
	switch {
	case line == "" || line[0] == '#':
		l.last = ""
		return nil
	case line == "==":
		l.title, l.current, l.last = "", nil, ""
		return nil
	case strings.HasPrefix(line, "== "):
		l.section, l.title, l.last = maps.Clone(l.file), strings.TrimSpace(line[3:])+": ", ""
		l.current, l.said = l.section, map[string]bool{}
		return nil
	case strings.HasPrefix(line, "-- "):
		l.begin(strings.TrimSpace(line[3:]), number)
		return nil
	case line[0] == '|':
		return l.row(line, number)
	case line[0] == ' ' || line[0] == '\t':
		if l.last == "" {
			return fmt.Errorf("an indented line that goes on with no field")
		}
		l.current[l.last] += "\n" + line
		return nil
	}
	return l.field(line)
}

// begin opens a case with the defaults where it stands.
func (l *lines) begin(name string, number int) {
	defaults := l.file
	if l.title != "" {
		defaults = l.section
	}
	l.cases = append(l.cases, raw{l.title + name, number, maps.Clone(defaults)})
	l.current, l.said, l.last = l.cases[len(l.cases)-1].fields, map[string]bool{}, ""
}

// field reads a field line. A case may say otherwise what is a default, but
// nothing is said twice in one place.
func (l *lines) field(line string) error {
	name, value, ok := strings.Cut(line, ":")
	if !ok || name == "" || strings.ContainsAny(name, " \t") {
		return fmt.Errorf("neither field, case, row nor comment: %s", line)
	}
	if l.current == nil {
		return fmt.Errorf("%s belongs to no case and no section", name)
	}
	if l.said[name] {
		return fmt.Errorf("%s is said twice", name)
	}
	l.current[name], l.last, l.said[name] = strings.TrimSpace(value), name, true
	return nil
}

// row reads a row of a table; the first names the columns. An empty cell
// leaves the default.
func (l *lines) row(line string, number int) error {
	cells := strings.Split(strings.Trim(line, "|"), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	switch {
	case l.columns == nil && cells[0] != "case":
		return fmt.Errorf("the first column of a table is case, not %q", cells[0])
	case l.columns == nil:
		l.columns = cells
		return distinct(cells)
	case len(cells) != len(l.columns):
		return fmt.Errorf("a row of %d cells in a table of %d columns", len(cells), len(l.columns))
	}
	l.begin(cells[0], number)
	for i, cell := range cells[1:] {
		if cell != "" {
			l.current[l.columns[i+1]] = cell
		}
	}
	return nil
}

// distinct refuses columns without a name, and two of one name.
func distinct(columns []string) error {
	for i, name := range columns {
		if name == "" || slices.Contains(columns[:i], name) {
			return fmt.Errorf("column %d has no name of its own", i+1)
		}
	}
	return nil
}
