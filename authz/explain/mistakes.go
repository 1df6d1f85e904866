package explain

import "github.com/rolecall-iam/rolecall/authz"

// Mistake is a known mistake that was found in a question. Its page is
// docs/denials/NAME.md.
type Mistake struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// mistakes looks for every known one, in the order of the catalogue.
func (q *Question) mistakes(trace authz.Trace) []Mistake {
	var found []Mistake
	for _, check := range catalogue() {
		if text := check.find(q, trace); text != "" {
			found = append(found, Mistake{check.name, text})
		}
	}
	return found
}
