package explain

import (
	"slices"

	"github.com/rolecall-iam/rolecall/authz"
)

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

// MistakeNames are the names of all mistakes that are known, the more telling
// first, and then those that only a refusal's text tells of.
func MistakeNames() []string {
	var names []string
	for _, check := range catalogue() {
		names = append(names, check.name)
	}
	for _, r := range refusals() {
		if !slices.Contains(names, r.name) {
			names = append(names, r.name)
		}
	}
	return names
}
