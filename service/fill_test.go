package service_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/api"
)

// minimal is a request for an operation that has what the model requires and
// nothing else, in the service's protocol.
func minimal(op *api.Operation) message {
	m := message{method: op.Method, url: "/", service: op.Service.SigningName, header: http.Header{}}
	fields := fillStructure(op.Input, 0)
	switch op.Service.Protocol {
	case api.Query:
		values := url.Values{"Action": {op.Name}, "Version": {op.Service.Version}}
		addForm(values, "", fields)
		m.header.Set("Content-Type", formType)
		m.body = []byte(values.Encode())
	case api.JSON10, api.JSON11:
		version := map[api.Protocol]string{api.JSON10: "1.0", api.JSON11: "1.1"}[op.Service.Protocol]
		m.header.Set("Content-Type", "application/x-amz-json-"+version)
		m.header.Set("X-Amz-Target", op.Service.TargetPrefix+"."+op.Name)
		m.body = toJSON(fields)
	default:
		m.fillREST(op, fields)
	}
	return m
}

// filled is a member with its value: a string, a number, a boolean, a
// []filled of a structure, a []any of a list, a map[string]any.
type filled struct {
	member *api.Member
	value  any
}

const deepest = 12 // of structures that require each other

func fillStructure(s *api.Shape, depth int) []filled {
	var fields []filled
	for i := range s.Members {
		m := &s.Members[i]
		if m.Required || s.Union && i == 0 {
			fields = append(fields, filled{m, fillValue(m, depth+1)})
		}
	}
	// A form cannot tell an empty structure from none.
	if len(fields) == 0 && len(s.Members) > 0 && 0 < depth && depth < deepest {
		m := &s.Members[0]
		fields = append(fields, filled{m, fillValue(m, depth+1)})
	}
	return fields
}

func fillValue(m *api.Member, depth int) any {
	s := m.Shape()
	switch s.Kind {
	case api.Structure:
		if depth > deepest {
			return []filled{}
		}
		return fillStructure(s, depth)
	case api.List:
		var list []any
		for range max(s.Min, 1) {
			list = append(list, fillValue(s.Elem, depth+1))
		}
		return list
	case api.Map:
		return map[string]any{fillString(s.Key.Name, s.Key.Shape()): fillValue(s.Elem, depth+1)}
	case api.String:
		return fillString(m.Name, s)
	case api.Boolean:
		return true
	case api.Timestamp:
		return instant{s, m}
	case api.Blob:
		return "AAAA"
	case api.Document:
		return map[string]any{}
	}
	return max(s.Min, 1)
}

// instant is a point in time, to be written as its place demands.
type instant struct {
	shape  *api.Shape
	member *api.Member
}

func (i instant) text(unix bool) string {
	switch {
	case i.shape.Time == api.Unix, i.shape.Time == 0 && unix:
		return "1772366400"
	case i.shape.Time == api.RFC822, i.shape.Time == 0 && i.member.Location == api.Header:
		return "Sun, 01 Mar 2026 12:00:00 GMT"
	}
	return "2026-03-01T12:00:00Z"
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

func addForm(values url.Values, prefix string, value any) {
	switch v := value.(type) {
	case []filled:
		for _, f := range v {
			name := prefix + f.member.Wire()
			if list, ok := f.value.([]any); ok && !f.member.Flattened && !f.member.Shape().Flattened {
				for i, e := range list {
					addForm(values, name+"."+f.member.Shape().Elem.Wire()+"."+strconv.Itoa(i+1)+".", e)
				}
				continue
			}
			addForm(values, name+".", f.value)
		}
	case instant:
		values.Set(strings.TrimSuffix(prefix, "."), v.text(false))
	default:
		values.Set(strings.TrimSuffix(prefix, "."), fmt.Sprint(v))
	}
}

func toJSON(fields []filled) []byte {
	b, err := json.Marshal(plain(fields))
	if err != nil {
		return []byte(err.Error())
	}
	return b
}

// plain is a value as encoding/json writes it.
func plain(value any) any {
	switch v := value.(type) {
	case []filled:
		object := map[string]any{}
		for _, f := range v {
			object[f.member.Wire()] = plain(f.value)
		}
		return object
	case []any:
		var list []any
		for _, e := range v {
			list = append(list, plain(e))
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for name, e := range v {
			object[name] = plain(e)
		}
		return object
	case instant:
		if text := v.text(true); !strings.Contains(text, "-") {
			return json.Number(text)
		}
		return v.text(true)
	}
	return value
}

// fillREST spreads the fields over path, query, headers and body.
func (m *message) fillREST(op *api.Operation, fields []filled) {
	path, query, _ := strings.Cut(op.URI, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		values = url.Values{}
	}
	var body []filled
	for _, f := range fields {
		name, text := f.member.Wire(), fmt.Sprint(first(f.value))
		switch f.member.Location {
		case api.Path:
			path = strings.NewReplacer("{"+name+"}", url.PathEscape(text), "{"+name+"+}", url.PathEscape(text)).Replace(path)
		case api.QueryString:
			values.Set(name, text)
		case api.Header:
			m.header.Set(name, text)
		case api.Headers:
			m.header.Set(name+"walk", text)
		default:
			body = append(body, f)
		}
	}
	m.url = path
	if encoded := values.Encode(); encoded != "" {
		m.url += "?" + encoded
	}
	m.fillBody(op, body)
}

// first is a value, a list's first element, an instant's text.
func first(value any) any {
	switch v := value.(type) {
	case []any:
		return first(v[0])
	case instant:
		return v.text(false)
	}
	return value
}

func (m *message) fillBody(op *api.Operation, body []filled) {
	if len(body) == 0 {
		return
	}
	var document any = body
	rootName := op.Root
	if op.Input.Payload != "" {
		document = body[0].value
		rootName = body[0].member.Wire()
		if _, structure := document.([]filled); !structure {
			m.body = []byte(fmt.Sprint(document))
			return
		}
	}
	if op.Service.Protocol == api.RestJSON {
		m.header.Set("Content-Type", "application/json")
		m.body = toJSON(document.([]filled))
		return
	}
	m.header.Set("Content-Type", "application/xml")
	var b bytes.Buffer
	writeXML(&b, rootName, document)
	m.body = b.Bytes()
}

func writeXML(b *bytes.Buffer, name string, value any) {
	b.WriteString("<" + name + ">")
	switch v := value.(type) {
	case []filled:
		for _, f := range v {
			list, ok := f.value.([]any)
			if !ok {
				writeXML(b, f.member.Wire(), f.value)
				continue
			}
			flat := f.member.Flattened || f.member.Shape().Flattened
			if !flat {
				b.WriteString("<" + f.member.Wire() + ">")
			}
			for _, e := range list {
				if flat {
					writeXML(b, f.member.Wire(), e)
				} else {
					writeXML(b, f.member.Shape().Elem.Wire(), e)
				}
			}
			if !flat {
				b.WriteString("</" + f.member.Wire() + ">")
			}
		}
	default:
		_ = xml.EscapeText(b, []byte(fmt.Sprint(first(v)))) // a bytes.Buffer never fails
	}
	b.WriteString("</" + name + ">")
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
