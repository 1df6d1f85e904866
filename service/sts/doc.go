// Package sts is AWS Security Token Service: who am I, and temporary
// credentials for a role or for oneself.
//
// AssumeRole in order: the input is checked (assume_check.go; mfa.go for a code), what must be
// allowed is worked out (assume_needs.go: sts:AssumeRole by the caller's
// policies and the role's trust policy together, sts:TagSession for tags,
// sts:SetSourceIdentity for a source identity), the door decides, and the
// handler (assume.go) seals a session. Nothing is stored: all that is known
// of the session travels in its token.
package sts
