package oidc

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// claims are the payload of a token.
type claims struct {
	Issuer   string         `json:"iss"`
	Subject  string         `json:"sub"`
	Audience list           `json:"aud"`
	Party    string         `json:"azp"`
	Methods  list           `json:"amr"`
	Expires  seconds        `json:"exp"`
	Issued   seconds        `json:"iat"`
	Begins   seconds        `json:"nbf"`
	Rest     jsontext.Value `json:",embed"` // an object of the others
}

// rest are the claims that have no field, by name.
func (c *claims) rest() (map[string]jsontext.Value, error) {
	var all map[string]jsontext.Value
	if len(c.Rest) == 0 {
		return nil, nil
	}
	err := json.Unmarshal(c.Rest, &all)
	return all, err
}

// list is a text or a list of texts.
type list []string

// UnmarshalJSONFrom reads either form. null is an empty list.
func (l *list) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if kind := d.PeekKind(); kind == '[' || kind == 'n' {
		return json.UnmarshalDecode(d, (*[]string)(l))
	}
	var one string
	if err := json.UnmarshalDecode(d, &one); err != nil {
		return err
	}
	*l = list{one}
	return nil
}

// seconds is a time in Unix seconds; 0 where it is not there. AWS takes whole
// numbers only.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
// ("Timestamps in the token must be formatted as either an integer or a long integer")
type seconds int64

// UnmarshalJSONFrom reads a whole number that is written as one.
func (s *seconds) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	value, err := d.ReadValue()
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil {
		return err
	}
	if n < 0 || n > maxUnix {
		return strconv.ErrRange
	}
	*s = seconds(n)
	return nil
}

// maxUnix is the end of the year 9999, beyond which AWS's time formats end.
const maxUnix = 253402300799

// parseClaims reads a payload. Texts with control characters are refused: they
// go into policies, answers and events.
func parseClaims(payload []byte) (claims, error) {
	var c claims
	if json.Unmarshal(payload, &c) != nil {
		return c, refuse(Malformed)
	}
	if hasControl(c.Issuer, c.Subject, c.Party) || hasControl(c.Audience...) || hasControl(c.Methods...) {
		return c, refuse(Malformed)
	}
	return c, c.complete()
}

func hasControl(texts ...string) bool {
	for _, text := range texts {
		if strings.ContainsFunc(text, unicode.IsControl) {
			return true
		}
	}
	return false
}

// complete tells whether all the claims are there that an ID token must have.
//
// Source: https://openid.net/specs/openid-connect-core-1_0.html#IDToken
func (c *claims) complete() error {
	switch {
	case c.Issuer == "":
		return missing("iss")
	case len(c.Issuer) > maxIssuer:
		return bad("iss")
	case c.Subject == "":
		return missing("sub")
	case len(c.Audience) == 0 || c.Audience[0] == "":
		return missing("aud")
	case c.Expires == 0:
		return missing("exp")
	case c.Issued == 0:
		return missing("iat")
	}
	return nil
}

// maxIssuer is how long the URL of a provider may be, with its scheme.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
const maxIssuer = 255

// values answers the values of a claim: of a text, a number, a truth value, or a
// list of such; false where it is something else.
func values(claim jsontext.Value) ([]string, bool) {
	if claim.Kind() != '[' {
		one, ok := scalar(claim)
		return []string{one}, ok
	}
	var items []jsontext.Value
	if json.Unmarshal(claim, &items) != nil {
		return nil, false
	}
	texts := make([]string, len(items))
	for i, item := range items {
		var ok bool
		if texts[i], ok = scalar(item); !ok {
			return nil, false
		}
	}
	return texts, true
}

// scalar is a single value as text: a number as it is written.
func scalar(value jsontext.Value) (string, bool) {
	switch value.Kind() {
	case '"':
		var text string
		if json.Unmarshal(value, &text) != nil || hasControl(text) {
			return "", false
		}
		return text, true
	case '0', 't', 'f':
		return string(value), true
	}
	return "", false
}
