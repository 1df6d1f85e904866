package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// document is a case about a policy that somebody stores.
type document struct {
	text    string
	kind    policy.Kind
	env     policy.Environment
	code    string // AWS's, or valid
	message string
}

// strangers are the principals that do not exist in a case.
type strangers []string

// PrincipalID answers for all principals but the strangers.
func (s strangers) PrincipalID(p policy.Principal) (string, bool) {
	return p.Value, !slices.Contains(s, p.Value)
}

func readDocument(f fields) (check, error) {
	var d document
	var kind, nobody string
	for field, value := range map[string]*string{
		"document": &d.text, "kind": &kind, "expect": &d.code, "message": &d.message,
		"bucket": &d.env.Bucket, "partition": &d.env.Partition, "nobody": &nobody,
	} {
		var err error
		if *value, err = f.take(field); err != nil {
			return nil, err
		}
	}
	if strings.HasPrefix(d.text, `"`) {
		if err := json.Unmarshal([]byte(d.text), &d.text); err != nil {
			return nil, fmt.Errorf("document: %w", err)
		}
	}
	d.env.Principals = strangers(strings.Fields(nobody))
	switch {
	case d.code == "" || strings.Contains(d.code, " "):
		return nil, errors.New("expect: valid, or AWS's code")
	case (d.code == "valid") != (d.message == ""):
		return nil, errors.New("a refusal has a message, and only a refusal")
	}
	var ok bool
	if d.kind, ok = kinds()[kind]; !ok {
		return nil, fmt.Errorf("kind: %q is none", kind)
	}
	return d, nil
}

func kinds() map[string]policy.Kind {
	return map[string]policy.Kind{
		"inline": policy.Inline, "managed": policy.Managed, "trust": policy.Trust, "session": policy.Session,
		"bucket": policy.Bucket, "scp": policy.ServiceControl, "rcp": policy.ResourceControl, "endpoint": policy.Endpoint,
	}
}

// run validates the document: no engine decides about it.
func (d document) run(Decide) string {
	code, message := "valid", ""
	if _, err := policy.Validate(d.text, d.kind, d.env); err != nil {
		var refusal *policy.Error
		if !errors.As(err, &refusal) {
			return "refused with " + err.Error()
		}
		code, message = refusal.Code, refusal.Message
	}
	if code == d.code && message == d.message {
		return ""
	}
	return fmt.Sprintf("want %s %q, got %s %q", d.code, d.message, code, message)
}
