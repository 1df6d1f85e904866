package world

import (
	"fmt"
	"strings"
)

// Place is where something stands.
type Place struct {
	File  string
	Line  int    // 0 where no line can be told
	Where string // in the words of the file, such as aws_iam_role.deploy; may be empty
}

// String is the place as it stands before a message.
func (p Place) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Where != "" {
		b.WriteString(": " + p.Where)
	}
	return b.String()
}

// in is a place inside of this one.
func (p Place) in(where string, line int) Place {
	if line > 0 {
		p.Line = line
	}
	if p.Where != "" && where != "" {
		p.Where += "."
	}
	p.Where += where
	return p
}

// wrong is an error about what stands there.
func (p Place) wrong(format string, args ...any) error {
	return &Error{p, fmt.Sprintf(format, args...)}
}

// Error is what is wrong with a file, and where in it.
type Error struct {
	Place   Place
	Message string
}

// Error is one sentence that begins with the place.
func (e *Error) Error() string { return e.Place.String() + ": " + e.Message }

// Warning is what somebody should know of a file that could be read.
type Warning struct {
	Place   Place
	Message string
}

// String is one sentence that begins with the place.
func (w Warning) String() string { return w.Place.String() + ": " + w.Message }
