// Package metadata reads the document in which a SAML 2.0 identity provider
// says who it is: its entity id, until when that holds, and the certificates
// that it signs with.
//
// Parse is strict where a document could mean two things: one root element,
// an EntityDescriptor of SAML's namespace with one IDPSSODescriptor; UTF-8
// without a byte order mark; no document type, hence no entities of its own;
// no attribute twice; nesting bounded. A certificate that cannot be read, or
// whose key is too short, spoils the document: a provider is not to be found
// out to be unusable only when somebody signs in.
//
// The document's own signature is not looked at: whoever may register a
// provider says whom to trust.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
package metadata
