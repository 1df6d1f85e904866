package policy

import "unicode/utf8"

// Size counts a document as IAM's quotas do: characters that are not white
// space, wherever it stands.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
func Size(text string) int {
	n := utf8.RuneCountInString(text)
	for _, c := range []byte(text) {
		if isSpace(c) {
			n--
		}
	}
	return n
}

// Measure counts a document of a kind as the quota for that kind does, and
// answers the quota's default. A limit of 0 is none of a single document: the
// inline policies of a user, group or role are counted together.
func Measure(text string, kind Kind) (size, limit int) {
	rule := sizes[kind]
	return rule.count(text), rule.limit
}

// sizes is how each kind is counted.
var sizes = [...]struct {
	count func(text string) int
	limit int
}{
	Inline:  {Size, 0},
	Managed: {Size, 6_144},
	Trust:   {Size, 2_048},
	// "The plaintext": https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
	Session: {utf8.RuneCountInString, 2_048},
	// 20 KB, https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html;
	// that these are bytes, and which white space is left out, was measured in
	// MIT-LCP/physionet-build issue 2094.
	Bucket: {minified, 20_480},
	// Since May 15, 2026, and 5,120 before; resource control policies stayed:
	// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
	ServiceControl:  {utf8.RuneCountInString, 10_240},
	ResourceControl: {utf8.RuneCountInString, 5_120},
	// "Including white space": https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
	Endpoint: {utf8.RuneCountInString, 20_480},
}

// minified counts the bytes that are left without the white space between
// tokens.
func minified(text string) int {
	n, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\' && i+1 < len(text):
			n++
			i++
		case !quoted && isSpace(c):
			continue
		}
		n++
	}
	return n
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
