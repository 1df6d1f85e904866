package conformance_test

import (
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/conformance"
)

// TestSuite holds every case against the engine that decides.
func TestSuite(t *testing.T) {
	cases, err := conformance.Read(conformance.Suite())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if err := c.Run(authz.Decide); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d cases", len(cases))
}
