package explain

import (
	"regexp"
	"strings"
)

// denial is the form of AWS's AccessDenied texts, wherever in a longer text one
// stands. The resource may be quoted, or be missing.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
var denial = regexp.MustCompile(`User: (\S+) is not authorized to perform: ([A-Za-z0-9-]+:[A-Za-z0-9]+)(?: on resource: ("[^"]+"|\S+))?`)

// ReadMessage reads who was denied what out of an AccessDenied text, such as
// the aws CLI prints; false where it is none. The resource is "*" where the
// text names none.
func ReadMessage(text string) (principal, action, resource string, ok bool) {
	m := denial.FindStringSubmatch(strings.Join(strings.Fields(text), " "))
	if m == nil {
		return "", "", "", false
	}
	if resource = strings.Trim(m[3], `"`); resource == "" {
		resource = "*"
	}
	return m[1], m[2], resource, true
}
