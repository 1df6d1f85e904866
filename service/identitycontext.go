package service

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/rolecall-iam/rolecall/authn/session"
)

// IdentityContext is what IAM Identity Center says of a person to STS, by way
// of an application that cannot read it: the claim sts:identity_context of an
// ID token, and ProvidedContexts of AssumeRole.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/trustedidentitypropagation-identity-enhanced-iam-role-sessions.html
type IdentityContext struct {
	Person      string `json:"p"`
	Store       string `json:"s"` // the identity store's id
	StoreARN    string `json:"a"`
	Instance    string `json:"i"` // ARN
	Application string `json:"l"` // ARN
	Credential  string `json:"c"` // of the session
	Expires     int64  `json:"e"`
}

// contextPurpose is what a context is sealed for.
const contextPurpose = "identity context"

// longestContext is that of STS's model.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_ProvidedContext.html
const longestContext = 2048

// Seal makes the text that the application gets.
func (x IdentityContext) Seal(seal func(id, secret string) ([]byte, error)) (string, error) {
	text, err := json.Marshal(x)
	if err != nil {
		return "", err
	}
	sealed, err := seal(contextPurpose, string(text))
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// OpenIdentityContext reads what Seal made. It answers false for anything else,
// and for what has expired.
func OpenIdentityContext(open func(id string, sealed []byte) (string, error), text string, now time.Time) (IdentityContext, bool) {
	var x IdentityContext
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(text) > longestContext {
		return x, false
	}
	plain, err := open(contextPurpose, sealed)
	if err != nil || json.Unmarshal([]byte(plain), &x) != nil {
		return IdentityContext{}, false
	}
	return x, now.Unix() < x.Expires
}

// Claims are the condition keys of a session that a context was given to.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/condition-context-keys-sts-idc.html
func (x IdentityContext) Claims() []session.Claim {
	one := func(key, value string) session.Claim { return session.Claim{Key: key, Values: []string{value}} }
	return []session.Claim{
		one("identitystore:UserId", x.Person), one("identitystore:IdentityStoreArn", x.StoreARN),
		one("identitycenter:InstanceArn", x.Instance), one("identitycenter:ApplicationArn", x.Application), one("identitycenter:CredentialId", x.Credential),
	}
}
