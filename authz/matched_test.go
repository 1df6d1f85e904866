package authz

import (
	"fmt"
	"slices"
	"sync"
	"testing"
)

// sids are the statements that a decision names: layer and Sid of each.
func sids(d Decision) []string {
	var list []string
	for _, m := range d.Matched {
		list = append(list, fmt.Sprintf("%s %s/%s", m.Layer, m.Policy.Name, m.Statement().Sid))
	}
	return list
}

// TestMatched holds rule P2: a denial names what denies, an allowance all that
// allows, an implicit denial nothing.
func TestMatched(t *testing.T) {
	texts := []string{`{"Version":"2012-10-17","Statement":[
		{"Sid":"Get","Effect":"Allow","Action":"s3:GetObject","Resource":"*"},
		{"Sid":"Put","Effect":"Allow","Action":"s3:PutObject","Resource":"*"},
		{"Sid":"NoDelete","Effect":"Deny","Action":"s3:Delete*","Resource":"*"},
		{"Sid":"NoTeam","Effect":"Deny","Action":"s3:DeleteObject","Resource":"*","Condition":{"Sounds":{"k":"v"}}}]}`,
		`{"Version":"2012-10-17","Statement":{"Sid":"All","Effect":"Allow","Action":"s3:*","Resource":"*"}}`,
	}
	p := Policies{
		Identity: named(t, texts...),
		Resource: resourcePolicy(t, OrdinaryPolicy, `{"Statement":[
			{"Sid":"Readers","Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"s3:Get*","Resource":"*"},
			{"Sid":"Service","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"s3:*","Resource":"*"}]}`),
	}
	for _, c := range []struct {
		name   string
		action string
		want   []string
	}{
		{"P2 all statements that allow", "s3:GetObject", []string{"resource-based policy policy0/Readers", "identity-based policy policy0/Get", "identity-based policy policy1/All"}},
		{"P2 only those that allow", "s3:PutObject", []string{"identity-based policy policy0/Put", "identity-based policy policy1/All"}},
		{"P2 only those that deny", "s3:DeleteObject", []string{"identity-based policy policy0/NoDelete", "identity-based policy policy0/NoTeam"}},
		{"P2 nothing after an implicit denial", "iam:GetRole", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := reads(alice, keys("k", "v"))
			r.Action = c.action
			if got := sids(Decide(r, p)); !slices.Equal(got, c.want) {
				t.Errorf("%s names %q, want %q", c.action, got, c.want)
			}
		})
	}
	r := reads(alice, keys("k", "v"))
	r.Action = "s3:DeleteObject"
	d := Decide(r, p)
	if d.Matched[0].Unevaluable || !d.Matched[1].Unevaluable {
		t.Errorf("which denial could not be evaluated is not told: %+v", d.Matched)
	}
	if first, ok := d.Reason.(ExplicitDeny); !ok || first.Statement().Sid != "NoDelete" {
		t.Errorf("the reason is %v, want the first denial", d.Reason)
	}
}

// TestLevels has an organization of three levels, of which the second does not
// allow.
func TestLevels(t *testing.T) {
	p := Policies{Identity: named(t, allowAll), SCPs: [][]Named{
		named(t, allowAll), named(t, allowNil, allowNil), named(t, allowAll),
	}}
	if d := Decide(reads(alice, Context{}), p); d.Reason != (ImplicitDeny{Layer: ServiceControlLayer, Level: 1}) {
		t.Errorf("the reason is %+v, want level 1", d.Reason)
	}
	p.SCPs[1] = append(p.SCPs[1], named(t, allowAll)...)
	check(t, reads(alice, Context{}), p, "allowed by identity-based policy")
	p.SCPs = [][]Named{}
	check(t, reads(alice, Context{}), p, "allowed by identity-based policy")
}

// TestDecideTogether has many decide on one request and its policies, for the
// race detector to watch.
func TestDecideTogether(t *testing.T) {
	r, p := assumes(alice), Policies{Identity: named(t, allowAll, allowNil), Resource: trusting(t, `{"AWS":"111111111111"}`)}
	r.Context = typical(alice)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				if d := Decide(r, p); !d.Allowed {
					t.Error(why(d))
				}
			}
		})
	}
	all.Wait()
}

// TestDecideChangesNothing holds that what is decided on stays as it was.
func TestDecideChangesNothing(t *testing.T) {
	r := reads(deployer, keys("a", "1", "b[]", "2,3"))
	p := Policies{Identity: named(t, allowAll), Session: named(t, denyAll)}
	texts := fmt.Sprint(r, *p.Identity[0].Document, *p.Session[0].Document)
	Decide(r, p)
	if got := fmt.Sprint(r, *p.Identity[0].Document, *p.Session[0].Document); got != texts {
		t.Errorf("was\n%s\nis\n%s", texts, got)
	}
}
