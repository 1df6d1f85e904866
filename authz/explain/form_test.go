package explain_test

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/policy"
)

// Every member of the JSON form is told of in its page.
func TestTheFormIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/explain.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[reflect.Type]bool)
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Slice:
			walk(typ.Elem())
			return
		case reflect.Struct:
		default:
			return
		}
		if seen[typ] {
			return
		}
		seen[typ] = true
		for i := range typ.NumField() {
			f := typ.Field(i)
			if !f.IsExported() || f.Tag.Get("json") == "-" {
				continue
			}
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" || !strings.Contains(string(page), "`"+name+"`") {
				t.Errorf("%s.%s: %q is not in the page", typ.Name(), f.Name, name)
			}
			walk(f.Type)
		}
	}
	walk(reflect.TypeFor[explain.Explanation]())
	if len(seen) < 8 {
		t.Errorf("only %d types were looked at", len(seen))
	}
}

// What the page tells of the JSON form is there: each name in it is a member,
// or a value that one may have.
func TestThePageTellsOfNothingElse(t *testing.T) {
	page, err := os.ReadFile("../../docs/explain.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "## `--output json`\n")
	section, _, _ = strings.Cut(section, "\n# ")
	known := map[string]bool{
		"unknown": true, "request": true, // of what cannot be told, and of an edit's target
		"allows": true, "denies": true, "does not allow": true, "is not needed": true,
	}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		for typ.Kind() == reflect.Slice || typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct {
			return
		}
		for i := range typ.NumField() {
			name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			known[name] = true
			if typ.Field(i).IsExported() {
				walk(typ.Field(i).Type)
			}
		}
	}
	walk(reflect.TypeFor[explain.Explanation]())
	count := 0
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(section, -1) {
		if count++; !known[m[1]] {
			t.Errorf("%q is told of, and is not there", m[1])
		}
	}
	if count < 30 {
		t.Errorf("only %d names were found", count)
	}
}

// Programs get lists that are there, also where they are empty, and nothing of
// what has no meaning for the case.
func TestTheFormIsWhatProgramsRead(t *testing.T) {
	x := explain.Explain(scene{caller: annARN, action: "s3:GetObject", resource: object}.question(t), true)
	b, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"allowed":false`, `"policies":[]`, `"name":"identity-based policy"`, `"outcome":"does not allow"`, `"decides":true`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s is not in %s", want, b)
		}
	}
	for _, not := range []string{`"mistakes"`, "null", `"unreadable"`, `"account"`} {
		if strings.Contains(string(b), not) {
			t.Errorf("%s is in %s", not, b)
		}
	}
	x = explain.Explain(scene{caller: annARN, action: "s3:GetObject", resource: object, identity: []string{statement(readOnly)}}.question(t), true)
	if b, err = json.Marshal(x); err != nil || strings.Contains(string(b), `"message"`) || strings.Contains(string(b), `"fixes"`) {
		t.Errorf("%v %s", err, b)
	}
}

// A layer that must allow and does not is mended where it stands, at the level
// of the organization that is silent.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
func TestTheLevelThatIsSilentIsMended(t *testing.T) {
	all := parsed(t, statement(`"Effect":"Allow","Action":"*","Resource":"*"`))
	only := parsed(t, statement(`"Effect":"Allow","Action":"ec2:*","Resource":"*"`))
	for _, c := range []struct {
		rule   string
		levels [][]authz.Named
		level  int
	}{
		{"the root", [][]authz.Named{{{Name: "r", Document: only}}, {{Name: "u", Document: all}}, {{Name: "a", Document: all}}}, 0},
		{"a unit", [][]authz.Named{{{Name: "r", Document: all}}, {{Name: "u", Document: only}}, {{Name: "a", Document: all}}}, 1},
		{"the account", [][]authz.Named{{{Name: "r", Document: all}}, {{Name: "u", Document: all}}, {{Name: "a", Document: only}}}, 2},
	} {
		t.Run(c.rule, func(t *testing.T) {
			q := scene{caller: annARN, action: "s3:GetObject", resource: object, identity: []string{statement(readOnly)}}.question(t)
			q.Policies.SCPs = c.levels
			q.Homes = func(r explain.Ref) explain.Home {
				return explain.Home{Kind: explain.OrganizationPolicy, Policy: place(r)}
			}
			x := explain.Explain(q, true)
			if x.Allowed || len(x.Fixes) == 0 {
				t.Fatalf("%+v", x)
			}
			want := "organization policy " + place(explain.Ref{Layer: authz.ServiceControlLayer, Level: c.level})
			if got := x.Fixes[0].Edits[0].Target; got != want {
				t.Errorf("%s, want %s", got, want)
			}
			for i, l := range x.Layers[:3] {
				if l.Name != "service control policy" || l.Decides != (i == c.level) {
					t.Errorf("level %d: %+v", i, l)
				}
			}
		})
	}
}

// Each layer that can be silent is mended with what it may say: a principal
// only where such a policy has one.
func TestASilentLayerIsMendedInItsOwnTerms(t *testing.T) {
	silent := statement(`"Effect":"Allow","Action":"ec2:*","Resource":"arn:aws:ec2:*:*:*"`)
	for _, c := range []struct {
		rule      string
		put       func(*explain.Question, *policy.Document)
		principal bool
	}{
		{"the boundary", func(q *explain.Question, d *policy.Document) {
			q.Policies.Boundary = &authz.Named{Name: "b", Document: d}
		}, false},
		{"a session policy", func(q *explain.Question, d *policy.Document) {
			q.Policies.Session, q.Policies.SessionPresent = []authz.Named{{Name: "s", Document: d}}, true
		}, false},
		{"a service control policy", func(q *explain.Question, d *policy.Document) {
			q.Policies.SCPs = [][]authz.Named{{{Name: "s", Document: d}}}
		}, false},
		{"an endpoint's policy", func(q *explain.Question, d *policy.Document) {
			q.Policies.Endpoint = &authz.Named{Name: "e", Document: d}
		}, true},
		{"a resource control policy", func(q *explain.Question, d *policy.Document) {
			q.Policies.RCPs = [][]authz.Named{{{Name: "r", Document: d}}}
		}, true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			text := silent
			if c.principal {
				text = statement(`"Effect":"Allow","Principal":"*","Action":"ec2:*","Resource":"arn:aws:ec2:*:*:*"`)
			}
			q := scene{caller: devRole + "@ann", action: "s3:GetObject", resource: object, identity: []string{statement(readOnly)}}.question(t)
			q.Homes = nil
			c.put(&q, parsed(t, text))
			x := explain.Explain(q, true)
			if x.Allowed || len(x.Fixes) == 0 {
				t.Fatalf("%v %v", x.Allowed, x.Verdict)
			}
			own := ""
			for _, f := range x.Fixes {
				if strings.HasSuffix(f.Title, "with a statement") {
					own = f.Edits[0].Document
				}
			}
			if own == "" || strings.Count(own, `"Principal"`) != map[bool]int{true: 2, false: 0}[c.principal] {
				t.Errorf("%v: %s", titles(x.Fixes), own)
			}
		})
	}
}

// Whatever documents there are: explaining ends, fixes parse, and what is told
// of lines is in the document.
func FuzzExplain(f *testing.F) {
	for _, text := range []string{
		statement(readOnly), statement(mayAssume), `{"Statement":[]}`, `{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotAction":"s3:*","NotResource":"arn:aws:s3:::${aws:username}/*"}}`,
		statement(`"Effect":"Allow","NotPrincipal":{"AWS":["111111111111"]},"Action":["s3:*","ec2:*"],"Resource":["*"],"Condition":{"ForAllValues:StringLikeIfExists":{"aws:TagKeys":[]}}`),
		"{\n\"Statement\"\n:\n[{\"Effect\"\n:\"Deny\",\n\"Action\":\n[\"*\"\n],\"Resource\":\"*\"},{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}",
	} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, identity, bucket string) {
		q := explain.Question{Request: authz.Request{Principal: principal(t, annARN), Action: "s3:GetObject", Resource: object}}
		q.Request.Context.AddCaller(authz.Caller{Principal: q.Request.Principal}, now)
		lines := map[string]int{}
		for name, text := range map[string]string{"identity": identity, "bucket": bucket} {
			doc, err := policy.Parse(text)
			if err != nil {
				return
			}
			lines[name] = strings.Count(text, "\n") + 1
			if name == "identity" {
				q.Policies.Identity = []authz.Named{{Name: name, Document: doc}}
			} else {
				q.Policies.Resource = &authz.ResourcePolicy{Kind: authz.OrdinaryPolicy, Named: authz.Named{Name: name, Document: doc}}
			}
		}
		x := explain.Explain(q, true)
		for _, fix := range x.Fixes {
			for _, e := range fix.Edits {
				if _, err := policy.Parse(e.Document); e.Document != "" && err != nil {
					t.Errorf("%q: %v in %s", e.Title, err, e.Document)
				}
			}
		}
		for _, l := range x.Layers {
			for _, p := range l.Policies {
				for _, s := range p.Statements {
					if s.Line < 1 || s.Line > lines[p.Name] {
						t.Errorf("line %d of %d", s.Line, lines[p.Name])
					}
				}
			}
		}
	})
}
