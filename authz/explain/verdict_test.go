package explain_test

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

const (
	annARN   = "arn:aws:iam::" + account + ":user/ann"
	object   = "arn:aws:s3:::b/k"
	devRole  = "arn:aws:iam::" + account + ":role/Dev"
	readOnly = `"Effect":"Allow","Action":"s3:Get*","Resource":"*"`
)

// The verdict is one sentence that says who, what and because of which policy.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func TestTheVerdictSaysWhichPolicyDecides(t *testing.T) {
	ann := func(s scene) scene {
		s.caller, s.action, s.resource = annARN, "s3:GetObject", object
		return s
	}
	for _, c := range []struct {
		rule    string
		scene   scene
		allowed bool
		want    string
	}{
		{"allowed by the caller's own policy", ann(scene{identity: []string{statement(readOnly)}}), true,
			"statement 1 of the identity-based policy policy1 allows it and nothing denies it"},
		{"allowed by the resource's policy alone", ann(scene{bucket: statement(`"Sid":"Ann","Effect":"Allow","Principal":{"AWS":"` + annARN + `"},"Action":"s3:GetObject","Resource":"*"`)}), true,
			"statement Ann of the resource-based policy b/k allows it"},
		{"no policy at all", ann(scene{}), false, "no identity-based policy allows it."},
		{"no policy speaks of the action", ann(scene{identity: []string{statement(`"Effect":"Allow","Action":"ec2:*","Resource":"*"`)}}), false,
			"no identity-based policy allows it."},
		{"the closest statement, and what keeps it from matching", ann(scene{identity: []string{statement(`"Sid":"Other","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::x/*"`)}}), false,
			"Statement Other comes closest, but speaks of arn:aws:s3:::x/*, not of " + object},
		{"the boundary", ann(scene{identity: []string{statement(readOnly)}, boundary: statement(`"Effect":"Allow","Action":"ec2:*","Resource":"*"`)}), false,
			"no permissions boundary allows it"},
		{"the session policy", scene{caller: devRole + "@ann", action: "s3:GetObject", resource: object, identity: []string{statement(readOnly)}, session: statement(`"Effect":"Allow","Action":"ec2:*","Resource":"*"`)}, false,
			"no session policy allows it"},
		{"a service control policy that is silent", ann(scene{identity: []string{statement(readOnly)}, scp: statement(`"Effect":"Allow","Action":"ec2:*","Resource":"*"`)}), false,
			"no service control policy allows it"},
		{"an explicit denial", ann(scene{identity: []string{statement(readOnly), statement(`"Sid":"No","Effect":"Deny","Action":"s3:*","Resource":"*"`)}}), false,
			"statement No of the identity-based policy policy2 denies it, whatever allows it."},
		{"a denial that cannot be evaluated", ann(scene{identity: []string{statement(readOnly), statement(`"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringFancy":{"aws:username":"x"}}`)}}), false,
			"cannot be evaluated, and what denies then does."},
		{"a role that trusts nobody", scene{caller: annARN, action: "sts:AssumeRole", resource: target, trust: statement(`"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"`)}, false,
			"the role's trust policy does not allow it. Statement 1 comes closest, but speaks of ec2.amazonaws.com, not of " + annARN},
		{"what needs no permission", scene{caller: annARN, action: "sts:GetCallerIdentity", resource: "*"}, true, "it needs no permission."},
		{"the root user", scene{caller: "arn:aws:iam::" + account + ":root", action: "s3:GetObject", resource: object}, true, "it is the account's root user."},
		{"what belongs to AWS", scene{caller: annARN, action: "iam:DeletePolicy", resource: "arn:aws:iam::aws:policy/ReadOnlyAccess", identity: []string{statement(`"Effect":"Allow","Action":"*","Resource":"*"`)}}, false,
			"it belongs to AWS, and no policy can allow changing it."},
		{"a question that is none", scene{caller: annARN, action: "s3", resource: object}, false, "The request cannot be decided"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			x := explain.Explain(c.scene.question(t), false)
			if x.Allowed != c.allowed || !strings.Contains(x.Verdict, c.want) {
				t.Errorf("%v %q, want %v %q", x.Allowed, x.Verdict, c.allowed, c.want)
			}
			if !strings.HasSuffix(x.Verdict, ".") || strings.Contains(x.Verdict, "..") {
				t.Errorf("%q is no sentence", x.Verdict)
			}
			if (x.Message == "") != c.allowed || len(x.Fixes) > 0 {
				t.Errorf("message %q, fixes %v", x.Message, titles(x.Fixes))
			}
		})
	}
}

// A policy that cannot be read denies, and is named.
func TestAnUnreadablePolicyIsNamed(t *testing.T) {
	q := scene{caller: annARN, action: "s3:GetObject", resource: object, identity: []string{statement(readOnly)}}.question(t)
	q.Policies.Identity = append(q.Policies.Identity, authz.Named{Name: "damaged"})
	x := explain.Explain(q, true)
	if x.Allowed || !strings.Contains(x.Verdict, "identity-based policy damaged cannot be read") {
		t.Errorf("%+v", x)
	}
	if p := x.Layers[0].Policies[1]; !p.Unreadable || x.Layers[0].Outcome != "denies" || !x.Layers[0].Decides {
		t.Errorf("%+v", x.Layers[0])
	}
	if len(x.Fixes) > 0 {
		t.Errorf("%v does not make it readable", titles(x.Fixes))
	}
}

// Each layer says what it came to, and one of them decides.
func TestEachLayerSaysWhatItCameTo(t *testing.T) {
	s := scene{caller: devRole + "@ann", action: "s3:GetObject", resource: object,
		identity: []string{statement(readOnly)}, boundary: statement(readOnly),
		session: statement(`"Effect":"Allow","Action":"ec2:*","Resource":"*"`),
		scp:     statement(`"Effect":"Allow","Action":"*","Resource":"*"`),
		bucket:  statement(`"Effect":"Allow","Principal":{"AWS":"` + other + `"},"Action":"s3:*","Resource":"*"`),
	}
	want := map[string]string{
		"service control policy": "allows", "resource-based policy": "does not allow", "identity-based policy": "allows",
		"permissions boundary": "allows", "session policy": "does not allow",
	}
	x := explain.Explain(s.question(t), false)
	if len(x.Layers) != len(want) {
		t.Fatalf("%+v", x.Layers)
	}
	for _, l := range x.Layers {
		if l.Outcome != want[l.Name] || l.Decides != (l.Name == "session policy") {
			t.Errorf("%s %s, decides %v, want %s", l.Name, l.Outcome, l.Decides, want[l.Name])
		}
	}
	s.session = ""
	for _, l := range explain.Explain(s.question(t), false).Layers {
		if l.Name == "resource-based policy" && l.Outcome != "is not needed" {
			t.Errorf("where it is allowed: %s %s", l.Name, l.Outcome)
		}
	}
}

// Of a policy with many statements those are shown that match, and else the
// three that came closest; the rest is counted.
func TestOnlyWhatCameCloseIsShown(t *testing.T) {
	far := `{"Effect":"Allow","Action":"ec2:*","Resource":"*"}`
	text := `{"Version":"2012-10-17","Statement":[` + strings.Repeat(far+",", 20) +
		`{"Sid":"Near","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::x/*"},
		{"Sid":"Nearer","Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`
	x := explain.Explain(scene{caller: annARN, action: "s3:GetObject", resource: object, identity: []string{text}}.question(t), false)
	p := x.Layers[0].Policies[0]
	if len(p.Statements) != 3 || p.Statements[0].Sid != "Nearer" || p.Statements[1].Sid != "Near" || p.Others != 19 {
		t.Errorf("%+v", p)
	}
	if s := p.Statements[0]; s.Number != 22 || s.Line != 2 || len(s.Failures) != 1 || s.Failures[0].Key != "aws:MultiFactorAuthPresent" || !s.Failures[0].Absent {
		t.Errorf("%+v", s)
	}
}

// A condition that fails is told with what it wants, filled in, and what the
// request has.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func TestAFailedConditionIsToldInWords(t *testing.T) {
	for _, c := range []struct{ rule, condition, want string }{
		{"equal", `"StringEquals":{"aws:PrincipalTag/team":"red"}`, "needs aws:PrincipalTag/team to be red; the request has blue"},
		{"alike", `"StringLike":{"aws:PrincipalTag/team":["r*","g*"]}`, "needs aws:PrincipalTag/team to be like r*, g*; the request has blue"},
		{"many values", `"StringLike":{"aws:PrincipalTag/team":["a","b","c","d"]}`, "to be like a, b, c and others; the request has blue"},
		{"not equal", `"StringNotEquals":{"aws:PrincipalTag/team":"blue"}`, "needs aws:PrincipalTag/team not to be blue; the request has blue"},
		{"not alike", `"StringNotLike":{"aws:PrincipalTag/team":"b*"}`, "not to be like b*; the request has blue"},
		{"a variable", `"StringEquals":{"aws:PrincipalTag/team":"${aws:username}"}`, "to be ann, as aws:username is; the request has blue"},
		{"absent", `"StringEquals":{"aws:RequestTag/x":"1"}`, "needs aws:RequestTag/x to be 1; the request has no aws:RequestTag/x"},
		{"an address", `"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, "needs aws:SourceIp to be in 10.0.0.0/8; the request has 192.0.2.1"},
		{"not an address", `"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}`, "not to be in 192.0.2.0/24"},
		{"a number", `"NumericLessThan":{"aws:MultiFactorAuthAge":"60"}`, "needs aws:MultiFactorAuthAge to be less than 60; the request has 100"},
		{"at most", `"NumericLessThanEquals":{"aws:MultiFactorAuthAge":"60"}`, "to be at most 60"},
		{"more", `"NumericGreaterThan":{"aws:MultiFactorAuthAge":"600"}`, "to be more than 600"},
		{"at least", `"NumericGreaterThanEquals":{"aws:MultiFactorAuthAge":"600"}`, "to be at least 600"},
		{"a date", `"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}`, "to be less than 2020-01-01T00:00:00Z"},
		{"absence", `"Null":{"aws:SourceIp":"true"}`, "needs aws:SourceIp to be absent; the request has 192.0.2.1"},
		{"if it exists", `"StringEqualsIfExists":{"aws:PrincipalTag/team":"red"}`, "needs aws:PrincipalTag/team to be red"},
		{"one of several", `"ForAnyValue:StringEquals":{"aws:TagKeys":"cost"}`, "needs aws:TagKeys in one of its values to be cost; the request has a, b"},
		{"all of several", `"ForAllValues:StringLike":{"aws:TagKeys":"a*"}`, "in all its values to be like a*; the request has a, b"},
		{"several without a set operator", `"StringEquals":{"aws:TagKeys":"a"}`, "that cannot be told of a key with several values"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			q := scene{caller: annARN, action: "s3:GetObject", resource: object,
				identity: []string{statement(readOnly + `,"Condition":{` + c.condition + `}`)},
				keys:     map[string]string{"aws:PrincipalTag/team": "blue", "aws:SourceIp": "192.0.2.1", "aws:MultiFactorAuthAge": "100", "aws:CurrentTime": "2026-03-01T12:00:00Z"},
			}.question(t)
			q.Request.Context.SetMany("aws:TagKeys", "a", "b")
			x := explain.Explain(q, false)
			if x.Allowed {
				t.Fatal("allowed")
			}
			if f := x.Layers[0].Policies[0].Statements[0].Failures; len(f) != 1 || !strings.Contains(f[0].Text, c.want) {
				t.Errorf("%+v, want %q", f, c.want)
			}
		})
	}
}

// Elements other than conditions are told as well, also the negated ones.
func TestAFailedElementIsToldInWords(t *testing.T) {
	for _, c := range []struct {
		rule, statement, element, want string
	}{
		{"another action", `"Effect":"Allow","Action":["ec2:Run*","s3:PutObject"],"Resource":"*"`, "Action", "speaks of ec2:Run*, s3:PutObject, not of s3:GetObject"},
		{"NotAction", `"Effect":"Allow","NotAction":"s3:*","Resource":"*"`, "Action", "leaves out s3:*"},
		{"another resource", `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::x/*"`, "Resource", "speaks of arn:aws:s3:::x/*, not of " + object},
		{"NotResource", `"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::b/*"`, "Resource", "leaves out arn:aws:s3:::b/*"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			x := explain.Explain(scene{caller: annARN, action: "s3:GetObject", resource: object, identity: []string{statement(c.statement)}}.question(t), true)
			f := x.Layers[0].Policies[0].Statements[0].Failures
			if len(f) == 0 || f[0].Element != c.element || f[0].Text != c.want || f[0].Line != 1 {
				t.Errorf("%+v, want %s %q", f, c.element, c.want)
			}
		})
	}
	bucket := statement(`"Effect":"Allow","NotPrincipal":{"AWS":"` + annARN + `"},"Action":"s3:*","Resource":"*"`)
	x := explain.Explain(scene{caller: annARN, action: "s3:GetObject", resource: object, bucket: bucket}.question(t), true)
	if f := x.Layers[0].Policies[0].Statements[0].Failures; len(f) != 1 || f[0].Text != "speaks of everybody but "+annARN {
		t.Errorf("%+v", f)
	}
}
