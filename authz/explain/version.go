package explain

import (
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// newVersion is the edit that makes variables of what stands as ${…} in a policy
// of the old version, or of none. What it asks for besides may still fail.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
func (q *Question) newVersion(ref Ref, doc *policy.Document) (candidate, bool) {
	if doc == nil || doc.Version == policy.Version2012 || !strings.Contains(doc.Text, "${") {
		return candidate{}, false
	}
	var warnings []string
	if strings.Count(doc.Text, "${") > 1 {
		warnings = []string{"every ${…} in the policy is then a variable, also in its other statements"}
	}
	c, ok := q.change(ref, `write "Version": "2012-10-17", so that ${…} is a variable`, setVersion(doc).apply(doc.Text), costVersion, warnings...)
	c.goOn = true
	return c, ok
}

// setVersion writes the newest version: in the old one's place, or before all
// other elements where there is none.
func setVersion(doc *policy.Document) splice {
	text, version := doc.Text, quote(string(policy.Version2012))
	if doc.Version != "" {
		from := after(text, doc.VersionAt.Offset)
		return splice{from, from + len(`"`) + strings.IndexByte(text[from+1:], '"') + len(`"`), version}
	}
	at := after(text, strings.IndexByte(text, '{')+1)
	gap := margin(text, at)
	if gap == "" {
		gap = " "
	}
	return splice{at, at, `"Version": ` + version + "," + gap}
}
