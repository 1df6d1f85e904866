package script

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// number is how a fix of rolecall why begins: its place in the list.
var number = regexp.MustCompile(`^ ?(\d+)\. `)

// mend runs the commands of a fix that the last command, rolecall why, printed:
// mend [N] [WORD=VALUE]... runs those of the N-th, as they are printed but for
// words that only the person at the keyboard knows, such as a code. As in a
// shell, they run with the credentials in use; a fix that has no command cannot
// be run.
func mend(ts *testscript.TestScript, neg bool, args []string) {
	want := "1"
	if len(args) > 0 && !strings.Contains(args[0], "=") {
		want, args = args[0], args[1:]
	}
	var commands []string
	at := ""
	for _, line := range strings.Split(ts.ReadFile("stdout"), "\n") {
		if m := number.FindStringSubmatch(line); m != nil {
			at = m[1]
		}
		if command, ok := strings.CutPrefix(strings.TrimSpace(line), "$ "); ok && at == want {
			commands = append(commands, command)
		}
	}
	if len(commands) == 0 {
		ts.Fatalf("fix %s has no command in what was printed", want)
	}
	script := strings.Join(commands, "\n")
	for _, arg := range args {
		word, value, _ := strings.Cut(arg, "=")
		if !strings.Contains(script, word) {
			ts.Fatalf("%s is not in %q", word, script)
		}
		script = strings.ReplaceAll(script, word, value)
	}
	ts.Logf("[mend %s]", want)
	if err := ts.Exec("bash", "-euc", script); (err != nil) != neg {
		ts.Fatalf("%s", fmt.Sprintf("mended by\n%s\n%v", script, err))
	}
}
