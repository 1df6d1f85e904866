// Package sigv4 checks AWS Signature Version 4, the proof that the sender of
// a request holds the secret of an access key.
//
// It works in two steps, so that the door can refuse an unknown key before it
// reads a body. Parse reads the claim (who, when, for which region and
// service, which headers are covered) from the Authorization header or, for a
// presigned request, from the query. Verify then builds the canonical request
// from what really arrived and compares signatures in constant time. Between
// the two the caller finds the secret; nothing here knows any.
//
//	auth, err := sigv4.Parse(r)
//	...                                  // find the secret of auth.AccessKeyID
//	err = verifier.Verify(&auth, secret, body, now)
//
// What is covered is decided here and nowhere else: the method, path and
// query as sent, the host, every x-amz-* header, every other header the
// client named, and the body. A request whose body is left out of its
// signature (UNSIGNED-PAYLOAD) is good for S3 only, as it is on AWS; every
// other service is always checked against the body that arrived.
//
// Paths follow AWS's two rules: S3 encodes the path once and does not
// normalise it, every other service normalises it and encodes the path as
// sent a second time.
//
// A Verifier remembers derived signing keys, as prepared HMAC states, in a
// bounded table; it learns a key only from a request that was good, so that
// strangers cannot push anyone's out.
//
// Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
package sigv4
