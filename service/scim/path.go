package scim

import (
	"encoding/json"
	"strings"
)

// path is where a PATCH operation works, or what a filter compares.
type path struct {
	extended bool     // in the enterprise extension
	name     string   // as the attribute is spelled; "" for the extension itself
	filter   []clause // which of several values; nil for all
	sub      string   // of a complex attribute; "" for all of it
}

// clause is one comparison: that an attribute equals a value. Others than eq
// are not known here, as at AWS.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/developerguide/limitations.html ("Only eq with and is supported")
type clause struct {
	name  string
	value any // a string, bool or number
}

// kind is how an attribute is built.
type kind uint8

const (
	_ kind = iota
	simple
	complexOne
	many
)

// attributes are those that users have here, and how they are built.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/developerguide/limitations.html
var attributes = map[string]kind{
	"userName": simple, "displayName": simple, "nickName": simple, "profileUrl": simple, "title": simple, "userType": simple,
	"preferredLanguage": simple, "locale": simple, "timezone": simple, "active": simple, "externalId": simple,
	"name": complexOne, "emails": many, "addresses": many, "phoneNumbers": many, "roles": many,
}

// groupAttributes are those of groups, without their members.
var groupAttributes = map[string]kind{"displayName": simple, "externalId": simple}

// enterprise are those of the enterprise extension.
var enterprise = map[string]kind{
	"employeeNumber": simple, "costCenter": simple, "organization": simple, "division": simple, "department": simple, "manager": complexOne,
}

// find finds an attribute whatever its case.
func find(table map[string]kind, name string) (string, kind) {
	for known, k := range table {
		if strings.EqualFold(known, name) {
			return known, k
		}
	}
	return "", 0
}

// parsePath reads the path of an operation on a resource of these attributes.
// It is false for what no attribute has.
func parsePath(text string, table map[string]kind, core string) (path, kind, bool) {
	var p path
	if rest, ok := cutFold(text, enterpriseSchema); ok && core == userSchema {
		if rest == "" {
			return path{extended: true}, complexOne, true
		}
		p.extended, table = true, enterprise
		if text, ok = strings.CutPrefix(rest, ":"); !ok {
			return p, 0, false
		}
	} else if rest, ok := cutFold(text, core+":"); ok {
		text = rest
	}
	name, rest := text, ""
	if i := strings.IndexAny(text, ".["); i >= 0 {
		name, rest = text[:i], text[i:]
	}
	canonical, k := find(table, name)
	p.name = canonical
	if strings.HasPrefix(rest, "[") {
		end := closing(rest)
		if k != many || end < 0 {
			return p, 0, false
		}
		clauses, err := parseFilter(rest[1:end])
		if err != nil {
			return p, 0, false
		}
		p.filter, rest = clauses, rest[end+1:]
	}
	if rest != "" {
		sub, ok := strings.CutPrefix(rest, ".")
		if !ok || sub == "" || strings.ContainsAny(sub, ".[] ") || k == simple {
			return p, 0, false
		}
		p.sub = sub
	}
	return p, k, canonical != ""
}

func cutFold(text, prefix string) (string, bool) {
	if len(text) < len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return "", false
	}
	return text[len(prefix):], true
}

// closing finds the bracket that closes the first, outside of quotes.
func closing(text string) int {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ']' && !quoted:
			return i
		}
	}
	return -1
}

// mostClauses bounds a filter.
const mostClauses = 8

// parseFilter reads comparisons that are tied by and.
//
// Source: https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2
func parseFilter(text string) ([]clause, error) {
	var clauses []clause
	for rest := strings.TrimSpace(text); ; {
		name, after, _ := strings.Cut(rest, " ")
		operator, after, _ := strings.Cut(strings.TrimLeft(after, " "), " ")
		if name == "" || strings.ContainsAny(name, "()[]\"") {
			return nil, badFilter("The filter has no attribute to compare.")
		}
		if !strings.EqualFold(operator, "eq") {
			return nil, badFilter("The filter has another operator than eq.")
		}
		value, after, ok := cutValue(strings.TrimLeft(after, " "))
		if !ok {
			return nil, badFilter("The filter compares with what is no string, number or boolean.")
		}
		clauses = append(clauses, clause{name, value})
		if after = strings.TrimSpace(after); after == "" {
			return clauses, nil
		}
		word, more, _ := strings.Cut(after, " ")
		if !strings.EqualFold(word, "and") || len(clauses) == mostClauses {
			return nil, badFilter("The filter ties comparisons by another word than and, or too many.")
		}
		rest = strings.TrimSpace(more)
	}
}

// cutValue reads the JSON value that a text begins with.
func cutValue(text string) (value any, rest string, ok bool) {
	end := strings.IndexByte(text, ' ')
	if strings.HasPrefix(text, `"`) {
		end = -1
		for i := 1; i < len(text); i++ {
			if text[i] == '\\' {
				i++
			} else if text[i] == '"' {
				end = i + 1
				break
			}
		}
		if end < 0 {
			return nil, "", false
		}
	}
	if end < 0 {
		end = len(text)
	}
	// True and False are how some write booleans.
	token := text[:end]
	if strings.EqualFold(token, "true") || strings.EqualFold(token, "false") {
		token = strings.ToLower(token)
	}
	if json.Unmarshal([]byte(token), &value) != nil {
		return nil, "", false
	}
	switch value.(type) {
	case string, bool, float64:
		return value, text[end:], true
	}
	return nil, "", false
}
