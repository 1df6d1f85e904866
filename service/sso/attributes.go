package sso

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// longestTag is how long the value of a session tag may be. A longer one is
// none, so that nobody is refused for it.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html
const longestTag = 256

// sessionTags are the person's attributes that the instance makes session tags
// of: of each tag the first source that the person has a value for.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/configure-abac.html
func sessionTags(i *directory.Instance, p *directory.Person) []session.Tag {
	if !i.ABAC {
		return nil
	}
	var tags []session.Tag
	for _, a := range i.Attributes {
		for _, source := range a.Source {
			if value := attribute(p, source); value != "" && utf8.RuneCountInString(value) <= longestTag {
				tags = append(tags, session.Tag{Key: a.Key, Value: value})
				break
			}
		}
	}
	return tags
}

// attribute is what a source such as ${path:name.givenName} says of a person;
// empty where it says nothing.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/attributemappingsconcept.html
func attribute(p *directory.Person, source string) string {
	path, ok := strings.CutPrefix(source, "${path:")
	if !ok {
		return ""
	}
	path, ok = strings.CutSuffix(path, "}")
	if !ok {
		return ""
	}
	switch strings.ReplaceAll(path, " ", "") {
	case "emails[primaryeqtrue].value":
		return p.Email()
	case "accountId", "identifier":
		return p.ID
	}
	var of any
	if rest, ok := strings.CutPrefix(path, "enterprise."); ok {
		path, of = rest, decoded(p.Extensions[service.EnterpriseExtension])
	} else {
		text, err := json.Marshal(p.Profile)
		if err != nil {
			return ""
		}
		of = decoded(text)
	}
	for _, step := range strings.Split(path, ".") {
		m, ok := of.(map[string]any)
		if !ok {
			return ""
		}
		of = m[step]
	}
	value, _ := of.(string)
	return value
}

func decoded(text []byte) any {
	var v any
	if len(text) == 0 || json.Unmarshal(text, &v) != nil {
		return nil
	}
	return v
}
