package directory

import (
	"encoding/json"
	"sync"

	"github.com/rolecall-iam/rolecall/policy"
)

// PolicyText is a policy document as its author wrote it. It is parsed on
// first use and once, however many requests ask at the same time. The zero
// value is no document.
type PolicyText struct{ *policyText }

type policyText struct {
	text  string
	parse sync.Once
	doc   *policy.Document
}

// NewPolicyText keeps text. It does not ask whether it is valid.
func NewPolicyText(text string) PolicyText {
	return PolicyText{&policyText{text: text}}
}

// String is the author's text.
func (p PolicyText) String() string {
	if p.policyText == nil {
		return ""
	}
	return p.text
}

// IsZero tells whether there is no document.
func (p PolicyText) IsZero() bool { return p.policyText == nil }

// Document is the parsed text, or nil for one that does not parse: the
// decision treats such a document as one that denies.
func (p PolicyText) Document() *policy.Document {
	if p.policyText == nil {
		return nil
	}
	p.parse.Do(func() { p.doc, _ = policy.Parse(p.text) })
	return p.doc
}

// MarshalJSON writes the text as a JSON string.
func (p PolicyText) MarshalJSON() ([]byte, error) { return json.Marshal(p.String()) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (p *PolicyText) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return err
	}
	*p = NewPolicyText(text)
	return nil
}
