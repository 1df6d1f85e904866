package reference

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestAction(t *testing.T) {
	tests := []struct {
		name, service, action string
		want                  string // name, level and types; "!" marks a required one
	}{
		{"an action on one type of resource", "iam", "CreateRole", "CreateRole Write role!"},
		{"an action without a resource is decided on *", "iam", "ListRoles", "ListRoles List"},
		{"an action that may take several types", "sts", "SetSourceIdentity", "SetSourceIdentity Write role"},
		{"the level of an action that changes permissions", "iam", "AttachRolePolicy", "AttachRolePolicy Permissions management role!"},
		{"the level of an action that tags", "iam", "TagRole", "TagRole Tagging role!"},
		{"an action that is no API operation", "iam", "PassRole", "PassRole Write role!"},
		{"case does not matter", "IAM", "createrole", "CreateRole Write role!"},
		{"an action that AWS does not have", "iam", "CreateRolls", ""},
		{"another service's action", "sts", "CreateRole", ""},
		{"a service that AWS does not have", "iamm", "CreateRole", ""},
		{"no wildcards", "iam", "Create*", ""},
		{"nothing", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, ok := Action(tt.service, tt.action)
			got := a.Name
			if ok {
				got += " " + string(a.Level)
			}
			for _, r := range a.Resources {
				got += " " + r.Type
				if r.Required {
					got += "!"
				}
			}
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("Action(%q, %q) = %q, %v; want %q", tt.service, tt.action, got, ok, tt.want)
			}
		})
	}
}

func TestAnActionNamesItsConditionKeys(t *testing.T) {
	a, _ := Action("iam", "CreateRole")
	if !slices.Contains(a.Keys, "iam:PermissionsBoundary") {
		t.Errorf("iam:CreateRole has the condition keys %v, want iam:PermissionsBoundary among them", a.Keys)
	}
	a, _ = Action("ec2", "RunInstances")
	i := slices.IndexFunc(a.Resources, func(r ActionResource) bool { return r.Type == "instance" })
	if i < 0 || !slices.Contains(a.Resources[i].Keys, "ec2:InstanceType") {
		t.Errorf("ec2:RunInstances on an instance has no ec2:InstanceType: %+v", a.Resources)
	}
}

func TestConditionKey(t *testing.T) {
	tests := []struct {
		name, service, key string
		want               string // name and type, "+" if multivalued
	}{
		{"a service's key", "iam", "iam:PassedToService", "iam:PassedToService String"},
		{"an ARN", "iam", "iam:PermissionsBoundary", "iam:PermissionsBoundary ARN"},
		{"case does not matter", "iam", "IAM:passedtoservice", "iam:PassedToService String"},
		{"a key of many values", "iam", "aws:TagKeys", "aws:TagKeys String+"},
		{"a gap is filled", "iam", "aws:ResourceTag/team", "aws:ResourceTag/${TagKey} String"},
		{"a gap with a slash and a colon in it", "iam", "aws:requesttag/a/b:c", "aws:RequestTag/${TagKey} String"},
		{"a gap in angle brackets", "s3", "s3:RequestObjectTag/team", "s3:RequestObjectTag/<key> String"},
		{"a gap between two pieces", "codebuild", "codebuild:secondarySources/one.auth.type", "codebuild:secondarySources/${sourceIdentifier}.auth.type String"},
		{"the template itself", "iam", "aws:ResourceTag/${TagKey}", "aws:ResourceTag/${TagKey} String"},
		{"a key of an identity provider stands with STS", "sts", "saml:aud", "saml:aud String"},
		{"a gap that is left empty", "iam", "aws:ResourceTag/", ""},
		{"a global key belongs to no service", "iam", "aws:PrincipalArn", ""},
		{"a key that AWS does not have", "iam", "iam:PassedToServices", ""},
		{"a service that AWS does not have", "iamm", "iam:PassedToService", ""},
		{"nothing", "iam", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k, ok := ConditionKey(tt.service, tt.key)
			got := ""
			if ok {
				got = k.Name + " " + k.Type
			}
			if k.Multivalued {
				got += "+"
			}
			if got != tt.want {
				t.Errorf("ConditionKey(%q, %q) = %q, want %q", tt.service, tt.key, got, tt.want)
			}
		})
	}
}

func TestResourceType(t *testing.T) {
	s, ok := Service("iam")
	if !ok || s.Name != "AWS Identity and Access Management (IAM)" || s.RCP {
		t.Fatalf("Service(iam) = %+v, %v", s, ok)
	}
	r, ok := s.ResourceType("ROLE")
	if !ok || r.Type != "role" || r.ARN != "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}" {
		t.Errorf("ResourceType(ROLE) = %+v, %v", r, ok)
	}
	if _, ok := s.ResourceType("bucket"); ok {
		t.Error("IAM has a type bucket")
	}
	if s, _ := Service("sts"); !s.RCP {
		t.Error("resource control policies do not reach sts")
	}
}

func TestTheWholeReferenceHoldsTogether(t *testing.T) {
	types := []string{"String", "ARN", "Bool", "Numeric", "Date", "IPAddress"}
	levels := []AccessLevel{List, Read, Write, Tagging, PermissionsManagement}
	actions := 0
	prefixes := ServicePrefixes()
	for _, prefix := range prefixes {
		s, ok := Service(prefix)
		if !ok || !Known(strings.ToUpper(prefix)) || s.Name == "" {
			t.Fatalf("%s is listed and not found, or has no name", prefix)
		}
		for a := range s.Actions() {
			actions++
			if !slices.Contains(levels, a.Level) {
				t.Errorf("%s:%s has the level %q", prefix, a.Name, a.Level)
			}
			for _, r := range a.Resources {
				if _, ok := s.ResourceType(r.Type); !ok {
					t.Errorf("%s:%s takes a %q, which the service does not have", prefix, a.Name, r.Type)
				}
			}
		}
		for r := range s.ResourceTypes() {
			if !strings.HasPrefix(r.ARN, "arn:") {
				t.Errorf("%s's %s has the ARN %q", prefix, r.Type, r.ARN)
			}
		}
		for k := range s.ConditionKeys() {
			if !slices.Contains(types, k.Type) {
				t.Errorf("%s has the type %q", k.Name, k.Type)
			}
		}
	}
	if got, want := fmt.Sprint(len(prefixes), actions), "456 22091"; got != want {
		t.Errorf("services and actions are %s, want %s", got, want)
	}
}

func TestTheCallerOwnsTheListOfPrefixes(t *testing.T) {
	ServicePrefixes()[0] = "mine"
	if ServicePrefixes()[0] == "mine" {
		t.Error("writing into the list changed the reference")
	}
}

func BenchmarkFirstUse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := open(file); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAction(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := Action("iam", "CreateRole"); !ok {
			b.Fatal("missing")
		}
	}
}

func BenchmarkService(b *testing.B) {
	for _, prefix := range []string{"sts", "iam", "ec2"} {
		i, _ := shelf().find(prefix)
		b.Run(prefix, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := shelf().services[i].entry(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
