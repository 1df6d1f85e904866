package policy

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestDisputed: every choice is held by a test case of this package.
func TestDisputed(t *testing.T) {
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(text)
	}
	numbers := map[int]bool{}
	for _, q := range Disputed() {
		if numbers[q.Number] {
			t.Errorf("two questions have the number %d", q.Number)
		}
		numbers[q.Number] = true
		if q.Question == "" || q.Choice == "" || q.Source == "" {
			t.Errorf("question %d is not answered in full", q.Number)
		}
		if !strings.Contains(source.String(), strconv.Quote(q.Test)) {
			t.Errorf("question %d: no test case is called %q", q.Number, q.Test)
		}
	}
}
