package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/policy/lint"
	"github.com/rolecall-iam/rolecall/policytest"
)

// warnOfActions tells of actions that AWS does not have, and where each stands.
// They are asked all the same: AWS has new ones each week.
func warnOfActions(stderr io.Writer, where string, actions ...string) {
	text, err := json.Marshal(map[string]any{
		"Version": "2012-10-17", "Statement": map[string]any{"Effect": "Allow", "Action": actions, "Resource": "*"},
	})
	if err != nil {
		return // of strings there is none
	}
	for _, f := range lint.Find(lint.Document{Text: string(text), Type: lint.Identity}, reference.NewLookup()) {
		if f.Code == "INVALID_ACTION" || f.Code == "INVALID_SERVICE_IN_ACTION" {
			fmt.Fprintln(stderr, "rolecall: warning:", where+f.Details)
		}
	}
}

// warnOfNoResource tells that an action which is about resources is asked about
// all of them, where none was given.
func warnOfNoResource(stderr io.Writer, in rolecall.Ask) {
	service, operation, _ := strings.Cut(in.Action, ":")
	if in.Resource == "" && len(reference.NewLookup().ActionTypes(strings.ToLower(service), operation)) > 0 {
		fmt.Fprintf(stderr, "rolecall: warning: no --resource is given: %s is asked about on every resource, *\n", in.Action)
	}
}

// warnOfTested does so for the actions of tests: of each once.
func warnOfTested(stderr io.Writer, suites []policytest.Suite) {
	seen := make(map[string]bool)
	for _, s := range suites {
		for _, t := range s.Tests {
			for _, ask := range t.Asks {
				if !seen[ask.Action] {
					seen[ask.Action] = true
					warnOfActions(stderr, fmt.Sprintf("%s:%d: ", s.File, t.Line), ask.Action)
				}
			}
		}
	}
}
