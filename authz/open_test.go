package authz

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// lost is the deployer, or alice, whose unique id nobody knows.
func lost(r Request) Request {
	switch p := r.Principal.(type) {
	case User:
		p.ID = ""
		r.Principal = p
		r.Context.SetOpen("aws:userid", "AIDA", "")
	case RoleSession:
		p.RoleID = ""
		r.Principal = p
		r.Context.SetOpen("aws:userid", "AROA", ":"+p.Name)
	}
	return r
}

// What is compared with a unique id that is not known is open, but where what
// is known of it settles it.
//
// Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-infotouse
// (aws:userid), https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func TestAnUnknownIDIsOpen(t *testing.T) {
	const allow, deny = `"Effect":"Allow","Action":"*"`, `"Effect":"Deny","Action":"*","Resource":"*"`
	for _, c := range []struct {
		rule   string
		policy string // of the deployer's, beside one that allows all where it begins with a Deny
		want   string
	}{
		{"another's id may be it", allow + `,"Resource":"*","Condition":{"StringLike":{"aws:userid":"AROAOTHEROTHEROTHERO:*"}}`, "open"},
		{"each role's is covered", allow + `,"Resource":"*","Condition":{"StringLike":{"aws:userid":"AROA*"}}`, "allowed"},
		{"the session's name is known", allow + `,"Resource":"*","Condition":{"StringLike":{"aws:userid":"*:build-7"}}`, "allowed"},
		{"another session's name", allow + `,"Resource":"*","Condition":{"StringLike":{"aws:userid":"*:build-8"}}`, "denied"},
		{"another session of whatever role", allow + `,"Resource":"*","Condition":{"StringEquals":{"aws:userid":"AROAOTHEROTHEROTHERO:build-8"}}`, "denied"},
		{"a user's id is no role's", allow + `,"Resource":"*","Condition":{"StringLike":{"aws:userid":["AIDAOTHEROTHEROTHERO","111111111111"]}}`, "denied"},
		{"without regard to case", allow + `,"Resource":"*","Condition":{"StringEqualsIgnoreCase":{"aws:userid":"aroaotherotherothero:BUILD-7"}}`, "open"},
		{"a denial of all but some", deny + `,"Condition":{"StringNotLike":{"aws:userid":["AROAOTHEROTHEROTHERO:*","111111111111"]}}`, "open"},
		{"a denial of all but some others", deny + `,"Condition":{"StringNotLike":{"aws:userid":["AIDAOTHEROTHEROTHERO","111111111111"]}}`, "denied"},
		{"a denial of one", deny + `,"Condition":{"StringLike":{"aws:userid":"AROAOTHEROTHEROTHERO:*"}}`, "open"},
		{"a denial of one user", deny + `,"Condition":{"StringEquals":{"aws:userid":"AIDAOTHEROTHEROTHERO"}}`, "allowed"},
		{"it is there", allow + `,"Resource":"*","Condition":{"Null":{"aws:userid":"false"}}`, "allowed"},
		{"in all its values", allow + `,"Resource":"*","Condition":{"ForAllValues:StringLike":{"aws:userid":"AROAOTHEROTHEROTHERO:*"}}`, "open"},
		{"in the name of a resource", allow + `,"Resource":"arn:aws:s3:::reports/${aws:userid}/*"`, "open"},
		{"in the name of another resource", allow + `,"Resource":"arn:aws:s3:::reports/x/${aws:userid}/*"`, "denied"},
		{"in the value of a condition", allow + `,"Resource":"*","Condition":{"StringLike":{"s3:prefix":"${aws:userid}/*"}}`, "open"},
		{"compared with itself", allow + `,"Resource":"*","Condition":{"StringEquals":{"aws:userid":"${aws:userid}"}}`, "allowed"},
		{"not of a condition that cannot be evaluated", allow + `,"Resource":"*","Condition":{"NumericEquals":{"aws:userid":"1"}}`, "denied"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			r := lost(Request{Principal: deployer, Action: "s3:GetObject", Resource: "arn:aws:s3:::reports/AROAOTHEROTHEROTHERO:build-7/x"})
			r.Context.Set("s3:prefix", "AROAOTHEROTHEROTHERO:build-7/x")
			p := Policies{Identity: named(t, `{"Version":"2012-10-17","Statement":[{`+c.policy+`}]}`)}
			if strings.HasPrefix(c.policy, deny) {
				p.Identity = append(p.Identity, named(t, allowAll)...)
			}
			if got := known3(r, p); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// known3 is a decision of a request with open keys.
func known3(r Request, p Policies) string {
	sure := Decide(r, p).Allowed
	r.Hopeful = true
	switch could := Decide(r, p).Allowed; {
	case sure && could:
		return "allowed"
	case could:
		return "open"
	case sure:
		return "allowed, and denied for the better"
	}
	return "denied"
}

// A unique id in a Principal element may be that of whoever has one of the kind.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func TestAnUnknownIDMayBeAPrincipals(t *testing.T) {
	for _, c := range []struct{ rule, principal, deployer, alice string }{
		{"a role's", `"Principal":{"AWS":"AROAOTHEROTHEROTHERO"}`, "open", "denied"},
		{"a session's", `"Principal":{"AWS":"AROAOTHEROTHEROTHERO:build-7"}`, "open", "denied"},
		{"another session's", `"Principal":{"AWS":"AROAOTHEROTHEROTHERO:build-8"}`, "denied", "denied"},
		{"a user's", `"Principal":{"AWS":"AIDAOTHEROTHEROTHERO"}`, "denied", "open"},
		{"beside one who is named", `"Principal":{"AWS":["AROAOTHEROTHEROTHERO","111111111111"]}`, "allowed", "allowed"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			p := Policies{
				Identity: named(t, allowAll),
				Resource: resourcePolicy(t, TrustPolicy, `{"Version":"2012-10-17","Statement":{"Effect":"Allow",`+c.principal+`,"Action":"sts:AssumeRole"}}`),
			}
			for who, want := range map[Principal]string{deployer: c.deployer, alice: c.alice} {
				if got := known3(lost(Request{Principal: who, Action: "sts:AssumeRole", Resource: role}), p); got != want {
					t.Errorf("%s: %s, want %s", who.CallerARN(), got, want)
				}
			}
			denying := strings.Replace(c.principal, "Principal", "NotPrincipal", 1)
			denying = strings.Replace(denying, `{"AWS":`, `{"AWS":["arn:aws:iam::111111111111:root"],"Federated":`, 1)
			p.Resource = resourcePolicy(t, OrdinaryPolicy, `{"Version":"2012-10-17","Statement":{"Effect":"Deny",`+denying+`,"Action":"*","Resource":"*"}}`)
			if got := known3(lost(Request{Principal: deployer, Action: "s3:GetObject", Resource: bucket}), p); got != "denied" {
				t.Errorf("NotPrincipal of providers: %s", got)
			}
		})
	}
	p := Policies{Identity: named(t, allowAll), Resource: resourcePolicy(t, OrdinaryPolicy,
		`{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotPrincipal":{"AWS":["111111111111","AROAOTHEROTHEROTHERO"]},"Action":"*","Resource":"*"}}`)}
	if got := known3(lost(Request{Principal: deployer, Action: "s3:GetObject", Resource: bucket}), p); got != "open" {
		t.Errorf("NotPrincipal that names the account and an id: %s", got)
	}
}

// What is said for sure is so whatever the id is.
func TestWhatIsSureHoldsForEveryID(t *testing.T) {
	ids := []string{"AROAAAAAAAAAAAAAAAAAA", "AROABBBBBBBBBBBBBBBBB", "AROAABABABABABABABABA"}
	values := []string{"AROAAAAAAAAAAAAAAAAAA:build-7", "AROAAAAAAAAAAAAAAAAAA:*", "AROAB*", "*:build-7", "*A:build-7", "*:b*", "AROA?????????????????:build-7",
		"${aws:userid}", "AIDA*", "*", "111111111111"}
	operators := []string{"StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "ForAnyValue:StringLike", "StringLikeIfExists", "ArnLike", "ArnNotLike"}
	resources := []string{"*", "arn:aws:s3:::reports/${aws:userid}/*", "arn:aws:s3:::reports/*", "arn:aws:s3:::reports/*${aws:userid}*"}
	rapid.Check(t, func(t *rapid.T) {
		var statements []string
		for range rapid.IntRange(1, 4).Draw(t, "statements") {
			draw := func(name string, list []string) string { return rapid.SampledFrom(list).Draw(t, name) }
			statements = append(statements, `{"Effect":"`+draw("effect", []string{"Allow", "Allow", "Deny"})+`","Action":"s3:*","`+draw("element", []string{"Resource", "NotResource"})+`":"`+
				draw("resource", resources)+`","Condition":{"`+draw("operator", operators)+`":{"`+draw("key", []string{"aws:userid", "aws:userid", "s3:prefix"})+`":["`+draw("value", values)+`","`+draw("another", values)+`"]}}}`)
		}
		p := Policies{Identity: []Named{{Document: parsed(t, `{"Version":"2012-10-17","Statement":[`+strings.Join(statements, ",")+`]}`)}}}
		r := Request{Principal: deployer, Action: "s3:GetObject", Resource: "arn:aws:s3:::reports/" + rapid.SampledFrom(ids).Draw(t, "folder") + ":build-7/x"}
		r.Context.Set("s3:prefix", rapid.SampledFrom(ids).Draw(t, "prefix")+":build-7")
		told := known3(lost(Request{Principal: r.Principal, Action: r.Action, Resource: r.Resource, Context: r.Context.Clone()}), p)
		for _, id := range ids {
			one := r
			caller := deployer
			caller.RoleID = id
			one.Principal, one.Context = caller, r.Context.Clone()
			one.Context.Set("aws:userid", id+":build-7")
			if allowed := Decide(one, p).Allowed; told == "allowed" && !allowed || told == "denied" && allowed || len(told) > len("allowed") {
				t.Fatalf("%s, but allowed %v with %s", told, allowed, id)
			}
		}
	})
}

// Nobody is shown what stands for the part that is not known.
func TestWhatIsNotKnownIsNotShown(t *testing.T) {
	r := lost(Request{Principal: deployer})
	if values, ok := r.Context.Get("aws:userid"); !ok || len(values) != 0 {
		t.Errorf("%q %v", values, ok)
	}
	if text, ok := r.Expand("x/${aws:userid}"); ok || text != "" {
		t.Errorf("%q %v", text, ok)
	}
	if begins, ends, ok := r.Context.Open("AWS:UserId"); begins != "AROA" || ends != ":build-7" || !ok {
		t.Errorf("%q %q %v", begins, ends, ok)
	}
	r.Context.Set("aws:userid", "AROAX:build-7")
	if _, _, ok := r.Context.Open("aws:userid"); ok || r.Context.HasOpen() {
		t.Error("a key that was set is still open")
	}
}
