package explain_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

// idUnknown is the scene of a role's session of which nobody knows the role's
// unique id.
func idUnknown(t *testing.T, s scene) explain.Question {
	t.Helper()
	s.caller = devRole + "@ann"
	q := s.question(t)
	caller, ok := q.Request.Principal.(authz.RoleSession)
	if !ok {
		t.Fatalf("%T", q.Request.Principal)
	}
	caller.RoleID = ""
	q.Request.Principal, q.IDsMadeUp = caller, true
	q.Request.Context.SetOpen("aws:userid", "AROA", ":ann")
	return q
}

// What depends on an id that nobody knows is undecided, and nothing is offered
// for it.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func TestWhatDependsOnAnUnknownIDIsUndecided(t *testing.T) {
	const all = `"Effect":"Allow","Action":"*","Resource":"*"`
	const some = `"Condition":{"StringNotLike":{"aws:userid":["AROAEXAMPLEEXAMPLEEXA:*","111111111111"]}}`
	x := explain.Explain(idUnknown(t, scene{action: "s3:GetObject", resource: object,
		identity: []string{statement(all), statement(`"Effect":"Deny","Action":"*","Resource":"*",` + some)}}), true)
	if x.Allowed || !x.Undecided || len(x.Fixes) > 0 {
		t.Errorf("%+v", x)
	}
	x = explain.Explain(idUnknown(t, scene{action: "sts:AssumeRole", resource: target, identity: []string{statement(all)},
		trust: statement(`"Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLEEXA"},"Action":"sts:AssumeRole"`)}), true)
	if text := textOf(t, x); x.Allowed || !x.Undecided || !strings.Contains(text, "AROAEXAMPLEEXAMPLEEXA, which may be the unique id of "+"arn:aws:sts") {
		t.Error(text)
	}
}

// What is denied whatever the id is says why, without blaming the id, and fixes
// hold for every id.
func TestADenialWhateverTheIDIsMendedForEveryID(t *testing.T) {
	const denial = `"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:userid":"AROAEXAMPLEEXAMPLEEXA:*"}}`
	q := idUnknown(t, scene{action: "s3:GetObject", resource: object, identity: []string{statement(denial)}})
	x := explain.Explain(q, true)
	if x.Undecided || !strings.Contains(x.Verdict, "no identity-based policy allows it") {
		t.Errorf("%+v", x)
	}
	if text := textOf(t, x); !strings.Contains(text, "the request has AROA…:ann, of which the rest is not known") || strings.Contains(text, "\ue000") {
		t.Error(text)
	}
	if len(x.Fixes) == 0 || len(x.Fixes[0].Edits) < 2 {
		t.Errorf("nothing leaves the caller out of the denial that may be meant for it: %v", titles(x.Fixes))
	}
}

// A unique id in a trust policy stays where nobody knows whose it is, and is
// pointed out; where the ids are known it is of somebody who was deleted.
func TestAnIDStaysWhereNobodyKnowsWhoseItIs(t *testing.T) {
	s := scene{action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
		trust: statement(`"Effect":"Allow","Principal":{"AWS":["AIDAEXAMPLEEXAMPLEEXA","arn:aws:iam::` + account + `:user/bob"]},"Action":"sts:AssumeRole"`)}
	fix := explain.Explain(idUnknown(t, s), true).Fixes[0]
	if !strings.Contains(fix.Edits[0].Document, "AIDAEXAMPLEEXAMPLEEXA") || !strings.Contains(strings.Join(fix.Warnings, " "), "AIDAEXAMPLEEXAMPLEEXA stays in it") {
		t.Errorf("%+v", fix)
	}
	s.caller = devRole + "@ann"
	x := explained(t, s)
	if strings.Contains(x.Fixes[0].Edits[0].Document, "AIDAEXAMPLEEXAMPLEEXA") || !strings.Contains(x.Mistakes[0].Text, "was deleted") {
		t.Errorf("%+v %+v", x.Mistakes, x.Fixes[0])
	}
}

func textOf(t *testing.T, x explain.Explanation) string {
	t.Helper()
	text, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
