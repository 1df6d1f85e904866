package sts

import (
	"context"
	"errors"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service"
)

// DecodeAuthorizationMessage tells whoever may know why a request of its
// account was denied. The message is what the denial had in the header
// service.MessageHeader.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
func (s *Service) DecodeAuthorizationMessage(ctx context.Context, in *sts.DecodeAuthorizationMessageInput) (*sts.DecodeAuthorizationMessageOutput, error) {
	c := service.CallOf(ctx)
	text, err := s.sealer.OpenMessage(c.Account, in.EncodedMessage, c.Now)
	if errors.Is(err, session.ErrMessage) {
		return nil, invalidMessage()
	}
	if err != nil {
		return nil, err
	}
	decoded := string(text)
	return &sts.DecodeAuthorizationMessageOutput{DecodedMessage: &decoded}, nil
}
