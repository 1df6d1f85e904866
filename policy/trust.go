package policy

import (
	"fmt"
	"strings"
)

// trust refuses what CreateRole and UpdateAssumeRolePolicy refuse: table E2.
func (v *validation) trust() *Error {
	if err := v.trustSyntax(); err != nil {
		return err
	}
	for i := range v.doc.Statements {
		st, m := &v.doc.Statements[i], &v.marks[i]
		checks := [...]func(*Statement, *marks) *Error{
			v.trustEffect, v.trustResource, v.trustPrincipal, v.trustActions, v.trustFederation,
		}
		for _, check := range checks {
			if err := check(st, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// trustSyntax is what E2 says of the document as a whole.
func (v *validation) trustSyntax() *Error {
	if v.failure != nil {
		return malformed(v.failure.Position, "This policy contains invalid Json")
	}
	if fault := v.faults[LeadingSpace]; fault != nil {
		return malformed(fault.Position, "This policy contains invalid Json")
	}
	if fault := v.faults[BadVersion]; fault != nil {
		return malformed(fault.Position, "The policy must contain a valid version string")
	}
	if fault := v.fault(DuplicateMember, UnknownElement, WrongType, Contradiction); fault != nil {
		return malformed(fault.Position, "Syntax error in policy.")
	}
	if fault := v.faults[NoStatement]; fault != nil {
		return malformed(fault.Position, "Could not parse the policy: Statement is empty!")
	}
	if at, ok := v.unknownOperator(); ok {
		return malformed(at, "Syntax error in policy.")
	}
	if at, ok := v.duplicateSid(); ok {
		return malformed(at, "The Statement Ids in the policy are not unique")
	}
	if at, ok := v.oddSid(); ok {
		return malformed(at, "Statement IDs (SID) must be alpha-numeric. "+
			"Check that your input satisfies the regular expression [0-9A-Za-z]*")
	}
	return nil
}

func (v *validation) trustEffect(st *Statement, m *marks) *Error {
	switch {
	case st.Effect != 0:
		return nil
	case m.effect == 0:
		return malformed(st.Start, "Missing required field Effect")
	}
	return malformed(v.place(m.effect), "Invalid effect: %s", m.effectText)
}

// trustResource goes before what is missing: a permission policy in the place
// of a trust policy, which has no Principal either, is told of its Resource
// (kubernetes-sigs/external-dns issue 3085).
func (v *validation) trustResource(st *Statement, m *marks) *Error {
	switch {
	case !st.Resources.Present:
		return nil
	case st.Resources.Negated:
		return malformed(v.place(m.resource), "AssumeRole policy must not contain resources.")
	}
	return malformed(v.place(m.resource), "Has prohibited field Resource")
}

func (v *validation) trustPrincipal(st *Statement, m *marks) *Error {
	switch fault := v.faults[UnknownPrincipal]; {
	case !st.Principals.Present:
		return malformed(st.Start, "Missing required field Principal")
	case st.Principals.Negated && st.Effect == Allow:
		return malformed(v.place(m.principal), "Allow with NotPrincipal is not allowed.")
	case st.Principals.Negated:
		return malformed(v.place(m.principal), "AssumeRole policy must not contain NotPrincipal field.")
	case fault != nil && m.names(fault.Position):
		kind, _ := (&scanner{text: v.text, offset: fault.Position.Offset}).str()
		return malformed(fault.Position, `Invalid principal in policy: "%s"`, kind.Value)
	case len(st.Principals.Values) == 0 && v.isEmptyObject(m):
		return malformed(v.place(m.principal), "Missing required field Principal cannot be empty!")
	case len(st.Principals.Values) == 0:
		return malformed(v.place(m.principal), "Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: "+
			"The passed in policy has a statement with no principals!")
	}
	for _, p := range st.Principals.Values {
		if message := v.trusted(p); message != "" {
			return malformed(p.Start, "%s", message)
		}
	}
	return nil
}

// names tells whether a place is within the statement's principals.
func (m *marks) names(at Position) bool {
	return m.principal <= at.Offset && at.Offset < m.principalEnd
}

// isEmptyObject tells {} from {"AWS":[]}.
func (v *validation) isEmptyObject(m *marks) bool {
	return strings.Trim(v.text[m.principal:m.principalEnd], "{} \t\r\n") == ""
}

// trusted is what AWS says of a principal that cannot be trusted.
func (v *validation) trusted(p Principal) string {
	switch p.Type {
	case Everyone:
		return `AssumeRolepolicy contained an invalid principal: "STAR":"*".`
	case AWS:
		if !isAWSPrincipal(p.Value, v.env.Partition) || p.Value != "*" && !v.exists(p) {
			return fmt.Sprintf(`Invalid principal in policy: "AWS":"%s"`, p.Value)
		}
	case Service:
		if !isServicePrincipal(p.Value, v.env.Partition) {
			return fmt.Sprintf(`Invalid principal in policy: "SERVICE":"%s"`, p.Value)
		}
	case Federated:
		builtIn, ok := isFederation(p.Value, v.env.Partition)
		if !ok {
			return "Federated principals must be valid domain names or SAML metadata ARNs"
		}
		if !builtIn && !v.exists(p) {
			return fmt.Sprintf(`Invalid principal in policy: "FEDERATED":"%s"`, p.Value)
		}
	default:
		return fmt.Sprintf(`Invalid principal in policy: "%s"`, p.Type)
	}
	return ""
}

// assumeActions are the actions that a trust policy may speak of.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html
// and https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
var assumeActions = [...]string{
	"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity",
	"sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext",
}

func (v *validation) trustActions(st *Statement, _ *marks) *Error {
	if len(st.Actions.Values) == 0 {
		return malformed(st.Start, "Missing required field Action")
	}
	for _, action := range st.Actions.Values {
		if !isAssumeAction(action.Value) {
			return malformed(action.Start, "AssumeRole policy may only specify STS AssumeRole actions.")
		}
	}
	return nil
}

// isAssumeAction tells whether a pattern speaks of STS and matches an action
// of the list.
func isAssumeAction(pattern string) bool {
	lower := strings.ToLower(pattern)
	if !strings.HasPrefix(lower, "sts:") {
		return false
	}
	for _, action := range assumeActions {
		if Matches(lower, strings.ToLower(action)) {
			return true
		}
	}
	return false
}
