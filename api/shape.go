package api

// Kind is the type of a Shape.
type Kind uint8

// The kinds of the model language.
const (
	_ Kind = iota
	Structure
	List
	Map
	String
	Integer
	Long
	Float
	Double
	Boolean
	Timestamp
	Blob
	Document // any JSON value
)

// Shape is one type of a model with its constraints.
type Shape struct {
	Name    string
	Kind    Kind
	Members []Member // of a structure, in the model's order
	Key     *Member  // of a map
	Elem    *Member  // of a list: its elements; of a map: its values

	HasMin, HasMax bool
	Min, Max       int64  // of a string's or list's length, or of a number
	Pattern        string // as AWS publishes it: a Java expression for the whole
	Enum           []string

	WireName  string // the element's name, where the model gives the shape one
	Time      TimeFormat
	Flattened bool   // a list without an element around its elements
	Payload   string // the member that is the whole body
	Sensitive bool   // never to be printed
	Union     bool   // exactly one member is set
	Events    bool   // a stream of events, not a value
}

// TimeFormat is how a timestamp is written; the zero value leaves it to the
// protocol and the place.
type TimeFormat uint8

// The timestamp formats of the models.
const (
	_       TimeFormat = iota
	ISO8601            // 2006-01-02T15:04:05Z
	RFC822             // Mon, 02 Jan 2006 15:04:05 GMT
	Unix               // seconds since 1970
)

// Location is where in an HTTP message a member travels; the zero value is
// the body.
type Location uint8

// The places outside the body.
const (
	_           Location = iota
	Header               // one header
	Headers              // a map: all headers with a prefix
	QueryString          // the query of the URL
	Path                 // a part of the URL's path
)

// Member is a field of a structure, or the element, key or value of a list or
// a map.
type Member struct {
	Name      string // the model's; Go's is the same with a capital first
	Of        *Shape // nil where the shape contains itself: see Shape
	Again     Again
	WireName  string // locationName: "" where it is Name
	Required  bool
	Location  Location
	Flattened bool
	Streaming bool
	Attribute bool   // an XML attribute
	Prefix    string // of the member's own XML namespace
	Namespace string // of the member, where it has its own
	Token     bool   // an idempotency token
}

// Again names a shape that contains itself.
type Again struct {
	Tables Tables
	Name   string
}

// Shape is the member's type.
func (m *Member) Shape() *Shape {
	if m.Of != nil {
		return m.Of
	}
	return m.Again.Tables.Shape(m.Again.Name)
}

// Wire is the member's name on the wire.
func (m *Member) Wire() string {
	if m.WireName != "" {
		return m.WireName
	}
	return m.Name
}
