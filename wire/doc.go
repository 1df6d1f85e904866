// Package wire stands between HTTP and typed calls: it tells which operation a
// request means, decodes the request into the operation's input, and writes
// outputs and errors, in the five protocols of package api's services.
//
// It knows no service by heart. What a service is comes from its api tables;
// the few texts in which a service departs from the model (IAM's sentence for
// a wrong name, S3's root elements) stand in one file each.
//
// A request goes through three calls, which the door makes:
//
//	t, err := router.Route(r, body)          // service, operation, protocol
//	err = codec.Decode(t, r, body, in)       // *iam.CreateRoleInput, checked
//	err = codec.Answer(w, t, out, requestID) // or codec.Refuse(w, t, err, id)
//
// Signatures, decisions and body limits are the door's. Everything in a
// request is untrusted here: every loop is bounded by the bytes that came,
// every index and depth by a constant, and nothing is allocated for a number
// that a client merely names.
package wire
