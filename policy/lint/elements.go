package lint

import (
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// elements looks at what a statement has and has not.
func (l *linter) elements(s *statement) {
	switch {
	case s.element("Effect") == nil:
		l.add("MISSING_EFFECT", s.spot)
	case s.effect != "Allow" && s.effect != "Deny" && s.element("Effect").value.Shape == policy.String:
		f := l.add("INVALID_EFFECT", s.element("Effect").spot, s.effect)
		for _, right := range [...]string{"Allow", "Deny"} {
			if strings.EqualFold(strings.TrimSpace(s.effect), right) {
				f.Change = "write \"" + right + "\""
			}
		}
	}
	for _, name := range [...]string{"Action", "Resource", "Principal"} {
		if with, without := s.element(name), s.element("Not"+name); with != nil && without != nil {
			l.add("UNSUPPORTED_ELEMENT_COMBINATION", without.key, name, "Not"+name).also(with.key)
		}
	}
	if e := s.either("Action"); e == nil {
		l.add("MISSING_ACTION", s.spot)
	} else if empty(e) {
		l.add("EMPTY_ARRAY_ACTION", e.spot)
	}
	l.resourceElement(s)
	l.principalElement(s)
}

func empty(e *element) bool { return e.value.Shape == policy.Array && len(e.value.Elements) == 0 }

// resourceElement: all documents have one but trust policies, and those of
// services that leave it out, such as Amazon ECR, of which nobody says which
// they are.
func (l *linter) resourceElement(s *statement) {
	e := s.either("Resource")
	switch {
	case e == nil && l.Type == Resource && (l.Resource == "" || l.trust()):
	case e == nil:
		l.add("MISSING_RESOURCE", s.spot)
	case l.trust():
		l.add("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", e.key)
	case empty(e):
		l.add("EMPTY_ARRAY_RESOURCE", e.spot)
	}
}

func (l *linter) principalElement(s *statement) {
	e := s.either("Principal")
	switch {
	case e == nil && (l.Type == Resource || l.Type == ResourceControl):
		l.add("MISSING_PRINCIPAL", s.spot)
	case e == nil:
	case l.Type == Identity:
		l.add("UNSUPPORTED_PRINCIPAL", e.key, string(l.Type))
	case l.Type == ServiceControl:
		l.add("SCP_SYNTAX_ERROR_PRINCIPAL", e.key)
	}
}

// sids looks at all Sids together. Where they must be letters and digits, and
// where none may stand twice, package policy's validation of the kind says.
func (l *linter) sids() {
	strict := l.Type != Resource || l.trust()
	required := strict || l.Resource == Bucket
	seen := map[string]bool{}
	for i := range l.statements {
		e := l.statements[i].element("Sid")
		if e == nil {
			continue
		}
		sid := e.value.Text.Value
		switch {
		case sid == "":
			l.add("EMPTY_SID_VALUE", e.spot)
			continue
		case strict && strings.Trim(sid, letters+digits) != "":
			l.add("UNSUPPORTED_SID", e.spot).Change = "write \"" + onlyOf(sid, letters+digits) + "\""
		}
		if seen[sid] && required {
			l.add("UNIQUE_SIDS_REQUIRED", e.spot)
		} else if seen[sid] {
			l.add("UNIQUE_SIDS_RECOMMENDED", e.spot)
		}
		seen[sid] = true
	}
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
)

// onlyOf leaves out all characters but some.
func onlyOf(s, some string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(some, r) {
			return r
		}
		return -1
	}, s)
}

// size holds the document against the quota of its kind.
func (l *linter) size(root policy.Value) {
	at := spot{nil, root.Span}
	over := func(kind policy.Kind, code string) {
		if n, limit := policy.Measure(l.Text, kind); n > limit {
			l.add(code, at, number(n), number(limit))
		}
	}
	switch {
	case l.Type == Identity:
		over(policy.Managed, "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA")
	case l.Type == ServiceControl:
		over(policy.ServiceControl, "POLICY_SIZE_EXCEEDS_SCP_QUOTA")
	case l.Type == ResourceControl:
		over(policy.ResourceControl, "POLICY_SIZE_EXCEEDS_RCP_QUOTA")
	case l.trust():
		if n, limit := policy.Measure(l.Text, policy.Trust); n > limit {
			l.add("POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", at)
		}
	case l.Resource != "":
		// All of S3's and DynamoDB's have the quota of a bucket's, 20 KB.
		over(policy.Bucket, "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA")
	}
}
