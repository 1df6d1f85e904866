package world

import "bytes"

// Plain takes a byte order mark from a text, and refuses what is no text or
// empty. The error is an *Error.
func Plain(name string, text []byte) ([]byte, error) {
	at := Place{File: name}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	switch {
	case bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")):
		return nil, at.wrong("the file is UTF-16, as PowerShell writes it; save it as UTF-8")
	case bytes.IndexByte(text, 0) >= 0:
		return nil, at.wrong("there is a NUL byte in the file: this is no text")
	case len(bytes.TrimSpace(text)) == 0:
		return nil, at.wrong("the file is empty")
	}
	return text, nil
}

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
