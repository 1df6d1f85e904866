// Package xmldsig reads small XML documents strictly, and verifies the
// enveloped signatures and opens the encryption that SAML 2.0 knows.
//
// It reads a subset of XML 1.0 on purpose: UTF-8 without a byte order mark, no
// document type and hence no entities beyond XML's own five, no processing
// instructions, ASCII names, bounded depth. What it reads, it reads as the
// specification says: namespaces resolved, duplicate attributes refused, line
// ends and references normalized, comments dropped with the text on both sides
// of them joined.
//
// Verify answers no "yes": it answers the element anew, parsed from the very
// bytes whose digest was signed. Whoever goes on only with that answer cannot
// read anything that was not signed, however the document around it was
// wrapped, moved or doubled. There is one parser and one tree, so there is no
// round trip in which two readers could understand a document differently.
//
// Of the many things that XML signatures allow it takes those that SAML asks
// for: one reference, to the parent of the signature by its ID; the enveloped
// transform followed by exclusive canonicalization without comments; SHA-2;
// RSA with PKCS #1 v1.5 or ECDSA. Keys are the caller's, never the document's.
//
// Package goxmldsig and the command xmlsec1 are what its tests compare it with.
//
// Source: https://www.w3.org/TR/xmldsig-core1/, https://www.w3.org/TR/xml-exc-c14n/,
// https://www.w3.org/TR/xmlenc-core1/, Assertions and Protocols for the OASIS
// Security Assertion Markup Language (SAML) V2.0, section 5.4
package xmldsig
