package policy

import "strings"

// identity refuses what CreatePolicy, CreatePolicyVersion, Put*Policy and the
// STS calls refuse: table E1, in its order.
func (v *validation) identity(kind Kind) *Error {
	checks := [...]func() *Error{
		func() *Error { return v.identitySyntax(kind) },
		func() *Error { return v.version2012(kind) },
		v.legacyForm,
		v.noPrincipal,
		v.legacyValues,
		v.sids,
		v.someActions,
		v.resourceForms,
		v.actionForms,
		v.someResources,
	}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// identitySyntax is E1.1.
func (v *validation) identitySyntax(kind Kind) *Error {
	if v.failure != nil && kind == Session {
		return malformed(v.failure.Position, "The policy is not in the valid JSON format.")
	}
	if v.failure != nil {
		return malformed(v.failure.Position, "Syntax errors in policy.")
	}
	fault := v.fault(DuplicateMember, UnknownElement, UnknownPrincipal, WrongType, BadVersion, NoStatement,
		NoEffect, BadEffect, Contradiction)
	if fault != nil {
		return malformed(v.first().Position, "Syntax errors in policy.")
	}
	if at, ok := v.unknownOperator(); ok {
		return malformed(at, "Syntax errors in policy.")
	}
	return nil
}

// version2012 is E1.2.
func (v *validation) version2012(kind Kind) *Error {
	if kind == Managed && v.doc.Version != Version2012 {
		return malformed(v.place(0), "Policy document must be version 2012-10-17 or greater.")
	}
	return nil
}

const legacyParsing = "The policy failed legacy parsing"

// legacyForm is what E1.3 says of the text and of Effect.
func (v *validation) legacyForm() *Error {
	if fault := v.fault(LeadingSpace, MiscasedEffect); fault != nil {
		return malformed(fault.Position, legacyParsing)
	}
	return nil
}

func (v *validation) noPrincipal() *Error {
	for i, st := range v.doc.Statements {
		if st.Principals.Present {
			return malformed(v.place(v.marks[i].principal), "Policy document should not specify a principal.")
		}
	}
	return nil
}

// legacyValues is what E1.3 says of dates and resources.
func (v *validation) legacyValues() *Error {
	for _, st := range v.doc.Statements {
		for _, c := range st.Conditions {
			if base, _, _ := splitOperator(c.Operator.Value); !strings.HasPrefix(base, "Date") {
				continue
			}
			for _, value := range c.Values {
				if !isDate(value.Value) {
					return malformed(value.Start, legacyParsing)
				}
			}
		}
	}
	if at, message := v.resourceFault(); message == legacyParsing {
		return malformed(at, legacyParsing)
	}
	return nil
}

// sids is E1.4.
func (v *validation) sids() *Error {
	if at, ok := v.duplicateSid(); ok {
		return malformed(at, "Statement IDs (SID) in a single policy must be unique.")
	}
	if at, ok := v.oddSid(); ok {
		return malformed(at, "Statement IDs (SID) must be alpha-numeric. "+
			"Check that your input satisfies the regular expression [0-9A-Za-z]*")
	}
	return nil
}

// someActions is E1.5.
func (v *validation) someActions() *Error {
	for _, st := range v.doc.Statements {
		if len(st.Actions.Values) == 0 {
			return malformed(st.Start, "Policy statement must contain actions.")
		}
	}
	return nil
}

// resourceForms is E1.6.
func (v *validation) resourceForms() *Error {
	if at, message := v.resourceFault(); message != "" {
		return malformed(at, "%s", message)
	}
	return nil
}

// actionForms is E1.7.
func (v *validation) actionForms() *Error {
	for _, st := range v.doc.Statements {
		for _, action := range st.Actions.Values {
			if message := actionFault(action.Value); message != "" {
				return malformed(action.Start, "%s", message)
			}
		}
	}
	return nil
}

// actionFault is what AWS says of an action that is not service:name.
func actionFault(action string) string {
	vendor, name, colon := strings.Cut(action, ":")
	switch {
	case action == "*":
		return ""
	case !colon:
		return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
	case strings.Contains(name, ":"):
		return "Actions/Condition can contain only one colon."
	case vendor != "*" && !isVendor(vendor):
		return "Vendor " + vendor + " is not valid"
	}
	return ""
}

// isVendor tells whether s may be the service of an action.
func isVendor(s string) bool {
	for _, c := range []byte(s) {
		if !isAlphanumeric(c) && c != '-' && c != '.' {
			return false
		}
	}
	return s != ""
}

// someResources is E1.8.
func (v *validation) someResources() *Error {
	for _, st := range v.doc.Statements {
		if len(st.Resources.Values) == 0 {
			return malformed(st.Start, "Policy statement must contain resources.")
		}
	}
	return nil
}
