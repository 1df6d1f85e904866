package explain

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy"
)

// withoutDeleted takes the unique ids of users and roles that were deleted out
// of a policy, and answers them: AWS shows them in place of the ARNs, and
// refuses to save a policy that has one. False where one cannot be taken out.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
func withoutDeleted(doc *policy.Document) (*policy.Document, []string, bool) {
	var ids []string
	for {
		cut, id, ok := deletedIn(doc)
		if id == "" {
			return doc, ids, true
		}
		if !ok {
			return nil, nil, false
		}
		next, err := policy.Parse(cut.apply(doc.Text))
		if err != nil {
			return nil, nil, false
		}
		doc = next
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
}

// deletedIn finds the first id of the deleted, and the cut that takes it out.
func deletedIn(doc *policy.Document) (splice, string, bool) {
	for i := range doc.Statements {
		values := doc.Statements[i].Principals.Values
		for _, p := range values {
			if !isDeleted(p) {
				continue
			}
			if doc.Statements[i].Principals.Negated {
				return splice{}, p.Value, false // it would mean more than before
			}
			if len(values) == 1 {
				cut, ok := removeStatement(doc, i)
				return cut, p.Value, ok
			}
			if cut, ok := removeValue(doc.Text, p.Span); ok {
				return cut, p.Value, true
			}
			cut, ok := removeMember(doc.Text, p.Span)
			return cut, p.Value, ok
		}
	}
	return splice{}, "", false
}

func isDeleted(p policy.Principal) bool {
	return p.Type == policy.AWS && (strings.HasPrefix(p.Value, string(arn.RolePrefix)) || strings.HasPrefix(p.Value, string(arn.UserPrefix)))
}

// removeMember takes a member with a value of its own out of an object with
// others.
func removeMember(text string, value policy.Span) (splice, bool) {
	colon := before(text, value.Start.Offset)
	if colon < 0 || text[colon] != ':' {
		return splice{}, false
	}
	end := before(text, colon)
	start := strings.LastIndexByte(text[:max(end, 0)], '"')
	if start < 0 {
		return splice{}, false
	}
	value.Start.Offset = start
	from, to := before(text, start), after(text, value.End.Offset)
	switch {
	case text[from] == ',':
		return splice{from, value.End.Offset, ""}, true
	case to < len(text) && text[to] == ',':
		return splice{start, after(text, to+1), ""}, true
	}
	return splice{}, false
}
