package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTheSameInputGivesTheSameBytes(t *testing.T) {
	var files [2][]byte
	for i := range files {
		to := t.TempDir()
		if err := run("testdata/managedPolicies.json", to); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"policies.bin", "policies.sha256"} {
			b, err := os.ReadFile(filepath.Join(to, name))
			if err != nil {
				t.Fatal(err)
			}
			files[i] = append(files[i], b...)
		}
	}
	if !bytes.Equal(files[0], files[1]) || len(files[0]) == 0 {
		t.Errorf("two runs differ:\n%q\n%q", files[0], files[1])
	}
}

func TestRead(t *testing.T) {
	f, err := os.Open("testdata/managedPolicies.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	policies, err := read(f)
	if err != nil {
		t.Fatal(err)
	}
	if len(policies) != 2 || policies[0].name != "Second" || policies[1].name != "First" {
		t.Fatalf("policies are not in the source's order: %+v", policies)
	}
	second, first := policies[0], policies[1]
	if second.path != "/job-function/" || !second.attachable || first.path != "/aws-service-role/" || first.attachable {
		t.Errorf("path and attachable are wrong: %+v, %+v", second, first)
	}
	if second.id == first.id || len(first.id) != 21 || !strings.HasPrefix(first.id, "ANPA") {
		t.Errorf("ids are %q and %q, want two of AWS's shape", second.id, first.id)
	}
	if got, want := string(second.versions[1].text), "{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": [\n        {\n            \"Resource\": \"b\",\n            \"Action\": \"a\"\n        }\n    ]\n}"; got != want {
		t.Errorf("the document is\n%s\nwant AWS's order of members, indented by four\n%s", got, want)
	}
}

func TestAVersionWithoutADateTakesThatOfTheOneBefore(t *testing.T) {
	f, err := os.Open("testdata/managedPolicies.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	policies, err := read(f)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range policies[0].versions {
		got = append(got, time.Unix(v.created, 0).UTC().Format(time.DateOnly))
	}
	if got, want := strings.Join(got, " "), "2020-01-01 2021-02-02 2021-02-02 2023-03-03"; got != want {
		t.Errorf("versions are dated %s, want %s", got, want)
	}
}

func TestReadRefusesWhatItDoesNotUnderstand(t *testing.T) {
	const one = `{"A":{"arn":"arn:aws:iam::aws:policy/A","latestVersionId":"v1","versions":{"v1":{"document":{}}}}}`
	if _, err := read(strings.NewReader(one)); err != nil {
		t.Fatalf("the sound one is refused: %v", err)
	}
	for name, source := range map[string]string{
		"empty":                          ``,
		"a list":                         `[]`,
		"cut off":                        one[:len(one)-1],
		"a customer's policy":            strings.Replace(one, "::aws:", "::123456789012:", 1),
		"no version":                     strings.Replace(one, `"v1":{"document":{}}`, "", 1),
		"a version without a number":     strings.ReplaceAll(one, "v1", "vv"),
		"a default that is not there":    strings.Replace(one, `"latestVersionId":"v1"`, `"latestVersionId":"v2"`, 1),
		"a version without a document":   strings.Replace(one, `"document":{}`, "", 1),
		"a date that is no date":         strings.Replace(one, `"document"`, `"createdDate":"yesterday","document"`, 1),
		"a policy that is not an object": `{"A":1}`,
	} {
		if p, err := read(strings.NewReader(source)); err == nil {
			t.Errorf("%s: accepted as %+v", name, p)
		}
	}
}

func TestRunSaysWhichFileItCannotRead(t *testing.T) {
	for _, from := range []string{"testdata/absent.json", "gen_test.go"} {
		if err := run(from, t.TempDir()); err == nil || !strings.Contains(err.Error(), from) {
			t.Errorf("run(%s) answers %v, want an error that names the file", from, err)
		}
	}
}
