package explain

import (
	"slices"
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
)

// A policy with an id of the deleted, a service without its domain or an ARN with
// a path that its user does not have cannot be saved, so each edit takes them out as well, and nothing else.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
func TestWhoIsNobodyIsTakenOut(t *testing.T) {
	const allow, live = `"Effect":"Allow","Action":"sts:AssumeRole"`, `{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole"}`
	q := Question{Request: authz.Request{Principal: authz.User{ARN: arn.ARN{Partition: "aws", Service: "iam", Account: "111111111111", Resource: "user/team/ann"}}}}
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
		{"the caller with another path", `{"Principal":{"AWS":["arn:aws:iam::111111111111:user/ann","111111111111"]},` + allow + `}`, `{"Principal":{"AWS":["111111111111"]},` + allow + `}`,
			[]string{"arn:aws:iam::111111111111:user/ann, which nobody is called"}},
		{"others of that name elsewhere stay", `{"Principal":{"AWS":["arn:aws:iam::222222222222:user/ann","arn:aws:iam::111111111111:role/ann"]},` + allow + `}`,
			`{"Principal":{"AWS":["arn:aws:iam::222222222222:user/ann","arn:aws:iam::111111111111:role/ann"]},` + allow + `}`, nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			const head, tail = `{"Version":"2012-10-17","Statement":[`, `]}`
			doc, ids, ok := q.saveable(read(t, head+c.text+tail))
			if ok != (c.want != "") {
				t.Fatalf("%v", ok)
			}
			if ok && (doc.Text != head+c.want+tail || !slices.Equal(ids, c.ids)) {
				t.Errorf("%s without %v, want %s without %v", doc.Text, ids, c.want, c.ids)
			}
		})
	}
}
