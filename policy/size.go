package policy

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The quotas for documents, in characters. IAM's own do not count white space
// (Size); a session policy counts every character.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const (
	UserInlineQuota  = 2048  // all inline policies of a user together
	GroupInlineQuota = 5120  // of a group
	RoleInlineQuota  = 10240 // of a role
	ManagedQuota     = 6144
	TrustQuota       = 2048 // raised on request, to 4,096 at most
	SessionQuota     = 2048
)

// Size counts a document as IAM's quotas do: characters that are not white
// space.
func Size(text string) int {
	n := utf8.RuneCountInString(text)
	for _, c := range []byte(text) {
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
			n--
		}
	}
	return n
}

// CheckInlineSize refuses the inline policies of a user, group or role that
// are too large together: texts holds all that it would have. kind is user,
// group or role, as AWS's message names it.
func CheckInlineSize(kind, name string, texts ...string) error {
	quota := map[string]int{"user": UserInlineQuota, "group": GroupInlineQuota, "role": RoleInlineQuota}[kind]
	sum := 0
	for _, text := range texts {
		sum += Size(text)
	}
	if sum <= quota {
		return nil
	}
	return limitExceeded("Maximum policy size of %d bytes exceeded for %s %s", quota, kind, name)
}

// CheckManagedSize refuses a managed policy that is too large.
func CheckManagedSize(text string) error {
	if Size(text) <= ManagedQuota {
		return nil
	}
	return limitExceeded("Cannot exceed quota for PolicySize: %d", ManagedQuota)
}

// CheckTrustSize refuses a trust policy larger than the account's quota,
// which is TrustQuota where nobody raised it.
func CheckTrustSize(text string, quota int) error {
	if Size(text) <= quota {
		return nil
	}
	return limitExceeded("Cannot exceed quota for ACLSizePerRole: %d", quota)
}

func limitExceeded(format string, values ...any) *Error {
	return &Error{"LimitExceeded", fmt.Sprintf(format, values...), Position{0, 1, 1}}
}

// HasValidCharacters tells whether a text has only the characters that the
// policy parameters of IAM and STS admit (rule G16): tab, line feed, carriage
// return and U+0020 to U+00FF. What has others is a ValidationError before it
// is a policy.
func HasValidCharacters(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool {
		return r > 0xff || r < ' ' && r != '\t' && r != '\n' && r != '\r'
	}) < 0
}
