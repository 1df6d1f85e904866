package policy

import "unicode/utf8"

// Size counts a document as IAM's quotas do: characters that are not white
// space, wherever it stands. A session policy and the policies of AWS
// Organizations are counted with all their characters, which is not this.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
func Size(text string) int {
	n := utf8.RuneCountInString(text)
	for _, c := range []byte(text) {
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
			n--
		}
	}
	return n
}
