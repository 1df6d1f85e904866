package policy

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Kind is what a document is for. The call that stores or receives it knows;
// the document does not say.
type Kind uint8

// The kinds of document. A permissions boundary is a managed policy.
const (
	_ Kind = iota
	Inline
	Managed
	Trust
	Session
	Bucket
	ServiceControl
	ResourceControl
	Endpoint
)

// Environment is what a document is validated in.
type Environment struct {
	Partition  string     // aws where empty
	Bucket     string     // the bucket's name, for a document of kind Bucket
	Principals Principals // nil: every principal of a valid form exists
}

// Principals knows who exists. The answers are the store's: AWS refuses a
// trust or bucket policy that names a user, role, provider or account that
// does not exist, and remembers users and roles by their unique IDs.
type Principals interface {
	// PrincipalID answers whether the principal exists, and the value to
	// remember in place of its own: the unique ID of a user or role
	// (rule E6), for all others the value itself.
	PrincipalID(p Principal) (id string, ok bool)
}

// Error is AWS's answer to a document that it refuses, and where in the text
// the reason stands.
type Error struct {
	Code     string
	Message  string
	Position Position
}

// Error is the message as the client reads it.
func (e *Error) Error() string { return e.Message }

// Validate reads a document and refuses it as AWS does when a document of
// that kind is stored. The error is an *Error. Sizes are not Validate's
// business: see Size.
func Validate(text string, kind Kind, env Environment) (*Document, error) {
	if env.Partition == "" {
		env.Partition = "aws"
	}
	v := validation{draft: parse(text), env: env}
	if err := v.validate(kind); err != nil {
		return nil, err
	}
	return &v.doc, nil
}

// validation is one document under examination. Its methods answer nil where
// they find nothing to say.
type validation struct {
	*draft
	env Environment
}

func (v *validation) validate(kind Kind) *Error {
	switch kind {
	case Inline, Managed, Session:
		return v.identity(kind)
	case Trust:
		return v.trust()
	case Bucket:
		return v.bucket()
	case ServiceControl, ResourceControl:
		return v.control(kind)
	case Endpoint:
		return v.endpoint()
	}
	panic(fmt.Sprintf("policy: no kind of document has the number %d", kind))
}

// malformed words an error of IAM and STS.
func malformed(at Position, format string, values ...any) *Error {
	return &Error{"MalformedPolicyDocument", fmt.Sprintf(format, values...), at}
}

// fault is the first of some kinds of syntax error, in the order of the text.
func (v *validation) fault(kinds ...SyntaxKind) *SyntaxError {
	var first *SyntaxError
	for _, kind := range kinds {
		fault := v.faults[kind]
		if fault != nil && (first == nil || fault.Position.Offset < first.Position.Offset) {
			first = fault
		}
	}
	return first
}

// place counts lines and characters to an offset again: only what is refused
// needs it.
func (v *validation) place(offset int) Position {
	head := v.text[:offset]
	bol := strings.LastIndexByte(head, '\n') + 1
	return Position{offset, strings.Count(head, "\n") + 1, utf8.RuneCountInString(head[bol:]) + 1}
}

// duplicateSid finds the second statement of the first Sid that two have. The
// empty Sid may repeat (rule G17).
func (v *validation) duplicateSid() (Position, bool) {
	var seen names
	for i, st := range v.doc.Statements {
		if st.Sid != "" && !seen.add(st.Sid) {
			return v.place(v.marks[i].sid), true
		}
	}
	return Position{}, false
}

// oddSid finds the first Sid that is not letters and digits (rule G17).
func (v *validation) oddSid() (Position, bool) {
	for i, st := range v.doc.Statements {
		for _, c := range []byte(st.Sid) {
			if !isAlphanumeric(c) {
				return v.place(v.marks[i].sid), true
			}
		}
	}
	return Position{}, false
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func isDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

// unknownOperator finds the first condition operator that AWS does not have.
func (v *validation) unknownOperator() (Position, bool) {
	for _, st := range v.doc.Statements {
		for _, c := range st.Conditions {
			if !isOperator(c.Operator.Value) {
				return c.Operator.Start, true
			}
		}
	}
	return Position{}, false
}
