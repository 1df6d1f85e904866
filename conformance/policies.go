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
	r := policyReader{fields: f}
	p := authz.Policies{
		Identity: r.list("identity"), Boundary: r.one("boundary"), Endpoint: r.one("endpoint"),
		SCPs: r.levels("scp"), RCPs: r.levels("rcp"),
	}
	if session := r.levels("session"); session != nil {
		p.Session, p.SessionPresent = session[0], true
		r.unlevelled("session", session)
	}
	for kind, field := range [...]string{
		authz.OrdinaryPolicy: "resource-policy", authz.TrustPolicy: "trust-policy", authz.KeyPolicy: "key-policy",
	} {
		one := r.one(field)
		switch {
		case one == nil:
		case p.Resource != nil:
			r.fail(field, "a resource has one policy")
		default:
			p.Resource = &authz.ResourcePolicy{Kind: authz.ResourceKind(kind), Named: *one}
		}
	}
	return p, r.err
}

// policyReader reads fields and keeps the first thing that is wrong.
type policyReader struct {
	fields fields
	err    error
}

func (r *policyReader) fail(field, why string) {
	if r.err == nil {
		r.err = fmt.Errorf("%s: %s", field, why)
	}
}

// levels answers the policies of a field, nil where it is not there.
func (r *policyReader) levels(field string) [][]authz.Named {
	text, err := r.fields.take(field)
	if err != nil {
		r.fail(field, err.Error())
	}
	if text == "" {
		return nil
	}
	levels, err := readLevels(text)
	if err != nil {
		r.fail(field, err.Error())
	}
	return levels
}

func (r *policyReader) unlevelled(field string, levels [][]authz.Named) {
	if len(levels) > 1 {
		r.fail(field, "there are no levels here")
	}
}

func (r *policyReader) list(field string) []authz.Named {
	levels := r.levels(field)
	if levels == nil {
		return nil
	}
	r.unlevelled(field, levels)
	return levels[0]
}

func (r *policyReader) one(field string) *authz.Named {
	levels := r.levels(field)
	if levels == nil {
		return nil
	}
	r.unlevelled(field, levels)
	if len(levels[0]) != 1 {
		r.fail(field, "there is one policy of this type")
		return nil
	}
	return &levels[0][0]
}
