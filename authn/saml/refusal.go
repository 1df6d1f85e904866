package saml

// Reason is why a response is refused, as far as AWS tells its reasons apart.
type Reason uint8

// The reasons. The zero Reason is none of them.
const (
	_           Reason = iota
	Base64             // it is not base64
	Malformed          // it is no SAML response, or not one that can be read in one way only
	Failed             // the provider reports that authentication failed
	Signature          // it is not signed, or not by the provider, or its encryption cannot be opened
	Unencrypted        // its assertion is not encrypted, which the provider demands
	Issuer             // it is another issuer's
	Audience           // it is for another audience
	Recipient          // it is for another recipient
	Subject            // it is of nobody, or of somebody unconfirmed
	NotYet             // its time has not come
	Expired            // its time has passed
	TooOld             // it was issued too long ago
	Panicked           // reading it failed in a way that must not be
)

// Refusal is why Verify refuses a response. Its text is for the operator and
// quotes nothing of the response.
type Refusal struct {
	Reason Reason
	Detail string
}

// Error tells the operator why.
func (r *Refusal) Error() string { return "SAML response refused: " + r.Detail }

func refuse(reason Reason, detail string) error { return &Refusal{reason, detail} }
