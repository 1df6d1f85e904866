package script

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// asked is the question of a script that was denied last.
type asked struct {
	flags []string
	fixes []explain.Fix
}

type askedKey struct{}

// denied asks rolecall why in the folder account, and must be told no for one
// of the known mistakes before all others: denied MISTAKE FLAG...
func denied(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: denied mistake flag...")
	}
	x := explanationOf(ts, args[1:])
	if x.Allowed {
		ts.Fatalf("allowed: %s", x.Verdict)
	}
	if len(x.Mistakes) == 0 || x.Mistakes[0].Name != args[0] {
		ts.Fatalf("%s\nmistakes %+v, want %s first", x.Verdict, x.Mistakes, args[0])
	}
	last := ts.Value(askedKey{}).(*asked)
	last.flags, last.fixes = args[1:], x.Fixes
}

// fixed makes the edits of a fix that the last denial offered, and the question
// must be allowed then: fixed [N] [FLAG...]. An edit of a policy goes into the
// file that it names; where the request is to change, the flags are that, and
// their last value is in the fix's title.
func fixed(ts *testscript.TestScript, neg bool, args []string) {
	last := ts.Value(askedKey{}).(*asked)
	number := 1
	if len(args) > 0 {
		if n, err := strconv.Atoi(args[0]); err == nil {
			number, args = n, args[1:]
		}
	}
	if neg || number > len(last.fixes) {
		ts.Fatalf("there are %d fixes", len(last.fixes))
	}
	f := last.fixes[number-1]
	ts.Logf("fix %d of %d: %s", number, len(last.fixes), f.Title)
	for _, e := range f.Edits {
		switch {
		case e.Target == "request":
			if len(args) == 0 || !strings.Contains(f.Title, args[len(args)-1][strings.LastIndexByte(args[len(args)-1], '=')+1:]) {
				ts.Fatalf("the request is to change: %s", f.Title)
			}
		case e.Source == "":
			ts.Fatalf("no file to change: %s", e.Title)
		default:
			ts.Check(os.WriteFile(ts.MkAbs(e.Source), []byte(e.Document), 0o600))
		}
	}
	flags := slices.Clone(last.flags)
	for _, arg := range args { // a key has one value
		key, _, _ := strings.Cut(arg, "=")
		if i := slices.IndexFunc(flags, func(f string) bool { return strings.HasPrefix(f, key+"=") }); i > 0 {
			flags = slices.Delete(flags, i-1, i+1)
		}
	}
	if x := explanationOf(ts, append(flags, args...)); !x.Allowed {
		ts.Fatalf("after %q: %s", f.Title, x.Verdict)
	}
}

func explanationOf(ts *testscript.TestScript, flags []string) explain.Explanation {
	err := ts.Exec("rolecall", append([]string{"why", "--from", "account", "--output", "json"}, flags...)...)
	var x explain.Explanation
	if e := json.Unmarshal([]byte(ts.ReadFile("stdout")), &x); e != nil {
		ts.Fatalf("%v\n%s%s", err, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
	return x
}
