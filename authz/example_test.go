package authz_test

import (
	"fmt"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// A user may assume a role of the same account if its trust policy names the
// account and a policy of the user's own allows it.
func ExampleDecide() {
	user, _ := arn.Parse("arn:aws:iam::111111111111:user/alice")
	account, _ := arn.ParseAccountID("111111111111")
	trust, _ := policy.Parse(`{"Version":"2012-10-17","Statement":{"Effect":"Allow",
		"Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"sts:AssumeRole"}}`)

	request := authz.Request{
		Principal:       authz.User{ARN: user, ID: "AIDAEXAMPLEEXAMPLEEXA"},
		Action:          "sts:AssumeRole",
		Resource:        "arn:aws:iam::111111111111:role/Deployer",
		ResourceAccount: account,
	}
	policies := authz.Policies{Resource: &authz.ResourcePolicy{
		Kind:  authz.TrustPolicy,
		Named: authz.Named{Name: "Deployer", Document: trust},
	}}

	decision := authz.Decide(request, policies)
	fmt.Println(decision.Allowed)
	fmt.Println(authz.AccessDeniedMessage(request, decision))
	// Output:
	// false
	// User: arn:aws:iam::111111111111:user/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111111111111:role/Deployer because no identity-based policy allows the sts:AssumeRole action
}
