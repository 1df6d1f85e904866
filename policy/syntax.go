package policy

import "fmt"

// SyntaxKind is what is wrong with a document that Parse refuses.
type SyntaxKind uint8

// The kinds of syntax error, in no order. Each is an example away:
//
//	NotJSON           {"Version":"2012-10-17",}
//	NotUnicode        invalid UTF-8, "\ud800", "\u0000", a raw NUL
//	TooDeep           [[[[...
//	LeadingSpace      a blank before the first {
//	DuplicateMember   {"Id":"a","Id":"b"}
//	UnknownElement    {"Statment":[]}
//	UnknownPrincipal  "Principal":{"Account":"123456789012"}
//	WrongType         "Action":{}
//	BadVersion        "Version":"2013-10-17"
//	NoStatement       {"Version":"2012-10-17"}, "Statement":[]
//	NoEffect          a statement without Effect
//	BadEffect         "Effect":"Permit"
//	MiscasedEffect    "Effect":"allow"
//	Contradiction     Action beside NotAction
const (
	_ SyntaxKind = iota
	NotJSON
	NotUnicode
	TooDeep
	LeadingSpace
	DuplicateMember
	UnknownElement
	UnknownPrincipal
	WrongType
	BadVersion
	NoStatement
	NoEffect
	BadEffect
	MiscasedEffect
	Contradiction
	syntaxKinds // how many there are, and one
)

// SyntaxError is why Parse refused a document. Its words are rolecall's own;
// Validate words the same fault as AWS does for the kind of document.
type SyntaxError struct {
	Kind     SyntaxKind
	Position Position
	Detail   string // what was found there, in words
}

// Error tells place and fault.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("policy: line %d, column %d: %s", e.Position.Line, e.Position.Column, e.Detail)
}
