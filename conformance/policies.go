package conformance

import (
	"fmt"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// readLevels reads documents one after another, each with a name or an ARN
// before it or without, in levels with > between them. The word unreadable
// stands for a document that is there and cannot be read, empty for none.
func readLevels(text string) ([][]authz.Named, error) {
	levels := [][]authz.Named{nil}
	label := ""
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimSpace(rest) {
		last := &levels[len(levels)-1]
		switch word := firstWord(rest); {
		case rest[0] == '{':
			n := objectLen(rest)
			document, err := policy.Parse(rest[:n])
			if err != nil {
				return nil, fmt.Errorf("%w in %s", err, rest[:n])
			}
			*last = append(*last, named(label, len(*last), document))
			label, rest = "", rest[n:]
		case word == ">":
			levels, rest = append(levels, nil), rest[1:]
		case word == "unreadable":
			*last = append(*last, named(label, len(*last), nil))
			label, rest = "", rest[len(word):]
		case word == "empty":
			rest = rest[len(word):]
		case label != "":
			return nil, fmt.Errorf("%s has no document behind it", label)
		default:
			label, rest = word, rest[len(word):]
		}
	}
	if label != "" {
		return nil, fmt.Errorf("%s has no document behind it", label)
	}
	return levels, nil
}

func named(label string, index int, document *policy.Document) authz.Named {
	n := authz.Named{Name: fmt.Sprintf("policy%d", index), Document: document}
	switch {
	case strings.HasPrefix(label, "arn:"):
		n.ARN = label
	case label != "":
		n.Name = label
	}
	return n
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	word, _, _ = strings.Cut(word, "\n")
	return word
}

// objectLen is the length of the JSON object that s begins with; all of s
// where it does not end.
func objectLen(s string) int {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// readPolicies reads every field that holds policies.
func readPolicies(f fields) (authz.Policies, error) {
	var p authz.Policies
	var err error
	read := func(field string, use func(levels [][]authz.Named)) {
		text, fault := f.take(field)
		if err != nil || fault != nil || text == "" {
			err = firstOf(err, fault)
			return
		}
		levels, fault := readLevels(text)
		if fault != nil {
			err = fmt.Errorf("%s: %w", field, fault)
			return
		}
		use(levels)
	}
	single := func(field string, use func(one *authz.Named)) {
		read(field, func(levels [][]authz.Named) {
			if len(levels) != 1 || len(levels[0]) != 1 {
				err = fmt.Errorf("%s: there is one policy of this type", field)
				return
			}
			use(&levels[0][0])
		})
	}
	flat := func(field string, use func(list []authz.Named)) {
		read(field, func(levels [][]authz.Named) {
			if len(levels) != 1 {
				err = fmt.Errorf("%s: there are no levels here", field)
				return
			}
			use(levels[0])
		})
	}
	flat("identity", func(list []authz.Named) { p.Identity = list })
	flat("session", func(list []authz.Named) { p.Session, p.SessionPresent = list, true })
	single("boundary", func(one *authz.Named) { p.Boundary = one })
	single("endpoint", func(one *authz.Named) { p.Endpoint = one })
	for field, kind := range resourceKinds() {
		single(field, func(one *authz.Named) { p.Resource = &authz.ResourcePolicy{Kind: kind, Named: *one} })
	}
	read("scp", func(levels [][]authz.Named) { p.SCPs = levels })
	read("rcp", func(levels [][]authz.Named) { p.RCPs = levels })
	return p, err
}

func resourceKinds() map[string]authz.ResourceKind {
	return map[string]authz.ResourceKind{
		"resource-policy": authz.OrdinaryPolicy, "trust-policy": authz.TrustPolicy, "key-policy": authz.KeyPolicy,
	}
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
