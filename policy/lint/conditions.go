package lint

import (
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// families are the kinds of value that operators compare.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var families = map[string]string{
	"StringEquals": "String", "StringNotEquals": "String", "StringEqualsIgnoreCase": "String",
	"StringNotEqualsIgnoreCase": "String", "StringLike": "String", "StringNotLike": "String",
	"NumericEquals": "Numeric", "NumericNotEquals": "Numeric", "NumericLessThan": "Numeric",
	"NumericLessThanEquals": "Numeric", "NumericGreaterThan": "Numeric", "NumericGreaterThanEquals": "Numeric",
	"DateEquals": "Date", "DateNotEquals": "Date", "DateLessThan": "Date", "DateLessThanEquals": "Date",
	"DateGreaterThan": "Date", "DateGreaterThanEquals": "Date",
	"Bool": "Bool", "BinaryEquals": "Binary", "IpAddress": "IPAddress", "NotIpAddress": "IPAddress",
	"ArnEquals": "Arn", "ArnLike": "Arn", "ArnNotEquals": "Arn", "ArnNotLike": "Arn", "Null": "Null",
}

// conditions looks at each key of each operator.
func (l *linter) conditions(s *statement) {
	reported := map[string]bool{}
	for i := range s.cond {
		c := &s.cond[i]
		if !reported[c.operator.text] {
			reported[c.operator.text] = true
			l.operator(c)
		}
		l.emptyCondition(c)
		l.conditionKey(s, c)
		l.values(c)
		l.wildcards(c)
	}
	l.pairs(s)
}

func (l *linter) operator(c *condition) {
	switch {
	case families[c.base] == "":
		f := l.add("INVALID_CONDITION_OPERATOR", c.operator.spot, c.operator.text)
		for known := range families {
			if strings.EqualFold(known, c.base) {
				f.Change = `write "` + known + `"`
			}
		}
	case c.base == "Null" && c.ifExists:
		l.add("NULL_WITH_IF_EXISTS", c.operator.spot)
	case c.base == "Null" && c.set != "":
		l.add("NULL_WITH_QUALIFIER", c.operator.spot)
	}
}

func (l *linter) emptyCondition(c *condition) {
	if len(c.values) > 0 || c.all.Span.End.Offset-c.all.Span.Start.Offset < 2 || l.Text[c.all.Start.Offset] != '[' {
		return
	}
	code := "EMPTY_ARRAY_CONDITION"
	switch {
	case c.set == "ForAllValues":
		code += "_FORALLVALUES"
	case c.set == "ForAnyValue":
		code += "_FORANYVALUE"
	case c.ifExists:
		code += "_IFEXISTS"
	}
	l.add(code, c.all, c.key.text)
}

// conditionKey looks at the key: whether it exists, and whether the operator
// and the statement's actions go with it.
func (l *linter) conditionKey(s *statement, c *condition) {
	prefix, name, colon := strings.Cut(c.key.text, ":")
	lower := strings.ToLower(c.key.text)
	switch {
	case !colon || prefix == "" || name == "":
		l.add("INVALID_CONDITION_KEY_FORMAT", c.key.spot)
	case lower == "aws:arn":
		// Still evaluated where it was before its successor: in the policies
		// of users, groups and roles.
		if l.Type == Identity {
			l.add("DEPRECATED_GLOBAL_CONDITION_KEY", c.key.spot).Change = `write "aws:PrincipalArn"`
		} else {
			l.add("UNSUPPORTED_GLOBAL_CONDITION_KEY", c.key.spot)
		}
	case l.missingTag(c, lower):
	case strings.EqualFold(prefix, "aws"):
		of, ok := globalKey(lower)
		if !ok {
			l.add("INVALID_GLOBAL_CONDITION_KEY", c.key.spot, c.key.text)
			return
		}
		l.keyType(c, of)
		l.globalUse(s, c, lower)
	case strings.ContainsAny(prefix, "./"):
		l.claim(s, c)
	default:
		l.serviceKey(s, c, prefix)
	}
}

// tagKeys are the keys that end in the key of a tag.
var tagKeys = [...]string{"aws:ResourceTag", "aws:RequestTag", "aws:PrincipalTag", "iam:ResourceTag", "ec2:ResourceTag", "s3:ExistingObjectTag", "s3:RequestObjectTag"}

func (l *linter) missingTag(c *condition, lower string) bool {
	for _, tag := range tagKeys {
		if strings.TrimSuffix(lower, "/") == strings.ToLower(tag) {
			l.add("MISSING_TAG_KEY_IN_CONDITION", c.key.spot, tag+"/", tag+"/")
			return true
		}
	}
	return false
}

// serviceKey looks at a key of one service.
func (l *linter) serviceKey(s *statement, c *condition, prefix string) {
	if of, ok := crossKeys[strings.ToLower(c.key.text)]; ok {
		l.keyType(c, of)
		return
	}
	owner := prefix
	if strings.EqualFold(prefix, "saml") {
		owner = "sts"
	}
	service := l.service(owner)
	found, ok := key{}, false
	if service != nil {
		found, ok = service.key(c.key.text)
	}
	for _, w := range s.act {
		if ok || l.lookups > mostLookups {
			break
		}
		// Some keys are named after another service than the one that has them.
		l.lookups++
		by, _, _ := strings.Cut(w.text, ":")
		if other := l.service(by); other != nil {
			found, ok = other.key(c.key.text)
		}
	}
	switch {
	case ok:
		l.keyType(c, found)
		l.keyOfActions(s, c, found)
		l.serviceUse(s, c)
	case service == nil:
		l.add("INVALID_SERVICE", c.key.spot, prefix)
	default:
		l.add("INVALID_SERVICE_CONDITION_KEY", c.key.spot, c.key.text, service.prefix)
	}
}

// mostLookups is how often the keys of an action are looked up for a document.
const mostLookups = 1 << 14

// keyOfActions reports actions that never come with the key. Patterns are not
// looked at.
func (l *linter) keyOfActions(s *statement, c *condition, of key) {
	if s.negatedAct || c.ifExists || c.base == "Null" || strings.HasPrefix(of.name, "sts:") || strings.HasPrefix(of.name, "saml:") {
		return
	}
	var without []string
	for _, w := range s.act {
		prefix, name, _ := strings.Cut(w.text, ":")
		service := l.service(prefix)
		if service == nil || strings.ContainsAny(name, "*?") {
			continue
		}
		if l.lookups++; l.lookups > mostLookups {
			return
		}
		if found := service.matching(name); len(found) == 1 && !service.with(found[0], of.name) {
			without = append(without, w.text)
		}
	}
	if without != nil {
		l.add("UNSUPPORTED_ACTION_FOR_CONDITION_KEY", c.key.spot, strings.Join(without, ", "), c.key.text)
	}
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if strings.EqualFold(e, s) {
			return true
		}
	}
	return false
}

// shownTypes are the types as findings call them.
var shownTypes = map[string]string{
	"String": "String", "ARN": "ARN", "Bool": "Boolean", "Numeric": "Numeric", "Date": "Date", "IPAddress": "IPAddress",
}

// keyType holds the operator against what the key is.
func (l *linter) keyType(c *condition, of key) {
	family := families[c.base]
	if family == "" || family == "Null" {
		return
	}
	switch {
	case of.multivalued && c.set == "":
		l.add("MISSING_QUALIFIER", c.key.spot, c.key.text).Change =
			`write "ForAnyValue:` + c.operator.text + `" or "ForAllValues:` + c.operator.text + `"`
	case !of.multivalued && c.set == "ForAllValues":
		l.add("FORALLVALUES_WITH_SINGLE_VALUED_KEY", c.operator.spot, c.key.text).Change = `write "` + strings.TrimPrefix(c.operator.text, "ForAllValues:") + `"`
	}
	fits := family == of.kind || family == "Arn" && of.kind == "ARN" || family == "Numeric" && strings.EqualFold(of.name, "aws:EpochTime") ||
		family == "Date" && strings.EqualFold(of.name, "aws:EpochTime")
	switch {
	case fits || of.kind == "" || of.kind == "Binary":
	case family == "String" && of.kind == "ARN":
		if c.base == "StringLike" || c.base == "StringNotLike" {
			l.add("STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS", c.operator.spot, "ARN", c.operator.text, c.key.text).Change =
				`write "` + strings.Replace(c.operator.text, "String", "Arn", 1) + `"`
		}
	default:
		l.add("TYPE_MISMATCH", c.operator.spot, shownTypes[of.kind], c.operator.text, c.key.text)
	}
}

// sameShapes tells whether all values are the same kind of JSON.
func sameShapes(values []word) bool {
	for _, v := range values {
		if v.shape != values[0].shape {
			return false
		}
	}
	return true
}

// values looks at what a key is compared with.
func (l *linter) values(c *condition) {
	if !sameShapes(c.values) {
		l.add("INVALID_CONDITION_DATA_TYPE", c.all)
	}
	switch families[c.base] {
	case "Bool", "Null":
		l.booleans(c)
	case "Numeric":
		l.numbers(c)
	case "Date":
		l.dates(c)
	case "Binary":
		l.binaries(c)
	case "IPAddress":
		l.addresses(c)
	case "String":
		if !strings.HasSuffix(c.base, "Like") {
			l.literals(c)
		}
	}
	l.known(c)
}

// literals: wildcards are letters like others beside these operators.
func (l *linter) literals(c *condition) {
	for _, v := range c.values {
		if hasStar(v.text) {
			l.add("WILDCARD_WITHOUT_LIKE_OPERATOR", v.spot)
		}
	}
}

// withoutEscapes leaves ${*}, ${?} and ${$} out, which mean the letter.
func withoutEscapes(s string) string {
	return strings.NewReplacer("${*}", "", "${?}", "", "${$}", "").Replace(s)
}

func (l *linter) booleans(c *condition) {
	if c.base == "Bool" && len(c.values) > 1 {
		l.add("INVALID_CONDITION_MULTIPLE_BOOLEAN", c.all)
	}
	for _, v := range c.values {
		if v.shape != policy.Boolean && !strings.EqualFold(v.text, "true") && !strings.EqualFold(v.text, "false") && !hasVariable(v.text) {
			l.add("TYPE_MISMATCH_BOOLEAN", v.spot, c.operator.text)
		}
	}
}
