package signin

import (
	"encoding/hex"
	"io"

	"github.com/rolecall-iam/rolecall/wire"
)

// The refusals of CreateOAuth2Token. Each has a code of its own in the member
// error, which clients tell people by what to do; the words are our own.
//
// Source: https://docs.aws.amazon.com/signin/latest/APIReference/API_dataplane-signin_CreateOAuth2Token.html

func refusal(exception, code, message string) *wire.Error {
	return &wire.Error{Code: exception, Message: message, Fields: map[string]any{"error": code}}
}

func invalidRequest(message string) error {
	return refusal("ValidationException", "INVALID_REQUEST", message)
}

func codeExpired() error {
	return refusal("AccessDeniedException", "AUTHCODE_EXPIRED", "The authorization code has expired or was used.")
}

func tokenExpired() error {
	return refusal("AccessDeniedException", "TOKEN_EXPIRED", "The session has expired. Sign in again.")
}

func credentialsChanged() error {
	return refusal("AccessDeniedException", "USER_CREDENTIALS_CHANGED", "The credentials of the user have changed. Sign in again.")
}

func insufficientPermissions() error {
	return refusal("AccessDeniedException", "INSUFFICIENT_PERMISSIONS", "The user is not authorized to perform signin:CreateOAuth2Token.")
}

// newUUID names a program's session.
func newUUID(rand io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", err
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	x := hex.EncodeToString(b[:])
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:], nil
}
