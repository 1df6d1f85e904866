package ssooidc

import "github.com/rolecall-iam/rolecall/wire"

// The refusals, with the codes that AWS documents for each exception. AWS has
// them in OAuth's own members and says nothing in message.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html#API_CreateToken_Errors

func refuse(exception, code, description string) *wire.Error {
	return &wire.Error{Code: exception, Fields: map[string]any{"error": code, "error_description": description}}
}

func invalidRequest(description string) error {
	return refuse("InvalidRequestException", "invalid_request", description)
}

func invalidClient() error {
	return refuse("InvalidClientException", "invalid_client", "Client ID or secret is invalid or has expired.")
}

func invalidMetadata(description string) error {
	return refuse("InvalidClientMetadataException", "invalid_client_metadata", description)
}

func invalidRedirect() error {
	return refuse("InvalidRedirectUriException", "invalid_redirect_uri", "A redirect URI must be of plain HTTP on a loopback address.")
}

func invalidScope() error {
	return refuse("InvalidScopeException", "invalid_scope", "Invalid scope")
}

func invalidGrant() error {
	return refuse("InvalidGrantException", "invalid_grant", "Invalid grant provided")
}

func unauthorizedClient() error {
	return refuse("UnauthorizedClientException", "unauthorized_client", "Client is not authorized to use this grant type")
}

func unsupportedGrant() error {
	return refuse("UnsupportedGrantTypeException", "unsupported_grant_type", "Invalid grant type provided")
}

func pending() error {
	return refuse("AuthorizationPendingException", "authorization_pending", "")
}

func slowDown() error {
	return refuse("SlowDownException", "slow_down", "Requested too frequently")
}

func expired() error {
	return refuse("ExpiredTokenException", "expired_token", "Invalid device code provided")
}

func accessDenied() error {
	return refuse("AccessDeniedException", "access_denied", "The request was denied.")
}
