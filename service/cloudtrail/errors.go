package cloudtrail

import (
	"net/http"

	"github.com/rolecall-iam/rolecall/wire"
)

func refuse(code, message string) error {
	return &wire.Error{Code: code, Status: http.StatusBadRequest, Message: message}
}

func tooManyAttributes() error {
	return refuse("InvalidLookupAttributesException", "You can only specify one lookup attribute.")
}

func invalidTimeRange() error {
	return refuse("InvalidTimeRangeException", "The start time must not be after the end time.")
}

func invalidNextToken() error {
	return refuse("InvalidNextTokenException",
		"The token is invalid, has expired, or does not belong to a request with the same parameters.")
}

func invalidToken() error {
	return refuse("InvalidTokenException", "The token is not one of this operation.")
}
