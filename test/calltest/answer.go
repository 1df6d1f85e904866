package calltest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
)

// Answer is what came back of a call. Body is nil where it is no JSON.
type Answer struct {
	Status                int
	Code, Message, Reason string // of an error
	Body                  map[string]any
	Text                  string
}

func answered(w *httptest.ResponseRecorder) Answer {
	a := Answer{Status: w.Code, Text: w.Body.String()}
	_ = json.Unmarshal(w.Body.Bytes(), &a.Body) // IAM and STS answer XML
	if w.Code == http.StatusOK {
		return a
	}
	a.Code = a.At("__type")
	a.Code = a.Code[strings.LastIndexByte(a.Code, '#')+1:]
	if a.Message = a.At("Message"); a.Message == "" {
		a.Message = a.At("message")
	}
	a.Reason = a.At("Reason")
	return a
}

// At reads a text by its path: members by name, elements by number. It is empty
// where there is none.
func (a Answer) At(path ...any) string {
	var v any = a.Body
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			l, _ := v.([]any)
			if step >= len(l) {
				return ""
			}
			v = l[step]
		}
	}
	s, _ := v.(string)
	return s
}

// All reads one member of each element of a list.
func (a Answer) All(list, member string) []string {
	texts := []string{}
	for i := range a.Count(list) {
		texts = append(texts, a.At(list, i, member))
	}
	return texts
}

// Count is how many elements a list has.
func (a Answer) Count(list string) int {
	l, _ := a.Body[list].([]any)
	return len(l)
}

// Element is the text of the first XML element of a name; empty where there is
// none.
func (a Answer) Element(name string) string {
	_, rest, _ := strings.Cut(a.Text, "<"+name+">")
	text, _, _ := strings.Cut(rest, "</"+name+">")
	return text
}
