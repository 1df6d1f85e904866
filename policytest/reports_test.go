package policytest_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/policytest"
)

func printed(w io.Writer, x explain.Explanation) error {
	_, err := fmt.Fprintf(w, "EXPLAINED %v %s fixes %d\x1b\n", x.Allowed, x.Verdict, len(x.Fixes))
	return err
}

// reported is a report of one test of each kind in two files.
func reported(t *testing.T) *policytest.Report {
	t.Helper()
	r, _ := run(t,
		suite(t, "./policies/my file.test.yaml", ".", "s3:Get allowed", "s3:Get denied", "s3:Put allowed"),
		suite(t, "/abs/b.test.yml", "x.json", "s3:Wrong denied"))
	return r
}

// TestText: failures with their explanation, where the test stands, and the sum.
func TestText(t *testing.T) {
	var b strings.Builder
	if err := reported(t).Text(&b, policytest.Colours{Bad: "<red>", Good: "<green>", Faint: "<faint>", Off: "<off>"}, printed); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"<red>FAIL<off>  test 2 s3:Get\n      <faint>./policies/my file.test.yaml:5<off>\n",
		"      EXPLAINED true The verdict <&>. fixes 0",
		"      EXPLAINED false The verdict <&>. fixes 1",
		"<red>ERROR<off>  test 1 s3:Wrong\n",
		"<red>1 passed, 2 failed, 1 could not be asked<off>\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "test 1 s3:Get") {
		t.Error("what passes is not printed")
	}
}

// TestJSON: the members that docs/policy-tests.md names.
func TestJSON(t *testing.T) {
	var b strings.Builder
	if err := reported(t).JSON(&b); err != nil {
		t.Fatal(err)
	}
	var out struct {
		Passed, Failed, Errors int
		Tests                  []struct {
			File, Name, State, Expect string
			Line                      int
			Results                   []struct {
				Principal, Action, Resource, Got, Why string
				Explanation                           *explain.Explanation
			}
		}
	}
	d := json.NewDecoder(strings.NewReader(b.String()))
	d.DisallowUnknownFields()
	if err := d.Decode(&out); err != nil {
		t.Fatal(err)
	}
	if out.Passed != 1 || out.Failed != 2 || out.Errors != 1 || len(out.Tests) != 4 {
		t.Fatalf("%+v", out)
	}
	first, second, last := out.Tests[0], out.Tests[1], out.Tests[3]
	if first.State != "passed" || first.Results[0].Explanation != nil || first.Results[0].Got != "allowed" {
		t.Errorf("%+v", first)
	}
	if second.State != "failed" || second.Line != 5 || second.Results[0].Explanation == nil || second.Results[0].Action != "s3:Get" {
		t.Errorf("%+v", second)
	}
	if last.State != "error" || last.Results[0].Got != "" || !strings.HasPrefix(last.Results[0].Why, "there is no user") {
		t.Errorf("%+v", last)
	}
}

// TestJUnit: the form that CI systems read, with no byte that XML does not have.
func TestJUnit(t *testing.T) {
	var b strings.Builder
	if err := reported(t).JUnit(&b, printed); err != nil {
		t.Fatal(err)
	}
	type problem struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	var out struct {
		XMLName  xml.Name `xml:"testsuites"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Suites   []struct {
			Name  string `xml:"name,attr"`
			Tests int    `xml:"tests,attr"`
			Cases []struct {
				Name    string   `xml:"name,attr"`
				Class   string   `xml:"classname,attr"`
				Line    int      `xml:"line,attr"`
				Failure *problem `xml:"failure"`
				Error   *problem `xml:"error"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(b.String()), &out); err != nil {
		t.Fatal(err, b.String())
	}
	if out.Tests != 4 || out.Failures != 2 || out.Errors != 1 || len(out.Suites) != 2 || out.Suites[0].Tests != 3 {
		t.Fatalf("%+v", out)
	}
	cases := out.Suites[0].Cases
	if cases[0].Failure != nil || cases[1].Failure == nil || cases[1].Failure.Message != "expected denied, and it is allowed" ||
		!strings.Contains(cases[1].Failure.Text, "EXPLAINED true The verdict <&>.") || cases[1].Class != "policies.my file" || cases[1].Line != 5 {
		t.Errorf("%+v", cases)
	}
	if out.Suites[1].Cases[0].Error == nil {
		t.Errorf("%+v", out.Suites[1])
	}
}

// TestSARIF holds the log against the rules of the published schema that speak
// of what is in it: required properties, the version, levels, that lines and
// columns are from 1, that ruleIndex points to ruleId's rule, that URIs are
// URIs, and that ids of related locations are distinct.
//
// Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json
func TestSARIF(t *testing.T) {
	var b strings.Builder
	if err := reported(t).SARIF(&b); err != nil {
		t.Fatal(err)
	}
	var log map[string]any
	if err := json.Unmarshal([]byte(b.String()), &log); err != nil {
		t.Fatal(err)
	}
	if log["version"] != "2.1.0" || log["$schema"] == "" {
		t.Error("version and $schema")
	}
	run := log["runs"].([]any)[0].(map[string]any)
	driver := run["tool"].(map[string]any)["driver"].(map[string]any)
	rules := driver["rules"].([]any)
	if driver["name"] != "rolecall" {
		t.Error(driver)
	}
	results := run["results"].([]any)
	if len(results) != 3 {
		t.Fatalf("%d results", len(results))
	}
	var uris []string
	for _, each := range results {
		r := each.(map[string]any)
		rule := rules[int(r["ruleIndex"].(float64))].(map[string]any)
		if rule["id"] != r["ruleId"] || !slices.Contains([]string{"none", "note", "warning", "error"}, r["level"].(string)) ||
			r["message"].(map[string]any)["text"] == "" {
			t.Error(r)
		}
		for _, member := range []string{"shortDescription", "fullDescription", "help"} {
			if rule[member].(map[string]any)["text"] == "" {
				t.Error(rule)
			}
		}
		related, _ := r["relatedLocations"].([]any)
		ids := map[float64]bool{}
		for _, l := range append(r["locations"].([]any), related...) {
			place := l.(map[string]any)["physicalLocation"].(map[string]any)
			region := place["region"].(map[string]any)
			uri := place["artifactLocation"].(map[string]any)["uri"].(string)
			uris = append(uris, fmt.Sprint(uri, ":", region["startLine"]))
			if region["startLine"].(float64) < 1 || strings.ContainsAny(uri, " \\") {
				t.Error(place)
			}
			if id, ok := l.(map[string]any)["id"].(float64); ok && ids[id] {
				t.Errorf("the id %v stands there twice", id)
			} else {
				ids[id] = true
			}
		}
	}
	want := []string{"policies/my%20file.test.yaml:5", "policies/roles/readers/p.json:7", "policies/my%20file.test.yaml:6", "file:///abs/b.test.yml:4"}
	if !slices.Equal(uris, want) {
		t.Errorf("\n got %v\nwant %v", uris, want)
	}
}

// TestSARIFOfNoFindings: a run in which all pass has an empty list, not none.
func TestSARIFOfNoFindings(t *testing.T) {
	r, _ := run(t, suite(t, "a.test.yaml", "x.json", "s3:Get allowed"))
	var b strings.Builder
	if err := r.SARIF(&b); err != nil || !strings.Contains(b.String(), `"results": []`) {
		t.Error(err, b.String())
	}
}

// TestSourceLines: where a statement stands in the file that its policy is from.
func TestSourceLines(t *testing.T) {
	s := policytest.Suite{From: []string{"iam", "account.json"}}
	for source, want := range map[string]string{
		"iam/roles/r/p.json":                 "iam/roles/r/p.json 7",
		"iam/account.json":                   "iam/account.json 1", // an export in a folder
		"account.json":                       "account.json 1",
		"plan.json: aws_iam_role.r":          "plan.json 1",
		"t.yaml:12: Resources.R":             "t.yaml 12",
		"t.yaml:12":                          "t.yaml 12",
		"elsewhere/x/p.json":                 "elsewhere/x/p.json 1",
		"account.json: RoleDetailList[3]":    "account.json 1",
		"iam/t.yaml:3: Resources.R.Policies": "iam/t.yaml 3",
	} {
		file, line := policytest.SourceLine(s, source, 7)
		if got := fmt.Sprint(file, " ", line); got != want {
			t.Errorf("%s: %s, want %s", source, got, want)
		}
	}
}
