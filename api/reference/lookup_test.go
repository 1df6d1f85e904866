package reference

import (
	"slices"
	"testing"
)

func TestLookup(t *testing.T) {
	l := NewLookup()
	if names, ok := l.Actions("S3"); !ok || !slices.Contains(names, "GetObject") {
		t.Errorf("the actions of s3 are %d, %v", len(names), ok)
	}
	if names, ok := l.Actions("s4"); ok || names != nil {
		t.Errorf("s4 has %v", names)
	}
	if types := l.ActionTypes("s3", "getobject"); !slices.Contains(types, "object") {
		t.Errorf("s3:GetObject is about %v", types)
	}
	for _, key := range []string{"s3:ExistingObjectTag/<key>", "aws:ResourceTag/${TagKey}"} {
		if keys := l.ActionKeys("s3", "GetObject"); !slices.Contains(keys, key) {
			t.Errorf("s3:GetObject has no %s among %v", key, keys)
		}
	}
	if keys := l.ActionKeys("s4", "GetObject"); keys != nil {
		t.Errorf("s4:GetObject has %v", keys)
	}
	if name, kind, many, ok := l.Key("aws-marketplace", "aws:TagKeys"); ok && (name != "aws:TagKeys" || kind != "String" || !many) {
		t.Errorf("aws:TagKeys is %s, %s, %v", name, kind, many)
	}
	if name, kind, many, ok := l.Key("sts", "saml:AUD"); !ok || name != "saml:aud" || kind != "String" || many {
		t.Errorf("saml:aud is %s, %s, %v, %v", name, kind, many, ok)
	}
	if !l.UnderRCP("s3") || l.UnderRCP("ec2") || l.UnderRCP("s4") {
		t.Error("resource control policies reach s3, and not ec2")
	}
	// An ARN may name another service than the one whose page has it.
	if f := l.Formats("s3-object-lambda"); !slices.ContainsFunc(f, func(s string) bool { return s != "" }) {
		t.Errorf("ARNs of s3-object-lambda are %v", f)
	}
}
