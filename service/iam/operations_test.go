package iam_test

import (
	"testing"

	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/service/iam"
)

// Every operation is decided on under an action that AWS documents.
func TestEveryOperationIsAnActionOfTheServiceReference(t *testing.T) {
	seen := make(map[string]bool)
	for _, op := range iam.New(nil).Operations() {
		if seen[op.Model.Name] {
			t.Errorf("%s is bound twice", op.Model.Name)
		}
		seen[op.Model.Name] = true
		if op.Model.Name == "UpdateDelegationRequest" { // newer than the embedded reference
			continue
		}
		if _, ok := reference.Action(op.Model.Service.SigningName, op.Model.Name); !ok {
			t.Errorf("%s:%s is no action of the reference", op.Model.Service.SigningName, op.Model.Name)
		}
	}
}
