package api

// Protocol is the way a service writes requests and answers.
type Protocol uint8

// The protocols of the services in api/models.
const (
	_        Protocol = iota
	Query             // awsQuery: a form in, XML out
	JSON10            // awsJson1.0
	JSON11            // awsJson1.1
	RestJSON          // restJson1
	RestXML           // restXml
)

// Service is one AWS service as its model describes it.
type Service struct {
	Name           string // the Go package, such as "ssoadmin"
	ID             string // AWS's service id, such as "SSO Admin"
	Title          string // the full name, such as "AWS Single Sign-On Admin"
	Model          string // the model's file in api/models, without ".json"
	SigningName    string // the service in a signature's credential scope
	EndpointPrefix string // the first label of its host names
	Version        string // the date of the API, such as "2010-05-08"
	Protocol       Protocol
	TargetPrefix   string // what stands before ".Operation" in X-Amz-Target
	Namespace      string // the XML namespace of its answers
	Tables         Tables
}

// Operations are all operations of the service, ordered by name. The slice is
// shared: callers must not change it.
func (s *Service) Operations() []*Operation { return s.Tables.Operations() }

// Tables gives those tables of a generated package which refer to each other
// in a circle. They come by method because Go refuses package variables whose
// initialisers form a circle, and filling them at start would cost time.
type Tables interface {
	Operations() []*Operation
	Shape(name string) *Shape
}

// Operation is one operation of a service.
type Operation struct {
	Service    *Service
	Name       string
	Method     string // HTTP's, such as "POST"
	URI        string // path template with optional query, such as "/{Bucket}?acl"
	Status     int    // of a good answer
	Input      *Shape // never nil; without members where the model has none
	Output     *Shape // as Input
	Wrapper    string // element around a query answer's members, "" for none
	Root       string // element around an XML request body, "" for none
	Unsigned   bool   // needs no signature (authtype none)
	ReadOnly   bool   // the model calls it so; few models do
	Deprecated bool   // an operation with the same URI took its place
	Errors     []*Failure
	In, Out    any // nil pointers of the Go types: (*CreateRoleInput)(nil)
}

// Op is an Operation with the Go types of its input and output, so that a
// service binds a handler in one line that the compiler checks.
type Op[I, O any] struct{ *Operation }

// Failure is an error that the model lists for an operation.
type Failure struct {
	Name   string // the shape, such as "NoSuchEntityException"
	Code   string // what clients see, such as "NoSuchEntity"
	Status int    // HTTP's
	Fault  bool   // the service's fault, not the sender's
}
