package scim_test

import (
	"maps"
	"net/url"
	"strings"
	"testing"
)

// Source: https://www.rfc-editor.org/rfc/rfc7644#section-3.3,
// https://docs.aws.amazon.com/singlesignon/latest/developerguide/createuser.html
func TestAUserIsMadeReadReplacedAndDeleted(t *testing.T) {
	h := open(t)
	a := h.do(201, "POST", "Users", person("lee"))
	id := a.id()
	location := "http://127.0.0.1:4680/_/scim/v2/Users/" + id
	if a.Header().Get("Location") != location || a.at("meta", "location") != location || a.at("meta", "resourceType") != "User" ||
		a.at("userName") != "lee" || a.at("externalId") != "ext-lee" || a.at("active") != true || a.at("emails", 0, "value") != "lee@example.com" {
		t.Error(a.Body)
	}
	if strings.Contains(a.Body.String(), "not kept") || a.at("shoeSize") != nil {
		t.Errorf("what the schema does not have came back: %s", a.Body)
	}
	if b := h.do(200, "GET", "Users/"+id, nil); b.Body.String() != a.Body.String() {
		t.Errorf("%s, made as %s", b.Body, a.Body)
	}
	next := person("lea")
	next["active"] = false
	next[workURN] = in{"department": "R&D", "manager": "boss", "nickname": "x"}
	next["schemas"] = []string{userURN, workURN}
	a = h.do(200, "PUT", "Users/"+id, next)
	if a.id() != id || a.at("userName") != "lea" || a.at("active") != false || a.at(workURN, "department") != "R&D" || a.at(workURN, "manager", "value") != "boss" {
		t.Error(a.Body)
	}
	if a = h.do(200, "PUT", "Users/"+id, person("lea")); a.at(workURN) != nil || a.at("active") != true {
		t.Errorf("what a PUT leaves out stays: %s", a.Body)
	}
	h.do(204, "DELETE", "Users/"+id, nil)
	h.refused(h.send(h.token, "GET", "Users/"+id, ""), 404, "")
	h.refused(h.send(h.token, "DELETE", "Users/"+id, ""), 404, "")
	h.refused(h.send(h.token, "PUT", "Users/"+id, `{"schemas":["`+userURN+`"]}`), 404, "")
	h.user("lea")
}

// Sources: https://www.rfc-editor.org/rfc/rfc7644#section-3.12,
// https://docs.aws.amazon.com/singlesignon/latest/developerguide/createuser.html (Constraints)
func TestWhatAUserCannotBe(t *testing.T) {
	h := open(t)
	h.user("lee")
	with := func(name string, value any) in {
		p := person("kim")
		p[name] = value
		return p
	}
	lee := maps.Clone(person("kim"))
	lee["emails"] = []in{{"value": "LEE@example.com"}}
	for name, c := range map[string]struct {
		input  any
		status int
		kind   string
	}{
		"of another's name":           {with("userName", "LEE"), 409, "uniqueness"},
		"of another's address":        {lee, 409, "uniqueness"},
		"of another's external id":    {with("externalId", "ext-lee"), 409, "uniqueness"},
		"of another schema":           {with("schemas", []string{groupURN}), 400, "invalidSyntax"},
		"of no schema":                {with("schemas", nil), 400, "invalidSyntax"},
		"without a name":              {with("name", nil), 400, "invalidValue"},
		"without a display name":      {with("displayName", nil), 400, "invalidValue"},
		"with two addresses":          {with("emails", []in{{"value": "a@b"}, {"value": "c@d"}}), 400, "invalidValue"},
		"with no primary address":     {with("emails", []in{{"value": "a@b", "primary": false}}), 400, "invalidValue"},
		"with a number for a name":    {with("userName", 7), 400, "invalidValue"},
		"with a text for addresses":   {with("emails", "a@b"), 400, "invalidValue"},
		"with a text for active":      {with("active", "perhaps"), 400, "invalidValue"},
		"with a NUL in its name":      {with("displayName", "a\x00b"), 400, "invalidValue"},
		"with a space in its id":      {with("externalId", "a b"), 400, "invalidValue"},
		"with a long name":            {with("userName", strings.Repeat("x", 129)), 400, "invalidValue"},
		"with a number for a manager": {with(workURN, in{"manager": 7}), 400, "invalidValue"},
		"that is a list":              {[]in{person("kim")}, 400, "invalidSyntax"},
		"that is nothing":             {nil, 400, "invalidSyntax"},
	} {
		t.Run("a user "+name, func(t *testing.T) {
			h := *h
			h.t = t
			h.refused(h.do(c.status, "POST", "Users", c.input), c.status, c.kind)
		})
	}
	if a := h.do(200, "GET", "Users", nil); a.at("totalResults") != 1.0 {
		t.Errorf("after all refusals: %s", a.Body)
	}
}

// Sources: https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2, and what Okta
// and Entra send
// (https://learn.microsoft.com/en-us/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups)
func TestAPatchChangesWhatItsPathsName(t *testing.T) {
	h := open(t)
	id := h.user("lee")
	for _, c := range []struct {
		name string
		op   in
		path []any
		want any
	}{
		{"Okta deactivates without a path", in{"op": "replace", "value": in{"active": false}}, []any{"active"}, false},
		{"Entra writes Replace and a text for a boolean", op("Replace", "active", "True"), []any{"active"}, true},
		{"a part of the name", op("replace", "name.familyName", "Lea"), []any{"name", "familyName"}, "Lea"},
		{"an object is merged", op("replace", "name", in{"givenname": "Lou"}), []any{"name", "familyName"}, "Lea"},
		{"in the path's other case", op("add", "TITLE", "Dr"), []any{"title"}, "Dr"},
		{"a path with its schema", op("replace", userURN+":nickName", "L"), []any{"nickName"}, "L"},
		{"the address that a filter picks", op("replace", `emails[type eq "work"].value`, "lea@example.com"), []any{"emails", 0, "value"}, "lea@example.com"},
		{"by a filter of several clauses", op("replace", `emails[type eq "work" and primary eq true].value`, "l@example.com"), []any{"emails", 0, "value"}, "l@example.com"},
		{"Entra adds the number that its filter does not find", op("Add", `phoneNumbers[type eq "mobile"].value`, "+49"), []any{"phoneNumbers", 0, "type"}, "mobile"},
		{"the extension by its path", op("add", workURN+":department", "R&D"), []any{workURN, "department"}, "R&D"},
		{"Entra's manager", op("Add", workURN+":manager", "boss"), []any{workURN, "manager", "value"}, "boss"},
		{"Entra's dotted names in a value", in{"op": "Add", "value": in{"name.middleName": "M", workURN + ":division": "D", "unknown": 1}}, []any{workURN, "division"}, "D"},
		{"a whole address", op("add", "addresses", []in{{"type": "work", "locality": "Berlin"}}), []any{"addresses", 0, "locality"}, "Berlin"},
		{"the same once more", op("add", "addresses", []in{{"type": "work", "locality": "Berlin"}}), []any{"addresses", 0, "locality"}, "Berlin"},
		{"a remove", op("remove", "addresses", nil), []any{"addresses"}, nil},
		{"a remove by a filter", op("remove", `phoneNumbers[type eq "mobile"]`, nil), []any{"phoneNumbers"}, nil},
		{"null is a remove", op("replace", "title", nil), []any{"title"}, nil},
	} {
		a := h.do(200, "PATCH", "Users/"+id, ops(c.op))
		if got := a.at(c.path...); got != c.want {
			t.Errorf("%s: %v is %v, want %v: %s", c.name, c.path, got, c.want, a.Body)
		}
	}
}

// Source: https://www.rfc-editor.org/rfc/rfc7644#section-3.12
func TestAPatchThatCannotBeDoneChangesNothing(t *testing.T) {
	h := open(t)
	h.user("other")
	id := h.user("lee")
	before := h.do(200, "GET", "Users/"+id, nil).Body.String()
	for name, c := range map[string]struct {
		input  any
		status int
		kind   string
	}{
		"of another's name":               {ops(op("replace", "title", "Dr"), op("replace", "userName", "OTHER")), 409, "uniqueness"},
		"whose filter picks nothing":      {ops(op("replace", "title", "Dr"), op("replace", `emails[type eq "home"].value`, "x@y")), 400, "noTarget"},
		"that removes what is not":        {ops(op("remove", `emails[type eq "home"]`, nil)), 400, "noTarget"},
		"of an attribute that is not":     {ops(op("replace", "shoeSize", 9)), 400, "invalidPath"},
		"of a part that is not":           {ops(op("replace", "title.first", 9)), 400, "invalidPath"},
		"of another extension":            {ops(op("replace", "urn:x:y:z", 9)), 400, "invalidPath"},
		"with a path cut short":           {ops(op("replace", `emails[type eq "work"`, 9)), 400, "invalidPath"},
		"with another operator":           {ops(op("replace", `emails[type co "work"].value`, 9)), 400, "invalidPath"},
		"with a deep path":                {ops(op("replace", "name"+strings.Repeat(".x", 10_000), 9)), 400, "invalidPath"},
		"that takes the user name":        {ops(op("remove", "userName", nil)), 400, "mutability"},
		"that takes active":               {ops(op("remove", "active", nil)), 400, "mutability"},
		"that takes nothing":              {ops(in{"op": "remove"}), 400, "noTarget"},
		"that takes what must be":         {ops(op("remove", "displayName", nil)), 400, "invalidValue"},
		"with an unknown op":              {ops(op("move", "title", "x")), 400, "invalidSyntax"},
		"without operations":              {ops(), 400, "invalidSyntax"},
		"of too many operations":          {ops(make([]in, 101)...), 400, "invalidValue"},
		"with another schema":             {in{"schemas": []string{userURN}, "Operations": []in{op("replace", "title", "x")}}, 400, "invalidSyntax"},
		"with an object for a text":       {ops(op("replace", "title", in{"a": 1})), 400, "invalidValue"},
		"with a text for the name":        {ops(op("replace", "name", "x")), 400, "invalidValue"},
		"without a path, with a text":     {ops(in{"op": "replace", "value": "x"}), 400, "invalidValue"},
		"that makes two of one":           {ops(op("add", "emails", []in{{"value": "x@y"}})), 400, "invalidValue"},
		"whose operations are no objects": {in{"schemas": []string{patchURN}, "Operations": []string{"x"}}, 400, "invalidSyntax"},
	} {
		t.Run("a patch "+name, func(t *testing.T) {
			h := *h
			h.t = t
			h.refused(h.do(c.status, "PATCH", "Users/"+id, c.input), c.status, c.kind)
		})
	}
	if after := h.do(200, "GET", "Users/"+id, nil).Body.String(); after != before {
		t.Errorf("%s, was %s", after, before)
	}
}

// Source: https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2,
// https://docs.aws.amazon.com/singlesignon/latest/developerguide/listusers.html
func TestUsersAreFoundByFilters(t *testing.T) {
	h := open(t)
	h.user("kim")
	id := h.user("lee")
	h.do(200, "PATCH", "Users/"+id, ops(op("add", workURN+":manager", "boss"), op("replace", "active", false)))
	for filter, want := range map[string]int{
		`userName eq "LEE"`: 1, `externalId eq "ext-lee"`: 1, `externalId eq "EXT-LEE"`: 0, `id eq "` + id + `"`: 1,
		`emails.value eq "lee@example.com"`: 1, `displayName eq "Ann lee"`: 1, `active eq true`: 1, `active eq False`: 1,
		`userName eq "lee" and externalId eq "ext-lee"`: 1, `userName eq "lee" and externalId eq "ext-kim"`: 0,
		`id eq "` + id + `" and ` + workURN + `:manager.value eq "boss"`: 1, `userName eq "nobody"`: 0, `userName eq "le\"e"`: 0,
		`name.familyName eq "lee"`: 1, userURN + `:userName eq "lee"`: 1, ``: 2,
	} {
		a := h.do(200, "GET", "Users?filter="+url.QueryEscape(filter), nil)
		if a.count("Resources") != want || a.at("totalResults") != float64(want) {
			t.Errorf("%s: %s, want %d", filter, a.Body, want)
		}
	}
	for _, filter := range []string{
		`userName`, `userName co "lee"`, `userName eq`, `userName eq lee`, `userName eq "lee`, `userName eq "lee" or active eq true`,
		`(userName eq "lee")`, `shoeSize eq "9"`, `userName eq ["lee"]`, ` and `, strings.Repeat(`userName eq "x" and `, 20) + `id eq "y"`, `userName eq null`,
	} {
		h.refused(h.send(h.token, "GET", "Users?filter="+url.QueryEscape(filter), ""), 400, "invalidFilter")
	}
	a := h.do(200, "GET", "Users?startIndex=2&count=1&attributes=userName", nil)
	if a.count("Resources") != 1 || a.at("totalResults") != 2.0 || a.at("startIndex") != 2.0 || a.at("Resources", 0, "emails") != nil || a.at("Resources", 0, "userName") == nil {
		t.Error(a.Body)
	}
	if a = h.do(200, "GET", "Users?count=0", nil); a.count("Resources") != 0 || a.at("totalResults") != 2.0 {
		t.Error(a.Body)
	}
	h.refused(h.send(h.token, "GET", "Users?count=many", ""), 400, "invalidValue")
}
