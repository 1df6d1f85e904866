package oidc

import (
	"bytes"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Session is what a token asks of the session that it begins. What of it may be
// had is for others to say.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
type Session struct {
	Tags           []Tag // in the order in which the token has them, or by key
	TransitiveKeys []string
	SourceIdentity string
}

// Tag is a session tag.
type Tag struct{ Key, Value string }

const (
	tagsClaim           = "https://aws.amazon.com/tags"
	flatTags            = tagsClaim + "/principal_tags/"
	flatTransitive      = tagsClaim + "/transitive_tag_keys"
	sourceIdentityClaim = "https://aws.amazon.com/source_identity"
)

// session reads AWS's own claims. Tags come in one claim, or in one claim each
// from issuers that nest nothing. Most tokens have none of them, which is soon
// seen.
func (c *claims) session() (Session, error) {
	var s Session
	if !bytes.Contains(c.Rest, []byte("aws.amazon.com")) && !bytes.Contains(c.Rest, []byte(`\u`)) && !bytes.Contains(c.Rest, []byte(`\/`)) {
		return s, nil
	}
	rest, err := c.rest()
	if err != nil {
		return s, refuse(Malformed)
	}
	if claim, ok := rest[tagsClaim]; ok {
		if err := s.nested(claim); err != nil {
			return s, err
		}
	}
	if err := s.flat(rest); err != nil {
		return s, err
	}
	if claim, ok := rest[sourceIdentityClaim]; ok {
		if json.Unmarshal(claim, &s.SourceIdentity) != nil || hasControl(s.SourceIdentity) {
			return s, bad(sourceIdentityClaim)
		}
	}
	return s, nil
}

func (s *Session) nested(claim jsontext.Value) error {
	var said struct {
		Tags       orderedTags `json:"principal_tags"`
		Transitive list        `json:"transitive_tag_keys"`
	}
	if json.Unmarshal(claim, &said) != nil || hasControl(said.Transitive...) {
		return bad(tagsClaim)
	}
	s.Tags, s.TransitiveKeys = said.Tags, said.Transitive
	return nil
}

func (s *Session) flat(rest map[string]jsontext.Value) error {
	var keys []string
	for name := range rest {
		if key, ok := strings.CutPrefix(name, flatTags); ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		var texts list
		if json.Unmarshal(rest[flatTags+key], &texts) != nil || len(texts) != 1 || hasControl(texts[0], key) {
			return bad(flatTags + "*")
		}
		s.Tags = append(s.Tags, Tag{key, texts[0]})
	}
	if claim, ok := rest[flatTransitive]; ok {
		var more list
		if json.Unmarshal(claim, &more) != nil || hasControl(more...) {
			return bad(flatTransitive)
		}
		s.TransitiveKeys = append(s.TransitiveKeys, more...)
	}
	return nil
}
