package managed

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/policy"
)

func TestLookup(t *testing.T) {
	tests := []struct {
		name, arn string
		want      string // the policy's path and name; empty if there is none
	}{
		{"a policy at the root path", "arn:aws:iam::aws:policy/AdministratorAccess", "/AdministratorAccess"},
		{"a job function", "arn:aws:iam::aws:policy/job-function/Billing", "/job-function/Billing"},
		{"a service role's policy", "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", "/service-role/AWSLambdaBasicExecutionRole"},
		{"a service-linked role's policy", "arn:aws:iam::aws:policy/aws-service-role/AWSOrganizationsServiceTrustPolicy", "/aws-service-role/AWSOrganizationsServiceTrustPolicy"},
		{"a root task's policy", "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials", "/root-task/IAMAuditRootUserCredentials"},
		{"China's partition", "arn:aws-cn:iam::aws:policy/ReadOnlyAccess", "/ReadOnlyAccess"},
		{"GovCloud's partition", "arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess", "/ReadOnlyAccess"},
		{"a name without its path is another policy", "arn:aws:iam::aws:policy/Billing", ""},
		{"a path without its name", "arn:aws:iam::aws:policy/job-function/", ""},
		{"the ARN is case-sensitive", "arn:aws:iam::aws:policy/administratoraccess", ""},
		{"a customer's policy of the same name", "arn:aws:iam::123456789012:policy/AdministratorAccess", ""},
		{"a role of AWS", "arn:aws:iam::aws:role/AdministratorAccess", ""},
		{"a partition that does not exist", "arn:awsome:iam::aws:policy/AdministratorAccess", ""},
		{"colons where the partition stands", "arn:aws-a:b:iam::aws:policy/AdministratorAccess", ""},
		{"no ARN", "AdministratorAccess", ""},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, ok := Lookup(tt.arn)
			if got := p.Path + p.Name; got != tt.want || ok != (tt.want != "") {
				t.Errorf("Lookup(%q) = %q, %v; want %q", tt.arn, got, ok, tt.want)
			}
		})
	}
}

func TestAWSHas1594ManagedPoliciesEachFoundUnderItsOwnARN(t *testing.T) {
	count := 0
	ids := map[string]bool{}
	for p := range All() {
		count++
		found, ok := Lookup(p.ARN("aws"))
		if !ok || found.ID != p.ID {
			t.Errorf("%s is listed and not found", p.ARN("aws"))
		}
		if ids[p.ID] || len(p.ID) != 21 || !strings.HasPrefix(p.ID, "ANPA") {
			t.Errorf("%s has the id %q, which is malformed or another's", p.Name, p.ID)
		}
		ids[p.ID] = true
		if p.Updated.Before(p.Created) || p.Created.Year() < 2015 {
			t.Errorf("%s was created %v and updated %v", p.Name, p.Created, p.Updated)
		}
	}
	if count != 1594 {
		t.Errorf("there are %d managed policies, want 1594", count)
	}
}

func TestListingStopsWhenTheCallerDoes(t *testing.T) {
	var first []string
	for p := range All() {
		if first = append(first, p.Name); len(first) == 3 {
			break
		}
	}
	// ListPolicies with Scope=AWS begins like this.
	if got, want := strings.Join(first, " "), "AdministratorAccess PowerUserAccess ReadOnlyAccess"; got != want {
		t.Errorf("the list begins with %s, want %s", got, want)
	}
	for range mustLookup(t, "ReadOnlyAccess").Versions() {
		break
	}
}

func TestVersions(t *testing.T) {
	p := mustLookup(t, "PowerUserAccess")
	if d := p.Default(); !d.Default || d.ID != "v12" || !d.Created.Equal(p.Updated) {
		t.Errorf("the default version is %s of %v, want v12 of %v", d.ID, d.Created, p.Updated)
	}
	v, ok := p.Version("v5")
	if want := time.Date(2023, 7, 6, 22, 4, 0, 0, time.UTC); !ok || v.Default || !v.Created.Equal(want) {
		t.Errorf("v5 is %+v, want a version of %v that is not the default", v, want)
	}
	if !strings.Contains(v.Document(), `"account:GetAccountInformation"`) {
		t.Errorf("v5 is not the document that AWS published as v5:\n%s", v.Document())
	}
	for _, id := range []string{"", "v", "5", "V5", "v0", "v05", "v+5", "v11", "v99999999999999999999", "v5 "} {
		if v, ok := p.Version(id); ok {
			t.Errorf("Version(%q) answers %s; want none", id, v.ID)
		}
	}
	var ids []string
	for v := range p.Versions() {
		ids = append(ids, v.ID)
	}
	if got, want := strings.Join(ids, " "), "v12 v10 v8 v7 v6 v5 v4 v3 v2 v1"; got != want {
		t.Errorf("versions are %s, want %s", got, want)
	}
}

func TestAServiceLinkedRolesPolicyCannotBeAttached(t *testing.T) {
	// AttachRolePolicy answers PolicyNotAttachable for them: aws/aws-cdk#6131.
	for p := range All() {
		if want := p.Path != "/aws-service-role/" && p.Path != "/root-task/"; p.Attachable != want {
			t.Errorf("%s%s: attachable is %v, want %v", p.Path, p.Name, p.Attachable, want)
		}
	}
}

func TestEveryRecordedDocumentIsJSON(t *testing.T) {
	count := 0
	for p := range All() {
		last := p.Updated
		for v := range p.Versions() {
			count++
			if text := v.Document(); !json.Valid([]byte(text)) || text[0] != '{' {
				t.Errorf("%s %s is not a JSON object", p.Name, v.ID)
			}
			if v.Created.After(last) {
				t.Errorf("%s %s is younger than the version after it", p.Name, v.ID)
			}
			last = v.Created
		}
	}
	if count != 6194 {
		t.Errorf("there are %d versions, want 6194", count)
	}
}

func FuzzLookup(f *testing.F) {
	f.Add("arn:aws:iam::aws:policy/AdministratorAccess", "v1")
	f.Add("arn:aws-cn:iam::aws:policy/job-function/Billing", "v99")
	f.Add("arn:aws-:iam::aws:policy/service-role/AWSLambdaRole", "v")
	f.Add("arn:aws:iam::aws:policy", "v-1")
	f.Add("arn:aws:iam::aws:policy/\x00\xff", "v\xff")
	f.Fuzz(func(t *testing.T, arn, id string) {
		p, ok := Lookup(arn)
		if !ok {
			return
		}
		if !strings.HasSuffix(arn, p.Path+p.Name) || !strings.HasPrefix(arn, "arn:aws") {
			t.Errorf("Lookup(%q) answers %s%s", arn, p.Path, p.Name)
		}
		if v, ok := p.Version(id); ok && v.ID != id {
			t.Errorf("Version(%q) answers %s", id, v.ID)
		}
	})
}

func ExampleLookup() {
	p, ok := Lookup("arn:aws:iam::aws:policy/job-function/ViewOnlyAccess")
	fmt.Println(ok, p.Name, p.Path, p.Attachable, p.Created.Format(time.DateOnly))
	fmt.Println(p.ARN("aws-cn"))
	v, ok := p.Version("v1")
	fmt.Println(ok, v.ID, v.Default, v.Created.Format(time.DateOnly))
	_, ok = p.Version("v1000")
	fmt.Println(ok)
	// Output:
	// true ViewOnlyAccess /job-function/ true 2016-11-10
	// arn:aws-cn:iam::aws:policy/job-function/ViewOnlyAccess
	// true v1 false 2016-11-10
	// false
}

func TestABlockIsKeptForTheNextQuestionAndNotForever(t *testing.T) {
	s, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.blocks[:6] {
		text := s.open(i)
		if again := s.open(i); again != text || s.recent[i%len(s.recent)].block != i {
			t.Errorf("block %d is not kept", i)
		}
	}
	for _, o := range s.recent {
		if o.block < 2 {
			t.Errorf("block %d is kept after %d others", o.block, 5-o.block)
		}
	}
}

func mustLookup(t testing.TB, name string) Policy {
	t.Helper()
	p, ok := Lookup("arn:aws:iam::aws:policy/" + name)
	if !ok {
		t.Fatalf("AWS's policy %s is missing", name)
	}
	return p
}

func TestEveryDefaultVersionIsAPolicyDocument(t *testing.T) {
	for p := range All() {
		d, err := policy.Parse(p.Default().Document())
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
			continue
		}
		if d.Version != policy.Version2012 || len(d.Statements) == 0 {
			t.Errorf("%s is of version %q and has %d statements", p.Name, d.Version, len(d.Statements))
		}
	}
}

func TestAdministratorAccessAllowsEverything(t *testing.T) {
	d, err := policy.Parse(mustLookup(t, "AdministratorAccess").Default().Document())
	if err != nil {
		t.Fatal(err)
	}
	s := d.Statements[0]
	if len(d.Statements) != 1 || s.Effect != policy.Allow || s.Actions.Values[0].Value != "*" || s.Resources.Values[0].Value != "*" {
		t.Errorf("AdministratorAccess is\n%s", d.Text)
	}
}

func TestReadOnlyAccessKeepsItsWholeHistory(t *testing.T) {
	first, ok := mustLookup(t, "ReadOnlyAccess").Version("v1")
	if !ok || !strings.Contains(first.Document(), `"appstream:Get*"`) {
		t.Errorf("v1 is missing or not the document of 2015:\n%s", first.Document())
	}
}
