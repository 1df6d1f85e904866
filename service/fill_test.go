package service_test

import (
	"regexp"
	"sort"
	"strings"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/test/requesttest"
)

// minimal is a request for an operation that has what the model requires and
// nothing else, in the service's protocol.
func minimal(op *api.Operation) message {
	return encoded(op, requesttest.Whole(op.Input, fillString, 0))
}

// encoded is a request for an operation in the service's protocol.
func encoded(op *api.Operation, in requesttest.Structure) message {
	m, err := requesttest.Encode(op, in)
	if err != nil {
		panic(err) // the model is broken
	}
	return message{method: m.Method, url: m.URL, service: op.Service.SigningName, header: m.Header, body: m.Body}
}

// named are values for members that a pattern does not tell enough of.
var named = map[string]string{
	"RoleArn": "arn:aws:iam::" + account + ":role/climb", "PolicyDocument": everything, "AccessKeyId": admin.id,
	"AssumeRolePolicyDocument": trust(account, "sts:AssumeRole"), "Bucket": "books", "Key": "a",
	"PolicyArn": "arn:aws:iam::" + account + ":policy/walk", "SigningAlgorithm": "RS256", "TargetPrincipal": account,
	"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials", // of AssumeRoot's TaskPolicyArn
}

// texts are tried in turn until one fits a shape.
var texts = []string{
	"walk", account, "v1", "/", "/walk/", "123456", "AKIAIOSFODNN7EXAMPLE", "arn:aws:iam::" + account + ":role/walk", "walk@example.com", "o-abcdefghij",
	"o-abcdefghij/r-abcd/", "r-abcd", "ou-abcd-abcdefgh", "p-abcdefgh", "h-abcdefgh", "car-abcdefghij", "rp-abcdefgh", "rt-abcdefghij", "r-abcdefgh",
	"https://example.com/walk", "us-east-1", "us-east-1:12345678-1234-1234-1234-123456789012", "12345678-1234-1234-1234-123456789012",
	"arn:aws:sso:::instance/ssoins-1234567890abcdef", "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef", "d-1234567890",
	"arn:aws:sso::" + account + ":application/ssoins-1234567890abcdef/apl-1234567890abcdef", "arn:aws:sso::aws:applicationProvider/walk",
	"arn:aws:access-analyzer:us-east-1:" + account + ":analyzer/walk", "arn:aws:organizations::" + account + ":policy/o-abcdefghij/service_control_policy/p-abcdefgh",
	"arn:aws:sso::" + account + ":trustedTokenIssuer/ssoins-1234567890abcdef/tti-12345678-1234-1234-1234-123456789012",
	"arn:aws:cloudtrail:us-east-1:" + account + ":trail/walk", "arn:aws:s3:::books/a",
	"arn:aws:rolesanywhere:us-east-1:" + account + ":trust-anchor/12345678-1234-1234-1234-123456789012",
	"walk.amazonaws.com", "authenticated", "a.b.c", "arn:aws:kms:us-east-1:" + account + ":key/walk", "arn:aws:iam::aws:policy/ReadOnlyAccess",
	"arn:aws:signin:::devtools/same-device", "authorization_code",
	"arn:aws:organizations::" + account + ":handshake/o-abcdefghij/invite/h-abcdefgh", "2026-03-01T12:00:00Z",
}

var unicodeEscape = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

func fillString(name string, s *api.Shape) string {
	if text, ok := named[name]; ok {
		return text
	}
	if len(s.Enum) > 0 {
		return s.Enum[0]
	}
	pattern, err := regexp.Compile(`^(?:` + unicodeEscape.ReplaceAllString(s.Pattern, `\x{$1}`) + `)$`)
	if s.Pattern == "" || err != nil {
		pattern = nil
	}
	for _, text := range texts {
		for s.HasMin && int64(len(text)) < s.Min {
			text += text[len(text)-1:]
		}
		if (!s.HasMax || int64(len(text)) <= s.Max) && (pattern == nil || pattern.MatchString(text)) {
			return text
		}
	}
	return strings.Repeat("a", int(max(s.Min, 1)))
}

// sortedKeys makes a walk over a map the same each time.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
