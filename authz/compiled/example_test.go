package compiled_test

import (
	"fmt"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/compiled"
	"github.com/rolecall-iam/rolecall/policy"
)

// A cache compiles what is attached; a denial is explained by the literal
// evaluator.
func ExampleDecide() {
	document, err := policy.Parse(`{"Version": "2012-10-17", "Statement": [
		{"Sid": "Reports", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*"},
		{"Sid": "NotOverPlainHTTP", "Effect": "Deny", "Action": "*", "Resource": "*",
		 "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	const places = 1000
	cache := compiled.NewCache(places)
	policies := cache.Policies(authz.Policies{Identity: []authz.Named{{Name: "reports", Document: document}}})
	request := authz.Request{Principal: alice, Action: "s3:GetObject", Resource: object}
	for _, secure := range []string{"true", "false"} {
		request.Context.Set("aws:SecureTransport", secure)
		decision := compiled.Decide(&request, policies)
		fmt.Println(decision.Allowed, decision.Match.Policy.Name, decision.Match.Statement().Sid)
		if !decision.Allowed {
			fmt.Println(authz.AccessDeniedMessage(request, compiled.Explain(&request, policies)))
		}
	}
	// Output:
	// true reports Reports
	// false reports NotOverPlainHTTP
	// User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::reports/2026/q3.csv" with an explicit deny in an identity-based policy
}
