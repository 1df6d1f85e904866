package policy

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// large are documents that are large in one way each.
func large() map[string]string {
	list := func(value string, n int) string {
		return `[` + strings.Repeat(value+`,`, n-1) + value + `]`
	}
	keys := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"key%d":"v",`, i)
		}
		return strings.TrimSuffix(b.String(), ",")
	}
	sids := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `{"Sid":"s%d","Effect":"Deny","Action":"a:b","Resource":"*"},`, i)
		}
		return strings.TrimSuffix(b.String(), ",")
	}
	return map[string]string{
		"a string of 1 MB":                    action(`"a:` + strings.Repeat("b", 1<<20) + `"`),
		"a string of 1 MB of escapes":         action(`"a:` + strings.Repeat(`\u0062`, 1<<18) + `"`),
		"a string of 1 MB of wide characters": action(`"a:` + strings.Repeat("é", 1<<19) + `"`),
		"100,000 values":                      action(list(`"a:b"`, 100_000)),
		"100,000 resources":                   resource(list(`"arn:aws:s3:::b"`, 100_000)),
		"100,000 condition keys":              condition(`{"StringEquals":{` + keys(100_000) + `}}`),
		"100,000 numbers":                     condition(`{"NumericEquals":{"a":` + list(`1e999`, 100_000) + `}}`),
		"a number of 1 MB":                    condition(`{"NumericEquals":{"a":` + strings.Repeat("9", 1<<20) + `}}`),
		"10,000 statements":                   document(sids(10_000)),
		"1 MB of white space":                 document(strings.Repeat("\n ", 1<<19) + `{` + listBucket + `}`),
	}
}

// TestLargeDocuments: what is large is read, and takes memory in proportion.
func TestLargeDocuments(t *testing.T) {
	for name, text := range large() {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		d, err := Validate(text, Managed, Environment{})
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d.Text != text {
			t.Errorf("%s: the text was changed", name)
		}
		if got, limit := after.TotalAlloc-before.TotalAlloc, uint64(80*len(text)); got > limit {
			t.Errorf("%s: %d bytes of text took %d bytes of memory", name, len(text), got)
		}
	}
}

// TestHostileDocuments: what is refused is refused at its first fault, or
// remembers one fault of a kind only.
func TestHostileDocuments(t *testing.T) {
	for name, text := range map[string]string{
		"arrays nested 10,000 deep":            `{"Statement":` + strings.Repeat(`[`, 10_000) + strings.Repeat(`]`, 10_000) + `}`,
		"objects nested 10,000 deep":           strings.Repeat(`{"Statement":`, 10_000) + `1` + strings.Repeat(`}`, 10_000),
		"conditions nested 10,000 deep":        condition(strings.Repeat(`{"Bool":`, 10_000) + strings.Repeat(`}`, 10_000)),
		"100,000 unknown elements":             `{` + strings.Repeat(`"x":1,`, 100_000) + `"x":1}`,
		"100,000 statements of the wrong type": document(strings.Repeat(`1,`, 100_000) + `1`),
		"100,000 statements without Effect":    document(strings.Repeat(`{},`, 100_000) + `{}`),
		"100,000 nulls":                        action(`[` + strings.Repeat(`null,`, 100_000) + `null]`),
		"1 MB of opening quotes":               strings.Repeat(`"`, 1<<20),
		"a string without end":                 `{"` + strings.Repeat("a", 1<<20),
		"1 MB of backslashes":                  `{"` + strings.Repeat(`\`, 1<<20),
		"1 MB of NUL":                          strings.Repeat("\x00", 1<<20),
		"100,000 words Effect":                 document(`{` + strings.Repeat(`"Effect":"Allow",`, 100_000) + `"Effect":"Deny"}`),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Validate(text, Managed, Environment{})
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
		if got, limit := after.TotalAlloc-before.TotalAlloc, uint64(300*len(text)+1<<16); got > limit {
			t.Errorf("%s: %d bytes of text took %d bytes of memory", name, len(text), got)
		}
	}
}
