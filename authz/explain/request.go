package explain

import (
	"encoding/json"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
)

// requestCommand is the aws CLI's line that makes the request as it is. What
// nobody but the caller has is in capitals: CODE, TOKEN and, where no device of
// theirs is known, DEVICE.
//
// Source: https://docs.aws.amazon.com/cli/latest/reference/sts/assume-role.html
func (q *Question) requestCommand(mfa bool) string {
	code := ""
	if user, ok := q.Request.Principal.(authz.User); ok && mfa {
		device := "arn:" + user.ARN.Partition + ":iam::" + user.ARN.Account + ":mfa/DEVICE"
		if q.MFADevice != "" {
			device = q.MFADevice
		}
		code = " --serial-number " + word(device) + " --token-code CODE"
	}
	action := q.assumes()
	if lower := strings.ToLower(q.Request.Action); action == "" && (lower == "sts:tagsession" || lower == "sts:setsourceidentity") && len(q.Also) == 0 {
		action = "sts:assumerole"
	}
	switch action {
	case "sts:assumerole":
		return "aws sts assume-role --role-arn " + word(q.Request.Resource) + " --role-session-name " + q.option("sts:RoleSessionName", "session") +
			q.optional(" --external-id ", "sts:ExternalId") + q.optional(" --source-identity ", "sts:SourceIdentity") + q.tagOption() + code
	case "sts:assumerolewithwebidentity":
		return "aws sts assume-role-with-web-identity --role-arn " + word(q.Request.Resource) + " --role-session-name " +
			q.option("sts:RoleSessionName", "session") + " --web-identity-token file://TOKEN"
	}
	if code != "" {
		return "aws sts get-session-token" + code
	}
	return ""
}

// option is a key's value as a word, or another where the request has none.
func (q *Question) option(key, otherwise string) string {
	if has, _ := q.Request.Context.Get(key); len(has) == 1 {
		return shellQuote(has[0])
	}
	return shellQuote(otherwise)
}

// optional is an option with a key's value; nothing where the request has none.
func (q *Question) optional(name, key string) string {
	if has, _ := q.Request.Context.Get(key); len(has) == 1 {
		return name + shellQuote(has[0])
	}
	return ""
}

// tagOption passes the session tags. As JSON they may hold whatever tags may.
func (q *Question) tagOption() string {
	type tag struct{ Key, Value string }
	var tags []tag
	for key, values := range q.Request.Context.All() {
		if len(key) > len(requestTag) && strings.EqualFold(key[:len(requestTag)], requestTag) && len(values) == 1 {
			tags = append(tags, tag{key[len(requestTag):], values[0]})
		}
	}
	if tags == nil {
		return ""
	}
	text, _ := json.Marshal(tags) // of texts alone
	return " --tags " + shellQuote(string(text))
}

// tagJSON is a list of one tag, as the aws CLI takes it.
func tagJSON(key, value string) string {
	return `[{"Key":` + quote(key) + `,"Value":` + quote(value) + `}]`
}
