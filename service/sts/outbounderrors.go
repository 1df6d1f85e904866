package sts

import (
	"net/http"

	"github.com/rolecall-iam/rolecall/wire"
)

// The codes and the sense are those of
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html; nobody quotes the texts.

func outboundDisabled() error {
	return &wire.Error{
		Code: "OutboundWebIdentityFederationDisabledException", Status: http.StatusForbidden,
		Message: "The outbound web identity federation feature is not enabled for this account.",
	}
}

func sessionEscalation() error {
	return &wire.Error{
		Code: "SessionDurationEscalationException", Status: http.StatusForbidden,
		Message: "The requested token duration would extend the session beyond its original expiration time.",
	}
}

func claimsTooLarge() error {
	return &wire.Error{
		Code: "JWTPayloadSizeExceededException", Status: http.StatusBadRequest,
		Message: "The requested token payload size exceeds the maximum allowed size.",
	}
}

func unknownSigningAlgorithm(value string) error {
	return validation("1 validation error detected: Value '" + value +
		"' at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [RS256, ES384]")
}

// noTradeInToken is the one refusal that the model has for such tokens.
func noTradeInToken() error {
	return &wire.Error{
		Code: "ExpiredTradeInTokenException", Status: http.StatusBadRequest,
		Message: "The trade-in token provided in the request has expired or is not valid.",
	}
}
