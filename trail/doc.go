// Package trail remembers every call of every service as one CloudTrail event,
// for ninety days.
//
// The door hands each call over with Record as soon as its answer is known,
// refused ones too, and answers when Record has returned. By then the event is
// in a file: a killed process loses no event of a call that it has answered.
// It is not on the disk by then. That is seen to once a second, so a power
// failure can take the events of the last second, and what else the disk's own
// cache loses.
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
// What is stored is what an event is made of; the JSON is written when
// somebody reads it.
//
// # Files
//
// Events lie in segments. The newest is a journal, to which frames are
// appended, each with its checksum: one write for all callers that wait at that
// moment. A new day begins a new journal, and so does a size. A full one is
// sealed behind the answers: compressed in blocks, with an index of the values
// that LookupEvents asks for, built at once for all its events. A segment whose
// newest event is ninety days old goes as a file. Segments in memory stay
// journals, and the last few are kept.
//
//	00000007.1772323200.1772409599.sealed    number, first and last second
//	00000008.journal
//
// A lookup asks the index of each sealed segment, and looks at every event of
// the journals, of which there are few.
//
// A write that fails loses its events and nothing else: the calls are answered,
// the events are counted and the cause is logged, and the next write is tried
// again.
package trail
