package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeAccount writes the details of an account with so many roles, each of
// which may read a bucket of its own, and a file of so many tests of them.
func writeAccount(t testing.TB, roles, tests int) (file string) {
	t.Helper()
	dir := t.TempDir()
	var list []map[string]any
	for i := range roles {
		name := fmt.Sprintf("role-%04d", i)
		list = append(list, map[string]any{
			"Path": "/", "RoleName": name, "RoleId": fmt.Sprintf("AROA%016d", i), "Arn": "arn:aws:iam::111111111111:role/" + name, "CreateDate": "2024-01-01T00:00:00Z",
			"AssumeRolePolicyDocument": json.RawMessage(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"sts:AssumeRole"}]}`),
			"RolePolicyList": []map[string]any{{"PolicyName": "p", "PolicyDocument": json.RawMessage(`{"Version":"2012-10-17","Statement":[` +
				`{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::` + name + `","arn:aws:s3:::` + name + `/*"]},` +
				`{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::` + name + `/secret/*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}]}`)}},
		})
	}
	details, err := json.Marshal(map[string]any{"RoleDetailList": list, "UserDetailList": []any{}, "GroupDetailList": []any{}, "Policies": []any{}})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "account.json"), string(details))
	var b strings.Builder
	b.WriteString("from: account.json\ntests:\n")
	for i := range tests {
		expect, key := "allowed", "x"
		if i%2 == 1 {
			expect, key = "denied", "secret/x"
		}
		fmt.Fprintf(&b, "  - name: test %d\n    principal: arn:aws:iam::111111111111:role/role-%04d\n    action: s3:GetObject\n    resource: arn:aws:s3:::role-%04d/%s\n    context: {aws:MultiFactorAuthPresent: false}\n    expect: %s\n",
			i, i%roles, i%roles, key, expect)
	}
	file = filepath.Join(dir, "a.test.yaml")
	write(t, file, b.String())
	return file
}

func write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestManyTests: five hundred tests of one account, on which one of them fails
// once the policy is changed.
func TestManyTests(t *testing.T) {
	file := writeAccount(t, 100, 500)
	var out, failed bytes.Buffer
	if code := run([]string{"test", file}, nil, &out, &failed); code != 0 || out.String() != "500 passed, 0 failed\n" {
		t.Fatalf("%d: %s%s", code, out.String(), failed.String())
	}
	account := filepath.Join(filepath.Dir(file), "account.json")
	text, err := os.ReadFile(account)
	if err != nil {
		t.Fatal(err)
	}
	write(t, account, strings.Replace(string(text), "role-0007/secret/*", "role-0007/others/*", 1))
	out.Reset()
	if code := run([]string{"test", filepath.Dir(file)}, nil, &out, &failed); code != 1 || !strings.Contains(out.String(), "495 passed, 5 failed\n") ||
		!strings.Contains(out.String(), "FAIL  test 7\n") {
		t.Errorf("%d: %.2000s%s", code, out.String(), failed.String())
	}
}

// TestUnreadableInputs: what a file names and is not there, or is broken, ends
// the run with the place.
func TestUnreadableInputs(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.test.yaml")
	for _, c := range []struct{ rule, from, text, want string }{
		{"missing", "none.json", "", "none.json"},
		{"truncated", "a.json", `{"RoleDetailList": [`, "a.json"},
		{"of another kind", "a.json", `{"Version":"2012-10-17","Statement":[]}`, "a.json"},
		{"empty", "a.json", "", "a.json: the file is empty"},
	} {
		write(t, filepath.Join(dir, "a.json"), c.text)
		write(t, file, "from: "+c.from+"\ntests: [{name: x, principal: ec2.amazonaws.com, action: s3:GetObject, expect: denied}]\n")
		var out, failed bytes.Buffer
		if code := run([]string{"test", file}, nil, &out, &failed); code != 2 || !strings.Contains(failed.String(), c.want) {
			t.Errorf("%s: %d %s", c.rule, code, failed.String())
		}
	}
}

// TestUnknownIsNotExplained: what depends on what a plan does not tell yet comes
// to this or to that, so neither is reported as what it comes to.
func TestUnknownIsNotExplained(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "plan.json"), `{"format_version":"1.2","planned_values":{"root_module":{"resources":[{"address":"aws_iam_role.r","mode":"managed","type":"aws_iam_role","name":"r",
		"values":{"name":"r","path":"/"}}]}},"resource_changes":[{"address":"aws_iam_role.r","mode":"managed","type":"aws_iam_role","name":"r",
		"change":{"actions":["create"],"after":{"name":"r","path":"/"},"after_unknown":{"assume_role_policy":true}}}]}`)
	file := filepath.Join(dir, "a.test.yaml")
	write(t, file, "from: plan.json\ntests: [{name: x, principal: ec2.amazonaws.com, action: sts:AssumeRole, resource: 'arn:aws:iam::123456789012:role/r', expect: allowed}]\n")
	var out, failed bytes.Buffer
	if code := run([]string{"test", file}, nil, &out, &failed); code != 1 || !strings.Contains(out.String(), "it is unknown: ") || !strings.Contains(out.String(), "assume_role_policy is known after apply") {
		t.Fatalf("%d: %s%s", code, out.String(), failed.String())
	}
	for _, told := range []string{"ALLOWED", "DENIED", "RolecallDoesNotKnow"} {
		if strings.Contains(out.String(), told) {
			t.Errorf("%s: %s", told, out.String())
		}
	}
}

// TestReportsThatCannotBeWritten are told.
func TestReportsThatCannotBeWritten(t *testing.T) {
	file := writeAccount(t, 1, 1)
	var out, failed bytes.Buffer
	if code := run([]string{"test", file, "--junit", filepath.Join(t.TempDir(), "none", "j.xml")}, nil, &out, &failed); code == 0 || !strings.Contains(failed.String(), "j.xml") {
		t.Errorf("%d %s", code, failed.String())
	}
}

// BenchmarkTests is rolecall test on an account of a hundred roles with five
// hundred tests: reading, loading, asking and printing.
func BenchmarkTests(b *testing.B) {
	file := writeAccount(b, 100, 500)
	for b.Loop() {
		var out, failed bytes.Buffer
		if code := run([]string{"test", file}, nil, &out, &failed); code != 0 {
			b.Fatal(failed.String())
		}
	}
}

// BenchmarkCan is rolecall can of one role among a hundred.
func BenchmarkCan(b *testing.B) {
	file := writeAccount(b, 100, 1)
	for b.Loop() {
		var out, failed bytes.Buffer
		if code := run([]string{"can", "--from", filepath.Join(filepath.Dir(file), "account.json"), "--principal", "arn:aws:iam::111111111111:role/role-0001"}, nil, &out, &failed); code != 0 {
			b.Fatal(failed.String())
		}
	}
}
