package lint

import (
	"encoding/base64"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// numbers looks at values beside Numeric operators.
func (l *linter) numbers(c *condition) {
	good := 0
	for _, v := range c.values {
		if _, err := strconv.ParseFloat(v.text, 64); err != nil || strings.ContainsAny(v.text, "xXpPnN_") {
			if !hasVariable(v.text) {
				l.add("TYPE_MISMATCH_NUMBER", v.spot, c.operator.text)
			}
			continue
		}
		good++
	}
	if good < 2 {
		return
	}
	switch {
	case strings.Contains(c.base, "LessThan"):
		l.add("REDUNDANT_CONDITION_VALUE_NUM", c.all, c.operator.text, "greatest", c.key.text)
	case strings.Contains(c.base, "GreaterThan"):
		l.add("REDUNDANT_CONDITION_VALUE_NUM", c.all, c.operator.text, "least", c.key.text)
	}
}

// dates looks at values beside Date operators.
func (l *linter) dates(c *condition) {
	for _, v := range c.values {
		switch {
		case hasVariable(v.text):
		case v.text != "" && strings.Trim(v.text, digits) == "" && len(v.text) != 4:
			l.add("INVALID_DATE_VALUE", v.spot, v.text)
		case !isDate(v.text):
			l.add("TYPE_MISMATCH_DATE", v.spot)
		}
	}
}

// isDate tells whether a text is a date of the W3C's profile of ISO 8601.
//
// Source: https://www.w3.org/TR/NOTE-datetime
func isDate(s string) bool {
	for _, form := range [...]string{
		"2006-01-02T15:04:05Z07:00", "2006-01-02", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01", "2006",
	} {
		if _, err := time.Parse(form, s); err == nil {
			return true
		}
	}
	return false
}

// binaries looks at values beside BinaryEquals.
func (l *linter) binaries(c *condition) {
	for _, v := range c.values {
		if _, err := base64.StdEncoding.DecodeString(v.text); err != nil && !hasVariable(v.text) {
			l.add("TYPE_MISMATCH_STRING", v.spot, c.operator.text)
		}
	}
}

// addresses looks at values beside IpAddress and NotIpAddress.
func (l *linter) addresses(c *condition) {
	private, public := 0, 0
	for _, v := range c.values {
		if hasVariable(v.text) {
			public++
			continue
		}
		prefix, ok := addressRange(v.text)
		if !ok {
			l.add("TYPE_MISMATCH_IP_RANGE", v.spot, c.operator.text)
			continue
		}
		if masked := prefix.Masked(); masked.Addr() != prefix.Addr() {
			l.add("IMPROVE_IP_RANGE", v.spot, masked.String()).Change = `write "` + masked.String() + `"`
		}
		if isPrivate(prefix) {
			private++
		} else {
			public++
		}
	}
	if private == 0 || !strings.EqualFold(c.key.text, "aws:SourceIp") {
		return
	}
	code := "PRIVATE_IP_ADDRESS"
	if c.base == "NotIpAddress" {
		code = "PRIVATE_NOT_IP_ADDRESS"
	}
	if public > 0 {
		code += "_SUBSET"
	}
	l.add(code, c.all)
}

func addressRange(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p, true
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, a.BitLen()), true
}

// privateRanges are the addresses that no request comes from over the
// internet (RFC 1918, RFC 6598, RFC 4193).
var privateRanges = [...]netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("fc00::/7"),
}

func isPrivate(p netip.Prefix) bool {
	return slices.ContainsFunc(privateRanges[:], func(r netip.Prefix) bool {
		return r.Contains(p.Addr()) && p.Bits() >= r.Bits()
	})
}

// known looks at values of keys whose values have a form.
func (l *linter) known(c *condition) {
	if families[c.base] != "String" && families[c.base] != "Arn" {
		return
	}
	lower := strings.ToLower(c.key.text)
	for _, v := range c.values {
		if open(v.text) {
			continue
		}
		switch lower {
		case "aws:requestedregion":
			if !slices.Contains(regions[:], v.text) && v.text != "global" && v.text != "aws-global" {
				l.add("INVALID_REGION", v.spot, v.text)
			}
		case "aws:sourcevpc":
			if !isResourceID(v.text, "vpc-") {
				l.add("INVALID_VPC_FORMAT", v.spot)
			}
		case "aws:sourcevpce":
			if !isResourceID(v.text, "vpce-") {
				l.add("INVALID_VPCE_FORMAT", v.spot)
			}
		case "s3:x-amz-server-side-encryption-aws-kms-key-id":
			if !overlap("arn:*:kms:*:*:key/*", v.text) {
				l.add("INVALID_KMS_KEY_VALUE", v.spot, c.key.text)
			}
		case "aws:principalservicename", "aws:principalservicenameslist", "iam:passedtoservice", "iam:awsservicename", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast":
			if !isServiceName(v.text) {
				l.add("INVALID_SERVICE_PRINCIPAL_FORMAT", v.spot, serviceFormat)
			}
		case "kms:viaservice":
			if !isServiceName(v.text) || strings.Count(v.text, ".") < 3 {
				l.add("INVALID_SERVICE_PRINCIPAL_FORMAT", v.spot, "service-name.AWS_region.amazonaws.com")
			}
		}
	}
}

// isResourceID tells whether a text is the prefix and 8 or 17 letters and digits.
func isResourceID(s, prefix string) bool {
	id, ok := strings.CutPrefix(s, prefix)
	return ok && (len(id) == 8 || len(id) == 17) && strings.Trim(id, letters+digits) == ""
}

// sensitiveKeys are those whose values nobody has a reason to match by a part.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sensitive
var sensitiveKeys = [...]string{
	"aws:principalaccount", "aws:principalorgid", "aws:resourceaccount", "aws:resourceorgid", "aws:sourceaccount",
	"aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce", "aws:vpceaccount", "aws:vpceorgid",
}

const sensitiveText = " the key to be sensitive and %s with sensitive keys. Refer to " +
	"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html for the list of sensitive keys."

// wildcards looks at patterns that match too much.
func (l *linter) wildcards(c *condition) {
	if families[c.base] != "String" || !strings.HasSuffix(c.base, "Like") {
		return
	}
	lower := strings.ToLower(c.key.text)
	for _, v := range c.values {
		if v.text == "*" {
			l.anything(c, v)
			continue
		}
		star, variable := hasStar(v.text), hasVariable(withoutEscapes(v.text))
		switch {
		case slices.Contains(sensitiveKeys[:], lower) && star:
			l.add("WILDCARD_USAGE_TOO_PERMISSIVE", v.spot, "The wildcard is not allowed in the condition key "+c.key.text+". We consider"+
				strings.Replace(sensitiveText, "%s", "wildcards are not allowed to be used", 1))
		case slices.Contains(sensitiveKeys[:], lower) && variable:
			l.add("VARIABLE_USAGE_TOO_PERMISSIVE", v.spot, "The policy variable is not allowed in the condition key "+c.key.text+". We consider"+
				strings.Replace(sensitiveText, "%s", "policy variables can be evaluated as effective wildcards. Therefore policy variables are not allowed to be used", 1))
		case lower == "aws:userid":
			l.userID(v, star, variable)
		}
	}
}

// hasStar tells whether a wildcard stands outside of ${…}.
func hasStar(s string) bool {
	inside := false
	for i := range len(s) {
		switch {
		case strings.HasPrefix(s[i:], "${"):
			inside = true
		case s[i] == '}':
			inside = false
		case !inside && (s[i] == '*' || s[i] == '?'):
			return true
		}
	}
	return false
}

// userID: the left side of the colon is an ID, and nothing that begins like
// another.
func (l *linter) userID(v word, star, variable bool) {
	left, _, _ := strings.Cut(strings.ReplaceAll(v.text, "${aws:", "${aws_"), ":")
	switch {
	case left == "*" || strings.HasPrefix(left, "${") && strings.HasSuffix(left, "}"):
	case star && strings.ContainsAny(left, "*?"):
		l.add("WILDCARD_USAGE_TOO_PERMISSIVE", v.spot, "Overly permissive use of wildcard with aws:userID. "+
			"Use the wildcard on the right side of colon or as the only character on the left side of a colon.")
	case variable && strings.Contains(left, "${"):
		l.add("VARIABLE_USAGE_TOO_PERMISSIVE", v.spot, "Overly permissive use of policy variable with aws:userID. "+
			"Use the policy variable on the right side of colon or as the only character on the left side of a colon.")
	}
}

// anything: a pattern of nothing but a star asks whether the key is there, or
// nothing at all.
func (l *linter) anything(c *condition, v word) {
	not := negated(c.base)
	switch {
	case not && c.set == "ForAnyValue" && !c.ifExists:
		l.add("REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION", v.spot, c.key.text, c.operator.text)
	case not:
		l.add("EQUIVALENT_TO_NULL_TRUE", v.spot, c.key.text, c.operator.text, c.key.text).Change = `write "Null": {"` + c.key.text + `": "true"}`
	case c.ifExists || c.set == "ForAllValues":
		l.add("REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION", v.spot, c.key.text, c.operator.text)
	default:
		l.add("EQUIVALENT_TO_NULL_FALSE", v.spot, c.key.text, c.operator.text, c.key.text).Change = `write "Null": {"` + c.key.text + `": "false"}`
	}
}
