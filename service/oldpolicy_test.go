package service_test

import (
	"context"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// old are documents that no call stores today, as one of an earlier version
// might have: a Deny that nobody can read any more must not be skipped.
var old = map[string]string{
	"a Deny with an element that is gone": `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iam:*","Resource":"*","Comment":"x"}}`,
	"an Allow with an element twice":      `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Action":"*","Resource":"*"}}`,
	"a version that never was":            `{"Version":"2020-01-01","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`,
	"a text cut off":                      `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*"`,
	"no text":                             ``,
}

// oldHouse is a house with GetUser, and AssumeRole of the role Old, in whose
// directory change stores what a call would not.
func oldHouse(t *testing.T, change func(tx *directory.Tx, id arn.AccountID, u *directory.User)) *house {
	t.Helper()
	h, dir, keys := openParts(t)
	id, err := arn.ParseAccountID(account)
	if err != nil {
		t.Fatal(err)
	}
	err = dir.Update(context.Background(), func(tx *directory.Tx) error {
		before, _ := tx.User(id, "admin")
		u := before.Clone()
		change(tx, id, u)
		tx.PutUser(before, u)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	h.serve(service.NewDoor(h.parts(dir, keys,
		service.Bind(iam.GetUser, needsIt, func(context.Context, *iam.GetUserInput) (*iam.GetUserOutput, error) {
			return &iam.GetUserOutput{User: &iam.User{}}, nil
		}),
		service.Bind(sts.AssumeRole, func(c *service.Call, in *sts.AssumeRoleInput) []service.Need {
			role, _ := c.View.Role(id, "Old")
			return []service.Need{{Resource: in.RoleArn, Trust: role, MustTrust: true}}
		}, func(context.Context, *sts.AssumeRoleInput) (*sts.AssumeRoleOutput, error) {
			return &sts.AssumeRoleOutput{}, nil
		}))))
	return h
}

// A stored policy that no longer parses denies its owner, wherever it is
// attached, though another policy allows everything; the answer and the log
// name it.
func TestAPolicyOfAnOlderVersionDeniesAndSaysSo(t *testing.T) {
	policy := func(tx *directory.Tx, id arn.AccountID, text string) directory.PolicyRef {
		p := &directory.Policy{
			ID: "ANPA00000000000000001", Account: id, Name: "old", Path: "/", Default: "v1", Last: 1, Versions: []directory.PolicyVersion{{ID: "v1"}},
		}
		tx.CreatePolicy(p, directory.NewPolicyText(text))
		return directory.PolicyRef(p.ID)
	}
	const managed = "arn:aws:iam::" + account + ":policy/old"
	for where, c := range map[string]struct {
		put   func(tx *directory.Tx, id arn.AccountID, u *directory.User, text string)
		named string // in the answer
	}{
		"an inline policy": {func(_ *directory.Tx, _ arn.AccountID, u *directory.User, text string) {
			u.Inline = []directory.Inline{{Name: "old", Document: directory.NewPolicyText(text)}}
		}, "identity-based policy old"},
		"an attached policy": {func(tx *directory.Tx, id arn.AccountID, u *directory.User, text string) {
			u.Attached = append(u.Attached, policy(tx, id, text))
		}, "identity-based policy " + managed},
		"a permissions boundary": {func(tx *directory.Tx, id arn.AccountID, u *directory.User, text string) {
			u.Boundary = policy(tx, id, text)
		}, "permissions boundary " + managed},
		"a group's policy": {func(tx *directory.Tx, id arn.AccountID, u *directory.User, text string) {
			g := directory.Entity{ID: "AGPA00000000000000001", Account: id, Name: "all", Path: "/",
				Inline: []directory.Inline{{Name: "old", Document: directory.NewPolicyText(text)}}}
			tx.CreateGroup(&directory.Group{Entity: g})
			u.Groups = []string{g.ID}
		}, "identity-based policy old"},
	} {
		for what, text := range old {
			t.Run(where+", "+what, func(t *testing.T) {
				h := oldHouse(t, func(tx *directory.Tx, id arn.AccountID, u *directory.User) { c.put(tx, id, u, text) })
				check(t, h.send(admin, form("iam", "GetUser")), refusal{403, "AccessDenied", "User: arn:aws:iam::" + account +
					":user/admin is not authorized to perform: iam:GetUser on resource: * because the " + c.named + " cannot be read"})
				if log := h.log.String(); !strings.Contains(log, "a stored policy cannot be read") || !strings.Contains(log, "old") {
					t.Errorf("logged: %s", log)
				}
			})
		}
	}
}

// A role whose trust policy no longer parses trusts nobody.
func TestATrustPolicyOfAnOlderVersionTrustsNobody(t *testing.T) {
	const role = "arn:aws:iam::" + account + ":role/Old"
	for what, text := range old {
		t.Run(what, func(t *testing.T) {
			h := oldHouse(t, func(tx *directory.Tx, id arn.AccountID, _ *directory.User) {
				tx.CreateRole(&directory.Role{
					Entity: directory.Entity{ID: "AROA00000000000000001", Account: id, Name: "Old", Path: "/"}, Trust: directory.NewPolicyText(text),
				})
			})
			a := h.send(admin, form("sts", "AssumeRole", "RoleArn", role, "RoleSessionName", "night"))
			check(t, a, refusal{403, "AccessDenied", "User: arn:aws:iam::" + account +
				":user/admin is not authorized to perform: sts:AssumeRole on resource: " + role + " because the role trust policy cannot be read"})
		})
	}
}
