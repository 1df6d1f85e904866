package explain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

const newVersion = `write "Version": "2012-10-17", so that ${…} is a variable`

// at gives every policy of a question a home that can be changed, and found
// again by what a fix prints.
func at(q explain.Question) explain.Question {
	q.Homes = func(r explain.Ref) explain.Home {
		return explain.Home{Kind: explain.OrganizationPolicy, Policy: place(r), Account: account}
	}
	return q
}

// A policy that was written before variables takes them for plain text: it is
// given the version that has them, before anything is written out that was meant
// to be filled in; where the version alone does not do, it is offered with what
// else is needed, or not at all.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
func TestTheVersionThatHasVariablesIsOfferedFirst(t *testing.T) {
	const (
		inTrust = `"Statement":[{"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/team":"${aws:ResourceTag/team}"}}}]}`
		inHome  = `"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::home/${aws:username}/*"}]}`
		sameTag = `"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{"StringNotEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}}]}`
		home    = "arn:aws:s3:::home/ann/k"
	)
	red := map[string]string{"aws:PrincipalTag/team": "red", "aws:ResourceTag/team": "red"}
	for _, c := range []struct {
		rule  string
		scene scene
		want  string // how the first fix begins
		other bool   // the version is not among the fixes
	}{
		{"a trust policy of 2008", scene{trust: `{"Version":"2008-10-17",` + inTrust, keys: red}, newVersion, false},
		{"a trust policy of no version", scene{trust: `{` + inTrust, keys: red}, newVersion, false},
		{"an identity policy of 2008", scene{identity: []string{`{ "Version" :  "2008-10-17" ,` + inHome}, resource: home}, newVersion, false},
		{"an identity policy of no version, on lines", scene{identity: []string{"{\n  " + inHome}, resource: home}, newVersion, false},
		{"a denial of 2008", scene{identity: []string{`{"Version":"2008-10-17",` + sameTag}, resource: home, keys: red}, newVersion, false},
		{"a denial of no version in a service control policy", scene{identity: []string{statement(readOnly)}, scp: `{` + sameTag, resource: home, keys: red}, newVersion, false},
		{"tags that differ: one is changed as well", scene{trust: `{"Version":"2008-10-17",` + inTrust, keys: map[string]string{"aws:PrincipalTag/team": "red", "aws:ResourceTag/team": "blue"}},
			"add red to the values of aws:PrincipalTag/team", false},
		{"a caller without the tag is given it as well", scene{trust: `{"Version":"2008-10-17",` + inTrust, keys: map[string]string{"aws:ResourceTag/team": "blue"}},
			newVersion + ", and tag user ann with team=blue", false},
		{"another's home: no version makes it one's own", scene{identity: []string{`{"Version":"2008-10-17",` + inHome}, resource: "arn:aws:s3:::home/bob/k"}, "add arn:aws:s3:::home/bob/k to Resource", true},
		{"the version that has them", scene{trust: `{"Version":"2012-10-17",` + inTrust, keys: map[string]string{"aws:PrincipalTag/team": "red", "aws:ResourceTag/team": "blue"}}, "tag user ann with team=blue", true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s := c.scene
			s.caller, s.action = annARN, "s3:GetObject"
			if s.trust != "" {
				s.action, s.resource, s.identity = "sts:AssumeRole", target, []string{statement(mayAssume)}
			}
			x := explain.Explain(at(s.question(t)), true)
			if x.Allowed || len(x.Fixes) == 0 || !strings.HasPrefix(x.Fixes[0].Title, c.want) {
				t.Fatalf("%s\n%q, want %q first", x.Verdict, titles(x.Fixes), c.want)
			}
			if among := slices.ContainsFunc(x.Fixes, func(f explain.Fix) bool { return strings.Contains(f.Title, "2012-10-17") }); among == c.other && c.want != "add red to the values of aws:PrincipalTag/team" {
				t.Errorf("%q", titles(x.Fixes))
			}
			for _, f := range x.Fixes {
				if d := decideWith(t, at(s.question(t)), f); !d.Allowed {
					t.Errorf("%q: %+v", f.Title, d)
				}
			}
			if named := len(x.Mistakes) > 0 && x.Mistakes[0].Name == "variables-2008"; named == strings.Contains(s.trust, "2012") {
				t.Errorf("%+v", x.Mistakes)
			}
		})
	}
}

// The version stands where the old one stood, or before all else; nothing else
// of the text changes, and that other statements' variables are filled is told.
func TestTheVersionAloneIsWritten(t *testing.T) {
	const rest = `"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::home/${aws:username}/*"}]`
	for _, c := range []struct{ rule, text, want string }{
		{"in the old one's place", `{"Version": "2008-10-17", ` + rest + `}`, `{"Version": "2012-10-17", ` + rest + `}`},
		{"behind the statements", `{` + rest + `,"Version":"2008-10-17"}`, `{` + rest + `,"Version":"2012-10-17"}`},
		{"before all else", `{` + rest + `}`, `{"Version": "2012-10-17", ` + rest + `}`},
		{"on a line of its own", "{\n    " + rest + "\n}", "{\n    \"Version\": \"2012-10-17\",\n    " + rest + "\n}"},
	} {
		x := explained(t, scene{caller: annARN, action: "s3:GetObject", resource: "arn:aws:s3:::home/ann/k", identity: []string{c.text}})
		if got := x.Fixes[0]; got.Title != newVersion || got.Edits[0].Document != c.want || len(got.Warnings) > 0 {
			t.Errorf("%s: %+v, want %s", c.rule, got, c.want)
		}
	}
	two := `{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::home/${aws:username}/*"},{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::drop/${aws:username}/*"}]}`
	x := explained(t, scene{caller: annARN, action: "s3:GetObject", resource: "arn:aws:s3:::home/ann/k", identity: []string{two}})
	if f := x.Fixes[0]; f.Title != newVersion || len(f.Warnings) != 1 || !strings.Contains(f.Warnings[0], "also in its other statements") {
		t.Errorf("%+v", f)
	}
	q := scene{caller: annARN, action: "s3:GetObject", resource: "arn:aws:s3:::home/ann/k", identity: []string{two}}.question(t)
	q.Homes = func(explain.Ref) explain.Home { return explain.Home{Kind: explain.AWSManaged} }
	if x := explain.Explain(q, true); slices.Contains(titles(x.Fixes), newVersion) {
		t.Error("of a policy of AWS's own")
	}
}
