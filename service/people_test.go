package service_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ResourceNotFoundException.html
// ("The format for ResourceId is either UUID or 1234567890-UUID")
func TestAPersonsIDBeginsAsItsStores(t *testing.T) {
	for store, want := range map[string]string{"d-9067000001": `^9067000001-[0-9a-f-]{36}$`, "11111111-2222-3333-4444-555555555555": `^[0-9a-f-]{36}$`} {
		id, err := service.NewPeopleID(bytes.NewReader(make([]byte, 16)), store)
		if err != nil || !regexp.MustCompile(want).MatchString(id) {
			t.Errorf("%s: %s %v", store, id, err)
		}
	}
	if _, err := service.NewPeopleID(strings.NewReader("short"), "d-1"); err == nil {
		t.Error("an id without randomness")
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_AttributeOperation.html
func TestAnAttributeIsSetByItsPathOrNotAtAll(t *testing.T) {
	const work = "aws:identitystore:enterprise"
	for name, c := range map[string]struct{ path, value, want string }{
		"a text":                        {"title", `"Dr"`, `"title":"Dr"`},
		"in other case":                 {"TITLE", `"Dr"`, `"title":"Dr"`},
		"a part of the name":            {"name.givenName", `"Ann"`, `"name":{"givenName":"Ann"}`},
		"a list":                        {"emails", `[{"Value":"a@b"}]`, `"emails":[{"value":"a@b"}]`},
		"an attribute of the extension": {work + ".department", `"R"`, `"aws:identitystore:enterprise":{"department":"R"}`},
		"deep in the extension":         {work + ".manager.value", `"x"`, `"manager":{"value":"x"}`},
		"null":                          {"userName", `null`, `"id":""`},
		"an unknown attribute":          {"shoeSize", `"9"`, ""},
		"an inner one":                  {"password", `"9"`, ""},
		"a part of a list":              {"emails.value", `"9"`, ""},
		"too deep":                      {"name.a.b", `"9"`, ""},
		"an unknown part":               {"name.nick", `"9"`, ""},
		"a number for a text":           {"title", `9`, ""},
		"another extension":             {"a:b:c", `{}`, ""},
		"an unknown one in it":          {work + ".shoe", `"9"`, ""},
		"malformed":                     {"title", `{`, ""},
		"nested ten thousand deep":      {"title", strings.Repeat("[", 10_001), ""},
	} {
		var p directory.Person
		p.UserName = "lee"
		err := service.SetPersonAttribute(&p, c.path, []byte(c.value))
		b, _ := json.Marshal(p)
		var fault *service.PeopleFault
		if c.want == "" && (!errors.As(err, &fault) || fault.Attribute == "" || p.UserName != "lee") {
			t.Errorf("%s: %v, %s", name, err, b)
		}
		if c.want != "" && (err != nil || !strings.Contains(string(b), c.want)) {
			t.Errorf("%s: %v, %s", name, err, b)
		}
	}
}

// Whatever is set, what comes out can be kept, and a refusal changes nothing.
func FuzzSetPersonAttribute(f *testing.F) {
	f.Add("title", []byte(`"Dr"`))
	f.Add("name.familyName", []byte(`"x"`))
	f.Add("aws:identitystore:enterprise.manager.value", []byte(`null`))
	f.Add("emails", []byte(`[{"value":"a","primary":true}]`))
	f.Fuzz(func(t *testing.T, path string, value []byte) {
		p := &directory.Person{}
		p.UserName, p.Name = "lee", &directory.PersonName{GivenName: "Ann"}
		before, _ := json.Marshal(p)
		err := service.SetPersonAttribute(p, path, value)
		after, failed := json.Marshal(p)
		if failed != nil || err != nil && string(after) != string(before) {
			t.Errorf("%v, %v: %s", err, failed, after)
		}
	})
}
