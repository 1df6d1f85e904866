package service

import (
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
)

// Whatever is stored: it is read, or refused, and what is read is written as it
// was.
func FuzzReadDecided(f *testing.F) {
	role, _ := arn.Parse("arn:aws:iam::111111111111:role/path/Dev")
	account, _ := arn.ParseAccountID("111111111111")
	for _, p := range []authz.Principal{
		authz.Anonymous{}, authz.Root{Account: account}, authz.User{ARN: role, ID: "AIDA"},
		authz.RoleSession{Role: role, RoleID: "AROA", Name: "ann", Provider: "accounts.google.com"},
		authz.FederatedUser{Name: "bob", Parent: authz.Root{Account: account, Partition: "aws"}},
		authz.ServicePrincipal{Name: "ec2.amazonaws.com"}, authz.FederatedIdentity{Provider: "accounts.google.com"},
	} {
		d := decided{flags: decidedSession | decidedAllowed, at: time.Unix(1_800_000_000, 0), region: "us-east-1", reason: "silent 4 0", policy: "{}", policies: []string{"arn"}}
		d.request = authz.Request{Principal: p, Action: "sts:AssumeRole", Resource: "*", ResourceAccount: account}
		d.request.Context.Set("sts:ExternalId", "x")
		d.request.Context.SetMany("aws:TagKeys", "a", "b")
		f.Add(string(d.append(nil)))
	}
	f.Add("")
	f.Add("\x01\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := readDecided(text)
		if err != nil {
			return
		}
		again, err := readDecided(string(d.append(nil)))
		if err != nil || again.request.Action != d.request.Action || again.reason != d.reason || again.at != d.at || len(again.policies) != len(d.policies) {
			t.Fatalf("%+v, then %+v: %v", d, again, err)
		}
		for name := range d.request.Context.All() {
			if _, ok := again.request.Context.Get(name); !ok && !toldByEvent(name) {
				t.Errorf("%q was lost", name)
			}
		}
	})
}
