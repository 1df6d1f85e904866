package world

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service/iam/moving"
)

// export is what aws iam get-account-authorization-details printed. Package
// moving reads it; here is only as much of it as others refer to.
type export struct {
	file  moving.File
	names exportNames
	spans map[string][]span // of its lists; nil until something is lifted out
	whole []byte            // the text that they are of
}

type exportNames struct {
	UserDetailList, GroupDetailList, RoleDetailList, Policies []exportName
}

type exportName struct{ Arn, UserName, GroupName, RoleName, PolicyName string }

func (n exportName) name() string { return n.UserName + n.GroupName + n.RoleName + n.PolicyName }

// ofAWS tells a policy of AWS's, which accounts' details list too.
func (n exportName) ofAWS() bool { return strings.Contains(n.Arn, ":iam::aws:policy/") }

func (n *exportNames) each(do func(exportName)) {
	for _, list := range [...][]exportName{n.UserDetailList, n.RoleDetailList, n.GroupDetailList, n.Policies} {
		for _, item := range list {
			do(item)
		}
	}
}

// exportItem is which item of its list in which export something is.
type exportItem struct{ export, item int }

// isExport tells whether a JSON text looks like an account's details, or like
// what aws iam list-roles prints, and whether its policies are an organization's.
func isExport(text []byte) (is, ofOrganizations bool) {
	d := jsontext.NewDecoder(bytes.NewReader(text))
	if open, err := d.ReadToken(); err != nil || open.Kind() != '{' {
		return false, false
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return false, false
		}
		switch name.String() {
		case "Policies":
			return true, organizationsOwn(d)
		case "UserDetailList", "GroupDetailList", "RoleDetailList", "Roles":
			return true, false
		}
		if d.SkipValue() != nil {
			return false, false
		}
	}
	return false, false
}

// organizationsOwn tells whether the first of a list of policies is an
// organization's.
func organizationsOwn(d *jsontext.Decoder) bool {
	if open, err := d.ReadToken(); err != nil || open.Kind() != '[' || d.PeekKind() != '{' {
		return false
	}
	var first struct{ Arn string }
	return json.UnmarshalDecode(d, &first) == nil && strings.Contains(first.Arn, ":organizations:")
}

// export takes in the details of an account. Those of the same account belong
// together, as pages do.
func (s *setup) export(f File) error {
	e := export{file: moving.File{Name: f.Name, Text: f.Text}}
	if err := json.Unmarshal(f.Text, &e.names); err != nil {
		if _, told := moving.Read([]moving.File{e.file}, s.defaultID); told != nil {
			return told // it knows the form, and where it is left
		}
		return Place{File: f.Name}.wrong("%v", err)
	}
	id, partition, ok := e.names.account()
	if !ok && len(e.names.UserDetailList)+len(e.names.GroupDetailList)+len(e.names.RoleDetailList) == 0 {
		// A list of roles goes with the one account there is.
		s.later = append(s.later, func() error {
			for _, a := range s.accounts {
				if len(a.exports) > 0 || len(s.accounts) == 1 {
					a.exports = append(a.exports, e)
					return nil
				}
			}
			a := s.account(s.defaultID, "aws")
			a.exports = append(a.exports, e)
			return nil
		})
		return nil
	}
	if !ok {
		_, err := moving.Read([]moving.File{e.file}, arn.AccountID{})
		if err == nil {
			err = Place{File: f.Name}.wrong("no ARN tells which account this is")
		}
		return err
	}
	a := s.account(id, partition)
	if a.partition != partition {
		return Place{File: f.Name}.wrong("this is account %s in the partition %s, which another file has in %s", id, partition, a.partition)
	}
	a.exports = append(a.exports, e)
	return nil
}

// account is the account that the first ARN names.
func (n *exportNames) account() (arn.AccountID, string, bool) {
	for _, list := range [...][]exportName{n.UserDetailList, n.RoleDetailList, n.GroupDetailList, n.Policies} {
		for _, item := range list {
			name, err := arn.Parse(item.Arn)
			if err != nil {
				continue
			}
			if id, err := arn.ParseAccountID(name.Account); err == nil && name.Service == "iam" {
				return id, name.Partition, true
			}
		}
	}
	return arn.AccountID{}, "", false
}

// index tells where everything is that the account's exports have: users,
// groups, roles and policies by kind and name, policies by ARN too.
func (a *account) index() (map[string]Place, error) {
	index := make(map[string]Place)
	a.items = make(map[string]exportItem)
	for number, e := range a.exports {
		for _, l := range [...]struct {
			kind, list string
			items      []exportName
		}{
			{"user", "UserDetailList", e.names.UserDetailList}, {"group", "GroupDetailList", e.names.GroupDetailList},
			{"role", "RoleDetailList", e.names.RoleDetailList}, {"policy", "Policies", e.names.Policies},
		} {
			for i, item := range l.items {
				at := Place{File: e.file.Name, Where: fmt.Sprintf("%s[%d]", l.list, i)}
				if item.ofAWS() || item.name() == "" {
					continue
				}
				key := l.kind + "/" + strings.ToLower(item.name())
				if there, ok := index[key]; ok {
					return nil, at.wrong("the %s %s of account %s is in %s as well", l.kind, item.name(), a.id, there)
				}
				index[key], a.items[key] = at, exportItem{number, i}
				if l.kind == "policy" {
					index[item.Arn] = at
				}
			}
		}
	}
	return index, nil
}
