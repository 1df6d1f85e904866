package explain

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// saveable takes out of a policy what AWS refuses to save, and answers it: the
// unique ids of users and roles that were deleted, which it shows in place of
// their ARNs, services without their domain, and the caller with another path
// than its own. False where one cannot be taken out.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
func (q *Question) saveable(doc *policy.Document) (*policy.Document, []string, bool) {
	var gone []string
	for {
		cut, what, ok := q.nobodyIn(doc)
		if what == "" {
			return doc, gone, true
		}
		if !ok {
			return nil, nil, false
		}
		next, err := policy.Parse(cut.apply(doc.Text))
		if err != nil {
			return nil, nil, false
		}
		doc = next
		if !slices.Contains(gone, what) {
			gone = append(gone, what)
		}
	}
}

// nobodyIn finds the first principal that is nobody, and the cut that takes it
// out.
func (q *Question) nobodyIn(doc *policy.Document) (splice, string, bool) {
	for i := range doc.Statements {
		values := doc.Statements[i].Principals.Values
		for _, p := range values {
			what := p.Value
			switch {
			case q.isDeleted(p):
				what += ", who was deleted"
			case isNoService(p):
				what += ", which is no service"
			case q.misplaced(p.Value):
				what += ", which nobody is called"
			default:
				continue
			}
			if doc.Statements[i].Principals.Negated {
				return splice{}, what, false // it would mean more than before
			}
			if len(values) == 1 {
				cut, ok := removeStatement(doc, i)
				return cut, what, ok
			}
			if cut, ok := removeValue(doc.Text, p.Span); ok {
				return cut, what, true
			}
			cut, ok := removeMember(doc.Text, p.Span)
			return cut, what, ok
		}
	}
	return splice{}, "", false
}

// isNoService tells whether a service is named without its domain.
func isNoService(p policy.Principal) bool {
	return p.Type == policy.Service && !strings.Contains(p.Value, ".amazonaws.com") && !strings.HasSuffix(p.Value, ".amazon.com")
}

// misplaced tells whether a text is the caller's ARN but for its path. A name is
// given once in an account, so there is nobody of that ARN.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names
func (q *Question) misplaced(text string) bool {
	own, ok := q.ownARN()
	if !ok || text == own.String() {
		return false
	}
	a, err := arn.Parse(text)
	return err == nil && a.Service == "iam" && a.Account == own.Account && a.Partition == own.Partition &&
		a.ResourceType() == own.ResourceType() && a.ResourceName() == own.ResourceName()
}

// ownARN is the ARN of the caller's user or role.
func (q *Question) ownARN() (arn.ARN, bool) {
	switch p := q.Request.Principal.(type) {
	case authz.User:
		return p.ARN, true
	case authz.RoleSession:
		return p.Role, true
	}
	return arn.ARN{}, false
}

// isDeleted tells whether a policy shows somebody's unique id, as AWS does once
// nobody has it any more.
func (q *Question) isDeleted(p policy.Principal) bool { return !q.IDsMadeUp && isID(p) }

// idIn is a unique id among a policy's principals of which nobody knows whose it
// is.
func (q *Question) idIn(doc *policy.Document) string {
	for i := range doc.Statements {
		for _, p := range doc.Statements[i].Principals.Values {
			if q.IDsMadeUp && isID(p) {
				return p.Value
			}
		}
	}
	return ""
}

func isID(p policy.Principal) bool {
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
