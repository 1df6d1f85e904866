package script

import (
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rolecall-iam/rolecall/authn/mfa"
)

// totp is an authenticator app: totp my-user.seed CODE1 CODE2 puts what a
// device shows during steps in a row, up to the current one, into variables. A
// code works once, so the steps are later than all that the device showed
// before, even if they are yet to come: no script waits for a step to pass. One
// device has two codes to be enabled with and one to be used.
func totp(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: totp seed-file variable...")
	}
	shown := ts.MkAbs(args[0]) + ".shown"
	step := mfa.StepAt(time.Now()) - int64(len(args)-2)
	if last, err := os.ReadFile(shown); err == nil {
		used, err := strconv.ParseInt(string(last), 10, 64)
		ts.Check(err)
		step = max(step, used+1)
	}
	for i, name := range args[1:] {
		code, err := mfa.Code(strings.TrimSpace(ts.ReadFile(args[0])), step+int64(i))
		ts.Check(err)
		ts.Setenv(name, code)
	}
	ts.Check(os.WriteFile(shown, []byte(strconv.FormatInt(step+int64(len(args))-2, 10)), 0o600))
}
