package policy

// Shape is what kind of JSON a Value is.
type Shape uint8

// The shapes of JSON.
const (
	_ Shape = iota
	Object
	Array
	String
	Number
	Boolean
	Null
)

// Value is a piece of JSON and where it stands, whatever it means: what a
// reader needs who speaks of all that is wrong with a text, and not of the
// first thing alone.
type Value struct {
	Shape    Shape
	Text              // of a string what it says, of a number or a word its spelling
	Members  []Member // of an object, in the order of the text, also those of one name
	Elements []Value  // of an array
}

// Member is one member of an object.
type Member struct {
	Name  Text
	Value Value
}

// ReadValue reads any JSON (RFC 8259). White space may stand around it. The
// error is a *SyntaxError of a kind NotJSON, NotUnicode or TooDeep. Work and
// memory are proportional to the text.
func ReadValue(text string) (Value, error) {
	r := reader{scanner{text: text}}
	v, ok := r.value()
	if r.peek(); ok && r.offset < len(text) {
		ok = r.fail(NotJSON, "text after the document's end")
	}
	if !ok {
		return Value{}, r.failure
	}
	return v, nil
}

// reader keeps what a scanner reads.
type reader struct{ scanner }

func (r *reader) value() (v Value, ok bool) {
	c := r.peek()
	start := r.at()
	switch c {
	case '{':
		v.Shape = Object
		ok = r.object(func(name Text) bool {
			member, ok := r.value()
			v.Members = push(v.Members, Member{name, member})
			return ok
		})
	case '[':
		v.Shape = Array
		ok = r.array(func() bool {
			element, ok := r.value()
			v.Elements = push(v.Elements, element)
			return ok
		})
	case '"':
		v.Shape = String
		v.Text, ok = r.str()
	default:
		v.Text, ok = r.scalar()
		v.Shape = shapeOf(v.Text.Value)
	}
	v.Span = Span{start, r.at()}
	return v, ok
}

// shapeOf is the shape of a word that stood without quotes.
func shapeOf(word string) Shape {
	switch word {
	case "true", "false":
		return Boolean
	case "null":
		return Null
	}
	return Number
}
