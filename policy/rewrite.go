package policy

import (
	"fmt"
	"strings"
)

// ReplacePrincipals is the document's text with the value of each principal
// that replace answers true for replaced, and all else byte for byte. It
// serves both ways of rule E6: to store the unique IDs of users and roles that
// a trust policy names, and to show their ARNs again. The bare "*" is not
// offered to replace.
func (d *Document) ReplacePrincipals(replace func(Principal) (string, bool)) string {
	var b strings.Builder
	done := 0
	for _, st := range d.Statements {
		for _, p := range st.Principals.Values {
			if p.Type == Everyone {
				continue
			}
			value, ok := replace(p)
			if !ok || value == p.Value {
				continue
			}
			b.WriteString(d.Text[done:p.Start.Offset])
			writeString(&b, value)
			done = p.End.Offset
		}
	}
	if done == 0 {
		return d.Text
	}
	b.WriteString(d.Text[done:])
	return b.String()
}

// writeString writes a string of JSON. value is valid UTF-8, as all values of
// documents and all identifiers are; what is not becomes U+FFFD.
func writeString(b *strings.Builder, value string) {
	b.WriteByte('"')
	for _, r := range value {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ':
			fmt.Fprintf(b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}
