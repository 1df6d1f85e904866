package arn

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
)

func TestParse(t *testing.T) {
	cases := []struct {
		name, text string
		want       ARN // the zero value: refused
	}{
		{"a role with a path", "arn:aws:iam::123456789012:role/a/b", ARN{"aws", "iam", "", "123456789012", "role/a/b"}},
		{"the last part keeps its colons", "arn:aws:logs:us-east-1:123456789012:log-group:g:*",
			ARN{"aws", "logs", "us-east-1", "123456789012", "log-group:g:*"}},
		{"a bucket has neither region nor account", "arn:aws:s3:::b/k", ARN{"aws", "s3", "", "", "b/k"}},
		{"another partition", "arn:aws-cn:sts::1:x", ARN{"aws-cn", "sts", "", "1", "x"}},
		{"too few colons", "arn:aws:iam::123456789012", ARN{}},
		{"no resource", "arn:aws:iam::123456789012:", ARN{}},
		{"no partition", "arn::iam::123456789012:root", ARN{}},
		{"no service", "arn:aws:::123456789012:root", ARN{}},
		{"another prefix", "ARN:aws:iam::123456789012:root", ARN{}},
		{"nothing", "", ARN{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := Parse(c.text)
			if got != c.want || (err == nil) != (c.want != ARN{}) {
				t.Fatalf("got %+v, %v", got, err)
			}
			if err == nil && got.String() != c.text {
				t.Errorf("printed as %q", got)
			}
		})
	}
}

func TestResourceTypeAndName(t *testing.T) {
	for resource, want := range map[string][2]string{
		"role/a/b": {"role", "b"}, "root": {"root", "root"}, "function:f": {"function", "function:f"}, "policy/": {"policy", ""},
	} {
		a := ARN{"aws", "iam", "", "1", resource}
		if got := [2]string{a.ResourceType(), a.ResourceName()}; got != want {
			t.Errorf("%s: %q, want %q", resource, got, want)
		}
	}
}

func TestPartitionOf(t *testing.T) {
	for region, want := range map[string]string{
		"": "aws", "eu-west-1": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov", "us-govern": "aws",
	} {
		if got := PartitionOf(region); got != want {
			t.Errorf("%q is in %s, want %s", region, got, want)
		}
	}
}

func TestRegionFor(t *testing.T) {
	for name, c := range map[string]struct {
		names []string
		want  string
	}{
		"nothing names a partition": {nil, "us-east-1"},
		"an ARN of China":           {[]string{"arn:aws-cn:iam::111111111111:user/ann"}, "cn-north-1"},
		"an ARN of GovCloud":        {[]string{"arn:aws-us-gov:iam::111111111111:user/ann"}, "us-gov-west-1"},
		"the first that is an ARN":  {[]string{"", "ec2.amazonaws.com", "arn:aws-cn:s3:::b", "arn:aws:s3:::b"}, "cn-north-1"},
		"a partition of its own":    {[]string{"arn:aws-iso:iam::111111111111:user/ann"}, "us-east-1"},
	} {
		if got := RegionFor(c.names...); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestParseAccountIDAcceptsExactlyTwelveDigits(t *testing.T) {
	for _, bad := range []string{"", "12345678901", "1234567890123", "12345678901a", "１２３４", " 23456789012", "-12345678901"} {
		if id, err := ParseAccountID(bad); err == nil || !id.IsZero() {
			t.Errorf("%q was taken for %q", bad, id)
		}
	}
	id, err := ParseAccountID("012345678901")
	if err != nil || id.String() != "012345678901" {
		t.Errorf("got %q, %v", id, err)
	}
}

func TestAnAccountIDIsAStringInStoredDocuments(t *testing.T) {
	var doc struct{ ID, None AccountID }
	doc.ID, _ = ParseAccountID("012345678901")
	text, err := json.Marshal(doc)
	if err != nil || string(text) != `{"ID":"012345678901","None":""}` {
		t.Fatalf("written as %s, %v", text, err)
	}
	back := doc
	back.ID = AccountID{}
	if err := json.Unmarshal(text, &back); err != nil || back != doc {
		t.Errorf("read back as %+v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"ID":"12"}`), &back); err == nil {
		t.Error("a number that is no account ID was read")
	}
}

// The access key id and its account are those that researchers published:
// https://awsteele.com/blog/2020/09/26/aws-access-key-format.html
func TestKeyAccountReadsTheAccountAsOthersDo(t *testing.T) {
	if got, ok := KeyAccount("ASIAQNZGKIQY56JQ7WML"); !ok || got.String() != "029608264753" {
		t.Errorf("got %q, %v", got, ok)
	}
	for _, none := range []string{"", "AKIAIOSFODNN7EXAMPLE", "AKIA0000000000000000", "AKIAQNZGKIQY56JQ7WM", "AKIA7777777777777777", "AKIAQNZGKIQY56JQ\r\n\r\n", "AKIA\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"} {
		if got, ok := KeyAccount(none); ok {
			t.Errorf("%q carries account %q", none, got)
		}
	}
}

func TestIDsCarryTheirAccount(t *testing.T) {
	for _, digits := range []string{"000000000000", "123456789012", "999999999999"} {
		account, _ := ParseAccountID(digits)
		id, err := NewID(RolePrefix, account, rand.Reader)
		if err != nil || len(id) != 21 || !strings.HasPrefix(id, "AROA") {
			t.Fatalf("role id %q, %v", id, err)
		}
		if got, ok := KeyAccount(id[:20]); !ok || got != account {
			t.Errorf("%s carries %q, want %s", id, got, account)
		}
		key, err := NewKeyID(AccessKeyPrefix, account, rand.Reader)
		if got, ok := KeyAccount(key); err != nil || len(key) != 20 || !ok || got != account {
			t.Errorf("%s carries %q, %v; want %s", key, got, err, account)
		}
	}
}

func TestIDsDiffer(t *testing.T) {
	account, _ := ParseAccountID("123456789012")
	seen := make(map[string]bool)
	for range 1000 {
		id, err := NewID(UserPrefix, account, rand.Reader)
		if err != nil || seen[id] {
			t.Fatalf("%q again, or %v", id, err)
		}
		seen[id] = true
	}
}

func TestIDsFailWithTheirRandomness(t *testing.T) {
	account, _ := ParseAccountID("123456789012")
	broken := errors.New("no randomness")
	if _, err := NewID(UserPrefix, account, iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, err := NewKeyID(UserPrefix, AccountID{}, rand.Reader); err == nil {
		t.Error("an id was made for no account")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("arn:aws:iam::123456789012:role/a/b")
	f.Add("arn:::::")
	f.Fuzz(func(t *testing.T, s string) {
		if a, err := Parse(s); err == nil && a.String() != s {
			t.Errorf("%q was printed as %q", s, a)
		}
	})
}

func FuzzKeyAccount(f *testing.F) {
	f.Add("ASIAQNZGKIQY56JQ7WML")
	f.Fuzz(func(t *testing.T, s string) {
		if a, ok := KeyAccount(s); ok && len(a.String()) != 12 {
			t.Errorf("%q carries %q", s, a)
		}
	})
}
