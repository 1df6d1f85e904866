package trail

import "slices"

// Carried is what a call told otherwise than by its input and what
// requestParameters show as well: in an assertion, in a token, or by the session
// that made it. What is empty is left out.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html (role chaining, SAML)
type Carried struct {
	AssertionID       string // of a SAML response
	SourceIdentity    string
	IncomingTags      []Tag // that the caller's session passes on
	PrincipalTags     []Tag
	TransitiveTagKeys []string
}

// Tag is a session tag.
type Tag struct{ Key, Value string }

// before puts what was carried before the members of an input.
func (c *Carried) before(input []byte) []byte {
	o := object{[]byte{'{'}, true}
	o.some("sAMLAssertionID", c.AssertionID)
	o.some("sourceIdentity", c.SourceIdentity)
	o.tags("incomingTransitiveTags", c.IncomingTags)
	o.tags("principalTags", c.PrincipalTags)
	if len(c.TransitiveTagKeys) > 0 {
		o.label("transitiveTagKeys")
		o.b = append(o.b, '[')
		for i, key := range c.TransitiveTagKeys {
			if i > 0 {
				o.b = append(o.b, ',')
			}
			o.b = appendQuoted(o.b, key)
		}
		o.b = append(o.b, ']')
	}
	switch {
	case o.first:
		return input
	case len(input) == 0:
		return append(o.b, '}')
	}
	return append(append(o.b, ','), input[1:]...)
}

// tags writes tags as one object. A key that comes twice is written once.
func (o *object) tags(name string, tags []Tag) {
	if len(tags) == 0 {
		return
	}
	o.inner(name, func(in *object) {
		for i, t := range tags {
			if !slices.ContainsFunc(tags[:i], func(before Tag) bool { return before.Key == t.Key }) {
				in.label(string(inside(appendQuoted(nil, t.Key))))
				in.b = appendQuoted(in.b, t.Value)
			}
		}
	})
}

// inside is a JSON string without its quotes.
func inside(quoted []byte) []byte { return quoted[1 : len(quoted)-1] }
