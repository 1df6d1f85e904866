package conformance_test

import (
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rolecall-iam/rolecall/conformance"
)

func TestSimulations(t *testing.T) {
	asked := 0
	for _, c := range suite(t) {
		form, ok := c.Simulation()
		if !ok {
			continue
		}
		asked++
		for _, name := range []string{"Action", "Version", "ActionNames.member.1", "ResourceArns.member.1", "PolicyInputList.member.1"} {
			if form.Get(name) == "" {
				t.Errorf("%s:%d: no %s", c.File, c.Line, name)
			}
		}
	}
	if asked < 400 { // of some 1,500
		t.Errorf("only %d cases can be simulated", asked)
	}
}

// TestSimulation: the parameters of one call, and what becomes of its answer.
func TestSimulation(t *testing.T) {
	const text = `rule: V1
source: a page
caller: user arn:aws:iam::111111111111:user/a
action: s3:GetObject
resource: arn:aws:s3:::b/k
$any: {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}
-- one
identity: $any $any
boundary: $any
context: k=v; s[]=a,b
expect: allowed
-- of nobody
identity: none
expect: implicitDeny
-- of a session
identity: $any
session: $any
expect: allowed
-- of another account
identity: $any
account: 222222222222
expect: implicitDeny
-- with an empty set
identity: $any
context: s[]=
expect: allowed
-- with what is gathered
identity: $any
gather: mfa
expect: allowed
-- that AWS would not store
identity: {"Statement":{"Effect":"Allow","Action":"s*:*","Resource":"*"}}
expect: implicitDeny`
	cases, err := conformance.Read(fstest.MapFS{"a.txt": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	form, ok := cases[0].Simulation()
	want := url.Values{}
	for line := range strings.Lines(`Action SimulateCustomPolicy
Version 2010-05-08
ActionNames.member.1 s3:GetObject
ResourceArns.member.1 arn:aws:s3:::b/k
PolicyInputList.member.1 {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}
PolicyInputList.member.2 {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}
PermissionsBoundaryPolicyInputList.member.1 {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}
ContextEntries.member.1.ContextKeyName k
ContextEntries.member.1.ContextKeyType string
ContextEntries.member.1.ContextKeyValues.member.1 v
ContextEntries.member.2.ContextKeyName s
ContextEntries.member.2.ContextKeyType stringList
ContextEntries.member.2.ContextKeyValues.member.1 a
ContextEntries.member.2.ContextKeyValues.member.2 b
`) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		want.Set(name, value)
	}
	if !ok || form.Encode() != want.Encode() {
		t.Errorf("asks\n%v\nwant\n%v", form, want)
	}
	for _, c := range cases[1:] {
		if form, ok := c.Simulation(); ok {
			t.Errorf("%s can be simulated: %v", c.Name, form)
		}
	}
	if err := cases[0].Simulated("allowed"); err != nil {
		t.Error(err)
	}
	if err := cases[0].Simulated("implicitDeny"); err == nil || !strings.Contains(err.Error(), "want allowed, got implicitDeny") {
		t.Errorf("says %v", err)
	}
}
