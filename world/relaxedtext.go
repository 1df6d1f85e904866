package world

// Relax takes comments and commas before a closing bracket out of a JSON text,
// its lines and columns as they were, and tells of the first few of each.
func Relax(name string, text []byte) ([]byte, []Warning) {
	r := relax(text)
	var found []Warning
	for _, line := range r.comments[:min(len(r.comments), pointedOut)] {
		found = append(found, Warning{Place{File: name, Line: line}, "a comment; AWS refuses JSON that has one"})
	}
	for _, line := range r.commas[:min(len(r.commas), pointedOut)] {
		found = append(found, Warning{Place{File: name, Line: line}, "a comma that nothing follows; AWS refuses JSON that has one"})
	}
	return r.text, found
}
