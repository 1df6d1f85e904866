package policy

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// statement wraps one statement's elements as a document.
func statement(elements string) string {
	return `{"Version":"2012-10-17","Statement":[{` + elements + `}]}`
}

// position counts lines and characters to an offset the slow way.
func position(text string, offset int) Position {
	head := text[:offset]
	bol := strings.LastIndexByte(head, '\n') + 1
	return Position{offset, strings.Count(head, "\n") + 1, utf8.RuneCountInString(head[bol:]) + 1}
}

func TestParse(t *testing.T) {
	d, err := Parse(`{
  "Version": "2012-10-17",
  "Id": "one",
  "Statement": {
    "Sid": "é😀",
    "Effect": "Allow",
    "NotAction": ["s3:Get*", "iam:\u0047et*"],
    "Resource": "*",
    "Principal": {"AWS": ["111122223333", "*"], "Service": "ec2.amazonaws.com"},
    "Condition": {
      "Bool": {"aws:SecureTransport": true},
      "NumericLessThan": {"s3:max-keys": [5.50, "1e2"], "a": []}
    }
  }
}`)
	if err != nil {
		t.Fatal(err)
	}
	st := d.Statements[0]
	if d.Version != Version2012 || d.ID != "one" || st.Sid != "é😀" || st.Effect != Allow {
		t.Errorf("read %+v", d)
	}
	if !st.Actions.Present || !st.Actions.Negated || st.Actions.Values[1].Value != "iam:Get*" {
		t.Errorf("NotAction is %+v", st.Actions)
	}
	if !st.Resources.Present || st.Resources.Negated || len(st.Resources.Values) != 1 {
		t.Errorf("Resource is %+v", st.Resources)
	}
	p := st.Principals.Values
	if len(p) != 3 || p[0].Type != AWS || p[1].Value != "*" || p[2].Type != Service || st.Principals.Negated {
		t.Errorf("Principal is %+v", st.Principals)
	}
	c := st.Conditions
	if len(c) != 3 || c[0].Operator.Value != "Bool" || c[0].Values[0].Value != "true" ||
		c[1].Operator.Value != "NumericLessThan" || c[1].Key.Value != "s3:max-keys" ||
		c[1].Values[0].Value != "5.50" || c[1].Values[1].Value != "1e2" || len(c[2].Values) != 0 {
		t.Errorf("Condition is %+v", c)
	}
}

// refused is what the grammar refuses: rules G10 to G18.
var refused = []struct {
	name string
	text string
	kind SyntaxKind
	at   string // the text from where the error is
}{
	{"nothing at all", "", NotJSON, ""},
	{"text that is not JSON", "no", NotJSON, "no"},
	{"an array instead of an object (G10)", "[]", NotJSON, "[]"},
	{"white space before the first brace (G15, Terraform's rule)", " {}", LeadingSpace, " {}"},
	{"a byte order mark (G15, section 10 item 19)", "\ufeff{}", NotJSON, "\ufeff{}"},
	{"text after the end (G15)", statement(`"Effect":"Allow"`) + "\n}", NotJSON, "}"},
	{"a second document after the end", statement(`"Effect":"Allow"`) + "{}", NotJSON, "{}"},
	{"a line comment (G15)", "{ // why\n}", NotJSON, "// why\n}"},
	{"a block comment (G15)", "{/* why */}", NotJSON, "/* why */"},
	{"a trailing comma in an object (G15)", `{"Version":"2012-10-17",}`, NotJSON, "}"},
	{
		"a trailing comma in an array (G15)",
		statement(`"Effect":"Allow","Action":["a:b",]`),
		NotJSON, "]}]}",
	},
	{"single quotes", `{'Version':"2012-10-17"}`, NotJSON, "'Version'"},
	{"a member without a colon", `{"Version" "2012-10-17"}`, NotJSON, `"2012-10-`},
	{"a member without a value", `{"Version":}`, NotJSON, "}"},
	{"members without a comma", `{"Id":"a" "Version":"2012-10-17"}`, NotJSON, `"Version"`},
	{"a document that ends in a string", `{"Version":"2012`, NotJSON, ""},
	{"a document that ends in an escape", `{"Version":"2012\`, NotJSON, "\\"},
	{"a document that ends after an escape", `{"Version":"2012\n`, NotJSON, ""},
	{"a document that ends in an array", `{"Statement":[`, NotJSON, ""},
	{"a tab in a string", "{\"Id\":\"a\tb\"}", NotJSON, `	b"}`},
	{"an escape that JSON does not have", `{"Id":"\x41"}`, NotJSON, "\\x41\"}"},
	{"an escape with too few digits", `{"Id":"\u00"}`, NotJSON, `\u00"}`},
	{"an escape with a sign in it", `{"Id":"\u+123"}`, NotJSON, `\u+123"}`},
	{"a number with a leading zero", `{"X":012}`, NotJSON, "012}"},
	{"a number that ends in its point", `{"X":1.}`, NotJSON, "1.}"},
	{"a number that ends in its exponent", `{"X":1e+}`, NotJSON, "1e+}"},
	{"a number with two signs", `{"X":--1}`, NotJSON, "--1}"},
	{"not a number", `{"X":NaN}`, NotJSON, "NaN}"},
	{"a word that is no literal", `{"X":nul}`, NotJSON, "nul}"},
	{"bytes that are not UTF-8", "{\"Id\":\"\xff\"}", NotUnicode, "\xff\"}"},
	{"a character cut short", "{\"Id\":\"é\xc3\"}", NotUnicode, "\xc3\"}"},
	{"a surrogate in UTF-8", "{\"Id\":\"\xed\xa0\x80\"}", NotUnicode, "\xed\xa0\x80\"}"},
	{"a high surrogate alone", `{"Id":"\ud83d"}`, NotUnicode, `\ud83d"}`},
	{"a low surrogate alone", `{"Id":"\ude00\ud83d"}`, NotUnicode, "\\ude00\\ud"},
	{"a high surrogate before another character", `{"Id":"\ud83d\u0041"}`, NotUnicode, "\\ud83d\\u0"},
	{"a NUL in a string", "{\"Id\":\"\x00\"}", NotUnicode, "\x00\"}"},
	{"an escaped NUL in a string", `{"Id":"\u0000"}`, NotUnicode, `\u0000"}`},
	{"a NUL between tokens", "{\x00}", NotJSON, "\x00}"},
	{"arrays nested 10,000 deep", `{"X":` + strings.Repeat("[", 10_000), TooDeep, "[[[[[[[[["},
	{"objects nested 10,000 deep", strings.Repeat(`{"a":`, 10_000), TooDeep, `{"a":{"a"`},
	{
		"an element of a policy twice (G14)",
		`{"Id":"a","Id":"b","Statement":{"Effect":"Deny"}}`,
		DuplicateMember, `"Id":"b",`,
	},
	{
		"an element of a statement twice (G14)",
		statement(`"Effect":"Allow","Effect":"Deny"`),
		DuplicateMember, `"Effect":`,
	},
	{
		"an element twice, once in escapes (G14)",
		statement(`"Effect":"Allow","\u0045ffect":"Deny"`),
		DuplicateMember, `"\u0045ff`,
	},
	{
		"a type of principal twice (G14)",
		statement(`"Effect":"Allow","Principal":{"AWS":"*","AWS":"*"}`),
		DuplicateMember, `"AWS":"*"`,
	},
	{
		"an operator twice (G14)",
		statement(`"Effect":"Allow","Condition":{"Bool":{},"Bool":{}}`),
		DuplicateMember, `"Bool":{}`,
	},
	{
		"a condition key twice (G14)",
		statement(`"Effect":"Allow","Condition":{"Bool":{"a":"b","a":"c"}}`),
		DuplicateMember, `"a":"c"}}`,
	},
	{"an unknown element of a policy (G10)", `{"Statment":[]}`, UnknownElement, `"Statment`},
	{
		"an unknown element of a statement (G10)",
		statement(`"Effect":"Allow","Actions":"*"`),
		UnknownElement, `"Actions"`,
	},
	{"an element in another case (G11)", statement(`"effect":"Allow"`), UnknownElement, `"effect":`},
	{
		"an unknown type of principal",
		statement(`"Effect":"Allow","Principal":{"Aws":"*"}`),
		UnknownPrincipal, `"Aws":"*"`,
	},
	{"a statement that is a string (G10)", `{"Statement":["a"]}`, WrongType, `"a"]}`},
	{"statements that are a string (G10)", `{"Statement":"a"}`, WrongType, `"a"}`},
	{
		"an Id that is an array (G10)",
		`{"Id":[],"Statement":{"Effect":"Deny"}}`,
		WrongType, `[],"State`,
	},
	{"a Sid that is an object", statement(`"Effect":"Allow","Sid":{}`), WrongType, "{}}]}"},
	{"an Effect that is a boolean", statement(`"Effect":true`), WrongType, "true}]}"},
	{
		"an Action that is an object (G12)",
		statement(`"Effect":"Allow","Action":{}`),
		WrongType, "{}}]}",
	},
	{"an Action that is a number (G12)", statement(`"Effect":"Allow","Action":1`), WrongType, "1}]}"},
	{
		"an Action with an array inside (G12)",
		statement(`"Effect":"Allow","Action":[[]]`),
		WrongType, "[]]}]}",
	},
	{
		"an Action with null inside (G12: only Resource may)",
		statement(`"Effect":"Allow","Action":[null]`),
		WrongType, "null]}]}",
	},
	{
		"a Resource that is null (G12)",
		statement(`"Effect":"Allow","Resource":null`),
		WrongType, "null}]}",
	},
	{
		"a principal that is a word",
		statement(`"Effect":"Allow","Principal":"me"`),
		WrongType, `"me"}]}`,
	},
	{
		"a principal that is an array",
		statement(`"Effect":"Allow","Principal":["*"]`),
		WrongType, `["*"]}]}`,
	},
	{
		"a principal's value that is an object",
		statement(`"Effect":"Allow","Principal":{"AWS":{}}`),
		WrongType, "{}}}]}",
	},
	{"a Condition that is an array", statement(`"Effect":"Allow","Condition":[]`), WrongType, "[]}]}"},
	{
		"an operator with a string",
		statement(`"Effect":"Allow","Condition":{"Bool":"true"}`),
		WrongType, `"true"}}]`,
	},
	{
		"a condition value that is null",
		statement(`"Effect":"Allow","Condition":{"Bool":{"a":null}}`),
		WrongType, "null}}}]}",
	},
	{
		"a condition value that is an object",
		statement(`"Effect":"Allow","Condition":{"Bool":{"a":[{}]}}`),
		WrongType, "{}]}}}]}",
	},
	{
		"a version that never was (G18)",
		`{"Version":"2013-10-17","Statement":{"Effect":"Deny"}}`,
		BadVersion, `"2013-10-`,
	},
	{
		"a version that is a number (G18)",
		`{"Version":2012,"Statement":{"Effect":"Deny"}}`,
		BadVersion, `2012,"Sta`,
	},
	{
		"of several faults the one that stands first",
		`{"Version":"2013-10-17","Foo":1,"Statement":{"Effect":"allow","Sid":1}}`,
		BadVersion, `"2013-10-`,
	},
	{
		"what is missing goes after what is wrong",
		statement(`"Action":"a:b"}, {"Effects":"Allow"`),
		UnknownElement, `"Effects"`,
	},
	{"no Statement (G10)", `{"Version":"2012-10-17"}`, NoStatement, `{"Version`},
	{"an empty Statement (G10)", `{"Statement":[]}`, NoStatement, "[]}"},
	{"no Effect (G11)", statement(``), NoEffect, "{}]}"},
	{"a wrong Effect (G11)", statement(`"Effect":"Permit"`), BadEffect, `"Permit"}`},
	{"an Effect in another case (G11)", statement(`"Effect":"denY"`), MiscasedEffect, `"denY"}]}`},
	{
		"Action beside NotAction, even empty (G13)",
		statement(`"Effect":"Allow","Action":[],"NotAction":"a:b"`),
		Contradiction, `{"Effect"`,
	},
	{
		"Resource beside NotResource (G13)",
		statement(`"Effect":"Allow","Resource":"*","NotResource":[]`),
		Contradiction, `{"Effect"`,
	},
	{
		"Principal beside NotPrincipal (G13)",
		statement(`"Effect":"Allow","Principal":"*","NotPrincipal":{}`),
		Contradiction, `{"Effect"`,
	},
}

func TestParseRefuses(t *testing.T) {
	for _, test := range refused {
		d, err := Parse(test.text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || d != nil {
			t.Errorf("%s: Parse answered %v, %v; want an error", test.name, d, err)
			continue
		}
		rest := test.text[syntax.Position.Offset:]
		if syntax.Kind != test.kind || !strings.HasPrefix(rest, test.at) || test.at == "" && rest != "" {
			t.Errorf("%s: %v (kind %d) at %.9q; want kind %d at %q", test.name, err, syntax.Kind, rest, test.kind, test.at)
		}
		if want := position(test.text, syntax.Position.Offset); syntax.Position != want {
			t.Errorf("%s: the place is %+v, want %+v", test.name, syntax.Position, want)
		}
	}
}

// TestParseAccepts is what looks wrong and is not.
func TestParseAccepts(t *testing.T) {
	for _, test := range []struct{ name, text string }{
		{"white space after the end", statement(`"Effect":"Allow"`) + " \r\n\t"},
		{"Statement as an object (G10)", `{"Statement":{"Effect":"Deny"}}`},
		{"no Version, read as 2008-10-17 (G18)", `{"Statement":[{"Effect":"Deny"}]}`},
		{"a statement with nothing but an Effect, which Validate refuses", statement(`"Effect":"Allow"`)},
		{
			"null among resources (G12, seen at AWS by moto issue 9715)",
			statement(`"Effect":"Allow","Resource":[null,"*"]`),
		},
		{"empty lists", statement(`"Effect":"Allow","Action":[],"Resource":[],"Principal":{"AWS":[]}`)},
		{
			"an empty Condition and an operator without keys",
			statement(`"Effect":"Allow","Condition":{"Bool":{}}`),
		},
		{
			"numbers as large as one likes",
			statement(`"Effect":"Allow","Condition":{"NumericEquals":{"a":[1e999,-0,0.5E-7]}}`),
		},
		{
			"every escape of JSON",
			`{"Id":"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00","Statement":{"Effect":"Deny"}}`,
		},
	} {
		d, err := Parse(test.text)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if d.Text != test.text {
			t.Errorf("%s: the text was changed to %q", test.name, d.Text)
		}
	}
}

// TestPositions: bytes, lines and characters, of statements and of values.
func TestPositions(t *testing.T) {
	d, err := Parse("{ \"Id\": \"é😀\", \"Statement\": [{\"Effect\": \"Deny\"},\r\n\t{\"Effect\": \"Allow\",\n \"Sid\": \"ü\", \"Action\": \"a:\\u0062\" }] }")
	if err != nil {
		t.Fatal(err)
	}
	first, second := d.Statements[0].Span, d.Statements[1].Span
	if want := (Span{Position{32, 1, 29}, Position{50, 1, 47}}); first != want {
		t.Errorf("the first statement is at %+v, want %+v", first, want)
	}
	if want := (Span{Position{54, 2, 2}, Position{110, 3, 36}}); second != want {
		t.Errorf("the second statement is at %+v, want %+v", second, want)
	}
	action := d.Statements[1].Actions.Values[0]
	if want := (Span{Position{98, 3, 24}, Position{108, 3, 34}}); action.Span != want || action.Value != "a:b" {
		t.Errorf("the action %q is at %+v, want %+v", action.Value, action.Span, want)
	}
}

func TestParseKeepsWhatItReads(t *testing.T) {
	text := `{"Id":"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00","Statement":{"Effect":"Deny"}}`
	d, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var want struct{ Id string }
	if err := json.Unmarshal([]byte(text), &want); err != nil {
		t.Fatal(err)
	}
	if d.ID != want.Id {
		t.Errorf("Id is %q, encoding/json reads %q", d.ID, want.Id)
	}
	d, err = Parse(statement(`"Effect":"Allow","Condition":{"NumericEquals":{"a":[1e999,-0,0.5E-7,true]}}`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range d.Statements[0].Conditions[0].Values {
		got = append(got, v.Value)
	}
	if strings.Join(got, " ") != "1e999 -0 0.5E-7 true" {
		t.Errorf("numbers and booleans became %q", got)
	}
}

// TestPlacesOfSingleElements: of elements that are one string each.
func TestPlacesOfSingleElements(t *testing.T) {
	const text = "{\n \"Version\": \"2012-10-17\", \"Id\":\"é\", \"Statement\": [\n{\"Sid\": \"\", \"Effect\":\t\"Deny\"},{\"Effect\":\"Allow\"}]}"
	d, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	at := func(part string) Position { return position(text, strings.Index(text, part)) }
	for _, c := range []struct {
		name      string
		got, want Position
	}{
		{"Version", d.VersionAt, at(`"2012`)},
		{"Id", d.IDAt, at(`"é"`)},
		{"Sid, though empty", d.Statements[0].SidAt, at(`"", "Effect"`)},
		{"Effect", d.Statements[0].EffectAt, at(`"Deny"`)},
		{"a Sid that is not there", d.Statements[1].SidAt, Position{}},
		{"the second Effect", d.Statements[1].EffectAt, at(`"Allow"`)},
	} {
		if c.got != c.want {
			t.Errorf("%s stands at %+v, want %+v", c.name, c.got, c.want)
		}
	}
	if d, err = Parse(`{"Statement":{"Effect":"Allow"}}`); err != nil || d.VersionAt != (Position{}) || d.IDAt != (Position{}) {
		t.Errorf("elements that are not there: %+v, %v", d, err)
	}
}
