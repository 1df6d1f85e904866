package explain

import (
	"slices"
	"testing"
)

// A policy with an id of the deleted, or with a service without its domain,
// cannot be saved, so each edit takes them out as well, and nothing else.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
func TestWhoIsNobodyIsTakenOut(t *testing.T) {
	const allow, live = `"Effect":"Allow","Action":"sts:AssumeRole"`, `{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole"}`
	for _, c := range []struct {
		rule, text, want string // "" where nobody can
		ids              []string
	}{
		{"nobody was deleted", live, live, nil},
		{"one of a list", `{"Principal":{"AWS":["AROAGONE","111111111111"]},` + allow + `}`, `{"Principal":{"AWS":["111111111111"]},` + allow + `}`, []string{"AROAGONE, who was deleted"}},
		{"the last of a list, and a session", `{"Principal":{"AWS":["111111111111", "AIDAGONE", "AROAGONE:me"]},` + allow + `}`,
			`{"Principal":{"AWS":["111111111111"]},` + allow + `}`, []string{"AIDAGONE, who was deleted", "AROAGONE:me, who was deleted"}},
		{"the only one of its kind", `{"Principal":{"Service":"ec2.amazonaws.com", "AWS" : "AROAGONE"},` + allow + `}`, `{"Principal":{"Service":"ec2.amazonaws.com"},` + allow + `}`, []string{"AROAGONE, who was deleted"}},
		{"the first kind", `{"Principal":{"AWS":"AROAGONE", "Service":"ec2.amazonaws.com"},` + allow + `}`, `{"Principal":{"Service":"ec2.amazonaws.com"},` + allow + `}`, []string{"AROAGONE, who was deleted"}},
		{"the only one of a statement, which goes", `{"Principal":{"AWS":"AROAGONE"},` + allow + `},` + live, live, []string{"AROAGONE, who was deleted"}},
		{"the only one of the only statement stays", `{"Principal":{"AWS":"AROAGONE"},` + allow + `}`, "", nil},
		{"one who is left out stays: else more would be denied", `{"Effect":"Deny","NotPrincipal":{"AWS":["AROAGONE","111111111111"]},"Action":"sts:AssumeRole"}`, "", nil},
		{"a service without its domain", `{"Principal":{"Service":["ec2","ec2.amazonaws.com"]},` + allow + `}`, `{"Principal":{"Service":["ec2.amazonaws.com"]},` + allow + `}`, []string{"ec2, which is no service"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			const head, tail = `{"Version":"2012-10-17","Statement":[`, `]}`
			doc, ids, ok := saveable(read(t, head+c.text+tail))
			if ok != (c.want != "") {
				t.Fatalf("%v", ok)
			}
			if ok && (doc.Text != head+c.want+tail || !slices.Equal(ids, c.ids)) {
				t.Errorf("%s without %v, want %s without %v", doc.Text, ids, c.want, c.ids)
			}
		})
	}
}
