package policy

// Version is the version of the policy language that a document is written
// in. The zero value means that the document has no Version element, which
// AWS reads as Version2008: ${...} is then plain text.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
type Version string

// The two versions there are.
const (
	Version2008 Version = "2008-10-17"
	Version2012 Version = "2012-10-17"
)

// Position is a place in a document's text.
type Position struct {
	Offset int // bytes before it
	Line   int // from 1
	Column int // from 1, in characters (UTF-8 runes)
}

// Span is a piece of a document's text: from the first byte of it to the one
// after the last.
type Span struct{ Start, End Position }

// Document is a policy as its author wrote it. Parse makes it; nobody changes
// it afterwards, so any number of goroutines may read it.
type Document struct {
	Text       string // the author's text, byte for byte
	Version    Version
	VersionAt  Position // the zero Position where there is none
	ID         string
	IDAt       Position
	Statements []Statement
}

// Effect is what a statement does when it matches.
type Effect uint8

// The two effects. No statement has the zero value.
const (
	_ Effect = iota
	Allow
	Deny
)

// Statement is one statement of a document. Actions, Resources and Principals
// each say whether the author wrote the element, and whether in its Not form.
type Statement struct {
	Span
	Sid        string
	SidAt      Position // the zero Position where there is none
	Effect     Effect
	EffectAt   Position
	Actions    Set
	Resources  Set
	Principals PrincipalSet
	Conditions []Condition
}

// Text is a string of the document and where it stands: Value has no quotes
// and no escapes, the Span has both. For a number or a boolean that stood
// bare, Value keeps the author's spelling.
type Text struct {
	Value string
	Span
}

// Set is an Action or Resource element, or its Not form.
type Set struct {
	Present bool // the author wrote the element
	Negated bool // as NotAction or NotResource
	Values  []Text
}

// PrincipalType is the key under which a principal stands.
type PrincipalType string

// The kinds of principal that AWS knows. Everyone is the bare "*".
const (
	Everyone      PrincipalType = "*"
	AWS           PrincipalType = "AWS"
	Service       PrincipalType = "Service"
	Federated     PrincipalType = "Federated"
	CanonicalUser PrincipalType = "CanonicalUser"
)

// Principal is one principal of a Principal or NotPrincipal element. The
// value of the bare "*" is "*".
type Principal struct {
	Type PrincipalType
	Text
}

// PrincipalSet is a Principal element, or its Not form.
type PrincipalSet struct {
	Present bool
	Negated bool // as NotPrincipal
	Values  []Principal
}

// Condition is one key of one operator of a Condition element: operator and
// key as the author spelled them, and the values to compare with.
type Condition struct {
	Operator Text // such as ForAnyValue:StringLikeIfExists
	Key      Text // such as aws:PrincipalTag/team
	Values   []Text
}
