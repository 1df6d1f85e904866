package oidc

import (
	"encoding/base64"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	minToken = 4
	// maxToken is how many characters a token may have.
	//
	// Source: WebIdentityToken of
	// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
	maxToken = 20_000
)

// header is what a token says of its own signature.
type header struct {
	Algorithm   string         `json:"alg"`
	KeyID       string         `json:"kid"`
	Type        string         `json:"typ"`
	Content     jsontext.Value `json:"cty"`
	Critical    jsontext.Value `json:"crit"`
	Unencoded   jsontext.Value `json:"b64"`
	Encryption  jsontext.Value `json:"enc"`
	Compression jsontext.Value `json:"zip"`
}

// Token is a token as it came: well-formed, and nothing of it is proven.
type Token struct {
	header    header
	claims    claims
	signed    string // the part of it that is signed
	signature []byte
}

// Issuer is who the token says made it: an https URL, as a rule.
func (t *Token) Issuer() string { return t.claims.Issuer }

// Parse takes a token apart. Its error is always an *Error.
func Parse(text string) (*Token, error) {
	t := new(Token)
	head, payload, err := t.split(text)
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(head, &t.header) != nil {
		return nil, refuse(Malformed)
	}
	if err := t.header.check(); err != nil {
		return nil, err
	}
	t.claims, err = parseClaims(payload)
	if err != nil {
		return nil, err
	}
	return t, nil
}

// split answers the first two parts of a token, decoded. Three parts and two
// dots are all there is: no padding, no line breaks, no spare bits.
func (t *Token) split(text string) (head, payload []byte, err error) {
	if len(text) < minToken || len(text) > maxToken || strings.ContainsAny(text, "\r\n") {
		return nil, nil, refuse(Malformed)
	}
	first, last := strings.IndexByte(text, '.'), strings.LastIndexByte(text, '.')
	if first == last {
		return nil, nil, refuse(Malformed)
	}
	t.signed = text[:last]
	for _, part := range []struct {
		text string
		into *[]byte
	}{{text[:first], &head}, {text[first+1 : last], &payload}, {text[last+1:], &t.signature}} {
		if *part.into, err = base64.RawURLEncoding.Strict().DecodeString(part.text); err != nil {
			return nil, nil, refuse(Malformed)
		}
	}
	return head, payload, nil
}

func (h *header) check() error {
	if !known(h.Algorithm) {
		return refuse(Algorithm)
	}
	return h.checkRest()
}

// checkRest refuses what would make the token something else than claims that
// were signed as they stand.
func (h *header) checkRest() error {
	if h.Content != nil || h.Critical != nil || h.Unencoded != nil || h.Encryption != nil || h.Compression != nil {
		return refuse(Malformed)
	}
	if h.Type != "" && !strings.EqualFold(h.Type, "JWT") {
		return refuse(Malformed)
	}
	return nil
}
