package oidc

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// orderedTags are the members of principal_tags in the order in which they
// stand. Each has one value: a text, or a list of one.
type orderedTags []Tag

var errTags = errors.New("tags are an object of keys with one value each")

// UnmarshalJSONFrom reads the object.
func (t *orderedTags) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if open, err := d.ReadToken(); err != nil || open.Kind() != '{' {
		return errors.Join(err, errTags)
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		tag := Tag{Key: name.String()}
		var texts list
		if err := json.UnmarshalDecode(d, &texts); err != nil {
			return err
		}
		if len(texts) != 1 || hasControl(texts[0], tag.Key) {
			return errTags
		}
		tag.Value = texts[0]
		*t = append(*t, tag)
	}
	_, err := d.ReadToken()
	return err
}
