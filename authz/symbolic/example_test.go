package symbolic_test

import (
	"fmt"

	"github.com/rolecall-iam/rolecall/authz/symbolic"
	"github.com/rolecall-iam/rolecall/policy"
)

// A statement that lost its condition grants more than before, and a request
// shows it.
func ExampleNewAccess() {
	existing, _ := policy.Parse(`{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/*",
		"Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}`)
	updated, _ := policy.Parse(`{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/*"}]}`)
	for _, f := range symbolic.NewAccess(updated, existing, symbolic.Identity) {
		_, secure := f.Witness.Context.Get("aws:SecureTransport")
		fmt.Println(f.Name(), f.Witness.Action, f.Witness.Resource, secure)
	}
	// Output: sid: Read s3:GetObject arn:aws:s3:::reports/ false
}
