package saml_test

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/authn/saml"
	"github.com/rolecall-iam/rolecall/test/samltest"
)

// Whatever a provider says in its attributes is read as it said it, but for
// white space around it, and nothing else is.
func TestAttributesAreReadAsTheyWereSaid(t *testing.T) {
	s := newSigns(t)
	text := rapid.StringOfN(rapid.RuneFrom([]rune("ab &<>\"';]=/é日😀-")), 0, 20, -1)
	rapid.Check(t, func(rt *rapid.T) {
		r := s.response
		r.Attributes = nil
		var want []saml.Attribute
		for range rapid.IntRange(0, 6).Draw(rt, "attributes") {
			name := "n" + text.Draw(rt, "name")
			values := rapid.SliceOfN(text, 0, 4).Draw(rt, "values")
			r = r.With(name, values...)
			said := saml.Attribute{Name: name}
			for _, v := range values {
				said.Values = append(said.Values, strings.Trim(v, " \t\r\n"))
			}
			want = append(want, said)
		}
		r.NameID = "u" + text.Draw(rt, "user") + "."
		a, err := saml.Verify(s.Answer(t, r), trusting(s.Provider), expected, now)
		if err != nil {
			rt.Fatal(err)
		}
		if !reflect.DeepEqual(a.Attributes, want) || a.Subject.Value != r.NameID {
			rt.Fatalf("said %q of %q, read %q of %q", want, r.NameID, a.Attributes, a.Subject.Value)
		}
	})
}

// Source: Assertions and Protocols for SAML V2.0, 2.7.3: several statements, friendly names, empty and encrypted attributes
func TestFormsOfAttributes(t *testing.T) {
	s := newSigns(t)
	const end = "</saml:AttributeStatement>"
	for _, c := range []struct {
		rule, more string
		want       []saml.Attribute
	}{
		{"none more", "", nil},
		{"a friendly name", `<saml:Attribute Name="n" FriendlyName="f"><saml:AttributeValue>v</saml:AttributeValue></saml:Attribute>` + end, []saml.Attribute{{Name: "n", FriendlyName: "f", Values: []string{"v"}}}},
		{"no value", `<saml:Attribute Name="n"/>` + end, []saml.Attribute{{Name: "n"}}},
		{"an empty value", `<saml:Attribute Name="n"><saml:AttributeValue/></saml:Attribute>` + end, []saml.Attribute{{Name: "n", Values: []string{""}}}},
		{"a value that is nil", `<saml:Attribute Name="n"><saml:AttributeValue xsi:nil="true"/></saml:Attribute>` + end, []saml.Attribute{{Name: "n", Values: []string{""}}}},
		{"a name twice", `<saml:Attribute Name="n"/><saml:Attribute Name="n"/>` + end, []saml.Attribute{{Name: "n"}, {Name: "n"}}},
		{"CDATA and a comment", `<saml:Attribute Name="n"><saml:AttributeValue><![CDATA[a<b]]><!-- c -->&amp;d</saml:AttributeValue></saml:Attribute>` + end, []saml.Attribute{{Name: "n", Values: []string{"a<b&d"}}}},
		{"a second statement", end + `<saml:AttributeStatement><saml:Attribute Name="n"/></saml:AttributeStatement>`, []saml.Attribute{{Name: "n"}}},
		{"an encrypted attribute", `<saml:EncryptedAttribute><x/></saml:EncryptedAttribute>` + end, nil},
		{"an attribute elsewhere", end + `<saml:Advice><saml:Attribute Name="n"/></saml:Advice>`, nil},
		{"one of another namespace", `<Attribute Name="n"/>` + end, nil},
		{"a value of another namespace", `<saml:Attribute Name="n"><AttributeValue>v</AttributeValue></saml:Attribute>` + end, []saml.Attribute{{Name: "n"}}},
		{"a targeted identifier", `<saml:Attribute Name="n"><saml:AttributeValue><saml:NameID Format="f">v</saml:NameID></saml:AttributeValue></saml:Attribute>` + end, []saml.Attribute{{Name: "n", Values: []string{"v"}}}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if c.more == "" {
				c.more = end
			}
			a, err := s.verify(s.edited(end, c.more))
			if err != nil {
				t.Fatal(err)
			}
			if got := a.Attributes[2:]; len(got) != len(c.want) || len(got) > 0 && !reflect.DeepEqual(got, c.want) {
				t.Errorf("read %+v", got)
			}
		})
	}
}

// A name in which a comment stands is one name. Others have read only what is
// before it, and let one user in as another.
//
// Source: CERT/CC VU#475445
func TestANameWithACommentInItIsTheWholeName(t *testing.T) {
	s := newSigns(t)
	for _, name := range []string{"admin@example.com<!-- -->.evil.example", "admin@example.com<![CDATA[]]>.evil.example", "admin@example.com<!---->.evil<!-- x -->.example"} {
		signed := s.Sign(t, strings.Replace(s.response.XML(), ">ann-1f3a<", ">"+name+"<", 1), "_assertion", samltest.InAssertion)
		if a, err := s.verify(signed); err != nil || a.Subject.Value != "admin@example.com.evil.example" {
			t.Errorf("%s is %+v, %v", name, a, err)
		}
	}
}
