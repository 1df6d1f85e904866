package symbolic

import (
	"slices"
	"testing"
)

// written shows tokens: a wildcard of a part as % and _, a variable as its
// number.
func written(tokens []token) string {
	var out []rune
	for _, t := range tokens {
		switch t.kind {
		case letter, folded:
			out = append(out, t.char)
		case anyOne:
			out = append(out, '?')
		case anyText:
			out = append(out, '*')
		case partOne:
			out = append(out, '_')
		case partText:
			out = append(out, '%')
		case variable:
			out = append(out, '0'+t.char-firstVariable)
		}
	}
	return string(out)
}

// TestRead reads what policies write.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func TestRead(t *testing.T) {
	cases := []struct {
		name string
		text string
		how  reading
		want string
	}{
		{
			name: "wildcards",
			text: "a*b?",
			how:  reading{wildcards: true},
			want: "a*b?",
		},
		{
			name: "wildcards of a part",
			text: "a*b?",
			how:  reading{wildcards: true, parts: true},
			want: "a%b_",
		},
		{
			name: "a variable",
			text: "a${aws:username}b",
			how:  reading{variables: true},
			want: "a0b",
		},
		{
			name: "the same variable is the same",
			text: "${u}${v}${U}",
			how:  reading{variables: true},
			want: "010",
		},
		{
			name: "no variables in old documents",
			text: "${u}",
			how:  reading{},
			want: "${u}",
		},
		{
			name: "wildcards in a variable of an old document",
			text: "${*}",
			how:  reading{wildcards: true},
			want: "${*}",
		},
		{
			name: "characters as variables",
			text: "${*}${?}${$}",
			how:  reading{variables: true},
			want: "*?$",
		},
		{
			name: "no closing brace is plain text",
			text: "a${u",
			how:  reading{variables: true},
			want: "a${u",
		},
		{
			name: "characters beyond ASCII",
			text: "日本*",
			how:  reading{wildcards: true},
			want: "日本*",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var n names
			if got := written(n.read(c.text, c.how)); got != c.want {
				t.Errorf("%s is read as %s, want %s", c.text, got, c.want)
			}
		})
	}
}

// TestParseVariable reads variables with and without a default.
func TestParseVariable(t *testing.T) {
	cases := []struct {
		text   string
		want   name
		length int
		ok     bool
	}{
		{"${aws:UserName}/x", name{key: "aws:username"}, 15, true},
		{"${u, 'x'}", name{key: "u", fallback: "x", hasDefault: true}, 9, true},
		{"${u, 'a}b'}", name{key: "u", fallback: "a}b", hasDefault: true}, 11, true},
		{"${u, 'x}", name{key: "u, 'x"}, 8, true},
		{"${u", name{}, 0, false},
		{"${}", name{}, 3, true},
	}
	for _, c := range cases {
		got, length, ok := parseVariable(c.text)
		if got != c.want || length != c.length || ok != c.ok {
			t.Errorf("%s: %+v, %d, %v", c.text, got, length, ok)
		}
	}
}

// TestSpelling holds that only equal patterns are spelled alike.
func TestSpelling(t *testing.T) {
	var n names
	list := []pattern{
		{}, literal("a"), literal("ab"), literal("a*"), {tokens: n.read("a*", reading{wildcards: true})}, {tokens: n.read("a*", reading{wildcards: true, parts: true})},
		{tokens: n.read("a", reading{fold: true})}, {tokens: n.read("${a}", reading{variables: true})}, {tokens: n.read("${b}", reading{variables: true})}, all, nonempty,
	}
	seen := map[string]int{}
	for i, p := range list {
		if j, twice := seen[p.spelling()]; twice {
			t.Errorf("%v and %v are spelled alike", list[j], p)
		}
		seen[p.spelling()] = i
		if q := (pattern{tokens: slices.Clone(p.tokens)}); q.spelling() != p.spelling() {
			t.Errorf("%v is not spelled as itself", p)
		}
	}
}

// TestActionsAndResources reads the elements of statements.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func TestActionsAndResources(t *testing.T) {
	resource := (&reader{names: &names{}, variables: true}).resource
	cases := []struct {
		name string
		got  pattern
		want string
		// loose tells that AWS would not store it.
		loose bool
	}{
		{
			name: "an action without case",
			got:  action("S3:GetObject"),
			want: "s3:getobject",
		},
		{
			name: "all actions",
			got:  action("*"),
			want: "*",
		},
		{
			name:  "a service with a wildcard",
			got:   action("s*:Get"),
			want:  "s*:get",
			loose: true,
		},
		{
			name:  "no service",
			got:   action("GetObject"),
			want:  "*",
			loose: true,
		},
		{
			name: "a resource, whose first parts' wildcards end at colons",
			got:  resource("arn:aws:s3:*:1?:a*/${u}"),
			want: "arn:aws:s3:%:1_:a*/0",
		},
		{
			name: "variables before the last part are plain text",
			got:  resource("arn:aws:s3:${u}::a"),
			want: "arn:aws:s3:${u}::a",
		},
		{
			name: "parts that are not there",
			got:  resource("arn:aws:s3"),
			want: "arn:aws:s3:%:%:*",
		},
		{
			name:  "any service",
			got:   resource("arn:aws:*:::a"),
			want:  "arn:aws:%:::a",
			loose: true,
		},
		{
			name:  "no ARN",
			got:   resource("books"),
			want:  "*",
			loose: true,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if written(c.got.tokens) != c.want || c.got.loose != c.loose {
				t.Errorf("%s, loose: %v; want %s, %v", written(c.got.tokens), c.got.loose, c.want, c.loose)
			}
		})
	}
}

// TestUnmentioned finds a character for texts that no pattern mentions, also
// where patterns mention all that are usual.
func TestUnmentioned(t *testing.T) {
	chars := map[rune]bool{}
	for range 200 {
		c := unmentioned(chars)
		if chars[c] {
			t.Fatalf("%q is mentioned", c)
		}
		chars[c] = true
	}
}
