package service

import (
	"context"
	"net/http"

	"github.com/rolecall-iam/rolecall/wire"
)

// Watched is an operation that tells what it needs and does nothing.
func Watched(op Operation, seen func(Operation, []Need)) Operation {
	needs := op.needs
	op.needs = func(c *Call, in any) []Need {
		list := needs(c, in)
		seen(op, list)
		return list
	}
	op.act = func(context.Context, any) (any, error) {
		return nil, &wire.Error{Code: "Watched", Status: http.StatusBadRequest, Message: "It was seen."}
	}
	return op
}
