package policy

import "strings"

// operators are the condition operators of AWS. Their names are case-sensitive
// when a document is stored (rule C2).
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
const operators = " StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike" +
	" NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan NumericGreaterThanEquals" +
	" DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals" +
	" Bool BinaryEquals IpAddress NotIpAddress ArnEquals ArnLike ArnNotEquals ArnNotLike Null "

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

// isOperator tells whether AWS has the operator. Null has no IfExists form
// (rule C3).
func isOperator(name string) bool {
	base, _, ifExists := splitOperator(name)
	if base == "Null" {
		return !ifExists
	}
	return base != "" && !strings.Contains(base, " ") && strings.Contains(operators, " "+base+" ")
}
