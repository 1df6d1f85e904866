package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/rolecall-iam/rolecall/policy"
	files "github.com/rolecall-iam/rolecall/world"
)

// readPolicy reads the file of one policy and tells of what AWS would not take,
// such as comments. What is no policy is an error that names the place.
func readPolicy(name string, stderr io.Writer) (string, error) {
	text, err := readAtMost(name, maxSmall)
	if err != nil {
		return "", err
	}
	if text, err = files.Plain(name, text); err != nil {
		return "", err
	}
	text, added := files.Relax(name, text)
	for _, warning := range added {
		fmt.Fprintln(stderr, "rolecall: warning:", warning)
	}
	_, err = policy.Parse(string(text))
	if wrong, ok := errors.AsType[*policy.SyntaxError](err); ok {
		return "", fmt.Errorf("%s:%d:%d: this is no policy: %s", name, wrong.Position.Line, wrong.Position.Column, wrong.Detail)
	}
	return string(text), err
}
