package scim_test

import (
	"fmt"
	"net/url"
	"testing"
)

// names are the ids of a group's members.
func (h *house) members(id string) []string {
	h.t.Helper()
	a := h.do(200, "GET", "Groups/"+id, nil)
	got := []string{}
	for i := range a.count("members") {
		got = append(got, fmt.Sprint(a.at("members", i, "value")))
	}
	return got
}

// is checks who is in a group.
func (h *house) is(what, id string, want ...string) {
	h.t.Helper()
	in := make(map[string]bool)
	for _, m := range h.members(id) {
		in[m] = true
	}
	ok := len(in) == len(want)
	for _, m := range want {
		ok = ok && in[m]
	}
	if !ok {
		h.t.Errorf("%s: members are %v, want %v", what, in, want)
	}
}

// Sources: https://docs.aws.amazon.com/singlesignon/latest/developerguide/patchgroup.html, RFC 7644 (3.5.2), and
// what Okta and Entra send
func TestMembersComeAndGoByPatch(t *testing.T) {
	h := open(t)
	lee, kim, joe := h.user("lee"), h.user("kim"), h.user("joe")
	id := h.group("ops", lee)
	path := "Groups/" + id
	h.is("made with one", id, lee)
	h.do(204, "PATCH", path, ops(op("add", "members", values(kim, lee))))
	h.is("added", id, lee, kim)
	h.do(204, "PATCH", path, ops(op("remove", `members[value eq "`+lee+`"]`, nil), op("Add", "members", values(joe))))
	h.is("removed by a filter, as Okta does", id, kim, joe)
	h.do(204, "PATCH", path, ops(op("Remove", "members", values(joe))))
	h.is("removed by a value, as Entra does", id, kim)
	h.do(204, "PATCH", path, ops(in{"op": "replace", "value": in{"id": id, "displayName": "SRE", "members": values(lee, joe)}}))
	h.is("replaced without a path", id, lee, joe)
	h.do(204, "PATCH", path, ops(op("replace", "members", values(kim)), op("add", groupURN+":members", in{"value": lee})))
	h.is("replaced, and one more", id, kim, lee)
	h.do(204, "PATCH", path, ops(op("remove", "members", nil)))
	h.is("all removed", id)
	a := h.do(200, "PUT", path, in{"schemas": []string{groupURN}, "displayName": "SRE", "externalId": "g1", "members": values(joe)})
	h.is("put", id, joe)
	if a.at("externalId") != "g1" || a.count("members") != 1 {
		t.Error(a.Body)
	}
	h.do(204, "DELETE", "Users/"+joe, nil)
	h.is("gone with its user", id)
	h.do(204, "DELETE", path, nil)
	h.refused(h.send(h.token, "GET", path, ""), 404, "")
}

func TestAGroupsPatchThatCannotBeDoneChangesNothing(t *testing.T) {
	h := open(t)
	lee, kim := h.user("lee"), h.user("kim")
	h.group("other")
	id := h.group("ops", lee)
	for name, c := range map[string]struct {
		input  any
		status int
		kind   string
	}{
		"that removes who is not in it":   {ops(op("add", "members", values(kim)), op("remove", `members[value eq "`+id+`"]`, nil)), 400, "noTarget"},
		"that adds who is not":            {ops(op("add", "members", values(kim, "9067-nobody"))), 400, "invalidValue"},
		"that adds a group":               {ops(op("add", "members", values(id))), 400, "invalidValue"},
		"that adds what has no value":     {ops(op("add", "members", []in{{"display": "x"}})), 400, "invalidValue"},
		"that adds a number":              {ops(op("add", "members", []int{1})), 400, "invalidValue"},
		"with another filter":             {ops(op("remove", `members[display eq "x"]`, nil)), 400, "invalidPath"},
		"with another path":               {ops(op("remove", `members.value`, nil)), 400, "invalidPath"},
		"to another's name":               {ops(op("add", "members", values(kim)), op("replace", "displayName", "OTHER")), 409, "uniqueness"},
		"that takes the name":             {ops(op("remove", "displayName", nil)), 400, "invalidValue"},
		"of an attribute that groups not": {ops(op("replace", "title", "x")), 400, "invalidPath"},
	} {
		t.Run("a patch "+name, func(t *testing.T) {
			h := *h
			h.t = t
			h.refused(h.do(c.status, "PATCH", "Groups/"+id, c.input), c.status, c.kind)
			h.is("after it", id, lee)
		})
	}
	many := make([]string, 101)
	for i := range many {
		many[i] = h.user(fmt.Sprintf("u%d", i))
	}
	h.refused(h.do(400, "PATCH", "Groups/"+id, ops(op("add", "members", values(many...)))), 400, "invalidValue")
	h.do(204, "PATCH", "Groups/"+id, ops(op("add", "members", values(many[:100]...))))
	h.do(204, "DELETE", "Groups/"+id, nil) // more than one transaction of the store holds
	if a := h.do(200, "GET", "Groups?filter="+url.QueryEscape(`members eq "`+many[7]+`"`), nil); a.at("totalResults") != 0.0 {
		t.Error(a.Body)
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/developerguide/listgroups.html
func TestGroupsAreFoundByFilters(t *testing.T) {
	h := open(t)
	lee, kim := h.user("lee"), h.user("kim")
	ops := h.group("Ops", lee)
	h.group("Dev", lee, kim)
	for filter, want := range map[string]int{
		`displayName eq "ops"`: 1, `displayName eq "none"`: 0, `members eq "` + lee + `"`: 2, `members.value eq "` + kim + `"`: 1,
		`id eq "` + ops + `" and members eq "` + lee + `"`: 1, `id eq "` + ops + `" and members eq "` + kim + `"`: 0,
		`displayName eq "dev" and members eq "` + kim + `"`: 1, `externalId eq "x"`: 0, ``: 2,
	} {
		a := h.do(200, "GET", "Groups?excludedAttributes=members&filter="+url.QueryEscape(filter), nil)
		if a.count("Resources") != want || a.at("Resources", 0, "members") != nil {
			t.Errorf("%s: %s, want %d", filter, a.Body, want)
		}
	}
	h.refused(h.send(h.token, "GET", "Groups?filter="+url.QueryEscape(`title eq "x"`), ""), 400, "invalidFilter")
}
