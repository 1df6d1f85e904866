package scim

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// mostOnPage is how many resources a list answers at most.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/developerguide/listusers.html
const mostOnPage = 100

// list collects a page of what a walk finds.
type list struct {
	start, count int // counted from 1
	total        int
	found        []any
}

func (x *request) newList() (*list, error) {
	l := &list{start: 1, count: mostOnPage, found: []any{}}
	for name, to := range map[string]*int{"startIndex": &l.start, "count": &l.count} {
		text := x.http.FormValue(name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, badValue("%s must be a number.", name)
		}
		*to = n
	}
	l.start, l.count = max(l.start, 1), min(max(l.count, 0), mostOnPage) // RFC 7644, 3.4.2.4
	return l, nil
}

// add counts one more, and shows it where it is on the page.
func (l *list) add(show func() any) {
	if l.total++; l.total >= l.start && len(l.found) < l.count {
		l.found = append(l.found, show())
	}
}

func (l *list) document() map[string]any {
	return map[string]any{"schemas": []any{listSchema}, "totalResults": l.total, "startIndex": l.start,
		"itemsPerPage": len(l.found), "Resources": l.found}
}

// filter reads the request's filter.
func (x *request) filter() ([]clause, error) {
	text := x.http.FormValue("filter")
	if text == "" {
		return nil, nil
	}
	return parseFilter(text)
}

func (x *request) listUsers() (any, error) {
	l, err := x.newList()
	if err != nil {
		return nil, err
	}
	clauses, err := x.filter()
	if err != nil {
		return nil, err
	}
	for _, c := range clauses {
		if !known(c.name, attributes, userSchema) {
			return nil, badFilter("The filter compares " + c.name + ", which users do not have.")
		}
	}
	add := func(p *directory.Person) bool {
		if len(clauses) == 0 || passes(userDocument(p), clauses) {
			l.add(func() any { return x.selected(x.showUser(p)) })
		}
		return true
	}
	if p, indexed := x.userBy(clauses); !indexed {
		x.view.People(x.store.ID, "", add)
	} else if p != nil {
		add(p)
	}
	return l.document(), nil
}

// userBy finds the one user that a clause can mean, and tells whether there is
// such a clause.
func (x *request) userBy(clauses []clause) (*directory.Person, bool) {
	return meant(clauses, map[string]func(string) (*directory.Person, bool){
		"id":       func(id string) (*directory.Person, bool) { return x.view.Person(x.store.ID, id) },
		"username": func(name string) (*directory.Person, bool) { return x.view.PersonNamed(x.store.ID, name) },
		"externalid": func(id string) (*directory.Person, bool) {
			return x.view.PersonKnownAs(x.store.ID, x.externalID(id))
		},
	})
}

// meant finds the one resource that a clause on one of the names can mean, which
// is nil where there is none, and tells whether there is such a clause.
func meant[T any](clauses []clause, names map[string]func(text string) (*T, bool)) (*T, bool) {
	for _, c := range clauses {
		if find, ok := names[strings.ToLower(c.name)]; ok {
			text, _ := c.value.(string)
			found, _ := find(text)
			return found, true
		}
	}
	return nil, false
}

func (x *request) externalID(id string) directory.ExternalID {
	return directory.ExternalID{Issuer: service.SCIMIssuer(x.store.ID), ID: id}
}

func (x *request) listGroups() (any, error) {
	l, err := x.newList()
	if err != nil {
		return nil, err
	}
	clauses, err := x.filter()
	if err != nil {
		return nil, err
	}
	var member *string
	clauses = slices.DeleteFunc(clauses, func(c clause) bool {
		is := strings.EqualFold(c.name, "members") || strings.EqualFold(c.name, "members.value")
		if text, ok := c.value.(string); is && ok {
			member = &text
		}
		return is
	})
	for _, c := range clauses {
		if !known(c.name, groupAttributes, groupSchema) {
			return nil, badFilter("The filter compares " + c.name + ", which groups do not have.")
		}
	}
	x.walkGroups(clauses, member, func(g *directory.PersonGroup) bool {
		if passes(groupDocument(g), clauses) {
			l.add(func() any { return x.selected(x.showGroup(&x.view.Reader, g)) })
		}
		return true
	})
	return l.document(), nil
}

// walkGroups visits the groups that clauses and a member can mean.
func (x *request) walkGroups(clauses []clause, member *string, visit func(*directory.PersonGroup) bool) {
	in := func(g *directory.PersonGroup) bool {
		if member == nil {
			return true
		}
		_, ok := x.view.MembershipOf(x.store.ID, g.ID, *member)
		return ok
	}
	if g, indexed := x.groupBy(clauses); indexed {
		if g != nil && in(g) {
			visit(g)
		}
		return
	}
	if member != nil {
		x.view.GroupsOfPerson(x.store.ID, strings.ToLower(*member), "", func(m *directory.Membership) bool {
			g, ok := x.view.PersonGroup(x.store.ID, m.Group)
			return ok && visit(g)
		})
		return
	}
	x.view.PersonGroups(x.store.ID, "", visit)
}

func (x *request) groupBy(clauses []clause) (*directory.PersonGroup, bool) {
	return meant(clauses, map[string]func(string) (*directory.PersonGroup, bool){
		"id":          func(id string) (*directory.PersonGroup, bool) { return x.view.PersonGroup(x.store.ID, id) },
		"displayname": func(name string) (*directory.PersonGroup, bool) { return x.view.PersonGroupNamed(x.store.ID, name) },
		"externalid": func(id string) (*directory.PersonGroup, bool) {
			return x.view.PersonGroupKnownAs(x.store.ID, x.externalID(id))
		},
	})
}

// known tells whether a filter may compare an attribute.
func known(name string, table map[string]kind, schema string) bool {
	if strings.EqualFold(name, "id") {
		return true
	}
	_, _, ok := parsePath(name, table, schema)
	return ok
}

// passes tells whether a document is what all clauses say.
func passes(d map[string]any, clauses []clause) bool {
	for _, c := range clauses {
		schema := enterpriseSchema
		values := []any{any(d)}
		name := c.name
		if rest, ok := cutFold(name, schema+":"); ok {
			values, name = below(values, schema), rest
		} else if rest, ok := cutFold(name, userSchema+":"); ok {
			name = rest
		}
		for step := range strings.SplitSeq(name, ".") {
			values = below(values, step)
		}
		exact := strings.EqualFold(c.name, "externalId")
		if !slices.ContainsFunc(values, func(v any) bool { return equal(v, c.value, exact) }) {
			return false
		}
	}
	return true
}

// below are the values that a member has in objects, each of a list's.
func below(values []any, name string) []any {
	var found []any
	for _, v := range values {
		object, ok := v.(map[string]any)
		if !ok {
			continue
		}
		switch v := object[keyOf(object, name)].(type) {
		case nil:
		case []any:
			found = append(found, v...)
		default:
			found = append(found, v)
		}
	}
	return found
}

// wants tells whether a request asks for an attribute that is answered unless
// it says otherwise.
func (x *request) wants(name string) bool {
	if only := x.http.FormValue("attributes"); only != "" {
		return listed(only, name)
	}
	return !listed(x.http.FormValue("excludedAttributes"), name)
}

func listed(names, name string) bool {
	for n := range strings.SplitSeq(names, ",") {
		n, _, _ = strings.Cut(strings.TrimSpace(n), ".")
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// selected leaves out of a document what the request does not ask for.
func (x *request) selected(d map[string]any) map[string]any {
	for name := range d {
		if name != "id" && name != "schemas" && !x.wants(name) {
			delete(d, name)
		}
	}
	return d
}
