package service

import (
	"net/http"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/authn/sigv4"
	"github.com/rolecall-iam/rolecall/wire"
)

// families says in which family's words each protocol's services refuse a
// signature.
var families = map[api.Protocol]sigv4.Flavour{
	api.Query:    sigv4.Query,
	api.JSON10:   sigv4.JSON,
	api.JSON11:   sigv4.JSON,
	api.RestJSON: sigv4.RESTJSON,
	api.RestXML:  sigv4.S3,
}

// refuse words a refused signature for the service that was called.
func (x *exchange) refuse(e *sigv4.Error) error {
	e = e.In(families[x.target.Protocol])
	return &wire.Error{Code: e.Code, Status: e.Status, Message: e.Message}
}

// signsFor tells whether a signature for one service counts for another: some
// clients sign STS as they sign S3. The body must then be in the signature,
// which S3's need not be.
func signsFor(c *claim, t *wire.Target) bool {
	if c.Service == t.Service.SigningName {
		return true
	}
	return c.Service == "s3" && t.Protocol == api.Query && c.Payload == sigv4.PayloadHash
}

// restricted refuses what credentials of GetSessionToken and GetFederationToken
// cannot do whatever the policies say: IAM, but for a session that began with
// MFA, and of STS all but one or two operations. Those of a sign-in with the
// console's password can do what the console can.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html,
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
func (x *exchange) restricted(c *Caller) error {
	s := c.Session
	if s == nil || s.Kind == session.AssumedRole || s.Kind == session.AssumedRoot || s.SignedIn() {
		return nil
	}
	federated := s.Kind == session.FederatedUser
	op := x.target.Operation
	switch op.Service.SigningName {
	case "iam":
		if federated || s.MFATime.IsZero() {
			return x.refuse(sigv4.NewError(sigv4.UnknownKey))
		}
	case "sts":
		if op.Name == "GetCallerIdentity" || op.Name == "AssumeRole" && !federated {
			return nil
		}
		return &wire.Error{Code: "AccessDenied", Status: http.StatusForbidden,
			Message: "Cannot call " + op.Name + " with session credentials"}
	}
	return nil
}
