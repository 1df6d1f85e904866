package world

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
)

// manyRoles is an account's details with roles that each may read a bucket of
// its own.
func manyRoles(n int) string {
	letters := strings.NewReplacer("0", "A", "1", "B", "8", "C", "9", "D")
	var b strings.Builder
	b.WriteString(`{"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[`)
	for i := range n {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `{"Path":"/","RoleName":"role%d","RoleId":"AROA%s","Arn":"%srole/role%d","CreateDate":"2024-01-01T00:00:00+00:00","AssumeRolePolicyDocument":%s,`+
			`"InstanceProfileList":[],"RolePolicyList":[{"PolicyName":"own","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket-%d/*"}]}}],`+
			`"AttachedManagedPolicies":[{"PolicyName":"ReadOnlyAccess","PolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"}],"Tags":[],"RoleLastUsed":{}}`,
			i, letters.Replace(fmt.Sprintf("%017d", i)), one, i, trusting(one+"root"), i)
	}
	b.WriteString("]}")
	return b.String()
}

// BenchmarkWhoCan reads an export of 10,000 roles, opens and asks it, as
// rolecall who-can does.
func BenchmarkWhoCan(b *testing.B) {
	file := []byte(manyRoles(10_000))
	for b.Loop() {
		w, err := Read([]File{{Name: "a.json", Text: append([]byte{}, file...)}}, Options{})
		if err != nil {
			b.Fatal(err)
		}
		a, err := w.Open(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		can, err := a.WhoCan(b.Context(), rolecall.Ask{Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket-7/x"})
		if err != nil || len(can) != 10_000 {
			b.Fatal(len(can), err)
		}
		if err := a.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
