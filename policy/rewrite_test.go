package policy

import "testing"

func TestReplacePrincipals(t *testing.T) {
	const text = `{
  "Statement": [
    {"Effect": "Allow", "Action": "sts:AssumeRole",
     "Principal": {"AWS": ["arn:aws:iam::111122223333:user/\u00e9", "444455556666"], "Service": "ec2.amazonaws.com"}},
    {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/path/app"}, "Action": "sts:AssumeRole" }
  ]
} `
	const stored = `{
  "Statement": [
    {"Effect": "Allow", "Action": "sts:AssumeRole",
     "Principal": {"AWS": ["AIDAEXAMPLE", "444455556666"], "Service": "ec2.amazonaws.com"}},
    {"Effect": "Allow", "Principal": {"AWS": "AROAEXAMPLE"}, "Action": "sts:AssumeRole" }
  ]
} `
	d, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{
		"arn:aws:iam::111122223333:user/é":        "AIDAEXAMPLE",
		"arn:aws:iam::111122223333:role/path/app": "AROAEXAMPLE",
		"444455556666": "444455556666",
	}
	got := d.ReplacePrincipals(func(p Principal) (string, bool) {
		id, ok := ids[p.Value]
		return id, ok
	})
	if got != stored {
		t.Errorf("the stored form is\n%s\nwant\n%s", got, stored)
	}

	shown, err := Parse(got)
	if err != nil {
		t.Fatal(err)
	}
	back := map[string]string{"AROAEXAMPLE": "arn:aws:iam::111122223333:role/path/app"}
	got = shown.ReplacePrincipals(func(p Principal) (string, bool) {
		a, ok := back[p.Value]
		return a, ok
	})
	again, err := Parse(got)
	if err != nil {
		t.Fatal(err)
	}
	principals := func(st Statement) string { return st.Principals.Values[0].Value }
	if principals(again.Statements[0]) != "AIDAEXAMPLE" {
		t.Error("the ID of a deleted user is not shown as it is (E6)")
	}
	if principals(again.Statements[1]) != "arn:aws:iam::111122223333:role/path/app" {
		t.Error("the ID of a living role is not shown as its ARN (E6)")
	}
}

func TestReplacePrincipalsLeavesTheRest(t *testing.T) {
	const text = `{"Statement":{"Effect":"Deny","Principal":"*","NotAction":"a:b"}}`
	d, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	all := func(Principal) (string, bool) { return "x", true }
	if got := d.ReplacePrincipals(all); got != text {
		t.Errorf("the bare * was replaced: %s", got)
	}
	d, err = Parse(`{"Statement":{"Effect":"Deny","Principal":{"AWS":"a"}}}`)
	if err != nil {
		t.Fatal(err)
	}
	got := d.ReplacePrincipals(func(Principal) (string, bool) { return "a\"\\\n\x01é", true })
	d, err = Parse(got)
	if err != nil || d.Statements[0].Principals.Values[0].Value != "a\"\\\n\x01é" {
		t.Errorf("a value with quotes became %s: %v", got, err)
	}
}
