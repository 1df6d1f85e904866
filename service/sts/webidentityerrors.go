package sts

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/rolecall-iam/rolecall/authn/oidc"
	"github.com/rolecall-iam/rolecall/service/sts/issuers"
	"github.com/rolecall-iam/rolecall/wire"
)

// The texts of web identity. Those with a source are AWS's words; for the
// others no words of AWS's are known.

// tokenRefused words the refusal of a token.
//
// Sources: https://github.com/aws/aws-sdk-java-v2/issues/5709 (expired),
// https://github.com/mozilla-iam/mozilla-aws-cli/issues/146 (too old),
// https://repost.aws/knowledge-center/iam-oidc-idp-federation (audience).
func tokenRefused(err error) error {
	var refused *oidc.Error
	if !errors.As(err, &refused) {
		return err
	}
	switch refused.Reason {
	case oidc.Malformed:
		return invalidIdentity("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
	case oidc.Algorithm:
		return invalidIdentity("The ID Token is signed by an algorithm that is not supported")
	case oidc.MissingClaim:
		return invalidIdentity("Missing a required claim: " + refused.Claim)
	case oidc.BadClaim:
		return invalidIdentity("The claim " + refused.Claim + " is not valid")
	case oidc.WrongAudience:
		return invalidIdentity("Incorrect token audience")
	case oidc.Expired:
		return expiredIdentity(fmt.Sprintf("Token expired: current date/time %d must be before the expiration date/time %d", refused.Now, refused.Limit))
	case oidc.TooOld:
		return expiredIdentity(fmt.Sprintf("Token too old: %d", refused.Now-refused.Limit))
	case oidc.NotYet:
		return invalidIdentity(fmt.Sprintf("Token is not yet valid: current date/time %d must not be before %d", refused.Now, refused.Limit))
	case oidc.UnknownKey:
		return unknownKey{noKeyRetrieved()}
	case oidc.BadSignature:
		return invalidIdentity("The signature of the ID Token is not valid")
	}
	return err
}

// unknownKey is the refusal of a token whose key the issuer is not known to
// have. It may have one by that name if it is asked again.
type unknownKey struct{ error }

func (u unknownKey) Unwrap() error { return u.error }

func isUnknownKey(err error) bool {
	var u unknownKey
	return errors.As(err, &u)
}

// noVerificationKey words why an issuer's keys are not known.
//
// Source: https://github.com/aws-actions/configure-aws-credentials/issues/357
func noVerificationKey(a *issuers.Answer) error {
	if a != nil && errors.Is(a.Err, issuers.ErrCertificate) {
		return invalidIdentity("OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint")
	}
	return noKeyRetrieved()
}

// noKeyRetrieved has two spaces behind its comma, as AWS has. AWS answers so
// whatever keeps it from the keys, an issuer that takes too long included.
//
// Sources: https://github.com/awslabs/aws-sdk-rust/issues/827,
// https://repost.aws/knowledge-center/iam-sts-invalididentitytoken
func noKeyRetrieved() error {
	return invalidIdentity("Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements")
}

// noOIDCProvider names the issuer as the token does.
//
// Source: https://repost.aws/knowledge-center/iam-oidc-idp-federation
func noOIDCProvider(issuer string) error {
	return invalidIdentity("No OpenIDConnect provider found in your account for " + issuer)
}

func badSessionTags() error {
	return invalidIdentity("The session tags in the ID Token are not valid: at most 50, with keys of 1 to 128 and values of at most 256 letters, digits, spaces and _.:/=+-@")
}

// badSourceIdentity has the words that AWS has for SAML (rule S11).
func badSourceIdentity() error {
	return invalidIdentity(`Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"`)
}

func notLoginWithAmazon() error {
	return invalidIdentity("Provided Token is not a Login With Amazon token")
}

func unknownTokenProvider() error {
	return validation("ProviderId is for OAuth 2.0 access tokens, of www.amazon.com and graph.facebook.com")
}

// providerNotAsked is true of every provider whose access tokens only the
// provider itself can read.
//
// Source: IDPCommunicationError of https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
func providerNotAsked() error {
	return &wire.Error{
		Code: "IDPCommunicationError", Status: http.StatusBadRequest,
		Message: "The identity provider that the access token is from could not be reached to verify it.",
	}
}
