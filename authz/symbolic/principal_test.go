package symbolic

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// trusting is a trust policy of a role.
func trusting(principal string) string {
	return statements(allow(principal + `,"Action":"sts:AssumeRole"`))
}

// TestPrincipalsAreComparedAsTheEvaluatorNamesThem is the page on the Principal
// element, asked of pairs.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func TestPrincipalsAreComparedAsTheEvaluatorNamesThem(t *testing.T) {
	cases := []struct {
		name            string
		existing, after string
		want            string
	}{
		{
			name:     "an account is written in three ways",
			existing: `"Principal":{"AWS":"arn:aws:iam::111122223333:root"}`,
			after:    `"Principal":{"AWS":["111122223333","arn:aws:iam::111122223333:root"]}`,
			want:     "",
		},
		{
			name:     "everybody is written in two ways",
			existing: `"Principal":"*"`,
			after:    `"Principal":{"AWS":"*"}`,
			want:     "",
		},
		{
			name:     "everybody is services too",
			existing: `"Principal":"*"`,
			after:    `"Principal":{"Service":"ec2.amazonaws.com","Federated":"accounts.google.com"}`,
			want:     "",
		},
		{
			name:     "an account is not within a role of it",
			existing: `"Principal":{"AWS":"arn:aws:iam::111122223333:role/A"}`,
			after:    `"Principal":{"AWS":"111122223333"}`,
			want:     "0",
		},
		{
			name:     "a user is within its account",
			existing: `"Principal":{"AWS":"111122223333"}`,
			after:    `"Principal":{"AWS":"arn:aws:iam::111122223333:user/division/alice"}`,
			want:     "",
		},
		{
			name:     "a user is not within another account",
			existing: `"Principal":{"AWS":"444455556666"}`,
			after:    `"Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}`,
			want:     "0",
		},
		{
			name:     "a session may be of a role of that name with another path",
			existing: `"Principal":{"AWS":"arn:aws:iam::111122223333:role/A"}`,
			after:    `"Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/A/build"}`,
			want:     "0",
		},
		{
			name:     "a role is not within a session of it",
			existing: `"Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/A/build"}`,
			after:    `"Principal":{"AWS":"arn:aws:iam::111122223333:role/A"}`,
			want:     "0",
		},
		{
			name:     "roles with other paths are others",
			existing: `"Principal":{"AWS":"arn:aws:iam::111122223333:role/A"}`,
			after:    `"Principal":{"AWS":"arn:aws:iam::111122223333:role/path/A"}`,
			want:     "0",
		},
		{
			name:     "a federated user is within its account",
			existing: `"Principal":{"AWS":"111122223333"}`,
			after:    `"Principal":{"AWS":"arn:aws:sts::111122223333:federated-user/bob"}`,
			want:     "",
		},
		{
			name:     "a unique ID is not the ARN",
			existing: `"Principal":{"AWS":"arn:aws:iam::111122223333:role/A"}`,
			after:    `"Principal":{"AWS":"AROAAAAAAAAAAAAAAAAAA"}`,
			want:     "0",
		},
		{
			name:     "a session of a unique ID is within it",
			existing: `"Principal":{"AWS":"AROAAAAAAAAAAAAAAAAAA"}`,
			after:    `"Principal":{"AWS":"AROAAAAAAAAAAAAAAAAAA:build"}`,
			want:     "",
		},
		{
			name:     "one service is not another",
			existing: `"Principal":{"Service":"ec2.amazonaws.com"}`,
			after:    `"Principal":{"Service":["ec2.amazonaws.com","lambda.amazonaws.com"]}`,
			want:     "0",
		},
		{
			name:     "one provider is not another",
			existing: `"Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/okta"}`,
			after:    `"Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/entra"}`,
			want:     "0",
		},
		{
			name:     "an account of another partition is another",
			existing: `"Principal":{"AWS":"arn:aws:iam::111122223333:root"}`,
			after:    `"Principal":{"AWS":"arn:aws-cn:iam::111122223333:root"}`,
			want:     "0",
		},
		{
			name:     "a canonical user ID is no account's number",
			existing: `"Principal":{"AWS":"111122223333"}`,
			after:    `"Principal":{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`,
			want:     "0",
		},
		{
			name:     "a wildcard in a principal may be anybody",
			existing: `"Principal":{"AWS":"111122223333"}`,
			after:    `"Principal":{"AWS":"arn:aws:iam::111122223333:role/*"}`,
			want:     "0!",
		},
		{
			name:     "and takes nothing in that was granted before",
			existing: `"Principal":{"AWS":"arn:aws:iam::111122223333:role/*"}`,
			after:    `"Principal":{"AWS":"arn:aws:iam::111122223333:role/A"}`,
			want:     "0",
		},
		{
			name:     "no principal may be anybody",
			existing: `"Principal":{"AWS":"111122223333"}`,
			after:    `"Condition":{}`,
			want:     "0!",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			found := NewAccess(parse(t, trusting(c.after)), parse(t, trusting(c.existing)), Resource)
			if got := told(found); got != c.want {
				t.Errorf("statements %q, want %q", got, c.want)
				for _, f := range found {
					t.Logf("%+v", f.Witness)
				}
			}
		})
	}
}

// TestWhomADenyOfNotPrincipalExcepts follows rules that surprise: account and
// principal must both be named, and a boundary undoes the exception.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
func TestWhomADenyOfNotPrincipalExcepts(t *testing.T) {
	everybody := allow(`"Principal":"*",` + onAll)
	but := func(list string) string { return deny(`"NotPrincipal":{"AWS":[` + list + `]},` + onAll) }
	alice := `"arn:aws:iam::111122223333:user/alice"`
	cases := []struct {
		name            string
		existing, after string
		want            string
	}{
		{
			name:     "a Deny for all but one lets in less than none",
			existing: statements(everybody),
			after:    statements(everybody, but(alice+`,"111122223333"`)),
			want:     "",
		},
		{
			name:     "without its account the exception is none for users, so an account more is new access",
			existing: statements(everybody, but(alice)),
			after:    statements(everybody, but(alice+`,"111122223333"`)),
			want:     "0",
		},
		{
			name:     "one exception less is none",
			existing: statements(everybody, but(alice+`,"arn:aws:iam::111122223333:user/bob","111122223333"`)),
			after:    statements(everybody, but(alice+`,"111122223333"`)),
			want:     "",
		},
		{
			name:     "an Allow for who was excepted is new to those with a boundary",
			existing: statements(everybody, but(alice+`,"111122223333"`)),
			after:    statements(allow(`"Principal":{"AWS":` + alice + `},` + onAll)),
			want:     "0",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := told(NewAccess(parse(t, c.after), parse(t, c.existing), Resource)); got != c.want {
				t.Errorf("statements %q, want %q", got, c.want)
			}
		})
	}
}

// TestStrangersAreNamedByNobody takes all the names that strangers would have,
// and asks who they are then.
func TestStrangersAreNamedByNobody(t *testing.T) {
	text := trusting(`"Principal":{"AWS":["111122223333","111122223334","arn:aws:iam::111122223335:user/someone","arn:aws:iam::111122223335:role/Some"],"Service":"x.amazonaws.com"}`)
	doc := parse(t, text)
	p := gatherPeople(authz.TrustPolicy, doc)
	crowd := p.named(&doc.Statements[0])
	strangers := 0
	for i, who := range p.list {
		if !who.stranger {
			continue
		}
		strangers++
		if crowd.may[i] {
			t.Errorf("%+v is a stranger, and named", who.Principal)
		}
		if account := who.AccountID().String(); account != "" && strings.Contains(text, account) {
			t.Errorf("%+v is of an account that is named", who.Principal)
		}
	}
	if strangers < 6 {
		t.Errorf("%d kinds of strangers only", strangers)
	}
}

// TestTooManyPeopleAreNotAsked has more principals than are asked about: all
// may be let in, and nobody is for sure.
func TestTooManyPeopleAreNotAsked(t *testing.T) {
	names := make([]string, mostPeople+1)
	for i := range names {
		names[i] = fmt.Sprintf(`"arn:aws:iam::111122223333:role/r%d"`, i)
	}
	doc := parse(t, trusting(`"Principal":{"AWS":[`+strings.Join(names, ",")+`]}`))
	p := gatherPeople(authz.TrustPolicy, doc)
	if !p.many || len(p.list) > 2*mostPeople {
		t.Fatalf("%d people, too many: %v", len(p.list), p.many)
	}
	crowd := p.named(&doc.Statements[0])
	for i := range p.list {
		if crowd.sure[i] || !crowd.may[i] {
			t.Fatalf("%+v: sure %v, may %v", p.list[i].Principal, crowd.sure[i], crowd.may[i])
		}
	}
	// The same statement is the same still; a wider one is not shown to be.
	if found := NewAccess(doc, doc, Resource); len(found) > 0 {
		t.Errorf("a policy grants more than itself: %v", told(found))
	}
	if found := NewAccess(parse(t, trusting(`"Principal":{"AWS":"111122223333"}`)), doc, Resource); len(found) == 0 {
		t.Error("an account is more than its roles")
	}
}

func TestNextAccount(t *testing.T) {
	cases := []struct{ account, next string }{
		{"111122223333", "111122223334"},
		{"111122223339", "111122223340"},
		{"999999999999", "000000000000"},
	}
	for _, c := range cases {
		if got := nextAccount(c.account); got != c.next {
			t.Errorf("after %s comes %s, want %s", c.account, got, c.next)
		}
	}
}

// TestCrowdsOfDenyingStatementsAreThoseDenied asks that a Deny's crowd is read
// as the evaluator reads it: whom it cannot tell, it denies.
func TestCrowdsOfDenyingStatementsAreThoseDenied(t *testing.T) {
	cases := []struct {
		name      string
		principal string
		sure, may bool // for a stranger
	}{
		{
			name:      "everybody",
			principal: `"Principal":"*",`,
			sure:      true,
			may:       true,
		},
		{
			name:      "an account of others",
			principal: `"Principal":{"AWS":"999999999999"},`,
		},
		{
			name:      "all but an account",
			principal: `"NotPrincipal":{"AWS":"999999999999"},`,
			sure:      true,
			may:       true,
		},
		{
			name:      "nobody is named: that may be anybody",
			principal: ``,
			may:       true,
		},
		{
			name:      "a wildcard: that may be anybody",
			principal: `"Principal":{"AWS":"arn:aws:iam::999999999999:*"},`,
			may:       true,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			doc := parse(t, statements(deny(c.principal+onAll)))
			p := gatherPeople(authz.KeyPolicy, doc)
			crowd := p.named(&doc.Statements[0])
			for i, who := range p.list {
				if _, user := who.Principal.(authz.User); user && who.stranger && (crowd.sure[i] != c.sure || crowd.may[i] != c.may) {
					t.Errorf("sure %v, may %v; want %v, %v", crowd.sure[i], crowd.may[i], c.sure, c.may)
				}
			}
		})
	}
}

// TestWildcard knows the principals that name nobody.
func TestWildcard(t *testing.T) {
	cases := []struct {
		principal policy.Principal
		want      bool
	}{
		{policy.Principal{Type: policy.Everyone, Text: policy.Text{Value: "*"}}, false},
		{policy.Principal{Type: policy.AWS, Text: policy.Text{Value: "*"}}, false},
		{policy.Principal{Type: policy.AWS, Text: policy.Text{Value: "arn:aws:iam::*:root"}}, true},
		{policy.Principal{Type: policy.Service, Text: policy.Text{Value: "*.amazonaws.com"}}, true},
		{policy.Principal{Type: policy.AWS, Text: policy.Text{Value: "111122223333"}}, false},
	}
	for _, c := range cases {
		if got := wildcard(c.principal); got != c.want {
			t.Errorf("%s: %v", c.principal.Value, got)
		}
	}
}
