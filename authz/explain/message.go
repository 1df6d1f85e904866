package explain

import (
	"regexp"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// denial is the form of AWS's AccessDenied texts, wherever in a longer text one
// stands. The resource may be quoted, also as a text in JSON quotes it, be
// called by its kind and name, as IAM does, or be missing.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
var denial = regexp.MustCompile(`User: (\S+) is not authorized to perform: ([A-Za-z0-9-]+:[A-Za-z0-9]+)(?: on resource: (\\?"[^"]+"|(?:user|role|group) [\w+=,.@-]+|\S+))?`)

// ReadMessage reads who was denied what out of an AccessDenied text, such as
// the aws CLI prints; false where it is none. The resource is "*" where the
// text names none.
func ReadMessage(text string) (principal, action, resource string, ok bool) {
	m := denial.FindStringSubmatch(strings.Join(strings.Fields(text), " "))
	if m == nil {
		return "", "", "", false
	}
	resource = strings.Trim(m[3], `\"`)
	kind, name, called := strings.Cut(resource, " ")
	switch {
	case resource == "":
		resource = "*"
	case called && (kind == "user" || kind == "role" || kind == "group"):
		who, err := arn.Parse(m[1])
		if err != nil {
			return "", "", "", false
		}
		resource = "arn:" + who.Partition + ":iam::" + who.Account + ":" + kind + "/" + name
	}
	return m[1], m[2], resource, true
}

// TellsSession tells whether an AccessDenied text says that a session policy does
// not allow what was denied.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func TellsSession(text string) bool {
	return strings.Contains(strings.Join(strings.Fields(text), " "), "because no session policy allows ")
}
