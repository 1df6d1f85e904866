package explain

import (
	"bytes"
	"encoding/json"
	"strings"
)

// around is how many lines that stay are shown around those that change.
const around = 2

// diff is what changes between two texts of a policy, line by line, with "-"
// before lines that go, "+" before those that come and " " before some that
// stay. Texts on one line are laid out first, so that the change can be seen. Of
// a text that is new all lines come.
func diff(was, is string) string {
	if was == "" {
		return "+" + strings.ReplaceAll(is, "\n", "\n+") + "\n"
	}
	if !strings.Contains(strings.TrimSpace(was), "\n") {
		was, is = laidOut(strings.TrimSpace(was)), laidOut(strings.TrimSpace(is))
	}
	a, b := strings.Split(was, "\n"), strings.Split(is, "\n")
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out strings.Builder
	show := func(sign string, lines []string) {
		for _, line := range lines {
			out.WriteString(sign + line + "\n")
		}
	}
	show(" ", a[max(0, head-around):head])
	show("-", a[head:len(a)-tail])
	show("+", b[head:len(b)-tail])
	show(" ", a[len(a)-tail:min(len(a), len(a)-tail+around)])
	return out.String()
}

func laidOut(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return b.String()
}

// oneLine is a document without the white space that means nothing.
func oneLine(text string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(text)) != nil {
		return text
	}
	return b.String()
}
