package iam_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// badDocuments are policies that nobody may store.
func badDocuments() map[string]string {
	wrap := func(inside string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"` + inside + `}]}`
	}
	many := func(n int, each string) string { return strings.TrimSuffix(strings.Repeat(each+",", n), ",") }
	return map[string]string{
		"arrays nested 10,000 deep":         `{"Statement":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`,
		"objects nested 10,000 deep":        strings.Repeat(`{"a":`, 10_000) + `1` + strings.Repeat(`}`, 10_000),
		"a condition nested 10,000 deep":    wrap(`,"Condition":` + strings.Repeat(`{"Bool":`, 10_000) + `1` + strings.Repeat(`}`, 10_000)),
		"a string of 1 MB":                  wrap(`,"Sid":"` + strings.Repeat("a", 1<<20) + `"`),
		"10,000 statements":                 `{"Version":"2012-10-17","Statement":[` + many(10_000, `{"Effect":"Allow","Action":"a:b","Resource":"*"}`) + `]}`,
		"2,000 statements":                  `{"Version":"2012-10-17","Statement":[` + many(2_000, `{"Effect":"Allow","Action":"a:b","Resource":"*"}`) + `]}`,
		"a set of 100,000 values":           wrap(`,"Condition":{"StringEquals":{"aws:a":[` + many(100_000, `"v"`) + `]}}`),
		"a set of 20,000 values":            wrap(`,"Condition":{"StringEquals":{"aws:a":[` + many(20_000, `"v"`) + `]}}`),
		"a NUL between tokens":              "{\x00}",
		"a NUL in a string":                 wrap(",\"Sid\":\"\x00\""),
		"a NUL, escaped":                    wrap(`,"Sid":"\u0000"`),
		"half a surrogate pair, escaped":    wrap(`,"Sid":"\ud83d"`),
		"half a surrogate pair, in UTF-8":   wrap(",\"Sid\":\"\xed\xa0\xbd\""),
		"a surrogate pair, out of charset":  wrap(`,"Sid":"😀"`),
		"what is not UTF-8":                 wrap(",\"Sid\":\"\xff\""),
		"a byte order mark":                 "\ufeff" + allowAll,
		"a comment":                         "// all\n" + allowAll,
		"a comment inside":                  wrap(`/* all */`),
		"a trailing comma":                  wrap(`,`),
		"a trailing comma in an array":      `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*",],"Resource":"*"}]}`,
		"a number of 1e999 for a string":    wrap(`,"Sid":1e999`),
		"a number that JSON does not have":  wrap(`,"Condition":{"NumericEquals":{"s3:max-keys":0x10}}`),
		"an element twice":                  wrap(`,"Action":"s3:*"`),
		"an element twice, once escaped":    wrap(`,"\u0041ction":"s3:*"`),
		"an element that nobody knows":      wrap(`,"Actions":"s3:*"`),
		"text behind the end":               allowAll + `x`,
		"two documents":                     allowAll + allowAll,
		"a text cut off":                    allowAll[:40],
		"nothing but white space":           " \n\t ",
		"null":                              "null",
		"an array":                          "[" + allowAll + "]",
		"a string":                          `"{}"`,
		"the right document, quoted":        fmt.Sprintf("%q", allowAll),
		"an operator that nobody knows":     wrap(`,"Condition":{"StringRhymes":{"aws:a":"b"}}`),
		"the wrong type of an action":       `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":{"s3":"*"},"Resource":"*"}]}`,
		"the wrong type of a statement":     `{"Version":"2012-10-17","Statement":"Allow"}`,
		"a version that is not a string":    `{"Version":20121017,"Statement":[]}`,
		"white space before the first byte": " " + allowAll,
	}
}

// TestBadDocumentsAreRefused: every call that takes a policy refuses them with
// a code of AWS's, and goes on serving.
//
// Source: errors of https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html and the others
func TestBadDocumentsAreRefused(t *testing.T) {
	h := open(t)
	h.user("ann", "")
	h.session("R")
	calls := []url.Values{
		{"Action": {"CreatePolicy"}, "PolicyName": {"p"}, "PolicyDocument": nil},
		{"Action": {"PutUserPolicy"}, "UserName": {"ann"}, "PolicyName": {"p"}, "PolicyDocument": nil},
		{"Action": {"PutRolePolicy"}, "RoleName": {"R"}, "PolicyName": {"p"}, "PolicyDocument": nil},
		{"Action": {"CreateRole"}, "RoleName": {"S"}, "AssumeRolePolicyDocument": nil},
		{"Action": {"UpdateAssumeRolePolicy"}, "RoleName": {"R"}, "PolicyDocument": nil},
		{"Action": {"SimulateCustomPolicy"}, "ActionNames.member.1": {"s3:GetObject"}, "PolicyInputList.member.1": nil},
		{"Action": {"GetContextKeysForCustomPolicy"}, "PolicyInputList.member.1": nil},
	}
	codes := []string{"MalformedPolicyDocument", "ValidationError", "LimitExceeded", "InvalidInput", "MalformedInput"}
	accepted := map[string]bool{ // by the simulator, which has no quotas
		"SimulateCustomPolicy 2,000 statements": true, "SimulateCustomPolicy a set of 20,000 values": true,
		"GetContextKeysForCustomPolicy 2,000 statements": true, "GetContextKeysForCustomPolicy a set of 20,000 values": true,
	}
	for what, text := range badDocuments() {
		for _, call := range calls {
			form := url.Values{}
			for name, value := range call {
				if form[name] = value; value == nil {
					form[name] = []string{text}
				}
			}
			status, body := h.post(form)
			if accepted[call.Get("Action")+" "+what] {
				if status != 200 {
					t.Errorf("%s of %s: %d %.300s", call.Get("Action"), what, status, body)
				}
				continue
			}
			known := false
			for _, code := range codes {
				known = known || strings.Contains(body, "<Code>"+code+"</Code>")
			}
			if status < 400 || status >= 500 || !known || len(body) > 1<<16 {
				t.Errorf("%s of %s: %d %.300s", call.Get("Action"), what, status, body)
			}
		}
	}
	if status, _ := h.post(url.Values{"Action": {"ListUsers"}}); status != 200 {
		t.Errorf("afterwards: %d", status)
	}
}
