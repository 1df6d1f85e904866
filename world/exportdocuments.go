package world

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// stated is a value in the text of an export, and where it begins.
type stated struct {
	value jsontext.Value
	from  int
}

// UnmarshalJSONFrom keeps the value as it is written.
func (s *stated) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	value, err := d.ReadValue()
	s.value, s.from = value.Clone(), int(d.InputOffset())-len(value)
	return err
}

// exportedPolicies is as much of an export as has policies.
type exportedPolicies struct {
	UserDetailList, GroupDetailList, RoleDetailList []policyHolder

	Policies []struct {
		Arn               string //nolint:revive // AWS's name
		PolicyVersionList []struct {
			VersionId        string //nolint:revive // AWS's name
			IsDefaultVersion bool
			Document         stated
		}
	}
}

type policyHolder struct {
	Arn, Path                                       string
	AssumeRolePolicyDocument                        stated
	UserPolicyList, GroupPolicyList, RolePolicyList []struct {
		PolicyName     string
		PolicyDocument stated
	}
}

// export adds the policies of an export, but for what was lifted out of it.
func (c *collected) export(e *export) error {
	f := e.rest()
	var x exportedPolicies
	if err := json.Unmarshal(f.Text, &x); err != nil {
		return Place{File: f.Name}.wrong("%v", err)
	}
	in := exportText{collected: c, file: f.Name, text: f.Text, lines: lineStarts(f.Text)}
	for _, l := range [...]struct {
		name  string
		items []policyHolder
	}{{"UserDetailList", x.UserDetailList}, {"GroupDetailList", x.GroupDetailList}, {"RoleDetailList", x.RoleDetailList}} {
		for i := range l.items {
			if err := in.holder(&l.items[i], fmt.Sprintf("%s[%d]", l.name, i)); err != nil {
				return err
			}
		}
	}
	for i, p := range x.Policies {
		for j, v := range p.PolicyVersionList {
			if !v.IsDefaultVersion || ownARN(p.Arn) == "" {
				continue
			}
			where := fmt.Sprintf("Policies[%d].PolicyVersionList[%d].Document", i, j)
			if err := in.add(v.Document, where, "identity", strings.TrimSpace(p.Arn+" "+v.VersionId)); err != nil {
				return err
			}
		}
	}
	return nil
}

// exportText is the text of an export.
type exportText struct {
	*collected
	file  string
	text  []byte
	lines []int // where each begins
}

// holder adds the policies of a user, a group or a role.
func (t *exportText) holder(h *policyHolder, where string) error {
	if serviceLinked(h.Path) {
		return nil
	}
	if !awsOwn(h.Path) {
		if err := t.add(h.AssumeRolePolicyDocument, where+".AssumeRolePolicyDocument", "trust", "trust policy of "+h.Arn); err != nil {
			return err
		}
	}
	for _, p := range slices.Concat(h.UserPolicyList, h.GroupPolicyList, h.RolePolicyList) {
		if err := t.add(p.PolicyDocument, where+" "+p.PolicyName, "identity", "inline policy "+p.PolicyName+" of "+h.Arn); err != nil {
			return err
		}
	}
	return nil
}

// add takes in one policy with the line that it begins on. An object is the
// file's own text; a text is AWS's, in percent-encoding.
func (t *exportText) add(s stated, where, kind, of string) error {
	if s.value == nil || s.value.Kind() == 'n' {
		return nil
	}
	at := Place{File: t.file, Where: where}
	line, _ := slices.BinarySearch(t.lines, s.from+1)
	at.Line = line
	doc := Document{Place: at, Of: of, Type: kind}
	if s.value.Kind() != '"' {
		begin := t.lines[line-1]
		doc.Text, doc.Column = string(s.value), utf8.RuneCount(t.text[begin:s.from])+1
		t.all = append(t.all, doc)
		return nil
	}
	d, err := exportedDocument(s.value, at)
	doc.Text = d.text
	t.all = append(t.all, doc)
	return err
}

// lineStarts are the offsets at which the lines of a text begin.
func lineStarts(text []byte) []int {
	starts := []int{0}
	for offset := 0; ; {
		i := bytes.IndexByte(text[offset:], '\n')
		if i < 0 {
			return starts
		}
		offset += i + 1
		starts = append(starts, offset)
	}
}
