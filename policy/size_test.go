package policy

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestSize counts as IAM's quotas do.
func TestSize(t *testing.T) {
	for _, test := range []struct {
		name, text string
		size       int
	}{
		{"white space is not counted (E3)", " {\n\t\"Id\" : \"a b\"\r\n}", len(`{"Id":"ab"}`)},
		{"characters are counted, not bytes", `{"Id":"é"}`, 10},
		{"an empty text", "", 0},
	} {
		if got := Size(test.text); got != test.size {
			t.Errorf("%s: Size is %d, want %d", test.name, got, test.size)
		}
	}
}

// TestMeasure counts each kind as its own quota does.
func TestMeasure(t *testing.T) {
	const text = "{ \"Id\" : \"é \\\" b\" }\n"
	for _, test := range []struct {
		name        string
		kind        Kind
		size, limit int
	}{
		{"an inline policy counts toward its owner's quota, without white space (E3)", Inline, len(`{"Id":"e\"b"}`), 0},
		{"a managed policy, without white space (E3, PolicySize)", Managed, len(`{"Id":"e\"b"}`), 6144},
		{"a trust policy, without white space (E3, ACLSizePerRole)", Trust, len(`{"Id":"e\"b"}`), 2048},
		{"a session policy, as it is passed (G8, STS API reference, AssumeRole)", Session, len(text) - 1, 2048},
		{"a bucket policy, in bytes, without white space between tokens (G4, physionet-build issue 2094)", Bucket, len(`{"Id":"é \" b"}`), 20480},
		{"a service control policy, as it is passed (G5, 10,240 since May 2026)", ServiceControl, len(text) - 1, 10240},
		{"a resource control policy, as it is passed (G6)", ResourceControl, len(text) - 1, 5120},
		{"an endpoint policy, with white space (G9, AWS PrivateLink quotas)", Endpoint, len(text) - 1, 20480},
	} {
		if size, limit := Measure(text, test.kind); size != test.size || limit != test.limit {
			t.Errorf("%s: %d of %d, want %d of %d", test.name, size, limit, test.size, test.limit)
		}
	}
}

// TestMinified agrees with encoding/json on documents.
func TestMinified(t *testing.T) {
	for _, text := range []string{
		`{"a": "b \\" , "c":"\" "}`, "{\n\t\"Statement\": [ {} , {} ]\r\n}", `{"x":"\\\\ \" "}`, `""`,
		strings.Repeat(`[ `, 50) + `" "` + strings.Repeat(` ]`, 50),
	} {
		var b strings.Builder
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(value); err != nil {
			t.Fatal(err)
		}
		if got, want := minified(text), len(strings.TrimSpace(b.String())); got != want {
			t.Errorf("%s: %d bytes, want %d", text, got, want)
		}
	}
	if got := minified(`{"a\`); got != 4 {
		t.Errorf("a text that ends in an escape has %d bytes", got)
	}
}
