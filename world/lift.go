package world

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rolecall-iam/rolecall/service/iam/moving"
)

// exportLists are the lists of an export, with what each has.
var exportLists = map[string]string{"user": "UserDetailList", "group": "GroupDetailList", "role": "RoleDetailList", "policy": "Policies"}

// list is the list of a kind.
func (n *exportNames) list(kind string) []exportName {
	switch kind {
	case "user":
		return n.UserDetailList
	case "group":
		return n.GroupDetailList
	case "role":
		return n.RoleDetailList
	}
	return n.Policies
}

// span is where an item of a list stands in the text of an export.
type span struct {
	from, to int
	lifted   bool
}

// exportedEntity is a user, group or role in the form of an export.
type exportedEntity struct {
	Path, CreateDate, UserId, GroupId, RoleId string //nolint:revive // AWS's names
	AssumeRolePolicyDocument                  stated
	UserPolicyList                            []exportedInline
	GroupPolicyList                           []exportedInline
	RolePolicyList                            []exportedInline
	AttachedManagedPolicies                   []struct{ PolicyArn string }
	PermissionsBoundary                       *struct{ PermissionsBoundaryArn string }
	GroupList                                 []string
	Tags                                      []struct{ Key, Value string }
	InstanceProfileList                       jsontext.Value
}

type exportedInline struct {
	PolicyName     string
	PolicyDocument stated
}

// lift takes a user, group or role out of the export that has it, so that others
// can add to it; nil where no export has it.
func (a *account) lift(kind, name string) (*entity, error) {
	text, at, err := a.cut(kind, name)
	if text == nil || err != nil {
		return nil, err
	}
	var x exportedEntity
	if err := json.Unmarshal(text, &x); err != nil {
		return nil, at.wrong("%v", err)
	}
	e := &entity{kind: kind, path: x.Path, at: at, id: x.UserId + x.GroupId + x.RoleId, made: x.CreateDate, profiles: x.InstanceProfileList}
	var own exportName
	if err := json.Unmarshal(text, &own); err != nil {
		return nil, at.wrong("%v", err)
	}
	e.name = own.name()
	stood := a.stood(kind, name)
	if e.trust, err = stood(x.AssumeRolePolicyDocument, at); err != nil {
		return nil, err
	}
	for _, p := range slices.Concat(x.UserPolicyList, x.GroupPolicyList, x.RolePolicyList) {
		d, err := stood(p.PolicyDocument, at)
		if err == nil {
			err = e.give(p.PolicyName, d)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, p := range x.AttachedManagedPolicies {
		e.attach(attachment{name: p.PolicyArn, at: at})
	}
	if x.PermissionsBoundary != nil {
		e.boundary = &attachment{name: x.PermissionsBoundary.PermissionsBoundaryArn, at: at}
	}
	for _, g := range x.GroupList {
		e.groups = append(e.groups, attachment{name: g, at: at})
	}
	for _, t := range x.Tags {
		e.tags = append(e.tags, tag{t.Key, t.Value})
	}
	return e, nil
}

// stood reads the policies of an item that was taken out of an export, with
// where they stood there.
func (a *account) stood(kind, name string) func(stated, Place) (document, error) {
	found := a.items[kind+"/"+strings.ToLower(name)]
	e := &a.exports[found.export]
	item := e.spans[exportLists[kind]][found.item].from
	return func(s stated, at Place) (document, error) {
		d, err := exportedDocument(s.value, at)
		d.line, d.column = placeIn(e.whole, item+s.from)
		if s.value.Kind() == '"' {
			d.column = 0
		}
		return d, err
	}
}

// placeIn is the line and the column of an offset, from 1.
func placeIn(text []byte, offset int) (line, column int) {
	before := text[:offset]
	begin := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[begin:]) + 1
}

// exportedDocument is a policy in an export: an object, or a text, which may be
// in percent-encoding.
func exportedDocument(value jsontext.Value, at Place) (document, error) {
	if value.Kind() != '"' {
		return document{text: string(value), at: at}, nil
	}
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		return document{}, at.wrong("%v", err)
	}
	if strings.HasPrefix(text, "%") {
		plain, err := url.PathUnescape(text)
		if err != nil {
			return document{}, at.wrong("%v", err)
		}
		text = plain
	}
	return document{text: text, at: at}, nil
}

// cut takes an item out of the lists of the account's exports, and answers its
// text and where it stood; nil where there is none.
func (a *account) cut(kind, name string) ([]byte, Place, error) {
	key := kind + "/" + strings.ToLower(name)
	at, ok := a.where[key]
	if !ok {
		return nil, Place{}, nil
	}
	found := a.items[key]
	e, j := &a.exports[found.export], found.item
	if err := e.find(); err != nil {
		return nil, at, err
	}
	if j >= len(e.spans[exportLists[kind]]) {
		return nil, at, at.wrong("the list stands there twice")
	}
	delete(a.where, key)
	delete(a.where, e.names.list(kind)[j].Arn)
	e.names.list(kind)[j] = exportName{}
	item := &e.spans[exportLists[kind]][j]
	item.lifted = true
	return e.whole[item.from:item.to], at, nil
}

// find finds where each item stands.
func (e *export) find() error {
	if e.spans != nil {
		return nil
	}
	e.spans, e.whole = make(map[string][]span), e.file.Text
	d := jsontext.NewDecoder(bytes.NewReader(e.whole))
	if _, err := d.ReadToken(); err != nil {
		return Place{File: e.file.Name}.wrong("%v", err)
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return Place{File: e.file.Name}.wrong("%v", err)
		}
		list := name.String()
		if d.PeekKind() != '[' {
			if err := d.SkipValue(); err != nil {
				return Place{File: e.file.Name}.wrong("%v", err)
			}
			continue
		}
		if _, err := d.ReadToken(); err != nil {
			return Place{File: e.file.Name}.wrong("%v", err)
		}
		for d.PeekKind() != ']' {
			value, err := d.ReadValue()
			if err != nil {
				return Place{File: e.file.Name}.wrong("%v", err)
			}
			to := int(d.InputOffset())
			e.spans[list] = append(e.spans[list], span{from: to - len(value), to: to})
		}
		if _, err := d.ReadToken(); err != nil {
			return Place{File: e.file.Name}.wrong("%v", err)
		}
	}
	return nil
}

// rest is the export without what was lifted out of it. All else stays on its
// line.
func (e *export) rest() moving.File {
	if e.spans == nil {
		return e.file
	}
	text := bytes.Clone(e.whole)
	for _, items := range e.spans {
		kept, before := false, 0
		for i, item := range items {
			if i > 0 && (item.lifted || !kept) {
				blank(text[before:item.from])
			}
			if item.lifted {
				blank(text[item.from:item.to])
			}
			kept, before = kept || !item.lifted, item.to
		}
	}
	return moving.File{Name: e.file.Name, Text: text, Part: e.file.Part}
}

// blank leaves nothing of a text but the ends of its lines.
func blank(text []byte) {
	for i, c := range text {
		if c != '\n' {
			text[i] = ' '
		}
	}
}
