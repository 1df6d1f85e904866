// Package trail remembers every call of every service as one CloudTrail event,
// for ninety days.
//
// The door hands each call over with Record as soon as its answer is known,
// refused ones too. That costs a copy and a lock: a goroutine turns what was
// handed over into CloudTrail's JSON and writes it into an index on disk, many
// events at a time. The queue between the two is bounded; a full one makes
// callers wait, since an event that is lost is worse than an answer that is
// late. Lookup finds an event as soon as Record has returned.
//
// What an event says follows CloudTrail's record contents and its examples for
// IAM and STS:
//
//	https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
//	https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
//	https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
//
// Requests and answers come as their typed Go values and are written by the
// tables of package api. Nothing secret is in an event: what a model calls
// sensitive is left out, and so are tokens and codes that the models do not.
//
// # On disk
//
// Events lie in segments, one a day. A key begins with its segment's number,
// so that a segment that has become ninety days old goes in one range:
//
//	segment e account time sequence                  -> the event
//	segment i account attribute value time sequence  -> (nothing)
//
// with one index key for each attribute that LookupEvents knows. A trail in
// memory begins a new segment also when one is full, and keeps the last few.
//
// A write that fails ends the writing: from then on events are counted and
// logged as lost, and the service goes on.
package trail
