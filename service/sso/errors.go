package sso

import (
	"net/http"

	"github.com/rolecall-iam/rolecall/wire"
)

// The refusals in the words that clients quote of AWS's.
//
// Source: https://github.com/aws/aws-cli/issues/7340 ("Session token not found or invalid"),
// https://github.com/aws/aws-sam-cli/issues/2129 ("No access")

func unauthorized() error {
	return &wire.Error{Code: "UnauthorizedException", Status: http.StatusUnauthorized, Message: "Session token not found or invalid"}
}

func noAccess() error {
	return &wire.Error{Code: "ForbiddenException", Status: http.StatusForbidden, Message: "No access"}
}

func badToken() error {
	return &wire.Error{Code: "InvalidRequestException", Status: http.StatusBadRequest, Message: "Invalid next token"}
}
