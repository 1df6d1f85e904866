package lint_test

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/policy/lint"
)

// FuzzFind: whatever the text, findings are of checks that there are, in the
// order of the text, and their places are in it.
func FuzzFind(f *testing.F) {
	for _, cases := range allCases {
		for i, c := range cases {
			if text := document(c.bad); len(text) < 2048 {
				f.Add(text, uint8(i))
			}
		}
	}
	ref := reference.NewLookup()
	kinds := [...]lint.Document{identity, resource, bucket, table, trust, scp, rcp}
	f.Fuzz(func(t *testing.T, text string, kind uint8) {
		if len(text) > lint.MaxSize {
			return
		}
		of := kinds[int(kind)%len(kinds)]
		of.Text = text
		last := 0
		for _, found := range lint.Find(of, ref) {
			if found.Details == "" || !strings.Contains(text, "%") && strings.Contains(found.Details, "%") {
				t.Fatalf("%q: %s says %q", text, found.Code, found.Details)
			}
			for i, l := range found.Locations {
				if l.Start.Offset > l.End.Offset || l.End.Offset > len(text) {
					t.Fatalf("%q: %s is at %+v", text, found.Code, l.Span)
				}
				if i == 0 && l.Start.Offset < last {
					t.Fatalf("%q: %s is out of order", text, found.Code)
				}
			}
			last = found.Locations[0].Start.Offset
		}
	})
}
