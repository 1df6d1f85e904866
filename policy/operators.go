package policy

import "strings"

// isOperator tells whether AWS has the operator, letter by letter (rule C2).
// Null asks for a key and not for its values, and so has neither an IfExists
// form (rule C3) nor one over a set.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func isOperator(name string) bool {
	base, set, ifExists := splitOperator(name)
	switch base {
	case "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
		"StringLike", "StringNotLike",
		"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
		"NumericGreaterThan", "NumericGreaterThanEquals",
		"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals",
		"DateGreaterThan", "DateGreaterThanEquals",
		"Bool", "BinaryEquals", "IpAddress", "NotIpAddress",
		"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike":
		return true
	case "Null":
		return !ifExists && set == ""
	}
	return false
}

// splitOperator takes the set prefix and the IfExists ending from an operator.
func splitOperator(name string) (base, set string, ifExists bool) {
	base = name
	for _, prefix := range [...]string{"ForAllValues:", "ForAnyValue:"} {
		if rest, ok := strings.CutPrefix(base, prefix); ok {
			base, set = rest, prefix[:len(prefix)-1]
			break
		}
	}
	base, ifExists = strings.CutSuffix(base, "IfExists")
	return base, set, ifExists
}
