package policy

import (
	"errors"
	"testing"
)

// A byte order mark is no white space of JSON (RFC 8259, sections 2 and 8.1):
// IAM refuses such a document, and whoever wrote it sees nothing of the mark.
func TestAByteOrderMarkIsNamed(t *testing.T) {
	for _, text := range []string{"\ufeff{}", "\ufeff", "\ufeff[1]", "\ufeff\ufeff{}"} {
		for _, read := range []func(string) error{
			func(s string) error { _, err := Parse(s); return err },
			func(s string) error { _, err := ReadValue(s); return err },
		} {
			var wrong *SyntaxError
			if err := read(text); !errors.As(err, &wrong) || wrong.Kind != NotJSON || wrong.Detail != "the text begins with a byte order mark, and JSON has none" {
				t.Errorf("%q: %v", text, err)
			}
		}
	}
	if _, err := Parse(`{"Id": "` + "\ufeff" + `", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`); err != nil {
		t.Errorf("within a string it is a character as others: %v", err)
	}
}
