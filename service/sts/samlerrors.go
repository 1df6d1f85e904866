package sts

import (
	"errors"
	"net/http"

	"github.com/rolecall-iam/rolecall/authn/saml"
	"github.com/rolecall-iam/rolecall/wire"
)

func invalidIdentity(message string) error {
	return &wire.Error{Code: "InvalidIdentityToken", Status: http.StatusBadRequest, Message: message}
}

func expiredIdentity(message string) error {
	return &wire.Error{Code: "ExpiredTokenException", Status: http.StatusBadRequest, Message: message}
}

// The texts of rule S11. Those without a source are rolecall's own.

func samlNotAuthorized() error {
	return accessDenied("Not authorized to perform sts:AssumeRoleWithSAML")
}

func samlProviderMissing() error { return invalidIdentity("Specified provider doesn't exist") }

func samlProviderExpired() error {
	return invalidIdentity("The metadata of the specified provider has expired")
}

func samlNoSessionName() error {
	return invalidIdentity("RoleSessionName is required in AuthnResponse")
}

func samlSessionName() error {
	return invalidIdentity("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")
}

func samlSourceIdentity() error {
	return invalidIdentity(`Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"`)
}

func samlSessionDuration() error {
	return invalidIdentity("SessionDuration in AuthnResponse must be a number of seconds from 900 to 43200")
}

func samlTag() error {
	return invalidIdentity("PrincipalTag in AuthnResponse must have one value, and a key and a value of the characters and length of tags")
}

func samlTooManyTags() error {
	return invalidIdentity("AuthnResponse must not have more than 50 PrincipalTag attributes")
}

// samlRefusals are the words of each reason. What a test quotes with its source
// is AWS's; of the rest only the code is.
var samlRefusals = map[saml.Reason]func() error{
	saml.Base64:      func() error { return invalidIdentity("Invalid base64 SAMLResponse") },
	saml.Malformed:   func() error { return invalidIdentity("Invalid SAMLResponse") },
	saml.Signature:   func() error { return invalidIdentity("Response signature invalid") },
	saml.Unencrypted: func() error { return invalidIdentity("Specified provider requires an encrypted assertion") },
	saml.Issuer:      func() error { return invalidIdentity("Issuer not present in specified provider") },
	saml.Audience:    func() error { return invalidIdentity("Response does not contain the required audience") },
	saml.Recipient:   func() error { return invalidIdentity("Response does not contain the required recipient") },
	saml.NotYet:      func() error { return invalidIdentity("Response is not yet valid") },
	saml.Expired:     func() error { return expiredIdentity("Response has expired") },
	saml.TooOld:      func() error { return expiredIdentity("Token must be redeemed within 5 minutes of issuance") },
	saml.Panicked:    func() error { return invalidIdentity("Invalid SAMLResponse") },
	saml.Subject:     samlNotAuthorized,
	saml.Failed: func() error {
		return &wire.Error{Code: "IDPRejectedClaim", Status: http.StatusForbidden, Message: "The identity provider reported that authentication failed"}
	},
}

// samlRefusal words why an assertion is refused.
func samlRefusal(err error) error {
	var refused *saml.Refusal
	if !errors.As(err, &refused) {
		return err
	}
	words, ok := samlRefusals[refused.Reason]
	if !ok {
		return err
	}
	return words()
}

// countPanic counts a response that could not be read at all: a fault of ours.
func (s *Service) countPanic(err error) {
	var refused *saml.Refusal
	if errors.As(err, &refused) && refused.Reason == saml.Panicked {
		s.panics.Add(1)
	}
}

// Panics is how many SAML responses made their reader fail in a way that must
// not be. It stays 0.
func (s *Service) Panics() uint64 { return s.panics.Load() }
