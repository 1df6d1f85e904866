package trail

// Other is an event that no operation of a model stands for: somebody's signing
// in at the access portal, or a call of SCIM. Its members in JSON are shown as
// they are, so whoever makes them leaves out what is secret.
type Other struct {
	Source, Name string // such as signin.amazonaws.com, UserAuthentication
	ReadOnly     bool
	Input        string // requestParameters in JSON, or ""
	Output       string // responseElements in JSON, or ""
	// Details is serviceEventDetails in JSON, which makes the event one of the
	// type AwsServiceEvent; "" for an AwsApiCall.
	//
	// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/sign-in-events-examples.html
	Details string
}

// OnBehalf is the person of IAM Identity Center that a call is made for:
// userIdentity's onBehalfOf and credentialId.
//
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
type OnBehalf struct {
	UserID, StoreARN string
	Credential       string // of the sign-in; all that comes of it has the same
}

// otherFacts are those of an event without an operation.
func otherFacts(o *Other) *opFacts {
	f := &opFacts{source: o.Source, shown: !o.ReadOnly}
	if o.ReadOnly {
		f.flags = flagReadOnly
	}
	return f
}

// set puts what is told into a record and its parameters.
func (o *Other) set(r *record, p *page) {
	r.name, r.details = o.Name, o.Details
	p.input = bounded(append(p.input, o.Input...), "requestParameters")
	p.output = bounded(append(p.output, o.Output...), "responseElements")
}

// name is what an event is called.
func (e *Event) name() string {
	if e.Other != nil {
		return e.Other.Name
	}
	return e.Operation.Name
}
