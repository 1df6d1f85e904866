// Package saml verifies a SAML 2.0 response: what a user's browser or command
// line carries from an identity provider to AWS, as the parameter SAMLAssertion
// of AssumeRoleWithSAML and as the form field SAMLResponse of the sign-in page.
//
// Verify is pure: the response, the provider, what is expected and the time go
// in, an Assertion or a *Refusal comes out. On the way, in this order:
//
//   - the response is bounded, strict base64 and, to package xmldsig, XML;
//   - its root is one samlp:Response, no two elements share an ID, there is one
//     assertion in it, encrypted or not, directly in the root, and there is no
//     signature but directly in the response or in the assertion;
//   - the provider reports success;
//   - every signature there is verifies, by a certificate of the provider's
//     metadata, and there is one at least. From here on only what a
//     verification answered is read: if the response is signed, the response
//     parsed anew from the signed bytes, then the assertion in it;
//   - an encrypted assertion is opened with a private key of the provider, and
//     held to all the same; a provider may demand encryption;
//   - the assertion's issuer is the provider, its subject is confirmed for the
//     bearer at a recipient that is expected, before its end; one of its
//     audiences is expected, in every restriction; its conditions hold and are
//     all understood; and it is at most five minutes old.
//
// Everything the assertion says is text alone: an element inside a value
// refuses the response, and comments split no value.
//
// Nothing is remembered. AWS takes one assertion again and again within its
// five minutes, for several roles, and clients rely on it.
package saml
