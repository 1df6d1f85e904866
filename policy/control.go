package policy

import "strings"

// control refuses what CreatePolicy and UpdatePolicy of AWS Organizations
// refuse (rules G5 and G6). There is one message for everything.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
// and https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
func (v *validation) control(kind Kind) *Error {
	refuse := func(at Position) *Error {
		return &Error{"MalformedPolicyDocumentException",
			"The provided policy document does not meet the requirements of the specified policy type.", at}
	}
	if fault := v.first(); fault != nil {
		return refuse(fault.Position)
	}
	if at, ok := v.unknownOperator(); ok {
		return refuse(at)
	}
	if at, ok := v.duplicateSid(); ok {
		return refuse(at)
	}
	if kind == ResourceControl && v.doc.Version != Version2012 {
		return refuse(v.place(0))
	}
	for i := range v.doc.Statements {
		st := &v.doc.Statements[i]
		valid := isServiceControl(st)
		if kind == ResourceControl {
			valid = isResourceControl(st)
		}
		if !valid || !v.areControlled(st) {
			return refuse(st.Start)
		}
	}
	return nil
}

func isServiceControl(st *Statement) bool { return !st.Principals.Present }

// isResourceControl: Deny only, for everyone, some actions by name.
func isResourceControl(st *Statement) bool {
	p := st.Principals
	if st.Effect != Deny || p.Negated || len(p.Values) != 1 || p.Values[0].Type != Everyone || st.Actions.Negated {
		return false
	}
	for _, action := range st.Actions.Values {
		if action.Value == "*" {
			return false
		}
	}
	return true
}

// areControlled tells whether actions and resources are there and well formed.
// Short ARNs are not expanded in these documents (rule M4).
func (v *validation) areControlled(st *Statement) bool {
	for _, action := range st.Actions.Values {
		if actionFault(action.Value) != "" {
			return false
		}
	}
	for _, resource := range st.Resources.Values {
		short := resource.Value != "*" && strings.Count(resource.Value, ":") < 5
		if short || resourceFault(resource.Value, v.env.Partition) != "" {
			return false
		}
	}
	return len(st.Actions.Values) > 0 && len(st.Resources.Values) > 0
}

// endpoint refuses what CreateVpcEndpoint refuses (rule G9).
//
// Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
// and the code InvalidPolicyDocument of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
func (v *validation) endpoint() *Error {
	refuse := func(at Position) *Error {
		return &Error{"InvalidPolicyDocument", "The specified policy document is not a valid JSON policy document.", at}
	}
	if fault := v.first(); fault != nil {
		return refuse(fault.Position)
	}
	if at, ok := v.unknownOperator(); ok {
		return refuse(at)
	}
	for i := range v.doc.Statements {
		st := &v.doc.Statements[i]
		if len(st.Principals.Values) == 0 || !v.areControlled(st) {
			return refuse(st.Start)
		}
	}
	return nil
}
