package symbolic

import (
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// FuzzNewAccess compares two arbitrary documents: nothing panics, the work ends,
// every witness is one, and no document grants what it does not.
func FuzzNewAccess(f *testing.F) {
	for _, c := range comparisons {
		f.Add(c.existing, c.after, c.kind == Resource)
	}
	f.Add(`{"Statement":{"Effect":"Allow"}}`, `{"Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":"*"},"NotAction":[],"NotResource":[]}]}`, true)
	f.Add(hostile(3), usual(2), false)
	f.Fuzz(func(t *testing.T, before, after string, resource bool) {
		const longest = 4096
		existing, err1 := policy.Parse(before)
		updated, err2 := policy.Parse(after)
		if err1 != nil || err2 != nil || len(before)+len(after) > longest {
			return
		}
		kind := Identity
		if resource {
			kind = Resource
		}
		c := newComparison(kind, updated, existing)
		for _, f := range NewAccess(updated, existing, kind) {
			if f.Witness != nil && !isNew(c, f, updated, existing) {
				t.Fatalf("a witness that is none: %+v", *f.Witness)
			}
		}
		for _, f := range NewAccess(updated, updated, kind) {
			if f.Witness != nil {
				t.Fatalf("a policy grants more than it does: %+v", *f.Witness)
			}
		}
		Granted(updated, kind, Access{Actions: []string{before, "s3:*"}, Resources: []string{after}})
		if found, _ := Public(updated, "AWS::S3::Bucket"); len(found) > 0 {
			for _, f := range found {
				if f.Witness == nil {
					continue
				}
				if _, named := f.Witness.Principal.(authz.ServicePrincipal); named && f.Witness.Action == "" {
					t.Fatalf("a request for nothing: %+v", *f.Witness)
				}
			}
		}
	})
}
