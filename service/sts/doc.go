// Package sts is AWS Security Token Service: who am I, and temporary
// credentials for a role or for oneself.
//
// AssumeRole in order: the input is checked (assume_check.go), and the code of
// an MFA device where one is given (mfa.go); what must be allowed is worked out
// (assume_needs.go: sts:AssumeRole by the caller's policies and the role's
// trust policy together, sts:TagSession for tags, sts:SetSourceIdentity for a
// source identity), the door decides, and the handler (assume.go) seals a
// session. Nothing is stored but that a code was used: all that is known of
// the session travels in its token.
//
// The other ways to a session end in the same seal. GetSessionToken
// (sessiontoken.go) and GetFederationToken (federationtoken.go) are for
// long-term credentials: the caller's own session, and one of somebody whom the
// caller vouches for. AssumeRoot (root.go) asks the organization. With SAML
// (saml.go) and web identity (webidentity.go) a provider vouches, and nobody
// signs; the keys of web identity's issuers are fetched by the package issuers.
// The other way round, GetWebIdentityToken (outbound.go) issues tokens that tell
// others who the caller is. DecodeAuthorizationMessage (decodemessage.go) opens what the door
// sealed of a denial.
package sts
